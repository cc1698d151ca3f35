"""PostgreSQL connections that outlive a store: the next store on the same database goes on with them.

A backend that is new to a database learns all its tables first, which took it longer than most tests' own statements.
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

from storage.store import _still_connected

MOST = 8
"""So many for each database: what a store's pool holds."""
AS_NEW = "UNLISTEN *; RESET ALL; SELECT pg_advisory_unlock_all()"


class Lent(psycopg.Connection[Any]):
    """Each store that opens it has its notices heard, which the one before has asked for already."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._hearing: set[Any] = set()

    def add_notice_handler(self, callback: Any) -> None:
        if callback not in self._hearing:
            self._hearing.add(callback)
            super().add_notice_handler(callback)


class Idle:
    """What closed stores have left behind, by what it was opened with."""

    def __init__(self) -> None:
        self._left: dict[Any, list[psycopg.Connection]] = defaultdict(list)

    def lend(self, engine: Engine) -> None:
        """This engine opens connections only where none is left, and leaves its own behind instead of closing them."""
        known: dict[int, Any] = {}

        def open_(_dialect: Any, _record: Any, positional: list[Any], named: dict[str, Any]) -> psycopg.Connection:
            key = (os.getpid(), *sorted((name, value) for name, value in named.items() if name != "context"))
            found = self._taken(key) or Lent.connect(*positional, **named)
            known[id(found)] = key
            return found

        def close(connection: Any) -> None:
            self._leave(connection, known.pop(id(connection), None))

        event.listen(engine, "do_connect", open_)
        engine.dialect.do_close = close  # type: ignore[method-assign, assignment]

    def pids(self) -> list[int]:
        """The backends that wait for a store."""
        return [one.info.backend_pid for left in self._left.values() for one in left if not one.closed]

    def forget(self, database: str = "") -> None:
        """Closes what is left of a database; of all when none is named."""
        for left in self._left.values():
            for one in [one for one in left if not database or one.info.dbname == database]:
                left.remove(one)
                one.close()

    def _taken(self, key: Any) -> psycopg.Connection | None:
        while left := self._left[key]:
            found = left.pop()
            try:
                _still_connected(found, None, None)
            except Exception:
                found.close()
            else:
                return found
        return None

    def _leave(self, connection: psycopg.Connection, key: Any) -> None:
        status = connection.info.transaction_status
        if key is None or key[0] != os.getpid() or status != TransactionStatus.IDLE or len(self._left[key]) >= MOST:
            connection.close()
            return
        connection.autocommit = True
        try:
            connection.execute(AS_NEW)
            connection.autocommit = False
        except psycopg.Error:
            connection.close()
            return
        self._left[key].append(connection)


idle = Idle()
