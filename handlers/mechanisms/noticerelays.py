"""What contacts tell their staff about a notice: a draft at every step for whoever has read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.commands import Ref
from handlers.context import Work
from handlers.mechanisms import announcing, relaying
from handlers.mechanisms.broadcast import READ, Place, place_of
from handlers.mechanisms.plainwords import draft
from handlers.mechanisms.quiet import Quiet
from handlers.mechanisms.relaying import Draft, Matter, Rung
from storage.queries import broadcasts, notices
from storage.rows import Row
from storage.store import Tx


def draft_for(
    work: Work,
    notice: Row[Any],
    receipts: Sequence[Row[Any]],
    people: Mapping[str, Row[Any]],
    quiet: Quiet,
    *,
    updates: Sequence[Row[Any]] | None = None,
    places: Sequence[Row[Any]] | None = None,
    accounts: Sequence[Row[Any]] | None = None,
) -> None:
    """Drafts of the latest step for these readers, in place of their older ones, and what happens if nobody is told.

    A root cause is for those who asked, not for everybody. `updates` and `places`: the notice's, if they were looked
    up before (the latest update and the places of these readers' clients suffice); `accounts`: the readers', likewise.
    """
    if notice.kind == "root_cause" or not receipts:
        return
    if updates is None:
        updates = notices.updates_of(work.tx, notice.id)
    if places is None:
        places = notices.places_of(work.tx, notice.id, receipts[0].client_id if len(receipts) == 1 else None)
    update = updates[-1] if updates else None
    named = {row.id: place_of(row, quiet.clients[row.client_id]) for row in places}
    drafts = []
    for receipt in receipts:
        person = people[receipt.person_id]
        theirs = [named[place] for place in receipt.places]
        words = draft(notice, update, theirs, _impact(notice, theirs), person.timezone, work.now)
        rungs = _ladder(notice, person, theirs[0], quiet)
        drafts.append(Draft(person.id, receipt.client_id, words, rungs))
    number = update.number if update is not None else 0
    priority = announcing.priority_of(notice)
    subject = Ref("notice", notice.id)
    relaying.lay(work, subject, number, drafts, priority=priority, quiet=quiet, people=people, accounts=accounts)


def replace_older(work: Work, notice: Row[Any], number: int, person_id: str = "") -> None:
    """Drafts about earlier steps lose their buttons: something newer is to be told."""
    relaying.put_aside(work, Ref("notice", notice.id), number, person_id)


def _matter(tx: Tx, notice_id: str) -> Matter | None:
    notice = notices.notice(tx, notice_id)
    if notice is None:
        return None
    return Matter(Ref("notice", notice.id), notice.ref, notice.owner_id, announcing.priority_of(notice))


def _hold(work: Work, relay: Row[Any]) -> None:
    """The notice stands still, and one company's clicks come one after the other."""
    notice_id = Ref.parse(relay.subject).id
    notices.share(work.tx, notice_id)
    notices.lock_part(work.tx, notice_id, relay.client_id)


def _told(work: Work, relay: Row[Any]) -> None:
    notice_id = Ref.parse(relay.subject).id
    receipt = notices.receipt_of(work.tx, notice_id, relay.person_id)
    if receipt is not None and receipt.state in READ:
        notices.change_receipts(work.tx, [receipt.id], state="relayed")
    broadcasts.wake_reader(work.tx, notice_id, relay.person_id, work.now)


def _shown(work: Work, relay: Row[Any]) -> None:
    work.boards.add(Ref.parse(relay.subject).id)


KIND = relaying.Kind(matter=_matter, hold=_hold, told=_told, shown=_shown)


def _impact(notice: Row[Any], places: Sequence[Place]) -> str:
    return next((place.row.impact for place in places if place.row.impact), "") or str(notice.impact)


def _ladder(notice: Row[Any], person: Row[Any], place: Place, quiet: Quiet) -> list[Rung]:
    """Counted from when the person sees the draft, by the calendar of the first place."""
    planned = quiet.plan(f"relay{notice.severity}", place.client, place.row.location_id, quiet.until(person))
    return [Rung(rung.position, rung.deed, rung.due_at) for rung in planned]
