"""Owes a notice's messages to thousands of readers in a few statements, and wakes those copies that one event changes.

A click may not wait for other readers' rows: who acknowledges touches the own copies and the boards, nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.personal import personal
from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import Delivery, Identity, NoticeUpdate, Person, Receipt, Workspace
from storage.tables.delivery import A_LIST, AGAIN, HELD, LISTED, LIVE, OVER, PAGES_KEPT_TRUE
from storage.tables.types import Instant, core

deliveries = core(Delivery)
receipts = core(Receipt)
identities = core(Identity)
people = core(Person)
workspaces = core(Workspace)
steps = core(NoticeUpdate)
_d = deliveries.c

CHUNK = 5_000
"""So many ids in one statement: SQLite takes some 32,000 parameters."""

_BOARDS = select(_d.id).where(_d.subject == bindparam("of"), LIVE).order_by(_d.id).with_for_update()
_WAKE_BOARDS = Prepared(update(deliveries).where(_d.id.in_(_BOARDS)).values(**AGAIN))
_WAKE_RELAYS = Prepared.with_lists(
    lambda one_of: update(deliveries).where(one_of(_d.subject, "subjects"), LIVE).values(**AGAIN)
)
_HERE = (workspaces.c.platform == identities.c.platform) & (workspaces.c.org == identities.c.org)
ACCOUNTS = Prepared.with_lists(
    lambda one_of: (
        select(identities)
        .join(workspaces, _HERE)
        .where(identities.c.reachable, workspaces.c.state != "removed", one_of(identities.c.person_id, "people"))
        .order_by(identities.c.id)
    )
)
PEOPLE = Prepared.with_lists(lambda one_of: select(people).where(one_of(people.c.id, "people")))


def owe_readers(
    tx: Tx,
    notice_id: str,
    purpose: str,
    states: Collection[str],
    now: datetime,
    *,
    id_prefix: str,
    priority: int,
    follows: str = "",
    among: Collection[str] | None = None,
) -> None:
    """A message of this purpose for every live account of every receipt in these states (of these people, if given).

    Somebody whose first card is still held gets none that follows it: that card says everything when it is shown.
    Nor does somebody whose first card was over before it was sent.
    """
    subject = f"notice:{notice_id}"
    here = (workspaces.c.platform == identities.c.platform) & (workspaces.c.org == identities.c.org)
    values: dict[str, Any] = {
        "id": literal(f"{id_prefix}.") + identities.c.id,
        "subject": literal(subject),
        "purpose": literal(purpose),
        "identity_id": identities.c.id,
        "person_id": identities.c.person_id,
        "follows": literal(follows),
        "client_id": receipts.c.client_id,
        "lane": identities.c.platform + literal(":") + identities.c.org,
        "priority": literal(priority),
        "wanted": literal(1),
        "shown": literal(0),
        "state": literal("owed"),
        "due_at": literal(now, Instant()),
        "attempts": literal(0),
        "repeats": literal(0),
        "error": literal(""),
        "created_at": literal(now, Instant()),
    }
    found = (
        select(*values.values())
        .select_from(receipts)
        .join(identities, identities.c.person_id == receipts.c.person_id)
        .join(workspaces, here)
        .where(receipts.c.notice_id == notice_id, receipts.c.state.in_(sorted(states)))
        .where(identities.c.reachable, workspaces.c.state != "removed")
    )
    if among is not None:
        found = found.where(receipts.c.person_id.in_(sorted(among)))
    if follows:
        first = deliveries.alias("first").c
        leader = (first.subject == subject) & (first.purpose == follows) & (first.identity_id == identities.c.id)
        held = (first.state == "owed") & (first.due_at > now)
        over = (first.state == "dropped") & (first.error == OVER)
        found = found.where(~exists().where(leader, first.message.is_(None), held | over))
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    tx.execute(insert(deliveries).from_select(list(values), found).on_conflict_do_nothing())


def hold(tx: Tx, subject: str, purpose: str, until: Mapping[str, datetime]) -> None:
    """These people get this message only at their moment."""
    moments: dict[datetime, list[str]] = {}
    for person_id, moment in until.items():
        moments.setdefault(moment, []).append(person_id)
    for moment, whose in moments.items():
        for some in chunks(whose):
            where = (_d.subject == subject) & (_d.purpose == purpose) & _d.person_id.in_(some)
            tx.execute(update(deliveries).where(where, _d.message.is_(None)).values(due_at=moment))


def release(tx: Tx, subject: str, purpose: str, now: datetime) -> None:
    """What was held, or stands in a list of what is held, goes now: it has become more urgent."""
    held = (_d.state == "owed") & (_d.due_at > now)
    where = (_d.subject == subject) & (_d.purpose == purpose) & _d.message.is_(None) & (held | (_d.state == "dropped"))
    tx.execute(update(deliveries).where(where).values(state="owed", due_at=now, priority=1, error=""))


def crowded(tx: Tx, subject: str, purpose: str, now: datetime) -> Sequence[Row[Any]]:
    """(identity_id, person_id, client_id, lane, priority, due_at) of accounts for which several things are held until
    one moment, this message being one of them."""
    mine = select(_d.identity_id).where(_d.subject == subject, _d.purpose == purpose, _d.due_at > now)
    several = (
        select(
            _d.identity_id,
            _d.due_at,
            *(func.max(_d[name]).label(name) for name in ("person_id", "client_id", "lane")),
            func.min(_d.priority).label("priority"),
        )
        .where(_d.identity_id.in_(mine), HELD, _d.due_at > now)
        .group_by(_d.identity_id, _d.due_at)
        .having(func.count() > 1)
    )
    rows: Sequence[Row[Any]] = list(tx.execute(several))
    return rows


def drop_for_list(tx: Tx, held: Sequence[Row[Any]]) -> None:
    """What these accounts (see `crowded`) were to get one by one will stand in one list instead."""
    drop = (
        update(deliveries)
        .where(
            _d.identity_id == bindparam("whose"),
            _d.due_at == bindparam("until", type_=Instant()),
            HELD,
            _d.subject != bindparam("list"),
        )
        .values(state="dropped", error=LISTED)
    )
    if held:
        rows = [{"whose": one.identity_id, "until": one.due_at, "list": f"person:{one.person_id}"} for one in held]
        tx.execute(drop, rows)


def accounts_of(tx: Tx, person_ids: Collection[str]) -> Sequence[Row[Any]]:
    """The reachable accounts of these people, as in `directory.accounts_of`, however many there are."""
    return ACCOUNTS.run(tx, people=sorted(set(person_ids))).all()


def people_of(tx: Tx, person_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """These people, however many there are."""
    return PEOPLE.run(tx, people=list(person_ids)).all() if person_ids else []


def _changing(notice_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Of a notice's messages those that change: what was said at a step stays as it was said, unless it asks anew."""
    asking = select(literal("update:") + cast(steps.c.number, String))
    asking = asking.where(steps.c.notice_id == notice_id, steps.c.what == "reopened")
    return ~_d.purpose.startswith("update:") | _d.purpose.in_(asking)


