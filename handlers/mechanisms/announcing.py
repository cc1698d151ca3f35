"""Tells everybody at once: one message to all readers of a notice, held where it is night, and the boards beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.commands import Ref
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms.quiet import Quiet
from storage import outbox
from storage.queries import broadcasts, bulk, notices
from storage.rows import Row

TOLD = ("queued", "overdue", "covered", "acknowledged", "relayed")
"""States of a receipt whose reader is told what is new; the others cannot be reached."""
FIRST = "notice"
"""The purpose of a reader's first card, which is edited from then on; what follows is posted in its thread."""
REFRESH = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""So long after a broadcast the boards are drawn again: that a card has arrived is no event of its own."""
SETTLED = timedelta(seconds=30)
"""So long after quiet hours have ended somewhere, what waited for that has arrived and the boards say so."""


def priority_of(notice: Row[Any]) -> int:
    """A severity 1 goes before everything but a person who waits for a click."""
    return URGENT if notice.severity == 1 else NORMAL


def quiet_of(
    work: Work,
    notice: Row[Any],
    clients: Sequence[Row[Any]] | None = None,
    offices: Sequence[Row[Any]] | None = None,
) -> Quiet:
    """The hours that count for this notice; `clients` and all `offices` of theirs, if they were looked up before."""
    rows = notices.clients_in(work.tx, notice.id) if clients is None else clients
    return Quiet(work.tx, {row.id: row for row in rows}, notice.severity, work.now, offices)


def announce(
    work: Work,
    notice: Row[Any],
    purpose: str,
    *,
    quiet: Quiet,
    readers: Sequence[Row[Any]] | None = None,
    states: Collection[str] = TOLD,
    follows: str = "",
) -> None:
    """Owes a message of this purpose to every reader in these states (of these `readers` only, if given)."""
    broadcasts.owe_readers(
        work.tx,
        notice.id,
        purpose,
        states,
        work.now,
        id_prefix=work.new_id("dlv"),
        priority=priority_of(notice),
        follows=follows,
        among=None if readers is None else [row.id for row in readers],
    )
    if quiet.never:
        return
    people = notices.readers_of(work.tx, notice.id) if readers is None else readers
    until = {row.id: moment for row in people if (moment := quiet.until(row)) > work.now}
    hold(work, f"notice:{notice.id}", purpose, until)
    morning = enumerate(sorted(set(until.values())))
    bulk.plan_all(
        work.tx,
        [work.timer(f"notice:{notice.id}", f"held:{purpose}", "opened", at + SETTLED, position=n) for n, at in morning],
    )


def hold(work: Work, subject: str, purpose: str, until: Mapping[str, datetime]) -> None:
    """What came in these people's quiet hours waits until they end; with other things that wait it is one list."""
    if not until:
        return
    broadcasts.hold(work.tx, subject, purpose, until)
    crowded = broadcasts.crowded(work.tx, subject, purpose, work.now)
    broadcasts.drop_for_list(work.tx, crowded)
    lists = [
        outbox.Owed(
            id=work.new_id("dlv"),
            subject=str(Ref("person", one.person_id)),
            purpose=f"opening:{one.due_at:%Y-%m-%d}",
            identity_id=one.identity_id,
            person_id=one.person_id,
            client_id=one.client_id,
            lane=one.lane,
            priority=one.priority,
            due_at=one.due_at,
        )
        for one in crowded
    ]
    outbox.owe(work.tx, lists, work.now)


def night_of(work: Work, notice: Row[Any]) -> Quiet:
    """The same, for what can wait whatever the notice's severity is."""
    quiet = quiet_of(work, notice)
    return replace(quiet, severity=4)


def owe_each(
    work: Work,
    cards: Sequence[tuple[Ref, str, str]],
    purpose: str,
    *,
    priority: int,
    quiet: Quiet | None = None,
    later: timedelta = timedelta(),
    people: Mapping[str, Row[Any]] | None = None,
    reachable: Sequence[Row[Any]] | None = None,
) -> None:
    """Owes many people a card each, every one of a subject of its own: (subject, person, client).

    In quiet hours it is held until they end, and so much `later`. `people`: by id, and `reachable`: their accounts, if
    they were looked up before.
    """
    accounts: dict[str, list[Row[Any]]] = {}
    if reachable is None:
        reachable = broadcasts.accounts_of(work.tx, [person for _, person, _ in cards])
    for account in reachable:
        accounts.setdefault(account.person_id, []).append(account)
    ends: dict[str, datetime] = {}
    if quiet is not None and not quiet.never:
        known = broadcasts.people_of(work.tx, list(accounts)) if people is None else people.values()
        ends = {row.id: quiet.until(row) for row in known}
    until = {id_: end + later for id_, end in ends.items() if end > work.now}
    owed = [
        outbox.Owed(
            id=work.new_id("dlv"),
            subject=str(ref),
            purpose=purpose,
            identity_id=account.id,
            person_id=person,
            client_id=client,
            lane=f"{account.platform}:{account.org}",
            priority=priority,
            due_at=until.get(person, work.now),
        )
        for ref, person, client in cards
        for account in accounts.get(person, ())
    ]
    outbox.owe(work.tx, owed, work.now)


def refresh_boards(work: Work, notice: Row[Any], plan: str) -> None:
    """The boards are true now, and are drawn again while what was just sent arrives."""
    work.boards.add(notice.id)
    rows = [
        work.timer(f"notice:{notice.id}", f"refresh:{plan}", "refresh", work.now + after, position=position)
        for position, after in enumerate(REFRESH)
    ]
    bulk.plan_all(work.tx, rows)
