"""Column types that mean the same on SQLite and PostgreSQL: aware UTC instants and JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Column, DateTime, Dialect, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; a naive datetime is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """PostgreSQL's driver brings nearly all of them in UTC: a report is made of dozens."""
        if dialect.name != "postgresql":
            return super().result_processor(dialect, coltype)
        return lambda value: value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def json_text(value: Any) -> str:
    """What is JSON already (instants: RFC 3339), a whole batch of it in a fraction of the standard library's time."""
    return to_json(value, inf_nan_mode="constants").decode()


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A column for an instant."""
    return Column(Instant(), nullable=nullable, index=index)


def document(*, nullable: bool = False) -> Any:
    """A column for a JSON document."""
    return Column(JSON().with_variant(JSONB(), "postgresql"), nullable=nullable)


def core(model: Any) -> Table:
    """The Core table of a SQLModel class: named queries are prebuilt on its columns."""
    return model.__table__
