"""What every kind of subject has in common for whoever tells the staff about it, and how drafts come to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from handlers.commands import Ref
from handlers.context import NORMAL, Work
from handlers.mechanisms import announcing
from handlers.mechanisms.quiet import Quiet
from storage.queries import broadcasts, bulk, relays
from storage.rows import Row
from storage.store import Tx

CARD = "relay"
"""The purpose of the card with a draft; whatever is said about it later follows it."""
PLAN = "told"
"""The plan of what happens while the staff has not been told."""
TOLD = ("posted", "informed")
"""States of a relay with which the staff has been told."""


class Matter(NamedTuple):
    """What a relay is about: its reference as people say it, who is accountable for it, how urgent it is."""

    ref: Ref
    name: str
    owner: str | None
    priority: int = NORMAL


class Kind(NamedTuple):
    """What one kind of subject brings along, so that contacts can tell their staff about it.

    `matter(tx, id)`: what it is; None when there is no such thing. `hold(work, relay)`: locks whatever of it is locked
    before a relay. `told(work, relay)`: the staff knows. `shown(work, relay)`: a relay has changed, and whoever watches
    over it sees it.
    """

    matter: Callable[[Tx, str], Matter | None]
    hold: Callable[[Work, Row[Any]], None]
    told: Callable[[Work, Row[Any]], None]
    shown: Callable[[Work, Row[Any]], None]


@dataclass(frozen=True)
class Rung:
    """Something that happens by itself while the staff has not been told."""

    position: int
    deed: str
    due_at: datetime


@dataclass(frozen=True)
class Draft:
    """Words for one contact's staff, and what happens if they are not told."""

    person_id: str
    client_id: str
    text: str
    rungs: Sequence[Rung] = field(default=())


def lay(
    work: Work,
    subject: Ref,
    number: int,
    drafts: Sequence[Draft],
    *,
    priority: int,
    quiet: Quiet | None = None,
    later: timedelta = timedelta(),
    people: Mapping[str, Row[Any]] | None = None,
    accounts: Sequence[Row[Any]] | None = None,
) -> list[str]:
    """Writes these drafts, owes each contact the card and plans the rungs; -> their ids.

    Where it is `quiet` the card is held until that ends, and so much `later`. `people`: the contacts by id, and
    `accounts`: all that they can be reached at, if they were looked up before.
    """
    rows: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    for draft in drafts:
        relay_id = work.new_id("rly")
        rows.append(
            {
                "id": relay_id,
                "subject": str(subject),
                "client_id": draft.client_id,
                "person_id": draft.person_id,
                "number": number,
                "text": draft.text,
                "state": "draft",
                "edited": False,
                "room_id": None,
                "place": "",
                "created_at": work.now,
                "told_at": None,
            }
        )
        plans += [timer(work, relay_id, draft.client_id, rung) for rung in draft.rungs]
    relays.add_relays(work.tx, rows)
    bulk.plan_all(work.tx, plans)
    cards = [(Ref("relay", row["id"]), row["person_id"], row["client_id"]) for row in rows]
    announcing.owe_each(
        work, cards, CARD, priority=priority, quiet=quiet, later=later, people=people, reachable=accounts
    )
    return [row["id"] for row in rows]


def put_aside(work: Work, subject: Ref, number: int, person_id: str = "", *, state: str = "replaced") -> None:
    """Older drafts lose their buttons: something newer is to be told, or (`withdrawn`) nothing any more."""
    ids = relays.put_aside(work.tx, str(subject), number, person_id, state=state)
    broadcasts.wake_relays(work.tx, ids, work.now)


def timer(work: Work, relay_id: str, client_id: str, rung: Rung) -> dict[str, Any]:
    """A row for one rung of one draft."""
    return work.timer(f"relay:{relay_id}", PLAN, rung.deed, rung.due_at, client_id=client_id, position=rung.position)
