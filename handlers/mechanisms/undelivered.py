"""What could not be delivered, whatever it was about: written down once, and nobody is sent anything there again."""

from __future__ import annotations

from collections.abc import Callable

from handlers.commands import DeliveryFailed, ForgetAddress, ForgetRoom, Outcome, Ref
from handlers.context import Work
from storage.queries import deliveries, directory, rooms
from storage.rows import Row

LOST = ("target", "opted_out")
"""What a platform says of an account where nothing arrives any more."""


def note(command: DeliveryFailed, work: Work, row: Row, tell: Callable[[], bool] = lambda: False) -> Outcome:
    """Once: the journal says what did not arrive where and why, and the account is asked no more if nothing does.

    `tell` does what a lost message means to its subject, and answers whether the CSM hears of it; nothing of itself.
    """
    ref = Ref.parse(row.subject)
    if not deliveries.take_up(work.tx, row.id, work.now):
        return Outcome(ref, repeated=True)  # reported before (its teller died), or owed anew meanwhile
    if not known_lost(work, row, command):
        journal(work, row, command)
        forget(work, row, command, told=tell())
    return Outcome(ref)


def unreached(person: Row) -> str:
    """That nothing reaches this person, as the title of a task, with the number on file."""
    said = f"{person.name} could not be reached in chat"
    return f"{said}. Call {person.phone}" if person.phone else said


def known_lost(work: Work, row: Row, command: DeliveryFailed) -> bool:
    """Whether it went to an account of which everybody has known that nothing arrives there."""
    if command.what not in LOST or row.identity_id is None:
        return False
    return not directory.account(work.tx, row.identity_id).reachable


def journal(work: Work, row: Row, command: DeliveryFailed) -> None:
    """One line: what did not arrive, where, and why."""
    where = {"person": row.person_id} if row.room_id is None else {"room": row.room_id}
    work.note(
        "delivery.fail",
        chain=row.client_id or "msp",
        subject=row.subject,
        after={**where, "purpose": row.purpose, "what": command.what, "reason": command.reason},
    )


def forget(work: Work, row: Row, command: DeliveryFailed, *, told: bool = False) -> None:
    """An account where nothing arrives is asked no more until it is heard of; a room that our app left is not offered.

    A room that only forbids to write stays: its people can allow it. `told`: the CSM knows already.
    """
    if row.identity_id is not None and command.what in LOST:
        account = directory.account(work.tx, row.identity_id)
        gone = ForgetAddress(account.platform, account.org, account.user, command.reason, told)
        work.follow_ups.append(gone)
    if row.room_id is not None and command.what == "opted_out":
        room = rooms.room(work.tx, row.room_id)
        assert room is not None
        work.follow_ups.append(ForgetRoom(room.platform, room.org, room.channel, command.reason))
