"""Sets columns of rows that are named by their ids: one prepared statement for each set of columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, update

from storage.prepared import Prepared
from storage.store import Tx


def change(tx: Tx, table: Table, ids: Collection[str], values: Mapping[str, Any]) -> None:
    """These columns of these rows get these values."""
    if ids:
        _changing(table, *sorted(values)).run(
            tx, ids=list(ids), **{f"new_{name}": value for name, value in values.items()}
        )


@cache
def _changing(table: Table, *names: str) -> Prepared:
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return Prepared.with_lists(lambda one_of: update(table).where(one_of(table.c.id, "ids")).values(**new))
