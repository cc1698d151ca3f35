"""Notices at the office: raise one, and look at who reads it, who is called and what is owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.commands import Acknowledge, RaiseNotice, Ref
from handlers.mechanisms.broadcast import Broadcast, Reader, load
from tests.handlers.office import Office

NEW_YORK = ZoneInfo("America/New_York")
SOFIA, RITA, BEN = "Sofia Marchetti", "Rita Nowak", "Ben Okafor"
DANA, LUIS, PRIYA = "Dana Whitlock", "Luis Ortega", "Priya Raman"
TOM, JILL, MARCUS, ANJA = "Tom Beckett", "Jill Sandoval", "Marcus Hale", "Anja Vogel"


def at(office: Office, day: int, hour: int, minute: int = 0) -> None:
    """Time goes by until a moment in June 2026 in New York."""
    moment = datetime(2026, 6, day, hour, minute, tzinfo=NEW_YORK)
    if moment > office.now:
        office.later(seconds=(moment - office.now) / timedelta(seconds=1))


def internet(**changes: Any) -> RaiseNotice:
    """Story 4's outage: no internet in Providence, severity 1, sent at once."""
    said: dict[str, Any] = {
        "kind": "outage",
        "clients": ("marlow-finch",),
        "locations": ("providence",),
        "severity": 1,
        "services": "Internet",
        "impact": "Nobody in the office can reach e-mail or files",
        "send": True,
    }
    return RaiseNotice(**{**said, **changes})


def mail(**changes: Any) -> RaiseNotice:
    """Story 5's delay of mail: severity 2, all clients."""
    said: dict[str, Any] = {
        "kind": "outage",
        "clients": ("all",),
        "severity": 2,
        "services": "Microsoft 365 mail",
        "impact": "Messages arrive up to an hour late",
        "send": True,
    }
    return RaiseNotice(**{**said, **changes})


def raised(office: Office, command: RaiseNotice, who: Any = SOFIA) -> Ref:
    """Somebody raises it; -> its reference."""
    ref = office.do(who, command).ref
    assert ref is not None
    return ref


def broadcast(office: Office, ref: Ref) -> Broadcast:
    """Where it stands."""
    with office.store.read() as tx:
        found = load(tx, ref.id)
    assert found is not None
    return found


def reader(office: Office, ref: Ref, name: str) -> Reader:
    """One reader."""
    return next(one for one in broadcast(office, ref).readers if one.person.name == name)


def stages(office: Office, ref: Ref) -> dict[str, str]:
    """Everybody it is for, and how far each has come."""
    return {one.person.name: one.stage for one in broadcast(office, ref).readers}


def tasks(office: Office, kind: str, state: str = "open") -> list[str]:
    """Who has a task of this kind, and what it says; meetings, which come round by themselves, are not meant."""
    sql = (
        "SELECT p.name, t.title FROM task t LEFT JOIN person p ON p.id = t.owner_id "
        "WHERE t.kind = :kind AND t.state = :state AND t.subject NOT LIKE 'touchpoint:%' ORDER BY t.created_at, t.id"
    )
    return [f"{row.name}: {row.title}" for row in office.rows(sql, kind=kind, state=state)]


def owed(office: Office, subject: str, purpose: str = "%") -> list[str]:
    """Who was to get messages of this subject and purpose, by name, also those dropped since."""
    sql = (
        "SELECT p.name, d.purpose FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject LIKE :subject AND d.purpose LIKE :purpose ORDER BY d.created_at, p.name"
    )
    return [row.name for row in office.rows(sql, subject=subject, purpose=purpose)]


def due_in_new_york(office: Office, subject: str, purpose: str) -> dict[str, str]:
    """name -> when the message may go, as a clock in New York shows it."""
    sql = (
        "SELECT p.name, d.due_at FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :subject AND d.purpose = :purpose"
    )
    found = {}
    for row in office.rows(sql, subject=subject, purpose=purpose):
        moment = datetime.fromisoformat(row.due_at + "+00:00") if isinstance(row.due_at, str) else row.due_at
        found[row.name] = f"{moment.astimezone(NEW_YORK):%a %H:%M}"
    return found


def acknowledge(office: Office, ref: Ref, name: str) -> str:
    """A press on Acknowledge; -> the sentence."""
    return office.do(name, Acknowledge(ref)).say
