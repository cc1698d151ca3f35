"""The console's board of one notice: how far it has come, per client, office and person; pure, from facts to markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.cards.parts import Viewer
from bot.web.markup import Markup, join, said, tag
from bot.web.noticebodies import counts_of
from bot.web.noticewords import CHOICES, KINDS, STATES, WHY, at, chosen, due, headline, stage_said
from bot.web.receipts import Line
from handlers.mechanisms.broadcast import Broadcast, Place

HEADS = ("Person", "Stage", "Sent", "Reached", "Acknowledged", "Staff told")
NEWS = {"no_change": "No change", "resolved": "Resolved", "reopened": "It came back", "cancelled": "False alarm"}
VIA = {"slack": "Slack", "teams": "Teams", "phone": "phone"}


def board(
    broadcast: Broadcast, lines: Sequence[Line], viewer: Viewer, *, show: str, address: str, paused: bool
) -> Markup:
    """The page's body. `show` is a key of CHOICES; `address` is the page's path, without a query."""
    return join(
        _title(broadcast, viewer),
        _counts(broadcast, viewer),
        _news(broadcast, viewer),
        _bar(lines, show, address, paused),
        _table(broadcast, [line for line in lines if chosen(line.reader, show)], viewer),
    )


def _title(broadcast: Broadcast, viewer: Viewer) -> Markup:
    notice = broadcast.notice
    state, tone = STATES[notice.state]
    since = [tag("span", "Since ", _time(notice.started_at, viewer))]
    if notice.resolved_at is not None:
        since.append(tag("span", "· resolved ", _time(notice.resolved_at, viewer)))
    elif broadcast.is_open and notice.next_update_at is not None:
        late = notice.next_update_at < viewer.now
        since.append(
            tag("span", "· next update ", due(notice.next_update_at, viewer), class_="pill bad" if late else None)
        )
    if broadcast.owner is not None:
        since.append(tag("span", "· ", said(broadcast.owner.name), " keeps it up to date"))
    return tag(
        "section",
        tag("h1", said(headline(notice))),
        tag(
            "p",
            tag("span", state, class_=f"pill {tone}"),
            tag("span", f"SEV{notice.severity}", class_="pill"),
            tag("span", KINDS.get(notice.kind, notice.kind), class_="pill"),
            tag("span", said(notice.services), class_="soft") if notice.services != notice.title else None,
            class_="marks",
        ),
        tag("p", [join(one, " ") for one in since], class_="soft"),
        class_="title",
    )


def _counts(broadcast: Broadcast, viewer: Viewer) -> Markup:
    counts = counts_of(broadcast)
    people = counts.recipients
    done = sum(place.row.acked_at is not None for place in broadcast.places)
    held = sum(reader.waits(viewer.now) for reader in broadcast.readers)

    def count(number: int, words: str, *, of: int = 0, alarm: bool = False) -> Markup:
        bar = tag("meter", value=str(number), max=str(of), aria_hidden="true") if of else None
        return tag("li", tag("b", f"{number:,}"), tag("span", words), bar, class_="count alarm" if alarm else "count")

    return tag(
        "ul",
        count(counts.reached, f"reached, of {people:,}", of=people),
        count(held, "told when quiet hours end") if held else None,
        count(counts.acknowledged, f"acknowledged, of {people:,}", of=people),
        count(counts.relayed, "told their staff the latest", of=people),
        count(
            done,
            f"of {len(broadcast.places):,} {'place' if len(broadcast.places) == 1 else 'places'} acknowledged",
            of=len(broadcast.places),
        ),
        count(counts.overdue, "overdue", alarm=counts.overdue > 0),
        count(counts.undeliverable, "cannot be reached", alarm=counts.undeliverable > 0),
        class_="counts",
    )


def _news(broadcast: Broadcast, viewer: Viewer) -> Markup:
    notice = broadcast.notice
    findings = [
        tag("li", tag("small", head, class_="soft"), tag("span", said(notice.findings.get(name, "")), class_="said"))
        for name, head in (("summary", "Why it happened"), ("fix", "What was done"), ("prevent", "From now on"))
        if notice.findings.get(name)
    ]
    first = tag(
        "li",
        tag("small", _time(notice.sent_at or notice.created_at, viewer), " · ", said(notice.raised_by), class_="soft"),
        tag("span", said(notice.impact), class_="said"),
        tag("span", "Workaround: ", said(notice.workaround), class_="said") if notice.workaround else None,
    )
    items = [*(_step(row, viewer) for row in reversed(broadcast.updates)), *findings, first]
    latest, earlier = items[:1], items[1:]
    more = (
        tag("details", tag("summary", f"Earlier ({len(earlier)})"), tag("ul", earlier, class_="news"))
        if earlier
        else None
    )
    return tag("section", tag("h2", "Latest"), tag("ul", latest, class_="news"), more, class_="panel")


def _step(row: Any, viewer: Viewer) -> Markup:
    head = " · ".join(part for part in (NEWS.get(row.what, ""), STATES[row.state][0]) if part)
    return tag(
        "li",
        tag("small", _time(row.at, viewer), " · ", said(row.author), f" · {head}", class_="soft"),
        tag("span", said(row.text), class_="said") if row.text else None,
        tag("span", "Workaround: ", said(row.workaround), class_="said") if row.workaround else None,
    )


def _bar(lines: Sequence[Line], show: str, address: str, paused: bool) -> Markup:
    def choice(name: str) -> Markup:
        number = sum(chosen(line.reader, name) for line in lines)
        words = f"{CHOICES[name]} ({number:,})"
        return tag(
            "a", words, href=_to(address, name, paused), class_="choice", aria_current="true" if name == show else None
        )

    return tag(
        "div",
        tag("nav", [choice(name) for name in CHOICES], aria_label="Show"),
        tag(
            "p",
            tag(
                "a", "Go on renewing" if paused else "Hold still", href=_to(address, show, not paused), class_="choice"
            ),
            tag("a", "Export (CSV)", href=f"{address}/receipts.csv", class_="choice"),
        ),
        class_="bar",
    )


def _to(address: str, show: str, paused: bool) -> str:
    query = "&".join(part for part in (f"show={show}" if show else "", "hold=1" if paused else "") if part)
    return f"{address}?{query}" if query else address


def _table(broadcast: Broadcast, lines: Sequence[Line], viewer: Viewer) -> Markup:
    if not lines:
        words = "Nobody has been told yet." if not broadcast.readers else "Nobody here."
        return tag("p", words, class_="panel soft")
    places: dict[str, list[Place]] = {}
    for place in broadcast.places:
        places.setdefault(place.client.id, []).append(place)
    names = {reader.person.id: reader.person.name for reader in broadcast.readers}
    groups = groupby(lines, key=lambda line: line.reader.client.id)
    bodies = [_client(places.get(id_, []), list(rows), names, viewer) for id_, rows in groups]
    return tag("table", tag("thead", tag("tr", [tag("th", head, scope="col") for head in HEADS])), bodies)


def _client(places: Sequence[Place], lines: Sequence[Line], names: dict[str, str], viewer: Viewer) -> Markup:
    client = lines[0].reader.client
    own = next((place.row.impact for place in places if place.row.impact), "")
    head = tag(
        "th",
        said(client.name),
        tag("small", " ", said(own), class_="own soft") if own else None,
        tag("span", [_place(place, names, viewer) for place in places], class_="places"),
        colspan=str(len(HEADS)),
        scope="rowgroup",
    )
    return tag("tbody", tag("tr", head, class_="client"), [_person(line, viewer) for line in lines])


def _place(place: Place, names: dict[str, str], viewer: Viewer) -> Markup:
    row = place.row
    office = [said(place.name), ": "] if row.location_id else []
    if row.acked_at is None:
        return tag("span", office, "nobody yet", class_="pill wait")
    who = said(names.get(row.acked_by, "acknowledged"))
    return tag("span", office, who, ", ", _time(row.acked_at, viewer), class_="pill good")


def _person(line: Line, viewer: Viewer) -> Markup:
    reader, receipt = line.reader, line.reader.receipt
    words, tone = stage_said(reader, viewer)
    stands_in = f"stands in for {line.stands_in_for}" if line.stands_in_for else WHY.get(line.why, line.why)
    offices = ", ".join(name for name in line.places if name != reader.client.name)
    small = " · ".join(part for part in (reader.person.title, offices, stands_in) if part)
    notes = [
        tag("span", said(": ".join(filter(None, (receipt.reason, reader.person.phone)))), class_="note")
        if receipt.reason
        else None,
        _help("Has a problem too", receipt.trouble_at, receipt.trouble, viewer),
        _help("Asked to be called", receipt.call_me_at, reader.person.phone, viewer),
    ]
    where = ", ".join(VIA.get(one, one) for one in reader.platforms)
    heard = f"phone, heard by {line.recorded_by}" if line.recorded_by else VIA.get(receipt.via, receipt.via)
    return tag(
        "tr",
        tag("td", said(reader.person.name), tag("small", said(small)) if small else None, notes),
        tag("td", tag("span", words, class_=f"pill {tone}".rstrip())),
        _moment(line.sent_at, where, viewer),
        _moment(reader.reached_at, "", viewer),
        _moment(receipt.acked_at, heard, viewer),
        _moment(reader.informed_at, line.told_where, viewer),
        class_="person",
    )


def _help(words: str, moment: datetime | None, more: str, viewer: Viewer) -> Markup | None:
    if moment is None:
        return None
    return tag("span", words, ", ", _time(moment, viewer), [": ", said(more)] if more else None, class_="note")


def _moment(moment: datetime | None, more: str, viewer: Viewer) -> Markup:
    """An empty cell is drawn as a dash, and on a phone not at all."""
    if moment is None:
        return tag("td")
    return tag("td", at(moment, viewer), tag("small", said(more)) if more else None)


def _time(moment: datetime, viewer: Viewer) -> Markup:
    return tag("time", at(moment, viewer), datetime=moment.isoformat(timespec="seconds"))
