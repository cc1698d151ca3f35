"""What contacts have said about reports and cases, and what the provider answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Case, Client, Person, Report, ReportRemark
from storage.tables.types import core

remarks = core(ReportRemark)
cases = core(Case)
clients = core(Client)
people = core(Person)
reports = core(Report)

_NAMED = (
    select(
        remarks,
        people.c.name.label("person_name"),
        people.c.timezone.label("person_timezone"),
        clients.c.name.label("client_name"),
        cases.c.external_id.label("case_name"),
        cases.c.title.label("case_title"),
        cases.c.state.label("case_state"),
        cases.c.url.label("case_url"),
        reports.c.kind.label("report_kind"),
        reports.c.period.label("report_period"),
    )
    .join(people, people.c.id == remarks.c.person_id)
    .join(clients, clients.c.id == remarks.c.client_id)
    .outerjoin(cases, cases.c.id == remarks.c.case_id)
    .outerjoin(reports, reports.c.id == remarks.c.report_id)
)
BY_ID = Prepared(_NAMED.where(remarks.c.id == bindparam("id")))
OF_CASE = Prepared(_NAMED.where(remarks.c.case_id == bindparam("case_id")).order_by(remarks.c.at, remarks.c.id))
OF_REPORT = Prepared(_NAMED.where(remarks.c.report_id == bindparam("report_id")).order_by(remarks.c.at, remarks.c.id))
OPEN_OF = Prepared(
    _NAMED.where(remarks.c.client_id == bindparam("client"), remarks.c.state == "open").order_by(
        remarks.c.at, remarks.c.id
    )
)
ABOUT = Prepared.with_lists(
    lambda one_of: select(remarks.c.id, remarks.c.case_id).where(one_of(remarks.c.case_id, "cases"))
)


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """Something that was said."""
    tx.execute(insert(remarks).values(**values))


def remark(tx: Tx, id_: str) -> Row[Any] | None:
    """One with the names of who said it, of the client, and of the case and the report it is about."""
    return BY_ID.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """The bare row, locked until the transaction ends."""
    return tx.execute(select(remarks).where(remarks.c.id == id_).with_for_update()).one_or_none()


def change(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of one."""
    tx.execute(update(remarks).where(remarks.c.id == id_).values(**values))


def of_case(tx: Tx, case_id: str) -> Sequence[Row[Any]]:
    """Everything that was said about a case, the first first."""
    return OF_CASE.run(tx, case_id=case_id).all()


def of_report(tx: Tx, report_id: str) -> Sequence[Row[Any]]:
    """Everything that was said about a report, the first first."""
    return OF_REPORT.run(tx, report_id=report_id).all()


def open_of(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """What of a client waits for an answer of the provider, the oldest first."""
    return OPEN_OF.run(tx, client=client_id).all()


def about(tx: Tx, case_ids: Collection[str]) -> Sequence[Row[Any]]:
    """(id, case_id) of everything that was said about these cases."""
    return ABOUT.run(tx, cases=sorted(case_ids)).all()
