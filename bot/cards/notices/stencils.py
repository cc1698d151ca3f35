"""Keeps what has been drawn of a notice, so that what thousands read alike is drawn once for many of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Stencils:
    """Of one notice at one moment, as one look at the store has found it: made and thrown away with that look."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def once(self, key: Hashable, draw: Callable[[], T]) -> T:
        """What `draw` gives. The key says all that it depends on beside the notice and the moment."""
        if key not in self._kept:
            self._kept[key] = draw()
        found: T = self._kept[key]
        return found
