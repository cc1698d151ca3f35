"""What happens when nobody acknowledges a place: overdue, the backup, a call by the CSM, the supervisor."""

from __future__ import annotations

from typing import Any

from handlers.commands import Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import announcing, reaching, summoning
from handlers.mechanisms.broadcast import OPEN_STATES, Place
from handlers.mechanisms.enlisting import Audience, audience_of, ladder_of, office_of
from storage.queries import notices, timers
from storage.rows import Row


def climb(work: Work, notice: Row[Any], timer: Row[Any]) -> Outcome:
    """One rung of one place, once, whoever ticks."""
    ref, place_id = Ref("notice", notice.id), timer.plan.split(":")[1]
    part = notices.lock_part(work.tx, notice.id, timer.client_id)  # before the timer: who acknowledges does so too
    locked = [row for row in part if row.id == place_id]
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    if not locked or locked[0].acked_by is not None or notice.state not in OPEN_STATES:
        return Outcome(ref)
    if timer.plan != ladder_of(place_id, notice.round):
        return Outcome(ref)
    place_row = locked[0]
    if timer.deed.startswith("remind") and _overtaken(work, timer):
        timers.skip(work.tx, timer.id)
        _noted(work, notice, place_row, "skipped", {"rung": timer.deed, "due": timer.due_at})
        return Outcome(ref)
    audience = audience_of(work, notice, place_row.client_id)
    place = next(one for one in audience.places if one.id == place_id)
    mine = [row for row in notices.receipts_of(work.tx, notice.id, place_row.client_id) if place_id in row.places]
    silent = [row for row in mine if row.state in notices.SILENT]
    notices.change_receipts(work.tx, [row.id for row in silent if row.state == "queued"], state="overdue")
    _rung(work, notice, timer, audience, place, mine)
    work.boards.add(notice.id)
    _noted(work, notice, place_row, timer.deed, {"place": place.name, "silent": [row.person_id for row in silent]})
    return Outcome(ref)


def _rung(
    work: Work, notice: Row[Any], timer: Row[Any], audience: Audience, place: Place, mine: list[Row[Any]]
) -> None:
    listens = audience.known.listens
    silent = {
        row.person_id
        for row in mine
        if row.state in notices.SILENT and listens(row.person_id, row.client_id)  # who is away is left alone
    }
    people = {row.id: row for row in notices.readers_of(work.tx, notice.id, place.client.id)}
    if timer.deed in ("tell_csm", "tell_supervisor"):
        names = ", ".join(sorted(people[row.person_id].name for row in mine if people[row.person_id].state == "active"))
        title = f"{notice.ref}: call {names or 'the numbers on file'}. {office_of(place).title} has not acknowledged"
        above = timer.deed == "tell_supervisor"
        owner = summoning.supervisor_of(work, place.client.id) if above else place.row.csm_id
        key = f"{timer.plan}.{timer.deed}"
        summoning.summon(
            work, notice, "notice_call", title, client_id=place.client.id, owner=owner, key=key, due_at=work.now
        )
    elif timer.deed == "add_backup" and reaching.ask_next(work, notice, audience, place, why="backup") is not None:
        return
    elif silent and timer.deed != "expire":  # also where there is no backup left to ask
        announcing.announce(
            work,
            notice,
            f"remind:{timer.plan}.{timer.position}",
            quiet=audience.quiet,
            readers=[people[id_] for id_ in sorted(silent)],
            states=notices.SILENT,
            follows=announcing.FIRST,
        )


def _overtaken(work: Work, timer: Row[Any]) -> bool:
    """After a time of standing still several rungs are due at once: a reminder before the next one is of no use."""
    coming = timers.waiting_of(work.tx, timer.subject)
    return any(one.plan == timer.plan and one.due_at <= work.now for one in coming)


def _noted(work: Work, notice: Row[Any], place: Row[Any], what: str, after: dict[str, Any]) -> None:
    work.note(
        f"notice.{what}",
        chain=place.client_id,
        subject=Ref("notice", notice.id),
        version=notice.version,
        after={"ref": notice.ref, **after},
    )
