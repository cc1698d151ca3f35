"""What silence does stands on every card that asks, is true of the house's own timers, and costs a broadcast little."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from bot.cards.card import Card, Text
from bot.cards.gallery import Gallery
from handlers.commands import Acknowledge, GoAway, PutPolicy, RaiseNotice, Ref, System
from storage.store import Store
from tests.handlers.alarm import at, internet, mail, raised
from tests.handlers.office import Office

DANA, LUIS, TOM, JILL = "Dana Whitlock", "Luis Ortega", "Tom Beckett", "Jill Sandoval"


@pytest.fixture
def office(peopled: Store) -> Office:
    """Story 4's morning."""
    found = Office(peopled)
    at(found, 9, 10, 42)
    return found


def clinic() -> RaiseNotice:
    """An outage where there is a backup to ask."""
    return internet(clients=("cedar-ridge",), locations=())


def silence(office: Office, ref: Ref, who: str, purpose: str = "notice") -> list[str]:
    """The sentences of a card that say what comes by itself."""
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    card = gallery.draw(ref, purpose, office.person(who))
    assert isinstance(card, Card)
    begins = ("No answer", "If you do not answer", "Staff not told")
    return [one.text for one in card.blocks if isinstance(one, Text) and one.text.startswith(begins)]


def test_the_card_names_who_is_asked_next_and_exactly_that_happens(office: Office) -> None:
    ref = raised(office, clinic())
    (said,) = silence(office, ref, TOM)
    assert said.startswith("No answer by 8:52 AM MDT: Jill Sandoval is asked as well. Still none by 9:02 AM MDT: Sofia")
    asked = "SELECT p.name FROM receipt r JOIN person p ON p.id = r.person_id WHERE r.notice_id = :notice"
    at(office, 9, 10, 51)
    assert JILL not in {row.name for row in office.rows(asked, notice=ref.id)}
    at(office, 9, 10, 52)
    assert JILL in {row.name for row in office.rows(asked, notice=ref.id)}
    at(office, 9, 11, 2)
    owners = office.rows("SELECT p.name FROM task t JOIN person p ON p.id = t.owner_id WHERE t.kind = 'notice_call'")
    assert [row.name for row in owners] == ["Sofia Marchetti"]


def test_whoever_is_away_is_not_named_as_the_one_who_is_asked_next(office: Office) -> None:
    ref = raised(office, clinic())
    office.do(JILL, GoAway(office.now, office.now.replace(day=20)))
    (said,) = silence(office, ref, TOM)
    assert "Jill" not in said


def test_nothing_is_said_of_silence_where_somebody_has_answered(office: Office) -> None:
    ref = raised(office, internet())
    office.do(DANA, Acknowledge(ref))
    assert silence(office, ref, LUIS) == []
    (told,) = silence(office, ref, DANA)
    assert told.startswith("Staff not told by 10:57 AM EDT: you are reminded.")


def test_where_nothing_happens_on_silence_the_card_says_so(office: Office) -> None:
    ref = raised(office, internet(severity=4))
    assert silence(office, ref, DANA) == ["If you do not answer, nobody else is asked and nobody calls."]


def test_a_clients_own_ladder_is_what_its_cards_say(office: Office) -> None:
    own = {"ladders": {"sev1": {"unit": "clock_minutes", "rungs": [{"after": 7, "deed": "tell_supervisor"}]}}}
    office.do(System("operator"), PutPolicy("marlow-finch", own))
    (said,) = silence(office, raised(office, internet()), LUIS)
    assert said.endswith("by 10:49 AM EDT: Rita Nowak is asked to call.")


def test_the_cards_of_a_broadcast_take_as_many_statements_as_one_of_them(office: Office) -> None:
    ref = raised(office, mail())
    people = [row.person_id for row in office.rows("SELECT person_id FROM receipt WHERE notice_id = :id", id=ref.id)]
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    counts = []
    for some in ([office.person(TOM)], people):  # at Tom's there is somebody left to ask
        ran = _Statements(office.store)
        cards = gallery.draw_many([(ref, "notice", id_) for id_ in some])
        counts.append(ran.stop())
        assert all(isinstance(card, Card) for card in cards)
    assert len(people) > 3
    assert counts[0] == counts[1]


class _Statements:
    """Counts what goes through SQLAlchemy to the store."""

    def __init__(self, store: Store) -> None:
        self._engine, self._count = store.engine, 0
        event.listen(self._engine, "before_cursor_execute", self._one)

    def _one(self, *_: Any) -> None:
        self._count += 1

    def stop(self) -> int:
        """How many there were."""
        event.remove(self._engine, "before_cursor_execute", self._one)
        return self._count