def wake_cards(tx: Tx, notice_id: str, before: int, now: datetime) -> None:
    """Every reader's card shows what is true now, and the message of the step `before` no longer promises the next."""
    where = (_d.subject == f"notice:{notice_id}") & (_changing(notice_id) | (_d.purpose == f"update:{before}")) & LIVE
    tx.execute(update(deliveries).where(where).values(**AGAIN), {"now": now})


def _wake_reader(*, listed: bool) -> Prepared:
    of, lists = bindparam("of", type_=String), bindparam("list", type_=String)
    recent = _d.created_at > bindparam("since", type_=Instant())
    here = _d.subject == of
    theirs = ((here & _changing(bindparam("notice"))) | ((_d.subject == lists) & recent)) & LIVE
    again: tuple[str, ...] = ("settled",)
    if listed:
        again = ("settled", "dropped")
        theirs |= here & (_d.purpose == bindparam("first")) & (_d.state == "dropped") & (_d.error == LISTED)
    asleep, now = among(_d.state, again), bindparam("now", type_=Instant())
    return personal(
        lambda own: (
            update(deliveries)
            .where(_d.subject.in_([of, lists]), own, theirs)
            .values(
                wanted=_d.wanted + 1,
                state=case((asleep, "owed"), else_=_d.state),
                due_at=case((asleep, now), else_=_d.due_at),
                error=case((_d.state == "dropped", ""), else_=_d.error),
                priority=0,
            )
        )
    )


