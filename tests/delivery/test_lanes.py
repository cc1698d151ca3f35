"""Who holds which lane, and how a hold vanishes with its holder."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from storage.enginefile import EngineBusy
from storage.lanes import LaneLost, Lanes
from storage.store import Store
from storage.tables import Inbox
from storage.tables.types import core

AT = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


def test_a_lane_is_held_once(store: Store) -> None:
    lanes = Lanes(store)
    hold = lanes.hold("slack:T0")
    assert hold is not None
    assert lanes.hold("slack:T0") is None
    assert lanes.hold("slack:T1") is not None
    lanes.release(hold)
    assert not lanes.holds(hold)
    assert lanes.hold("slack:T0") is not None
    lanes.close()


def test_two_processes_share_the_lanes_on_postgresql(postgres_url: str) -> None:
    one, two = Store(postgres_url), Store(postgres_url)
    ours, theirs = Lanes(one), Lanes(two)
    first = ours.hold("slack:T0")
    assert first is not None
    assert theirs.hold("slack:T0") is None
    assert theirs.hold("slack:T1") is not None
    ours.release(first)
    assert theirs.hold("slack:T0") is not None
    ours.close()
    theirs.close()
    one.close()
    two.close()


def test_a_killed_connection_frees_its_lanes_and_can_write_nothing_more(postgres_url: str) -> None:
    one, two = Store(postgres_url), Store(postgres_url)
    ours, theirs = Lanes(one), Lanes(two)
    hold = ours.hold("slack:T0")
    assert hold is not None and theirs.hold("slack:T0") is None
    kill_holder(postgres_url)
    assert theirs.hold("slack:T0") is not None, "free at once"
    with pytest.raises(LaneLost), ours.write() as tx:
        tx.execute(text("SELECT 1"))
    assert not ours.holds(hold)
    ours.release(hold)
    assert ours.hold("slack:T0") is None, "it connects anew and finds the lane taken"
    assert ours.hold("slack:T2") is not None
    ours.close()
    theirs.close()
    one.close()
    two.close()


def test_a_second_engine_on_one_file_is_refused_in_a_sentence(sqlite_url: str) -> None:
    one, two = Store(sqlite_url), Store(sqlite_url)
    ours, theirs = Lanes(one), Lanes(two)
    ours.open()
    ours.open()
    with pytest.raises(EngineBusy, match=r"already running on .*keyline\.db \(process \d+\)\. Stop it first"):
        theirs.open()
    with two.write() as tx:
        tx.execute(text("SELECT 1"))  # an operator's command works beside the engine
    ours.close()
    theirs.open()
    theirs.close()
    one.close()
    two.close()


def test_the_lock_file_ends_with_its_process(sqlite_url: str) -> None:
    program = (
        "import sys, time; from storage.lanes import Lanes; from storage.store import Store; "
        "lanes = Lanes(Store(sys.argv[1])); lanes.open(); print('held', flush=True); time.sleep(60)"
    )
    root = Path(__file__).parents[2]
    other = subprocess.Popen([sys.executable, "-c", program, sqlite_url], cwd=root, stdout=subprocess.PIPE, text=True)
    store = Store(sqlite_url)
    lanes = Lanes(store)
    try:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(EngineBusy, match=f"process {other.pid}"):
            lanes.open()
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    lanes.open()
    lanes.close()
    store.close()


def kill_holder(url: str) -> None:
    """Ends the connection that holds the advisory locks, as the loss of its host does."""
    with psycopg.connect(url, autocommit=True) as connection:
        killed = connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM (SELECT DISTINCT pid FROM pg_locks"
            " WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = "
            "current_database())) AS holder"
        ).fetchall()
        assert killed == [(True,)]


def test_what_is_written_where_the_lanes_are_held_is_written_whole_or_not_at_all(store: Store) -> None:
    lanes = Lanes(store)
    hold = lanes.hold("slack:T0")
    assert hold is not None
    for key in ("a", "b"):
        with pytest.raises(RuntimeError), lanes.write() as tx:
            tx.execute(core(Inbox).insert(), {"key": key, "at": AT, "refused": False, "outcome": {}})
            raise RuntimeError("halfway")
    with lanes.write() as tx:
        tx.execute(core(Inbox).insert(), {"key": "c", "at": AT, "refused": False, "outcome": {}})
    with lanes.say() as tx:
        tx.execute(core(Inbox).insert(), {"key": "d", "at": AT, "refused": False, "outcome": {}})
    with store.read() as tx:
        assert sorted(tx.scalars(select(core(Inbox).c.key))) == ["c", "d"]
    assert lanes.holds(hold), "what went wrong had nothing to do with the connection"
    lanes.close()
