"""What the house needs of a chat platform, said at the consumer; `bot.slack` and `bot.teams` fit these shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.cards.card import Card

Platform = Literal["slack", "teams"]

KEPT_SECONDS = 2.0
"""An idle connection is used again for so long. Servers close theirs after some seconds, five where they are impatient,
and a busy process hears of it late; what is written at that moment is lost, and nobody knows whether it arrived."""


@dataclass(frozen=True)
class Account:
    """One person's place on one platform, or a room there.

    `org` is the Slack team id or the Entra tenant id, `user` the Slack user id or the aadObjectId.
    `address` is what the platform gave us to reach the person (Slack: `channel`, the D... id; Teams: `service_url`,
    `conversation`, `mri`, `bot`); empty when nothing is known yet.
    Of a room `room` is its name ("" for a person), and `user` and `conversation` are the channel's id.
    """

    platform: Platform
    org: str
    user: str
    address: Mapping[str, str] = field(default_factory=dict)
    room: str = ""


@dataclass(frozen=True)
class Room:
    """A channel in which our app is: `channel` is Slack's C... id or Teams' 19:...@thread.tacv2 id.

    `address` is what is needed to post there besides (Teams: `service_url`, `team`, `bot`).
    """

    platform: Platform
    org: str
    channel: str
    name: str
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Installation:
    """Our app in one workspace or tenant. `secrets` never leave the store unencrypted (`bot_token`, ...).

    `facts` hold what is not secret (`bot_user`, `bot_id`, `app_id`, `enterprise`).
    """

    platform: Platform
    org: str
    name: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """The platform has it. `message` names the message for later edits; `address` is new knowledge of the account."""

    message: Mapping[str, str]
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Later:
    """Not now: try again after `seconds`. `scope` says who has to wait: this conversation or the whole org."""

    seconds: float
    scope: Literal["conversation", "org"]
    reason: str


@dataclass(frozen=True)
class Gone:
    """It will not work again by itself.

    `message` (the shown message is gone: post anew) · `target` (this person cannot be reached) ·
    `opted_out` (the person blocked or removed the app, or it is not in the room any more) ·
    `installation` (our app is gone or its token dead) ·
    `payload` (the platform refuses what we wrote: our fault).
    """

    what: Literal["message", "target", "opted_out", "installation", "payload"]
    reason: str


@dataclass(frozen=True)
class Unsure:
    """The request was written but no answer came: it may or may not have arrived."""

    reason: str


Result = Shown | Later | Gone | Unsure


class Messenger(Protocol):
    """Sends one card; never raises for what a platform or network does, answers with a `Result` instead."""

    async def post(
        self, account: Account, card: Card, *, delivery: str, follows: Mapping[str, str] | None = None
    ) -> Result:
        """A new message to the account's one-to-one chat or room. `delivery` is put in the message's metadata.

        `follows` is the `Shown.message` in whose thread it belongs, where the platform has threads.
        """
        ...

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        """Redraws the message that an earlier `Shown.message` names."""
        ...


class Finder(Protocol):
    """Knows where our app is installed."""

    async def find(self, platform: Platform, org: str) -> Installation | None:
        """The live installation, or None (unknown, removed). Cheap: answered from memory when nothing changed."""
        ...


class Installations(Finder, Protocol):
    """Tokens and conversation references, kept for the adapters (implemented in `bot.installations`)."""

    async def save(self, installation: Installation) -> None:
        """After OAuth or an install event: stores it, marks it live. LookupError for an org nobody allowed."""
        ...

    async def remove(self, platform: Platform, org: str, reason: str) -> None:
        """Uninstalled or revoked: secrets are deleted, its people are no longer reachable there."""
        ...

    async def allowed(self, platform: Platform, org: str) -> bool:
        """Whether this workspace or tenant belongs to the provider or one of its clients."""
        ...

    async def remember(self, account: Account) -> bool:
        """The address of a person, from a verified inbound request only; False while nobody has this account."""
        ...

    async def forget(self, account: Account, reason: str) -> None:
        """The person removed or blocked the app: not reachable there until something comes in again."""
        ...

    async def remember_room(self, room: Room) -> bool:
        """Our app is in this room; an empty name keeps the one there is. False in an org nobody allowed."""
        ...

    async def rename_room(self, platform: Platform, org: str, channel: str, name: str) -> None:
        """A channel has a new name; nothing for one that our app is not in."""
        ...

    async def forget_room(self, platform: Platform, org: str, channel: str, reason: str) -> None:
        """Our app is no longer in this room, or the room is gone; a Teams team's id means all its channels."""
        ...
