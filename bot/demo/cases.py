"""The demo's ticket system: what Harborline's clients have reported, as it would say it at any moment of the story.

For the week of June 8 to 14, 2026 Marlow & Finch has 23 cases open before, 14 opened, 17 closed and 20 open after it,
8+5+4+2+1 by age (0-3, 4-7, 8-14, 15-30, more than 30 days), three of them waiting for the client; answered in time
13 of 14, solved in time 16 of 17, and 8 of 9 opinions are good. CASE-4471 is the Providence outage (open on June 11),
CASE-4411 the Wi-Fi refresh (a project), CASE-4502 one to escalate. Northgate has CASE-4498; two of its cases were
closed on the Friday and entered only on Monday June 15, CASE-4489 at 08:20 and CASE-4493 at 11:30.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers.commands import CaseRow, Command, PutCases

ZONES = {"marlow-finch": "America/New_York", "cedar-ridge": "America/Denver", "northgate": "America/New_York"}
URL = "https://tickets.harborline.example/{}"
ENGINEERS = ("Kai Turner", "Mara Quist", "Joel Adair")
WEEK = date(2026, 6, 8)
"""The Monday of the week whose figures stand above."""
DANA, PRIYA, HANNAH, LUIS = "Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega"


@dataclass(frozen=True)
class Ticket:
    """One case of the demo; local wall times of its client. `entered`: when its closing was typed in, if later."""

    client: str
    number: int
    title: str
    category: str
    priority: str
    opened: datetime
    answered: timedelta
    requester: str = ""
    location: str = ""
    device: str = ""
    waits: tuple[datetime, str] | None = None
    closed: datetime | None = None
    entered: datetime | None = None
    score: int | None = None

    @property
    def name(self) -> str:
        """As people know it."""
        return f"CASE-{self.number}"

    def row(self, moment: datetime) -> CaseRow | None:
        """What the ticket system says of it at a moment; None before it was opened."""
        if self.opened > moment:
            return None
        answered = self.opened + self.answered
        known = self.closed is not None and (self.entered or self.closed) <= moment
        waits = self.waits if self.waits is not None and self.waits[0] <= moment and not known else None
        scored = self.closed + timedelta(hours=2) if self.closed is not None and self.score is not None else None
        rated = known and scored is not None and scored <= moment
        return CaseRow(
            external_id=self.name,
            client=self.client,
            title=self.title,
            opened_at=self.opened,
            state="closed" if known else waits[1] if waits else "open",
            priority=self.priority,
            category=self.category,
            requester=self.requester,
            location=self.location,
            device=self.device,
            assignee=ENGINEERS[self.number % len(ENGINEERS)],
            url=URL.format(self.name),
            responded_at=answered if answered <= moment else None,
            waiting_since=waits[0] if waits else None,
            closed_at=self.closed if known else None,
            score=self.score if rated else None,
            scored_at=scored if rated else None,
        )


def rows(moment: datetime, client: str = "") -> tuple[CaseRow, ...]:
    """Everything the ticket system knows at a moment, of one client (slug) or of all."""
    mine = (one for one in TICKETS if client in ("", one.client))
    return tuple(row for one in mine if (row := one.row(moment)) is not None)


async def seed(perform: Callable[[Command, str], Awaitable[Any]], moment: datetime) -> None:
    """Brings the house up to what the ticket system knows at a moment; safe to repeat, also with a later one."""
    await perform(PutCases(rows(moment)), f"cases:{moment.isoformat()}")


# ------------------------------------------------------------------ the tickets

COMMON = (
    ("Outlook asks for the password again and again", "E-mail", "Laptop"),
    ("Printer on the second floor prints blank pages", "Printing", "Printer 2-A"),
    ("New monitor flickers", "Hardware", "Monitor"),
    ("Shared calendar does not show everybody", "E-mail", ""),
    ("VPN drops every afternoon", "Network", "Laptop"),
    ("Please install the new scanner software", "Software", "Scanner"),
    ("Cannot open last year's archive", "Files", ""),
    ("Phone display shows the wrong name", "Telephony", "Desk phone"),
    ("Mouse and keyboard do not pair", "Hardware", "Docking station"),
    ("Document template has the old logo", "Software", ""),
    ("Mailbox is nearly full", "E-mail", ""),
    ("Backup warning on the file server", "Backup", "File server"),
)
STAFF = {
    "marlow-finch": ("Elise Grant", "Victor Amsel", "Ruth Delaney", "Paul Iverson", "Joan Mercer"),
    "cedar-ridge": ("Carla Benton", "Nina Howe", "Reception"),
    "northgate": ("Theo Lang", "Ute Brandt", "Warehouse desk", "Carl Voss"),
}
OFFICES = {"marlow-finch": ("boston", "boston", "providence"), "cedar-ridge": ("",), "northgate": ("toledo", "leipzig")}
HISTORY = {
    "marlow-finch": (15, 17, 14, 18, 16, 15, 17, 16),
    "cedar-ridge": (4, 6, 5, 3, 5, 6, 4, 5),
    "northgate": (9, 8, 11, 7, 9, 10, 8, 9),
}
"""How many everyday cases were reported in each of the eight weeks before, the one of June 1 last."""
GOOD = {0: (DANA, 5), 1: (PRIYA, 4), 3: (HANNAH, 5), 4: (LUIS, 5), 6: (DANA, 3), 7: (PRIYA, 5), 9: (HANNAH, 4)}
RATED = {**GOOD, 10: (LUIS, 4), 12: (DANA, 5)}
"""Who of Marlow & Finch rated which of the everyday cases that were closed in the week, and how: 8 of 9 are good."""


def _at(client: str, day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(ZONES[client]))


def _june(client: str, day: int, clock: str) -> datetime:
    return _at(client, date(2026, 6, day), clock)


def _everyday(client: str, first: int) -> list[Ticket]:
    """Cases reported from Wednesday to Friday and closed, in time, on Monday or Tuesday of the week after.

    In each of the earlier weeks one takes until Friday.
    """
    found = []
    for week, count in enumerate(HISTORY[client]):
        monday = WEEK - timedelta(weeks=len(HISTORY[client]) - week)
        last = week == len(HISTORY[client]) - 1
        for number in range(count):
            quick = number % 3 == 0
            opened = _at(client, monday + timedelta(days=4 if quick else 2 + number % 2), f"{9 + number % 7:02}:15")
            closed = opened + timedelta(days=3 if quick else 6 - number % 2, minutes=20)
            late = not last and number == count // 2
            title, category, device = COMMON[(number + 5 * week) % len(COMMON)]
            names, offices = STAFF[client], OFFICES[client]
            rated = RATED.get(number) if last and client == "marlow-finch" else None
            found.append(
                Ticket(
                    client,
                    first + 40 * week + number,
                    title,
                    category,
                    "P3" if quick else "P4",
                    opened,
                    timedelta(minutes=25 + 5 * (number % 4)),
                    rated[0] if rated else names[number % len(names)],
                    offices[number % len(offices)],
                    device,
                    closed=_at(client, monday + timedelta(days=11), "16:10") if late else closed,
                    score=rated[1] if rated else None,
                )
            )
    return found


def _marlow() -> list[Ticket]:
    me, soon, later = "marlow-finch", timedelta(minutes=20), timedelta(minutes=40)

    def on(day: int, clock: str) -> datetime:
        return _june(me, day, clock)

    def new(number: int, title: str, category: str, priority: str, opened: datetime, **more: Any) -> Ticket:
        more = {"answered": soon, "requester": "Ruth Delaney", "location": "boston", **more}
        return Ticket(me, number, title, category, priority, opened, **more)

    client, vendor = "waiting_on_client", "waiting_on_vendor"
    before = [
        new(4411, "Wi-Fi refresh", "Project", "P4", _at(me, date(2026, 4, 27), "10:00"), requester=DANA),
        new(4423, "Old court archive cannot be searched", "Files", "P4", _at(me, date(2026, 5, 18), "11:20"),
            waits=(_at(me, date(2026, 6, 2), "15:00"), client), requester="Victor Amsel"),
        new(4437, "Second scanner for the file room", "Hardware", "P4", _at(me, date(2026, 5, 26), "14:05"),
            waits=(_at(me, date(2026, 5, 28), "09:30"), vendor), device="Scanner"),
        new(4452, "Dictation software loses words", "Software", "P4", on(2, "09:40"), answered=later),
        new(4455, "Door camera shows the wrong time", "Network", "P4", on(3, "10:10"), device="Door camera",
            waits=(on(9, "13:00"), vendor)),
        new(4457, "Conference room phone echoes", "Telephony", "P3", on(4, "13:30"), device="Conference phone",
            waits=(on(10, "11:15"), client), requester=DANA),
        new(4460, "Shared drive is slow in the morning", "Network", "P3", on(5, "09:10"), requester="Joan Mercer"),
    ]  # fmt: skip
    week = [
        new(4464, "Scanner sends to the wrong folder", "Printing", "P3", on(8, "10:25"), device="Scanner"),
        new(4467, "Time entry add-in is greyed out", "Software", "P3", on(8, "14:50"), requester="Paul Iverson"),
        new(4471, "Internet down in Providence", "Network", "P1", on(9, "10:42"), answered=timedelta(minutes=4),
            requester=LUIS, location="providence", device="Fibre line", closed=on(12, "15:20")),
        new(4474, "4G router needs a permanent place", "Network", "P3", on(9, "15:35"), location="providence"),
        new(4480, "Mail to the county court bounces", "E-mail", "P2", on(10, "09:20"), answered=timedelta(minutes=95)),
        new(4483, "Laptop battery swells", "Hardware", "P3", on(10, "13:05"), device="Laptop",
            requester="Victor Amsel"),
        new(4499, "Two people cannot print from Litigation", "Printing", "P3", on(12, "09:05"), device="Printer 3-B"),
        new(4500, "Guest Wi-Fi asks for a code nobody has", "Network", "P3", on(12, "09:50")),
        new(4502, "Case management system logs people out", "Software", "P2", on(12, "10:15"),
            requester="Joan Mercer"),
        new(4503, "New starter Owen Pratt: laptop and accounts", "Request", "P4", on(12, "11:10"), requester=HANNAH,
            waits=(on(12, "16:00"), client)),
        new(4505, "Voicemail greeting is the old one", "Telephony", "P4", on(12, "13:40"), device="Desk phone"),
        new(4507, "Spreadsheet macros are blocked", "Software", "P3", on(12, "15:25"), requester="Paul Iverson"),
        new(4509, "Remote access fails from home", "Network", "P2", on(13, "11:30"), requester=PRIYA),
        new(4510, "Server room is warm", "Infrastructure", "P2", on(14, "17:45"), answered=timedelta(minutes=10),
            device="Air conditioning"),
    ]  # fmt: skip
    return [*_everyday(me, 4000), *before, *week]


def _cedar() -> list[Ticket]:
    me, soon = "cedar-ridge", timedelta(minutes=30)

    def on(day: int, clock: str) -> datetime:
        return _june(me, day, clock)

    return [
        *_everyday(me, 3600),
        Ticket(me, 4448, "Label printer for samples", "Printing", "P4", _at(me, date(2026, 5, 21), "10:30"), soon,
               "Nina Howe", device="Label printer", waits=(on(3, "09:00"), "waiting_on_client")),
        Ticket(me, 4465, "Patient portal shows last year's hours", "Software", "P4", on(8, "13:20"), soon, "Reception"),
        Ticket(me, 4478, "Fax line crackles", "Telephony", "P3", on(9, "14:10"), soon, "Carla Benton",
               closed=on(10, "16:30")),
        Ticket(me, 4487, "Exam room tablet does not charge", "Hardware", "P3", on(10, "11:00"), soon, "Nina Howe",
               device="Tablet 4", waits=(on(11, "15:00"), "waiting_on_vendor")),
        Ticket(me, 4497, "Two people share one login at reception", "Security", "P3", on(11, "09:45"), soon,
               "Carla Benton", closed=on(12, "12:00")),
    ]  # fmt: skip


def _northgate() -> list[Ticket]:
    me, soon = "northgate", timedelta(minutes=35)

    def on(day: int, clock: str) -> datetime:
        return _june(me, day, clock)

    return [
        *_everyday(me, 3200),
        Ticket(me, 4430, "Shop floor terminals need a new browser", "Project", "P4",
               _at(me, date(2026, 5, 6), "08:40"), soon, "Warehouse desk", "toledo"),
        Ticket(me, 4466, "Badge reader at gate 2 is slow", "Hardware", "P3", on(8, "11:35"), soon, "Carl Voss",
               "toledo", "Badge reader", closed=on(9, "15:00")),
        Ticket(me, 4472, "Scale does not send weights", "Hardware", "P2", on(9, "07:55"), soon, "Warehouse desk",
               "toledo", "Floor scale", closed=on(9, "13:30")),
        Ticket(me, 4476, "German keyboard layout on new laptops", "Software", "P4", on(9, "10:20"), soon, "Ute Brandt",
               "leipzig", "Laptop"),
        Ticket(me, 4489, "Night shift cannot reach the time clock", "Network", "P2", on(10, "22:40"),
               timedelta(minutes=50), "Theo Lang", "toledo", "Time clock", closed=on(12, "16:10"),
               entered=on(15, "08:20")),
        Ticket(me, 4493, "Drawing viewer crashes on large files", "Software", "P3", on(11, "09:15"), soon,
               "Carl Voss", "toledo", closed=on(12, "15:30"), entered=on(15, "11:30")),
        Ticket(me, 4498, "Label printer on line 2 drops jobs", "Printing", "P2", on(11, "14:25"), soon,
               "Warehouse desk", "toledo", "Label printer L2", waits=(on(12, "10:00"), "waiting_on_vendor")),
        Ticket(me, 4504, "Supplier mail ends up in quarantine", "E-mail", "P3", on(12, "12:50"), soon, "Ute Brandt",
               "leipzig", waits=(on(12, "16:45"), "waiting_on_client")),
    ]  # fmt: skip


TICKETS: tuple[Ticket, ...] = (*_marlow(), *_cedar(), *_northgate())
