"""Channels and our app in them: it is invited, taken out, and hears when a channel changes.

Events: docs.slack.dev/reference/events, member_joined_channel, channel_left, channel_rename, channel_archive,
channel_unarchive.
"""

from __future__ import annotations

import time
from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.state import State
from bot.playground.slack.things import Conversation
from bot.playground.slack.wire import Wire

DEEDS = ("invite", "kick", "rename", "archive", "unarchive")


class Channels:
    """What people do to channels, each with the event that the app is sent."""

    def __init__(self, state: State, wire: Wire) -> None:
        self._state = state
        self._wire = wire

    def listed(self) -> list[Conversation]:
        """The channels of the cast in which our app is."""
        return [one for one in self._state.world.conversations.values() if one.listed and one.has_app]

    async def invite_all(self) -> None:
        """As on the first morning: people of each workspace invite the app to the cast's channels."""
        for conversation in self.listed():
            if self._state.world.workspaces[conversation.team].token is not None:
                await self.tell(self._joined(conversation), conversation.team)

    def do(self, deed: str, spec: dict[str, Any]) -> None:
        """One of DEEDS on `spec["channel"]` (an id); LookupError for an unknown one, ValueError for a missing name."""
        conversation = self._state.world.conversations.get(str(spec.get("channel")))
        if conversation is None or conversation.person:
            raise LookupError(f"There is no channel “{spec.get('channel')}” on Slack.")
        event: dict[str, Any] = {"type": "channel_left", "channel": conversation.id, "actor_id": "U0SOMEBODY"}
        if deed == "invite":
            conversation.has_app = True
            event = self._joined(conversation)
        elif deed == "kick":
            conversation.has_app = False
        elif deed == "rename":
            if not spec.get("name"):
                raise ValueError("Say the channel's new name.")
            conversation.name = str(spec["name"])
            renamed = {"id": conversation.id, "name": conversation.name, "created": int(time.time())}
            event = {"type": "channel_rename", "channel": renamed}
        else:
            conversation.archived = deed == "archive"
            event = {"type": f"channel_{deed}", "channel": conversation.id, "user": "U0SOMEBODY"}
        self._wire.later(self.tell(event, conversation.team))

    async def tell(self, event: dict[str, Any], team: str) -> None:
        """The bot's copy of an event."""
        event = {**event, "event_ts": self._state.world.ts()}
        await self._wire.event(payloads.event_callback(self._state, team, event))

    def _joined(self, conversation: Conversation) -> dict[str, Any]:
        world = self._state.world
        inviter = next((user for user in sorted(conversation.members)), "")
        return {
            "type": "member_joined_channel",
            "user": world.workspaces[conversation.team].bot_user,
            "channel": conversation.id,
            "channel_type": "C",
            "team": conversation.team,
            "inviter": inviter,
        }
