"""Tokens and conversation references for the adapters: encrypted, written by the desk's commands, read from memory."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Generic, TypeVar

from bot.platform import Account, Installation, Platform, Room
from bot.sealing import Sealer, Unreadable
from bot.together import Together
from handlers.commands import (
    Command,
    ForgetAddress,
    ForgetRoom,
    Refused,
    RememberAddress,
    RememberRoom,
    RemoveInstallation,
    SaveInstallation,
)
from storage.queries import installations as queries
from storage.queries.installations import Place, Spot
from storage.store import Store

log = logging.getLogger("keyline.installations")

FRESH_SECONDS = 30.0
"""Our own writes are seen at once; another process's after at most this long."""
REMEMBERED = 10_000

T = TypeVar("T")


class Memory(Generic[T]):
    """A few thousand answers, each for `FRESH_SECONDS`; the longest kept go first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, ...], tuple[float, T]] = {}
        self._forgotten = 0

    async def get(self, key: tuple[str, ...], load: Callable[[], Awaitable[T]]) -> T:
        """The kept answer, or a fresh one. What was forgotten while it was being loaded is not kept."""
        kept = self._kept.get(key)
        if kept is not None and self._clock() - kept[0] < FRESH_SECONDS:
            return kept[1]
        asked = self._clock()
        self._kept.pop(key, None)
        ticket = self._forgotten
        answer = await load()
        if ticket == self._forgotten:
            self._kept[key] = (asked, answer)
            while len(self._kept) > REMEMBERED:
                del self._kept[next(iter(self._kept))]
        return answer

    def forget(self, *start: str) -> None:
        """Forgets every key that begins so."""
        self._forgotten += 1
        for key in [key for key in self._kept if key[: len(start)] == start]:
            del self._kept[key]


class HouseInstallations:
    """`bot.platform.Installations` over the desk (`perform`) and the store.

    `single_slack_token` is the bot token of a set-up with one Slack workspace: an allowed workspace that has no token
    of its own uses it. `clock` counts real seconds.
    """

    def __init__(
        self,
        store: Store,
        perform: Callable[[Command], Awaitable[Any]],
        secret_key: str,
        single_slack_token: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._perform = perform
        self._sealer = Sealer(secret_key)
        self._opened = lru_cache(maxsize=REMEMBERED)(self._sealer.open)
        self._single_slack_token = single_slack_token
        self._revoked: set[str] = set()
        """Slack workspaces that uninstalled us while the single token was in use: a restart tries it afresh."""
        self._places: Memory[Place | None] = Memory(clock)
        self._asked: Together[tuple[str, str]] = Together(asyncio.to_thread, self._read_places)
        self._sought: Together[tuple[str, str, str]] = Together(asyncio.to_thread, self._read_spots)
        self._spots: Memory[tuple[Spot, Mapping[str, str]] | None] = Memory(clock)

    def seal(self, content: Mapping[str, str]) -> str:
        """Encrypts a small mapping for the store."""
        return self._sealer.seal(content)

    def open(self, sealed: str) -> Mapping[str, str]:
        """What `seal` sealed; raises `bot.sealing.Unreadable` (a ValueError) for another key's."""
        return self._opened(sealed)

    async def find(self, platform: Platform, org: str) -> Installation | None:
        """The live installation, or None (unknown, not installed, removed, or sealed with a key we do not have)."""
        place = await self._place(platform, org)
        if place is None:
            return None
        if place.state == "installed" and place.sealed:
            try:
                secrets = self._opened(place.sealed)
            except Unreadable as problem:
                log.error("the installation in %s %s cannot be used: %s", platform, org, problem)
                return None
            return Installation(platform, org, place.name, secrets, place.facts)
        if platform == "slack" and self._single_slack_token and not place.sealed and org not in self._revoked:
            return Installation(platform, org, place.name, {"bot_token": self._single_slack_token}, place.facts)
        return None

    async def save(self, installation: Installation) -> None:
        """Stores a new installation; raises LookupError with a sentence for an org nobody allowed."""
        platform, org = installation.platform, installation.org
        self._places.forget(platform, org)
        sealed, facts = self.seal(installation.secrets), dict(installation.facts)
        try:
            await self._perform(SaveInstallation(platform, org, installation.name, sealed, facts))
        except Refused as no:
            raise LookupError(no.sentence) from no
        finally:
            self._places.forget(platform, org)
        self._revoked.discard(org)

    async def remove(self, platform: Platform, org: str, reason: str) -> None:
        """Our app is gone from there: secrets are deleted, nobody is reachable there."""
        if platform == "slack":
            self._revoked.add(org)
        try:
            await self._perform(RemoveInstallation(platform, org, reason))
        finally:
            self._places.forget(platform, org)
            self._spots.forget(platform, org)

    async def allowed(self, platform: Platform, org: str) -> bool:
        """Whether this workspace or tenant belongs to the provider or one of its clients."""
        return await self._place(platform, org) is not None

    async def remember(self, account: Account) -> bool:
        """Keeps a person's address; a command only when something is new. False for an account nobody has (yet).

        What sending taught of a room's address is kept with the room.
        """
        if account.room:
            place = {name: said for name, said in account.address.items() if name not in ("channel", "conversation")}
            return await self.remember_room(Room(account.platform, account.org, account.user, account.room, place))
        key = (account.platform, account.org, account.user)
        known = await self._spots.get(key, lambda: self._load_spot(*key))
        if known is None:
            self._spots.forget(*key)  # whoever asks for something is known a moment later
            return False
        spot, address = known
        merged = {**address, **account.address}
        if spot.reachable and merged == dict(address):
            return True
        try:
            await self._perform(RememberAddress(*key, self.seal(merged)))
        finally:
            self._spots.forget(*key)
        return True

    async def forget(self, account: Account, reason: str) -> None:
        """The person removed or blocked the app: not reachable there until something comes in again."""
        key = (account.platform, account.org, account.user)
        try:
            await self._perform(ForgetAddress(*key, reason))
        finally:
            self._spots.forget(*key)

    async def remember_room(self, room: Room) -> bool:
        """Keeps a room that our app is in; a command only when something is new. False in an org nobody allowed."""
        key = (room.platform, room.org, room.channel)
        known = await asyncio.to_thread(self._read_room, *key)
        if known is not None:
            address = self._room_address(known.address)
            same = not room.name or known.name == room.name
            if known.state == "in" and same and {**address, **room.address} == dict(address):
                return True
            sealed = self.seal({**address, **room.address})
        else:
            sealed = self.seal(room.address)
        try:
            await self._perform(RememberRoom(*key, room.name, sealed))
        except Refused as no:
            log.warning("a room is not kept: %s", no.sentence)
            return False
        return True

    async def rename_room(self, platform: Platform, org: str, channel: str, name: str) -> None:
        """A channel has a new name; of one that our app is not in nothing is kept."""
        known = await asyncio.to_thread(self._read_room, platform, org, channel)
        if known is not None and known.state == "in" and name not in ("", known.name):
            await self._perform(RememberRoom(platform, org, channel, name))

    async def forget_room(self, platform: Platform, org: str, channel: str, reason: str) -> None:
        """Our app is no longer in that room, or in that team's rooms; nothing for one it never was in."""
        for room, sealed in await asyncio.to_thread(self._read_rooms, platform, org):
            if channel in (room, self._room_address(sealed).get("team")):
                await self._perform(ForgetRoom(platform, org, room, reason))

    def look_again(self) -> None:
        """People's addresses may have changed in the store; each is read anew when it is asked for."""
        self._spots.forget()

    async def _place(self, platform: str, org: str) -> Place | None:
        return await self._places.get((platform, org), lambda: self._asked.ask((platform, org)))

    def _read_places(self, asked: Sequence[tuple[str, str]]) -> list[Place | None]:
        with self._store.read() as tx:
            found = queries.places(tx, {org for _, org in asked})
        return [found.get(one) for one in asked]

    async def _load_spot(self, platform: str, org: str, user: str) -> tuple[Spot, Mapping[str, str]] | None:
        spot = await self._sought.ask((platform, org, user))
        if spot is None:
            return None
        try:
            return spot, self.open(spot.address)
        except Unreadable:
            log.warning("the address of %s %s/%s cannot be read; the next one replaces it", platform, org, user)
            return spot, {}

    def _read_room(self, platform: str, org: str, channel: str) -> queries.Known | None:
        with self._store.read() as tx:
            return queries.known_room(tx, platform, org, channel)

    def _read_rooms(self, platform: str, org: str) -> list[tuple[str, str]]:
        with self._store.read() as tx:
            return queries.rooms_in(tx, platform, org)

    def _room_address(self, sealed: str) -> Mapping[str, str]:
        try:
            return self.open(sealed) if sealed else {}
        except Unreadable:
            return {}

    def _read_spots(self, sought: Sequence[tuple[str, str, str]]) -> list[Spot | None]:
        with self._store.read() as tx:
            return [queries.spot(tx, *one) for one in sought]
