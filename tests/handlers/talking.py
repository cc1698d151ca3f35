"""Talks as tests see them: who has which card, what is on offer, which tasks there are; all by names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.commands import Command, Outcome, PlanTouchpoint, PutPolicy, Ref, Service, System, Window
from handlers.mechanisms.talks.agenda import Line, agenda_of
from handlers.mechanisms.talks.standing import Standing, load
from handlers.timetable import KINDS
from tests.handlers.office import Office

NEW_YORK = ZoneInfo("America/New_York")
DENVER = ZoneInfo("America/Denver")
SOFIA, BEN, RITA = "Sofia Marchetti", "Ben Okafor", "Rita Nowak"
DANA, PRIYA, HANNAH, LUIS = "Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega"
TOM, JILL = "Tom Beckett", "Jill Sandoval"
MARCUS, GRETA, ANJA = "Marcus Hale", "Greta Lindqvist", "Anja Vogel"
MF, CR, NF = "marlow-finch", "cedar-ridge", "northgate"
SYSTEM = System("cli")


def ny(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    """A moment of 2026 in New York, June unless told otherwise."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


def window(day: int, hour: int, minutes: int = 30, month: int = 6) -> Window:
    """A time of 2026 on the wall of New York."""
    return Window(ny(day, hour, 0, month), ny(day, hour, 0, month) + timedelta(minutes=minutes))


def until(office: Office, moment: datetime) -> None:
    """Time goes by until then."""
    office.later(seconds=(moment - office.now).total_seconds())


def press(office: Office, who: str | System | Service, command: Command) -> Outcome:
    """One command, a second after the last, so that what it leaves behind comes in order."""
    office.now += timedelta(seconds=1)
    return office.do(who, command)


def talk_of(office: Office, client: str, kind: str = "check_in", nth: int = -1) -> Ref:
    """A talk of a client, the last one unless told otherwise."""
    rows = office.rows(
        "SELECT t.id FROM touchpoint t JOIN client c ON c.id = t.client_id"
        " WHERE c.slug = :client AND t.kind = :kind ORDER BY t.due_on, t.created_at, t.id",
        client=client,
        kind=kind,
    )
    return Ref("touchpoint", rows[nth].id)


def talks_of(office: Office, client: str, kind: str = "check_in") -> list[tuple[str, str]]:
    """(the day it is due, its state) of every talk of a kind, the oldest first."""
    rows = office.rows(
        "SELECT t.due_on, t.state FROM touchpoint t JOIN client c ON c.id = t.client_id"
        " WHERE c.slug = :client AND t.kind = :kind ORDER BY t.due_on, t.created_at, t.id",
        client=client,
        kind=kind,
    )
    return [(str(row.due_on), row.state) for row in rows]


def standing(office: Office, ref: Ref) -> Standing:
    """Where a talk stands."""
    with office.store.read() as tx:
        found = load(tx, ref.id, office.now)
    assert found is not None
    return found


def agenda(office: Office, ref: Ref) -> list[Line]:
    """What it is about."""
    with office.store.read() as tx:
        found = load(tx, ref.id, office.now)
        assert found is not None
        return list(agenda_of(tx, found))


def times(office: Office, ref: Ref, zone: ZoneInfo = NEW_YORK) -> list[str]:
    """What is on offer, on somebody's wall: "Thu Jun 25 10:00"."""
    return [f"{one.row.starts_at.astimezone(zone):%a %b %d %H:%M}" for one in standing(office, ref).offers]


def cards(office: Office, ref: Ref, name: str) -> list[str]:
    """The purposes of the messages about this that somebody was sent or is to be sent, each once, in order."""
    rows = office.rows(
        "SELECT d.purpose FROM delivery d JOIN person p ON p.id = d.person_id"
        " WHERE d.subject = :subject AND p.name = :name ORDER BY d.created_at, d.id",
        subject=str(ref),
        name=name,
    )
    return list(dict.fromkeys(row.purpose for row in rows))


def tasks(office: Office, ref: Ref, state: str = "open") -> list[tuple[str, str]]:
    """(kind, whose) of the tasks about this in a state, in order."""
    rows = office.rows(
        "SELECT t.kind, p.name FROM task t LEFT JOIN person p ON p.id = t.owner_id"
        " WHERE t.subject = :subject AND t.state = :state ORDER BY t.created_at, t.id",
        subject=str(ref),
        state=state,
    )
    return [(row.kind, row.name) for row in rows]


def titles(office: Office, ref: Ref) -> list[str]:
    """What the open tasks about this say."""
    rows = office.rows(
        "SELECT title FROM task WHERE subject = :subject AND state = 'open' ORDER BY created_at, id", subject=str(ref)
    )
    return [row.title for row in rows]


def planned(office: Office, *windows: Window, client: str = MF, **changes: Any) -> Ref:
    """Sofia plans a talk by hand: Thursday, June 18, at 10 unless told otherwise."""
    ref = press(
        office, SOFIA, PlanTouchpoint(windows or (window(18, 10), window(18, 14)), client=client, **changes)
    ).ref
    assert ref is not None
    return ref


def only(office: Office, client: str, *kinds: str, **more: Any) -> None:
    """By itself there come only talks of these kinds with this client, and nothing else."""
    talks = {kind: {"every": "never"} for kind in KINDS if kind not in kinds}
    office.do(SYSTEM, PutPolicy(client, {"timetable": {"talks": talks, **more}}))
