"""Reports made of plain rows: any figures, any state, without a house that has to get there first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.cards.parts import Viewer
from handlers.authority import Given, Member, Roster
from handlers.mechanisms.reports.figures import Figures, NamedCase, verify
from handlers.mechanisms.reports.standing import Reader, Remark, Standing

MONDAY = datetime(2026, 6, 15, 11, tzinfo=UTC)
"""Seven in the morning in New York, when the report of the demo is written."""
SENT = MONDAY + timedelta(hours=2)
WEDNESDAY, FRIDAY = datetime(2026, 6, 17, 13, tzinfo=UTC), datetime(2026, 6, 19, 21, tzinfo=UTC)
FLOW = ((12, 9), (15, 16), (11, 10), (18, 14), (13, 15), (9, 12), (16, 13), (14, 17))
BACKLOG = (21, 20, 21, 25, 23, 20, 23, 20)
TITLES = (
    "Printer on the second floor jams",
    "VPN drops twice a day",
    "New phone for the front desk",
    "Outlook asks for the password again and again",
    "Shared calendar of the partners is empty",
)


def case(
    number: int, title: str, state: str = "open", priority: str = "P3", age: int = 1, since: str = ""
) -> NamedCase:
    """A case as a report names it."""
    found = NamedCase(
        id=f"cas_{number}", external_id=f"CASE-{number}", title=title, state=state, priority=priority, age=age
    )
    return {**found, "since": since} if since else found


def figures(**changes: Any) -> Figures:
    """Those of the demo: 23 + 14 - 17 = 20."""
    weeks = [
        {"week": f"2026-W{17 + n}", "opened": opened, "closed": closed, "backlog": left}
        for n, ((opened, closed), left) in enumerate(zip(FLOW, BACKLOG, strict=True))
    ]
    waiting = [
        case(4431, TITLES[0], "waiting_on_client", "P3", 18, "2026-06-02T14:10:00Z"),
        case(4460, TITLES[2], "waiting_on_client", "P4", 9, "2026-06-09T15:00:00Z"),
        case(4466, TITLES[4], "waiting_on_client", "P3", 6, "2026-06-11T20:30:00Z"),
    ]
    oldest = [
        case(4402, TITLES[1], "waiting_on_vendor", "P2", 33),
        waiting[0],
        case(4437, TITLES[3], "open", "P3", 16),
        case(4471, "Internet in Providence: a second line", "open", "P1", 5),
    ]
    said: dict[str, Any] = {
        "opened": 14,
        "closed": 17,
        "backlog_start": 23,
        "backlog_end": 20,
        "aging": [8, 5, 4, 2, 1],
        "waiting": waiting,
        "waiting_count": 3,
        "oldest": oldest,
        "response": {"met": 13, "of": 14, "by_priority": {"P1": [1, 1], "P2": [2, 3], "P3": [8, 8], "P4": [2, 2]}},
        "resolution": {"met": 16, "of": 17, "by_priority": {"P1": [1, 1], "P2": [3, 4], "P3": [9, 9], "P4": [3, 3]}},
        "reopened": 1,
        "categories": [("Network", 5), ("Accounts", 4), ("Printing", 3), ("", 2)],
        "requesters": [("Luis Ortega", 4), ("Nora Blake", 3), ("Hannah Cole", 2)],
        "csat": {"good": 8, "answers": 9, "asked": 15},
        "changes": [{"ref": "downtime:1", "text": "D-7 New switch in Providence", "at": "2026-06-11T23:20:00Z"}],
        "downtimes": [{"ref": "downtime:2", "text": "D-9 Firewall upgrade, Boston", "at": "2026-06-20T22:00:00Z"}],
        "approvals": [{"ref": "approval:1", "text": "R-12 Laptops for litigation", "at": "2026-06-16T20:30:00Z"}],
        "health": {"result": "good", "text": "", "at": "2026-06-12T15:00:00Z"},
        "last": {"opened": 16, "closed": 13, "backlog_end": 23},
        "weeks": weeks,
    }
    found: Figures = {**said, **changes}  # type: ignore[typeddict-item]
    verify(found)
    return found


def quiet() -> Figures:
    """Nothing has ever been reported."""
    nothing = {"met": 0, "of": 0, "by_priority": {}}
    return figures(
        **dict.fromkeys(("opened", "closed", "backlog_start", "backlog_end", "waiting_count", "reopened"), 0),
        **dict.fromkeys(("waiting", "oldest", "categories", "requesters", "changes", "downtimes", "approvals"), ()),
        aging=[0, 0, 0, 0, 0],
        response=nothing,
        resolution=nothing,
        csat={"good": 0, "answers": 0, "asked": 0},
        health=None,
        last={"opened": 0, "closed": 0, "backlog_end": 0},
        weeks=[{"week": f"2026-W{17 + n}", "opened": 0, "closed": 0, "backlog": 0} for n in range(8)],
    )


def large(title: str = "The same old printer again, on the floor below this one") -> Figures:
    """Ten thousand open cases, with as many names as a report holds."""
    weeks = [
        {"week": f"2026-W{17 + n}", "opened": 1200 + 30 * n, "closed": 1190 + 31 * n, "backlog": 10_100 + 13 * n}
        for n in range(8)
    ]
    named = [
        case(90_000 + n, f"{title} ({n})", "waiting_on_client", "P3", 90 - n, "2026-04-02T14:10:00Z") for n in range(25)
    ]
    return figures(
        opened=1410,
        closed=1407,
        backlog_start=10_188,
        backlog_end=10_191,
        aging=[1191, 2300, 3000, 2700, 1000],
        waiting=named,
        waiting_count=2_345,
        oldest=named,
        response={"met": 1300, "of": 1410, "by_priority": {"P1": [100, 110], "P3": [1200, 1300]}},
        resolution={"met": 1200, "of": 1407, "by_priority": {"P1": [100, 107], "P3": [1100, 1300]}},
        csat={"good": 310, "answers": 400, "asked": 1400},
        reopened=123,
        downtimes=[{"ref": f"downtime:{n}", "text": f"D-{n} {title}", "at": "2026-06-20T22:00:00Z"} for n in range(30)],
        approvals=[{"ref": f"approval:{n}", "text": f"R-{n} {title}", "at": "2026-06-16T20:30:00Z"} for n in range(30)],
        changes=[{"ref": f"downtime:{n}", "text": f"D-{n} {title}", "at": "2026-06-10T22:00:00Z"} for n in range(30)],
        last={"opened": 1380, "closed": 1376, "backlog_end": 10_188},
        weeks=weeks,
    )


CLIENT: Any = SimpleNamespace(
    id="cli_mf", slug="marlow-finch", name="Marlow & Finch LLP", timezone="America/New_York", locale="en_US"
)


def person(name: str, client_id: str | None = "cli_mf") -> Any:
    """A person's row."""
    id_ = "per_" + name.split()[0].lower()
    return SimpleNamespace(id=id_, name=name, client_id=client_id, state="active", timezone="America/New_York")


