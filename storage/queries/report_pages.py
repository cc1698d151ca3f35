"""Reports as lists: how the newest ones of all clients stand, and one client's newest; nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select

from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import Client, Person, Report, ReportReader, ReportRemark
from storage.tables.types import core

reports = core(Report)
readers = core(ReportReader)
clients = core(Client)
people = core(Person)
remarks = core(ReportRemark)

URGENT_FIRST = {"on_hold": 0, "generated": 1, "unreviewed": 2, "released": 3, "reviewed": 4}
"""What somebody has to look at comes first; what a correction has replaced is not listed."""
LISTED_STATES = tuple(URGENT_FIRST)
OUT = tuple(state for state in URGENT_FIRST if state not in ("generated", "on_hold"))

NEWEST = Prepared(select(func.max(reports.c.period)).where(reports.c.kind == bindparam("kind")))
PERIODS = Prepared(
    select(reports.c.period)
    .where(reports.c.kind == bindparam("kind"))
    .distinct()
    .order_by(reports.c.period.desc())
    .limit(bindparam("most"))
)
COUNTS = Prepared(
    select(reports.c.state, func.count().label("many"))
    .where(reports.c.kind == bindparam("kind"), reports.c.period == bindparam("period"))
    .group_by(reports.c.state)
)
_OPEN = (
    select(func.count())
    .where(remarks.c.report_id == reports.c.id, remarks.c.state == "open")
    .scalar_subquery()
    .label("open_remarks")
)
_RANK = case(URGENT_FIRST, value=reports.c.state, else_=9)
LISTED = Prepared(
    select(
        reports,
        clients.c.name.label("client_name"),
        clients.c.slug.label("client_slug"),
        people.c.name.label("reviewer"),
        _OPEN,
    )
    .join(clients, clients.c.id == reports.c.client_id)
    .outerjoin(people, people.c.id == reports.c.reviewed_by)
    .where(reports.c.kind == bindparam("kind"), reports.c.period == bindparam("period"))
    .where(among(reports.c.state, LISTED_STATES))
    .order_by(_RANK, clients.c.name, reports.c.id)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
NEWEST_OF = Prepared(
    select(reports)
    .where(reports.c.client_id == bindparam("client"), reports.c.kind == bindparam("kind"))
    .where(among(reports.c.state, LISTED_STATES))
    .order_by(reports.c.period.desc(), reports.c.number.desc())
    .limit(1)
)
NEWEST_OUT = Prepared(
    select(reports)
    .where(reports.c.client_id == bindparam("client"), reports.c.kind == bindparam("kind"))
    .where(among(reports.c.state, OUT))
    .order_by(reports.c.period.desc(), reports.c.number.desc())
    .limit(1)
)

TO_REVIEW = Prepared(
    select(reports)
    .join(readers, readers.c.report_id == reports.c.id)
    .where(readers.c.person_id == bindparam("person"), reports.c.state == "released")
    .order_by(reports.c.released_at.desc(), reports.c.id)
)


def newest_period(tx: Tx, kind: str) -> str:
    """The last period about which any client has a report of this kind, "" for none."""
    return str(NEWEST.run(tx, kind=kind).scalar_one() or "")


def periods(tx: Tx, kind: str, most: int) -> list[str]:
    """The last periods about which there are reports, the newest first."""
    return [str(row.period) for row in PERIODS.run(tx, kind=kind, most=most)]


def counts(tx: Tx, kind: str, period: str) -> Mapping[str, int]:
    """state -> how many reports about this period."""
    return {row.state: row.many for row in COUNTS.run(tx, kind=kind, period=period)}


def of_period(tx: Tx, kind: str, period: str, *, most: int, skip: int = 0) -> Sequence[Row[Any]]:
    """The reports about a period with `client_name`, `client_slug`, the `reviewer` and how many `open_remarks` there
    are, those that need somebody first, then by client."""
    return LISTED.run(tx, kind=kind, period=period, most=most, skip=skip).all()


def newest_of(tx: Tx, client_id: str, kind: str, *, out: bool) -> Row[Any] | None:
    """A client's newest report; `out`: the newest that its readers have."""
    return (NEWEST_OUT if out else NEWEST_OF).run(tx, client=client_id, kind=kind).one_or_none()


def to_review(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The reports that a reader has and nobody has reviewed, the newest first."""
    return TO_REVIEW.run(tx, person=person_id).all()
