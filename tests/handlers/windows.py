"""Downtimes at the office: offer one, and look at where it stands, who was asked and what is owed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.world import START
from handlers.commands import (
    AnswerWindows,
    ChooseWindow,
    Outcome,
    RaiseDowntime,
    Ref,
    Refused,
    StartDowntime,
    Window,
)
from handlers.mechanisms.windows.standing import Standing, Voice, load
from tests.handlers.alarm import ANJA, BEN, DANA, LUIS, MARCUS, PRIYA, RITA, SOFIA, TOM
from tests.handlers.office import Office

KAI, GRETA, HANNAH, JILL = "Kai Turner", "Greta Lindqvist", "Hannah Cole", "Jill Sandoval"
ET = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")

__all__ = [
    "ANJA",
    "BEN",
    "DANA",
    "GRETA",
    "HANNAH",
    "JILL",
    "KAI",
    "LUIS",
    "MARCUS",
    "PRIYA",
    "RITA",
    "SOFIA",
    "TOM",
]


def et(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of 2026 in New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=ET)


def window(month: int, day: int, hour: int, until: int, *, minute: int = 0) -> Window:
    """From one hour to another of a day in New York."""
    return Window(et(month, day, hour, minute), et(month, day, until, minute))


SATURDAY = window(6, 20, 18, 22)
"""Midnight in Leipzig, where the night shift works."""
SUNDAY = window(6, 21, 6, 10)


def firewalls(*windows: Window, **changes: Any) -> RaiseDowntime:
    """Story 6's work at both offices of Northgate, offered at once."""
    said: dict[str, Any] = {
        "client": "northgate",
        "work": "Upgrade of the firewalls",
        "implications": "No internet, e-mail and phones while we work",
        "prep_steps": "Save what is open and log off",
        "windows": windows or (SATURDAY, SUNDAY),
        "send": True,
    }
    return RaiseDowntime(**{**said, **changes})


def switches(*windows: Window, **changes: Any) -> RaiseDowntime:
    """Work at the clinic, which has no coordinators: its key contact decides alone."""
    return firewalls(*(windows or (window(6, 27, 20, 22),)), **{"client": "cedar-ridge", **changes})


def offered(office: Office, command: RaiseDowntime | None = None, who: Any = SOFIA) -> Ref:
    """Sofia offers it on Friday June 5 (or whenever it is later); -> its reference."""
    if office.now == START:
        office.now = et(6, 5, 10)
    ref = office.do(who, command or firewalls()).ref
    assert ref is not None
    return ref


def until(office: Office, moment: datetime) -> None:
    """Time goes by until then, and what comes due happens."""
    office.later(seconds=(moment - office.now).total_seconds())


def standing(office: Office, ref: Ref) -> Standing:
    """Where it stands."""
    with office.store.read() as tx:
        found = load(tx, ref.id, office.now)
    assert found is not None
    return found


def state(office: Office, ref: Ref) -> str:
    """ "proposed", or "accepted: announced"."""
    now = standing(office, ref)
    return f"{now.state}: {now.life}" if now.life else now.state


def voice(office: Office, ref: Ref, name: str) -> Voice:
    """The voice of an office by its name, or "decider", "provider"."""
    for one in standing(office, ref).voices:
        if (one.place.name if one.place is not None else one.kind) == name:
            return one
    raise AssertionError(f"there is no voice {name}")


def says(office: Office, ref: Ref, who: str, *numbers: int, against: str = "") -> Outcome:
    """A coordinator presses OK here, or submits an objection."""
    revision = standing(office, ref).row.revision
    return office.do(who, AnswerWindows(ref, revision, not against, numbers, against))


def picks(office: Office, ref: Ref, who: str, number: int, **more: Any) -> Outcome:
    """A key contact picks a time."""
    return office.do(who, ChooseWindow(ref, standing(office, ref).row.revision, number, **more))


def agreed(office: Office, ref: Ref | None = None) -> Ref:
    """Story 6's work, agreed for Sunday."""
    ref = ref or offered(office)
    says(office, ref, ANJA)
    picks(office, ref, MARCUS, 2)
    return ref


def begun(office: Office) -> Ref:
    """The same, with the work under way."""
    ref = agreed(office)
    until(office, et(6, 21, 6))
    office.do(KAI, StartDowntime(ref))
    return ref


def told(office: Office, ref: Ref, purpose: str) -> list[str]:
    """Who was to get messages of this purpose, by name."""
    sql = (
        "SELECT p.name FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :subject AND d.purpose LIKE :purpose AND d.state <> 'dropped' ORDER BY p.name"
    )
    return [row.name for row in office.rows(sql, subject=str(ref), purpose=purpose)]


def purposes(office: Office, ref: Ref, who: str) -> list[str]:
    """The messages that somebody was to get, in the order in which they came."""
    sql = (
        "SELECT d.purpose FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :subject AND p.name = :name AND d.state <> 'dropped' ORDER BY d.created_at, d.id"
    )
    return [row.purpose for row in office.rows(sql, subject=str(ref), name=who)]


def refusal(office: Office, who: Any, command: Any) -> Refused:
    """What somebody is told who may not."""
    try:
        outcome = office.do(who, command)
    except Refused as refused:
        return refused
    raise AssertionError(f"{who} was not refused: {outcome}")
