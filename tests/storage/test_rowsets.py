"""Many rows in one go: the same rows as one by one, on both databases, in one statement on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.rowsets import Rowset
from storage.store import Store
from storage.tables import Inbox, JournalHead
from storage.tables.types import core

inbox, heads = core(Inbox), core(JournalHead)
AT = datetime(2026, 6, 8, 13, 5, 7, 891, tzinfo=UTC)
WORDS = ("plain", 'quote "q" {,}', "“ja”, nein", "back\\slash", "line\nfeed", "")
OUTCOME = {"say": ["“ja”", 1, None, True], "deep": {"at": "2026-06-08"}}
EACH = Rowset.insert(inbox, ("key", "outcome", "at"), same=("refused",))
MOVE = Rowset(
    heads,
    ("chain", "position"),
    lambda rows, _: (
        update(heads)
        .where(heads.c.chain == rows.c["chain"])
        .values(position=rows.c["position"] + heads.c.position, hash=rows.c["hash"])
    ),
    same=("hash",),
)


def row(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "outcome": OUTCOME, "at": AT, **more}


def kept(store: Store) -> dict[str, Any]:
    with store.read() as tx:
        return {one.key: one for one in tx.execute(select(inbox))}


@pytest.mark.parametrize("count", [1, 2, len(WORDS)])
def test_what_was_put_is_there_whatever_it_says(store: Store, count: int) -> None:
    with store.write() as tx:
        EACH.put(tx, [row(word) for word in WORDS[:count]], refused=True)
    found = kept(store)
    assert found.keys() == set(WORDS[:count])
    assert {(one.at, one.refused, str(one.outcome)) for one in found.values()} == {(AT, True, str(OUTCOME))}


def test_moments_are_the_same_moments_wherever_the_clock_hangs(store: Store) -> None:
    there = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    with store.write() as tx:
        EACH.put(tx, [row("a", at=there), row("b", at=there)], refused=False)
    assert {one.at for one in kept(store).values()} == {AT}


def test_no_rows_are_no_statement(store: Store) -> None:
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    with store.write() as tx:
        EACH.put(tx, [], refused=True)
    assert said == []
    assert kept(store) == {}


@pytest.mark.parametrize("count", [2, 3])
def test_rows_that_are_there_are_changed_each_by_its_own(store: Store, count: int) -> None:
    with store.write() as tx:
        tx.execute(insert(heads), [{"chain": f"c{n}", "position": 10 * n, "hash": ""} for n in range(4)])
        MOVE.put(tx, [{"chain": f"c{n}", "position": n + 1} for n in range(count)], hash="seen")
    with store.read() as tx:
        found = {one.chain: (one.position, one.hash) for one in tx.execute(select(heads))}
    assert found == {f"c{n}": (11 * n + 1, "seen") if n < count else (10 * n, "") for n in range(4)}


def test_what_was_there_before_is_left_alone_where_that_is_said(store: Store) -> None:
    first = Rowset.insert(
        inbox, ("key", "outcome", "at"), lambda insert: insert.on_conflict_do_nothing(), same=("refused",)
    )
    with store.write() as tx:
        first.put(tx, [row("a"), row("b")], refused=True)
        first.put(tx, [row("b"), row("c")], refused=False)
    assert {key: one.refused for key, one in kept(store).items()} == {"a": True, "b": True, "c": False}


def test_one_that_does_not_fit_keeps_all_of_them_out(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as tx:
        EACH.put(tx, [row("a"), row("b"), row("a")], refused=True)
    assert kept(store) == {}


@pytest.mark.parametrize(
    ("rows", "same"),
    [([row("a"), {"key": "b"}], {"refused": True}), ([row("a"), row("b")], {}), ([row("a")], {"refuse": True})],
)
def test_a_value_that_is_missing_is_no_null(store: Store, rows: list[dict[str, Any]], same: dict[str, Any]) -> None:
    with pytest.raises(KeyError), store.write() as tx:
        EACH.put(tx, rows, **same)
    assert kept(store) == {}
