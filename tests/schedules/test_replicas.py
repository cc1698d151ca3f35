"""Processes tick at once on one PostgreSQL, one of them is killed between two steps: no rung twice, none lost."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.store import Store
from tests import databases
from tests.forks import processes
from tests.handlers.office import Office
from tests.schedules import replica

ORDERS = 12
RUNGS = 4
"""Of each order are due on Thursday: two reminders that came too late, the backup and the CSM."""
THURSDAY = datetime(2026, 6, 11, 10, 0, tzinfo=ZoneInfo("America/New_York"))
PATIENCE = 120


@pytest.fixture(scope="module")
def monday(postgres: databases.Cluster) -> str:
    """A PostgreSQL database with orders from Monday."""
    made = postgres.fresh()
    store = Store(made)
    office = Office(store).seed()
    for number in range(ORDERS):
        office.order(unit=8_900 + number, title=f"Toner {number}")
    store.close()
    return made


@pytest.fixture
def url(postgres: databases.Cluster, monday: str) -> str:
    """A PostgreSQL database on which orders have waited since Monday."""
    return postgres.again(monday)


@pytest.mark.parametrize("count", [2, 4])
def test_replicas_that_tick_at_once_climb_every_rung_once(url: str, count: int, tmp_path: Path) -> None:
    did, late, codes = tick_together(url, count, tmp_path)
    assert codes == [0] * count
    once_each(url, did)
    assert late, "they met: whoever came second found it done"


@pytest.mark.parametrize(
    ("count", "step", "turn"),
    [(2, "admitted", 5), (2, "handled", 9), (2, "journalled", 1), (2, "committed", 13), (4, "handled", 3)],
)
def test_a_replica_killed_in_the_middle_of_a_tick_loses_no_rung_and_repeats_none(
    url: str, count: int, step: str, turn: int, tmp_path: Path
) -> None:
    did, _, codes = tick_together(url, count, tmp_path, doom=(step, turn))
    assert sorted(codes) == sorted([-signal.SIGKILL] + [0] * (count - 1))
    # what was on disk when it died is done by it, though it could not say so any more
    once_each(url, did, untold=1)


def tick_together(
    url: str, count: int, folder: Path, doom: tuple[str, int] | None = None, now: datetime = THURSDAY
) -> tuple[Counter[str], Counter[str], list[int | None]]:
    """Processes tick at the same moment, the first of them doomed; -> rungs done, rungs met late, exit codes."""
    together = processes.Barrier(count)
    files = [folder / f"replica {number}" for number in range(count)]
    replicas = [
        processes.Process(
            target=replica.run, args=(url, now, together, str(file), doom if number == 0 else None), daemon=True
        )
        for number, file in enumerate(files)
    ]
    for one in replicas:
        one.start()
    for one in replicas:
        one.join(PATIENCE)
    codes = [one.exitcode for one in replicas]
    lines = [line.split() for file in files if file.exists() for line in file.read_text().splitlines()]
    did, late = (Counter(timer for said, timer in lines if said == what) for what in ("did", "late"))
    return did, late, codes


def once_each(url: str, did: Counter[str], untold: int = 0) -> None:
    """Every rung that was due has happened once: in the replicas' own words, in the store and in what people get."""
    store = Store(url)
    office = Office(store)
    office.now = THURSDAY
    timers = office.rows("SELECT id, subject, deed, state, due_at FROM timer")
    round_again = {row.id for row in timers if row.deed == "digest" and row.due_at > THURSDAY}
    done = {row.id for row in timers if row.state in ("done", "skipped")} | round_again
    assert set(did.values()) == {1} and set(did) <= done and len(done) - len(did) <= untold
    assert Counter((row.deed, row.state) for row in timers if row.subject.startswith("approval:")) == {
        ("remind_primary", "skipped"): ORDERS,
        ("add_backup", "done"): ORDERS,
        ("remind_both", "skipped"): ORDERS,
        ("tell_csm", "done"): ORDERS,
        ("expire", "waiting"): ORDERS,
    }
    written = {deed: office.journal(f"approval.{deed}") for deed in ("skipped", "add_backup", "tell_csm", "expire")}
    assert written == {"skipped": 2 * ORDERS, "add_backup": ORDERS, "tell_csm": ORDERS, "expire": 0}
    assert office.rows("SELECT count(*) AS n FROM asked")[0].n == 2 * ORDERS
    assert office.rows("SELECT count(*) AS n FROM task WHERE kind = 'call'")[0].n == ORDERS
    cards = "SELECT p.name, d.purpose FROM delivery d JOIN person p ON p.id = d.person_id"
    seen = Counter((row.name, row.purpose.partition(":")[0]) for row in office.rows(cards))
    assert (seen["Dana Whitlock", "ask"], seen["Priya Raman", "ask"]) == (ORDERS, ORDERS)
    assert (seen["Dana Whitlock", "digest"], seen["Sofia Marchetti", "digest"]) == (1, 1)
    digests = Counter(row.subject for row in timers if row.deed == "digest" and row.state == "waiting")
    assert set(digests.values()) == {1}, "every digest has wound itself up again, once"
    store.close()
