"""The playground's clock: domain time, the bot's own when it has a clock to ask, else one kept here."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

_PATIENCE = 300.0
"""Seconds to wait for the bot: it answers only when everything that became due has been done and sent."""


class Clock:
    """Domain time at real speed, that can be moved; synchronous to read.

    `cast["start"]` (ISO 8601) is where it begins and whose zone it speaks. With `cast["clock"]` (`url`, `secret`)
    the bot's clock is the one that counts: it is asked over HTTP and only its distance to real time is kept here.
    """

    def __init__(self, cast: dict[str, Any]) -> None:
        began = datetime.fromisoformat(cast["start"]) if cast.get("start") else datetime.now(UTC)
        self._zone = began.tzinfo or UTC
        self._base = began if began.tzinfo else began.replace(tzinfo=UTC)
        self._read_at = time.monotonic()
        remote = cast.get("clock") or {}
        self._url: str | None = remote.get("url")
        self._secret: str = remote.get("secret") or ""

    def now(self) -> datetime:
        """Domain time, aware, in the zone of the start."""
        return self._base + timedelta(seconds=time.monotonic() - self._read_at)

    async def sync(self) -> datetime:
        """Asks the bot's clock once more (nothing to ask without one) and returns domain time."""
        if self._url is not None:
            self._set(await self._ask("GET", None))
        return self.now()

    async def advance(self, by: timedelta) -> datetime:
        """Moves on (or back) by `by`; returns when the bot has done all that became due."""
        if self._url is None:
            self._set(self.now() + by)
        else:
            self._set(await self._ask("POST", {"advance_seconds": by.total_seconds()}))
        return self.now()

    async def to(self, when: datetime) -> datetime:
        """Moves to `when` (aware; ValueError otherwise), forward or back."""
        if when.tzinfo is None:
            raise ValueError(f"{when.isoformat()} has no time zone.")
        if self._url is None:
            self._set(when)
        else:
            self._set(await self._ask("POST", {"to": when.isoformat()}))
        return self.now()

    def _set(self, now: datetime) -> None:
        self._base = now.astimezone(self._zone)
        self._read_at = time.monotonic()

    async def _ask(self, verb: str, body: dict[str, Any] | None) -> datetime:
        """POST moves the bot's clock, GET reads it, both answer `{"now": ISO 8601}`. ConnectionError if it cannot."""
        assert self._url is not None
        headers = {"X-Play-Secret": self._secret}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as session,
                session.request(verb, self._url, json=body, headers=headers) as answer,
            ):
                if answer.status != 200:
                    said = (await answer.text())[:200]
                    raise ConnectionError(f"The bot's clock answered {answer.status}: {said}")
                return datetime.fromisoformat((await answer.json())["now"])
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise ConnectionError(f"The bot's clock at {self._url} does not answer: {problem}") from problem
