"""The console's page of one report: its numbers, the cases by name, who has read it, what was said about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.cards.parts import Viewer
from bot.cards.reports import months, words
from bot.cards.reports.desk import odd
from bot.cards.reports.reader import health, what_said
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import at
from bot.web.reportlist import tone_of
from handlers.mechanisms.reports.figures import Named, NamedCase
from handlers.mechanisms.reports.standing import Reader, Remark, Standing

WHY = {"primary": "", "backup": "as backup"}
CASE_STATES = {
    "open": ("In progress", ""),
    "waiting_on_client": ("Waits for the client", "wait"),
    "waiting_on_vendor": ("Waits for a vendor", ""),
    "closed": ("Closed", "good"),
}


def report_board(standing: Standing, viewer: Viewer, *, address: str, paused: bool) -> Markup:
    """The page's body; `address` is its path, without a query."""
    figures = standing.figures
    month: Any = figures.get("month")
    return join(
        _title(standing, viewer),
        _counts(standing, viewer),
        _odd(standing, viewer),
        _life(standing, viewer),
        _bar(address, paused),
        _weeks(standing, viewer),
        _ages(standing),
        _beyond(standing, viewer),
        _cases("Waiting for the client", figures["waiting"], figures["waiting_count"], viewer),
        _cases("Open cases, the oldest first", figures["oldest"], figures["backlog_end"], viewer),
        _targets(standing),
        _counted("Reported most", figures["categories"], "Without a category"),
        _counted("Who reported most", figures["requesters"], "Without a name"),
        _named("Work done", figures["changes"], viewer),
        _named("Planned downtime", figures["downtimes"], viewer),
        _named("Requests that wait for the client", figures["approvals"], viewer),
        _named("Outages", month["outages"]["named"], viewer) if month else None,
        _named("Meetings to come", month["talks"], viewer) if month else None,
    )


def _title(standing: Standing, viewer: Viewer) -> Markup:
    row = standing.row
    facts = [f"figures as of {at(row.generated_at, viewer)}"]
    if row.released_at is not None:
        facts.append(f"sent {at(row.released_at, viewer)}")
        facts.append(f"checked by {row.released_by}" if row.released_by else "nobody checked it before")
    elif row.release_at is not None:
        facts.append(f"goes out {at(row.release_at, viewer)}")
    pill = tag("span", words.status_of(standing).text, class_=f"pill {tone_of(row)}".rstrip())
    corrected = tag("span", "Correction", class_="pill wait") if row.number > 1 else None
    other = standing.instead or standing.before
    link = None
    if other is not None:
        name = "The report that took its place" if standing.instead is not None else "The report that it corrects"
        link = tag("p", tag("a", name, href=f"/console/reports/{other.id}"))
    return tag(
        "section",
        tag("h1", said(words.title(standing, viewer))),
        tag("p", pill, corrected, class_="marks"),
        tag("div", words.headline(standing, viewer), class_="agreed"),
        tag("p", [join(" · " if number else "", said(one)) for number, one in enumerate(facts)], class_="soft"),
        link,
        class_="title",
    )


def _counts(standing: Standing, viewer: Viewer) -> Markup:
    figures = standing.figures

    def count(shown: str, label: str) -> Markup:
        return tag("li", tag("b", shown), tag("span", label), class_="count")

    def share(said_: str, label: str) -> Markup:
        number, _, of = said_.partition(" (")
        return count(number or "–", f"{label}, {of.rstrip(')')}" if of else f"{label}: nothing was due")

    return tag(
        "ul",
        count(f"{figures['opened']:,}", "opened"),
        count(f"{figures['closed']:,}", "closed"),
        share(words.met(figures["response"], viewer), "answered in time"),
        share(words.met(figures["resolution"], viewer), "solved in time"),
        share(words.satisfied(figures, viewer), "satisfied"),
        count(f"{figures['waiting_count']:,}", "wait for the client"),
        class_="counts",
    )


def _odd(standing: Standing, viewer: Viewer) -> Markup | None:
    found = [*odd(standing, viewer), *(standing.figures.get("month") or {}).get("risks", ())]
    if not found:
        return None
    return tag(
        "section",
        tag("h2", "Worth a look"),
        tag("ul", [tag("li", one) for one in found], class_="news"),
        class_="panel",
    )


def _life(standing: Standing, viewer: Viewer) -> Markup:
    row = standing.row
    items = [_remark(one, viewer) for one in standing.remarks]
    if row.held_by and standing.state == "on_hold":
        items.append(_item("On hold", row.held_by, row.held_why))
    items += [_item("", "", one.text) for one in health(standing)]
    if row.note:
        items.append(_item("Note to the readers", row.released_by, row.note))
    if row.correction:
        items.append(_item("What was wrong before", "", row.correction))
    readers = [_reader(one, standing, viewer) for one in standing.readers]
    nobody = tag("p", "Nobody has it yet.", class_="soft") if not readers else None
    return tag(
        "section",
        tag("h2", "Who has it, and what was said"),
        nobody,
        tag("ul", readers, items, class_="news"),
        class_="panel",
    )


def _reader(reader: Reader, standing: Standing, viewer: Viewer) -> Markup:
    why = WHY.get(reader.why, f"for {standing.name(reader.why.removeprefix('for:'))}")
    if reader.reviewed and standing.row.reviewed_at is not None:
        how = ("Reviewed", "good", standing.row.reviewed_at)
    elif reader.reached_at is not None:
        how = ("Has it", "wait", reader.reached_at)
    else:
        how = ("Has not got it yet", "", None)
    name, tone, moment = how
    small = " · ".join(part for part in (why, at(moment, viewer) if moment else "") if part)
    pill = tag("span", name, class_=f"pill {tone}".rstrip())
    return tag("li", tag("span", said(reader.name), " ", pill), tag("small", small, class_="soft") if small else None)


