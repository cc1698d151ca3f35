"""Several replicas at once, and replicas that die between two steps: each report is written once, and none is lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from handlers.commands import ITSELF, Event, Outcome, ReleaseReport, ReviewReport, System, WriteReports
from handlers.desk import Desk
from schedules import reminders
from schedules import reports as schedule
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.reporting import CR, DANA, MF, NF, SOFIA, et, monday, ref_of, reports, state, until

REPLICAS = 4


class Died(Exception):
    """The process is gone."""


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Does all of this at the same moment, each in a thread; -> what came of each, exceptions too."""
    gate = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(place: int) -> None:
        gate.wait(10)
        try:
            found[place] = deeds[place]()
        except Exception as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def replica(office: Office, most: int) -> Callable[[], list[Outcome]]:
    """One replica's clock: it writes until it finds nothing due that it has not tried."""
    desk = Desk(Store(office.store.url.render_as_string(hide_password=False)))
    tried: set[str] = set()

    def run() -> list[Outcome]:
        done = []
        while batches := [one for one in schedule.batches(desk.store, office.now) if one.timer not in tried]:
            tried.add(batches[0].timer)
            command = WriteReports(batches[0].timer, most)
            done.append(desk.perform(command, Event(ITSELF, office.now, System("clock"), "tick")))
        desk.store.close()
        return done

    return run


def test_four_replicas_write_every_report_once(peopled: Store) -> None:
    office = monday(peopled, at=et(14, 20))
    office.now = et(15, 11)
    found = together(*(replica(office, 1) for _ in range(REPLICAS)))
    assert not [one for one in found if isinstance(one, Exception)], found
    written = sum(int(outcome.facts.get("written", 0)) for done in found for outcome in done)
    while batches := schedule.batches(office.store, office.now):  # what a replica left to one that was slower
        written += int(office.do(System("clock"), batches[0]).facts["written"])
    assert written == 3
    assert [len(reports(office, client)) for client in (MF, NF, CR)] == [1, 1, 1]
    desks = Counter(row.subject for row in office.rows("SELECT subject FROM delivery WHERE purpose = 'desk'"))
    assert set(desks.values()) == {1} and len(desks) == 3
    assert office.journal("report.write") == 3
    waiting = office.rows("SELECT subject FROM timer WHERE deed = 'write_report' AND state = 'waiting'")
    assert len(waiting) == 6, "every next one is planned"


@pytest.mark.parametrize("step", ["admitted", "handled", "journalled"])
def test_a_replica_that_dies_before_the_end_loses_nothing(peopled: Store, step: str) -> None:
    office = monday(peopled)
    office.now = et(15, 7)
    (batch,) = schedule.batches(office.store, office.now)

    def at(now: str) -> None:
        if now == step:
            raise Died

    with pytest.raises(Died):
        Desk(peopled, at=at).perform(batch, Event(ITSELF, office.now, System("clock"), "tick"))
    assert not reports(office) and not office.rows("SELECT id FROM delivery WHERE subject LIKE 'report:%'")
    office.tick()
    assert [len(reports(office, client)) for client in (MF, NF)] == [1, 1]


def test_what_died_after_the_commit_is_not_done_again(peopled: Store) -> None:
    office = monday(peopled)
    office.now = et(15, 7)
    (batch,) = schedule.batches(office.store, office.now)

    def at(now: str) -> None:
        if now == "committed":
            raise Died

    with pytest.raises(Died):
        Desk(peopled, at=at).perform(batch, Event(ITSELF, office.now, System("clock"), "tick"))
    office.tick()
    assert [len(reports(office, client)) for client in (MF, NF)] == [1, 1]
    assert office.journal("report.write") == 2


def test_a_person_and_the_clock_release_it_once(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 8, 59))
    office.now = et(15, 9)
    ref = ref_of(office)
    climbs = reminders.rungs(office.store, office.now)
    clock = [lambda one=one: office.do(System("clock"), one) for one in climbs]
    together(lambda: office.do(SOFIA, ReleaseReport(ref, 1)), *clock)
    office.tick()
    assert state(office) == "released"
    owed = office.rows("SELECT id FROM delivery WHERE subject = :of AND purpose = 'report'", of=str(ref))
    assert len(owed) == 1
    released = office.rows("SELECT id FROM journal WHERE what = 'report.release' AND subject = :of", of=str(ref))
    assert len(released) == 1


def test_two_presses_review_it_once(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 9, 30))
    ref = ref_of(office)
    found = together(*(lambda: office.do(DANA, ReviewReport(ref, 1)) for _ in range(3)))
    assert sorted(one.repeated for one in found) == [False, True, True]
    assert office.journal("report.review") == 1
