"""What both sides say to the times of a talk: yes to one, cannot make it, agreed on the phone, left out."""

from __future__ import annotations

from datetime import timedelta

from handlers.authority import either
from handlers.commands import AgreeSlot, Outcome, PickSlot, Refused, Reschedule, SkipTouchpoint, Window
from handlers.context import Work
from handlers.mechanisms import formal
from handlers.mechanisms.talks import agreeing, asking, opening, rhythm, slots
from handlers.mechanisms.talks.standing import Standing
from handlers.mechanisms.talks.steering import (
    MOOT,
    card,
    contacts,
    desk,
    done,
    journal,
    locked,
    not_now,
    only_provider,
    owner_of,
    relocked,
    reread,
    tell_owner,
)
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows.spans import exact, window_said
from handlers.words import cleaned
from storage import outbox
from storage.queries import downtimes, touchpoints

LONGEST = 1000
ANSWER_DAYS = 1
"""Business days of the provider for an answer to a contact who cannot make it."""
SHORTEST, LONGEST_TALK = 5, 480
"""Minutes."""
NOBODY_CHOSE = "Nobody chose a time."


def pick(command: PickSlot, work: Work) -> Outcome:
    """proposed -> confirmed: a contact's explicit yes to one of the times."""
    standing = locked(work, command.ref)
    person_id = work.who.person_id
    if person_id is None or work.who.staff or person_id not in standing.deciders():
        raise refuse_decider(work, standing, "choose a time")
    if standing.state == "confirmed":
        chosen = next((one for one in standing.offers if one.row.state == "chosen"), None)
        same = standing.row.revision == command.revision and chosen is not None and chosen.number == command.number
        if same:
            return done(work, standing, f"{_when(standing)} is agreed already.", repeated=True)
        raise Refused(f"Another time is agreed already: {_when(standing)}.", code="conflict")
    if standing.state == "rescheduled":
        raise Refused("Another time has been asked for; your provider answers next.", code="conflict")
    if standing.state != "proposed":
        raise not_now(standing, "agreed")
    _same_revision(standing, command.revision)
    if standing.lapsed:
        raise Refused(
            "These times have passed, so nothing is agreed. Your provider will come back to you.", code="conflict"
        )
    offer = standing.offer(command.number)
    if offer is None:
        raise Refused("Please choose one of the times on offer.", field="number", code="invalid")
    if offer.over:
        raise Refused("That time has begun already, so it can no longer be chosen.", field="number", code="conflict")
    after = agreeing.agree(work, standing, offer.window, person_id, offer_id=offer.id)
    _wake(work, standing)
    return done(work, after, f"Agreed: {_when(after)}.")


def reschedule(command: Reschedule, work: Work) -> Outcome:
    """proposed | confirmed -> rescheduled: a contact cannot make it, and may name a time; the provider answers next.

    Without a word and without a time other usual times are proposed at once.
    """
    standing = locked(work, command.ref)
    person_id = work.who.person_id
    mine = person_id is not None and (person_id in standing.deciders() or person_id == standing.row.decided_by)
    if person_id is None or work.who.staff or not mine:
        raise refuse_decider(work, standing, "ask for another time")
    text = cleaned(command.text, "text", "what you want to say", LONGEST, empty=True)
    window = slots.given(work, (command.window,), "window")[0] if command.window is not None else None
    if standing.state == "rescheduled":
        return _says_more(work, standing, window, text)
    if standing.state == "confirmed" and not standing.is_ahead:
        raise Refused("It has begun already. Please tell your provider directly.", code="conflict")
    if not standing.may_reschedule(person_id):
        raise not_now(standing, "given another time")
    _same_revision(standing, command.revision)
    times = [] if window is not None or text else list(_later(work, standing))
    agreed, before, told = standing.state == "confirmed", standing.row.revision, contacts(standing)
    after = _give_back(work, standing, text)
    journal(work, standing, "reschedule", {"text": text, "window": _iso(window), "agreed": agreed})
    if agreed:
        agreeing.tell_moved(work, after, told - {person_id}, before)
    if times:
        after = opening.again(work, after, times)
        _wake(work, standing)
        return done(work, after, "Noted. Here are other times; please choose one of them.")
    _name_time(work, after, window, text)
    after = reread(work, after)
    desk(work, after)
    _ask_owner(work, after, text)
    _wake(work, standing)
    said = "Your provider answers next" if window is None else "Your provider answers whether that time is fine"
    return done(work, after, f"Noted: nothing is agreed{' any more' if agreed else ''}. {said}.")


