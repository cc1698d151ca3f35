"""Work that goes on after a request was acknowledged, and answers kept for a request that Slack sends again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from slack_sdk.errors import SlackApiError

from bot.slack.api import TRANSPORT_ERRORS, code_of

_log = logging.getLogger(__name__)

HEAD_START = 0.005
"""Seconds by which the acknowledgement leaves first: preparing a call of ours would hold it up."""

T = TypeVar("T")


class Errands:
    """Background tasks that are held on to, waited for at the end, and whose failures reach the log."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        """Starts `work` now. `what` names it in the log, without anything a person wrote."""
        task = asyncio.create_task(self._watched(what, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, seconds: float | None = None) -> None:
        """Waits until nothing is under way; after `seconds` the rest is cancelled."""
        while self._tasks:
            _, late = await asyncio.wait(list(self._tasks), timeout=seconds)
            for task in late:
                task.cancel()

    async def _watched(self, what: str, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await asyncio.sleep(HEAD_START)
            await work
        except asyncio.CancelledError:
            _log.warning("given up at the end: %s", what)
            raise
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            # not our fault, and not worth a traceback: the person sees the answer at the next press
            why = code_of(error) if isinstance(error, SlackApiError) else ""
            _log.warning("slack did not take it: %s (%s)", what, why or type(error).__name__)
        except Exception:
            _log.exception("failed: %s", what)


class Once(Generic[T]):
    """Answers a repeated request with the first one's answer, for as long as Slack's signature on it would hold.

    Slack repeats an event it got no answer to, at once and byte for byte, and anybody may replay a captured request for
    five minutes. What must not happen twice is prevented by the inbox behind Press.key, also after a restart; this only
    saves a second message with the same answer.
    """

    def __init__(
        self, seconds: float = 660.0, entries: int = 2_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds, self._entries, self._clock = seconds, entries, clock
        self._kept: OrderedDict[str, tuple[float, asyncio.Future[T]]] = OrderedDict()

    async def run(self, key: str, work: Callable[[], Awaitable[T]], keep: Callable[[T], bool]) -> T:
        """The answer of `work`, performed once per key; one that `keep` does not want is not remembered."""
        now = self._clock()
        while self._kept and (len(self._kept) >= self._entries or next(iter(self._kept.values()))[0] < now):
            self._kept.popitem(last=False)
        if key not in self._kept:
            future = asyncio.ensure_future(work())
            self._kept[key] = (now + self._seconds, future)
            future.add_done_callback(lambda done: self._settled(key, done, keep))
        # Shielded: whoever waits may go away, the work was begun and ends.
        return await asyncio.shield(self._kept[key][1])

    def _settled(self, key: str, done: asyncio.Future[T], keep: Callable[[T], bool]) -> None:
        failed = done.cancelled() or done.exception() is not None or not keep(done.result())
        if failed and key in self._kept and self._kept[key][1] is done:
            del self._kept[key]
