"""Rows of several tables side by side: what belongs together and is looked up by one click is asked for once."""

from __future__ import annotations

from collections import namedtuple
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import Select, Table

from storage.prepared import Prepared
from storage.store import Tx


class Joined:
    """`statement` is a select of just these tables' columns, table after table."""

    def __init__(self, statement: Select[Any], *tables: Table) -> None:
        self._prepared = Prepared(statement)
        ends = accumulate((len(table.c) for table in tables), initial=0)
        shapes: list[Any] = [namedtuple("Named", table.c.keys()) for table in tables]
        self._parts = [(slice(*span), shape._make) for span, shape in zip(pairwise(ends), shapes, strict=True)]

    def run(self, tx: Tx, **values: Any) -> list[tuple[Any, ...]]:
        """Of each row one named tuple a table; None for a table of which an outer join has found nothing (its first
        column, the id, is null)."""
        return [
            tuple(None if row[span.start] is None else make(row[span]) for span, make in self._parts)
            for row in self._prepared.tuples(tx, **values)
        ]
