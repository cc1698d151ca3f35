"""Many rows in one go: PostgreSQL takes them as one JSON list in one statement, SQLite one after the other.

A statement for each row costs PostgreSQL several times what the rows do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared
from storage.store import Tx


@dataclass(frozen=True)
class _Row:
    """One row's values by name, in the place of a table of rows."""

    c: dict[str, Any]


class Rowset:
    """One statement about rows of `table`, each a mapping of `names` (every one of them).

    `statement` writes it from the rows it is given, whose columns are the names: of one row, or of a table of all; and
    from the dialect's own `insert`.
    """

    def __init__(self, table: Table, names: Sequence[str], statement: Callable[[Any, Any], Any]) -> None:
        self._names = tuple(names)
        one = _Row({name: bindparam(f"row_{name}", type_=table.c[name].type) for name in names})
        self._each = Prepared(sqlite=statement(one, sqlite_insert), postgresql=statement(one, pg_insert))
        shape = [column(name, table.c[name].type) for name in names]
        given: BindParameter[Any] = bindparam("rows", type_=JSONB())
        rows = func.jsonb_to_recordset(given).table_valued(*shape, name="given").render_derived(with_types=True)
        self._all = Prepared(postgresql=statement(rows, pg_insert))

    @classmethod
    def insert(cls, table: Table, names: Sequence[str], again: Callable[[Any], Any] = lambda insert: insert) -> Rowset:
        """New rows; `again` says what happens to those that are there already (the same row twice is a mistake)."""

        def statement(rows: Any, insert: Any) -> Any:
            if isinstance(rows, _Row):
                return again(insert(table).values(rows.c))
            return again(insert(table).from_select(list(names), select(*(rows.c[name] for name in names))))

        return cls(table, names, statement)

    def put(self, tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
        """All of them; nothing for none."""
        if tx.dialect.name == "postgresql" and len(rows) > 1:
            self._all.run(tx, rows=[{name: _said(row[name]) for name in self._names} for row in rows])
        elif rows:
            self._each.run_all(tx, [{f"row_{name}": row[name] for name in self._names} for row in rows])


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
