"""How fast the platforms let us speak: sliding windows per conversation and per workspace, and holds. Pure."""

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
FOR_CLICKS: Mapping[str, int] = {"slack.post": 10, "slack.update": 10, "teams.tenant": 2}
"""Of the windows that everybody of a workspace or tenant draws on, so many calls are kept free for people who wait."""
PATIENT = frozenset({"slack.message", "teams.message"})
"""Windows that do not hold up what a person waits for."""
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

    def __init__(self, windows: Mapping[str, tuple[Window, ...]] = WINDOWS) -> None:
        self._windows = windows
        self._sent: dict[Key, deque[float]] = {}
        self._held: dict[Key, float] = {}
        self._takes = 0

    def allowed(self, asked: Iterable[Key], now: float, *, urgent: bool = False) -> float:
        """Seconds to wait until all of these keys allow one more call; 0 means now."""
        return max((self._wait(key, now, urgent) for key in asked), default=0.0)

    def take(self, asked: Iterable[Key], now: float) -> None:
        """One call is made now."""
        for key in asked:
            windows = self._windows.get(key[0])
            if windows:
                most = max(window.limit for window in windows)
                self._sent.setdefault(key, deque(maxlen=most)).append(now)
        self._takes += 1
        if self._takes % TIDY_EVERY == 0:
            self._tidy(now)

    def moved(self, asked: Iterable[Key], then: float, now: float) -> None:
        """The call that was counted at `then` is only made now: what follows keeps its distance from this moment."""
        for key in asked:
            sent = self._sent.get(key)
            if sent is not None and then in sent:
                sent.remove(then)
                insort(sent, now)

    def back(self, asked: Iterable[Key], then: float) -> None:
        """The call that was counted at `then` was not made."""
        for key in asked:
            sent = self._sent.get(key)
            if sent is not None and then in sent:
                sent.remove(then)
                if not sent:
                    del self._sent[key]

    def hold(self, key: Key, until: float) -> None:
        """Nothing goes before `until` (a Retry-After); an earlier, longer hold stays."""
        self._held[key] = max(until, self._held.get(key, until))

    def _wait(self, key: Key, now: float, urgent: bool) -> float:
        wait = max(0.0, self._held.get(key, now) - now)
        sent = self._sent.get(key)
        if not sent or (urgent and key[0] in PATIENT):
            return wait
        for window in self._windows[key[0]]:
            limit = window.limit if urgent else max(1, window.limit - FOR_CLICKS.get(key[0], 0))
            if len(sent) >= limit:
                wait = max(wait, sent[-limit] + window.seconds - now)
        return wait

    def _tidy(self, now: float) -> None:
        for key in [key for key, until in self._held.items() if until <= now]:
            del self._held[key]
        for key, sent in list(self._sent.items()):
            if sent[-1] + max(window.seconds for window in self._windows[key[0]]) <= now:
                del self._sent[key]
