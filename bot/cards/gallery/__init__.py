"""Looks the facts up and has them drawn: a reference, a purpose and a viewer become a card, a form or a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Card, Form
from bot.cards.gallery import (
    approvals,
    cases,
    downtimes,
    feedback,
    lists,
    meetings,
    notices,
    planned,
    pulses,
    relays,
    reports,
    talks,
    tasks,
)
from bot.cards.gallery.sight import (
    OUTDATED,
    Ask,
    CalendarOf,
    ChartOf,
    Drawer,
    PageOf,
    Sight,
    no_card,
    no_chart,
    no_form,
    nowhere,
)
from handlers.commands import Chat, Ref, Refused
from storage.queries import directory, notice_cards
from storage.queries import notices as notice_queries
from storage.rows import Row
from storage.store import Store

DRAWERS: Mapping[str, Drawer] = {
    "approval": approvals.DRAWER,
    "task": tasks.DRAWER,
    "person": lists.OWN_LIST,
    "page": lists.PAGES,
    "notice": notices.DRAWER,
    "board": notices.BOARD,
    "relay": relays.DRAWER,
    "feedback": feedback.DRAWER,
    "downtime": downtimes.DRAWER,
    "blackout": planned.BLACKOUT,
    "case": cases.DRAWER,
    "remark": cases.REMARK,
    "report": reports.DRAWER,
    "touchpoint": talks.DRAWER,
    "agenda_item": meetings.ITEM,
    "action_item": meetings.ACTION,
    "pulse": pulses.DRAWER,
}
"""Who draws what, by the kind of the reference."""

Pressed = tuple[Ref, Chat, str]
"""What was pressed: the card's subject, on whose account, and the verb of the button."""

EMPTY = Drawer(no_card, no_card, no_form)
"""For a kind that nobody draws: a reference is a claim."""


