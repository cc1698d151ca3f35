"""Databases on a real disk, made once and copied: the product and its floor begin with the same rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import Cluster, cluster

DISK = Path("/var/tmp")  # kept over a restart: not in memory, where a sync is free
POSTGRES = "/usr/lib/postgresql"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on a real disk, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="keyline-bench-", dir=DISK))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite_pair(seed: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    """Two SQLite files with the same content."""
    folder = Path(tempfile.mkdtemp(prefix="keyline-bench-", dir=DISK))
    try:
        ours, floor = folder / "product.db", folder / "floor.db"
        seed(f"sqlite:///{ours}")
        for suffix in ("", "-wal"):
            if (kept := Path(f"{ours}{suffix}")).exists():
                shutil.copy(kept, f"{floor}{suffix}")
        yield f"sqlite:///{ours}", f"sqlite:///{floor}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def postgres_binaries() -> Path | None:
    """Where initdb is, or None."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return next((path.parent for path in sorted(Path(POSTGRES).glob("*/bin/initdb"), reverse=True)), None)


@contextmanager
def postgres(binaries: Path) -> Iterator[Cluster]:
    """A server of our own that syncs every commit to disk."""
    with cluster(binaries, disk=DISK) as made:
        yield made


@contextmanager
def postgres_pair(server: Cluster, seed: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    """Two PostgreSQL databases with the same content."""
    ours = server.empty()
    seed(ours)
    floor = server.copy(ours)
    try:
        yield ours, floor
    finally:
        server.drop(ours)
        server.drop(floor)
