"""Thousands of clients with offices and a contact for emergencies in each, written straight into the directory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage.store import Store
from storage.tables import metadata

OFFICES = 4


def settle(store: Store, clients: int, *, lost: int = 0) -> None:
    """So many clients, each with four offices and four contacts on Slack; the last `lost` have nobody in chat."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("client", "location", "workspace", "person", "role_assignment", "identity")
    }
    for number in range(clients):
        client, org, live = f"cl_{number}", f"T{number:05}", number < clients - lost
        rows["client"].append(
            {
                "id": client,
                "slug": f"mass-{number}",
                "code": f"M{number}",
                "name": f"Mass {number:05}",
                "stage": "active",
                "timezone": "America/New_York",
                "country": "US",
                "subdivision": "",
                "locale": "en_US",
                "currency": "USD",
                "csm_title": "CSM",
                "default_contact_id": f"pe_{number}_0",
                "policy": {},
                "policy_version": 1,
                "next_number": 1,
            }
        )
        rows["workspace"].append(
            {
                "id": f"wo_{number}",
                "platform": "slack",
                "org": org,
                "name": org,
                "client_id": client,
                "state": "installed",
                "sealed": "",
                "facts": {},
            }
        )
        for office in range(OFFICES):
            place, person = f"lo_{number}_{office}", f"pe_{number}_{office}"
            rows["location"].append(
                {
                    "id": place,
                    "client_id": client,
                    "slug": f"o{office}",
                    "name": f"Office {office}",
                    "timezone": "America/New_York",
                    "country": "US",
                    "subdivision": "",
                }
            )
            rows["person"].append(
                {
                    "id": person,
                    "client_id": client,
                    "location_id": place,
                    "name": f"Contact {number:05}.{office}",
                    "title": "",
                    "email": f"c{office}@mass{number}.example",
                    "phone": "",
                    "language": "en",
                    "timezone": "America/New_York",
                    "preferred_channel": "chat",
                    "ask_last": False,
                    "state": "active",
                }
            )
            rows["role_assignment"].append(
                {
                    "id": f"ro_{number}_{office}",
                    "client_id": client,
                    "person_id": person,
                    "role": "emergency",
                    "rank": 1,
                    "location_id": place,
                }
            )
            rows["identity"].append(
                {
                    "id": f"id_{number}_{office}",
                    "person_id": person,
                    "platform": "slack",
                    "org": org,
                    "user": f"U{number:05}{office}",
                    "address": "",
                    "reachable": live,
                    "linked": True,
                }
            )
    with store.write() as tx:
        for name, some in rows.items():
            tx.execute(metadata.tables[name].insert(), some)


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile, an insert of many rows once."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
