"""A glance asks one thing without a transaction, and leaves its connection as the transactions need it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from storage import inbox
from storage.store import Store

NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


def seen(store: Store, key: str) -> bool:
    with store.glance() as tx:
        return inbox.SEEN.run(tx, key=key).first() is not None


def in_transaction(connection: Any) -> bool:
    """What the driver says of a connection."""
    driver = connection.connection.dbapi_connection
    return bool(driver.in_transaction if hasattr(driver, "in_transaction") else driver.info.transaction_status)


def test_a_glance_opens_no_transaction(store: Store) -> None:
    with store.glance() as tx:
        assert inbox.SEEN.run(tx, key="one").first() is None
        assert not in_transaction(tx)
    with store.read() as tx:
        assert inbox.SEEN.run(tx, key="one").first() is None
        assert in_transaction(tx), "else this test could not tell"


def test_a_glance_sees_what_is_committed_and_nothing_else(store: Store) -> None:
    with store.write() as tx:
        inbox.admit(tx, "one", NOW)
        assert not seen(store, "one")
    assert seen(store, "one")


def test_what_comes_after_a_glance_on_the_same_connection_is_undone_as_a_whole(store: Store) -> None:
    assert not seen(store, "one")
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        inbox.admit(tx, "one", NOW)
        inbox.admit(tx, "two", NOW)
        raise ZeroDivisionError
    assert not seen(store, "one") and not seen(store, "two")
