"""Forged references: nobody is shown a card that is none of theirs, whatever their button says."""

from __future__ import annotations

import pytest

from bot.cards.gallery import Gallery
from handlers.commands import Ref, Regret
from storage.store import Store
from tests.handlers.office import Office


@pytest.fixture
def office(peopled: Store) -> Office:
    """The demo cast."""
    return Office(peopled)


def test_a_task_is_shown_to_the_providers_people_only(office: Office) -> None:
    ref = office.order(quantity=1)
    office.approve("Dana Whitlock", ref)
    office.do("Dana Whitlock", Regret(ref, "Too many."))
    task = Ref("task", office.rows("SELECT id FROM task")[0].id)
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    ids = {row.name: row.id for row in office.rows("SELECT id, name FROM person")}
    assert gallery.pressed(task, ids["Sofia Marchetti"], "refresh") is not None
    for name in ("Dana Whitlock", "Hannah Cole", "Tom Beckett"):
        assert gallery.pressed(task, ids[name], "refresh") is None, name


def test_another_companys_request_is_shown_to_nobody(office: Office) -> None:
    ref = office.order()
    gallery = Gallery(office.store, lambda: office.now, "Harborline IT")
    ids = {row.name: row.id for row in office.rows("SELECT id, name FROM person")}
    assert gallery.pressed(ref, ids["Dana Whitlock"], "refresh") is not None
    for name in ("Tom Beckett", "Marcus Hale", "Luis Ortega"):
        assert gallery.pressed(ref, ids[name], "refresh") is None, name
