"""The console's page of one downtime: its times, who has answered what, who tells the staff, how the work goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from bot.cards.parts import Viewer
from bot.web.downtimelines import KINDS, Line
from bot.web.downtimeoffers import earlier, spanning, there, time_of, times
from bot.web.downtimewords import (
    STAGES,
    STEPS,
    ends_said,
    headline,
    stands,
    state_of,
)
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import at
from handlers.mechanisms.windows.standing import Offer, Standing, Voice

HEADS = ("Person", "Answer", "Asked", "Answered", "Staff told")
UNANSWERED = frozenset({"open", "silent"})


def downtime_board(standing: Standing, lines: Sequence[Line], viewer: Viewer, *, address: str, paused: bool) -> Markup:
    """The page's body; `address` is its path, without a query."""
    return join(
        _title(standing, viewer),
        _counts(standing, lines),
        _life(standing, viewer),
        times(standing, viewer),
        _bar(address, paused),
        _people(standing, lines, viewer),
        earlier(standing, viewer),
    )


def _title(standing: Standing, viewer: Viewer) -> Markup:
    row = standing.row
    state, tone = state_of(row, viewer.now)
    facts = [said(standing.client.name), said(", ".join(place.name for place in standing.places))]
    if row.asker_id:
        facts.append(said(f"asked for by {standing.asker}"))
    if standing.owner:
        facts.append(said(f"{standing.owner} is accountable"))
    if standing.engineer and standing.engineer != standing.owner:
        facts.append(said(f"{standing.engineer} does the work"))
    agreed = None
    if row.starts_at is not None:
        agreed = [spanning(row.starts_at, row.ends_at, viewer), *there(row.starts_at, row.ends_at, standing, viewer)]
        if row.extended_to is not None:
            agreed.append(tag("p", "Now until ", time_of(row.extended_to, viewer), class_="soft"))
    ends = ends_said(row, viewer)
    return tag(
        "section",
        tag("h1", said(headline(row))),
        tag("p", tag("span", state, class_=f"pill {tone}".rstrip()), _short(standing), class_="marks"),
        tag("div", agreed, class_="agreed") if agreed else None,
        tag("p", [join(" · " if number else "", one) for number, one in enumerate(facts)], class_="soft"),
        tag("p", ends, class_="soft") if ends else None,
        class_="title",
    )


def _short(standing: Standing) -> Markup | None:
    shown = [standing.chosen] if standing.chosen is not None else [one for one in standing.offers if _open(one)]
    if any(one.short for one in shown):
        return tag("span", "Short notice", class_="pill bad")
    return None


def _counts(standing: Standing, lines: Sequence[Line]) -> Markup:
    voices, told = standing.voices, [line for line in lines if line.relay is not None]
    done = sum(stands(voice, standing) == "answered" for voice in voices)
    silent = sum(voice.state in UNANSWERED for voice in voices) if standing.is_open else 0
    against = sum(voice.objects_to(one.number) for one in standing.offers if _open(one) for voice in voices)

    def count(number: int, words: str, *, of: int = 0, alarm: bool = False) -> Markup:
        bar = tag("meter", value=str(number), max=str(of), aria_hidden="true") if of else None
        return tag("li", tag("b", f"{number:,}"), tag("span", words), bar, class_="count alarm" if alarm else "count")

    return tag(
        "ul",
        count(done, f"answered, of {len(voices):,}", of=len(voices)),
        count(silent, "still to answer"),
        count(against, "objection" if against == 1 else "objections", alarm=against > 0),
        count(sum(line.told_at is not None for line in told), f"told their staff, of {len(told):,}", of=len(told)),
        class_="counts four",
    )


def _life(standing: Standing, viewer: Viewer) -> Markup:
    row = standing.row
    news = [_step(one, viewer) for one in reversed(row.steps)]
    if row.decided_at is not None:
        by = standing.name(row.decided_by)
        news.append(_item(row.decided_at, by, "Agreed", row.decided_why, viewer))
    if row.closed_at is not None and not row.life:
        news.insert(0, _item(row.closed_at, row.closed_by, state_of(row, viewer.now)[0], row.closed_why, viewer))
    first = tag(
        "li",
        tag("small", time_of(row.proposed_at or row.created_at, viewer), " · ", said(row.raised_by), class_="soft"),
        tag("span", said(row.implications), class_="said"),
        tag("span", "What to do before: ", said(row.prep_steps), class_="said") if row.prep_steps else None,
        tag("span", "Offered all the same: ", said(row.override), class_="said") if row.override else None,
    )
    items = [*news, first]
    return tag("section", tag("h2", "What has happened"), tag("ul", items, class_="news"), class_="panel")


