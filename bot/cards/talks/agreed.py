"""Draws an agreed talk for the client's people, the messages that come before it, and what it left."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.cards.card import Actions, Block, Card, Quote, Status, Text
from bot.cards.parts import Viewer
from bot.cards.talks import may, words
from handlers.mechanisms.talks.agenda import Line as Item
from handlers.mechanisms.talks.standing import Standing
from handlers.policy import policy_of


def agreed_card(
    standing: Standing, viewer: Viewer, lines: Sequence[Item], *, provider: str, calendar: str = "", lead: str = ""
) -> Card:
    """Live from the yes to the notes: when, how to join, what about; another time can be asked for until it begins.

    `lead` is what a message before it begins with: "Tomorrow".
    """
    row = standing.row
    buttons = [] if viewer.staff else may.contact_buttons(standing, viewer)
    blocks: list[Block] = [
        Text(words.agreed_time(standing, viewer), "large"),
        Text(words.with_whom(standing, viewer, provider)),
        *words.how(standing, calendar=calendar if standing.is_ahead else ""),
        *words.at_a_glance(lines, viewer),
        *([Actions(tuple(buttons))] if buttons else []),
        *_comes(standing, viewer, provider, short=bool(lead)),
        *([] if lead else who_agreed(standing, viewer)),
        *words.whole_agenda(lines, viewer),
        words.byline(standing, viewer, provider),
    ]
    title = f"{lead}: {standing.title}" if lead else standing.title
    if viewer.staff:
        title += f" · {standing.client.name}"
    status = words.status(standing)
    if lead and standing.is_ahead:
        status = Status(lead, "warning" if lead == SOON else "ask")
    summary = f"{title}, {words.agreed_time(standing, viewer)}"
    return Card(title, summary, tuple(blocks), status, standing.ref, row.version, row.revision)


TOMORROW, SOON = "Tomorrow", "Within the hour"
LEADS = {"day1": TOMORROW, "hour1": SOON}
"""Purpose -> what a message before the talk begins with."""


def coming(
    standing: Standing,
    viewer: Viewer,
    lines: Sequence[Item],
    kind: str,
    revision: int,
    *,
    provider: str,
    calendar: str = "",
) -> Card:
    """A day or an hour before; of another time or of one that is not to be any more it says so."""
    if standing.state != "confirmed" or revision != standing.row.revision:
        return not_then(standing, viewer, lines, provider=provider)
    lead = LEADS[kind] if standing.is_ahead else ""
    if lead and kind == "day1":
        zone = ZoneInfo(viewer.timezone)
        days = (standing.row.starts_at.astimezone(zone).date() - viewer.now.astimezone(zone).date()).days
        lead = {0: "Today", 1: TOMORROW}.get(days, "Coming up")
    return agreed_card(standing, viewer, lines, provider=provider, calendar=calendar, lead=lead)


def not_then(standing: Standing, viewer: Viewer, lines: Sequence[Item], *, provider: str) -> Card:
    """What has become of a time that was agreed before."""
    if standing.state in AFTER:
        return after_card(standing, viewer, lines, provider=provider)
    row = standing.row
    if standing.state == "confirmed":
        said = f"This meeting has moved to {words.agreed_time(standing, viewer)}."
    else:
        said = "This meeting does not take place at the time that was agreed. A new time is being found."
    status = words.status(standing)
    title = standing.title
    return Card(title, f"{title}: {said}", (Text(said, "strong"),), status, standing.ref, row.version, row.revision)


AFTER = ("held", "closed", "missed", "skipped")


def after_card(standing: Standing, viewer: Viewer, lines: Sequence[Item], *, provider: str) -> Card:
    """What was said and who does what; or why it did not take place, and that the next one comes."""
    row, state = standing.row, standing.state
    when = words.agreed_time(standing, viewer)
    blocks: list[Block] = []
    if state in ("held", "closed"):
        blocks += [Text(when, "strong")] if when else []
        blocks += [Text(words.with_whom(standing, viewer, provider), "subtle")]
        blocks += words.notes(standing) or [Text("Nothing was written down.", "subtle")]
        blocks += words.actions(standing, viewer)
        blocks += words.in_full(lines, viewer, "What it was about")
        blocks += words.notes_in_full(standing)
    else:
        blocks += ended(standing, viewer, provider)
        blocks += words.in_full(lines, viewer, "What it was to be about")
    blocks.append(words.byline(standing, viewer, provider))
    title = standing.title + (f" · {standing.client.name}" if viewer.staff else "")
    status = words.status(standing)
    said = {"held": "notes", "closed": "notes", "missed": "missed", "skipped": "left out"}[state]
    return Card(title, f"{title}: {said}", tuple(blocks), status, standing.ref, row.version, row.revision)


def ended(standing: Standing, viewer: Viewer, provider: str) -> list[Block]:
    """Why it did not take place, and what comes instead."""
    row = standing.row
    by = "you" if row.ended_by == viewer.name else row.ended_by
    when = words.agreed_time(standing, viewer)
    blocks: list[Block] = []
    if standing.state == "missed":
        said = f"It did not take place {when}." if when else "It did not take place."
        blocks.append(Text(said, "strong", "bad"))
    else:
        blocks.append(Text(f"Left out by {by}." if by else f"Left out. {row.ended_why}", "strong"))
    if row.ended_why and row.ended_by:
        blocks.append(Quote(row.ended_by, row.ended_why))
    return [*blocks, *([Text(said)] if (said := words.next_one(standing)) else [])]


def moved(standing: Standing, viewer: Viewer, lines: Sequence[Item], revision: int, *, provider: str) -> Card:
    """Somebody cannot make the agreed time: what was asked instead, or what has become of it since."""
    if standing.state not in ("rescheduled",) or revision != standing.row.revision:
        return not_then(standing, viewer, lines, provider=provider)
    row, named = standing.row, standing.named
    blocks: list[Block] = [Text("The agreed time does not suit any more: it does not take place then.", "strong")]
    if named is not None:
        blocks.append(Text(f"{named.row.offered_by} would like {words.slot(named.row, viewer)}."))
    blocks += words.reason(standing, viewer)
    answers = "you answer" if viewer.id == row.owner_id else f"{standing.owner or provider} answers"
    blocks.append(Text(f"Nothing is agreed until {answers}."))
    if viewer.staff:
        buttons = may.desk_buttons(standing, ("take", "offer", "agree", "skip"))
        blocks += [Actions(tuple(buttons))] if buttons else []
    blocks += words.reason_in_full(standing)
    title = f"Another time: {standing.title}" + (f" · {standing.client.name}" if viewer.staff else "")
    status = Status("Needs your answer", "ask") if viewer.id == row.owner_id else words.status(standing)
    return Card(title, title, tuple(blocks), status, standing.ref, row.version, row.revision)


def _comes(standing: Standing, viewer: Viewer, provider: str, *, short: bool) -> list[Block]:
    """What happens by itself."""
    if standing.is_over:
        who = "You write" if viewer.id == standing.row.owner_id else f"{standing.owner or provider} writes"
        return [Text(f"The time is over. {who} down what was said and who does what.")]
    if short or not standing.is_ahead:
        return []
    return [Text(f"{_reminded(standing)}If nobody changes it, it takes place then.", "subtle")]


def _reminded(standing: Standing) -> str:
    plan = policy_of(standing.client.policy).timetable
    days = {0: "", 1: "a day"}.get(plan.remind_days, f"{plan.remind_days} days")
    minutes = {0: "", 1: "a minute", 60: "an hour"}.get(plan.remind_minutes, f"{plan.remind_minutes} minutes")
    before = " and ".join(said for said in (days, minutes) if said)
    return f"You are reminded {before} before. " if before else ""


def who_agreed(standing: Standing, viewer: Viewer) -> list[Block]:
    """Whose yes it is, or that it was said to the provider."""
    row = standing.row
    if row.decided_at is None:
        return []
    name = "you" if row.decided_by == viewer.id else standing.name(row.decided_by)
    how = f"Agreed by {name}" if name else "Agreed on the phone"
    return [Text(f"{how}, {viewer.when(row.decided_at)}.", "subtle")]