def agree_by_word(command: AgreeSlot, work: Work) -> Outcome:
    """-> confirmed by the provider: the time that a contact has named, or what was agreed on the phone."""
    standing = locked(work, command.ref)
    only_provider(work, "agree on a time")
    if standing.state not in touchpoints.ALIVE:
        raise not_now(standing, "agreed")
    if isinstance(command.minutes, bool) or not SHORTEST <= command.minutes <= LONGEST_TALK:
        raise Refused("A meeting lasts from 5 minutes to 8 hours.", field="minutes", code="invalid")
    note = cleaned(command.note, "note", "the note", LONGEST, empty=True)
    if command.starts_at.utcoffset() is None:
        raise Refused("The time does not say which time zone it is in.", field="starts_at", code="invalid")
    try:
        ends = command.starts_at + timedelta(minutes=command.minutes)
    except OverflowError:
        raise Refused("The time lies centuries away.", field="starts_at", code="invalid") from None
    window = slots.given(work, (Window(command.starts_at, ends),), "starts_at")[0]
    if standing.state == "confirmed" and window == exact(Window(standing.row.starts_at, standing.row.ends_at)):
        return done(work, standing, f"{_when(standing)} is agreed already.", repeated=True)
    if standing.state == "confirmed" and not standing.is_ahead:
        raise Refused("It has begun already: please say how it was instead.", code="conflict")
    named = standing.named
    taken = named is not None and named.window == window
    offer = named if taken else next((one for one in standing.offers if one.window == window), None)
    decider = named.row.author_id if named is not None and taken else None
    after = agreeing.agree(work, standing, window, decider, offer_id=offer.id if offer else "", note=note)
    return done(work, after, f"Noted: {_when(after)}.")


def skip(command: SkipTouchpoint, work: Work) -> Outcome:
    """due | proposed | rescheduled | confirmed -> skipped by either side, with a reason."""
    standing = locked(work, command.ref)
    person_id = work.who.person_id
    if work.who.is_provider:
        only_provider(work, "leave a meeting out")
    elif person_id is None or (person_id not in standing.deciders() and person_id != standing.row.decided_by):
        raise refuse_decider(work, standing, "leave it out")
    if standing.state == "skipped":
        return done(work, standing, f"{standing.row.ref} is left out already.", repeated=True)
    reason = cleaned(command.reason, "reason", "a reason", LONGEST)
    if standing.state == "confirmed" and not standing.is_ahead:
        raise Refused("It has begun already: please say how it was, or that nobody came.", code="conflict")
    if not standing.is_open and not standing.is_ahead:
        raise not_now(standing, "left out")
    after = leave_out(work, standing, work.who.name, reason)
    _wake(work, standing)
    return done(work, after, f"{standing.row.ref} is left out. {comes_next(work, after)}".strip())


def lapse(work: Work, standing: Standing) -> None:
    """proposed -> skipped: every time on offer has begun and nobody chose one. Silence agreed to nothing."""
    leave_out(work, standing, "", NOBODY_CHOSE)
    work.redraw(standing.ref)


def leave_out(work: Work, standing: Standing, by: str, reason: str) -> Standing:
    """-> skipped; whoever was asked or told hears of it, and the next of its kind waits for its day."""
    told, follows = contacts(standing), ""
    if standing.state == "confirmed":
        agreeing.give_up(work, standing)
        follows = agreeing.told_card(standing)
    else:
        asking.take_back(work, standing)
        follows = asking.offer_card(standing) if standing.asked else ""
    touchpoints.change_talk(work.tx, standing.row.id, state="skipped", ended_at=work.now, ended_by=by, ended_why=reason)
    tasks_over(work, standing.ref, MOOT)
    formal.leave(work, standing.ref)
    after = reread(work, standing)
    owner = owner_of(work, standing)
    people = told if standing.everybody_asked or standing.row.decided_by else set()
    card(work, after, "skipped", (people | ({owner} if owner else set())) - {work.who.person_id or ""}, follows=follows)
    journal(work, standing, "skip", {"reason": reason, "by": by})
    agreeing.comes_round(work, after)
    return reread(work, after)


