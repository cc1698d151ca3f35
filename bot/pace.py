"""How fast the platforms let us speak: sliding windows per conversation and per workspace, even flows, holds. Pure."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple

Key = tuple[str, str]
"""What is limited, and whose: ("slack.update", "T0HARBOR")."""


class Window(NamedTuple):
    """At most `limit` calls in any `seconds` seconds."""

    limit: int
    seconds: float


class Flow(NamedTuple):
    """Evenly, `rate` a second, and up to `burst` at once to make up for a moment in which none went."""

    rate: float
    burst: int


SLACK_POSTS_PER_CHANNEL = (Window(1, 1.1),)
"""chat.postMessage: about one a second and channel; the tenth allows for the way there."""
SLACK_POSTS_PER_WORKSPACE = (Window(300, 60.0),)
"""chat.postMessage: "several hundred" a minute and workspace, which Slack does not quantify."""
SLACK_UPDATES_PER_WORKSPACE = (Window(50, 60.0),)
"""chat.update is Tier 3: 50 a minute, per method and workspace."""
TEAMS_PER_CONVERSATION = (Window(7, 1.0), Window(8, 2.0), Window(60, 30.0), Window(1800, 3600.0))
"""Sends and edits of one bot in one conversation."""
TEAMS_PER_TENANT = (Window(50, 1.0),)
"""An app in a tenant: 50 requests a second by today's page (30 by the older one; told to wait, we wait)."""

EDITS_PER_MESSAGE = (Window(1, 1.0),)
"""Ours: a message that changes all the time is drawn once a second, the changes between together."""

WINDOWS: Mapping[str, tuple[Window, ...]] = {
    "slack.channel": SLACK_POSTS_PER_CHANNEL,
    "slack.post": SLACK_POSTS_PER_WORKSPACE,
    "slack.update": SLACK_UPDATES_PER_WORKSPACE,
    "slack.message": EDITS_PER_MESSAGE,
    "teams.conversation": TEAMS_PER_CONVERSATION,
    "teams.tenant": TEAMS_PER_TENANT,
    "teams.message": EDITS_PER_MESSAGE,
}
SHARED = frozenset({"slack.post", "slack.update", "teams.tenant"})
"""What everybody of a workspace or tenant draws on."""
FOR_CLICKS: Mapping[str, int] = {"slack.post": 10, "slack.update": 10}
"""Of the windows that everybody draws on, so many calls are kept free for people who wait. A flow leaves some free."""
FLOWS: Mapping[str, Flow] = {"teams.tenant": Flow(48.5, 8)}
"""What nobody waits for goes so: calls that leave a second apart arrive closer together when the first took longer on
its way. Evenly spread, the fifty-first comes 31 ms after the second is over, and a click finds room at any time."""
PATIENT = frozenset({"slack.message", "teams.message"})
"""Windows that do not hold up what a person waits for."""
LATELY, TRUSTED = 256, 32
"""Of so many calls the one answered soonest says what the way there and back takes, once so many were answered."""
TIDY_EVERY = 4096


def conversation(platform: str, org: str, user: str) -> Key:
    """The key to hold when one conversation was told to wait."""
    return (f"{platform}.person", f"{org}/{user}")


def whole_org(platform: str, org: str, *, post: bool) -> Key:
    """The key to hold when a workspace or tenant was told to wait. Slack counts each method by itself."""
    if platform == "slack":
        return ("slack.post" if post else "slack.update", org)
    return (f"{platform}.tenant", org)


def keys(platform: str, org: str, user: str, *, edits: str = "") -> tuple[Key, ...]:
    """Everything that a post to this person or room, or an edit of a message there (`edits` names it), has to ask."""
    asked: tuple[Key, ...] = (conversation(platform, org, user), whole_org(platform, org, post=not edits))
    if edits:
        asked = (*asked, (f"{platform}.message", edits))
    if platform == "slack":
        return asked if edits else (*asked, ("slack.channel", f"{org}/{user}"))
    return (*asked, (f"{platform}.conversation", f"{org}/{user}"))