DANA, PRIYA, HANNAH, SOFIA = (
    person("Dana Whitlock"),
    person("Priya Raman"),
    person("Hannah Cole"),
    person("Sofia Marchetti", None),
)
PEOPLE = {one.id: one for one in (DANA, PRIYA, HANNAH, SOFIA)}
PROVIDER = "Harborline IT"


def roster() -> Roster:
    """Dana reads reports, Priya stands behind her."""
    members = {one.id: Member(one.id, one.name) for one in (DANA, PRIYA, HANNAH)}
    return Roster(members, (Given("liaison", DANA.id, 1), Given("liaison", PRIYA.id, 2)), DANA.id, {})


def report(state: str = "released", shown: Figures | None = None, **more: Any) -> Any:
    """A report's row."""
    out = state not in ("generated", "on_hold")
    columns: dict[str, Any] = {
        "id": "rpt_1",
        "kind": "case_report",
        "period": "2026-W24",
        "number": 1,
        "state": state,
        "version": 3,
        "from_at": datetime(2026, 6, 8, 4, tzinfo=UTC),
        "until_at": datetime(2026, 6, 15, 4, tzinfo=UTC),
        "figures": shown or figures(),
        "note": "",
        "generated_at": MONDAY,
        "release_at": None if state == "on_hold" else SENT,
        "held_by": "Sofia Marchetti" if state == "on_hold" else "",
        "held_why": "The count of open cases looks too high." if state == "on_hold" else "",
        "released_at": SENT if out else None,
        "released_by": "Sofia Marchetti" if out else "",
        "reviewed_at": SENT + timedelta(minutes=12) if state == "reviewed" else None,
        "reviewed_by": DANA.id if state == "reviewed" else None,
        "correction": "",
    }
    return SimpleNamespace(**{**columns, **more})


def reader(who: Any = DANA, why: str = "primary", *, reviewed: bool = False, reached: bool = True) -> Reader:
    """Whom it is for."""
    return Reader(who.id, who.name, SENT, why, reviewed, SENT if reached else None)


def remark(kind: str, text: str, *, number: int = 1, about: str = "", answer: str = "", who: Any = DANA) -> Remark:
    """What Dana said."""
    row: Any = SimpleNamespace(
        id=f"rmk_{number}",
        kind=kind,
        about=about,
        text=text,
        person_id=who.id,
        at=SENT + timedelta(minutes=20),
        state="answered" if answer else "open",
        answer=answer,
        answered_by="Sofia Marchetti" if answer else "",
    )
    return Remark(row, who.name, None if kind == "wrong_number" else ("CASE-4471", "Internet in Providence"))


def standing(row: Any | None = None, *, now: datetime | None = None, **more: Any) -> Standing:
    """Where a report stands. With a reader and its next moments, unless told otherwise."""
    row = row or report()
    readers = () if row.released_at is None else (reader(reviewed=row.state == "reviewed"),)
    due = {"remind": WEDNESDAY, "unreviewed": FRIDAY} if row.state == "released" else {}
    moment = now or (SENT + timedelta(minutes=30) if row.released_at else MONDAY + timedelta(minutes=30))
    parts: dict[str, Any] = {
        "client": CLIENT,
        "readers": readers,
        "remarks": (),
        "people": PEOPLE,
        "roster": roster(),
        "before": None,
        "instead": None,
        "timers": tuple(SimpleNamespace(deed=deed, due_at=at) for deed, at in due.items() if at > moment),
    }
    return Standing(row=row, now=moment, **{**parts, **more})


def view(who: Any = DANA, at: Standing | None = None, locale: str = "en_US") -> Viewer:
    """For whom it is drawn."""
    now = at.now if at is not None else SENT + timedelta(minutes=30)
    return Viewer(who.id, who.name, who.timezone, locale, who.client_id is None, now)