def comes_next(work: Work, standing: Standing) -> str:
    """When the next of its kind is due, as a sentence; "" when none is."""
    day = rhythm.next_talk(work, standing.client, standing.row.kind)
    return f"The next is due on {day:%a %b} {day.day}." if day is not None else ""


def refuse_decider(work: Work, standing: Standing, what: str) -> Refused:
    """The sentence for somebody who may not: who can."""
    who = either(standing.name(id_) for id_ in standing.deciders())
    if work.who.is_provider:
        return Refused(f"Only the client can {what}{who and ': '}{who}.", code="not_entitled")
    if work.who.person_id in standing.roster.away:
        return Refused(f"You are marked as away. {who or 'Nobody else'} can {what} just now.", code="not_entitled")
    return Refused(f"You are not one of the people who can {what}.{who and f' {who} can.'}", code="not_entitled")


def _says_more(work: Work, standing: Standing, window: Window | None, text: str) -> Outcome:
    """A second word, or another time, while the provider has not answered the first."""
    named = standing.named
    if (window is None or (named is not None and named.window == window)) and not text:
        return done(work, standing, "Your provider knows already and answers next.", repeated=True)
    after = _give_back(work, standing, text or standing.row.moved_why)
    _name_time(work, after, window or (named.window if named is not None else None), text)
    after = reread(work, after)
    journal(work, standing, "reschedule", {"text": text, "window": _iso(window), "agreed": False})
    tasks_over(work, standing.ref, {"talk_answer"})
    _ask_owner(work, after, text)
    return done(work, after, "Noted. Your provider answers next.")


def _give_back(work: Work, standing: Standing, why: str) -> Standing:
    """No time is agreed or on offer any more: a new revision that the provider has to answer, with the reason."""
    if standing.state == "confirmed":
        agreeing.give_up(work, standing)
    else:
        asking.take_back(work, standing)
    revision = standing.row.revision + 1
    moved = {"moved_by": work.who.person_id, "moved_why": why}
    touchpoints.change_talk(work.tx, standing.row.id, state="rescheduled", revision=revision, **moved)
    after = relocked(work, standing.row.id)
    agreeing.plan_form(work, after)
    return after


def _name_time(work: Work, standing: Standing, window: Window | None, text: str) -> None:
    if window is None:
        return
    downtimes.add_windows(
        work.tx,
        [
            {
                "id": work.new_id("win"),
                "subject": str(standing.ref),
                "revision": standing.row.revision,
                "number": 1,
                "starts_at": window.starts_at,
                "ends_at": window.ends_at,
                "state": "open",
                "side": "client",
                "offered_by": work.who.name,
                "author_id": work.who.person_id,
                "text": text,
                "offered_at": work.now,
                "size": "minor",
                "needed_days": 0,
                "given_days": 0,
                "conflicts": slots.objections(
                    work, standing.client, window, owner_of(work, standing), but=standing.row.id
                ),
            }
        ],
    )


def _ask_owner(work: Work, standing: Standing, text: str) -> None:
    named = standing.named
    title = f"{work.who.name} cannot make it"
    if named is not None:
        title += f" and suggests {window_said(named.window, standing.client.timezone)}"
    due = work.provider.add_business_days(work.now, ANSWER_DAYS)
    key = f"r{standing.row.revision}"
    tell_owner(work, standing, "talk_answer", title, key=key, detail=text, due_at=due)


def _later(work: Work, standing: Standing) -> tuple[Window, ...]:
    """Other usual times than those that did not suit."""
    last = max((one.row.starts_at for one in standing.offers), default=None)
    if standing.state == "confirmed" and last is not None:
        last = max(last, standing.row.starts_at)
    return asking.suggestions(work, standing, after=last)


def _same_revision(standing: Standing, revision: int) -> None:
    if revision != standing.row.revision:
        said = "Other times have been named since this message. Please answer in the newest message."
        raise Refused(said, code="conflict")


def _when(standing: Standing) -> str:
    agreed = Window(standing.row.starts_at, standing.row.ends_at)
    return f"{standing.title}, {window_said(agreed, standing.client.timezone)}"


def _wake(work: Work, standing: Standing) -> None:
    """Whoever pressed in a list gets the card that had given way to it."""
    if work.who.person_id:
        outbox.wake_dropped(work.tx, str(standing.ref), asking.offer_card(standing), work.who.person_id, work.now)


def _iso(window: Window | None) -> str:
    return window.starts_at.isoformat() if window is not None else ""
