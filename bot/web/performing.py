"""How a REST call reaches the desk: through the conversation, once per key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from fastapi import Request

from bot.web.callers import Caller
from handlers.commands import Actor, Command, Outcome
from storage.store import Tx

CHANNEL = "rest"
Seen = TypeVar("Seen")


class Performer(Protocol):
    """The way to the desk (`bot.conversation.Conversation`)."""

    async def perform(self, command: Command, actor: Actor, key: str, channel: str) -> Outcome:
        """Performs once per key. Raises Refused."""
        ...

    async def rehearse(self, command: Command, actor: Actor, channel: str, look: Callable[[Tx, Outcome], Seen]) -> Seen:
        """What `look` sees of the facts as they would be after the command; nothing is kept. Raises Refused."""
        ...


async def perform(performer: Performer, request: Request, command: Command) -> Outcome:
    """A command in the name of the call's token, under the key that `bot.web.once` gave the call. Raises Refused."""
    caller: Caller = request.state.caller
    return await performer.perform(command, actor=caller.service, key=request.state.event_key, channel=CHANNEL)


async def rehearse(
    performer: Performer, request: Request, command: Command, look: Callable[[Tx, Outcome], Seen]
) -> Seen:
    """What a command in the name of the call's token would come to. Raises Refused."""
    caller: Caller = request.state.caller
    return await performer.rehearse(command, actor=caller.service, channel=CHANNEL, look=look)
