"""Routes as FastAPI worked them out, kept for the whole run.

Each test assembles a web application of its own, and FastAPI builds validators for every parameter of every route
anew: most of what a short test of the web computed. What it finds depends on the function, not on whose method it is.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from types import MethodType
from typing import Any, cast
from unittest.mock import patch

import fastapi.routing
from fastapi.routing import APIRoute

from bot.web.server import create_web
from storage.store import Store

_work_out = fastapi.routing._populate_api_route_state


class Known:
    """Stands in for FastAPI's own way; routes of functions that are no methods go that way."""

    def __init__(self) -> None:
        self._found: dict[Any, dict[str, Any]] = {}

    def __call__(self, route: APIRoute, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if not isinstance(endpoint, MethodType):
            _work_out(route, path, endpoint, **given)
            return
        whose = given.pop("dependency_overrides_provider", None)
        key = (path, endpoint.__func__, repr(sorted(given.items(), key=lambda pair: pair[0])))
        if key not in self._found:
            before = set(vars(route))
            _work_out(route, path, endpoint, **given)
            found = {name: value for name, value in vars(route).items() if name not in before}
            # neither the method's object nor anything of its house may live on
            found.update(endpoint=None, dependant=replace(route.dependant, call=None))
            self._found[key] = found
        found = self._found[key]
        for name, value in found.items():
            setattr(route, name, value.copy() if type(value) in (list, dict) else value)
        route.endpoint, route.dependant = endpoint, replace(found["dependant"], call=endpoint)
        route.dependency_overrides_provider = whose


def learn() -> None:
    """In a process of which others are forked: they begin with all routes of the house worked out, and go on so."""
    fastapi.routing._populate_api_route_state = Known()  # type: ignore[assignment]
    create_web(store=Store("sqlite:///never-opened.db"), performer=cast(Any, None), now=lambda: datetime.now(UTC))
    gc.freeze()


@contextmanager
def kept() -> Iterator[None]:
    """Every application that is assembled meanwhile works out only routes that no other has."""
    with patch.object(fastapi.routing, "_populate_api_route_state", Known()):
        yield
