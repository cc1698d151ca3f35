"""Notices made of plain rows: any state, any number of clients, without a house that has to get there first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.cards.parts import Viewer
from handlers.ladders import DEFAULTS
from handlers.mechanisms.broadcast import READ, Broadcast, Expected, Place, Preview, Reader
from handlers.mechanisms.prospects import Prospects, Step

TOLD_OF = datetime(2026, 6, 9, 14, 42, tzinfo=UTC)
"""Tuesday 10:42 in New York."""
PROVIDER = "Harborline IT"
NEW_YORK, DENVER, BERLIN = "America/New_York", "America/Denver", "Europe/Berlin"


def minutes(count: float) -> datetime:
    """So long after the outage began."""
    return TOLD_OF + timedelta(minutes=count)


def client(slug: str, name: str, timezone: str = NEW_YORK) -> Any:
    """A client's row."""
    return SimpleNamespace(id=f"cli_{slug}", slug=slug, name=name, timezone=timezone, locale="en_US", code=slug[:2])


def person(name: str, of: Any | None, timezone: str = NEW_YORK, phone: str = "+1 555 0100", title: str = "") -> Any:
    """A person's row."""
    id_ = "per_" + name.lower().replace(" ", "_")
    return SimpleNamespace(
        id=id_, name=name, client_id=of.id if of else None, timezone=timezone, phone=phone, title=title
    )


def place(of: Any, office: str = "", *, impact: str = "", acked_by: str | None = None, acked_at: Any = None) -> Place:
    """A client, or an office of it."""
    location = f"loc_{office.lower()}" if office else ""
    row: Any = SimpleNamespace(
        id=f"plc_{of.slug}{location}", location_id=location, impact=impact, acked_by=acked_by, acked_at=acked_at
    )
    return Place(row, of, office or of.name, of.timezone)


def reader(who: Any, of: Any, places: tuple[Place, ...], stage: str = "sent", **more: Any) -> Reader:
    """Somebody it is for, at a stage of the board; `more` are columns of the receipt."""
    asked, reached = more.pop("asked_at", TOLD_OF), more.pop("reached_at", minutes(0.1))
    state = {"sent": "queued", "relayed": "acknowledged"}.get(stage, stage)
    informed = more.pop("informed_at", minutes(9) if stage == "relayed" else None)
    columns = {
        "state": state,
        "reason": "",
        "asked_at": asked,
        "acked_at": minutes(3) if state in READ else None,
        "via": "slack" if state in READ else "",
        "why": "primary",
        "trouble": "",
        "trouble_at": None,
        "call_me_at": None,
    }
    receipt: Any = SimpleNamespace(**{**columns, **more})
    gone = stage in ("queued", "undeliverable")
    return Reader(receipt, who, of, places, ("slack",), None if gone else reached, informed, stage)


def update(number: int, text: str = "", what: str = "update", state: str = "investigating", **more: Any) -> Any:
    """A progress line, half an hour after the one before."""
    at = more.pop("at", minutes(30 * number))
    due = None if state in ("resolved", "cancelled") else at + timedelta(minutes=30)
    columns = {"workaround": "", "next_update_at": due, "author": "Sofia Marchetti", "at": at}
    return SimpleNamespace(number=number, text=text, what=what, state=state, **{**columns, **more})


def notice(state: str = "investigating", **more: Any) -> Any:
    """Story 4's, unless told otherwise."""
    columns: dict[str, Any] = {
        "id": "ntc_1",
        "ref": "N-1",
        "kind": "outage",
        "severity": 1,
        "state": state,
        "version": 1,
        "round": 1,
        "title": "No internet in Providence",
        "services": "Internet and Wi-Fi",
        "impact": "Nobody in the Providence office can reach the internet. Phones still ring.",
        "workaround": "",
        "started_at": TOLD_OF,
        "next_update_at": minutes(30),
        "raised_by": "Sofia Marchetti",
        "owner_id": "per_sofia_marchetti",
        "findings": {},
        "created_at": TOLD_OF,
        "sent_at": None if state == "draft" else TOLD_OF,
        "resolved_at": minutes(108) if state in ("resolved", "closed") else None,
        "root_cause_due_at": datetime(2026, 6, 16, 21, tzinfo=UTC) if state == "resolved" else None,
        "closed_why": "",
    }
    return SimpleNamespace(**{**columns, **more})


