"""Sends a notice: receipts, cards, ladders, boards and the journal of every client, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.commands import Outcome, Ref
from handlers.context import URGENT, Work
from handlers.mechanisms import aftermath, announcing, enlisting, reaching, steering, updating
from handlers.mechanisms.audience import NO_ACCOUNT
from handlers.mechanisms.enlisting import Audience
from storage import outbox, statistics
from storage.queries import broadcasts, bulk, notice_reach, notices, timers
from storage.rows import Row

WRITTEN = ("receipt", "notice_place", "timer", "delivery")
"""The tables that have a row for each reader or place of a notice."""


def send(work: Work, draft: Row[Any]) -> Outcome:
    """draft -> investigating: everybody it is for is told at once, and whoever cannot be is known at once."""
    given = draft.next_update_at
    ahead = given if given is not None and given > work.now else None
    promised = updating.promised(work, draft.kind, draft.severity, ahead)
    columns = {"state": "investigating", "sent_at": work.now, "next_update_at": promised}
    notices.change_notice(work.tx, draft.id, **columns)
    notice = reread(work, draft)
    outbox.touch(work.tx, f"notice:{notice.id}", work.now, priority=URGENT)
    audience = enlisting.audience_of(work, notice)
    asked = enlisting.enlist(work, notice, audience, {})
    announcing.announce(work, notice, announcing.FIRST, quiet=audience.quiet, states=("queued",))
    enlisting.plan_ladders(work, notice, audience, asked)
    updating.plan_next(work, notice)
    if notice.kind != "outage" and promised is None:
        aftermath.plan_close(work, notice)
    give_boards(work, notice, audience)
    announcing.refresh_boards(work, notice, "sent")
    people, lost = bulk.tally(work.tx, notice.id)
    statistics.learn(work.tx, WRITTEN, people)
    said = {"state": notice.state, "severity": notice.severity, "kind": notice.kind, "title": notice.title}
    full = {
        "services": notice.services,
        "impact": notice.impact,
        "workaround": notice.workaround,
        "next_update_at": promised,
        "clients": len(audience.clients),
        "people": people,
        "unreachable": lost,
    }
    steering.note(work, draft, "sent", said, clients=audience.clients, full=full)
    clients = len(audience.clients)
    facts = {"id": notice.id, "ref": notice.ref, "version": notice.version, "clients": clients}
    facts |= {"people": people, "unreachable": lost}
    held = 0 if audience.quiet.never else len(notice_reach.waiting_for_morning(work.tx, notice.id, work.now))
    return Outcome(Ref("notice", notice.id), _sentence(notice, clients, people, lost, held), facts)


def reopen(work: Work, resolved: Row[Any], text: str, columns: Mapping[str, Any]) -> None:
    """resolved -> investigating: everybody is asked again, and the ladders begin anew."""
    bulk.ask_again(work.tx, resolved.id, work.now)
    timers.cancel(work.tx, f"notice:{resolved.id}", {"root_cause_late", "close"})
    notice, _ = updating.say(work, resolved, "reopened", text, journal="reopen", columns=columns)
    audience = enlisting.audience_of(work, notice)
    known = {row.person_id: row for row in notices.receipts_of(work.tx, notice.id)}
    asked = enlisting.enlist(work, notice, audience, known)
    fresh = {row.id: row for rows in asked.values() for row in rows if row.id not in known}
    if fresh:
        states = ("queued",)
        readers = list(fresh.values())
        announcing.announce(work, notice, announcing.FIRST, quiet=audience.quiet, readers=readers, states=states)
    enlisting.plan_ladders(work, notice, audience, asked)
    for client_id in sorted({row.client_id for row in known.values() if row.state == "undeliverable"}):
        reaching.look_again(work, notice, client_id)


def replan(work: Work, notice: Row[Any]) -> None:
    """The severity is another one: what happens on silence is counted anew from now, and by day what waited may go."""
    timers.cancel(work.tx, f"notice:{notice.id}", enlisting.LADDER_DEEDS)
    if notice.severity == 1:
        broadcasts.release(work.tx, f"notice:{notice.id}", announcing.FIRST, work.now)
    audience = enlisting.audience_of(work, notice)
    people = {row.id: row for row in notices.readers_of(work.tx, notice.id)}
    asked: dict[str, list[Row[Any]]] = {}
    for row in notices.receipts_of(work.tx, notice.id):
        for place in row.places if row.state in notices.SILENT else ():
            asked.setdefault(place, []).append(people[row.person_id])
    enlisting.plan_ladders(work, notice, audience, asked, again=True)


def copy_readers(work: Work, of: Row[Any], to: Row[Any]) -> None:
    """The same readers at the same places: for what is said about a notice that is over."""
    places = {row.id: work.new_id("plc") for row in notices.places_of(work.tx, of.id)}
    names = ("client_id", "location_id", "csm_id")
    rows = [
        {
            **{name: getattr(row, name) for name in names},
            "id": places[row.id],
            "notice_id": to.id,
            "impact": "",
            "acked_by": None,
            "acked_at": None,
        }
        for row in notices.places_of(work.tx, of.id)
    ]
    notices.add_places(work.tx, rows)
    audience = enlisting.audience_of(work, to)
    named = {place.id: place for place in audience.places}
    live = {row.person_id for row in notices.accounts_in(work.tx, of.id)}
    people = {row.id: row for row in notices.readers_of(work.tx, of.id) if row.state == "active"}
    receipts = []
    for row in notices.receipts_of(work.tx, of.id):
        if row.person_id in people:
            problem = "" if row.person_id in live else NO_ACCOUNT
            first = named[places[row.places[0]]]
            fresh = enlisting.receipt(work, to, first, people[row.person_id], "primary", problem)
            receipts.append({**fresh, "places": [places[place] for place in row.places]})
    notices.add_receipts(work.tx, receipts)
    announcing.announce(work, to, announcing.FIRST, quiet=audience.quiet, states=("queued",))
    give_boards(work, to, audience)
    announcing.refresh_boards(work, to, "sent")


def give_boards(work: Work, notice: Row[Any], audience: Audience) -> None:
    """A live board for whoever owns it, whoever sent it, and the CSM of every client concerned."""
    staff = {notice.owner_id, *(place.row.csm_id for place in audience.places)}
    if work.who.staff:
        staff.add(work.who.person_id)
    people = sorted(id_ for id_ in staff if id_ is not None)
    work.owe(Ref("board", notice.id), "board", people, client_id=None, priority=URGENT)


def reread(work: Work, notice: Row[Any]) -> Row[Any]:
    """The notice as it is now."""
    row = notices.notice(work.tx, notice.id)
    assert row is not None
    return row


def _sentence(notice: Row[Any], clients: int, people: int, lost: int, held: int) -> str:
    said = f"{notice.ref} is on its way to {people} {'person' if people == 1 else 'people'}"
    said += f" of {clients} clients." if clients > 1 else "."
    if held:
        said += f" {held} of them {'gets' if held == 1 else 'get'} it when quiet hours end."
    return said + (f" {lost} cannot be reached in chat: see the board." if lost else "")