def _step(step: Any, viewer: Viewer) -> Markup:
    words = STEPS.get(step["what"], step["what"])
    if step.get("until"):
        words += f", until {at(datetime.fromisoformat(step['until']), viewer)}"
    return _item(datetime.fromisoformat(step["at"]), step.get("by", ""), words, step.get("text", ""), viewer)


def _item(moment: datetime, by: str, words: str, text: str, viewer: Viewer) -> Markup:
    who = [" · ", said(by)] if by else []
    return tag(
        "li",
        tag("small", time_of(moment, viewer), who, f" · {words}", class_="soft"),
        tag("span", said(text), class_="said") if text else None,
    )


def _bar(address: str, paused: bool) -> Markup:
    still = tag(
        "a",
        "Go on renewing" if paused else "Hold still",
        href=address if paused else f"{address}?hold=1",
        class_="choice",
    )
    return tag(
        "div",
        tag("h2", "Who is asked"),
        tag("p", still, tag("a", "Export (CSV)", href=f"{address}/answers.csv", class_="choice")),
        class_="bar",
    )


def _people(standing: Standing, lines: Sequence[Line], viewer: Viewer) -> Markup:
    if not lines:
        return tag("p", "Nobody has been asked yet.", class_="panel soft")
    groups = groupby(lines, key=lambda line: line.voice.id if line.voice is not None else "")
    bodies = [_voice(standing, list(rows), viewer) for _, rows in groups]
    return tag("table", tag("thead", tag("tr", [tag("th", head, scope="col") for head in HEADS])), bodies)


def _voice(standing: Standing, lines: Sequence[Line], viewer: Viewer) -> Markup:
    voice = lines[0].voice
    kind = KINDS[voice.kind] if voice is not None else "Tells the staff"
    head = tag(
        "th",
        said(lines[0].office),
        tag("span", tag("span", kind, class_="pill"), _stands(standing, voice), class_="places"),
        colspan=str(len(HEADS)),
        scope="rowgroup",
    )
    return tag("tbody", tag("tr", head, class_="client"), [_person(line, viewer) for line in lines])


def _stands(standing: Standing, voice: Voice | None) -> Markup | None:
    if voice is None:
        return None
    words, tone = STAGES[stands(voice, standing)]
    return tag("span", words, class_=f"pill {tone}".rstrip())


def _person(line: Line, viewer: Viewer) -> Markup:
    words, tone = STAGES[line.stage]
    small = " · ".join(part for part in (line.person.title, line.why) if part)
    number = tag("span", said(f"{line.person.phone}"), class_="note") if line.stage == "silent" else None
    told = tag("td", data_head="Staff told")
    if line.told_at is not None and line.relay is not None:
        told = _moment(line.told_at, line.relay.place, "Staff told", viewer)
    elif line.to_tell:
        told = tag("td", tag("span", "Not yet", class_="pill wait"), data_head="Staff told")
    return tag(
        "tr",
        tag("td", said(line.person.name), tag("small", said(small)) if small else None, number),
        tag("td", tag("span", words, class_=f"pill {tone}".rstrip())),
        _moment(line.asked_at, "", "Asked", viewer),
        _moment(line.answered_at, "; ".join(line.said), "Answered", viewer),
        told,
        class_="line",
    )


def _open(offer: Offer) -> bool:
    return bool(offer.row.state == "open")


def _moment(moment: datetime | None, more: str, head: str, viewer: Viewer) -> Markup:
    """An empty cell is drawn as a dash, and on a phone not at all."""
    if moment is None:
        return tag("td", data_head=head)
    shown = tag("span", at(moment, viewer), class_="at")
    return tag("td", shown, tag("small", said(more)) if more else None, data_head=head)
