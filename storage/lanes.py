"""Who carries which lane: holds that vanish with their holder.

PostgreSQL: session advisory locks on one dedicated connection a process. When the process or its host dies, the
connection goes and every lane is free at once; when only the connection goes, nothing can be marked as sending any
more, because that is committed on this very connection. SQLite: one engine a file, kept by a lock file beside it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import BigInteger, Boolean, Connection, Integer, text
from sqlalchemy.exc import DBAPIError

from storage.enginefile import EngineFile
from storage.prepared import Prepared
from storage.store import DEAD_PEER_SECONDS, Store, Tx, sqlite_file

_TRY = Prepared(
    text("SELECT key, pg_try_advisory_lock(key) AS taken FROM unnest(CAST(:keys AS bigint[])) AS key").columns(
        key=BigInteger, taken=Boolean
    )
)
_LET_GO = Prepared(
    text("SELECT count(pg_advisory_unlock(key)) AS gone FROM unnest(CAST(:keys AS bigint[])) AS key").columns(
        gone=Integer
    )
)
_NOTICE_A_LOST_HOST = (
    # asked of the server: it is the server's end that has to drop the locks of a host that is gone
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 2",
    f"SET tcp_user_timeout = {DEAD_PEER_SECONDS * 1000}",
)


class LaneLost(Exception):
    """The connection that held the lanes is gone: another process may be carrying them already."""


@dataclass(frozen=True)
class Hold:
    """One lane in our hands. `era` counts the connections: a hold of an earlier era is void."""

    lane: str
    era: int


class Lanes:
    """The lanes this process holds. Every method blocks, and may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._held: set[str] = set()
        self._era = 0
        self._connection: Connection | None = None
        file = sqlite_file(store.url.render_as_string(hide_password=False))
        self._file = EngineFile(file) if file else None

    def open(self) -> None:
        """SQLite: makes this process the only engine of its file, or raises `EngineBusy` with a sentence to show."""
        if self._file:
            self._file.take()

    def hold(self, lane: str) -> Hold | None:
        """Takes a lane, or None when it is in somebody's hands (ours too)."""
        return next(iter(self.hold_all([lane])), None)

    def hold_all(self, lanes: Sequence[str]) -> list[Hold]:
        """Takes those of the lanes that are in nobody's hands (ours too)."""
        with self._lock:
            self.open()
            wanted = [lane for lane in lanes if lane not in self._held]
            if wanted and self._file is None:
                wanted = self._try(wanted)
            self._held.update(wanted)
            return [Hold(lane, self._era) for lane in wanted]

    def holds(self, hold: Hold) -> bool:
        """Whether the hold is still good; certain only inside `write`."""
        return hold.era == self._era and hold.lane in self._held

    def release(self, *holds: Hold) -> None:
        """Lets lanes go; a void hold is let go already."""
        with self._lock:
            ours = [hold.lane for hold in holds if self.holds(hold)]
            self._held.difference_update(ours)
            if ours and self._connection is not None:
                try:
                    with self._said() as tx:
                        _LET_GO.run(tx, keys=[_key(lane) for lane in ours])
                except LaneLost:
                    return  # gone with the connection, which is what was wanted

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction on the connection that holds the lanes; raises `LaneLost` when there is none any more."""
        if self._file:
            with self._store.write() as tx:
                yield tx
        else:
            with self._lock, self._said() as tx:
                tx.exec_driver_sql("BEGIN")
                yield tx

    @contextmanager
    def say(self) -> Iterator[Tx]:
        """The same for what is one statement on PostgreSQL: it needs no transaction of several, and no way more."""
        if self._file:
            with self._store.write() as tx:
                yield tx
        else:
            with self._lock, self._said() as tx:
                yield tx

    def close(self) -> None:
        """Lets everything go, as the death of the process would."""
        with self._lock:
            self._lose()
            if self._file:
                self._file.drop()

    @contextmanager
    def _said(self) -> Iterator[Tx]:
        connection = self._connection
        if connection is None:
            raise LaneLost("the lanes' connection is gone")
        try:
            with connection.begin():
                yield connection
        except DBAPIError as problem:
            if not problem.connection_invalidated:
                raise
            self._lose()  # SQLAlchemy would silently connect anew, without the locks
            raise LaneLost("the lanes' connection broke") from problem

    def _try(self, lanes: Sequence[str]) -> list[str]:
        named = {_key(lane): lane for lane in lanes}
        for again in (True, False):
            self._connect()
            try:
                with self._said() as tx:
                    return [named[key] for key, taken in _TRY.tuples(tx, keys=list(named)) if taken]
            except LaneLost:
                if not again:  # it had broken while idle; a fresh one that breaks too is news
                    raise
        return []

    def _connect(self) -> None:
        if self._connection is None:
            connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # never back to the pool: a session lock would travel with it
            with connection.begin():
                for setting in _NOTICE_A_LOST_HOST:
                    connection.exec_driver_sql(setting)
            self._connection = connection

    def _lose(self) -> None:
        self._held.clear()
        self._era += 1
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _key(lane: str) -> int:
    digest = hashlib.blake2b(lane.encode(), digest_size=8, person=b"keyline lane").digest()
    return int.from_bytes(digest, "big", signed=True)
