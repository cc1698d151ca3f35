"""What the database is asked meanwhile, statement by statement, whoever runs it: SQLAlchemy or `storage.prepared`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import event

from storage.libpq import Line
from storage.store import Store


@contextmanager
def asked(store: Store) -> Iterator[list[str]]:
    """Every statement that the drivers run; where SQLite runs one for each of many rows, every one of these."""
    said: list[str] = []
    seen: list[Any] = []

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *given: Any, **more: Any) -> Any:
            said.append(str(query))
            return super().execute(query, *given, **more)

        def executemany(self, query: Any, *given: Any, **more: Any) -> None:
            said.append(str(query))
            super().executemany(query, *given, **more)

    def heard(name: str) -> Any:
        as_ever = getattr(Line, name)

        def hear(line: Line, sql: str, values: Any) -> Any:
            said.append(sql)
            return as_ever(line, sql, values)

        return patch.object(Line, name, hear)

    def watch(connection: Any, *_: Any) -> None:
        seen.append(connection)
        if store.dialect == "postgresql":
            connection.cursor_factory = Cursor
        else:
            connection.set_trace_callback(said.append)

    event.listen(store.engine, "checkout", watch)
    try:
        with heard("ask"), heard("tell"), heard("ask_each"):
            yield said
    finally:
        event.remove(store.engine, "checkout", watch)
        for connection in seen:
            if store.dialect == "postgresql":
                connection.cursor_factory = psycopg.Cursor
            else:
                connection.set_trace_callback(None)


def read(said: list[str]) -> list[str]:
    """Those of them that bring something back, for which a click waits."""
    return [one for one in said if one.startswith("SELECT") or "RETURNING" in one]


def done(said: list[str]) -> list[str]:
    """Those of them that are not just the beginning or the end of a transaction."""
    return [one for one in said if not one.startswith(("BEGIN", "COMMIT"))]
