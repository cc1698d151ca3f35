"""Prepared statements answer what SQLAlchemy's own way answers, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Integer, bindparam, insert, literal, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.changing import change
from storage.prepared import Prepared, among
from storage.store import Store
from storage.tables import Inbox, Timer
from storage.tables.types import core

inbox = core(Inbox)
AT = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
ADD = Prepared(insert(inbox).values({column.name: bindparam(column.name) for column in inbox.c}))
OF_KEY = select(inbox).where(inbox.c.key == bindparam("one"))


def add(store: Store, key: str, **more: Any) -> None:
    with store.write() as tx:
        ADD.run(tx, **{"key": key, "at": AT, "refused": True, "outcome": {"say": ["“ja”", 1, None]}, **more})


def test_rows_are_those_of_sqlalchemy(store: Store) -> None:
    add(store, "a")
    with store.read() as tx:
        row, same = Prepared(OF_KEY).run(tx, one="a").one(), tx.execute(OF_KEY, {"one": "a"}).one()
    assert row == same
    assert dict(row._mapping) == dict(same._mapping)
    assert (row.at, row.refused, row.outcome) == (AT, True, {"say": ["“ja”", 1, None]})


def test_rows_may_come_as_named_tuples(store: Store) -> None:
    add(store, "a")
    with store.read() as tx:
        (row,), same = Prepared(OF_KEY).named(tx, one="a"), tx.execute(OF_KEY, {"one": "a"}).one()
        assert Prepared(OF_KEY).named(tx, one="b") == []
    assert row == tuple(same)
    assert row._asdict() == dict(same._mapping)


def test_what_a_statement_says_itself_is_bound_by_its_type_too(store: Store) -> None:
    add(store, "a")
    deny = Prepared(
        update(inbox).where(inbox.c.key == bindparam("one")).values(outcome={"no": True}, at=AT).returning(inbox.c.key)
    )
    with store.write() as tx:
        assert deny.run(tx, one="a").scalar_one() == "a"
        assert deny.run(tx, one="b").first() is None
    with store.read() as tx:
        assert tx.execute(OF_KEY, {"one": "a"}).one().outcome == {"no": True}


def test_a_list_is_taken_as_alternatives(store: Store) -> None:
    for key in "abc":
        add(store, key)
    some = Prepared(select(inbox.c.key).where(among(inbox.c.key, {"a", "c", "x"})).order_by(inbox.c.key))
    with store.read() as tx:
        assert some.run(tx).scalars().all() == ["a", "c"]


@pytest.mark.parametrize("given", [[], ["a"], ["c", "x", "a"], [f"k{number}" for number in range(40_000)] + ["b"]])
def test_a_list_that_is_given_is_one_parameter_however_long_it_is(store: Store, given: list[str]) -> None:
    for key in ("a", "b", "c", 'quote "q" {,}', "“ja”, nein"):
        add(store, key)
    some = Prepared.with_lists(
        lambda one_of: select(inbox.c.key).where(one_of(inbox.c.key, "keys")).order_by(inbox.c.key)
    )
    with store.read() as tx:
        assert some.run(tx, keys=given).scalars().all() == sorted({"a", "b", "c"} & set(given))
        odd = ['quote "q" {,}', "“ja”, nein"]
        assert sorted(some.run(tx, keys=odd).scalars()) == sorted(odd)


def test_columns_of_rows_are_set_by_their_ids_and_no_others(store: Store) -> None:
    table = core(Timer)
    with store.write() as tx:
        common = {"subject": "notice:n", "plan": "p", "deed": "close", "due_at": AT, "state": "open"}
        tx.execute(table.insert(), [{**common, "id": id_, "position": place} for place, id_ in enumerate("abc")])
        change(tx, table, ["a", "c"], {"state": "done", "done_at": AT})
        change(tx, table, [], {"state": "lost"})
    with store.read() as tx:
        rows = tx.execute(select(table.c.id, table.c.state, table.c.done_at).order_by(table.c.id)).all()
    assert [tuple(row) for row in rows] == [("a", "done", AT), ("b", "open", None), ("c", "done", AT)]


def test_each_dialect_may_have_its_own(store: Store) -> None:
    own = Prepared(sqlite=select(literal("sqlite")), postgresql=select(literal("postgresql")))
    with store.read() as tx:
        assert own.run(tx).scalar() == store.dialect


def test_a_broken_constraint_is_sqlalchemys_error_and_undoes_the_transaction(store: Store) -> None:
    add(store, "a")
    with pytest.raises(IntegrityError), store.write() as tx:
        ADD.run(tx, key="b", at=AT, refused=False, outcome={})
        ADD.run(tx, key="a", at=AT, refused=False, outcome={})
    with store.read() as tx:
        assert tx.execute(select(inbox.c.key)).scalars().all() == ["a"]


def test_a_moment_without_a_zone_is_refused_as_everywhere(store: Store) -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        add(store, "a", at=AT.replace(tzinfo=None))


def test_a_lost_connection_is_noticed_and_replaced(store: Store) -> None:
    if store.dialect == "sqlite":
        one = Prepared(select(literal(1)))
        with pytest.raises(DBAPIError), store.read() as tx:
            tx.connection.dbapi_connection.close()  # type: ignore[union-attr]
            one.run(tx)
    else:
        me = Prepared(select(literal(1, Integer)))
        with pytest.raises(DBAPIError) as lost, store.read() as tx:
            victim = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with store.engine.connect() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({victim})")
            me.run(tx)
        assert lost.value.connection_invalidated
    with store.read() as tx:
        assert tx.execute(select(inbox.c.key)).all() == []


def test_rows_that_come_at_once_are_the_same_in_the_same_order(store: Store) -> None:
    for key in ("b", "a", 'quote "q" {,}', "“ja”"):
        add(store, key, outcome={"say": ["“ja”", 1, None, '\\"']})
    both = [
        Prepared.with_lists(
            lambda one_of: select(inbox).where(one_of(inbox.c.key, "keys")).order_by(inbox.c.key.desc()).limit(3),
            at_once=at_once,
        )
        for at_once in (False, True)
    ]
    keys = ["b", "a", 'quote "q" {,}', "“ja”"]
    with store.read() as tx:
        plain, at_once = (one.run(tx, keys=keys).all() for one in both)
        assert len(plain) == 3 and plain == at_once
        assert [type(value) for value in plain[0]] == [type(value) for value in at_once[0]]
        assert both[1].run(tx, keys=["x"]).all() == []


def test_it_says_how_many_rows_were_changed(store: Store) -> None:
    for key in "abc":
        add(store, key)
    deny = Prepared.with_lists(lambda one_of: update(inbox).where(one_of(inbox.c.key, "keys")).values(refused=False))
    with store.write() as tx:
        assert deny.count(tx, keys=["a", "c", "x"]) == 2
        assert deny.count(tx, keys=[]) == 0