@dataclass(frozen=True)
class Gallery:
    """Draws what is true at this moment. Every call opens a read of its own.

    `page_of` gives the address of the page that shows all of a subject to one person, `calendar_of` the address that
    puts it into this person's calendar, `chart_of` that of a picture of figures.
    """

    store: Store
    now: Callable[[], datetime]
    provider: str
    page_of: PageOf = nowhere
    calendar_of: CalendarOf = nowhere
    chart_of: ChartOf = no_chart

    def draw(self, ref: Ref, purpose: str, person_id: str) -> Card | None:
        """What this person should see of this subject for this purpose; None when there is nothing worth saying."""
        with self._sight() as sight:
            return DRAWERS.get(ref.kind, EMPTY).draw(sight, ref, purpose, person_id)

    def draw_many(self, asks: Sequence[Ask]) -> list[Card | Exception | None]:
        """The cards of one batch, by one look at the store; one that cannot be drawn spoils no other."""
        with self._sight() as sight:
            _prepare(sight, asks)
            return [_drawn(sight, ask) for ask in asks]

    def pressed_many(self, presses: Sequence[Pressed]) -> list[Card | Exception | None]:
        """The cards that these accounts hold of what they pressed, redrawn by one look at the store.

        None for an account nobody has (any more); one that cannot be drawn spoils no other.
        """
        with self._sight() as sight:
            accounts = [directory.identity(sight.tx, one.platform, one.org, one.user) for _, one, _ in presses]
            whose = [row.person_id if row is not None and row.state == "active" else None for row in accounts]
            people = {row.id: row for row in directory.people_named(sight.tx, {one for one in whose if one})}
            sight.known.update({("person", id_): row for id_, row in people.items()})
            held = [(ref, people.get(one), verb) for (ref, _, verb), one in zip(presses, whose, strict=True)]
            if len(held) > 1:
                _prepare(sight, [(ref, "", one.id) for ref, one, _ in held if one is not None])
            return [_redrawn(sight, ref, one, verb) if one is not None else None for ref, one, verb in held]

    def pressed(self, ref: Ref, person_id: str, verb: str = "") -> Card | None:
        """The card that this person holds of a subject, redrawn; None for somebody who should see none of it."""
        with self._sight() as sight:
            person = directory.person(sight.tx, person_id)
            if person is None:
                return None
            sight.known["person", person_id] = person
            return DRAWERS.get(ref.kind, EMPTY).pressed(sight, ref, person, verb)

    def form(self, verb: str, ref: Ref, version: int, person_id: str) -> Form:
        """The form that a button opens; `Refused` for somebody who may not use it (the desk asks again on submit)."""
        with self._sight() as sight:
            return DRAWERS.get(ref.kind, EMPTY).form(sight, verb, ref, version, _known(sight, person_id))

    def zone_of(self, person_id: str) -> ZoneInfo:
        """The zone in which a person's days are meant."""
        with self._sight() as sight:
            person = directory.person(sight.tx, person_id)
            return ZoneInfo(person.timezone if person is not None else "UTC")

    def client_of_form(self, inputs: Any, person_id: str) -> tuple[Row[Any], str]:
        """The client a submitted request is for (the person's own, or the one that somebody of the provider chose),
        and the person's time zone."""
        with self._sight() as sight:
            person = _known(sight, person_id)
            clients = sight.clients_of(person)
            chosen = [row for row in clients if len(clients) == 1 or row.slug == inputs.get("client")]
            if not chosen:
                raise Refused("Please choose the client.", field="client", code="invalid")
            return chosen[0], person.timezone

    def clients_of(self, person_id: str) -> list[Row[Any]]:
        """The clients that this person may name."""
        with self._sight() as sight:
            return sight.clients_of(_known(sight, person_id))

    def is_staff(self, person_id: str) -> bool:
        """Whether this is somebody of the provider."""
        with self._sight() as sight:
            return _known(sight, person_id).client_id is None

    def score_of(self, ref: Ref) -> int:
        """The number that was given, 0 while there is none."""
        with self._sight() as sight:
            row = notice_cards.feedback_by(sight.tx, ref.id)
            return (row.score or 0) if row is not None else 0

    def reader_of(self, ref: Ref, name: str) -> str:
        """The id of the reader of a notice that is meant by an id, a full name or an e-mail address."""
        wanted = name.strip().casefold()
        with self._sight() as sight:
            people = list(notice_queries.readers_of(sight.tx, ref.id)) if wanted else []
        found = [row.id for row in people if wanted in (row.id.casefold(), row.name.casefold(), row.email.casefold())]
        if len(found) > 1:
            sentence = f"More than one reader is called {name.strip()[:60]}: please give the e-mail address."
            raise Refused(sentence, field="person", code="invalid")
        if not found:
            raise Refused(f"This notice went to nobody called {name.strip()[:60]}.", field="person", code="not_found")
        return str(found[0])

    def waiting(self, person_id: str, page: int = 1) -> Card:
        """What waits for this person, or for somebody of the provider: what the clients have not answered."""
        with self._sight() as sight:
            return lists.waiting(sight, _known(sight, person_id), page)

    def outages(self, person_id: str) -> Card:
        """What is wrong at a contact's company at the moment."""
        with self._sight() as sight:
            return lists.outages(sight, _known(sight, person_id))

    def downtimes(self, person_id: str) -> Card:
        """What is planned, asked for and agreed, as far as it concerns this person, and when no work is wanted."""
        with self._sight() as sight:
            return lists.downtimes(sight, _known(sight, person_id))

    def cases(self, person_id: str, words: str) -> Card:
        """The open cases that this person knows of, a client's, or one by its number."""
        with self._sight() as sight:
            return cases.page(sight, _known(sight, person_id), words)

    def meetings(self, person_id: str) -> Card:
        """The talks to come that concern this person, and what talks have left to do."""
        with self._sight() as sight:
            return meetings.page(sight, _known(sight, person_id))

    def feedback(self, person_id: str) -> Card:
        """What clients have said and nobody of the provider has answered."""
        with self._sight() as sight:
            return feedback.page(sight, _known(sight, person_id))

    def named_slot(self, ref: Ref, revision: int) -> tuple[datetime, int]:
        """When, and for how many minutes, a contact would like to talk, as a button has shown it."""
        with self._sight() as sight:
            return talks.named_slot(sight, ref, revision)

    def minutes_of(self, ref: Ref) -> int:
        """How long a talk is."""
        with self._sight() as sight:
            return talks.minutes_of(sight, ref)

    def reports(self, person_id: str, words: str) -> Card:
        """How the newest reports stand, or that of a client; for a contact the newest of the own company."""
        with self._sight() as sight:
            return reports.page(sight, _known(sight, person_id), words)

    def planned_end(self, ref: Ref) -> datetime:
        """Until when agreed work is to last, as last said."""
        with self._sight() as sight:
            found: datetime | None = downtimes.planned_end(sight, ref)
            return found or sight.now

    def contacts(self, person_id: str, words: str) -> Card:
        """The key contacts of the person's own company, or of the client that somebody of the provider names."""
        with self._sight() as sight:
            return lists.contacts(sight, _known(sight, person_id), words)

    @contextmanager
    def _sight(self) -> Iterator[Sight]:
        with self.store.read() as tx:
            yield Sight(tx, self.now(), self.provider, self.page_of, self.calendar_of, self.chart_of)


def _known(sight: Sight, person_id: str) -> Row[Any]:
    person = directory.person(sight.tx, person_id)
    if person is None:
        raise Refused(OUTDATED)
    return person


def _prepare(sight: Sight, asks: Sequence[Ask]) -> None:
    for kind in {ref.kind for ref, _, _ in asks}:
        if (prepare := DRAWERS.get(kind, EMPTY).prepare) is not None:
            prepare(sight, [ask for ask in asks if ask[0].kind == kind])


def _redrawn(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | Exception | None:
    try:
        return DRAWERS.get(ref.kind, EMPTY).pressed(sight, ref, person, verb)
    except Exception as problem:
        return problem


def _drawn(sight: Sight, ask: Ask) -> Card | Exception | None:
    try:
        return DRAWERS.get(ask[0].kind, EMPTY).draw(sight, *ask)
    except Exception as problem:
        return problem
