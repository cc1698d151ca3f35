"""Draws a report for whoever is accountable at the provider: check it, hold it, let it go; then who has read it."""

from __future__ import annotations

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Link, Quote, Status, Text
from bot.cards.parts import Viewer
from bot.cards.reports import months, words
from bot.cards.reports.may import desk_buttons
from bot.cards.reports.picture import picture
from bot.cards.reports.reader import MOST_SAID, byline, coming, health, history, readers_said, what_said
from bot.cards.wording import decimal
from handlers.mechanisms.reports.figures import percent
from handlers.mechanisms.reports.standing import Reader, Standing

LOW = 90.0
"""Percent: below, whoever releases it should know why before the client asks."""
LOW_CSAT = 80.0
GROWN = 1.2
"""The backlog by a fifth, and by at least `GROWN_BY` cases."""
GROWN_BY = 5
MOST_OPEN = 6
"""Remarks with a button each; more would push the numbers off the screen."""


def desk_card(standing: Standing, viewer: Viewer, *, provider: str, chart: str, page: str, first: bool = False) -> Card:
    """Live: before it is sent what looks odd, afterwards who has reviewed it and what was said.

    `first`: the client has had none before.
    """
    row = standing.row
    buttons = desk_buttons(standing, viewer)
    blocks: list[Block] = [
        Text(words.headline(standing, viewer), "large"),
        *_next(standing, viewer),
        *_held(standing),
        *_corrects(standing),
        *_odd(standing, viewer),
        *words.facts(standing, viewer),
        *([Actions(tuple(buttons))] if buttons else []),
        *_readers(standing, viewer),
        *_remarks(standing, provider),
        *([Quote("The note to the readers", words.beginning(row.note))] if row.note else []),
        *picture(standing, viewer, chart),
        *(history(standing, viewer, provider) if first else []),
        *months.risks(standing),
        *coming(standing, viewer),
        *months.talks(standing, viewer),
        *health(standing),
        *([Link("Everything on one page", page)] if page else []),
        byline(standing, viewer, provider),
    ]
    title, status = words.title(standing, viewer), _status(standing, viewer)
    return Card(title, f"{status.text}: {title}", tuple(blocks), status, standing.ref, row.version)


def odd(standing: Standing, viewer: Viewer) -> list[str]:
    """What somebody should look at before the client does."""
    figures, found = standing.figures, []
    for label, part in (("answered", figures["response"]), ("solved", figures["resolution"])):
        if part["of"] and 100 * part["met"] / part["of"] < LOW:
            found.append(f"Only {words.met(part, viewer)} of the cases were {label} in time.")
    more = figures["backlog_end"] - figures["backlog_start"]
    if more >= GROWN_BY and figures["backlog_end"] >= GROWN * figures["backlog_start"]:
        found.append(f"{decimal(more, viewer.locale)} more cases are open than a {words.span_word(standing)} before.")
    csat = figures["csat"]
    if csat["answers"] and float(percent(csat["good"], csat["answers"])) < LOW_CSAT:
        bad = decimal(csat["answers"] - csat["good"], viewer.locale)
        found.append(f"{bad} of {decimal(csat['answers'], viewer.locale)} answers were 3 or lower.")
    if (count := figures["aging"][-1]) and not words.is_monthly(standing):  # a month's risks say it themselves
        found.append(f"{words.cases(count, viewer)} {'is' if count == 1 else 'are'} open for more than 30 days.")
    if not words.is_monthly(standing) and figures["health"] is None:
        found.append("There was no health check this week.")
    return found


def _status(standing: Standing, viewer: Viewer) -> Status:
    if standing.state == "generated" and standing.row.release_at is not None:
        return Status(f"Goes out {viewer.at(standing.row.release_at, standing.now)}", "ask")
    if standing.state == "released" and standing.delivered_at is None:
        return Status("On its way, nobody has it yet", "plain")
    return words.status_of(standing)


def _next(standing: Standing, viewer: Viewer) -> list[Block]:
    """What comes by itself."""
    row, whom = standing.row, readers_said(standing)
    if standing.state == "generated" and row.release_at is not None:
        when = viewer.at(row.release_at, standing.now)
        if not whom:
            return [Text("Nobody can read it. Add a contact for reports before it goes out.", "strong", "bad")]
        return [Text(f"Unless you hold it, it goes to {whom} {when}, not marked as checked.", "strong")]
    if standing.state == "on_hold":
        return [Text("It does not go out until you release it.", "strong", "warning")]
    if standing.state == "released" and standing.unreviewed_at is not None:
        by = viewer.when(standing.unreviewed_at)
        reminded = f"Its readers are reminded {viewer.when(standing.remind_at)}. " if standing.remind_at else ""
        return [Text(f"{reminded}Not reviewed by {by}: it is filed as not reviewed.")]
    if standing.state == "unreviewed":
        return [Text("Nobody reviewed it in time. A call may be worth it.", "strong", "warning")]
    if standing.state == "superseded":
        blocks: list[Block] = [Text("A corrected report has taken its place.", "strong")]
        if standing.instead is not None and standing.instead.correction:
            blocks.append(Quote("What was wrong", standing.instead.correction))
        return blocks
    return []


def _held(standing: Standing) -> list[Block]:
    row = standing.row
    if standing.state != "on_hold":
        return []
    return [Quote(f"{row.held_by} holds it", row.held_why)] if row.held_why else [Text(f"{row.held_by} holds it.")]


def _corrects(standing: Standing) -> list[Block]:
    if standing.before is None:
        return []
    return [Quote("This is a correction. What was wrong", standing.row.correction)]


def _odd(standing: Standing, viewer: Viewer) -> list[Block]:
    found = odd(standing, viewer) if standing.is_unreleased else []
    return [Lines(tuple(Line(one) for one in found), "Worth a look before it goes")] if found else []


def _readers(standing: Standing, viewer: Viewer) -> list[Block]:
    if standing.is_unreleased or not standing.readers:
        return []
    return [Lines(tuple(Line(one.name, detail=_how_far(one, standing, viewer)) for one in standing.readers), "Readers")]


def _how_far(reader: Reader, standing: Standing, viewer: Viewer) -> str:
    if reader.reviewed and standing.row.reviewed_at is not None:
        return f"reviewed {viewer.when(standing.row.reviewed_at)}"
    why = ""
    if reader.why == "backup":
        why = "backup, "
    elif reader.why.startswith("for:"):
        why = f"for {standing.name(reader.why.removeprefix('for:'))}, "
    return f"{why}has it since {viewer.when(reader.reached_at)}" if reader.reached_at else f"{why}has not got it yet"


def _remarks(standing: Standing, provider: str) -> list[Block]:
    """What readers said: what waits for an answer first, each with its button, then what was answered last."""
    waits = [one for one in standing.remarks if one.row.state != "answered"]
    blocks: list[Block] = []
    for remark in waits[:MOST_OPEN]:
        blocks.append(Quote(f"{remark.name} {what_said(remark)}", words.beginning(remark.row.text)))
        blocks.append(Actions((Button("Answer", "remark:answer", remark.ref, form=True),)))
    if (left := len(waits) - MOST_OPEN) > 0:
        blocks.append(Text(f"{left} more wait for an answer: see your tasks.", "strong", "warning"))
    for remark in [one for one in standing.remarks if one.row.state == "answered"][-MOST_SAID:]:
        blocks.append(Quote(f"{remark.name} {what_said(remark)}", words.beginning(remark.row.text)))
        blocks.append(Quote(f"{remark.row.answered_by or provider} answered", words.beginning(remark.row.answer)))
    return blocks
