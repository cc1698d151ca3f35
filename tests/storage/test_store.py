"""The store's doors: writers take turns, and a connection that died unused is replaced before anybody notices."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic, sleep

from sqlalchemy import func, insert, select, update

from storage.store import Store
from storage.tables import Inbox
from storage.tables.types import core
from tests.databases import Cluster

inbox = core(Inbox)
AT = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


def test_writers_of_one_process_lose_nothing(store: Store) -> None:
    def write(number: int) -> None:
        with store.write() as tx:
            count = tx.execute(select(func.count()).select_from(inbox)).scalar_one()
            tx.execute(insert(inbox).values(key=f"{number}", at=AT, refused=False, outcome={"before": count}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    with store.read() as tx:
        found = [row.outcome["before"] for row in tx.execute(select(inbox)).all()]
    assert len(found) == 40
    if store.dialect == "sqlite":
        assert sorted(found) == list(range(40)), "each has seen what all before it wrote"


def test_a_writer_that_fails_lets_the_next_one_in(store: Store) -> None:
    for _ in range(3):
        try:
            with store.write() as tx:
                tx.execute(insert(inbox).values(key="a", at=AT, refused=False, outcome={}))
                raise LookupError
        except LookupError:
            continue
    with store.write() as tx:
        assert tx.execute(update(inbox).values(refused=True).returning(inbox.c.key)).all() == []


def test_an_idle_connection_that_the_server_closed_is_replaced(postgres: Cluster) -> None:
    url = postgres.fresh()
    store = Store(url)
    with store.read() as tx:
        died = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    other = Store(postgres.url("postgres"))
    with other.read() as tx:
        tx.exec_driver_sql(f"SELECT pg_terminate_backend({died})")
    end = monotonic() + 10
    while _lives(died):  # the list of backends forgets it before it has closed its socket
        assert monotonic() < end
        sleep(0.01)
    with store.read() as tx:
        assert tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != died
    store.close()
    other.close()
    postgres.drop(url)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
