"""What Slack hands out to be used soon: trigger_ids (once, 3 seconds) and response_urls (5 times, 30 minutes)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.clock import Clock
from bot.playground.slack import limits
from bot.playground.slack.blocks import Refused
from bot.playground.slack.things import Conversation, Message, Person
from bot.playground.slack.view import View

_KEPT = 10_000
"""Old tickets are forgotten beyond this many, so that a long bench does not grow."""


@dataclass
class Trigger:
    """One interaction's right to open a form. `view` is where it came from, `opened` what it opened."""

    id: str
    person: Person
    born: float
    view: View | None = None
    exchanged: bool = False
    opened: View | None = None
    answered: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something the person can see came of it: a form, a changed form, an answer."""


@dataclass
class ResponseUrl:
    """One interaction's right to answer. `message` is the one that was pressed, None after a slash command."""

    token: str
    person: Person
    conversation: Conversation
    message: Message | None
    trigger: Trigger
    born: float
    issued_at: datetime
    uses: int = limits.RESPONSE_URL_USES


class Tickets:
    """Issues both and judges their use. `real` is the clock of their lives, in seconds."""

    def __init__(self, clock: Clock, timing: limits.Timing) -> None:
        self._clock = clock
        self._timing = timing
        self.real: Callable[[], float] = time.monotonic
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def trigger(self, person: Person, view: View | None = None) -> Trigger:
        """A fresh trigger_id: number.number.hex, as in the documentation's examples."""
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[name] = Trigger(name, person, self.real(), view)
        _trim(self._triggers)
        return self._triggers[name]

    def exchange(self, name: object, team: str) -> Trigger:
        """The trigger, used up by this; `Refused` with Slack's word otherwise."""
        trigger = self._triggers.get(name) if isinstance(name, str) else None
        if trigger is None or trigger.person.team != team:
            raise Refused("invalid_trigger_id")
        if trigger.exchanged:
            raise Refused("exchanged_trigger_id")
        if self.real() - trigger.born > self._timing.trigger:
            raise Refused("expired_trigger_id")
        trigger.exchanged = True
        return trigger

    def stir(self, name: str) -> None:
        """Something the person sees came of this trigger."""
        if name in self._triggers:
            self._triggers[name].news.set()

    def response_url(self, trigger: Trigger, conversation: Conversation, message: Message | None) -> ResponseUrl:
        """A fresh response_url's token."""
        token = secrets.token_urlsafe(18)
        self._urls[token] = ResponseUrl(
            token, trigger.person, conversation, message, trigger, self.real(), self._clock.now()
        )
        _trim(self._urls)
        return self._urls[token]

    def use(self, token: str) -> ResponseUrl:
        """Takes one of its uses. It ages by both clocks: a bot that keeps one for domain hours would fail in Slack."""
        url = self._urls.get(token)
        if url is None:
            raise Refused("invalid_url")
        old = max(self.real() - url.born, (self._clock.now() - url.issued_at).total_seconds())
        if old > self._timing.response_url:
            raise Refused("expired_url")
        if url.uses <= 0:
            raise Refused("used_url")
        url.uses -= 1
        return url


def _trim(tickets: dict[str, Trigger] | dict[str, ResponseUrl]) -> None:
    while len(tickets) > _KEPT:
        del tickets[next(iter(tickets))]
