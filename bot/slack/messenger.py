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
from bot.platform import Account, Gone, Installations, Later, Result, Shown, Unsure
from bot.slack import blocks, errors
from bot.slack.api import SlackApi, code_of

DELIVERY_EVENT = "keyline_delivery"
DRAWINGS = 64
"""So many drawn cards are kept."""

_log = logging.getLogger(__name__)

Send = Callable[[list[dict[str, Any]]], Awaitable[Any]]


class SlackMessenger:
    """A `bot.platform.Messenger` over the Web API.

    An account reached through Slack Connect keeps in `address["team"]` the workspace whose bot talks to it; without
    one it is the account's own.
    """

    def __init__(self, api: SlackApi, installations: Installations) -> None:
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
            async def send(drawn: list[dict[str, Any]]) -> Any:
                return await client.chat_update(channel=channel, ts=ts, text=_summary(card), blocks=drawn)

            answer = await _drawn(card, send)
            return Shown({"channel": channel, "ts": str(answer.get("ts") or ts)})

        return await self._safely(account, "update", work)

    async def _post(self, client: AsyncWebClient, channel: str, card: Card, delivery: str, thread: str) -> Result:
        async def send(drawn: list[dict[str, Any]]) -> Any:
            return await client.chat_postMessage(
                channel=channel,
                text=_summary(card),
                blocks=drawn,
                metadata={"event_type": DELIVERY_EVENT, "event_payload": {"id": delivery}},
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread or None,
            )

        answer = await _drawn(card, send)
        stored, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(stored, str) or not isinstance(ts, str):
            return Unsure("the answer names no message")
        return Shown({"channel": stored, "ts": ts}, address={"channel": stored})

    async def _safely(
        self, account: Account, call: errors.Call, work: Callable[[AsyncWebClient], Awaitable[Result]]
    ) -> Result:
        try:
            installation = await self._installations.find("slack", account.address.get("team") or account.org)
        except Exception as error:
            _log.exception("cannot look up a slack installation")
            return Later(errors.SOON, "org", f"cannot look up the installation: {type(error).__name__}")
        token = installation.secrets.get("bot_token") if installation else None
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
def _blocks(card: Card) -> list[dict[str, Any]]:
    """A broadcast shows the same card to thousands: it is drawn once, and nobody changes the drawing."""
    return blocks.draw(card)


def _summary(card: Card) -> str:
    return _said(card.summary, card.title)


@lru_cache(maxsize=DRAWINGS)
def _said(summary: str, title: str) -> str:
    return blocks.summary(Card(title, summary))


async def _drawn(card: Card, send: Send) -> Any:
    """Sends the card; drawn once more, more modestly, when this workspace does not know a block or counts otherwise."""
    try:
        return await send(_blocks(card))
    except SlackApiError as error:
        code = code_of(error)
        if code in ("invalid_blocks", "invalid_blocks_format"):
            return await send(blocks.draw_classic(card))
        if code in ("msg_blocks_too_long", "msg_too_long"):
            return await send(blocks.draw(card, blocks.TIGHT))
        raise
