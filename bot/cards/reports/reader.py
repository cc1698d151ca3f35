"""Draws a report for the client's people: what matters first, what may be said about it, what silence does."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.card import Actions, Block, Card, Line, Lines, Quote, Rule, Status, Text
from bot.cards.parts import Viewer
from bot.cards.reports import months, words
from bot.cards.reports.may import TO_REVIEW, reader_buttons
from bot.cards.reports.picture import picture
from bot.cards.wording import all_of
from handlers.mechanisms.reports.figures import Named
from handlers.mechanisms.reports.standing import Remark, Standing

FEW = 3
"""Cases, downtimes and requests named on the card itself; the message in its thread has them all."""
MOST_SAID = 3
LONG_NOTE = 500
"""A note of more letters stands below in full."""


def report_card(standing: Standing, viewer: Viewer, *, provider: str, chart: str, first: bool = False) -> Card:
    """Live until it is reviewed, and a receipt from then on; `chart` is the address of its picture.

    `first`: the client has had none before.
    """
    if standing.state == "superseded":
        return superseded(standing, viewer, provider=provider)
    buttons = reader_buttons(standing, viewer)
    blocks: list[Block] = [
        Text(words.headline(standing, viewer), "large"),
        *_waits(standing, viewer),
        *_corrected(standing, viewer),
        *_note(standing, provider),
        *words.facts(standing, viewer),
        *([Actions(tuple(buttons))] if buttons else []),
        *silence(standing, viewer),
        *_reviewed(standing, viewer),
        *picture(standing, viewer, chart),
        *(history(standing, viewer, provider) if first else []),
        *said(standing, viewer, provider),
        *months.risks(standing),
        *coming(standing, viewer),
        *months.talks(standing, viewer),
        *health(standing),
        *_note_in_full(standing, provider),
        byline(standing, viewer, provider),
    ]
    return _card(standing, viewer, blocks, status_for(standing, viewer))


def reminder(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """Asks again, with the numbers and the same buttons; the picture stands above in the thread."""
    if standing.state == "superseded":
        return superseded(standing, viewer, provider=provider)
    buttons = reader_buttons(standing, viewer)
    lead = "Nobody has reviewed this report yet." if standing.state in TO_REVIEW else ""
    blocks: list[Block] = [
        *([Text(lead, "strong")] if lead and buttons else []),
        Text(words.headline(standing, viewer), "large"),
        *_waits(standing, viewer),
        *words.facts(standing, viewer),
        *([Actions(tuple(buttons))] if buttons else []),
        *silence(standing, viewer),
        *_reviewed(standing, viewer),
        *said(standing, viewer, provider),
        byline(standing, viewer, provider),
    ]
    return _card(standing, viewer, blocks, status_for(standing, viewer))


def waiting(standing: Standing, viewer: Viewer) -> list[Block]:
    """It stands on the list of what waits, with the one button that takes it off."""
    said = [
        f"{words.headline(standing, viewer)}.",
        *(one.text for one in silence(standing, viewer) if isinstance(one, Text)),
    ]
    review = [button for button in reader_buttons(standing, viewer) if button.verb == "report:review"]
    return [Lines((Line(words.title(standing, viewer), detail="\n".join(said)),)), Actions(tuple(review))]


def superseded(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """Its numbers were wrong, so they are gone; what was wrong stays."""
    blocks: list[Block] = [Text("A corrected report has taken its place. Please read the newest message.", "strong")]
    if standing.instead is not None and standing.instead.correction:
        blocks.append(Quote("What was wrong", standing.instead.correction))
    blocks += [*said(standing, viewer, provider), byline(standing, viewer, provider)]
    return _card(standing, viewer, blocks, status_for(standing, viewer))


def gone(standing: Standing, viewer: Viewer) -> Card:
    """For somebody who does not read reports any more: nothing of it."""
    blocks = (Text("You do not receive this report any more."),)
    title = words.title(standing, viewer)
    return Card(title, title, blocks, Status("No longer for you", "muted"), standing.ref, standing.row.version)


def status_for(standing: Standing, viewer: Viewer) -> Status:
    """The pill for somebody of the client."""
    if standing.state == "reviewed":
        by = "You reviewed this" if standing.row.reviewed_by == viewer.id else f"Reviewed by {standing.reviewed_by}"
        return Status(by, "good")
    if standing.state == "superseded":
        return Status(*words.STATE["superseded"])
    asks = standing.may_review(viewer.id)
    corrected = "Corrected · " if standing.row.number > 1 else ""
    if standing.state == "unreviewed":
        return Status(f"{corrected}{'Not reviewed yet' if asks else 'Not reviewed'}", "warning" if asks else "muted")
    if not asks:
        return Status("Corrected" if corrected else "Sent", "plain")
    return Status("Corrected · please review" if corrected else "Please review", "warning" if corrected else "ask")


def silence(standing: Standing, viewer: Viewer) -> list[Block]:
    """What happens when nobody reviews it."""
    if not standing.may_review(viewer.id) or standing.state not in TO_REVIEW:
        return []
    if standing.state == "unreviewed" or standing.unreviewed_at is None:
        return [Text("Nobody reviewed it in time. You still can.")]
    by = viewer.when(standing.unreviewed_at)
    end = f"by {by}: it is filed as not reviewed. Nothing else changes."
    if standing.remind_at is None:
        return [Text(f"Not reviewed {end}", "subtle")]
    known = {one.person_id for one in standing.readers}
    backup = next((standing.name(id_) for id_ in standing.chain() if id_ not in known), "")
    asked = f"you are reminded, and {backup} gets it as well" if backup else "you are reminded"
    return [Text(f"Not reviewed by {viewer.when(standing.remind_at)}: {asked}. Still not {end}", "subtle")]


def said(standing: Standing, viewer: Viewer, provider: str) -> list[Block]:
    """What was said about it, with the answers; the newest when it is much."""
    blocks: list[Block] = []
    for remark in standing.remarks[-MOST_SAID:]:
        who = "You" if remark.row.person_id == viewer.id else remark.name
        blocks.append(Quote(f"{who} {what_said(remark)}", words.beginning(remark.row.text)))
        if remark.row.state == "answered":
            blocks.append(Quote(f"{remark.row.answered_by or provider} answered", words.beginning(remark.row.answer)))
        elif not viewer.staff:
            blocks.append(Text(f"{provider} has been asked and answers here.", "subtle"))
    return blocks


def what_said(remark: Remark) -> str:
    """ "asked about CASE-4498"."""
    case = remark.case[0] if remark.case else "a case"
    if remark.row.kind == "question":
        return f"asked about {case}"
    if remark.row.kind == "escalate":
        return f"escalated {case}"
    return f"doubted “{words.beginning(remark.row.about, 60)}”" if remark.row.about else "doubted a number"


def coming(standing: Standing, viewer: Viewer) -> list[Block]:
    """What waits for the client, and what is planned."""
    figures = standing.figures
    blocks: list[Block] = []
    whom = standing.client.name if viewer.staff else "you"
    if figures["waiting"]:
        lines = tuple(words.case_line(case, viewer) for case in figures["waiting"][:FEW])
        blocks += [Lines(lines, f"Cases that wait for {whom}"), *words.and_more(figures["waiting_count"] - FEW, viewer)]
    if figures["approvals"]:
        blocks += _named(figures["approvals"], viewer, f"Requests that wait for {whom}", "No answer by")
        if not viewer.staff:
            blocks.append(Text("Type “waiting” to decide them.", "subtle"))
    if figures["downtimes"]:
        blocks += _named(figures["downtimes"], viewer, "Planned downtime", "")
    return blocks


def health(standing: Standing) -> list[Text]:
    """What the provider's last look at the client's systems found; nothing when there was none."""
    found = standing.figures["health"]
    if found is None:
        return []
    if found["result"] == "good":
        return [Text("Health check: everything is in order.", tone="good")]
    return [Text(f"Health check: {found['text'] or 'needs attention'}", tone="warning")]


def history(standing: Standing, viewer: Viewer, provider: str) -> list[Text]:
    """Under the picture of a client's first report: where the time before comes from, when it shows any."""
    if standing.figures["last"] is None:
        return []
    before = "months" if words.is_monthly(standing) else "weeks"
    whose = f"{standing.client.name}'s" if viewer.staff else "your"
    kind = "monthly summary" if words.is_monthly(standing) else "weekly report"
    return [
        Text(f"This is {whose} first {kind}. The {before} before are as {provider}'s ticket system has them.", "subtle")
    ]