class Pace:
    """Remembers what was sent when. `now` is any clock in seconds that only goes forward."""

    def __init__(self, windows: Mapping[str, tuple[Window, ...]] = WINDOWS, flows: Mapping[str, Flow] = FLOWS) -> None:
        self._windows = windows
        self._flows = flows
        self._sent: dict[Key, deque[float]] = {}
        self._flowing: dict[Key, float] = {}
        """When the next would be due if all of them went evenly."""
        self._held: dict[Key, float] = {}
        self._ways: dict[str, deque[float]] = {}
        self._takes = 0

    def allowed(self, asked: Iterable[Key], now: float, *, urgent: bool = False) -> float:
        """Seconds to wait until all of these keys allow one more call; 0 means now."""
        wait = 0.0
        for key in asked:
            wait = max(wait, self._wait(key, now, urgent, 0))
        return wait

    def begun(
        self, asked: Iterable[Key], now: float, expected: Mapping[Key, int], lead: float, *, urgent: bool = False
    ) -> float:
        """Seconds to wait until one more call may be made ready, which goes after those that are `expected` already.

        It may be begun `lead` seconds before there is room for it in what everybody there draws on. What is urgent
        overtakes the expected.
        """
        wait = 0.0
        for key in asked:
            shared = key[0] in SHARED
            first = expected.get(key, 0) if shared and not urgent else 0
            wait = max(wait, self._wait(key, now, urgent, first) - (lead if shared else 0.0))
        return wait

    def rate(self, asked: Iterable[Key]) -> float:
        """So many calls a second everybody of a workspace or tenant may make in the long run; 0 where nothing says."""
        limits = (one for key in asked if key[0] in SHARED for one in self._windows.get(key[0], ()))
        return min((one.limit / one.seconds for one in limits), default=0.0)

    def take(self, asked: Iterable[Key], now: float) -> None:
        """One call is made now."""
        for key in asked:
            windows = self._windows.get(key[0])
            if windows:
                most = max(window.limit for window in windows)
                self._sent.setdefault(key, deque(maxlen=most)).append(now)
                if flow := self._flows.get(key[0]):
                    self._flowing[key] = max(now, self._flowing.get(key, now)) + 1 / flow.rate
        self._takes += 1
        if self._takes % TIDY_EVERY == 0:
            self._tidy(now)

    def heard(self, asked: Iterable[Key], then: float, now: float) -> None:
        """The call made at `then` was answered now.

        What took longer than the shortest way may have arrived so much later, and only then was it counted there: what
        follows keeps its distance from that moment.
        """
        for key in asked:
            if key[0] in SHARED:
                ways = self._ways.setdefault(key[0], deque(maxlen=LATELY))
                ways.append(now - then)
                late = now - then - (min(ways) if len(ways) >= TRUSTED else 0.0)
                sent = self._sent.get(key)
                if sent is not None and then in sent:
                    sent.remove(then)
                    insort(sent, then + late)

    def hold(self, key: Key, until: float) -> None:
        """Nothing goes before `until` (a Retry-After); an earlier, longer hold stays."""
        self._held[key] = max(until, self._held.get(key, until))

    def _wait(self, key: Key, now: float, urgent: bool, expected: int) -> float:
        wait = max(0.0, self._held.get(key, now) - now)
        sent = self._sent.get(key, ())
        if not sent and not expected:  # as most of a broadcast's conversations are
            return wait
        windows = self._windows.get(key[0])
        if not windows or (urgent and key[0] in PATIENT):
            return wait
        for window in windows:
            limit = window.limit if urgent else max(1, window.limit - FOR_CLICKS.get(key[0], 0))
            if expected >= limit:
                wait = max(wait, window.seconds)
            elif len(sent) >= limit - expected:
                wait = max(wait, sent[expected - limit] + window.seconds - now)
        if not urgent and (flow := self._flows.get(key[0])) and (due := self._flowing.get(key)):
            wait = max(wait, due + (expected + 1 - flow.burst) / flow.rate - now)
        return wait

    def _tidy(self, now: float) -> None:
        for key in [key for key, until in self._held.items() if until <= now]:
            del self._held[key]
        for key, sent in list(self._sent.items()):
            if sent[-1] + max(window.seconds for window in self._windows[key[0]]) <= now:
                del self._sent[key]
                self._flowing.pop(key, None)
