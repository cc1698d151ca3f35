"""Many rows in one go: PostgreSQL takes them as one JSON list in one statement, SQLite one after the other.

A statement for each row costs PostgreSQL several times what the rows do. What is the same in all rows is said once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Dialect, Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.types import TypeDecorator

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables.types import json_text


@dataclass(frozen=True)
class _Given:
    """The values of one row, or the columns of a table of many, by name."""

    c: dict[str, Any]
    many: bool


class _Rows(TypeDecorator[Sequence[Mapping[str, Any]]]):
    """A list of rows, of which each column's type reads its own."""

    impl = JSONB
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """Straight to text."""
        return json_text


class Rowset:
    """One statement about rows of `table`, each a mapping of `names` (every one of them).

    `same` are further names: those of what all rows that go in together have in common.
    `statement` writes it from the rows it is given, whose columns are the names: of one row, or of a table of all; and
    from the dialect's own `insert`. A column's type that keeps something other than what it is given has a method
    `plain`, which says it as JSON.
    """

    def __init__(
        self, table: Table, names: Sequence[str], statement: Callable[[Any, Any], Any], same: Sequence[str] = ()
    ) -> None:
        self._names, self._same = frozenset(names), frozenset(same)
        self._plain = [(name, plain) for name in names if (plain := getattr(table.c[name].type, "plain", None))]
        common = {name: bindparam(f"same_{name}", type_=table.c[name].type) for name in same}
        own = {name: bindparam(f"row_{name}", type_=table.c[name].type) for name in names}
        one = _Given({**own, **common}, many=False)
        self._each = Prepared(sqlite=statement(one, sqlite_insert), postgresql=statement(one, pg_insert))
        shape = [column(name, table.c[name].type) for name in names]
        given: BindParameter[Any] = bindparam("rows", type_=_Rows())
        rows = func.jsonb_to_recordset(given).table_valued(*shape, name="given").render_derived(with_types=True)
        all_of_them = _Given({**{name: rows.c[name] for name in names}, **common}, many=True)
        self._all = Prepared(postgresql=statement(all_of_them, pg_insert))

    @classmethod
    def insert(
        cls,
        table: Table,
        names: Sequence[str],
        again: Callable[[Any], Any] = lambda insert: insert,
        same: Sequence[str] = (),
    ) -> Rowset:
        """New rows; `again` says what happens to those that are there already (the same row twice is a mistake)."""

        def statement(rows: _Given, insert: Any) -> Any:
            if not rows.many:
                return again(insert(table).values(rows.c))
            return again(insert(table).from_select(list(rows.c), select(*rows.c.values())))

        return cls(table, names, statement, same)

    def put(self, tx: Tx, rows: Sequence[Mapping[str, Any]], **same: Any) -> None:
        """All of them; nothing for none."""
        if not rows:
            return
        lacking = next((row for row in rows if not self._names <= row.keys()), None)
        if lacking is not None or same.keys() != self._same:
            raise KeyError(f"not {sorted(self._names)} and {sorted(self._same)}: {sorted(lacking or same)}")
        common = {f"same_{name}": value for name, value in same.items()}
        if tx.dialect.name == "postgresql" and len(rows) > 1:
            for name, plain in self._plain:
                rows = [{**row, name: plain(row[name])} for row in rows]
            self._all.run(tx, rows=rows, **common)
        else:
            self._each.run_all(tx, [{f"row_{name}": row[name] for name in self._names} for row in rows], **common)
