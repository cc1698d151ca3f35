"""Opens talks: the one that comes round, and one that the provider plans by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from handlers.commands import Outcome, PlanTouchpoint, Refused, Window
from handlers.context import Work
from handlers.hours import calendar_of
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.talks import agreeing, asking, rhythm, slots
from handlers.mechanisms.talks.standing import Standing
from handlers.mechanisms.talks.steering import (
    contacts,
    done,
    holder_of,
    journal,
    locked,
    not_now,
    only_provider,
    relocked,
)
from handlers.policy import policy_of
from handlers.timetable import KINDS
from handlers.words import cleaned
from storage.queries import directory, touchpoints
from storage.rows import Row

STOOD_STILL = "It was due while nothing went out."
LONGEST_TITLE, LONGEST_PLACE, LONGEST_LINK = 120, 200, 500
CHANNELS = ("phone", "in_person")


def open_due(work: Work, client: Row[Any], kind: str) -> None:
    """The talk that comes round is proposed. A day that has gone by meanwhile is left out, and the journal says so."""
    passed = rhythm.next_talk(work, client, kind, passed=True)
    if passed is None:
        return
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    if passed < calendar.local_day(work.now):
        _write(work, client, kind, passed, state="skipped", ended_at=work.now, ended_why=STOOD_STILL)
        rhythm.plan_talk(work, client, kind)
        return
    found = rhythm.rhythm_of(work.tx, client, kind)
    standing = _write(work, client, kind, passed, minutes=found.minutes)
    if standing is None:
        rhythm.plan_talk(work, client, kind)
        return
    asking.propose(work, standing, asking.suggestions(work, standing, unasked=True))
    agreeing.plan_form(work, relocked(work, standing.row.id))
    work.redraw(standing.ref)


def plan_by_hand(command: PlanTouchpoint, work: Work) -> Outcome:
    """The provider plans a talk outside the rhythm; or gives one that is there other times (-> proposed, anew)."""
    only_provider(work, "plan a meeting")
    if command.ref is not None:
        return _offer_others(command, work)
    client = _client(work, command.client)
    if command.kind not in KINDS:
        raise Refused(f"Please choose a kind of meeting: {', '.join(KINDS)}.", field="kind", code="invalid")
    windows, words = slots.given(work, command.windows), _words(command)
    calendar = calendar_of(work.tx, client, policy_of(client.policy))
    due = calendar.local_day(windows[0].starts_at)
    standing = _write(work, client, command.kind, due, minutes=_minutes(windows), by_hand=True, **words)
    assert standing is not None
    after = asking.propose(work, standing, windows, text=_text(command), author=(work.who.person_id, work.who.name))
    agreeing.plan_form(work, after)
    rhythm.plan_talk(work, client, command.kind)
    return done(work, after, _said(after))


def again(work: Work, standing: Standing, windows: Sequence[Window], *, text: str = "") -> Standing:
    """Other times are offered for a talk that is there; whoever had been told of an agreed one hears that it is off."""
    agreed, told = standing.state == "confirmed", contacts(standing)
    before = standing.row.revision
    author = work.who.person_id, work.who.name
    after = asking.propose(work, standing, windows, text=text, author=author if work.who.person_id else None)
    if agreed:
        asked = {one.person_id for one in after.asked}
        agreeing.tell_moved(work, after, told - asked, before)
    agreeing.plan_form(work, after)
    return after


def _offer_others(command: PlanTouchpoint, work: Work) -> Outcome:
    assert command.ref is not None
    standing = locked(work, command.ref)
    if not standing.is_open and not standing.is_ahead:
        raise not_now(standing, "given other times")
    windows, words = slots.given(work, command.windows), _words(command)
    if (
        standing.state != "confirmed"
        and windows == tuple(one.window for one in standing.offers)
        and _same(standing, words)
    ):
        return done(work, standing, "These times are on offer already.", repeated=True)
    kept = {name: value for name, value in words.items() if value}
    touchpoints.change_talk(work.tx, standing.row.id, minutes=_minutes(windows), **kept)
    after = again(work, relocked(work, standing.row.id), windows, text=_text(command))
    return done(work, after, _said(after))


def _same(standing: Standing, words: dict[str, str]) -> bool:
    return standing.state == "proposed" and all(
        not value or getattr(standing.row, name) == value for name, value in words.items()
    )


def _said(standing: Standing) -> str:
    ref = standing.row.ref
    if standing.state == "proposed":
        names = standing.name(standing.asked[0].person_id) if standing.asked else ""
        return f"{ref} is proposed: {names} chooses a time. Nothing is agreed until then."
    return f"{ref} is planned. Nobody is written to in chat: somebody of your team has a task to agree on a time."


def _write(
    work: Work, client: Row[Any], kind: str, due_on: date, *, by_hand: bool = False, **values: Any
) -> Standing | None:
    """A talk's row under the client's lock; None when the one of this day is there."""
    talk_id = work.new_id("tpt")
    row = {
        "id": talk_id,
        "ref": touchpoints.next_ref(work.tx),
        "client_id": client.id,
        "kind": kind,
        "period": talk_id if by_hand else due_on.isoformat(),
        "state": "due",
        "version": 1,
        "revision": 1,
        "title": "",
        "channel": _channel(work, client, kind),
        "link": "",
        "place": "",
        "owner_id": holder_of(work, client.id, kind),
        "due_on": due_on,
        "minutes": 30,
        "created_at": work.now,
        "ended_by": "",
        "ended_why": "",
        "notes": "",
        "agenda": [],
        "sequence": 0,
        **values,
    }
    if not touchpoints.open_talk(work.tx, row):
        return None
    standing = relocked(work, talk_id)
    journal(work, standing, "open" if standing.state == "due" else "skip", {"due": due_on.isoformat()})
    return standing


def _channel(work: Work, client: Row[Any], kind: str) -> str:
    """chat, unless the one who decides prefers to be called or seen."""
    roster = roster_of(work.tx, client, work.now)
    chain = roster.chain(policy_of(client.policy).timetable.talks[kind].role)
    reachable = [id_ for id_ in chain if roster.members[id_].reachable] or list(chain)
    person = directory.person(work.tx, reachable[0]) if reachable else None
    preferred = person.preferred_channel if person is not None else "chat"
    return str(preferred) if preferred in CHANNELS else "chat"


def _client(work: Work, named: str) -> Row[Any]:
    row = directory.client(work.tx, named) or directory.client_by_slug(work.tx, named)
    if row is None or not work.who.acts_for(row.id):
        raise Refused("Please choose a client.", field="client", code="not_found")
    return directory.lock_client(work.tx, row.id)


def _words(command: PlanTouchpoint) -> dict[str, str]:
    link = cleaned(command.link, "link", "the link", LONGEST_LINK, empty=True)
    if link and not link.startswith(("https://", "http://")):
        raise Refused("Please give the link as https://...", field="link", code="invalid")
    return {
        "title": " ".join(cleaned(command.title, "title", "the title", LONGEST_TITLE, empty=True).split()),
        "link": link,
        "place": " ".join(cleaned(command.place, "place", "the place", LONGEST_PLACE, empty=True).split()),
    }


def _text(command: PlanTouchpoint) -> str:
    return cleaned(command.text, "text", "the text", 1000, empty=True)


def _minutes(windows: Sequence[Window]) -> int:
    return max(int((windows[0].ends_at - windows[0].starts_at).total_seconds() // 60), 1)
