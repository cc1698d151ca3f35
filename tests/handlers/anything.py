"""State machines at the office: each example begins with the same database; KEYLINE_LONG=1000 plays so many others."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import event

from storage.store import Store

LONG = int(os.environ.get("KEYLINE_LONG", "0"))
SECONDS = 0 if LONG else 300
"""The time limit of a test that plays a machine; 0: none."""


@dataclass(frozen=True)
class Opened:
    """Called, it opens a store as if nothing had happened yet: the way into each example."""

    dialect: str
    enter: Callable[[], AbstractContextManager[Store]]

    def __call__(self) -> AbstractContextManager[Store]:
        return self.enter()


def play(
    machine: Callable[[Opened], RuleBasedStateMachine], opened: Opened, examples: Mapping[str, int], steps: int
) -> None:
    """So many examples for this dialect, of so many steps each; the same ones every time, unless there are many."""
    chosen = settings(
        max_examples=LONG or examples[opened.dialect],
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # shrinking takes minutes; what failed is printed step by step
    )
    run_state_machine_as_test(lambda: machine(opened), settings=chosen)


@contextmanager
def copied(file: Path, folder: Path) -> Iterator[Store]:
    """A store on a copy of this SQLite file, which nobody waits to see on a disk."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "machine.sqlite"
        shutil.copy(file, path)
        store = Store(f"sqlite:///{path}")
        event.listen(store.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        yield store
        store.close()


@contextmanager
def restored(again: Callable[[], str]) -> Iterator[Store]:
    """A store on a PostgreSQL database that was put back."""
    store = Store(again())
    yield store
    store.close()
