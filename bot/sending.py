"""Has cards sent from the process in which they were printed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.atelier import Atelier
from bot.cards.card import Card
from bot.easel import Errand
from bot.platform import Account, Messenger, Result

log = logging.getLogger("keyline.atelier")

THERE = 2
"""So many times as many are under way there as here: the process beside this one has less else to do."""


class Sending:
    """A `Messenger`: what came printed is sent from where it came, everything else from `home`.

    A broadcast takes two processors: while nobody waits for an answer some of it is sent from here.

    `token` is asked for what it takes to send to an account, where that is not the same for all ("": it cannot be
    sent, which is said at home); `told` hears what became of what was sent elsewhere.
    """

    def __init__(
        self,
        home: Messenger,
        atelier: Atelier,
        token: Callable[[Account], Awaitable[str]] | None = None,
        told: Callable[[Account, Result], Result] = lambda _account, result: result,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._home, self._atelier, self._token, self._told, self._busy = home, atelier, token, told, busy
        self._here = 0
        """How many are being sent from here."""

    async def post(
        self, account: Account, card: Card, *, delivery: str, follows: Mapping[str, str] | None = None
    ) -> Result:
        """A new message."""
        result = await self._elsewhere(account, card, delivery, follows, None)
        if result is not None:
            return result
        self._here += 1
        try:
            return await self._home.post(account, card, delivery=delivery, follows=follows)
        finally:
            self._here -= 1

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        """Redraws a message."""
        result = await self._elsewhere(account, card, "", None, message)
        if result is not None:
            return result
        self._here += 1
        try:
            return await self._home.update(account, message, card)
        finally:
            self._here -= 1

    async def _elsewhere(
        self,
        account: Account,
        card: Card,
        delivery: str,
        follows: Mapping[str, str] | None,
        message: Mapping[str, str] | None,
    ) -> Result | None:
        there = self._atelier.sending
        if card.printed is None or there is None or (there > THERE * self._here and not self._busy()):
            return None
        token = ""
        if self._token is not None:
            try:
                token = await self._token(account)
            except Exception:
                log.debug("no token for %s", account.org, exc_info=True)
            if not token:
                return None
        sheet = (card.title, card.summary, card.printed)
        result = await self._atelier.send(Errand(account, sheet, token, delivery, follows, message))
        return None if result is None else self._told(account, result)
