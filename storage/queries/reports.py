"""Reports as rows: one with its readers and remarks, those of a client, and what changes about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import Case, Client, Delivery, Report, ReportReader, ReportRemark
from storage.tables.types import core

reports = core(Report)
readers = core(ReportReader)
remarks = core(ReportRemark)
cases = core(Case)
clients = core(Client)
deliveries = core(Delivery)

UNRELEASED = ("generated", "on_hold")
"""Nobody of the client has seen it."""
OUT = ("released", "reviewed", "unreviewed")
"""It went to its readers and is the one that counts."""

REPORT = Prepared(select(reports).where(reports.c.id == bindparam("id")))
REPORT_LOCKED = Prepared(select(reports).where(reports.c.id == bindparam("id")).with_for_update(key_share=True))
OF_PERIOD = Prepared(
    select(reports)
    .join(clients, clients.c.id == reports.c.client_id)
    .where(clients.c.slug == bindparam("slug"), reports.c.period == bindparam("period"))
    .order_by(reports.c.number.desc())
)
READERS = Prepared(
    select(readers)
    .where(readers.c.report_id == bindparam("report"))
    .order_by(readers.c.since, readers.c.why.desc(), readers.c.id)
)
REMARKS = Prepared(
    select(remarks, cases.c.external_id, cases.c.title)
    .join(cases, cases.c.id == remarks.c.case_id, isouter=True)
    .where(remarks.c.report_id == bindparam("report"))
    .order_by(remarks.c.at, remarks.c.id)
)
REACHED = Prepared(
    select(deliveries.c.person_id, func.min(deliveries.c.reached_at).label("reached_at"))
    .where(deliveries.c.subject == bindparam("of"), deliveries.c.person_id.is_not(None))
    .where(deliveries.c.reached_at.is_not(None))
    .group_by(deliveries.c.person_id)
)
SUCCESSOR = Prepared(select(reports).where(reports.c.supersedes == bindparam("before")))
EARLIER = Prepared(
    select(reports.c.id)
    .where(reports.c.client_id == bindparam("client"), reports.c.kind == bindparam("kind"))
    .where(reports.c.period < bindparam("period"))
    .limit(1)
)
ALIVE_OF_CLIENT = Prepared(
    select(reports)
    .where(reports.c.client_id == bindparam("client"), among(reports.c.state, (*UNRELEASED, "released")))
    .order_by(reports.c.generated_at, reports.c.id)
)


def report(tx: Tx, id_: str) -> Row[Any] | None:
    """A report by id."""
    return REPORT.run(tx, id=id_).one_or_none()


def of_period(tx: Tx, slug: str, period: str) -> Row[Any] | None:
    """The latest report of the client with this slug about this period."""
    return OF_PERIOD.run(tx, slug=slug, period=period).first()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """The same, locked until the transaction ends."""
    return REPORT_LOCKED.run(tx, id=id_).one_or_none()


def readers_of(tx: Tx, report_id: str) -> Sequence[Row[Any]]:
    """Whom a report is for, the first one first."""
    return READERS.run(tx, report=report_id).all()


def remarks_of(tx: Tx, report_id: str) -> Sequence[Row[Any]]:
    """What was said about a report, the first one first, with `external_id` and `title` of the case it is about."""
    return REMARKS.run(tx, report=report_id).all()


def reached(tx: Tx, report_id: str) -> Mapping[str, datetime]:
    """person -> when a card of the report was first shown to them."""
    return {row.person_id: row.reached_at for row in REACHED.run(tx, of=f"report:{report_id}")}


def successor(tx: Tx, report_id: str) -> Row[Any] | None:
    """The correction that took its place."""
    return SUCCESSOR.run(tx, before=report_id).one_or_none()


def alive_of_client(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """A client's reports that still go somewhere by themselves: not out yet, or out and not reviewed."""
    return ALIVE_OF_CLIENT.run(tx, client=client_id).all()


def has_earlier(tx: Tx, client_id: str, kind: str, period: str) -> bool:
    """Whether a client has a report of this kind about an earlier period."""
    return EARLIER.run(tx, client=client_id, kind=kind, period=period).first() is not None


def change_report(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a report, which has a new version."""
    changed = update(reports).where(reports.c.id == id_)
    tx.execute(changed.values(version=reports.c.version + 1, **values))


def add_report(tx: Tx, values: Mapping[str, Any]) -> str | None:
    """A new report; -> its id, None when the same (client, kind, period, number) was written before."""
    dialect = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    statement = dialect(reports).values(**values).on_conflict_do_nothing().returning(reports.c.id)
    return tx.execute(statement).scalar_one_or_none()


def add_reader(tx: Tx, values: Mapping[str, Any]) -> bool:
    """Somebody more whom a report is for; False for who was that before."""
    dialect = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    statement = dialect(readers).values(**values).on_conflict_do_nothing().returning(readers.c.id)
    return tx.execute(statement).scalar_one_or_none() is not None


def drop_readers(tx: Tx, report_id: str, person_ids: Collection[str]) -> None:
    """These people are not its readers any more."""
    where = (readers.c.report_id == report_id) & readers.c.person_id.in_(sorted(person_ids))
    tx.execute(delete(readers).where(where))


def listed(
    tx: Tx,
    *,
    client_id: str = "",
    kind: str = "",
    state: str = "",
    before: tuple[datetime, str] | None,
    most: int,
    only_out: bool = False,
) -> Sequence[Row[Any]]:
    """Reports, the newest first, beyond the one (generated_at, id) at which the page before ended.

    `only_out`: not those that nobody of the client has seen.
    """
    found: Select[Any] = select(reports)
    if only_out:
        found = found.where(reports.c.state.not_in(UNRELEASED))
    for column, value in ((reports.c.client_id, client_id), (reports.c.kind, kind), (reports.c.state, state)):
        found = found.where(column == value) if value else found
    if before is not None:
        at, id_ = before
        older = (reports.c.generated_at < at) | ((reports.c.generated_at == at) & (reports.c.id < id_))
        found = found.where(older)
    return tx.execute(found.order_by(reports.c.generated_at.desc(), reports.c.id.desc()).limit(most)).all()
