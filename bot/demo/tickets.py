"""The demo's ticket system at work: whenever time has moved on it tells Keyline what is new about its cases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.demo.cases import rows
from handlers.commands import CaseRow, Command, PutCases


class Tickets:
    """`tell` says what has changed since it last did; the first time, everything. Only clients that are there."""

    def __init__(
        self, perform: Callable[[Command, str], Awaitable[Any]], now: Callable[[], datetime], clients: set[str]
    ) -> None:
        self._perform = perform
        self._now = now
        self._clients = clients
        self._said: dict[tuple[str, str], CaseRow] = {}

    async def tell(self) -> None:
        """Nothing is said again; a clock that was set back changes nothing."""
        known = {(row.client, row.external_id): row for row in rows(self._now()) if row.client in self._clients}
        fresh = {key: row for key, row in known.items() if self._said.get(key) != row}
        if fresh:
            await self._perform(PutCases(tuple(fresh.values())), f"tickets:{self._now().isoformat()}")
            self._said |= fresh
