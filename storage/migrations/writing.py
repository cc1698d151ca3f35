"""How migrations write tables: columns of one kind by their names, keys and indexes beside them."""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns(kind: sa.types.TypeEngine, names: str, null: bool = False, to: str = "") -> list[sa.Column]:
    return [sa.Column(name, kind, *([sa.ForeignKey(to)] if to else []), nullable=null) for name in names.split()]


text = partial(_columns, sa.String())
when = partial(_columns, sa.DateTime(timezone=True))
document = partial(_columns, JSON)
number = partial(_columns, sa.Integer())
big = partial(_columns, sa.BigInteger())
flag = partial(_columns, sa.Boolean())
day = partial(_columns, sa.Date())
blob = partial(_columns, sa.LargeBinary())


def index_where(name: str, on: str, columns: str, where: str, *, unique: bool = False) -> None:
    """An index over the rows for which `where` is true."""
    some = sa.text(where)
    op.create_index(name, on, columns.split(), unique=unique, sqlite_where=some, postgresql_where=some)


def table(name: str, *columns: sa.Column, key: str = "id", unique: str = "", index: str = "", check: str = "") -> None:
    """`key` and each part of `unique` (parted by commas) are columns; `index` are columns indexed one by one."""
    checks = [sa.CheckConstraint(check)] if check else []
    uniques = [sa.UniqueConstraint(*one.split()) for one in unique.split(", ") if one]
    op.create_table(name, *columns, sa.PrimaryKeyConstraint(*key.split()), *uniques, *checks)
    for column in index.split():
        op.create_index(f"ix_{name}_{column}", name, [column])
