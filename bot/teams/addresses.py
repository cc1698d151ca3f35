"""Remembers where people can be reached, from verified activities only, and at no cost when nothing changed."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable

from bot.platform import Account, Installations

REMEMBERED = 10_000
AGAIN_SECONDS = 600
"""An unchanged address is written again after this long: another process may have marked the person unreachable."""

log = logging.getLogger("keyline.teams")


class Addresses:
    """A small cache before `Installations.remember`."""

    def __init__(self, installations: Installations, now: Callable[[], float]) -> None:
        self._installations, self._now = installations, now
        self._known: OrderedDict[tuple[str, str], tuple[Account, float]] = OrderedDict()
        self._greeted: OrderedDict[str, float] = OrderedDict()

    async def seen(self, account: Account) -> None:
        """The person was heard from there. A store that fails must not fail the click."""
        key = (account.org, account.user)
        known = self._known.get(key)
        if known and known[0] == account and 0 <= self._now() - known[1] < AGAIN_SECONDS:
            return
        try:
            if not await self._installations.remember(account):
                return
        except Exception as error:
            log.warning("teams address not remembered: %s", type(error).__name__)
            return
        self._known[key] = (account, self._now())
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def lost(self, account: Account) -> None:
        """A send told us that the person cannot be reached; the next activity is written down again."""
        self._known.pop((account.org, account.user), None)

    async def gone(self, account: Account, reason: str) -> None:
        """The person removed the app."""
        self.lost(account)
        self._greeted.pop(account.address.get("conversation", ""), None)
        await self._installations.forget(account, reason)

    def first_greeting(self, conversation: str) -> bool:
        """True once: an installation arrives both as installationUpdate and as conversationUpdate."""
        now = self._now()
        if now - self._greeted.get(conversation, float("-inf")) < AGAIN_SECONDS:
            return False
        self._greeted[conversation] = now
        while len(self._greeted) > REMEMBERED:
            self._greeted.popitem(last=False)
        return True
