"""An upgrade: clients that were there before what comes by itself get it without anybody touching them, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command

from handlers.commands import ITSELF, Event, System
from handlers.desk import Desk
from schedules import reminders
from storage import migrate
from storage.store import Store
from tests import databases
from tests.handlers.office import Office
from tests.handlers.test_reports_replicas import REPLICAS, together

BEFORE = "0005_reasons"
ROUNDS = "SELECT subject, plan, position, deed, due_at, state FROM timer WHERE subject LIKE '%_plan:%' ORDER BY 1, 2"


@pytest.fixture(params=databases.DIALECTS)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """A house with the demo's three clients, its tables made by migrations."""
    url = (
        f"sqlite:///{tmp_path / 'house.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres").empty()
    )
    store = Store(url)
    migrate.upgrade(store)
    yield Office(store).seed()
    store.close()


def set_back(office: Office) -> list[Any]:
    """The database as an older program left it, without what comes round; -> what it had."""
    had = [tuple(row) for row in office.rows(ROUNDS)]
    with office.store.write() as tx:
        config = migrate._config()
        config.attributes["connection"] = tx
        command.downgrade(config, BEFORE)
        tx.exec_driver_sql("DELETE FROM timer WHERE subject LIKE '%_plan:%'".replace("%", "%%"))
    return had


def left(office: Office) -> int:
    return len(office.rows("SELECT id FROM timer WHERE deed = 'replan' AND state = 'waiting'"))


def test_a_new_database_has_nothing_to_catch_up_with(office: Office) -> None:
    assert not office.rows("SELECT id FROM timer WHERE deed = 'replan'")


def test_after_an_upgrade_every_client_gets_its_reports_talks_and_pulses_at_the_next_tick(office: Office) -> None:
    had = set_back(office)
    assert {row[0].partition(":")[0] for row in had} == {"report_plan", "talk_plan", "pulse_plan"}
    assert not office.rows(ROUNDS)
    migrate.upgrade(office.store)
    assert left(office) == 3, "one for each client"
    office.tick()
    assert left(office) == 0 and [tuple(row) for row in office.rows(ROUNDS)] == had
    office.tick()
    assert [tuple(row) for row in office.rows(ROUNDS)] == had, "and never again"


def test_replicas_that_start_after_an_upgrade_plan_every_client_once(office: Office) -> None:
    had = set_back(office)
    migrate.upgrade(office.store)
    due = reminders.rungs(office.store, office.now)
    url = office.store.url.render_as_string(hide_password=False)

    def replica() -> int:
        store = Store(url)
        told = [Desk(store).perform(one, Event(ITSELF, office.now, System("clock"), "tick")) for one in due]
        store.close()
        return sum(not one.repeated for one in told)

    did = together(*(replica for _ in range(REPLICAS)))
    assert sum(did) == len(due) >= 3, did
    assert left(office) == 0 and [tuple(row) for row in office.rows(ROUNDS)] == had
    assert len({row[:3] for row in map(tuple, office.rows(ROUNDS))}) == len(had)
