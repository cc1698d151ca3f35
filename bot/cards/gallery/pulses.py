"""Draws pulses for the provider's people: whom to ask, what was found, what it suggests beside what holds now."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Button, Card, Form
from bot.cards.gallery.sight import Drawer, Sight
from bot.cards.talks import pulse_forms, pulses
from handlers.commands import Ref, Refused
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.summoning import ABOVE
from handlers.mechanisms.talks.rhythm import rhythm_of
from storage.queries import directory, timers
from storage.queries import pulses as queries
from storage.rows import Row

LEADS = {"remind": "Not logged yet.", "settle": "The rhythm is not confirmed yet."}
ROLES = ("liaison", "strategy")


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row = queries.pulse(sight.tx, ref.id)
    person = directory.person(sight.tx, person_id)
    if row is None or person is None or person.client_id is not None:
        return None
    around = around_of(sight, row)
    lead = LEADS.get(purpose.partition(":")[0], "") if pulses.buttons(row) else ""
    return pulses.pulse_card(row, around, sight.viewer(person, around.client), lead=lead)


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    """Pulses are for the provider's people only."""
    return draw(sight, ref, "pulse", person.id)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = queries.pulse(sight.tx, ref.id) if person.client_id is None else None
    if row is None:
        raise Refused("This pulse does not exist (any more).", code="not_found")
    if verb not in {one.verb for one in pulses.buttons(row)}:
        raise Refused("This pulse has moved on: this cannot be done any more.", code="conflict")
    around = around_of(sight, row)
    return pulse_forms.log_form(row, around) if verb == "pulse:log" else pulse_forms.reason_form(row, around, verb)


DRAWER = Drawer(draw, pressed, form)


def around_of(sight: Sight, row: Row[Any]) -> pulses.Around:
    """The client, whom to ask there, the rhythm in force and the last pulse that was logged before this one."""
    client = directory.client(sight.tx, row.client_id)
    assert client is not None
    roster = roster_of(sight.tx, client, sight.now)
    first = next((id_ for role in ROLES for id_ in roster.chain(role)), None)
    before = [
        one
        for one in queries.of_client(sight.tx, client.id)
        if one.id != row.id and one.state == "logged" and one.asked_at <= row.asked_at
    ]
    duties = directory.duties_for(sight.tx, client.id)
    return pulses.Around(
        client,
        directory.person(sight.tx, first) if first else None,
        {kind: rhythm_of(sight.tx, client, kind).every for kind, _, _ in pulses.RHYTHMS},
        before[0] if before else None,
        {one.deed: one.due_at for one in timers.waiting_of(sight.tx, f"pulse:{row.id}")},
        next((str(duty.name) for role in ABOVE for duty in duties if duty.role == role), ""),
    )


def at_hand(sight: Sight, task: Row[Any]) -> tuple[str, dict[str, str], tuple[Button, ...]]:
    """What a task about a pulse is about, whom to call, and the buttons that log it."""
    row = queries.pulse(sight.tx, task.subject.partition(":")[2])
    if row is None:
        return "", {}, ()
    contact = around_of(sight, row).contact
    phones = {contact.name: contact.phone} if contact is not None and contact.phone else {}
    return "How is it going?", phones, tuple(pulses.buttons(row)) if row.state == "asked" else ()
