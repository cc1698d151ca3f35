"""Statements as SQLAlchemy compiled them, kept for the whole run.

Each test opens an engine of its own, and an engine compiles everything anew: a third of what the tests computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, create_engine

import storage.store
from tests.connections import idle


class Compiled(dict[Any, Any]):
    """Looks like an engine's own cache, whose keys begin with the engine's dialect; here they begin with its name."""

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, *rest = key
        return super().get((dialect.name, *rest), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        dialect, *rest = key
        super().__setitem__((dialect.name, *rest), value)


@contextmanager
def kept() -> Iterator[None]:
    """Every store that is opened meanwhile compiles only what no other has compiled."""
    compiled = Compiled()

    def opened(*url: Any, **given: Any) -> Engine:
        engine = create_engine(*url, **given)
        engine._compiled_cache = compiled
        if engine.dialect.name == "postgresql":
            idle.lend(engine)
        return engine

    with patch.object(storage.store, "create_engine", opened):
        yield
