"""What the desk and its subjects ask about rooms: the channels in which our app is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from storage.prepared import Prepared
from storage.queries.directory import put
from storage.store import Tx
from storage.tables import Room
from storage.tables.types import core

rooms = core(Room)
ROOM = Prepared(select(rooms).where(rooms.c.id == bindparam("id")))
ROOM_AT = Prepared(
    select(rooms).where(
        rooms.c.platform == bindparam("platform"),
        rooms.c.org == bindparam("org"),
        rooms.c.channel == bindparam("channel"),
    )
)
ROOMS_OF = (
    select(rooms)
    .where(rooms.c.client_id == bindparam("client"), rooms.c.state == "in")
    .order_by(rooms.c.name, rooms.c.id)
)
OWN_ROOMS = select(rooms).where(rooms.c.client_id.is_(None), rooms.c.state == "in").order_by(rooms.c.name, rooms.c.id)


def room(tx: Tx, id_: str) -> Row[Any] | None:
    """A room by id."""
    return ROOM.run(tx, id=id_).one_or_none()


def room_at(tx: Tx, platform: str, org: str, channel: str) -> Row[Any] | None:
    """A room by what the platform calls it."""
    return ROOM_AT.run(tx, platform=platform, org=org, channel=channel).one_or_none()


def rooms_of(tx: Tx, client_id: str | None) -> Sequence[Row[Any]]:
    """The rooms of a client (None: of the provider) in which our app is, by name."""
    return tx.execute(ROOMS_OF, {"client": client_id}).all() if client_id else tx.execute(OWN_ROOMS).all()


def put_room(tx: Tx, values: Mapping[str, Any]) -> str:
    """Adds a room or changes the one the platform calls so; answers its id."""
    return put(tx, rooms, values, on=("platform", "org", "channel"))


def leave_room(tx: Tx, id_: str) -> None:
    """Our app is not in this room any more."""
    tx.execute(update(rooms).where(rooms.c.id == id_).values(state="left"))


def leave_rooms(tx: Tx, platform: str, org: str) -> None:
    """Our app is in no room of a workspace or tenant any more."""
    tx.execute(update(rooms).where(rooms.c.platform == platform, rooms.c.org == org).values(state="left"))


def rehome(tx: Tx, platform: str, org: str, client_id: str | None) -> None:
    """A workspace or tenant is this client's now (None: the provider's), and so are its rooms."""
    tx.execute(update(rooms).where(rooms.c.platform == platform, rooms.c.org == org).values(client_id=client_id))
