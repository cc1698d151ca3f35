"""Column types that mean the same on SQLite and PostgreSQL: aware UTC instants and JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
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
        return None if value is None else _utc(value)

    def bind_processor(self, dialect: Dialect) -> Any:
        """SQLite: the same text as SQLAlchemy's own, in two thirds of its time."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return lambda value: None if value is None else _to_text(value)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """SQLite brings a text without a zone, PostgreSQL's driver nearly all of them in UTC: a report is made of
        dozens."""
        if dialect.name == "sqlite":
            return lambda value: None if value is None else _from_text(value)
        return lambda value: value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a stored instant needs a zone")
    return value.astimezone(UTC)


def _to_text(value: datetime) -> str:
    return _utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=1024)
def _from_text(text: str) -> datetime:
    """As SQLite keeps it. Many rows of one table say the same few moments."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


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
