"""Databases for tests: a SQLite file or a database on a PostgreSQL of the run's own, fresh for each test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from storage.store import Store
from storage.tables import metadata
from tests.connections import idle

DIALECTS = ("sqlite", "postgresql")
START_SECONDS = 30
OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)"
)
WRITTEN = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    " AND pg_relation_size(oid) > 0"
)
UNKNOWN = "UPDATE pg_class SET relpages = 0, reltuples = -1, relallvisible = 0 WHERE oid = ANY(%s::regclass[])"
"""The planner knows of these tables what it knows of new ones."""


class Cluster:
    """A PostgreSQL server reached by a socket file in a folder of its own.

    Making a database copies some 950 files; putting one back as it was takes milliseconds. So the tests take turns
    with one (see Beginning), and only who needs a second one (or none of our tables) gets its own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = ""
        self._beginnings: dict[str, Beginning] = {}

    def url(self, database: str) -> str:
        return f"postgresql://keyline@/{database}?host={self.folder}"

    def wiped(self) -> str:
        """The tests' common database with every table, all of them empty; -> its URL."""
        self._empty = self._empty or self.fresh()
        return self.again(self._empty)

    def again(self, url: str) -> str:
        """A copy of this database, made once and put back at every call, with nobody connected; -> its URL."""
        if url not in self._beginnings:
            self._beginnings[url] = Beginning(self, self.copy(url))
        return self._beginnings[url].back()

    def fresh(self) -> str:
        """A new database of its own with every table; -> its URL."""
        url = self.empty()
        store = Store(url)
        metadata.create_all(store.engine)
        store.close()
        return url

    def empty(self) -> str:
        """A new database without any table; -> its URL."""
        name = f"test_{uuid4().hex[:12]}"
        self._say("CREATE DATABASE {}", name)
        return self.url(name)

    def copy(self, url: str) -> str:
        """A new database like this one, to which nobody may be connected; -> its URL."""
        name = f"test_{uuid4().hex[:12]}"
        idle.forget(str(make_url(url).database))
        self._say("CREATE DATABASE {} TEMPLATE {}", name, str(make_url(url).database))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Ends whoever is still connected and removes the database."""
        idle.forget(str(make_url(url).database))
        self._say("DROP DATABASE {} WITH (FORCE)", str(make_url(url).database))

    def close(self) -> None:
        """Ends the connections of its own, and what stores have left."""
        idle.forget()
        for beginning in self._beginnings.values():
            beginning.close()

    def connect(self, database: str) -> psycopg.Connection:
        """A connection of the owner of everything."""
        return psycopg.connect(host=str(self.folder), user="keyline", dbname=database, autocommit=True)

    def _say(self, statement: str, *names: str) -> None:
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class Beginning:
    """A database that is put back, again and again, to what it was when this was made.

    Its rows are kept in a schema beside the house's. One connection stays: most of what a new one costs is to learn
    all tables.
    """

    def __init__(self, cluster: Cluster, url: str) -> None:
        self._url = url
        self._keeper = cluster.connect(str(make_url(url).database))
        self._keeper.execute("CREATE SCHEMA kept; SET session_replication_role = replica")  # no foreign keys' order
        put = []
        for table in sorted(metadata.tables):
            if self._found(f'SELECT 1 FROM public."{table}" LIMIT 1'):
                self._keeper.execute(f'CREATE TABLE kept."{table}" AS SELECT * FROM public."{table}"')
                put.append(f'INSERT INTO public."{table}" SELECT * FROM kept."{table}"')
        for name, at in self._found("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"):
            put.append(f"SELECT setval('public.\"{name}\"', {at or 1}, {at is not None})")
        self._put = "; ".join(put)

    def back(self) -> str:
        """Ends whoever is connected (but for what closed stores have left) and puts everything back; -> the URL.

        Rows that nobody asked an order of come as they lie in their table: so every table that was written is emptied
        down to its first page, as a new one is.
        """
        while self._found(OTHERS, [idle.pids()]):
            time.sleep(0.002)
        written = [f'public."{table}"' for (table,) in self._found(WRITTEN) if table in metadata.tables]
        if written:
            self._keeper.execute("; ".join(f"DELETE FROM {table}" for table in written))
            self._keeper.execute("VACUUM (TRUNCATE) " + ", ".join(written))
            self._keeper.execute(UNKNOWN, [written])
        self._keeper.execute(self._put)
        return self._url

    def close(self) -> None:
        self._keeper.close()

    def _found(self, statement: str, values: Sequence[Any] | None = None) -> list[tuple]:
        return self._keeper.execute(statement, values).fetchall()


@contextmanager
def cluster(binaries: Path, disk: Path | None = None) -> Iterator[Cluster]:
    """A running PostgreSQL of our own, gone at the end. PostgreSQL refuses root, so root starts it as another user.

    With `disk` its data lives there and is synced at every commit, as an operator's would be.
    """
    # a short path: a socket's has 107 characters
    folder = Path(tempfile.mkdtemp(prefix="keyline-pg-", dir=disk or roomy()))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    as_user: dict[str, Any] = {"user": user, "extra_groups": []} if user else {}
    flags = ["-U", "keyline", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    initdb = [str(binaries / "initdb"), "-D", str(data), *flags]
    done = subprocess.run(initdb, cwd=folder, capture_output=True, text=True, **as_user)
    assert done.returncode == 0, f"initdb failed:\n{done.stdout}{done.stderr}"
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "on" if disk else "off",
        "full_page_writes": "on" if disk else "off",
        "autovacuum": "off",
        "max_connections": "200",
        "shared_buffers": "32MB",
    }
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([binaries / "postgres", "-D", data, *flags], cwd=folder, stderr=log, **as_user)
    try:
        _await(server, folder)
        made = Cluster(folder)
        yield made
        made.close()
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: there is nothing to keep
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def roomy() -> str:
    """A folder in memory, where there is room, or the usual one for passing things."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    return str(memory) if roomy else "/tmp"


def _await(server: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            psycopg.connect(host=str(folder), user="keyline", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise AssertionError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")


def sqlite_template(folder: Path) -> Path:
    """A SQLite file with every table, to be copied for each test."""
    path = folder / "template.sqlite"
    store = Store(f"sqlite:///{path}")
    metadata.create_all(store.engine)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path
