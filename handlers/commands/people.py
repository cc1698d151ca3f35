"""Commands of the directory: clients, people with roles and accounts, absences, workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.commands.shapes import Chat


@dataclass(frozen=True)
class PutLocation:
    """An office of a client."""

    slug: str
    name: str
    timezone: str
    country: str = ""
    subdivision: str = ""


@dataclass(frozen=True)
class PutClient:
    """Adds or changes a client by its slug. Empty text keeps what is there; locations are added or changed by slug."""

    slug: str
    name: str
    code: str
    timezone: str
    country: str = "US"
    subdivision: str = ""
    locale: str = "en_US"
    currency: str = "USD"
    stage: str = "active"
    csm_title: str = ""
    locations: tuple[PutLocation, ...] = ()


@dataclass(frozen=True)
class Grant:
    """One role of a contact: rank 1 is the primary; `location` is a slug, empty for the whole client."""

    role: str
    rank: int = 1
    location: str = ""


@dataclass(frozen=True)
class Duty:
    """What a person of the provider does: csm, vcio, cse or supervisor; `client` empty for all clients."""

    role: str
    client: str = ""
    technology: str = ""


@dataclass(frozen=True)
class PutPerson:
    """Adds or changes a person by (client, e-mail). `client` empty: a person of the provider.

    `grants`, `duties` and `accounts` replace what is there when not None. `default` makes the person the client's
    default key contact.
    """

    client: str
    name: str
    email: str
    title: str = ""
    phone: str = ""
    language: str = "en"
    timezone: str = ""
    location: str = ""
    preferred_channel: str = "chat"
    ask_last: bool = False
    default: bool = False
    grants: tuple[Grant, ...] | None = None
    duties: tuple[Duty, ...] | None = None
    accounts: tuple[Chat, ...] | None = None


@dataclass(frozen=True)
class RemovePerson:
    """A person leaves. Refused while roles would be uncovered and no successor is named (e-mail or id)."""

    person: str
    successor: str = ""


@dataclass(frozen=True)
class AddEmployee:
    """Somebody unknown in a client's own workspace or tenant wants to ask: known from now on, without any role."""

    platform: str
    org: str
    user: str
    name: str


@dataclass(frozen=True)
class ReplaceCalendar:
    """The addresses of somebody's calendars end, and others take their place: one got into wrong hands.

    `person` (e-mail or id) empty: the one who says it. Somebody of the provider may say it for a contact.
    """

    person: str = ""


@dataclass(frozen=True)
class PutPolicy:
    """A client's own policy, whole; `based_on` is the version it was edited from (0: whatever is in force)."""

    client: str
    policy: Mapping[str, Any]
    based_on: int = 0


@dataclass(frozen=True)
class PutWorkspace:
    """Allows a Slack workspace or an Entra tenant to talk to us; `client` empty: the provider's own."""

    platform: str
    org: str
    name: str
    client: str = ""


@dataclass(frozen=True)
class GoAway:
    """A contact is away from `starts` until `ends`; `delegate` (id) stands in, else whoever is next in line.

    `person` (id) empty: the one who says it. Somebody of the provider may say it for a contact.
    """

    starts: datetime
    ends: datetime
    delegate: str = ""
    person: str = ""


@dataclass(frozen=True)
class ComeBack:
    """A contact is back before the end that was given."""

    person: str = ""


PeopleCommand = (
    PutClient | PutPerson | RemovePerson | AddEmployee | ReplaceCalendar | PutPolicy | PutWorkspace | GoAway | ComeBack
)
