"""Figures as they lie in the database: a case that two lists name stands there once, and lists of likes without keys.

Half of what a report weighs would be the words `external_id` and `priority` again and again; everybody who reads a row
gets the figures as `handlers.mechanisms.reports.figures` says, whether they were written like this or, earlier, whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Dialect
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.tables.types import json_text

CASE = ("id", "external_id", "title", "state", "priority", "age")
SINCE = "since"
"""What only some cases have, last."""
WEEK = ("week", "opened", "closed", "backlog")
LISTS = ("oldest", "waiting")
"""Lists of cases."""
_of_case, _of_waiting, _of_week = itemgetter(*CASE), itemgetter(*CASE, SINCE), itemgetter(*WEEK)


def packed(figures: Mapping[str, Any]) -> dict[str, Any]:
    """`cases` are all that are named, their values in the order of `CASE`; the lists say each by its place there."""
    found = dict(figures)
    cases: list[Any] = []
    found["cases"] = cases
    places: dict[int, int] = {}  # by object: both lists name a case by the same one
    for name in (name for name in LISTS if name in figures):
        found[name] = listed = []
        for case in figures[name]:
            place = places.get(id(case))
            if place is None:
                values = (_of_waiting if SINCE in case else _of_case)(case)
                assert len(values) == len(case), f"a named case has more than is kept of it: {sorted(case)}"
                place = places[id(case)] = len(cases)
                cases.append(values)
            listed.append(place)
    if "weeks" in figures:
        found["weeks"] = [_of_week(week) for week in figures["weeks"]]
    return found


def unpacked(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The figures again; what was written whole is whole."""
    found = dict(kept)
    if "cases" not in found:
        return found
    cases = [dict(zip((*CASE, SINCE), values, strict=False)) for values in found.pop("cases")]
    for name in (name for name in LISTS if name in found):
        found[name] = [cases[place] for place in found[name]]
    if "weeks" in found:
        found["weeks"] = [dict(zip(WEEK, values, strict=True)) for values in found["weeks"]]
    return found


class Frozen(TypeDecorator[dict[str, Any]]):
    """A JSON document with the figures of a report, as text: PostgreSQL takes longer to make JSONB of it than to count
    what is in it, and never looks inside."""

    impl = JSON
    cache_ok = True

    def plain(self, value: Mapping[str, Any]) -> str:
        """See `storage.rowsets`."""
        return json_text(packed(value))

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite keeps all JSON as text, and calls the column what it was made as."""
        return TEXT() if dialect.name == "postgresql" else JSON()

    def bind_processor(self, dialect: Dialect) -> Any:
        """As it is kept."""
        return self.plain

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """As it was before it was kept."""
        return lambda kept: unpacked(json.loads(kept))
