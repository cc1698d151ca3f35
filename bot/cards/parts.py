"""Parts that the cards of an approval share: who asked, how far it is, what silence does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cards.card import Block, Card, Line, Lines, Quote, Status, Text, Tone
from bot.cards.wording import all_of, any_of, day, hour, money, when
from handlers.mechanisms.standing import Standing, StepStanding
from handlers.mechanisms.survey import open_mistake, own_asking
from storage.rows import Row

VOICE = {
    "purchasing": "Purchasing",
    "billing": "Billing",
    "strategy": "Strategy",
    "security": "Security",
    "people": "People",
    "liaison": "Liaison",
    "emergency": "Emergencies",
    "downtime": "Downtime",
    "vendor": "Vendors",
}

ENDED: dict[str, tuple[str, Tone]] = {
    "approved": ("Approved", "good"),
    "fulfilled": ("Approved and done", "good"),
    "rejected": ("Rejected", "bad"),
    "expired": ("Not approved: nobody answered in time", "muted"),
    "withdrawn": ("Stopped", "muted"),
    "superseded": ("Replaced by another request", "muted"),
    "void": ("No longer valid", "bad"),
    "draft": ("With your provider", "plain"),
}


@dataclass(frozen=True)
class Viewer:
    """For whom a card is drawn: times in this zone, words of this locale."""

    id: str
    name: str
    timezone: str
    locale: str
    staff: bool
    now: datetime

    def when(self, instant: datetime) -> str:
        """ "Mon Jun 15, 4:30 PM EDT" for this reader."""
        return when(instant, self.timezone, self.locale, self.now)

    def on_the_day(self, instant: datetime, named: datetime) -> str:
        """ "4:30 PM EDT" on the day (on this reader's wall) of an instant that the card names, else as `when`."""
        zone = ZoneInfo(self.timezone)
        if instant.astimezone(zone).date() != named.astimezone(zone).date():
            return self.when(instant)
        return hour(instant, self.timezone, self.locale)

    def at(self, instant: datetime, named: datetime) -> str:
        """The same with its preposition: "at 4:30 PM EDT", "on Mon Jun 15, 4:30 PM EDT"."""
        said = self.on_the_day(instant, named)
        return f"on {said}" if said == self.when(instant) else f"at {said}"


def card_of(standing: Standing, status: Status, blocks: list[Block], *, summary: str = "") -> Card:
    """A card of this request as it is now."""
    request = standing.request
    return Card(
        title=request.title,
        summary=summary or f"{request.title}: {status.text}",
        blocks=tuple(blocks),
        status=status,
        ref=standing.ref,
        version=request.version,
        revision=request.revision,
    )


def byline(standing: Standing, viewer: Viewer, provider: str) -> Text:
    """Who asked and when, and the reference."""
    request = standing.request
    who = standing.people.get(request.requester_id or "")
    if who is None:
        asked_by = provider
    elif who.client_id is None:
        asked_by = f"{who.name}, {provider}"
    else:
        asked_by = f"{who.name}, {who.title}" if who.title else who.name
    if who is not None and in_name_of(standing, who.id):
        entered = standing.name(request.raised_by) or provider
        asked_by += f" (entered by {entered})"
    return Text(f"Asked by {asked_by} · {viewer.when(request.created_at)} · {request.ref}", "subtle")


def in_name_of(standing: Standing, person_id: str) -> bool:
    """Whether somebody else entered this in the person's name (from an e-mail, a phone call, another system)."""
    return bool(standing.request.requester_id == person_id and standing.request.raised_by != person_id)


def status_of(standing: Standing, own: Row | None, may: bool) -> Status:
    """The pill at the head; `may`: this viewer can decide now, `own`: this viewer's vote."""
    state = standing.request.state
    if not standing.is_open:
        if state == "expired" and standing.request.closed_why:
            return Status("Not approved in time", "muted")
        if open_mistake(standing):
            return Status("On hold: called a mistake", "bad")
        return Status(*ENDED[state])
    if may and standing.request.urgency == "urgent":
        return Status("Needs your approval · urgent", "warning")
    if may:
        return Status("Needs your approval", "ask")
    if own is not None:
        return Status(f"You approved · {standing.given} of {standing.needed}", "good")
    return Status(f"{standing.given} of {standing.needed} approved", "plain")


def progress(standing: Standing, viewer: Viewer, *, own: bool = True) -> list[Block]:
    """Who has said what: the lines that make a second voice visible, and the reason of a no.

    Without `own`, the viewer's own vote is left out, because the card says it in a sentence of its own.
    """
    lines = []
    for vote in (one for one in standing.votes if own or one.person_id != viewer.id):
        verb = "Approved" if vote.verdict == "approve" else "Rejected"
        how = " (by phone, confirmed in chat)" if vote.comment and vote.verdict == "approve" else ""
        asking = own_asking(standing, vote.person_id)
        if asking is not None and asking.why == "backup":
            how = f" (backup){how}"
        lines.append(Line(f"{verb} by {standing.name(vote.person_id)}{how} · {viewer.when(vote.at)}"))
    blocks: list[Block] = []
    if lines:
        heading = f"{standing.given} of {standing.needed} approved" if standing.is_open else ""
        blocks.append(Lines(tuple(lines), heading))
    rejected = next((vote for vote in standing.votes if vote.verdict == "reject"), None)
    if rejected is not None:
        blocks.append(Quote(standing.name(rejected.person_id), rejected.comment))
    return blocks


def conversation(standing: Standing, viewer: Viewer) -> list[Block]:
    """Questions with their answers, in the order they were asked."""
    blocks: list[Block] = []
    for row in standing.inquiries:
        blocks.append(Quote(f"{standing.name(row.asker_id)} asked", row.text))
        if row.answered_at is not None:
            blocks.append(Quote(f"{standing.name(row.answered_by) or 'Your provider'} answered", row.answer))
    return blocks


def left_to_do(standing: Standing, viewer: Viewer) -> list[Block]:
    """How many voices it takes and who is waited for: "Waiting for you and Priya Raman." """
    if not standing.is_open:
        return []

    def names(step: StepStanding) -> str:
        ids = [row.person_id for row in step.asked] or [row.id for row in step.deciders]
        return any_of(["you" if id_ == viewer.id else standing.name(id_) for id_ in ids])

    open_now = [names(step) for step in standing.steps if step.state == "open"]
    later = [names(step) for step in standing.steps if step.state == "waiting"]
    if not open_now:
        return []
    if open_now == ["you"] and not any(later):
        return []
    waiting = f"Waiting for {all_of(open_now)}" + (f", then {all_of(later)}" if any(later) else "") + "."
    if standing.given == 0 and standing.needed > 1:
        waiting = f"Needs {standing.needed} approvals, from different people. {waiting}"
    return [Text(waiting)]


def ending(standing: Standing, viewer: Viewer) -> list[Block]:
    """What silence does and when, or how and when it ended."""
    request = standing.request
    if request.state == "info_requested":
        text = "A question is open, so the deadline waits. No answer is still not a yes."
        return [Text(text, "strong")]
    if standing.is_open:
        if not any(step.state == "open" for step in standing.steps):
            return [Text("On hold: nobody can be asked at the moment. Nothing is approved meanwhile.", "strong", "bad")]
        return [Text(f"No answer by {viewer.when(request.expires_at)}: not approved.", "strong")]
    blocks: list[Block] = []
    mistake = request.marks.get("mistake")
    if open_mistake(standing):
        name = standing.name(mistake["person"])
        blocks.append(
            Text(f"On hold: {name} says this was a mistake. Nothing is carried out meanwhile.", "strong", "bad")
        )
        blocks.append(Quote(name, mistake["text"]))
    elif mistake and mistake.get("settled"):
        blocks.append(Quote(f"Settled by {mistake['settled']['by']}", mistake["settled"]["text"]))
    said = bool(mistake) and mistake.get("settled", {}).get("text") == request.closed_why
    if request.closed_why and not said and request.state in ("expired", "withdrawn", "superseded", "void"):
        blocks.append(Text(_in_words(request, viewer), "strong"))
    if request.marks.get("adjusted"):
        old, new = (money(request.marks["adjusted"][end], request.currency, viewer.locale) for end in ("from", "to"))
        blocks.append(Text(f"The price moved from {old} to {new}, within what you agreed may change.", "subtle"))
    if request.closed_at and not standing.votes and request.state != "approved":
        blocks.append(Text(f"Closed {viewer.when(request.closed_at)}.", "subtle"))
    return blocks


def _in_words(request: Row, viewer: Viewer) -> str:
    """Why it ended, with the day of a quote as this reader writes days."""
    iso = request.facts.get("purchase", {}).get("quote_valid_until")
    why = str(request.closed_why)
    return why.replace(iso, day(date.fromisoformat(iso), viewer.locale, viewer.now.date())) if iso else why


def day_before(end: datetime, viewer: Viewer) -> str:
    """The last day of something that ends (exclusive) at this moment."""
    last = (end - timedelta(seconds=1)).astimezone(ZoneInfo(viewer.timezone)).date()
    return day(last, viewer.locale, viewer.now.date())


def total_of(standing: Standing, viewer: Viewer) -> str:
    """The commitment in the client's money, "" for what costs nothing."""
    request = standing.request
    if request.commitment_minor is None:
        return ""
    return money(request.commitment_minor, request.currency, viewer.locale)
