"""What a board says of a notice, once from all readers and once from the database's counts: there is no difference."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, null, select, update

from bot.cards.card import Card
from bot.cards.notices.board import board
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.broadcast import load
from handlers.mechanisms.watching import Watch, counted, watch
from storage.store import Tx
from storage.tables import metadata
from storage.tables.delivery import LISTED
from tests.handlers.office import Office

notice, receipt, relay, delivery, updates = (
    metadata.tables[name] for name in ("notice", "receipt", "relay", "delivery", "notice_update")
)
STATES = ("queued", "queued", "overdue", "covered", "acknowledged", "relayed", "undeliverable")
NOTICES = ("investigating", "identified", "monitoring", "resolved", "closed", "cancelled")


def both_ways(tx: Tx, ref: Ref, now: datetime) -> tuple[Watch, Watch]:
    """From all readers, and counted."""
    whole, lean = load(tx, ref.id), counted(tx, ref.id, now)
    assert whole is not None and lean is not None
    return watch(whole, now), lean


def compared(seen: Watch) -> tuple[Any, ...]:
    """All that is the same both ways."""
    kinds = (seen.wants, seen.troubled, seen.overdue, seen.unreachable, seen.silent)
    named = [(one.many, [_reader(reader) for reader in one.first]) for one in kinds]
    return seen.all, list(seen.clients), seen.on_its_way, seen.held, named


def drawn(seen: Watch, now: datetime) -> Card:
    """The board in Berlin."""
    return board(seen, Viewer("", "Sofia Marchetti", "Europe/Berlin", "en_US", True, now), page_url="https://x.example")


def shuffle(office: Office, ref: Ref, chance: random.Random) -> None:
    """Any state of a notice, its readers, its messages and its relays, likely or not."""
    with office.store.write() as tx:
        _notice(tx, ref, chance, office.now)
        rows = tx.execute(select(receipt).where(receipt.c.notice_id == ref.id)).all()
        tx.execute(delete(relay).where(relay.c.subject == str(ref)))
        tx.execute(delete(delivery).where(delivery.c.subject.like("person:%")))
        calm = chance.random() < 0.3
        for row in rows:
            _receipt(tx, row, chance, office.now, calm=calm)
            _relay(tx, ref, row, chance, office.now)
        for copy in tx.execute(select(delivery).where(delivery.c.subject == str(ref))).all():
            _delivery(tx, copy, chance, office.now)


def _notice(tx: Tx, ref: Ref, chance: random.Random, now: datetime) -> None:
    state, kind = chance.choice(NOTICES), chance.choice(("outage", "outage", "advisory", "root_cause"))
    over = state in ("resolved", "closed", "cancelled")
    values = {"state": state, "kind": kind, "resolved_at": _some(now, chance) if over else None}
    values |= {"closed_at": _some(now, chance) if state == "closed" and chance.random() < 0.5 else None}
    tx.execute(update(notice).where(notice.c.id == ref.id).values(**values))
    tx.execute(delete(updates).where(updates.c.notice_id == ref.id))
    for number in range(1, chance.randint(0, 3) + 1):
        said = {"id": f"upd_{number}", "notice_id": ref.id, "number": number, "what": "update", "state": state}
        tx.execute(insert(updates).values(**said, text="News", author="Sofia", at=now, workaround=""))


def _receipt(tx: Tx, row: Row[Any], chance: random.Random, now: datetime, *, calm: bool) -> None:
    state = chance.choice(("acknowledged", "acknowledged", "covered")) if calm else chance.choice(STATES)
    read = state in ("acknowledged", "relayed")
    values: dict[str, Any] = {"state": state, "reason": "Gone." if state == "undeliverable" else ""}
    values |= {"acked_at": _some(now, chance) if read else None, "via": "phone" if chance.random() < 0.3 else "slack"}
    values |= {"asked_at": _some(now, chance), "trouble": chance.choice(("", "No light either"))}
    values |= {"trouble_at": _some(now, chance) if chance.random() < 0.1 else None}
    values |= {"call_me_at": _some(now, chance) if chance.random() < 0.2 else None}
    tx.execute(update(receipt).where(receipt.c.id == row.id).values(**values))


def _relay(tx: Tx, ref: Ref, row: Row[Any], chance: random.Random, now: datetime) -> None:
    for number in range(chance.randint(0, 4)):
        told = chance.choice(("draft", "posted", "informed", "replaced"))
        values = {"id": f"rel_{row.id}_{number}", "subject": str(ref), "client_id": row.client_id, "text": "x"}
        values |= {"person_id": row.person_id, "number": number, "state": told, "edited": False, "place": ""}
        values |= {"told_at": _some(now, chance) if told in ("posted", "informed") else None}
        tx.execute(insert(relay).values(**values, created_at=now))


def _delivery(tx: Tx, copy: Row[Any], chance: random.Random, now: datetime) -> None:
    what = chance.choice(("shown", "shown", "going", "held", "listed", "seen", "dead"))
    made = now - timedelta(hours=9)
    values: dict[str, Any] = {"created_at": made, "due_at": made, "attempts": 0, "error": "", "message": null()}
    values |= {"reached_at": None, "state": "owed"}
    if what == "shown":
        values |= {"state": "settled", "reached_at": _some(now, chance), "message": {"ts": "1"}}
    elif what in ("held", "listed", "seen"):
        values |= {"due_at": now + timedelta(minutes=chance.choice((-300, -1, 0, 1, 60, 60, 600)))}
        values |= {"state": "dropped", "error": LISTED} if what != "held" else {}
    elif what == "dead":
        values |= {"state": "dead", "error": "target: gone"}
    tx.execute(update(delivery).where(delivery.c.id == copy.id).values(**values))
    if what == "seen":
        listed = {
            **copy._mapping,
            "message": null(),
            "id": f"list_{copy.id}",
            "subject": f"person:{copy.person_id}",
            "state": "settled",
        }
        listed |= {
            "state": "settled",
            "purpose": "waiting",
            "created_at": made,
            "due_at": made,
            "reached_at": _some(now, chance),
        }
        tx.execute(insert(delivery).values(**listed))


def _some(now: datetime, chance: random.Random) -> datetime:
    """Some minutes ago, of which several happen at once."""
    return now - timedelta(minutes=5 * chance.randint(0, 60))


def _reader(reader: Any) -> Any:
    """Which places and accounts somebody has is asked only where everybody is named."""
    return replace(reader, places=(), platforms=())
