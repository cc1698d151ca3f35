"""The words that all cards of a report share: its period, how it stands, its figures as a person says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cards.card import Fact, Facts, Line, Status, Text, Tone
from bot.cards.parts import Viewer
from bot.cards.reports import months
from bot.cards.wording import day_of_month, decimal, month_name, percentage
from handlers.mechanisms.reports.figures import Figures, InTarget, Named, NamedCase, percent
from handlers.mechanisms.reports.standing import Standing

MONTHLY = "exec_summary"
AGED = ("up to 3 days", "4 to 7 days", "8 to 14 days", "15 to 30 days", "over 30 days")
"""As `AGES`, in words."""
LONG_TITLE = 90
"""Letters of a case's title; the ticket system has the rest."""
MOST_LETTERS = 300
"""Of what somebody said about a report; whoever said it and whoever answers have a card with all of it."""
LONG_OPEN = 3
"""From which of them on a case has been open for long."""
WAITS = {"waiting_on_client": "waits for you", "waiting_on_vendor": "waits for a vendor", "open": "in progress"}

STATE: Mapping[str, tuple[str, Tone]] = {
    "generated": ("Not sent yet", "ask"),
    "on_hold": ("On hold", "warning"),
    "released": ("Sent, not reviewed yet", "plain"),
    "reviewed": ("Reviewed", "good"),
    "unreviewed": ("Not reviewed", "bad"),
    "superseded": ("Replaced by a corrected report", "muted"),
}


def first_day(label: str) -> date:
    """The day on which "2026-W23" or "2026-05" begins. ValueError for anything else."""
    return date.fromisoformat(f"{label}-1") if "W" in label else date.fromisoformat(f"{label}-01")


def label_said(label: str, viewer: Viewer) -> str:
    """A week by the day it begins on, a month by its name."""
    first = first_day(label)
    return day_of_month(first, viewer.locale) if "W" in label else month_name(first, viewer.locale)


def is_monthly(standing: Standing) -> bool:
    """Whether it is about a month."""
    return str(standing.row.kind) == MONTHLY


def span_word(standing: Standing) -> str:
    """What its period is called."""
    return "month" if is_monthly(standing) else "week"


def period(standing: Standing, viewer: Viewer) -> str:
    """ "Jun 8 to Jun 14", "May 2026": days of the client, as its locale writes them."""
    first = standing.row.from_at.astimezone(ZoneInfo(standing.client.timezone)).date()
    if is_monthly(standing):
        return month_name(first, viewer.locale, whole=True)
    last = (standing.row.until_at.astimezone(ZoneInfo(standing.client.timezone)) - timedelta(hours=12)).date()
    return f"{day_of_month(first, viewer.locale)} to {day_of_month(last, viewer.locale)}"


def title(standing: Standing, viewer: Viewer) -> str:
    """What stands above every card of it; whose it is, where the reader has many."""
    kind = "Monthly summary" if is_monthly(standing) else "Weekly report"
    if viewer.staff:
        return f"{standing.client.name}: {kind.lower()} {period(standing, viewer)}"
    return f"{kind}: {period(standing, viewer)}"


def cases(count: int, viewer: Viewer) -> str:
    """ "1 case", "20 cases"."""
    return f"{decimal(count, viewer.locale)} {'case' if count == 1 else 'cases'}"


def headline(standing: Standing, viewer: Viewer) -> str:
    """The one figure: "20 cases open, down 3 in a week"."""
    figures = standing.figures
    now = figures["backlog_end"]
    if not (now or figures["opened"] or figures["closed"]):
        return f"A quiet {span_word(standing)}: nothing was opened, nothing is open"
    said = f"{cases(now, viewer)} open" if now else "No case is open"
    return f"{said}{against(standing, viewer)}"


def against(standing: Standing, viewer: Viewer) -> str:
    """ ", down 3 in a week"; "" for a client's first report."""
    figures, span = standing.figures, span_word(standing)
    more = figures["backlog_end"] - figures["backlog_start"]
    if figures["last"] is None:
        return ""
    if more == 0:
        return f", as a {span} before"
    return f", {'up' if more > 0 else 'down'} {decimal(abs(more), viewer.locale)} in a {span}"


def waits_for_you(standing: Standing, viewer: Viewer) -> str:
    """ "3 cases and 1 request wait for you."; "" when nothing does."""
    parts = []
    if count := standing.figures["waiting_count"]:
        parts.append(cases(count, viewer))
    if count := len(standing.figures["approvals"]):
        parts.append(f"{decimal(count, viewer.locale)} {'request' if count == 1 else 'requests'}")
    if not parts:
        return ""
    one = len(parts) == 1 and parts[0].startswith("1 ")
    whom = standing.client.name if viewer.staff else "you"
    return f"{' and '.join(parts)} {'waits' if one else 'wait'} for {whom}."


