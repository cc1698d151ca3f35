"""Slack's rate limits: a bucket for each method, app and workspace, and one for each conversation written to."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from bot.playground.slack import limits


class _Bucket:
    """Fills at `rate` a second up to `size`; each call takes one."""

    def __init__(self, size: float, rate: float, now: float) -> None:
        self.size, self.rate = size, rate
        self.level, self.at = size, now

    def wait(self, now: float) -> float:
        """Seconds until one call fits (0: now)."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate

    def take(self) -> None:
        self.level -= 1


class Pace:
    """`ask` says how long a call has to wait, in whole seconds as Slack's Retry-After has them. `on` False: never.

    `over` counts the calls that came too fast. `now` is its clock, in seconds of real time.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.on = True
        self.now = now
        self.over = 0
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def ask(self, method: str, team: str, channel: str = "") -> int:
        """0 when the call may pass (and is counted), else the seconds of Retry-After (and nothing is counted)."""
        if not self.on:
            return 0
        now = self.now()
        buckets = [self._bucket((method, team), *self._of(method), now)]
        if method == "chat.postMessage" and channel:
            buckets.append(self._bucket((method, channel), limits.POSTS_BURST, limits.POSTS_PER_SECOND, now))
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            self.over += 1
            return max(1, math.ceil(wait))
        for bucket in buckets:
            bucket.take()
        return 0

    def forget(self) -> None:
        """Full buckets again, nothing counted."""
        self._buckets.clear()
        self.over = 0

    def _of(self, method: str) -> tuple[float, float]:
        """Burst and calls a second of a method in one workspace."""
        if method == "chat.postMessage":
            return limits.POSTS_PER_MINUTE, limits.POSTS_PER_MINUTE / 60
        a_minute = limits.TIERS[limits.METHOD_TIERS.get(method, 4)]
        return a_minute, a_minute / 60

    def _bucket(self, key: tuple[str, str], size: float, rate: float, now: float) -> _Bucket:
        return self._buckets.setdefault(key, _Bucket(size, rate, now))
