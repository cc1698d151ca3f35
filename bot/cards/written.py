"""JSON whose parts are written once: what thousands of messages have in common carries its text along."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Written(dict[str, Any]):
    """A JSON object with its text, as one `Writer` wrote it. Nobody changes it."""

    __slots__ = ("text",)

    def __init__(self, content: Mapping[str, Any], text: str) -> None:
        super().__init__(content)
        self.text = text


class Ready(str):
    """JSON that came as text: it goes into other JSON as it is."""

    __slots__ = ()


class Writer:
    """Writes compact JSON; `ascii` escapes every other character. A session's `json_serialize` may be `write`."""

    def __init__(self, *, ascii: bool) -> None:
        self._encode = json.JSONEncoder(ensure_ascii=ascii, separators=(",", ":")).encode

    def once(self, part: Mapping[str, Any]) -> Written:
        """The same object, never to be written again."""
        return part if isinstance(part, Written) else Written(part, self._encode(part))

    def write(self, value: Any) -> str:
        """The JSON of a value, in which parts may be `Written` or `Ready`."""
        if isinstance(value, Written):
            return value.text
        if isinstance(value, Ready):
            return value
        if type(value) is dict and all(type(key) is str for key in value):
            return "{" + ",".join([f"{self._encode(key)}:{self.write(one)}" for key, one in value.items()]) + "}"
        if type(value) is list:
            return self.listed(value)
        return self._encode(value)

    def listed(self, values: Sequence[Any]) -> str:
        """The JSON of a list."""
        return "[" + ",".join([self.write(one) for one in values]) + "]"


class Kept(Generic[T]):
    """What was made of blocks. The very same block is found at once; an equal one has to be taken apart and compared,
    which takes longer than all else that is done with it."""

    def __init__(self, make: Callable[[Any], T], most: int = 512) -> None:
        self._make, self._most = lru_cache(maxsize=most)(make), most
        self._same: dict[int, tuple[Any, T]] = {}

    def of(self, block: Any) -> T:
        """Nobody changes what is made of a block."""
        found = self._same.get(id(block))
        if found is None or found[0] is not block:
            if len(self._same) >= self._most:
                self._same.clear()
            found = self._same[id(block)] = block, self._make(block)
        return found[1]