def _remark(remark: Remark, viewer: Viewer) -> Markup:
    row = remark.row
    case = f" “{remark.case[1]}”" if remark.case else ""
    answer = None
    if row.state == "answered":
        answer = tag(
            "span",
            tag("small", said(row.answered_by), " answered", class_="soft"),
            " ",
            said(row.answer),
            class_="said",
        )
    else:
        answer = tag("span", tag("span", "Waits for an answer", class_="pill wait"))
    return tag(
        "li",
        tag(
            "small",
            at(row.at, viewer),
            " · ",
            said(remark.name),
            " ",
            said(f"{what_said(remark)}{case}"),
            class_="soft",
        ),
        tag("span", said(row.text), class_="said"),
        answer,
    )


def _item(what: str, by: str, text: str) -> Markup:
    who = [" · ", said(by)] if by else []
    above = tag("small", what, who, class_="soft") if what or by else None
    return tag("li", above, tag("span", said(text), class_="said") if text else None)


def _bar(address: str, paused: bool) -> Markup:
    name, href = ("Go on renewing", address) if paused else ("Hold still", f"{address}?hold=1")
    return tag("div", tag("p", tag("a", name, href=href, class_="choice")), class_="bar")


def _weeks(standing: Standing, viewer: Viewer) -> Markup | None:
    weeks = standing.figures["weeks"]
    if not weeks:
        return None
    top = max(1, *(max(one["opened"], one["closed"], one["backlog"]) for one in weeks))
    rows = [
        tag(
            "tr",
            tag("td", said(words.label_said(one["week"], viewer))),
            [tag("td", f"{count:,}", _meter(count, top)) for count in (one["backlog"], one["opened"], one["closed"])],
        )
        for one in reversed(weeks)
    ]
    each = words.span_word(standing)
    return _numbers(f"{each.capitalize()} by {each}", ("From", "Open at its end", "Opened", "Closed"), rows)


def _ages(standing: Standing) -> Markup | None:
    aging, whole = standing.figures["aging"], standing.figures["backlog_end"]
    if not whole:
        return None
    rows = [
        tag("tr", tag("td", name), tag("td", f"{count:,}", _meter(count, whole)))
        for name, count in zip(words.AGED, aging, strict=True)
    ]
    return _numbers("Age of what is open", ("Open for", "Cases"), rows)


def _cases(heading: str, cases: Sequence[NamedCase], of: int, viewer: Viewer) -> Markup | None:
    if not cases:
        return None
    rows = []
    for case in cases:
        state, tone = CASE_STATES.get(case["state"], (case["state"], ""))
        since = f"since {at(datetime.fromisoformat(case['since']), viewer)}" if case.get("since") else ""
        rows.append(
            tag(
                "tr",
                tag("td", said(case["external_id"]), tag("small", said(case["title"]))),
                tag("td", tag("span", state, class_=f"pill {tone}".rstrip())),
                tag("td", case["priority"], data_head="Priority"),
                tag("td", f"{case['age']:,} {'day' if case['age'] == 1 else 'days'}", data_head="Age"),
                tag("td", since, data_head="Waits"),
                class_="line",
            )
        )
    more = f" ({len(cases):,} of {of:,})" if of > len(cases) else ""
    return _lines(f"{heading}{more}", ("Case", "State", "Priority", "Age", "Waits"), rows)


def _targets(standing: Standing) -> Markup | None:
    figures = standing.figures
    found = sorted({*figures["response"]["by_priority"], *figures["resolution"]["by_priority"]})
    if not found:
        return None
    parts = (("Answered in time", figures["response"]), ("Solved in time", figures["resolution"]))
    rows = []
    for priority in found:
        cells = []
        for _, part in parts:
            met, of = part["by_priority"].get(priority, (0, 0))
            cells.append(tag("td", f"{met:,} of {of:,}" if of else ""))
        rows.append(tag("tr", tag("td", priority), *cells))
    return _numbers("Targets by priority", ("Priority", *(label for label, _ in parts)), rows)


def _beyond(standing: Standing, viewer: Viewer) -> Markup | None:
    """What only the summary of a month says."""
    rows = [tag("tr", tag("td", name), tag("td", said(value))) for name, value in months.numbers(standing, viewer)]
    return _numbers("Beyond the cases", ("What", "In the month"), rows) if rows else None


def _counted(heading: str, pairs: Sequence[tuple[str, int]], nameless: str) -> Markup | None:
    if not pairs:
        return None
    rows = [tag("tr", tag("td", said(name or nameless)), tag("td", f"{count:,}")) for name, count in pairs]
    return _numbers(heading, ("What", "Cases"), rows)


def _named(heading: str, found: Sequence[Named], viewer: Viewer) -> Markup | None:
    if not found:
        return None
    rows = []
    for one in found:
        when = at(datetime.fromisoformat(one["at"]), viewer) if one["at"] else ""
        rows.append(tag("tr", tag("td", said(one["text"])), tag("td", when)))
    return _numbers(heading, ("What", "When"), rows)


def _numbers(heading: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    """A table that stays one on a phone."""
    return _lines(heading, heads, rows, class_="numbers")


def _lines(heading: str, heads: Sequence[str], rows: Sequence[Markup], class_: str | None = None) -> Markup:
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in heads]))
    return tag("section", tag("h2", heading), tag("table", head, tag("tbody", rows), class_=class_))


def _meter(count: int, of: int) -> Markup:
    return tag("meter", value=str(count), max=str(of), aria_hidden="true")
