"""One look at the store with which drawers look facts up, and the three things that every drawer does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, NoReturn, TypeVar

from bot.cards.card import Card, Form
from bot.cards.parts import Viewer
from handlers.commands import Ref, Refused
from handlers.mechanisms.reports.figures import Figures
from handlers.mechanisms.subjects import Situation
from storage.queries import directory
from storage.rows import Row
from storage.store import Tx

S = TypeVar("S", bound=Situation)

OUTDATED = "This button is no longer in use. Type “waiting” to see what waits for you."

PageOf = Callable[[Ref, str], str]
"""(subject, person id) -> an address about it that is made for this person, "" where there is none."""
CalendarOf = Callable[[Ref, str, int], str]
"""(subject, person id, the number of this person's calendars) -> the same, for a calendar."""


ChartOf = Callable[[Figures, str], str]
"""(the figures of a report, locale) -> the address of their picture, "" where there is none."""


def no_chart(_figures: Figures, _locale: str) -> str:
    """There is no such picture."""
    return ""


def nowhere(_ref: Ref, _person_id: str, _number: int = 0) -> str:
    """There is no such address."""
    return ""


@dataclass(frozen=True)
class Sight:
    """A read that has begun, the moment it is about, and the provider's name."""

    tx: Tx
    now: datetime
    provider: str
    page_of: PageOf
    calendar_of: CalendarOf = nowhere
    """The address that puts a subject into a person's calendar."""
    chart_of: ChartOf = no_chart
    known: dict[tuple[str, ...], Any] = field(default_factory=dict)
    """What was looked up beforehand for many cards at once, by whatever names it."""

    def viewer(self, person: Row[Any], client: Row[Any] | None) -> Viewer:
        """For whom something of this client is drawn."""
        locale = client.locale if client is not None else "en_US"
        return Viewer(person.id, person.name, person.timezone, locale, person.client_id is None, self.now)

    def clients_of(self, person: Row[Any]) -> list[Row[Any]]:
        """The person's own company, or for somebody of the provider every client that is served."""
        if person.client_id is not None:
            client = directory.client(self.tx, person.client_id)
            return [client] if client is not None else []
        return [row for row in directory.all_clients(self.tx) if row.stage in ("onboarding", "active")]


Ask = tuple[Ref, str, str]
"""A card to be drawn: its subject, its purpose, and for whom (a person's id, "" for a room)."""


class Drawer(NamedTuple):
    """What is drawn of one kind of subject.

    `draw(sight, ref, purpose, person_id)`: the card that was sent for this purpose, as it is now; None when there is
    nothing worth saying. `pressed(sight, ref, person, verb)`: the card that this person holds of it after a press; a
    reference is a claim, so None for somebody who should see none of it. `form(sight, verb, ref, version, person)`:
    the form that a button opens; `Refused` for somebody who may not use it. `prepare(sight, asks)`: looks up for many
    cards at once what each of them needs.
    """

    draw: Callable[[Sight, Ref, str, str], Card | None]
    pressed: Callable[[Sight, Ref, Row[Any], str], Card | None]
    form: Callable[[Sight, str, Ref, int, Row[Any]], Form]
    prepare: Callable[[Sight, Sequence[Ask]], None] | None = None


def both_sides(
    load: Callable[[Tx, str, datetime], S | None],
    provider: Callable[[Sight, S, str, Row[Any]], Card | None],
    client: Callable[[Sight, S, str, Row[Any]], Card | None],
) -> Callable[[Sight, Ref, str, str], Card | None]:
    """Draws what both sides have cards of: the provider's people theirs, the client's theirs, nobody else any."""

    def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
        standing = load(sight.tx, ref.id, sight.now)
        person = directory.person(sight.tx, person_id)
        if standing is None or person is None:
            return None
        if person.client_id is None:
            return provider(sight, standing, purpose, person)
        return client(sight, standing, purpose, person) if person.client_id == standing.client.id else None

    return draw


def no_card(*_: object) -> None:
    """Of a kind that has none."""
    return


def no_form(*_: object) -> NoReturn:
    """Of a kind that has none."""
    raise Refused(OUTDATED)