def byline(standing: Standing, viewer: Viewer, provider: str) -> Text:
    """As of when the figures are, and who has looked at them: only if somebody has."""
    row = standing.row
    parts = [f"Figures as of {viewer.when(row.generated_at)}"]
    if row.released_by:
        parts.append(f"checked by {row.released_by}, {provider}")
    elif row.released_at is not None:
        parts.append(provider)
    return Text(" · ".join(parts), "subtle")


def _card(standing: Standing, viewer: Viewer, blocks: Sequence[Block], status: Status) -> Card:
    title = words.title(standing, viewer)
    replaced = standing.state == "superseded"
    summary = f"{title}: {status.text.lower() if replaced else words.headline(standing, viewer)}"
    return Card(title, summary, tuple(blocks), status, standing.ref, standing.row.version)


def _waits(standing: Standing, viewer: Viewer) -> list[Block]:
    waits = words.waits_for_you(standing, viewer)
    return [Text(waits, "strong", "warning")] if waits else [Text("Nothing waits for you.")]


def _corrected(standing: Standing, viewer: Viewer) -> list[Block]:
    if standing.before is None:
        return []
    lead = f"This corrects the report of {viewer.when(standing.before.released_at or standing.before.generated_at)}."
    return [
        Text(lead, "strong"),
        *([Quote("What was wrong", standing.row.correction)] if standing.row.correction else []),
    ]


def _note(standing: Standing, provider: str) -> list[Block]:
    row = standing.row
    said = words.beginning(row.note, LONG_NOTE)
    return [Quote(f"{row.released_by or provider} writes", said)] if said else []


def _note_in_full(standing: Standing, provider: str) -> list[Block]:
    row = standing.row
    if len(row.note) <= LONG_NOTE:
        return []
    return [Rule(), Quote(f"What {row.released_by or provider} writes, in full", row.note)]


def _reviewed(standing: Standing, viewer: Viewer) -> list[Block]:
    row = standing.row
    if standing.state != "reviewed" or row.reviewed_at is None:
        return []
    by = "you" if row.reviewed_by == viewer.id else standing.reviewed_by
    return [Text(f"Reviewed by {by}, {viewer.when(row.reviewed_at)}.")]


def _named(rows: Sequence[Named], viewer: Viewer, heading: str, lead: str) -> list[Block]:
    lines = []
    for row in rows[:FEW]:
        when = words.dated(row, viewer)
        lines.append(Line(row["text"], detail=" ".join(part for part in (lead, when) if part) if when else ""))
    return [Lines(tuple(lines), heading), *words.and_more(len(rows) - FEW, viewer)]


def readers_said(standing: Standing) -> str:
    """ "Dana Whitlock and Priya Raman"; who would get it now, while nobody has it."""
    names = [one.name for one in standing.readers if one.name]
    return all_of(names or [standing.name(id_) for id_ in standing.chain()[:1]])
