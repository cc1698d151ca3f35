"""Other times: the key contact suggests one, the provider takes it, or offers others; every set is a revision."""

from __future__ import annotations

from handlers.commands import OfferWindows, Outcome, Refused, RemindVoices, SuggestWindow, TakeWindow, Window
from handlers.context import URGENT, Work
from handlers.hours import calendar_of
from handlers.mechanisms.windows import agreeing, asking, drafting, offering
from handlers.mechanisms.windows.answering import refuse_decider
from handlers.mechanisms.windows.shapes import Offer
from handlers.mechanisms.windows.standing import Standing
from handlers.mechanisms.windows.steering import (
    card,
    done,
    in_time,
    journal,
    locked,
    not_now,
    only_provider,
    reread,
    same_revision,
    state_said,
    wake,
)
from handlers.policy import policy_of
from handlers.words import cleaned
from storage.queries import downtimes

LONGEST = 1000
REMIND_HOURS = 4
NAMED_IT = "Named this time."
STAYS = "Nobody at {} can be asked to decide at the moment, so nothing is offered. Somebody of your team has a task."


def suggest(command: SuggestWindow, work: Work) -> Outcome:
    """proposed -> countered: the key contact names another time, which the provider answers."""
    standing = locked(work, command.ref, agreeing=True)
    person_id = work.who.person_id
    if person_id is None or work.who.staff or not standing.is_decider(person_id):
        raise refuse_decider(work, standing, "suggest another time")
    _offered(standing, "changed")
    same_revision(standing, command.revision)
    in_time(standing)
    if standing.decider is None:
        raise Refused("Your provider answers what was named before.", code="conflict")
    window = drafting.times(work, (command.window,))[0]
    text = cleaned(command.text, "text", "what you want to say with it", LONGEST, empty=True)
    if any(one.window == window and one.row.state == "open" for one in standing.offers):
        raise Refused("That time is on offer already: please choose it.", field="windows", code="invalid")
    wake(work, standing, asking.offer_card(standing))
    found = offering.weighed(work, standing, (window,), "", ask=False)
    author = person_id, work.who.name
    after = offering.new_revision(work, standing, found, "client", "countered", standing.row.override, text, author)
    asking.ask_provider(work, after)
    journal(work, standing, "suggest", {"window": _plain(found[0].window), "text": text})
    return done(work, standing, "Passed on. Nothing is agreed until your provider has taken this time.")


def take(command: TakeWindow, work: Work) -> Outcome:
    """proposed | countered -> accepted | proposed: the provider takes a time that the client named.

    Agreed at once where whoever named it may decide now and no other office is to be asked: naming it was the yes.
    Otherwise the offices are asked, and the key contact decides afterwards.
    """
    standing = locked(work, command.ref, agreeing=True)
    only_provider(work, "take a time")
    if standing.state == "accepted":
        return done(work, standing, f"{standing.row.ref} is already {state_said(standing)}.", repeated=True)
    _offered(standing, "taken")
    same_revision(standing, command.revision)
    in_time(standing)
    offer = standing.offer(command.number)
    if standing.provider is None or offer is None or offer.row.side != "client":
        raise Refused("Only a time that the client named can be taken.", field="number", code="invalid")
    if offer.over:
        raise Refused("That time has begun already.", field="number", code="conflict")
    override = _override(command.override)
    found = offering.weighed(work, standing, (offer.window,), override)
    author = offer.row.author_id
    if author is not None and standing.is_decider(author) and not asking.other_offices(standing, author):
        _taken(work, standing, offer, found[0].sentences, override)
        agreeing.agree(work, reread(work, standing), offer, author, NAMED_IT)
        return done(work, standing, f"Agreed. {standing.name(author)} named this time and is told.")
    by = author, str(offer.row.offered_by)
    if not offering.propose(work, standing, found, override=override, text=offer.row.text, author=by):
        return done(work, standing, STAYS.format(standing.client.name))
    journal(work, standing, "take", {"window": _plain(offer.window)})
    return done(work, standing, f"{standing.row.ref} is offered for this time. Everybody concerned is asked.")


def offer_others(command: OfferWindows, work: Work) -> Outcome:
    """proposed | countered -> proposed: other times, and everybody is asked anew."""
    standing = locked(work, command.ref, agreeing=True)
    only_provider(work, "offer other times")
    _offered(standing, "offered anew")
    in_time(standing)
    windows = drafting.times(work, command.windows)
    text = cleaned(command.text, "text", "what you want to say with it", LONGEST, empty=True)
    override = _override(command.override)
    now_open = tuple(one.window for one in standing.offers if one.row.state == "open")
    if windows == now_open and standing.decider is not None and not text:
        return done(work, standing, "These times are on offer already.", repeated=True)
    found = offering.weighed(work, standing, windows, override)
    author = work.who.person_id, work.who.name
    if not offering.propose(work, standing, found, override=override, text=text, author=author):
        return done(work, standing, STAYS.format(standing.client.name))
    journal(work, standing, "offer", {"windows": [_plain(one) for one in windows], "override": override})
    return done(work, standing, f"{standing.row.ref} has new times. Everybody concerned is asked again.")


def remind(command: RemindVoices, work: Work) -> Outcome:
    """A message to everybody whose answer is open, at most once in four business hours."""
    standing = locked(work, command.ref)
    only_provider(work, "send a reminder")
    if not standing.is_open:
        raise Refused(f"{standing.row.ref} is {state_said(standing)}: nobody has to be reminded.", code="conflict")
    silent = [id_ for id_, _ in standing.waiting_on() if id_ in standing.roster.members]
    if not silent:
        raise Refused("Nobody of the client is asked at the moment.", code="conflict")
    since = downtimes.told_since(work.tx, str(standing.ref), "remind:by:")
    if since is not None:
        calendar = calendar_of(work.tx, standing.client, policy_of(standing.client.policy))
        if work.now < calendar.add_business_hours(since, REMIND_HOURS):
            say = "Nobody is reminded twice within four business hours. Please call instead."
            return done(work, standing, say, repeated=True)
    purpose = f"remind:by:{work.new_id('now')}"
    card(work, standing, purpose, silent, follows=asking.offer_card(standing), priority=URGENT)
    journal(work, standing, "remind_now", {"silent": silent})
    names = " and ".join(standing.name(id_) for id_ in silent)
    return done(work, standing, f"{names} will be reminded now.")


def _taken(work: Work, standing: Standing, offer: Offer, conflicts: list[str], override: str) -> None:
    """What speaks against it now is kept with the time, and why it is done all the same."""
    downtimes.change_window(work.tx, offer.id, conflicts=conflicts)
    downtimes.change_downtime(work.tx, standing.row.id, override=override)


def _override(text: str) -> str:
    return cleaned(text, "override", "why it is offered all the same", LONGEST, empty=True)


def _offered(standing: Standing, what: str) -> None:
    if standing.state == "draft":
        raise Refused(f"{standing.row.ref} is still a draft: please change and send it.", code="conflict")
    if not standing.is_open:
        raise not_now(standing, what)


def _plain(window: Window) -> dict[str, str]:
    return {"starts_at": window.starts_at.isoformat(), "ends_at": window.ends_at.isoformat()}
