"""Tells open pages whose screen changed: one server-sent event stream a page, changes of one person merged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

HEARTBEAT = 15.0
"""Seconds between comments that keep the stream open and reveal a page that went away."""


class Live:
    """The stream's hub. `person` and `clock` may be called from any thread, also before a page listens."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: set[_Listener] = set()
        self._closed = False

    def open(self) -> None:
        """Call inside the running loop, before the first page connects."""
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def close(self) -> None:
        """Ends every stream, so that a server shutting down need not wait for the pages."""
        self._closed = True
        for listener in self._listeners:
            listener.wake.set()

    def person(self, name: str) -> None:
        """That person's screen changed."""
        self._tell("person", name, {"person": name})

    def clock(self, now: str) -> None:
        """The domain clock was moved; `now` is ISO 8601 with zone."""
        self._tell("clock", "", {"now": now})

    async def stream(self) -> AsyncIterator[str]:
        """The text of one page's event stream."""
        listener = _Listener()
        self._listeners.add(listener)
        try:
            yield "retry: 1000\n\n: open\n\n"
            while not self._closed:
                try:
                    await asyncio.wait_for(listener.wake.wait(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                listener.wake.clear()
                news, listener.news = listener.news, {}
                for (event, _), data in news.items():
                    yield f"event: {event}\ndata: {json.dumps(data)}\n\n"
        finally:
            self._listeners.discard(listener)

    def _tell(self, event: str, key: str, data: dict[str, Any]) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._spread, event, key, data)

    def _spread(self, event: str, key: str, data: dict[str, Any]) -> None:
        for listener in self._listeners:
            listener.news[event, key] = data
            listener.wake.set()


class _Listener:
    """One open page and what it has not heard yet."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.news: dict[tuple[str, str], dict[str, Any]] = {}
