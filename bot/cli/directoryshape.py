"""What a directory file may hold: the provider and its clients with their workspaces, offices and people."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from handlers.walltime import zone_names


def _zone(name: str) -> str:
    if name and name not in zone_names():
        raise ValueError(f"{name!r} is not a time zone; write one like America/New_York")
    return name


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
Zone = Annotated[str, AfterValidator(_zone)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Person(_Part):
    name: Text
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$")]
    title: str = ""
    phone: str = ""
    timezone: Zone = ""
    slack: Texts = ()
    teams: Texts = ()


class Staff(_Person):
    """Somebody of the provider; a duty is `csm`, `csm@client` or `cse/network@client`."""

    timezone: Annotated[Zone, Field(min_length=1)]
    duties: Texts = ()


class Contact(_Person):
    """Somebody of a client; a role is `purchasing`, `security:2` (rank) or `emergency@boston` (office)."""

    office: str = ""
    language: str = "en"
    preferred_channel: Literal["chat", "phone", "email", "in_person"] = "chat"
    ask_last: bool = False
    default: bool = False
    roles: Texts | None = None


class Office(_Part):
    """One office."""

    slug: Slug
    name: Text
    timezone: Zone
    country: str = ""
    subdivision: str = ""


class Provider(_Part):
    """The provider itself."""

    name: Text
    slack: Texts = ()
    teams: Texts = ()
    people: tuple[Staff, ...] = ()


class Client(_Part):
    """One client company."""

    slug: Slug
    name: Text
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,7}$")]
    timezone: Zone
    country: str = "US"
    subdivision: str = ""
    locale: str = "en_US"
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "USD"
    stage: Literal["prospect", "onboarding", "active", "ended"] = "active"
    csm_title: str = ""
    slack: Texts = ()
    teams: Texts = ()
    offices: tuple[Office, ...] = ()
    people: tuple[Contact, ...] = ()


class Directory(_Part):
    """A whole file; either part may be left out."""

    provider: Provider | None = None
    clients: tuple[Client, ...] = ()
