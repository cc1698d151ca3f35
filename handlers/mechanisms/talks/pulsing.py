"""A pulse is due: whoever knows the client best is asked, once more, and at last whoever stands above hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.commands import Ref
from handlers.context import NORMAL, Work
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.summoning import supervisor_of
from handlers.mechanisms.talks import rhythm
from handlers.mechanisms.telling import tell
from storage.queries import directory, pulses, timers
from storage.rows import Row

HOLDERS = ("vcio", "csm", "supervisor")
CALLS = ("pulse_call", "pulse_late")
"""Tasks that are over when a pulse is logged or left out."""
REMIND_DAYS, LATE_DAYS = 2, 5
"""Business days of the provider."""
CHANNELS: Mapping[str, str] = {"phone": "call", "in_person": "see"}


def ask(work: Work, client: Row[Any]) -> None:
    """A pulse is due: whoever knows the client best is asked how it is, and to call where the client prefers that."""
    pulse_id, owner = work.new_id("pul"), _holder(work, client.id)
    due = rhythm.next_pulse(work, client, passed=True)
    if due is None:
        return
    contact = _contact(work, client)
    channel = contact.preferred_channel if contact is not None and contact.preferred_channel in CHANNELS else "chat"
    fresh = pulses.ask(
        work.tx,
        {
            "id": pulse_id,
            "client_id": client.id,
            "period": due.isoformat(),
            "state": "asked",
            "channel": channel,
            "owner_id": owner,
            "asked_at": work.now,
            "logged_by": "",
            "temperature": "",
            "preference": "normal",
            "text": "",
            "suggested": {},
            "settled_by": "",
            "settled_why": "",
            "kept": False,
        },
    )
    if not fresh:
        return
    row = pulses.lock(work.tx, pulse_id)
    assert row is not None
    ref = Ref("pulse", pulse_id)
    if owner is not None:
        work.owe(ref, "pulse", [owner], client_id=client.id, priority=NORMAL)
    if channel in CHANNELS and contact is not None:
        whom = f"{contact.name} ({contact.phone})" if contact.phone else contact.name
        title = f"{CHANNELS[channel].capitalize()} {whom}, {client.name}: how are things? Then log the pulse"
        late = work.provider.add_business_days(work.now, LATE_DAYS)
        tell(work, client.id, owner, ref, "pulse_call", title[:300], key="call", due_at=late)
    plan(work, row, client, "late", [("remind", REMIND_DAYS), ("late", LATE_DAYS)])
    note(work, row, "ask", {"owner": owner, "channel": channel})


def again(work: Work, row: Row[Any], purpose: str) -> None:
    """Whoever was asked hears of it once more, in the thread of the card."""
    owner = _owner_now(work, row)
    if owner is not None:
        ref = Ref("pulse", row.id)
        work.owe(ref, purpose, [owner], client_id=row.client_id, priority=NORMAL, follows="pulse")
        work.redraw(ref)
        note(work, row, purpose.partition(":")[0], {"owner": owner})


def late(work: Work, row: Row[Any]) -> None:
    """Nobody has logged it: whoever stands above its owner is told."""
    client = directory.client(work.tx, row.client_id)
    owner = directory.person(work.tx, row.owner_id) if row.owner_id else None
    name = client.name if client is not None else ""
    title = f"Nobody has said how {name} is{f' ({owner.name} was asked)' if owner else ''}"
    above, ref = supervisor_of(work, row.client_id), Ref("pulse", row.id)
    tell(work, row.client_id, above, ref, "pulse_late", title[:300], key="late")
    note(work, row, "late", {"owner": row.owner_id})


def _holder(work: Work, client_id: str) -> str | None:
    duties = directory.duties_for(work.tx, client_id)
    return next((str(duty.person_id) for role in HOLDERS for duty in duties if duty.role == role), None)


def _owner_now(work: Work, row: Row[Any]) -> str | None:
    person = directory.person(work.tx, row.owner_id) if row.owner_id else None
    return str(person.id) if person is not None and person.state == "active" else _holder(work, row.client_id)


def _contact(work: Work, client: Row[Any]) -> Row[Any] | None:
    chain = roster_of(work.tx, client, work.now).chain("liaison")
    return directory.person(work.tx, chain[0]) if chain else None


def plan(work: Work, row: Row[Any], client: Row[Any], plan: str, steps: list[tuple[str, int]]) -> None:
    """What happens by itself to a pulse: (deed, after so many business days of the provider)."""
    for position, (deed, days) in enumerate(steps):
        timers.plan(
            work.tx,
            work.timer(
                f"pulse:{row.id}",
                plan,
                deed,
                work.provider.add_business_days(work.now, days),
                client_id=client.id,
                position=position,
            ),
        )


def note(work: Work, row: Row[Any], what: str, after: Mapping[str, Any]) -> None:
    """One line for the journal about a pulse."""
    now = pulses.pulse(work.tx, row.id)
    assert now is not None
    work.note(
        f"pulse.{what}",
        chain=row.client_id,
        subject=Ref("pulse", row.id),
        before={"state": row.state},
        after={"state": now.state, **after},
    )
