"""What the adapters ask of the store: where our app is, and where a person can be reached."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import metadata


@dataclass(frozen=True)
class Place:
    """A workspace or tenant that may talk to us. `sealed`: its encrypted secrets, "" when there are none."""

    name: str
    state: str
    sealed: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Spot:
    """A person's account: the encrypted address, and whether the person can be reached there."""

    address: str
    reachable: bool


@dataclass(frozen=True)
class Known:
    """A room as it was last heard of: its name, its encrypted address, and whether our app is in it."""

    name: str
    address: str
    state: str


_workspace = metadata.tables["workspace"].c
_identity = metadata.tables["identity"].c
_room = metadata.tables["room"].c
_ROOM = select(_room.name, _room.address, _room.state).where(
    _room.platform == bindparam("platform"),
    _room.org == bindparam("org"),
    _room.channel == bindparam("channel"),
)
_ROOMS_IN = select(_room.channel, _room.address).where(
    _room.platform == bindparam("platform"), _room.org == bindparam("org"), _room.state == "in"
)
_PLACES = select(
    _workspace.platform, _workspace.org, _workspace.name, _workspace.state, _workspace.sealed, _workspace.facts
).where(_workspace.org.in_(bindparam("orgs", expanding=True)))
_SPOT = Prepared(
    select(_identity.address, _identity.reachable).where(
        _identity.platform == bindparam("platform"),
        _identity.org == bindparam("org"),
        _identity.user == bindparam("user"),
    )
)


def places(tx: Tx, orgs: Collection[str]) -> dict[tuple[str, str], Place]:
    """(platform, org) -> the place, for those of these workspaces and tenants that may talk to us."""
    rows = tx.execute(_PLACES, {"orgs": sorted(orgs)})
    return {(row.platform, row.org): Place(row.name, row.state, row.sealed, row.facts) for row in rows}


def spot(tx: Tx, platform: str, org: str, user: str) -> Spot | None:
    """The account, or None when it belongs to nobody we know."""
    row = _SPOT.run(tx, platform=platform, org=org, user=user).one_or_none()
    return Spot(row.address, row.reachable) if row is not None else None


def known_room(tx: Tx, platform: str, org: str, channel: str) -> Known | None:
    """The room, or None when our app was never in it."""
    row = tx.execute(_ROOM, {"platform": platform, "org": org, "channel": channel}).mappings().one_or_none()
    return Known(**row) if row else None


def rooms_in(tx: Tx, platform: str, org: str) -> list[tuple[str, str]]:
    """(channel, encrypted address) of every room of a workspace or tenant in which our app is."""
    return [(row.channel, row.address) for row in tx.execute(_ROOMS_IN, {"platform": platform, "org": org})]


def accounts_beyond(tx: Tx, count: int) -> bool:
    """Whether more accounts than so many are known."""
    return tx.scalar(select(_identity.id).offset(count).limit(1)) is not None
