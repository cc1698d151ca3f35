"""How fast a bot may call the connector: sliding windows per conversation and per tenant.

Numbers: Microsoft's page on rate limits for bots (per bot per thread), and 50 requests a second per app and tenant.
Edits are counted with new messages: the page does not separate them, and the stricter reading is the safer one.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Windows = tuple[tuple[int, float], ...]
"""(most calls, in so many seconds), each."""

SENDING: Windows = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
READING: Windows = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
TENANT: Windows = ((50, 1.0),)


class Pace:
    """Remembers when each key was used. `on` switches all limits."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._used: dict[str, list[float]] = {}
        self.on = True

    def admit(self, *asked: tuple[str, Windows]) -> float:
        """0.0 and counts the call for every key, or the seconds to wait, counting nothing."""
        if not self.on:
            return 0.0
        now = self._now()
        wait = max((self._wait(key, windows, now) for key, windows in asked), default=0.0)
        if wait == 0.0:
            for key, windows in asked:
                self._count(key, max(most for most, _ in windows), now)
        return wait

    def _wait(self, key: str, windows: Windows, now: float) -> float:
        used = self._used.get(key, [])
        waits = [used[-most] + seconds - now for most, seconds in windows if len(used) >= most]
        return max([0.0, *waits])

    def _count(self, key: str, most: int, now: float) -> None:
        used = self._used.setdefault(key, [])
        used.append(now)
        if len(used) > 2 * most:
            del used[:-most]

    def clear(self) -> None:
        """Forgets what was used."""
        self._used.clear()