_WAKE_READER = {listed: _wake_reader(listed=listed) for listed in (False, True)}


def wake_reader(tx: Tx, notice_id: str, person_id: str, now: datetime, *, first: str = "") -> None:
    """One reader's own copies, and the lists on which the notice stands, show what is true now, at once.

    `first`: the purpose of a card that is wanted after all, if it gave way to a list of what waited.
    """
    _WAKE_READER[bool(first)].run(
        tx,
        notice=notice_id,
        of=f"notice:{notice_id}",
        list=f"person:{person_id}",
        whose=person_id,
        first=first,
        since=now - PAGES_KEPT_TRUE,
        now=now,
    )


def wake_lists(tx: Tx, notice_id: str, now: datetime) -> None:
    """The recent lists of what waits, of everybody who reads this notice, show what is true now."""
    readers = select(literal("person:") + receipts.c.person_id).where(receipts.c.notice_id == notice_id)
    listed = _d.subject.in_(readers) & A_LIST & (_d.created_at > now - PAGES_KEPT_TRUE) & _d.message.is_not(None) & LIVE
    pages = select(_d.id).where(listed).order_by(_d.id).with_for_update()
    tx.execute(update(deliveries).where(_d.id.in_(pages)).values(**AGAIN), {"now": now})


def wake_boards(tx: Tx, notice_id: str, now: datetime) -> None:
    """The boards of a notice show what is true now. Locked in one order: many acknowledge side by side."""
    _WAKE_BOARDS.run(tx, of=f"board:{notice_id}", now=now)


def refresh_boards(tx: Tx, notice_id: str, now: datetime) -> None:
    """Those boards are drawn again that were drawn before the latest message of the notice arrived somewhere."""
    arrived = select(func.max(_d.reached_at)).where(_d.subject == f"notice:{notice_id}").scalar_subquery()
    stale = (_d.subject == f"board:{notice_id}") & LIVE & (_d.settled_at <= arrived)
    mine = select(_d.id).where(stale).order_by(_d.id).with_for_update()
    tx.execute(update(deliveries).where(_d.id.in_(mine)).values(**AGAIN), {"now": now})


def wake_relays(tx: Tx, ids: Sequence[str], now: datetime) -> None:
    """These drafts show what is true now."""
    if ids:
        _WAKE_RELAYS.run(tx, subjects=[f"relay:{id_}" for id_ in ids], now=now)


def drop_held_updates(tx: Tx, notice_id: str, now: datetime) -> None:
    """Of news that came in the night only the latest is told in the morning."""
    held = (_d.state == "owed") & _d.message.is_(None) & (_d.due_at > now)
    where = (_d.subject == f"notice:{notice_id}") & _d.purpose.startswith("update:") & held
    tx.execute(update(deliveries).where(where).values(state="dropped", error="something newer is told"))


def told_since(tx: Tx, notice_id: str, like: str) -> datetime | None:
    """When the latest message whose purpose begins so was owed."""
    where = (_d.subject == f"notice:{notice_id}") & _d.purpose.startswith(like, autoescape=True)
    moment: datetime | None = tx.scalar(select(func.max(_d.created_at)).where(where))
    return moment


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at a time that a statement can take them."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
