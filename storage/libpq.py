"""PostgreSQL asked straight through libpq, the client library under the driver: a statement costs a third of its way.

The driver's cursors let Python go several times a statement and decide anew at each how to bind, prepare and read
(docs/performance.md). Transactions, connections and what Python's values look like stay the driver's own business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection as Tx

PREPARED_AFTER = 5
"""A statement that was asked so often on a connection is prepared there, as the driver does it."""
TOGETHER = 500
"""So many rows' statements are under way at a time."""
_NAMES = count()
"""Of prepared statements: no two Lines use the same, should one follow another on a connection."""
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Line:
    """One connection of the driver. It belongs to one thread at a time, as the connection does."""

    def __init__(self, driver: Connection[Any]) -> None:
        self._driver = driver
        self._libpq = driver.pgconn
        self._values = Transformer(driver)
        self._asked: dict[str, int] = {}
        self._named: dict[str, bytes] = {}

    @classmethod
    def of(cls, tx: Tx) -> Line:
        """That of a transaction; kept as long as its connection lasts."""
        line: Line | None = tx.info.get("line")
        if line is None:
            driver: Any = tx.connection.dbapi_connection
            line = tx.info["line"] = cls(driver)
        return line

    def ask(self, sql: str, values: Sequence[Any]) -> tuple[list[Sequence[Any]], int]:
        """The rows, and how many were found or changed. `sql` numbers its parameters ($1), whose types it says itself.

        Raises the driver's own errors.
        """
        given = self._written(values)
        self._begin()
        often = self._asked[sql] = self._asked.get(sql, 0) + 1
        if often > PREPARED_AFTER:
            result = self._libpq.exec_prepared(self._prepared(sql), given)
        else:
            result = self._libpq.exec_params(sql.encode(), given)
        self._check(result)
        return self._read(result), result.command_tuples or 0

    def ask_each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Once for each of the rows, of which none waits for the answer to the one before."""
        left = [self._written(values) for values in rows]
        self._begin()
        name = self._prepared(sql)
        self._libpq.enter_pipeline_mode()
        try:
            while left:
                some, left = left[:TOGETHER], left[TOGETHER:]
                for given in some:
                    self._libpq.send_query_prepared(name, given)
                self._libpq.pipeline_sync()
                self._answered()
        finally:
            if self._libpq.status == ConnStatus.OK:
                self._libpq.exit_pipeline_mode()

    def _begin(self) -> None:
        if self._libpq.transaction_status == TransactionStatus.IDLE and not self._driver.autocommit:
            self._check(self._libpq.exec_(b"BEGIN"))

    def _prepared(self, sql: str) -> bytes:
        """Its name on this connection."""
        name = self._named.get(sql)
        if name is None:
            name = f"keyline_{next(_NAMES)}".encode()
            self._check(self._libpq.prepare(name, sql.encode()))
            self._named[sql] = name
        return name

    def _written(self, values: Sequence[Any]) -> list[Any]:
        """As texts: a number in the driver's binary way would be of a type of its own choice."""
        return list(self._values.dump_sequence(values, [PyFormat.TEXT] * len(values)))

    def _read(self, result: PGresult) -> list[Sequence[Any]]:
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _answered(self) -> None:
        """Reads all answers of a pipeline; raises the first error of them."""
        first: PGresult | None = None
        while (result := self._libpq.get_result()) is None or result.status != ExecStatus.PIPELINE_SYNC:
            if result is not None and result.status not in _DONE:
                first = first or result
            elif result is None and self._libpq.status == ConnStatus.BAD:
                break
        if first is not None:
            self._check(first)

    def _check(self, result: PGresult) -> None:
        if result.status in _DONE:
            return
        if self._libpq.status == ConnStatus.BAD:
            raise OperationalError(self._libpq.get_error_message() or "the connection is lost")
        raise error_from_result(result, encoding="utf-8")
