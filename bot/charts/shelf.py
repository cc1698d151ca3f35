"""Keeps the pictures drawn last, and draws one at a time beside everything else that the bot does."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import RLock

from bot.charts.chart import Chart
from bot.charts.drawing import png

MOST_BYTES = 16 * 1024 * 1024
"""Of pictures kept: about six hundred."""
MOST_AHEAD = 32
"""So many pictures may wait to be drawn before anybody asks for them."""
MOST_WAITING = 500
"""Beyond that a fetch is told to come again: on a Monday morning everybody's report goes out in the same minutes."""


class Busy(Exception):
    """Too many pictures are waited for."""


class Shelf:
    """Pictures by what they show; the one fetched longest ago goes first.

    A thread of its own draws them, so that no click ever waits behind pictures for a thread. Platforms fetch a picture
    the moment its card is posted, and Slack refuses a card whose picture does not come: `expect` has it drawn before.
    """

    def __init__(self, draw: Callable[[Chart], bytes] = png, most_bytes: int = MOST_BYTES) -> None:
        self._draw, self._most = draw, most_bytes
        self._kept: OrderedDict[Chart, bytes] = OrderedDict()
        self._drawing: dict[Chart, Future[bytes]] = {}
        self._bytes = 0
        self._lock = RLock()  # a drawing that is done at once tells so inside `_begin`
        self._pool: ThreadPoolExecutor | None = None

    async def picture(self, chart: Chart) -> bytes:
        """The picture as PNG. Raises Busy."""
        with self._lock:
            if (found := self._kept.get(chart)) is not None:
                self._kept.move_to_end(chart)
                return found
            if chart not in self._drawing and len(self._drawing) >= MOST_WAITING:
                raise Busy
            drawing = self._begin(chart)
        return await asyncio.shield(asyncio.wrap_future(drawing))

    def expect(self, chart: Chart) -> None:
        """Somebody is about to ask for this one. May be called from any thread."""
        with self._lock:
            if chart not in self._kept and len(self._drawing) < MOST_AHEAD:
                self._begin(chart)

    def close(self) -> None:
        """Nothing more is drawn."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, chart: Chart) -> Future[bytes]:
        if (drawing := self._drawing.get(chart)) is None:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, "keyline-charts")
            drawing = self._drawing[chart] = self._pool.submit(self._draw, chart)
            drawing.add_done_callback(lambda done: self._done(chart, done))
        return drawing

    def _done(self, chart: Chart, done: Future[bytes]) -> None:
        with self._lock:
            self._drawing.pop(chart, None)
            if done.cancelled() or done.exception() is not None:
                return
            self._kept[chart] = done.result()
            self._bytes += len(done.result())
            while self._bytes > self._most and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])
