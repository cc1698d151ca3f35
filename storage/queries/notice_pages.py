"""Lists of notices, a page at a time, with how far each has come: one statement a question, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, case, distinct, exists, func, literal, or_, select

from storage.queries import notice_reach
from storage.store import Tx
from storage.tables import Client, Notice, NoticePlace, NoticeUpdate, Person, Receipt, Relay
from storage.tables.types import core

notices = core(Notice)
places = core(NoticePlace)
receipts = core(Receipt)
updates = core(NoticeUpdate)
relays = core(Relay)
clients = core(Client)
people = core(Person)


def _page(by_client: bool, by_state: bool, further: bool, sent: bool) -> Select[Any]:
    """Newest first. One statement a combination: a filter that may be null would keep the index from being used."""
    statement = select(notices).order_by(notices.c.created_at.desc(), notices.c.id.desc()).limit(bindparam("limit_"))
    if by_client:
        of_client = (places.c.notice_id == notices.c.id) & (places.c.client_id == bindparam("client"))
        statement = statement.where(exists().where(of_client))
    if by_state:
        statement = statement.where(notices.c.state == bindparam("state_"))
    if sent:
        statement = statement.where(notices.c.sent_at.is_not(None))
    if further:
        earlier = and_(notices.c.created_at == bindparam("at"), notices.c.id < bindparam("id_"))
        statement = statement.where(or_(notices.c.created_at < bindparam("at"), earlier))
    return statement


PAGES = {choice: _page(*choice) for choice in product((False, True), repeat=4)}
BY_REF = select(notices).where(notices.c.ref == bindparam("ref"))
CLIENTS_OF = (
    select(places.c.notice_id, clients.c.id, clients.c.slug, clients.c.name)
    .join(clients, clients.c.id == places.c.client_id)
    .where(places.c.notice_id.in_(bindparam("notices", expanding=True)))
    .distinct()
    .order_by(clients.c.name, clients.c.id)
)
CONCERNS = (
    select(places.c.client_id)
    .where(places.c.notice_id == bindparam("notice"), places.c.client_id == bindparam("client"))
    .limit(1)
)
_OF: BindParameter[str] = bindparam("notices", expanding=True)
_SUBJECTS: BindParameter[str] = bindparam("subjects", expanding=True)


def _receipts(by_client: bool) -> Select[Any]:
    read = receipts.c.state.in_(("acknowledged", "relayed"))
    conditions = {
        "acknowledged": read,
        **{state: receipts.c.state == state for state in ("covered", "overdue", "undeliverable")},
    }
    counted = select(
        receipts.c.notice_id,
        func.count().label("recipients"),
        *(func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()),
    ).where(receipts.c.notice_id.in_(_OF))
    counted = counted.where(receipts.c.client_id == bindparam("client")) if by_client else counted
    return counted.group_by(receipts.c.notice_id)


def _relayed(by_client: bool) -> Select[Any]:
    """Readers who have told their staff the latest."""
    last = (
        select((literal("notice:") + updates.c.notice_id).label("subject"), func.max(updates.c.number).label("number"))
        .where(updates.c.notice_id.in_(_OF))
        .group_by(updates.c.notice_id)
        .subquery()
    )
    told = (
        select(relays.c.subject, func.count(distinct(relays.c.person_id)).label("relayed"))
        .select_from(relays.outerjoin(last, last.c.subject == relays.c.subject))
        .where(relays.c.subject.in_(_SUBJECTS), relays.c.state.in_(("posted", "informed")))
        .where(relays.c.number == func.coalesce(last.c.number, 0))
    )
    told = told.where(relays.c.client_id == bindparam("client")) if by_client else told
    return told.group_by(relays.c.subject)


COUNTS = {one: (_receipts(one), notice_reach.reached(one), _relayed(one)) for one in (False, True)}
NAMES = select(people.c.id, people.c.name).where(people.c.id.in_(bindparam("people", expanding=True)))

Mark = tuple[datetime, str]
"""Where a page ended: the moment and id of its last row."""


@dataclass(frozen=True)
class Counts:
    """How many people: to be told, reached by at least one message, and how far they have come.

    `acknowledged` counts those who told their staff too.
    """

    recipients: int = 0
    reached: int = 0
    acknowledged: int = 0
    relayed: int = 0
    covered: int = 0
    overdue: int = 0
    undeliverable: int = 0


def page(
    tx: Tx, *, client_id: str | None, state: str | None, after: Mark | None, limit: int, sent: bool = False
) -> Sequence[Row[Any]]:
    """Notices, newest first, about one client and in one state where given, after the row that `after` names.

    `sent`: only what was ever sent, no drafts.
    """
    values: dict[str, Any] = {"limit_": limit}
    if client_id is not None:
        values["client"] = client_id
    if state is not None:
        values["state_"] = state
    if after is not None:
        values |= {"at": after[0], "id_": after[1]}
    return tx.execute(PAGES[client_id is not None, state is not None, after is not None, sent], values).all()


def by_ref(tx: Tx, ref: str) -> Row[Any] | None:
    """A notice by the reference people use ("N-3")."""
    return tx.execute(BY_REF, {"ref": ref}).one_or_none()


def concerns(tx: Tx, notice_id: str, client_id: str) -> bool:
    """Whether a notice is about this client."""
    return tx.execute(CONCERNS, {"notice": notice_id, "client": client_id}).first() is not None


def clients_of(tx: Tx, notice_ids: Sequence[str]) -> Mapping[str, Sequence[Row[Any]]]:
    """notice -> its clients (`id`, `slug`, `name`) by name."""
    found: dict[str, list[Any]] = {id_: [] for id_ in notice_ids}
    if notice_ids:
        for row in tx.execute(CLIENTS_OF, {"notices": list(notice_ids)}):
            found[row.notice_id].append(row)
    return found


def counts(tx: Tx, notice_ids: Sequence[str], client_id: str | None = None) -> dict[str, Counts]:
    """notice -> how far its readers have come; of one client where given. Nobody told: no entry. Three statements:
    as one, SQLite compares every reader with every delivery."""
    if not notice_ids:
        return {}
    values: dict[str, Any] = {"notices": list(notice_ids), "subjects": [f"notice:{id_}" for id_ in notice_ids]}
    if client_id is not None:
        values["client"] = client_id
    told, shown, relayed = (tx.execute(statement, values) for statement in COUNTS[client_id is not None])
    reached = notice_reach.seen(shown.all())
    informed = {row.subject.partition(":")[2]: row.relayed for row in relayed}
    states = ("recipients", "acknowledged", "covered", "overdue", "undeliverable")
    return {
        row.notice_id: Counts(
            **{name: int(getattr(row, name)) for name in states},
            reached=reached.get(row.notice_id, 0),
            relayed=informed.get(row.notice_id, 0),
        )
        for row in told
    }


def names(tx: Tx, person_ids: Iterable[str]) -> dict[str, str]:
    """person -> name."""
    ids = sorted(set(person_ids))
    return {row.id: row.name for row in tx.execute(NAMES, {"people": ids})} if ids else {}
