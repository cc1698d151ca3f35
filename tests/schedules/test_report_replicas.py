"""Four processes wake up on Monday at eleven on one PostgreSQL, one may die: every report goes out, none twice."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from storage.store import Store
from tests import databases
from tests.handlers.office import Office
from tests.handlers.reporting import CR, DANA, MARCUS, MF, NF, SOFIA, TOM, et, reports
from tests.handlers.reporting import monday as monday_of
from tests.schedules.test_replicas import tick_together

REPLICAS = 4
ELEVEN = et(15, 11)
READERS = {MF: DANA, NF: MARCUS, CR: TOM}
OWED = (
    "SELECT c.slug, p.name, d.purpose FROM delivery d JOIN person p ON p.id = d.person_id"
    " JOIN report r ON d.subject = 'report:' || r.id JOIN client c ON c.id = r.client_id WHERE d.state <> 'dropped'"
)


@pytest.fixture(scope="module")
def sunday(postgres: databases.Cluster, seeded_postgres: str) -> str:
    """A PostgreSQL database with the demo's cases, on which nobody has ticked since Sunday at eight in the evening."""
    made = postgres.copy(seeded_postgres)
    store = Store(made)
    monday_of(store, at=et(14, 20))
    store.close()
    return made


@pytest.fixture
def url(postgres: databases.Cluster, sunday: str) -> str:
    """The same, as it was."""
    return postgres.again(sunday)


def test_four_replicas_that_were_down_write_and_send_every_report_once(url: str, tmp_path: Path) -> None:
    did, _, codes = tick_together(url, REPLICAS, tmp_path, now=ELEVEN)
    assert codes == [0] * REPLICAS
    everything_once(url)
    assert did and set(did.values()) == {1}


@pytest.mark.parametrize(("step", "turn"), [("admitted", 2), ("handled", 1), ("journalled", 3), ("committed", 2)])
def test_one_of_four_killed_on_the_way_loses_no_report_and_doubles_none(
    url: str, step: str, turn: int, tmp_path: Path
) -> None:
    _, _, codes = tick_together(url, REPLICAS, tmp_path, doom=(step, turn), now=ELEVEN)
    assert sorted(codes) == sorted([-signal.SIGKILL] + [0] * (REPLICAS - 1))
    everything_once(url)


def everything_once(url: str) -> None:
    """One report a client, released, with one message of each kind for each of its people, and the next one planned."""
    store = Store(url)
    office = Office(store)
    office.now = ELEVEN
    for client in READERS:
        assert [(row.period, row.number, row.state) for row in reports(office, client)] == [("2026-W24", 1, "released")]
    wanted = {(client, SOFIA, "desk") for client in READERS}
    wanted |= {(client, name, purpose) for client, name in READERS.items() for purpose in ("report", "detail")}
    assert Counter((row.slug, row.name, row.purpose) for row in office.rows(OWED)) == dict.fromkeys(wanted, 1)
    assert (office.journal("report.write"), office.journal("report.release"), office.journal("report.skip")) == (
        3,
        3,
        0,
    )
    coming = office.rows("SELECT subject, plan FROM timer WHERE deed = 'write_report' AND state = 'waiting'")
    assert len(coming) == 6, "every next one is planned"
    store.close()
