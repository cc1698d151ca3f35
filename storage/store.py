"""The engine and its two doors: `with store.write() as tx` (one transaction) and `with store.read() as tx`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import QueuePool

from storage.libpq import Line

Tx = Connection
"""A transaction: what every named query takes first."""

BUSY_SECONDS = 15
DEAD_PEER_SECONDS = 20
"""A lost host is noticed after about this long (keepalives, tcp_user_timeout)."""


_SETTINGS = (
    "timezone=UTC",
    "lock_timeout=15s",
    "idle_in_transaction_session_timeout=60s",
    # compiling takes several times as long as even the longest of our statements
    "jit=off",
    # what is asked for is in memory: at the usual 4.0 a hundred people were found by reading all ten thousand
    "random_page_cost=1.1",
)


class Store:
    """One database. `url` is `sqlite:///file.db` or `postgresql://...` (psycopg 3 is used whatever the URL says)."""

    def __init__(self, url: str) -> None:
        self.url = _normal(url)
        self.dialect = self.url.get_backend_name()
        self.engine = _engine(self.url)
        # SQLite's connections are without the driver's transactions as they are: see _prepare_sqlite
        autocommit = self.dialect == "postgresql"
        self._single = self.engine.execution_options(isolation_level="AUTOCOMMIT") if autocommit else self.engine
        self._turn = RLock() if self.dialect == "sqlite" else nullcontext()
        """SQLite has one writer, and who finds it busy sleeps and tries again: our own threads queue here instead."""

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that commits when the block ends and rolls back when it raises.

        SQLite: BEGIN IMMEDIATE, so a writer never fails half-way for a lock. PostgreSQL: READ COMMITTED.
        """
        with self._turn, self.engine.connect() as connection:
            connection.info["write"] = True
            with connection.begin():
                yield connection

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent look at the facts; writes nothing."""
        with self.engine.connect() as connection:
            connection.info["write"] = False
            with connection.begin():
                yield connection

    @contextmanager
    def glance(self) -> Iterator[Tx]:
        """For one prepared select, which needs no transaction around it: the cheapest look there is."""
        with self._single.connect() as connection:
            yield connection

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()


@contextmanager
def as_sqlalchemy(tx: Tx, sql: str) -> Iterator[None]:
    """The driver's errors are raised as those of `tx.execute`."""
    kind = tx.dialect.loaded_dbapi.Error
    try:
        yield
    except kind as error:
        gone = tx.dialect.is_disconnect(error, tx.connection, None)
        if gone:
            tx.invalidate(error)
        raise DBAPIError.instance(sql, None, error, kind, connection_invalidated=gone, dialect=tx.dialect) from error


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite URL, or None for another database or an in-memory one."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _normal(url: str) -> URL:
    parsed = make_url(url)
    name = parsed.get_backend_name()
    if name in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("database.url must name a file (sqlite:///keyline.db): an in-memory database forgets")
        return parsed
    raise ValueError(f"database.url must start with sqlite:/// or postgresql://, not {name}")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, poolclass=QueuePool, pool_size=8, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=8,
        connect_args={
            "connect_timeout": 10,
            "prepare_threshold": None,  # with its own statements the driver forgets all others' at a rollback
            "keepalives": 1,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            "tcp_user_timeout": DEAD_PEER_SECONDS * 1000,
            "options": " ".join(f"-c {setting}" for setting in _SETTINGS),
        },
    )
    event.listen(engine, "checkout", _still_connected)
    event.listen(engine, "before_cursor_execute", _hush)
    event.listen(engine, "commit", _commit)
    event.listen(engine, "rollback", _forget)
    event.listen(engine, "checkin", _given_back)
    return engine


def _hush(tx: Connection, *_: Any) -> None:
    with as_sqlalchemy(tx, "what was told"):
        Line.of(tx).hush()


def _commit(tx: Connection) -> None:
    with as_sqlalchemy(tx, "COMMIT"):
        Line.of(tx).commit()


def _forget(tx: Connection) -> None:
    if not tx.invalidated:
        Line.of(tx).forget()


def _given_back(_connection: Any, record: Any) -> None:
    """Without the end of a transaction nothing that was told in it happens, least of all in somebody else's."""
    if (line := record.info.get("line")) is not None:
        line.forget()


def _still_connected(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that went away has closed the socket of an idle connection: seen here without asking it each time."""
    if not connection.closed:
        with DefaultSelector() as socket:
            socket.register(connection.fileno(), EVENT_READ)
            if not socket.select(0):
                return
    raise DisconnectionError("the server has closed this connection")  # the pool opens another


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own BEGIN is always deferred
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if connection.info.get("write") else "BEGIN")
