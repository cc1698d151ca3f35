"""Hears PostgreSQL's notifications and rings: the courier is awake a moment after a transaction committed."""

from __future__ import annotations

import logging
import selectors
import socket
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from storage.outbox import CHANNEL
from storage.store import Store

log = logging.getLogger("keyline.bell")

RECONNECT_SECONDS = 2.0


class Bell:
    """Calls `ring` (from its own thread) for every notification. On SQLite nothing rings: the one process wakes itself.

    A lost connection is made anew, and rings once it listens again, for what was missed.
    """

    def __init__(self, store: Store, ring: Callable[[], None]) -> None:
        self._store = store
        self._ring = ring
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._stop_read, self._stop_write = socket.socketpair()
        self._connection: Connection | None = None
        """Kept: an unreferenced listening connection is collected, and then nobody hears anything."""

    def start(self) -> None:
        """Begins to listen."""
        if self._store.dialect == "postgresql" and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="keyline-bell", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stops listening, within moments."""
        self._stopping.set()
        self._stop_write.send(b".")
        if self._thread is not None:
            self._thread.join(timeout=5)
        self._stop_read.close()
        self._stop_write.close()

    def _run(self) -> None:
        import psycopg  # by the first who listens: on SQLite nobody has to

        while not self._stopping.is_set():
            try:
                self._listen()
            except (psycopg.Error, SQLAlchemyError, OSError) as problem:
                log.warning("not hearing the database's notifications (%s); polling until it is back", problem)
                self._stopping.wait(RECONNECT_SECONDS)
            finally:
                if self._connection is not None:
                    self._connection.close()
                    self._connection = None

    def _listen(self) -> None:
        self._connection = self._store.engine.connect()
        self._connection.detach()
        driver: Any = self._connection.connection.dbapi_connection
        driver.autocommit = True
        driver.execute(f"LISTEN {CHANNEL}")
        self._ring()
        with selectors.DefaultSelector() as either:
            either.register(driver.fileno(), selectors.EVENT_READ)
            either.register(self._stop_read, selectors.EVENT_READ)
            while not self._stopping.is_set():
                either.select()
                if sum(1 for _ in driver.notifies(timeout=0)):
                    self._ring()
