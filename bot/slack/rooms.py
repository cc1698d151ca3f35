"""Learns from Slack's events in which channels our app is, what they are called, and when it is there no more.

Payloads: docs.slack.dev/reference/events, member_joined_channel, channel_left, channel_rename, channel_archive,
channel_unarchive, channel_deleted, channel_id_changed, and the same of a private channel, group_*.
"""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platform import Installation, Installations, Room
from bot.slack.api import code_of
from bot.slack.payloads import Payload, authorization, identifier, needed, part, string

NEWS = {
    "member_joined_channel": "joined",
    "channel_left": "left",
    "group_left": "left",
    "channel_rename": "renamed",
    "group_rename": "renamed",
    "channel_archive": "archived",
    "group_archive": "archived",
    "channel_unarchive": "unarchived",
    "group_unarchive": "unarchived",
    "channel_deleted": "deleted",
    "group_deleted": "deleted",
    "channel_id_changed": "moved",
}
"""Event types and what they mean for a room."""
WHY_GONE = {
    "left": "the app was taken out of it",
    "archived": "it was archived",
    "deleted": "it was deleted",
    "moved": "Slack gave it another id",
}
UNKNOWN = frozenset({"channel_not_found", "method_not_supported_for_channel_type"})


@dataclass(frozen=True)
class RoomNews:
    """What happened to one channel. `user`: who joined; `bot`: who we are, as the event says; `new`: its new id."""

    kind: Literal["joined", "left", "renamed", "archived", "unarchived", "deleted", "moved"]
    channel: str
    name: str = ""
    user: str = ""
    bot: str = ""
    new: str = ""


class _Errands(Protocol):
    def run(self, what: str, work: Coroutine[Any, Any, Any]) -> None: ...


def news_of(payload: Payload) -> RoomNews | None:
    """What an event says about a room, None when it is about something else; Malformed for what Slack never sends."""
    event = part(payload, "event")
    kind: Any = NEWS.get(string(event, "type"))
    if kind is None:
        return None
    if kind == "renamed":
        channel = part(event, "channel")
        return RoomNews(kind, needed(identifier(channel, "id"), "the channel"), string(channel, "name"))
    if kind == "moved":
        old, new = identifier(event, "old_channel_id"), identifier(event, "new_channel_id")
        return RoomNews(kind, needed(old, "the channel"), new=needed(new, "the channel"))
    listed = authorization(payload)
    bot = identifier(listed, "user_id") if listed.get("is_bot") is True else ""
    channel_id = needed(identifier(event, "channel"), "the channel")
    return RoomNews(kind, channel_id, user=identifier(event, "user"), bot=bot)


class Rooms:
    """Keeps the house's rooms true. What was said is written before Slack is answered, names are asked for after."""

    def __init__(self, installations: Installations, errands: _Errands) -> None:
        self._installations, self._errands = installations, errands

    async def hear(self, news: RoomNews, installation: Installation, client: AsyncWebClient) -> None:
        """One piece of news; of a channel in which our app never was nothing is kept."""
        org, channel = installation.org, news.channel
        if news.kind == "joined":
            if news.user not in {installation.facts.get("bot_user") or news.bot} - {""}:
                return
            await self._installations.remember_room(Room("slack", org, channel, ""))
            self._errands.run("slack room named", self._look(client, org, channel))
        elif news.kind == "renamed":
            await self._installations.rename_room("slack", org, channel, news.name)
        elif news.kind == "unarchived":
            self._errands.run("slack room looked at", self._look(client, org, channel))
        else:
            await self._installations.forget_room("slack", org, channel, WHY_GONE[news.kind])
            if news.kind == "moved":
                self._errands.run("slack room looked at", self._look(client, org, news.new))

    async def _look(self, client: AsyncWebClient, org: str, channel: str) -> None:
        """What Slack says of a channel now: whether we are in it, and its name."""
        try:
            answer = await client.conversations_info(channel=channel)
        except SlackApiError as error:
            if code_of(error) not in UNKNOWN:
                raise
            await self._installations.forget_room("slack", org, channel, WHY_GONE["left"])
            return
        found = answer.get("channel")
        found = found if isinstance(found, dict) else {}
        if found.get("is_member") is True and not found.get("is_archived") and not found.get("is_mpim"):
            name = found.get("name")
            await self._installations.remember_room(Room("slack", org, channel, name if isinstance(name, str) else ""))
        else:
            gone = WHY_GONE["archived" if found.get("is_archived") else "left"]
            await self._installations.forget_room("slack", org, channel, gone)
