"""A downtime as it stands once it is agreed, written straight into the store, and what there is for the staff."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.commands import Ref
from handlers.context import Who, Work
from handlers.desk import PROVIDER
from handlers.mechanisms.windows.standing import Standing, load
from storage.queries import downtimes
from storage.queries.relays import relays_about
from storage.rows import Row
from tests.handlers.office import Office

NEW_YORK = ZoneInfo("America/New_York")
MARCUS, ANJA, SOFIA = "Marcus Hale", "Anja Vogel", "Sofia Marchetti"
UPGRADE: dict[str, Any] = {
    "work": "Firewall upgrade",
    "implications": "Internet and VPN do not work",
    "prep_steps": "Save your files and log off before",
}


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in June 2026 in New York."""
    return datetime(2026, 6, day, hour, minute, tzinfo=NEW_YORK)


def agreed(office: Office, starts_at: datetime, ends_at: datetime, *, voices: tuple[str, ...] = ("leipzig",)) -> Ref:
    """Northgate's firewall upgrade at Toledo and Leipzig, which Marcus agreed to; Anja has answered for Leipzig."""
    client = office.rows("SELECT id FROM client WHERE code = 'NF'")[0].id
    places = {row.slug: row.id for row in office.rows("SELECT id, slug FROM location WHERE client_id = :c", c=client)}
    with office.store.write() as tx:
        downtimes.add_downtime(
            tx,
            {
                "id": "dwn_1",
                "ref": "D-1",
                "client_id": client,
                "state": "accepted",
                "life": "scheduled",
                "side": "provider",
                "version": 1,
                "revision": 1,
                **UPGRADE,
                "locations": [places["leipzig"], places["toledo"]],
                "override": "",
                "owner_id": office.person(SOFIA),
                "raised_by": SOFIA,
                "external_ref": "",
                "created_at": office.now,
                "decided_by": office.person(MARCUS),
                "decided_at": office.now,
                "decided_why": "",
                "starts_at": starts_at,
                "ends_at": ends_at,
                "closed_why": "",
                "steps": [],
                "sequence": 0,
            },
        )
        for slug in voices:
            voice = {"id": f"voi_{slug}", "subject": "downtime:dwn_1", "revision": 1, "kind": "place"}
            downtimes.add_voices(tx, [{**voice, "location_id": places[slug], "state": "answered"}])
    return Ref("downtime", "dwn_1")


def told(office: Office, ref: Ref, step: Callable[[Work, Standing], None], **changes: Any) -> None:
    """The house takes one step of it, in a transaction of its own; `changes` are the columns that it sets first."""
    with office.store.write() as tx:
        if changes:
            downtimes.change_downtime(tx, ref.id, **changes)
        standing = load(tx, ref.id, office.now)
        assert standing is not None
        new_id = lambda prefix: office.desk.new_id(prefix, int(office.now.timestamp() * 1000))  # noqa: E731
        step(Work(tx, office.now, Who("the house", system=True), "test", new_id, PROVIDER), standing)


def notes(office: Office, ref: Ref, name: str = "") -> list[Row]:
    """What there is for the staff, of one contact if given, the earliest step first."""
    with office.store.read() as tx:
        rows = list(relays_about(tx, str(ref)))
    return [row for row in rows if not name or row.person_id == office.person(name)]
