"""Two offices and their people for downtimes at the web's door, and what they do in chat meanwhile."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.commands import (
    Actor,
    AnswerWindows,
    Chat,
    ChooseWindow,
    Command,
    Event,
    Grant,
    Outcome,
    PutClient,
    PutLocation,
    PutPerson,
    PutWorkspace,
    Ref,
    System,
)
from tests.web.house import NOW, House

DANA, LUIS, TOM = (
    Chat("slack", "T0MF", "U0DANA"),
    Chat("slack", "T0MF", "U0LUIS"),
    Chat("teams", "tenant-cr", "aad-tom"),
)
SATURDAY = {"start": "2026-06-27T18:00:00-04:00", "end": "2026-06-27T22:00:00-04:00"}
SUNDAY = {"start": "2026-06-28T06:00:00-04:00", "end": "2026-06-28T10:00:00-04:00"}
MONDAY = {"start": "2026-06-29T10:00:00-04:00", "end": "2026-06-29T11:00:00-04:00"}
SWITCHES: dict[str, Any] = {
    "client": "marlow-finch",
    "locations": ["boston", "providence"],
    "work": "New switches",
    "implications": "No network and no phones.",
    "prep_steps": "Save what you have open.",
    "windows": [SATURDAY, SUNDAY],
    "engineer": "kai@harborline.example",
    "external_ref": "CHANGE-118",
}


def do(house: House, command: Command, actor: Actor = System("test"), **event: Any) -> Outcome:
    """One command beside REST."""
    key = event.pop("key", hashlib.sha256(f"{actor}{command}".encode()).hexdigest())
    return house.desk.perform(command, replace(Event(key, NOW, actor, "cli"), **event))


def two_offices(house: House) -> House:
    """Boston, where Dana decides, and Providence, for which Luis answers; Tom at Cedar Ridge; Kai does the work."""
    offices = (
        PutLocation("boston", "Boston", "America/New_York"),
        PutLocation("providence", "Providence", "America/New_York"),
    )
    do(house, PutClient("marlow-finch", "Marlow & Finch LLP", "MF", "America/New_York", locations=offices))
    do(house, PutWorkspace("slack", "T0MF", "Marlow & Finch", "marlow-finch"))
    do(house, PutWorkspace("teams", "tenant-cr", "Cedar Ridge", "cedar-ridge"))
    do(house, PutPerson(client="marlow-finch", name="Dana Whitlock", email="dana@marlow.example", accounts=(DANA,)))
    do(
        house,
        PutPerson(
            client="marlow-finch",
            name="Luis Ortega",
            email="luis@marlow.example",
            phone="+1 401 555 0113",
            location="providence",
            grants=(Grant("downtime", 1, "providence"),),
            accounts=(LUIS,),
        ),
    )
    do(house, PutPerson(client="cedar-ridge", name="Tom Beckett", email="tom@cedar.example", accounts=(TOM,)))
    do(house, PutPerson(client="", name="Kai Turner", email="kai@harborline.example", timezone="America/New_York"))
    return house


def answer(house: House, id_: str, *, ok: bool = True, reason: str = "", numbers: tuple[int, ...] = ()) -> None:
    """Luis speaks for Providence."""
    command = AnswerWindows(Ref("downtime", id_), 1, ok, numbers, reason)
    do(house, command, LUIS, now=NOW + timedelta(minutes=1), channel="slack")


def choose(house: House, id_: str, number: int = 1, *, reason: str = "", consent: bool = False) -> None:
    """Dana says yes."""
    command = ChooseWindow(Ref("downtime", id_), 1, number, consent, reason)
    do(house, command, DANA, now=NOW + timedelta(minutes=2), channel="slack")