def met(part: InTarget, viewer: Viewer) -> str:
    """ "92.9% (13 of 14)"; "" where nothing was due."""
    return _share(part["met"], part["of"], viewer)


def satisfied(figures: Figures, viewer: Viewer) -> str:
    """ "88.9% (8 of 9 answers)"; "" when nobody has answered."""
    said = _share(figures["csat"]["good"], figures["csat"]["answers"], viewer)
    return f"{said[:-1]} {'answer' if figures['csat']['answers'] == 1 else 'answers'})" if said else ""


def long_open(figures: Figures) -> int:
    """How many cases are open for more than two weeks."""
    return sum(figures["aging"][LONG_OPEN:])


def numbers(standing: Standing, viewer: Viewer) -> list[tuple[str, str]]:
    """Every figure that can be read, and doubted, by what it is called."""
    figures = standing.figures
    last, before = figures["last"], f"the {span_word(standing)} before"
    found = [
        ("Opened", _with(figures["opened"], last["opened"] if last else None, before, viewer)),
        ("Closed", _with(figures["closed"], last["closed"] if last else None, before, viewer)),
        ("Answered in time", met(figures["response"], viewer)),
        ("Solved in time", met(figures["resolution"], viewer)),
        ("Satisfied", satisfied(figures, viewer)),
    ]
    found += months.numbers(standing, viewer)
    if count := long_open(figures):
        found.append(("Open over 14 days", decimal(count, viewer.locale)))
    if count := figures["reopened"]:
        found.append(("Opened again", decimal(count, viewer.locale)))
    return [(label, value) for label, value in found if value]


def facts(standing: Standing, viewer: Viewer) -> list[Facts]:
    """The figures side by side; none for a time in which nothing happened."""
    figures = standing.figures
    if not (figures["opened"] or figures["closed"] or figures["backlog_end"] or figures["csat"]["answers"]):
        return []
    return [Facts(tuple(Fact(label, value) for label, value in numbers(standing, viewer)))]


def case_line(case: NamedCase, viewer: Viewer) -> Line:
    """A case with its title, its priority and how long it has been open or waits."""
    since = f"waits since {_on(case['since'], viewer)}" if case.get("since") else WAITS.get(case["state"], "")
    days = f"{decimal(case['age'], viewer.locale)} {'day' if case['age'] == 1 else 'days'} old"
    title = " ".join(case["title"].split())
    title = title if len(title) <= LONG_TITLE else f"{title[:LONG_TITLE]}…"
    return Line(f"{case['external_id']} {title}", detail=" · ".join((case["priority"], since, days)))


def dated(row: Named, viewer: Viewer) -> str:
    """When something named in a report is, "" for what has no time."""
    return viewer.when(datetime.fromisoformat(row["at"])) if row["at"] else ""


def counted(pairs: Sequence[tuple[str, int]], nameless: str, viewer: Viewer) -> tuple[Line, ...]:
    """What was most frequent, with how often."""
    return tuple(Line(name or nameless, decimal(count, viewer.locale)) for name, count in pairs)


def and_more(left: int, viewer: Viewer, how: str = "") -> list[Text]:
    """Under a list that names some of all, and `how` to see the others: no line of the list itself, for the platforms
    cut lists, too, and count what they cut."""
    return [Text(f"… and {decimal(left, viewer.locale)} more. {how}".strip(), "subtle")] if left > 0 else []


def beginning(text: str, most: int = MOST_LETTERS) -> str:
    """What somebody wrote, by its beginning where it is long; it stands in full elsewhere."""
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


def status_of(standing: Standing) -> Status:
    """The pill for the provider."""
    if standing.state == "reviewed":
        return Status(f"Reviewed by {standing.reviewed_by}", "good")
    return Status(*STATE[standing.state])


def _with(count: int, last: int | None, before: str, viewer: Viewer) -> str:
    said = decimal(count, viewer.locale)
    return said if last is None else f"{said} ({decimal(last, viewer.locale)} {before})"


def _share(part: int, whole: int, viewer: Viewer) -> str:
    if not whole:
        return ""
    share = percentage(percent(part, whole), viewer.locale)
    return f"{share} ({decimal(part, viewer.locale)} of {decimal(whole, viewer.locale)})"


def _on(instant: str, viewer: Viewer) -> str:
    there = datetime.fromisoformat(instant).astimezone(ZoneInfo(viewer.timezone))
    return day_of_month(there.date(), viewer.locale)
