"""The board of a notice to many: the very same from the database's counts as from all readers, for far less."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import text

from bot.cards.card import Card
from bot.cards.gallery import Gallery
from handlers.commands import Ref
from handlers.mechanisms.watching import FEW_READERS, load_watch
from storage.queries import notice_counts, notices
from tests.handlers.alarm import SOFIA, at, mail, raised
from tests.handlers.boards import both_ways, compared, drawn, shuffle
from tests.handlers.masses import settle
from tests.handlers.office import Office

ROUNDS = 15


@pytest.mark.timeout(300)
def test_a_board_from_counts_says_what_a_board_from_all_readers_says(office: Office) -> None:
    ref, chance, seen = _raised(office, clients=10), random.Random(1122), list[Card]()
    for turn in range(ROUNDS):
        shuffle(office, ref, chance)
        with office.store.read() as tx:
            whole, lean = both_ways(tx, ref, office.now)
        assert compared(lean) == compared(whole), f"turn {turn}"
        assert drawn(lean, office.now) == drawn(whole, office.now), f"turn {turn}"
        seen.append(drawn(lean, office.now))
    said = " ".join(map(repr, seen))
    for words in ("Want to be called", "Have a problem too", "Overdue (", "Cannot be reached", "told only when quiet"):
        assert words in said, "the chance has met everything"
    assert "and 1 more on the page" in said and "nobody is waited for any more" in said


def test_clients_of_the_same_name_stand_in_the_same_order_both_ways(office: Office) -> None:
    ref, chance = _raised(office, clients=8), random.Random(3)
    with office.store.write() as tx:
        tx.execute(text("UPDATE client SET name = 'Twins' WHERE slug LIKE 'mass-%'"))
    for _ in range(10):
        shuffle(office, ref, chance)
        with office.store.read() as tx:
            whole, lean = both_ways(tx, ref, office.now)
        assert list(lean.clients) == list(whole.clients)


def test_drawing_the_board_of_many_reads_one_row_a_client_and_those_who_are_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = _raised(office, clients=30)
    sofia, gallery = office.person(SOFIA), Gallery(office.store, lambda: office.now, "Harborline IT")
    for whole in ("receipts_of", "readers_of", "accounts_in", "relays_of", "places_of"):
        monkeypatch.delattr(notices, whole)
    with office.store.read() as tx:
        many = notice_counts.how_many(tx, ref.id)
    card = gallery.draw(Ref("board", ref.id), "board", sofia)
    assert card is not None and f"of {many} acknowledged" in card.summary
    assert many > 100


def test_where_few_read_it_everybody_stands_on_the_board(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, mail())
    with office.store.read() as tx:
        assert notice_counts.how_many(tx, ref.id) <= FEW_READERS
        found = load_watch(tx, ref.id, office.now)
        assert load_watch(tx, "ntc_none", office.now) is None
    assert found is not None and found.few
    assert len(found.broadcast.readers) == found.all.sent


def _raised(office: Office, clients: int) -> Ref:
    at(office, 9, 10, 42)
    settle(office.store, clients)
    return raised(office, mail())
