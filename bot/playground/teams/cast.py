"""The people, tenants and the one bot of the Teams half of the cast, read from the cast's JSON."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit


class Clock(Protocol):
    """What the double needs of the playground's clock: the time on everybody's wall."""

    def now(self) -> datetime:
        """The present of the story, with its zone."""
        ...


@dataclass(frozen=True)
class Person:
    """One Teams user. `mri` (29:...) and `conversation` (a:...) are what this one bot knows the person by."""

    name: str
    title: str
    company: str
    tenant: str
    aad: str
    mri: str
    conversation: str
    email: str
    timezone: str
    locale: str = "en-US"


@dataclass
class Team:
    """A team of one tenant: `channels` are names by id, General (whose id is the team's) first; `bot`: is in it."""

    id: str
    name: str
    tenant: str
    channels: dict[str, str]
    members: tuple[str, ...]
    bot: bool = True


@dataclass(frozen=True)
class World:
    """Everybody on Teams, and the bot: its app id, its secret and the tenant its tokens come from."""

    bot_url: str
    bot_name: str
    app_id: str
    app_secret: str
    home_tenant: str
    tenants: Mapping[str, str]
    people: Mapping[str, Person]
    teams: Mapping[str, Team] = field(default_factory=dict)

    @property
    def bot(self) -> str:
        """The bot's own MRI."""
        return f"28:{self.app_id}"

    def chat_of(self, conversation: str) -> Person | None:
        """Whose one-to-one chat with the bot this conversation is."""
        return next((p for p in self.people.values() if p.conversation == conversation), None)

    def member(self, identity: str, tenant: str) -> Person | None:
        """The person of that tenant with this MRI or this Entra object id."""
        return next((p for p in self.people.values() if p.tenant == tenant and identity in (p.mri, p.aad)), None)


def read_world(cast: Mapping[str, Any]) -> World:
    """Reads `cast["teams"]`. Raises ValueError for a bot that is not on this machine: signed activities stay here."""
    teams = cast["teams"]
    host = urlsplit(teams["bot_url"]).hostname or ""
    if not _is_loopback(host):
        raise ValueError(f"The playground only talks to a bot on this machine, not to {host!r}.")
    known = Person.__dataclass_fields__
    people = [Person(**{key: value for key, value in entry.items() if key in known}) for entry in teams["people"]]
    return World(
        bot_url=teams["bot_url"].rstrip("/"),
        bot_name=teams.get("bot_name", "Keyline"),
        app_id=teams["app_id"],
        app_secret=teams["app_secret"],
        home_tenant=teams["home_tenant"],
        tenants={entry["tenant"]: entry["name"] for entry in teams["tenants"]},
        people={person.name: person for person in people},
        teams={
            team["id"]: _team(team, entry["tenant"], {person.name for person in people})
            for entry in teams["tenants"]
            for team in entry.get("teams", ())
        },
    )


def _team(entry: Mapping[str, Any], tenant: str, people: set[str]) -> Team:
    """Raises ValueError for a member who is not on Teams."""
    members = tuple(entry.get("members", ()))
    if strangers := [name for name in members if name not in people]:
        raise ValueError(f"{strangers[0]} is in the team {entry['name']} and not on Teams.")
    channels = {entry["id"]: "General", **{one["id"]: one["name"] for one in entry.get("channels", ())}}
    return Team(entry["id"], entry["name"], tenant, channels, members, bool(entry.get("bot", True)))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
