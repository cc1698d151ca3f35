"""Posts and edits cards in people's chats and in channels on Slack, and says what became of each, never raising."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Card
from bot.cards.written import Ready
from bot.platform import Account, Finder, Gone, Later, Result, Shown, Unsure
from bot.slack import blocks, errors, printing
from bot.slack.api import SlackApi, code_of

DELIVERY_EVENT = "keyline_delivery"
DRAWINGS = 64
"""So many drawn cards are kept."""
_log = logging.getLogger(__name__)

Parts = Mapping[str, str]
"""See `bot.slack.printing`."""
Send = Callable[[Parts], Awaitable[Any]]


class SlackMessenger:
    """A `bot.platform.Messenger` over the Web API.

    An account reached through Slack Connect keeps in `address["team"]` the workspace whose bot talks to it; without
    one it is the account's own.
    """

    def __init__(self, api: SlackApi, installations: Finder) -> None:
        self._api = api
        self._installations = installations

    async def post(
        self, account: Account, card: Card, *, delivery: str, follows: Mapping[str, str] | None = None
    ) -> Result:
        """A new message in the person's chat with the bot or in a channel, or in the thread of one that stands there.

        Naming a user instead of a channel opens the person's chat. Where the thread is gone the message stands alone.
        """

        async def work(client: AsyncWebClient) -> Result:
            channel = account.address.get("channel") or account.user
            places = [(channel, ""), (account.user, "")] if channel != account.user else [(channel, "")]
            if follows and follows.get("channel") and follows.get("ts"):
                places = [(follows["channel"], follows["ts"]), *places]
            while True:
                where, thread = places.pop(0)
                try:
                    shown = await self._post(client, where, card, delivery, thread)
                    break
                except SlackApiError as error:
                    lost = code_of(error) == "channel_not_found" or (thread and code_of(error) in errors.THREAD_GONE)
                    if not lost or not places:
                        raise
            if account.room or not isinstance(shown, Shown):
                return replace(shown, address={}) if isinstance(shown, Shown) else shown
            return replace(shown, address={**account.address, **shown.address})

        return await self._safely(account, "post", work)

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        """Redraws a message. Its metadata stays: Slack keeps what an edit does not mention."""
        channel, ts = message.get("channel", ""), message.get("ts", "")
        if not channel or not ts:
            return Gone("message", "the message was never named")

        async def work(client: AsyncWebClient) -> Result:
            async def send(parts: Parts) -> Any:
                said = {"channel": channel, "ts": ts, "text": parts["text"], "blocks": Ready(parts["blocks"])}
                return await client.api_call("chat.update", json=said)

            answer = await _drawn(card, send)
            return Shown({"channel": channel, "ts": str(answer.get("ts") or ts)})

        return await self._safely(account, "update", work)

    async def _post(self, client: AsyncWebClient, channel: str, card: Card, delivery: str, thread: str) -> Result:
        async def send(parts: Parts) -> Any:
            said = {
                "channel": channel,
                "text": parts["text"],
                "blocks": Ready(parts["blocks"]),
                "metadata": {"event_type": DELIVERY_EVENT, "event_payload": {"id": delivery}},
                "unfurl_links": False,
                "unfurl_media": False,
            }
            return await client.api_call("chat.postMessage", json=said | {"thread_ts": thread} if thread else said)

        answer = await _drawn(card, send)
        stored, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(stored, str) or not isinstance(ts, str):
            return Unsure("the answer names no message")
        return Shown({"channel": stored, "ts": ts}, address={"channel": stored})

    async def token(self, account: Account) -> str:
        """The token of the bot that talks to this account; "" where it is not installed."""
        installation = await self._installations.find("slack", account.address.get("team") or account.org)
        return installation.secrets.get("bot_token", "") if installation else ""

    async def _safely(
        self, account: Account, call: errors.Call, work: Callable[[AsyncWebClient], Awaitable[Result]]
    ) -> Result:
        try:
            token = await self.token(account)
        except Exception as error:
            _log.exception("cannot look up a slack installation")
            return Later(errors.SOON, "org", f"cannot look up the installation: {type(error).__name__}")
        if not token:
            return Gone("installation", "not installed")
        try:
            return await work(self._api.client(token))
        except Exception as error:
            result = errors.classify(error, call, room=bool(account.room))
            if isinstance(result, Gone) and result.what == "payload":
                _log.error(
                    "slack will not take a card: %s", result.reason, exc_info=not isinstance(error, SlackApiError)
                )
            return result


@lru_cache(maxsize=DRAWINGS)
def _whole(card: Card) -> Parts:
    """What is posted into many rooms is the same card: it is drawn once."""
    return printing.printed(card)


def _plain(card: Card, room: blocks.Room | None) -> Parts:
    """Drawn once more, more modestly."""
    drawn = blocks.draw_classic(card) if room is None else blocks.draw(card, room)
    return {"text": blocks.summary(card), "blocks": blocks.WRITER.listed(drawn)}


async def _drawn(card: Card, send: Send) -> Any:
    """Sends the card; once more and more modestly when this workspace does not know a block or counts otherwise.

    What came printed cannot be drawn here: `SlackApiError`.
    """
    try:
        return await send(card.printed.parts if card.printed else _whole(card))
    except SlackApiError as error:
        code = code_of(error)
        if card.printed is None and code in ("invalid_blocks", "invalid_blocks_format"):
            return await send(_plain(card, None))
        if card.printed is None and code in ("msg_blocks_too_long", "msg_too_long"):
            return await send(_plain(card, blocks.TIGHT))
        raise
