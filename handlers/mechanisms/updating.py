"""Says what is new to everybody who was told, and sees to it that the next word comes when it was promised."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.commands import Outcome, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import announcing, noticerelays, steering, summoning
from handlers.mechanisms.broadcast import OPEN_STATES, READ
from handlers.mechanisms.plainwords import clock
from handlers.mechanisms.telling import tasks_over
from storage.queries import broadcasts, bulk, directory, notices, timers
from storage.rows import Row

EARLY = timedelta(minutes=5)
"""The owner is reminded so long before an update is due, the supervisor told so long after."""
PROMISED = frozenset({"update_due", "update_late"})
FURTHEST = timedelta(days=400)
RHYTHM = {1: timedelta(minutes=30), 2: timedelta(minutes=60)}
RHYTHM_HOURS = {3: 4}
"""Business hours of the provider between two updates of an outage; severity 4 promises none."""


def promised(work: Work, kind: str, severity: int, given: datetime | None) -> datetime | None:
    """When the next update is due: as given, else by the severity of an outage. `Refused` for a moment that is past."""
    if given is not None:
        if given.tzinfo is None:
            raise Refused("The time of the next update needs a zone.", field="next_update_at", code="invalid")
        if not work.now < given <= work.now + FURTHEST:
            raise Refused("The next update has to lie ahead.", field="next_update_at", code="invalid")
        return given
    if kind != "outage":
        return None
    if severity in RHYTHM:
        return work.now + RHYTHM[severity]
    hours = RHYTHM_HOURS.get(severity)
    return work.provider.add_business_hours(work.now, hours) if hours else None


def plan_next(work: Work, notice: Row[Any]) -> None:
    """The nudge before the next update is due and the alarm after; earlier ones are void."""
    timers.cancel(work.tx, f"notice:{notice.id}", PROMISED)
    tasks_over(work, summoning.about(notice), summoning.DUE)
    due = notice.next_update_at
    if due is None or notice.state not in OPEN_STATES:
        return
    plan = f"next:{notice.version}"
    rows = [
        work.timer(f"notice:{notice.id}", plan, "update_due", max(due - EARLY, work.now)),
        work.timer(f"notice:{notice.id}", plan, "update_late", due + EARLY, position=1),
    ]
    bulk.plan_all(work.tx, rows)


def say(
    work: Work,
    before: Row[Any],
    what: str,
    text: str,
    *,
    journal: str,
    columns: Mapping[str, Any],
) -> tuple[Row[Any], int]:
    """One progress line: every card shows it, everybody is told by a message of its own, and whoever has read the
    notice gets a new draft for the staff; -> the notice as it is now, and the line's number."""
    number = len(notices.updates_of(work.tx, before.id)) + 1
    notices.change_notice(work.tx, before.id, version=before.version + 1, **columns)
    notice = notices.notice(work.tx, before.id)
    assert notice is not None
    notices.add_update(
        work.tx,
        {
            "id": work.new_id("upd"),
            "notice_id": notice.id,
            "number": number,
            "what": what,
            "state": notice.state,
            "text": text,
            "workaround": notice.workaround,
            "next_update_at": notice.next_update_at,
            "author": work.who.name,
            "at": work.now,
        },
    )
    clients = list(notices.clients_in(work.tx, notice.id))
    quiet = announcing.quiet_of(work, notice, clients)
    broadcasts.drop_held_updates(work.tx, notice.id, work.now)
    broadcasts.wake_cards(work.tx, notice.id, number - 1, work.now)
    broadcasts.wake_lists(work.tx, notice.id, work.now)
    announcing.announce(work, notice, f"update:{number}", quiet=quiet, follows=announcing.FIRST)
    noticerelays.replace_older(work, notice, number)
    known = [row for row in notices.receipts_of(work.tx, notice.id) if row.state in READ]
    people = {row.id: row for row in notices.readers_of(work.tx, notice.id)} if known else {}
    present = [row for row in known if people[row.person_id].state == "active"]
    noticerelays.draft_for(work, notice, present, people, quiet)
    plan_next(work, notice)
    announcing.refresh_boards(work, notice, f"{number}")
    after = {"state": notice.state, "update": number, "text": text}
    full = {"workaround": notice.workaround, "next_update_at": notice.next_update_at}
    ids = [row.id for row in clients]
    steering.note(work, before, journal, after, clients=ids, full=full, version=notice.version)
    return notice, number


def climb(work: Work, notice: Row[Any], timer: Row[Any]) -> Outcome:
    """An update is due, or late: the owner, then the supervisor has to say something, if only that nothing is new."""
    ref = Ref("notice", notice.id)
    due = notice.next_update_at
    if due is None or notice.state not in OPEN_STATES or timer.plan != f"next:{notice.version}":
        return Outcome(ref)
    client_id = summoning.first_client(work, notice)
    owner = directory.person(work.tx, notice.owner_id) if notice.owner_id else None
    if timer.deed == "update_due":
        later = [one for one in timers.waiting_of(work.tx, timer.subject) if one.plan == timer.plan]
        if any(one.due_at <= work.now for one in later):
            timers.skip(work.tx, timer.id)
            return Outcome(ref)
        said = clock(due, owner.timezone if owner is not None else work.provider.timezone, work.now)
        title = f"{notice.ref}: the next update was promised for {said}"
        summoning.summon(
            work,
            notice,
            "update_due",
            title,
            client_id=client_id,
            owner=notice.owner_id,
            key=timer.plan,
            due_at=due,
        )
    else:
        above = summoning.supervisor_of(work, client_id)
        late = f"{notice.ref}: the update is late; {owner.name if owner is not None else 'nobody'} has the notice"
        summoning.summon(
            work, notice, "update_late", late, client_id=client_id, owner=above, key=timer.plan, due_at=work.now
        )
    work.boards.add(notice.id)
    steering.note(work, notice, timer.deed, {"promised": due})
    return Outcome(ref)
