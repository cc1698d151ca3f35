"""What a weekly report costs: counted, checked, frozen, journalled and owed, against the bare aggregation in SQL.

Two sizes side by side show that one report costs the same however many clients there are. `BENCH_REPORT_CLIENTS`
makes both smaller for a quick look.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import books, databases
from bench.floor import Floor, open_floor
from bench.harness import Times, in_turn, say
from bot import interpreter
from handlers.commands import ITSELF, Event, System
from handlers.desk import Desk
from handlers.mechanisms.reports.periods import period_of
from schedules import reports
from schedules.reports import TOGETHER
from storage.store import Store

SIZES = {"sqlite": (500, 2_000), "postgresql": (1_000, 10_000)}
"""Clients, with a hundred cases each."""
WARM_UP = 1
"""Batches of each size that are not counted."""
ALONE = 10
"""So many clients are aggregated one by one in a turn."""
TURNS = 60
"""So many batches of each size are timed at most; the others are written afterwards, so that all are."""
PERIOD = period_of("2026-W24", "America/New_York")
NOW = datetime(2026, 6, 15, 7, tzinfo=ZoneInfo("America/New_York"))
OPEN = "opened_at < :until AND (closed_at IS NULL OR closed_at >= :until)"
ANSWERED = "coalesce(responded_at, closed_at)"
ASKED = f"response_due_at IS NOT NULL AND ({ANSWERED} IS NOT NULL OR response_due_at <= :now)"
FLOOR = (
    *(
        f"SELECT client_id, CASE {{weeks}} END AS week, count(*) FROM support_case WHERE client_id {{ids}}"
        f" AND {moment} >= :cut0 AND {moment} < :until GROUP BY 1, 2"
        for moment in ("opened_at", "closed_at")
    ),
    "SELECT client_id, sum(CASE WHEN opened_at < :since THEN 1 ELSE 0 END),"
    " sum(CASE WHEN closed_at IS NULL OR closed_at >= :until THEN 1 ELSE 0 END),"
    f" sum(CASE WHEN {OPEN} AND state = 'waiting_on_client' THEN 1 ELSE 0 END),"
    + ",".join(f" sum(CASE WHEN {OPEN} AND opened_at > :age{n} THEN 1 ELSE 0 END)" for n in range(4))
    + " FROM support_case WHERE client_id {ids} AND opened_at < :until AND (closed_at IS NULL OR closed_at >= :since)"
    " GROUP BY client_id",
    "SELECT * FROM (SELECT client_id, id, external_id, title, state, priority, opened_at, waiting_since,"
    " row_number() OVER (PARTITION BY client_id ORDER BY opened_at, id) AS oldest,"
    " row_number() OVER (PARTITION BY client_id ORDER BY CASE WHEN state = 'waiting_on_client' THEN 0 ELSE 1 END,"
    " coalesce(waiting_since, opened_at), id) AS longest FROM support_case"
    f" WHERE client_id {{ids}} AND {OPEN}) AS named"
    " WHERE oldest <= 25 OR (longest <= 25 AND state = 'waiting_on_client')",
    f"SELECT client_id, priority, category, requester, count(*), sum(CASE WHEN {ASKED} THEN 1 ELSE 0 END),"
    f" sum(CASE WHEN {ASKED} AND response_due_at >= {ANSWERED} THEN 1 ELSE 0 END) FROM support_case"
    " WHERE client_id {ids} AND opened_at >= :since AND opened_at < :until GROUP BY 1, 2, 3, 4",
    "SELECT client_id, priority, count(*), count(resolution_due_at),"
    " sum(CASE WHEN closed_at <= resolution_due_at THEN 1 ELSE 0 END) FROM support_case"
    " WHERE client_id {ids} AND closed_at >= :since AND closed_at < :until GROUP BY 1, 2",
    "SELECT client_id, count(*) FROM support_case"
    " WHERE client_id {ids} AND reopened_at >= :since AND reopened_at < :until GROUP BY 1",
    "SELECT client_id, count(*), sum(CASE WHEN score >= 4 THEN 1 ELSE 0 END) FROM feedback WHERE client_id {ids}"
    " AND kind = 'csat' AND score IS NOT NULL AND answered_at >= :since AND answered_at < :until GROUP BY 1",
    "SELECT client_id, count(*) FROM feedback"
    " WHERE client_id {ids} AND kind = 'csat' AND asked_at >= :since AND asked_at < :until GROUP BY 1",
    "SELECT client_id, id, work, closed_at FROM downtime WHERE client_id {ids} AND state = 'accepted'"
    " AND life = 'completed' AND closed_at >= :since AND closed_at < :until",
    "SELECT client_id, id, work, starts_at FROM downtime WHERE client_id {ids} AND state = 'accepted'"
    " AND life IN ('scheduled', 'announced') AND starts_at > :now",
    "SELECT client_id, id, ref, title, expires_at FROM approval_request WHERE client_id {ids} AND state = 'pending'",
    "SELECT client_id, week, result, text, at FROM health_check"
    " WHERE client_id {ids} AND week IN ('2026-W23', '2026-W24')",
)
"""What the figures of a week are aggregated from, as one would ask at a prompt, for as many clients at once."""


@dataclass
class Size:
    """A house whose reports are due, and the floor on the same rows."""

    clients: int
    store: Store
    desk: Desk
    floor: Floor
    ids: Sequence[str]
    written: int = 0
    asked: int = 0

    async def write(self) -> None:
        """One batch, as the clock has it written."""
        (batch,) = reports.batches(self.store, NOW)
        outcome = self.desk.perform(batch, Event(ITSELF, NOW, System("the clock"), "tick"))
        assert outcome.facts["written"] == min(TOGETHER, self.clients)
        self.written += int(outcome.facts["written"])

    async def aggregate(self) -> None:
        """The bare aggregation for as many clients."""
        start = self.asked % len(self.ids)
        some = list(self.ids[start : start + TOGETHER])
        self.asked += len(some)
        found = [self.floor.rows(statement, given(self.store.dialect, some)) for statement in floor(self.store.dialect)]
        assert sum(row[2] for row in found[0]) > 0

    async def aggregate_each(self) -> None:
        """The same for a few clients, one after the other, as whoever writes one report at a time would ask."""
        for number in range(ALONE):
            one = [self.ids[(self.asked + number) % len(self.ids)]]
            found = [self.floor.rows(what, given(self.store.dialect, one)) for what in floor(self.store.dialect)]
            assert sum(row[2] for row in found[0]) > 0

    def finish(self) -> None:
        """Everything that is still due is written."""
        while batches := reports.batches(self.store, NOW):
            outcome = self.desk.perform(batches[0], Event(ITSELF, NOW, System("the clock"), "tick"))
            self.written += int(outcome.facts["written"])


def floor(dialect: str) -> list[str]:
    """The statements as a driver takes them."""
    weeks = " ".join(f"WHEN {{moment}} < :cut{number} THEN {number - 1}" for number in range(1, 8)) + " ELSE 7"
    ids = "IN (SELECT value FROM json_each(:ids))" if dialect == "sqlite" else "= ANY(:ids)"
    found = []
    for statement in FLOOR:
        column = "closed_at" if "closed_at >= :cut0" in statement else "opened_at"
        found.append(statement.replace("{weeks}", weeks.replace("{moment}", column)).replace("{ids}", ids))
    return found


def given(dialect: str, ids: list[str]) -> dict[str, Any]:
    """What they ask for."""
    moments = {"since": PERIOD.since, "until": PERIOD.until, "now": NOW}
    moments |= {f"cut{number}": cut for number, cut in enumerate(PERIOD.cuts[:-1])}
    moments |= {f"age{number}": PERIOD.until - timedelta(days=days) for number, days in enumerate((4, 8, 15, 31))}
    if dialect == "sqlite":
        return {"ids": json.dumps(ids), **{name: _utc(moment) for name, moment in moments.items()}}
    return {"ids": ids, **moments}


def _utc(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%d %H:%M:%S.%f")


async def measure(dialect: str, sizes: Sequence[Size]) -> None:
    """All figures on one database."""
    turns = max(1, min(TURNS + WARM_UP, *(size.clients // TOGETHER for size in sizes)))
    warm = min(WARM_UP, turns - 1)
    interpreter.tune()  # as `serve` does when it has started
    sides = [[side] * turns for size in sizes for side in (size.write, size.aggregate, size.aggregate_each)]
    times = await in_turn(*sides, warm_up=warm)
    found = list(zip(times[::3], times[1::3], times[2::3], strict=True))
    for size, (product, bare, alone) in zip(sizes, found, strict=True):
        told = (
            f"p50 {_each(product)} : {_each(bare)} a report (written, frozen, journalled, owed : the bare aggregation)"
        )
        name = f"reports {dialect} {size.clients:,} clients {size.clients * books.CASES:,} cases"
        say(name, product.p50 / bare.p50, told)
        each = alone.p50 / ALONE
        told = (
            f"p50 {_each(product)} : {each * 1_000_000:,.0f} us a report (the same : one client aggregated at a time)"
        )
        say(f"{name}, one by one", product.p50 / TOGETHER / each, told)
        size.finish()
        assert size.written == size.clients, f"{size.written} of {size.clients} were written"
    small, large = found[0][0], found[-1][0]
    told = f"p50 {_each(large)} : {_each(small)} a report, {sizes[-1].clients:,} clients : {sizes[0].clients:,}"
    say(f"reports {dialect}, flat", large.p50 / small.p50, told)


def _each(times: Times) -> str:
    return f"{times.p50 / TOGETHER * 1_000_000:,.0f} us"


@contextmanager
def opened(url: str, clients: int) -> Iterator[Size]:
    """A house and a floor on a database that `books.seed` has made."""
    store, bare = Store(url), open_floor(url, ())
    ids = [
        row[0] for row in bare.rows("SELECT client_id FROM timer WHERE deed = 'write_report' ORDER BY due_at, id", {})
    ]
    assert len(ids) == clients
    try:
        yield Size(clients, store, Desk(store), bare, ids)
    finally:
        bare.close()
        store.close()


def sizes_of(dialect: str) -> tuple[int, ...]:
    """How many clients; the environment may say fewer."""
    fewer = os.environ.get("BENCH_REPORT_CLIENTS", "")
    return (int(fewer), 2 * int(fewer)) if re.fullmatch(r"[1-9]\d*", fewer) else SIZES[dialect]


def run() -> None:
    """SQLite first; PostgreSQL where it is installed."""
    import asyncio

    with ExitStack() as stack:
        folder = stack.enter_context(databases.scratch())
        made = []
        for clients in sizes_of("sqlite"):
            url = f"sqlite:///{Path(folder) / f'{clients}.db'}"
            books.seed(url, clients)
            made.append(stack.enter_context(opened(url, clients)))
        asyncio.run(measure("sqlite", made))
    binaries = databases.postgres_binaries()
    if binaries is None:
        print("PostgreSQL is missing, its figures are left out: apt-get install postgresql", flush=True)
        return
    with databases.postgres(binaries) as server, ExitStack() as stack:
        made = []
        for clients in sizes_of("postgresql"):
            url = server.empty()
            stack.callback(server.drop, url)
            books.seed(url, clients)
            made.append(stack.enter_context(opened(url, clients)))
        asyncio.run(measure("postgresql", made))
