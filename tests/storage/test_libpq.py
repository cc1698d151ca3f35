"""PostgreSQL asked straight through libpq answers, fails and is left as it is with the driver's own cursors."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from psycopg.errors import DivisionByZero, UndefinedTable, UniqueViolation
from psycopg.types.json import Jsonb
from sqlalchemy import Integer, String, bindparam, column, insert, table, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import libpq
from storage.libpq import Line
from storage.prepared import Prepared
from storage.store import Store, Tx
from tests.databases import Cluster

AT = datetime(2026, 6, 8, 13, 5, 0, 250, tzinfo=UTC)


@pytest.fixture
def store(postgres: Cluster) -> Iterator[Store]:
    made = Store(postgres.empty())
    with made.write() as tx:
        tx.execute(text("CREATE TABLE thing (id int PRIMARY KEY, word text)"))
    yield made
    made.close()


def _words(tx: Tx) -> list[Any]:
    return Line.of(tx).ask("SELECT id, word FROM thing ORDER BY id", [])[0]


VALUES = [
    ("text", "“ja” % $1 \\ ' \n 🙂"),
    ("text", ""),
    ("text", None),
    ("integer", -5),
    ("bigint", 2**62),
    ("boolean", True),
    ("timestamptz", AT),
    ("date", date(2026, 2, 28)),
    ("bytea", b"\x00\xff\\"),
    ("numeric", Decimal("12.50")),
    ("double precision", 0.1),
    ("text[]", ["a,b", 'c"d', "", "NULL"]),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_values_come_back_as_they_went(store: Store, kind: str, value: Any) -> None:
    for _ in range(libpq.PREPARED_AFTER + 2):  # whether prepared or not yet
        with store.read() as tx:
            assert Line.of(tx).ask(f"SELECT $1::{kind}, 1", [value]) == ([(value, 1)], 1)


def test_documents_come_back_as_they_went(store: Store) -> None:
    with store.read() as tx:
        found, _ = Line.of(tx).ask("SELECT $1::jsonb", [Jsonb({"say": ["ja", 1, None]})])
    assert found == [({"say": ["ja", 1, None]},)]


def test_it_says_how_many_were_changed_and_gives_no_rows_for_that(store: Store) -> None:
    with store.write() as tx:
        Line.of(tx).ask_each("INSERT INTO thing VALUES ($1, $2)", [(number, "a") for number in range(7)])
        assert Line.of(tx).ask("UPDATE thing SET word = $1 WHERE id > $2", ["b", 4]) == ([], 2)


def test_what_is_written_is_there_once_the_transaction_ends_well_and_only_then(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as tx:
        Line.of(tx).ask("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
        Line.of(tx).ask_each("INSERT INTO thing VALUES ($1, $2)", [(2, "b"), (3, "c")])
        raise RuntimeError("halfway")
    with store.write() as tx:
        assert _words(tx) == []
        Line.of(tx).ask("INSERT INTO thing VALUES ($1, $2)", [4, "d"])
        tx.execute(text("INSERT INTO thing VALUES (5, 'e')"))
    with store.read() as tx:
        assert _words(tx) == [(4, "d"), (5, "e")]


def test_alone_each_statement_stands_at_once(store: Store) -> None:
    with store.glance() as tx:
        Line.of(tx).ask("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
        with store.read() as other:
            assert _words(other) == [(1, "a")]


def test_more_rows_than_go_together_all_arrive_in_their_order(store: Store) -> None:
    many = 2 * libpq.TOGETHER + 1
    with store.write() as tx:
        tx.execute(text("CREATE TABLE said (place serial, word text)"))
        long = "a long word " * 200  # more than the socket holds: neither side waits for the other
        Line.of(tx).ask_each(
            "INSERT INTO said (word) VALUES ($1) RETURNING word", [(f"{long}{n}",) for n in range(many)]
        )
        words, _ = Line.of(tx).ask("SELECT word FROM said ORDER BY place", [])
    assert words == [(f"{long}{n}",) for n in range(many)]


def test_the_first_of_many_that_fails_says_why_and_the_connection_can_be_used_again(store: Store) -> None:
    with store.write() as tx:
        Line.of(tx).ask("INSERT INTO thing VALUES ($1, $2)", [3, "there"])
    with pytest.raises(UniqueViolation, match=r"\(3\)"), store.write() as tx:
        Line.of(tx).ask_each("INSERT INTO thing VALUES ($1, $2)", [(n, "new") for n in range(9)])
    with store.write() as tx:
        assert _words(tx) == [(3, "there")]
        Line.of(tx).ask_each("INSERT INTO thing VALUES ($1, $2)", [(4, "new")])
    with store.read() as tx:
        assert _words(tx) == [(3, "there"), (4, "new")]


def test_what_cannot_be_said_is_refused_before_anything_is_sent(store: Store) -> None:
    with pytest.raises(Exception, match="cannot adapt"), store.write() as tx:
        Line.of(tx).ask_each("INSERT INTO thing VALUES ($1, $2)", [(1, "a"), (2, object())])
    with store.read() as tx:
        assert _words(tx) == []


def test_errors_are_the_drivers_own(store: Store) -> None:
    for _ in range(2):
        with pytest.raises(UndefinedTable), store.read() as tx:
            Line.of(tx).ask("SELECT 1 FROM nowhere", [])
    for _ in range(libpq.PREPARED_AFTER + 2):
        with pytest.raises(DivisionByZero), store.read() as tx:
            Line.of(tx).ask("SELECT 1 / $1::int", [0])


def test_a_connection_lost_amid_many_rows_is_noticed_and_replaced(store: Store) -> None:
    thing = table("thing", column("id", Integer), column("word", String))
    add = Prepared(insert(thing).values(id=bindparam("id"), word=bindparam("word")))
    with pytest.raises(DBAPIError) as caught, store.write() as tx:
        (pid,) = tx.execute(text("SELECT pg_backend_pid()")).one()
        with store.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        add.run_all(tx, [{"id": number, "word": "a"} for number in range(3)])
    assert caught.value.connection_invalidated
    with store.write() as tx:
        add.run_all(tx, [{"id": number, "word": "b"} for number in range(3)])
    with store.read() as tx:
        assert [word for _, word in _words(tx)] == ["b"] * 3


def test_what_is_told_has_happened_for_whoever_asks_next(store: Store) -> None:
    for number in range(libpq.PREPARED_AFTER + 2):
        with store.write() as tx:
            Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [2 * number, "a"])
            Line.of(tx).tell("UPDATE thing SET word = $1 WHERE id = $2", ["b", 2 * number])
            assert (2 * number, "b") in _words(tx)
            Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [2 * number + 1, "c"])
            assert tx.execute(text("SELECT count(*) FROM thing")).scalar_one() == 2 * number + 2


def test_it_stands_once_the_transaction_ends_well_and_never_otherwise(store: Store) -> None:
    with store.write() as tx:
        Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
    with pytest.raises(RuntimeError), store.write() as tx:
        Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [2, "b"])
        raise RuntimeError("halfway")
    with store.engine.connect() as connection:
        Line.of(connection).tell("INSERT INTO thing VALUES ($1, $2)", [3, "c"])
    with store.read() as tx:
        assert _words(tx) == [(1, "a")]


@pytest.mark.parametrize("next_", ["ask", "execute", "commit"])
def test_what_is_told_and_fails_is_raised_where_it_goes_and_undoes_the_transaction(store: Store, next_: str) -> None:
    with pytest.raises(Exception, match="duplicate key"), store.write() as tx:
        for _ in range(2):
            Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
        Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [2, "b"])
        if next_ == "ask":
            _words(tx)
        elif next_ == "execute":
            tx.execute(text("SELECT 1"))
    with store.write() as tx:
        assert _words(tx) == []
        Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
    with store.read() as tx:
        assert _words(tx) == [(1, "a")]


def test_a_prepared_write_that_fails_at_the_end_is_sqlalchemys_error(store: Store) -> None:
    thing = table("thing", column("id", Integer), column("word", String))
    add = Prepared(insert(thing).values(id=bindparam("id"), word=bindparam("word")))
    with pytest.raises(IntegrityError), store.write() as tx:
        for _ in range(2):
            add.run(tx, id=1, word="a")
    with store.read() as tx:
        assert _words(tx) == []


def test_alone_it_happens_at_once(store: Store) -> None:
    with store.glance() as tx:
        Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
        with store.read() as other:
            assert _words(other) == [(1, "a")]


@pytest.mark.parametrize("told", [False, True])
def test_others_have_python_while_the_database_is_waited_for(store: Store, told: bool) -> None:
    with store.write() as tx:
        Line.of(tx).ask("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
    let_go, waited = threading.Event(), "SELECT count(*) FROM pg_locks WHERE NOT granted"

    def keep() -> None:
        with store.write() as theirs:
            Line.of(theirs).ask("UPDATE thing SET word = $1", ["theirs"])
            let_go.set()
            with store.glance() as looking:
                while looking.execute(text(waited)).scalar_one() == 0:
                    time.sleep(0.01)

    keeper = threading.Thread(target=keep)
    keeper.start()
    let_go.wait()
    with store.write() as tx:
        change = "UPDATE thing SET word = word || $1 RETURNING word", [" and ours"]
        if told:
            Line.of(tx).tell(*change)
            assert _words(tx) == [(1, "theirs and ours")]
        else:
            assert Line.of(tx).ask(*change)[0] == [("theirs and ours",)]
    keeper.join()


def test_a_connection_lost_before_the_end_is_noticed_and_nothing_told_has_happened(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught, store.write() as tx:
        (pid,) = tx.execute(text("SELECT pg_backend_pid()")).one()
        Line.of(tx).tell("INSERT INTO thing VALUES ($1, $2)", [1, "a"])
        with store.read() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert caught.value.connection_invalidated
    with store.write() as tx:
        assert _words(tx) == []


def test_what_is_prepared_stays_so_after_the_driver_rolled_back(store: Store) -> None:
    def both(number: int) -> None:
        with store.write() as tx:
            assert Line.of(tx).ask("SELECT $1::int", [number])[0] == [(number,)]
            assert tx.execute(text("SELECT CAST(:number AS int)"), {"number": number}).scalar_one() == number
            if number % 10 == 9:
                raise RuntimeError("halfway")

    for number in range(30):
        with pytest.raises(RuntimeError) if number % 10 == 9 else nullcontext():
            both(number)