MF = client("marlow-finch", "Marlow & Finch LLP")
CR = client("cedar-ridge", "Cedar Ridge Pediatrics", DENVER)
NF = client("northgate", "Northgate Fabrication")
DANA = person("Dana Whitlock", MF, phone="+1 617 555 0110", title="Office manager")
LUIS = person("Luis Ortega", MF, phone="+1 401 555 0114")
TOM = person("Tom Beckett", CR, DENVER, "+1 303 555 0120")
MARCUS = person("Marcus Hale", NF, phone="+1 419 555 0130")
ANJA = person("Anja Vogel", NF, BERLIN, "+49 341 555 0131")
SOFIA = person("Sofia Marchetti", None)


def broadcast(row: Any, readers: tuple[Reader, ...], *updates: Any, about: Any = None) -> Broadcast:
    """All of it; the places are those of the readers."""
    places = tuple({one.id: one for each in readers for one in each.places}.values())
    return Broadcast(row, updates, places, readers, (), SOFIA, about)


def providence(row: Any, *updates: Any, dana: str = "sent", luis: str = "sent", **danas: Any) -> Broadcast:
    """Story 4: one office, its contact and the firm's."""
    acked = {"acked_by": DANA.id, "acked_at": minutes(3)} if dana in ("acknowledged", "relayed") else {}
    office = (place(MF, "Providence", **acked),)
    both = (reader(DANA, MF, office, dana, **danas), reader(LUIS, MF, office, luis))
    return broadcast(row, both, *updates)


def prospects(whole: Broadcast, minute: float, backup: str = "Priya Raman") -> Prospects:
    """What happens by itself at its unanswered places, as far as it runs on the clock; what was due is done."""
    steps = DEFAULTS[f"sev{whole.notice.severity}"]
    names = {"add_backup": backup, "tell_csm": "Sofia Marchetti", "tell_supervisor": "Rita Nowak"}
    rungs = steps.rungs if steps.unit == "clock_minutes" else ()
    planned = tuple(
        Step(rung.deed, minutes(float(rung.after)), names.get(rung.deed, ""), rung.after <= minute) for rung in rungs
    )
    return Prospects({one.id: planned for one in whole.places if one.row.acked_by is None}, {})


def view(who: Any, now: datetime = TOLD_OF) -> Viewer:
    """Through somebody's eyes."""
    return Viewer(who.id, who.name, who.timezone, "en_US", who.client_id is None, now)


def crowd(clients: int, each: int, *, stages: tuple[str, ...]) -> tuple[Reader, ...]:
    """Many clients with several contacts, whose stages take turns."""
    found = []
    for number in range(clients):
        company = client(f"client-{number:03}", f"Client number {number:03} & Partners LLP")
        here = (place(company),)
        for seat in range(each):
            stage = stages[(number * each + seat) % len(stages)]
            who = person(f"Person {number:03} {seat}", company, phone=f"+1 555 {number:03} {seat:04}")
            more = {"reason": "The app was removed in Teams."} if stage == "undeliverable" else {}
            found.append(reader(who, company, here, stage, **more))
    return tuple(found)


def expected(readers: tuple[Reader, ...], *, problems: tuple[str, ...] = (), held: int = 0) -> Preview:
    """The preview of such readers: whoever cannot be reached says why."""
    lines = tuple(
        Expected(
            one.client,
            one.person,
            tuple(each.name for each in one.places),
            one.receipt.why,
            one.platforms,
            "no chat account" if one.stage == "undeliverable" else "",
        )
        for one in readers
    )
    clients = tuple({one.client.id: one.client for one in readers}.values())
    return Preview(clients, lines, problems, held)
