"""Rows as the driver gives them: tests look thousands of times, and SQLAlchemy works out each text's columns anew."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from storage.store import Tx

_NAMED = re.compile(r"(?<![:\w]):(\w+)")


def rows(tx: Tx, sql: str, values: Mapping[str, Any] | None = None) -> list[Any]:
    """What a select with parameters like `:name` finds, as named tuples of what the driver makes of each column."""
    names, found = plain(tx, sql, values)
    shape = _shape(names)
    return [shape(*one) for one in found]


def plain(tx: Tx, sql: str, values: Mapping[str, Any] | None = None) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The same without names: those of the columns, and the rows as the driver gives them."""
    values = values or {}
    # sqlite3 would write them in a way of its own, and compare them with the house's as texts
    assert not any(isinstance(value, date) for value in values.values()), "give moments as the database has them"
    cursor = tx.connection.cursor()
    try:
        cursor.execute(_said(sql, tx.dialect.name), values)
        return tuple(column[0] for column in cursor.description), cursor.fetchall()
    finally:
        cursor.close()


@cache
def _said(sql: str, dialect: str) -> str:
    return sql if dialect == "sqlite" else _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


@cache
def _shape(names: tuple[str, ...]) -> Any:
    return namedtuple("Found", names, rename=True)
