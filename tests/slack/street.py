"""A street with the adapter on one side and the playground's strict double of Slack on the other, over real HTTP."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette

from bot.cards.card import Card
from bot.platform import Account, Installation, Shown
from bot.playground.clock import Clock
from bot.playground.slack import SlackDouble
from bot.slack.adapter import SlackAdapter, create_slack
from tests.playground_slack.house import OTHER_TOKEN, QUICK, SECRET, TOKEN, bound, cast, serving
from tests.slack import samples
from tests.slack.house import FakeInstallations, FakeTalk

DANA = Account("slack", "T0MARLOW", "U0DANA")


@dataclass
class Street:
    """Slack on one side, the adapter on the other."""

    double: SlackDouble
    adapter: SlackAdapter
    talk: FakeTalk
    installations: FakeInstallations
    url: str
    bot_url: str

    async def show(self, card: Card = samples.PURCHASE, account: Account = DANA) -> Shown:
        result = await self.adapter.messenger.post(account, card, delivery="del_1")
        assert isinstance(result, Shown), result
        return result

    def last(self, person: str = "Dana Whitlock") -> dict[str, Any]:
        return self.double.screen(person)[-1]

    async def settle(self) -> None:
        await self.double.settled()
        await self.adapter.settle()

    async def press(self, label: str, inputs: dict | None = None, person: str = "Dana Whitlock") -> dict[str, Any]:
        message = next(m for m in reversed(self.double.screen("Dana Whitlock")) if not m["private"])
        done = await self.double.press(person, message["message"], label, inputs)
        await self.settle()
        return done


@asynccontextmanager
async def street(**more: Any) -> AsyncIterator[Street]:
    (double_sock, url), (bot_sock, bot_url) = bound(), bound()
    known = cast(**{"bot_url": bot_url, **more})
    double = SlackDouble(known, Clock(known), url, timing=QUICK)
    talk, installations = FakeTalk(), FakeInstallations()
    installations.found = {
        team: Installation("slack", team, team, {"bot_token": token}, {"bot_user": user, "bot_id": bot})
        for team, token, user, bot in (
            ("T0HARBOR", TOKEN, "U0KEYBOT1", "B0KEY1"),
            ("T0MARLOW", OTHER_TOKEN, "U0KEYBOT2", "B0KEY2"),
        )
    }
    adapter = create_slack(
        talk,
        installations,
        signing_secret=SECRET,
        api_url=f"{url}/slack/api/",
        client_id="1.2",
        client_secret="shh",
        command="/keyline",
        public_url=bot_url,
        now=time.time,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(Starlette(routes=double.routes()), double_sock))
        await stack.enter_async_context(serving(Starlette(routes=adapter.routes()), bot_sock))
        stack.push_async_callback(adapter.close)
        await double.start()
        stack.push_async_callback(double.stop)
        yield Street(double, adapter, talk, installations, url, bot_url)
