"""How the databases find deliveries: the plans of what is asked of a store, taken down as it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy.pool.base import _ConnectionFairy

from storage.libpq import Line

NAMES = {
    "delivery_pkey": "id",
    "sqlite_autoindex_delivery_1": "id",
    "delivery_subject_identity_id_purpose_key": "subject",
    "sqlite_autoindex_delivery_2": "subject",
}
"""The indexes that the databases name themselves; `account` is the second one, looked into with an account as well."""
_FOUND = re.compile(
    r"(?P<how>SCAN|SEARCH) (?P<table>\w+)(?: USING (?:COVERING )?INDEX (?P<index>\w+)(?: \((?P<by>.*)\))?)?$"
)
_OURS = {"delivery", "leader", "lists", "first"}
"""What deliveries are called in statements."""
_PARAMETER = re.compile(r"%\(\w+\)s|\$\d+")
"""By name, as SQLAlchemy gives it to the driver, or by number, as `storage.libpq` has it."""


class Plans(list[set[str]]):
    """Of each statement that reads or changes deliveries: by which indexes it finds them; `all` when it reads all.

    `once`: PostgreSQL reads all a single time, and only if it comes to that, rather than look for each of many.
    """

    @property
    def all_together(self) -> set[str]:
        return set().union(*self)


@contextmanager
def taken_down() -> Iterator[Plans]:
    """What is asked meanwhile in transactions. PostgreSQL: as it plans what it is asked often, without the values."""
    plans, opened = Plans(), _ConnectionFairy.cursor

    def explained(name: str) -> Any:
        as_ever = getattr(Line, name)

        def explain(line: Line, sql: str, values: Any) -> Any:
            line.hush()
            _Explaining(line._driver.cursor(), plans).explain(sql, values)
            return as_ever(line, sql, values)

        return patch.object(Line, name, explain)

    with (
        patch.object(_ConnectionFairy, "cursor", lambda pooled: _Explaining(opened(pooled), plans)),
        explained("ask"),
        explained("tell"),
        explained("ask_each"),
    ):
        yield plans


class _Explaining:
    def __init__(self, cursor: Any, plans: Plans) -> None:
        self._cursor, self._plans = cursor, plans
        self._of = _of_sqlite if type(cursor).__module__.startswith("sqlite") else _of_postgresql

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    def execute(self, statement: str, values: Any = (), *more: Any, **named: Any) -> Any:
        self.explain(statement, values)
        return self._cursor.execute(statement, values, *more, **named)

    def executemany(self, statement: str, rows: Any) -> Any:
        self.explain(statement, rows[0])
        return self._cursor.executemany(statement, rows)

    def explain(self, statement: str, values: Any) -> None:
        """Takes down how this statement finds deliveries."""
        if re.search(r"\bdelivery\b", statement):
            self._plans.append(set(self._of(self._cursor, statement, values)))


def _named(index: str, by: str) -> str:
    name = NAMES.get(index, index.removeprefix("ix_delivery_"))
    return "account" if name == "subject" and "identity_id" in by else name


def _of_sqlite(cursor: Any, statement: str, values: Any) -> Iterator[str]:
    for *_, line in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall():
        if (found := _FOUND.match(line)) and found["table"] in _OURS:
            yield _named(found["index"], found["by"] or "") if found["index"] else "all"


def _of_postgresql(cursor: Any, statement: str, values: Any) -> Iterator[str]:
    places: list[str] = []

    def placed(_found: re.Match[str]) -> str:
        places.append(f"${len(places) + 1}")
        return places[-1]

    cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE asked AS {_PARAMETER.sub(placed, statement).replace('%%', '%')}")
    nothing = f"({', '.join(['NULL'] * len(places))})" if places else ""
    ((((plan,),),),) = (cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE asked{nothing}").fetchall(),)
    cursor.execute("DEALLOCATE asked")
    yield from _of_node(plan["Plan"], "")


def _of_node(node: dict[str, Any], table: str, asking: str = "") -> Iterator[str]:
    table = node.get("Relation Name", table)
    if table == "delivery":
        if index := node.get("Index Name"):
            yield _named(index, node.get("Index Cond", ""))
        elif node["Node Type"] == "Seq Scan":
            yield "once" if f"hashed {node.get('Subplan Name')})" in asking else "all"
    for inner in node.get("Plans", ()):
        yield from _of_node(inner, table if node["Node Type"].startswith("Bitmap") else "", node.get("Filter", ""))
