"""Selects and writes of pulses, and of the signs that a relationship is not as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Feedback, Pulse, Report
from storage.tables.types import core

pulses = core(Pulse)
reports = core(Report)
feedback = core(Feedback)

_OF_ID = select(pulses).where(pulses.c.id == bindparam("id"))
PULSE = Prepared(_OF_ID)
LOCKED = Prepared(_OF_ID.with_for_update())
_OF_CLIENT = select(pulses).where(pulses.c.client_id == bindparam("client"))
_NEWEST = (pulses.c.asked_at.desc(), pulses.c.id.desc())
LATEST = Prepared(_OF_CLIENT.order_by(*_NEWEST).limit(1))
LAST_LOGGED = Prepared(
    _OF_CLIENT.where(pulses.c.state == "logged").order_by(pulses.c.logged_at.desc(), pulses.c.id.desc()).limit(1)
)
FOR_STAFF = Prepared(
    select(pulses)
    .where(pulses.c.owner_id == bindparam("person"), pulses.c.state != "skipped", pulses.c.settled_at.is_(None))
    .order_by(pulses.c.asked_at, pulses.c.id)
)
MOST_REPORTS = 10


def pulse(tx: Tx, id_: str) -> Row[Any] | None:
    """A pulse by id."""
    return PULSE.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """A pulse by id, its row locked until the transaction ends: every transition begins here."""
    return LOCKED.run(tx, id=id_).one_or_none()


def latest(tx: Tx, client_id: str) -> Row[Any] | None:
    """A client's last pulse, whatever has become of it; None before the first."""
    return LATEST.run(tx, client=client_id).one_or_none()


def last_logged(tx: Tx, client_id: str) -> Row[Any] | None:
    """The last one that was logged: it says how the relationship is."""
    return LAST_LOGGED.run(tx, client=client_id).one_or_none()


def of_client(tx: Tx, client_id: str, most: int = 20) -> Sequence[Row[Any]]:
    """A client's pulses, the newest first."""
    mine = select(pulses).where(pulses.c.client_id == client_id)
    return tx.execute(mine.order_by(*_NEWEST).limit(most)).all()


def for_staff(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What is asked of this person of the provider, or suggested and not settled, oldest first."""
    return FOR_STAFF.run(tx, person=person_id).all()


def ask(tx: Tx, values: Mapping[str, Any]) -> bool:
    """A new pulse; False when the one of this client and day is there."""
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    fresh = insert(pulses).values(**values).on_conflict_do_nothing(index_elements=["client_id", "period"])
    return tx.execute(fresh.returning(pulses.c.id)).first() is not None


def change(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a pulse."""
    _changing(*sorted(values)).run(tx, pulse=id_, **{f"new_{name}": value for name, value in values.items()})


@cache
def _changing(*names: str) -> Prepared:
    new = {name: bindparam(f"new_{name}", type_=pulses.c[name].type) for name in names}
    return Prepared(update(pulses).where(pulses.c.id == bindparam("pulse")).values(**new))


# ------------------------------------------------------------------ signs


def unreviewed_in_a_row(tx: Tx, client_id: str) -> int:
    """How many weekly reports, counted back from the last one that is over, nobody has reviewed; MOST_REPORTS at most.

    A report that was corrected counts by its last number; one that is still to be reviewed does not count.
    """
    last = (
        select(reports.c.period, func.max(reports.c.number).label("number"))
        .where(reports.c.client_id == client_id, reports.c.kind == "case_report")
        .group_by(reports.c.period)
        .subquery()
    )
    newest = (
        select(reports.c.state)
        .join(last, (reports.c.period == last.c.period) & (reports.c.number == last.c.number))
        .where(
            reports.c.client_id == client_id,
            reports.c.kind == "case_report",
            reports.c.state.in_(("reviewed", "unreviewed")),
        )
        .order_by(reports.c.period.desc())
        .limit(MOST_REPORTS)
    )
    found = 0
    for state in tx.execute(newest).scalars():
        if state != "unreviewed":
            break
        found += 1
    return found


def lowest_opinion(tx: Tx, client_id: str, since: datetime) -> int | None:
    """The lowest opinion from 1 to 5 that somebody of this client gave since then; None when nobody gave any."""
    where = (feedback.c.client_id == client_id) & (feedback.c.kind == "csat") & (feedback.c.answered_at > since)
    return tx.scalar(select(func.min(feedback.c.score)).where(where))
