"""Anybody does anything at any time: no sequence of commands leads to work without the key contact's explicit yes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from storage.store import Store
from tests import databases
from tests.handlers.downtime_machine import Downtimes

LONG = int(os.environ.get("KEYLINE_LONG", "0"))


def _run(opened: Callable[[], Any], examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=LONG or examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # shrinking takes minutes; what failed is printed step by step
    )
    run_state_machine_as_test(lambda: Downtimes(opened), settings=chosen)


@pytest.mark.timeout(0 if LONG else 300)
def test_no_sequence_leads_to_work_without_a_yes_on_sqlite(seeded_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "machine.sqlite"

    @contextmanager
    def opened() -> Iterator[Store]:
        for stale in tmp_path.glob("machine.sqlite*"):
            stale.unlink()
        shutil.copy(seeded_file, path)
        store = Store(f"sqlite:///{path}")
        event.listen(store.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        yield store
        store.close()

    _run(opened, 40, 40)


@pytest.mark.timeout(0 if LONG else 300)
def test_no_sequence_leads_to_work_without_a_yes_on_postgresql(
    postgres: databases.Cluster, seeded_postgres: str
) -> None:
    @contextmanager
    def opened() -> Iterator[Store]:
        url = postgres.copy(seeded_postgres)
        store = Store(url)
        yield store
        store.close()
        postgres.drop(url)

    _run(opened, 5, 40)
