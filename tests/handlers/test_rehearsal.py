"""A rehearsal says what a command would come to, and leaves nothing behind."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from handlers.commands import Event, Outcome, Purchase, PurchaseLine, RaiseApproval, Refused, Service
from handlers.desk import Desk
from storage.store import Store, Tx
from tests.web.house import NOW, seed

TABLES = ("approval_request", "approval_step", "asked", "delivery", "timer", "journal", "inbox")
PSA = Service("psa", frozenset({"approvals:write"}))


def counted(store: Store) -> dict[str, int]:
    with store.read() as tx:
        return {name: tx.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in TABLES}


def order(amount: int) -> RaiseApproval:
    purchase = Purchase("peripheral", "Tidewater", "USD", (PurchaseLine("Toner", 1, amount),))
    return RaiseApproval(client="marlow-finch", kind="purchase", title="Toner", why="Empty.", purchase=purchase)


def look(tx: Tx, outcome: Outcome) -> tuple[str, int]:
    assert outcome.ref is not None
    row = tx.execute(text("SELECT ref FROM approval_request WHERE id = :id"), {"id": outcome.ref.id}).one()
    return row.ref, tx.execute(text("SELECT count(*) FROM approval_step")).scalar_one()


def test_it_sees_the_facts_as_they_would_be_and_keeps_none_of_them(store: Store) -> None:
    desk = Desk(store)
    seed(desk)
    before = counted(store)
    assert desk.rehearse(order(8_900), Event("", NOW, PSA, "rest"), look) == ("MF-1", 1)
    assert desk.rehearse(order(8_900), Event("", NOW, PSA, "rest"), look) == ("MF-1", 1), "the number is not used up"
    assert counted(store) == before
    assert desk.perform(order(8_900), Event("once", NOW, PSA, "rest")).ref is not None
    assert counted(store)["approval_request"] == before["approval_request"] + 1


def test_it_is_refused_as_the_command_itself_would_be_and_that_is_not_journalled(store: Store) -> None:
    desk = Desk(store)
    seed(desk)
    before = counted(store)
    with pytest.raises(Refused, match="may not raise"):
        desk.rehearse(order(8_900), Event("", NOW, Service("reader", frozenset({"read"})), "rest"), look)
    assert counted(store) == before
