"""Notices as rows, in any number and at every stage, for pages and lists: written straight into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.queries import notices
from storage.store import Store
from storage.tables import metadata
from tests.web.house import NOW

STAGES = ("relayed", "acknowledged", "sent", "overdue", "covered", "undeliverable", "queued")
HOSTILE = '<script>alert(1)</script>"\'&=HYPERLINK("http://x")'


@dataclass(frozen=True)
class Told:
    """The ids of one notice and its people."""

    id: str
    people: tuple[str, ...]


def tell(
    store: Store,
    *,
    clients: int = 1,
    contacts: int = 5,
    number: int = 1,
    kind: str = "outage",
    now: datetime = NOW,
    **notice: Any,
) -> Told:
    """A notice sent ten minutes ago to new clients of two offices each; their contacts stand at every stage in turn."""
    id_, people, receipts, places, deliveries, relays = f"ntc_{number}", [], [], [], [], []
    offices, companies, identities, spaces = [], [], [], []
    sent = now - timedelta(minutes=10)
    for c in range(clients):
        client = f"cl_{number}_{c}"
        companies.append(
            {
                "id": client,
                "slug": f"client-{number}-{c}",
                "code": f"C{number}X{c}",
                "name": f"Company {c:03}",
                "stage": "active",
                "timezone": "America/New_York",
                "country": "US",
                "subdivision": "",
                "locale": "en_US",
                "currency": "USD",
                "csm_title": "CSM",
                "policy": {},
                "policy_version": 1,
                "next_number": 1,
            }
        )
        spaces.append(
            {
                "id": f"ws_{client}",
                "platform": "slack",
                "org": f"T{number}X{c}",
                "name": "x",
                "client_id": client,
                "state": "installed",
                "sealed": "",
                "facts": {},
            }
        )
        for office in ("Boston", "Providence"):
            offices.append(
                {
                    "id": f"loc_{client}_{office}",
                    "client_id": client,
                    "slug": office.lower(),
                    "name": office,
                    "timezone": "America/New_York",
                    "country": "US",
                    "subdivision": "",
                }
            )
        acked = f"per_{client}_0"
        for place, office in enumerate(("Boston", "Providence")):
            places.append(
                {
                    "id": f"plc_{client}_{office}",
                    "notice_id": id_,
                    "client_id": client,
                    "location_id": f"loc_{client}_{office}",
                    "impact": "The court's filing portal is late as well." if c % 7 == 3 else "",
                    "csm_id": None,
                    "acked_by": acked if place == 0 else None,
                    "acked_at": sent + timedelta(minutes=3) if place == 0 else None,
                }
            )
        for p in range(contacts):
            person, stage = f"per_{client}_{p}", STAGES[p % len(STAGES)]
            reached = stage not in ("undeliverable", "queued")
            read = stage in ("relayed", "acknowledged")
            people.append(
                {
                    "id": person,
                    "client_id": client,
                    "location_id": f"loc_{client}_Boston",
                    "name": f"{('Dana', 'Priya', 'Luis', 'Hannah', 'Tom', 'Jill', 'Marcus')[p % 7]} {c:03}-{p}",
                    "title": "Office manager" if p == 0 else "",
                    "email": f"p{p}@client-{number}-{c}.example",
                    "phone": "+1 555 0100",
                    "language": "en",
                    "timezone": "America/New_York",
                    "preferred_channel": "chat",
                    "ask_last": False,
                    "state": "active",
                }
            )
            identities.append(
                {
                    "id": f"idt_{person}",
                    "person_id": person,
                    "platform": "slack",
                    "org": f"T{number}X{c}",
                    "user": f"U{p}",
                    "address": "",
                    "reachable": stage != "undeliverable",
                    "linked": True,
                }
            )
            receipts.append(
                {
                    "id": f"rcp_{number}_{person}",
                    "notice_id": id_,
                    "client_id": client,
                    "person_id": person,
                    "places": [f"plc_{client}_Boston", f"plc_{client}_Providence"],
                    "why": ("primary", "backup", "next", f"for:per_{client}_0")[p % 4],
                    "state": "queued" if stage == "sent" else "acknowledged" if stage == "relayed" else stage,
                    "reason": "no chat account" if stage == "undeliverable" else "",
                    "asked_at": sent,
                    "acked_at": sent + timedelta(minutes=3) if read else None,
                    "via": "slack" if read else "",
                    "recorded_by": None,
                    "trouble": "The phones are dead too" if p % 7 == 3 else "",
                    "trouble_at": sent + timedelta(minutes=5) if p % 7 == 3 else None,
                    "call_me_at": sent + timedelta(minutes=6) if p % 7 == 2 else None,
                }
            )
            if reached:
                deliveries.append(
                    {
                        "id": f"dlv_{number}_{person}",
                        "subject": f"notice:{id_}",
                        "purpose": "notice",
                        "identity_id": f"idt_{person}",
                        "person_id": person,
                        "client_id": client,
                        "lane": f"slack:T{number}X{c}",
                        "priority": 1,
                        "wanted": 1,
                        "shown": 1,
                        "state": "settled",
                        "due_at": sent,
                        "attempts": 1,
                        "repeats": 0,
                        "message": None,
                        "error": "",
                        "created_at": sent,
                        "settled_at": sent + timedelta(minutes=8),
                        "reached_at": sent + timedelta(seconds=2),
                    }
                )
            if stage == "relayed":
                relays.append(
                    {
                        "id": f"rly_{number}_{person}",
                        "subject": f"notice:{id_}",
                        "client_id": client,
                        "person_id": person,
                        "number": 0,
                        "text": "The internet is down.",
                        "state": "posted",
                        "edited": False,
                        "room_id": None,
                        "place": "#all-staff",
                        "created_at": sent,
                        "told_at": sent + timedelta(minutes=9),
                    }
                )
    row = {
        "id": id_,
        "ref": f"N-{number}",
        "kind": kind,
        "severity": 1,
        "state": "investigating",
        "version": 1,
        "round": 1,
        "title": "The internet is down",
        "services": "Internet, e-mail",
        "impact": "Nobody can reach the internet or e-mail.",
        "workaround": "",
        "started_at": sent - timedelta(minutes=4),
        "next_update_at": sent + timedelta(minutes=30),
        "owner_id": None,
        "raised_by": "Sofia Marchetti",
        "about_id": None,
        "findings": {},
        "external_ref": "",
        "created_at": sent,
        "sent_at": sent,
        "resolved_at": None,
        "root_cause_due_at": None,
        "closed_at": None,
        "closed_why": "",
    }
    tables = metadata.tables
    with store.write() as tx:
        for name, rows in (
            ("client", companies),
            ("workspace", spaces),
            ("location", offices),
            ("person", people),
            ("identity", identities),
        ):
            tx.execute(tables[name].insert(), rows)
        notices.add_notice(tx, row | notice)
        notices.add_places(tx, places)
        tx.execute(tables["receipt"].insert(), receipts)
        if deliveries:
            tx.execute(tables["delivery"].insert(), deliveries)
        if relays:
            tx.execute(tables["relay"].insert(), relays)
    return Told(id_, tuple(row["id"] for row in people))


def hear(store: Store, told: Told, number: int, text: str, **step: Any) -> None:
    """One more update."""
    row = {
        "what": "update",
        "state": "identified",
        "workaround": "",
        "next_update_at": None,
        "author": "Sofia Marchetti",
    }
    with store.write() as tx:
        added = {"id": f"upd_{told.id}_{number}", "notice_id": told.id, "number": number, "text": text, "at": NOW}
        notices.add_update(tx, {**row, **added, **step})
