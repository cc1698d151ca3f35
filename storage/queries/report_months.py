"""What an executive summary has beyond a case report, for many clients at once: outages, decisions, repetitions, talks.

All moments are aware instants; see `storage.queries.report_figures` for what `ids` have in common.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, or_, select

from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import ApprovalRequest, Case, Notice, NoticePlace, Touchpoint
from storage.tables.types import core

cases = core(Case)
notices = core(Notice)
places = core(NoticePlace)
approvals = core(ApprovalRequest)
talks = core(Touchpoint)


def _at(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=cases.c.opened_at.type)


_FROM, _UNTIL = _at("since"), _at("until")
_n = notices.c
OUTAGES = Prepared.with_lists(
    lambda one_of: (
        select(places.c.client_id, _n.id, _n.ref, _n.title, _n.severity, _n.started_at, _n.resolved_at)
        .distinct()
        .join(notices, _n.id == places.c.notice_id)
        .where(one_of(places.c.client_id, "ids"), _n.kind == "outage", ~among(_n.state, ("draft", "cancelled")))
        .where(_n.started_at < _UNTIL, or_(_n.resolved_at.is_(None), _n.resolved_at > _FROM))
        .order_by(_n.started_at, _n.id)
    )
)
_a = approvals.c
DECIDED = Prepared.with_lists(
    lambda one_of: (
        select(
            _a.client_id,
            _a.state,
            _a.currency,
            func.count().label("n"),
            func.coalesce(func.sum(_a.commitment_minor), 0).label("minor"),
        )
        .where(one_of(_a.client_id, "ids"), among(_a.state, ("approved", "fulfilled", "rejected", "expired")))
        .where(_a.closed_at >= _FROM, _a.closed_at < _UNTIL)
        .group_by(_a.client_id, _a.state, _a.currency)
    )
)
_c = cases.c
REPEATED = Prepared.with_lists(
    lambda one_of: (
        select(_c.client_id, _c.category, _c.device, func.count().label("n"))
        .where(one_of(_c.client_id, "ids"), _c.opened_at >= _at("long"), _c.opened_at < _UNTIL)
        .where(_c.category != "")
        .group_by(_c.client_id, _c.category, _c.device)
        .having(func.count() >= bindparam("often"))
        .order_by(func.count().desc(), _c.category, _c.device)
    )
)
_t = talks.c
TALKS = Prepared.with_lists(
    lambda one_of: (
        select(_t.client_id, _t.id, _t.kind, _t.title, _t.starts_at.label("at"))
        .where(one_of(_t.client_id, "ids"), _t.state == "confirmed", _t.starts_at >= _at("now"))
        .where(_t.starts_at < _at("horizon"))
        .order_by(_t.starts_at, _t.id)
    )
)
PER_CLIENT: Mapping[str, Prepared] = {
    "outages": OUTAGES,
    "decided": DECIDED,
    "repeated": REPEATED,
    "talks": TALKS,
}


def facts(
    tx: Tx,
    ids: Collection[str],
    *,
    since: datetime,
    until: datetime,
    long: datetime,
    often: int,
    now: datetime,
    horizon: datetime,
) -> Mapping[str, Mapping[str, Sequence[Row[Any]]]]:
    """Name of the statement -> client -> its rows.

    `long`: since when what was reported `often` counts as repeated. `horizon`: talks until then are named.
    """
    given = {"ids": sorted(ids), "since": since, "until": until, "long": long, "often": often, "now": now}
    found: dict[str, dict[str, list[Row[Any]]]] = {}
    for name, statement in PER_CLIENT.items():
        rows = found.setdefault(name, {})
        for row in statement.run(tx, **given, horizon=horizon):
            rows.setdefault(row.client_id, []).append(row)
    return found
