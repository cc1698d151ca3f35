"""How a REST call reaches the desk: through the conversation, once per key."""

from __future__ import annotations

from typing import Protocol

from fastapi import Request

from bot.web.callers import Caller
from handlers.commands import Actor, Command, Outcome

CHANNEL = "rest"


class Performer(Protocol):
    """The way to the desk (`bot.conversation.Conversation`)."""

    async def perform(self, command: Command, actor: Actor, key: str, channel: str) -> Outcome:
        """Performs once per key. Raises Refused."""
        ...


async def perform(performer: Performer, request: Request, command: Command) -> Outcome:
    """A command in the name of the call's token, under the key that `bot.web.once` gave the call. Raises Refused."""
    caller: Caller = request.state.caller
    return await performer.perform(command, actor=caller.service, key=request.state.event_key, channel=CHANNEL)
