"""A client's hours or ladders have changed: what is still to come of its open notices is planned anew.

It counts from when it was counted from before; what has happened stays as it was, and a rung whose new time has passed
is due at once. A card that waits for quiet hours to end goes when it was to go, and no ladder begins before that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.context import Work
from handlers.ladders import Planned
from handlers.mechanisms.broadcast import OPEN_STATES, Place
from handlers.mechanisms.enlisting import AGAIN, LADDER_DEEDS, Audience, audience_of, ladder_of
from handlers.mechanisms.quiet import Quiet
from storage.queries import broadcasts, bulk, notice_reach, notices, timers
from storage.queries.notice_reach import Reach
from storage.rows import Row


@dataclass(frozen=True)
class Part:
    """One client's part of an open notice."""

    client_id: str
    notice: Row[Any]
    audience: Audience
    people: Mapping[str, Row[Any]]
    receipts: Sequence[Row[Any]]
    reach: Mapping[str, Reach]
    _quiet: dict[datetime, Quiet] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What the timers of its places are about."""
        return f"notice:{self.notice.id}"

    def seen(self, person_id: str, asked: datetime) -> datetime:
        """When this person, to whom something was said at that moment, was or will be told, by the hours of today."""
        quiet = self.quiet(asked)
        until = quiet.until(self.people[person_id])
        waits = self.reach[person_id].waits_until if person_id in self.reach else None
        return max(until, waits) if waits is not None else until

    def quiet(self, moment: datetime) -> Quiet:
        """The hours that count for what was said at that moment."""
        if moment not in self._quiet:
            of = self.audience.quiet
            self._quiet[moment] = Quiet(of.tx, of.clients, of.severity, moment)
        return self._quiet[moment]


def replan(work: Work, client_id: str) -> None:
    """Every open notice of this client, who is waited for to acknowledge and who to tell the staff."""
    for row in notices.open_of_client(work.tx, client_id):
        notice = notices.share(work.tx, row.id)
        if notice is None or notice.state not in OPEN_STATES:
            continue
        notices.lock_part(work.tx, notice.id, client_id)
        part = Part(
            client_id=client_id,
            notice=notice,
            audience=audience_of(work, notice, client_id),
            people={one.id: one for one in notices.readers_of(work.tx, notice.id, client_id)},
            receipts=notices.receipts_of(work.tx, notice.id, client_id),
            reach=notice_reach.reach_of(work.tx, notice.id, client_id),
        )
        places, drafts = _acknowledging(work, part), _telling(work, part)
        for receipt in part.receipts:
            if receipt.person_id in drafts or places & set(receipt.places):
                broadcasts.wake_reader(work.tx, notice.id, receipt.person_id, work.now)


def _acknowledging(work: Work, part: Part) -> set[str]:
    """The ladders of the places that nobody has acknowledged; -> the places whose ladder is another one now."""
    silent = {ladder_of(one.id, part.notice.round): one for one in part.audience.places if one.row.acked_by is None}
    known: dict[str, list[Row[Any]]] = {}
    for timer in timers.of_plans(work.tx, part.subject, list(silent)) if silent else ():
        if timer.deed in LADDER_DEEDS:
            known.setdefault(timer.plan, []).append(timer)
    changed = set()
    for plan, rows in known.items():
        place, running = silent[plan], [row for row in rows if row.state == "waiting"]
        if not running:
            continue
        base = max(row.position for row in running) // AGAIN * AGAIN
        began = _began(work, part.notice, base // AGAIN)
        readers = [row for row in part.receipts if place.id in row.places and row.asked_at <= began]
        since = min((part.seen(row.person_id, began) for row in readers), default=began)
        planned = _planned(part, f"sev{part.notice.severity}", place, since)
        if _renewed(work, part, plan, rows, planned, base, subject=part.subject):
            changed.add(place.id)
    return changed


def _telling(work: Work, part: Part) -> set[str]:
    """The ladders of drafts that nobody's staff was told; -> the people whose ladder is another one now."""
    drafts = {f"relay:{row.id}": row for row in notices.relays_of(work.tx, part.notice.id, part.client_id)}
    drafts = {subject: row for subject, row in drafts.items() if row.state == "draft"}
    places = {place.id: place for place in part.audience.places}
    first = {row.person_id: places[row.places[0]] for row in part.receipts}
    known: dict[str, list[Row[Any]]] = {}
    for timer in timers.of_subjects(work.tx, list(drafts)) if drafts else ():
        known.setdefault(timer.subject, []).append(timer)
    changed = set()
    for subject, rows in known.items():
        if not any(row.state == "waiting" for row in rows):
            continue
        draft = drafts[subject]
        since = part.quiet(draft.created_at).until(part.people[draft.person_id])
        planned = _planned(part, f"relay{part.notice.severity}", first[draft.person_id], since)
        if _renewed(work, part, rows[0].plan, rows, planned, 0, subject=subject):
            changed.add(str(draft.person_id))
    broadcasts.wake_relays(work.tx, [row.id for row in drafts.values() if row.person_id in changed], work.now)
    return changed


def _planned(part: Part, name: str, place: Place, since: datetime) -> tuple[Planned, ...]:
    return part.audience.quiet.plan(name, place.client, place.row.location_id, since)


def _renewed(
    work: Work, part: Part, plan: str, rows: Sequence[Row[Any]], planned: Sequence[Planned], base: int, *, subject: str
) -> bool:
    """Writes the rungs that have not happened in the place of those that wait; False when they are the same."""
    happened = {row.position for row in rows if row.state in ("done", "skipped")}
    coming = {base + one.position: (one.deed, one.due_at) for one in planned if base + one.position not in happened}
    if coming == {row.position: (row.deed, row.due_at) for row in rows if row.state == "waiting"}:
        return False
    timers.drop_plan(work.tx, subject, plan)
    fresh = [
        work.timer(subject, plan, deed, due_at, client_id=part.client_id, position=position)
        for position, (deed, due_at) in coming.items()
    ]
    bulk.plan_all(work.tx, fresh)
    return True


def _began(work: Work, notice: Row[Any], version: int) -> datetime:
    """When the ladders began that are counted now: at that version (another severity), else with this round."""
    updates = notices.updates_of(work.tx, notice.id)
    if version:
        number = version - (notice.version - len(updates))
        return next(row.at for row in updates if row.number == number)
    again = [row.at for row in updates if row.what == "reopened"]
    return again[-1] if again else notice.sent_at
