"""PostgreSQL asked straight through libpq, the client library under the driver: a statement costs a third of its way.

The driver's cursors let Python go several times a statement and decide anew at each how to bind, prepare and read
(docs/performance.md). Transactions, connections and what Python's values look like stay the driver's own business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
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
_Said = tuple[str, list[Any]]
"""A statement and its values as texts."""
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class Line:
    """One connection of the driver. It belongs to one thread at a time, as the connection does."""

    def __init__(self, driver: Connection[Any]) -> None:
        self._driver = driver
        self._libpq = driver.pgconn
        self._values = Transformer(driver)
        self._asked: Counter[str] = Counter()
        self._named: dict[str, bytes] = {}
        self._told: list[_Said] = []

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

        Raises the driver's own errors, also for what was told before.
        """
        said = sql, self._written(values)
        result = self._answers([said])[-1] if self._told else self._answer(*said)
        return self._read(result), result.command_tuples or 0

    def ask_each(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Once for each of the rows, of which none waits for the answer to the one before."""
        left = [(sql, self._written(values)) for values in rows]
        while left:
            some, left = left[:TOGETHER], left[TOGETHER:]
            self._answers(some)

    def tell(self, sql: str, values: Sequence[Any]) -> None:
        """What nobody waits for: it goes with the next statement, or with the end of the transaction, and fails there.

        Without a transaction it goes at once.
        """
        if self._driver.autocommit:
            self.ask(sql, values)
        else:
            self._told.append((sql, self._written(values)))

    def hush(self) -> None:
        """What was told goes now: somebody else asks on the same connection."""
        if self._told:
            self._answers([])

    def commit(self) -> None:
        """Ends the transaction together with what was told in it; does nothing where nothing was."""
        if self._told:
            self._answers([("COMMIT", [])])

    def forget(self) -> None:
        """What was told does not happen: the transaction is rolled back."""
        self._told = []

    # ------------------------------------------------------------------ one at a time

    def _answer(self, sql: str, given: Sequence[Any]) -> PGresult:
        if self._begins:
            self._check(self._libpq.exec_(b"BEGIN"))
        name, new = self._name(sql)
        if new:
            self._check(self._libpq.prepare(name, sql.encode()))
            self._named[sql] = name
        if name:
            return self._check(self._libpq.exec_prepared(name, given))
        return self._check(self._libpq.exec_params(sql.encode(), given))

    # ------------------------------------------------------------------ many at a time

    def _answers(self, said: Sequence[_Said]) -> list[PGresult]:
        """What was told, and this, in one go."""
        said, self._told = [*self._told, *said], []
        news: dict[str, bytes] = {}
        self._libpq.enter_pipeline_mode()
        try:
            if self._begins:
                self._libpq.send_query_params(b"BEGIN", None)
            for sql, given in said:
                name, new = (news[sql], False) if sql in news else self._name(sql)
                if new:
                    self._libpq.send_prepare(name, sql.encode())
                    news[sql] = name
                if name:
                    self._libpq.send_query_prepared(name, given)
                else:
                    self._libpq.send_query_params(sql.encode(), given)
            self._libpq.pipeline_sync()
            # the first that failed says why: nothing after it was even tried
            answers = [self._check(result) for result in [*self._until_sync()]]
        finally:
            if self._libpq.status == ConnStatus.OK:
                self._libpq.exit_pipeline_mode()
        self._named |= news
        return answers

    def _until_sync(self) -> Iterator[PGresult]:
        """Whatever libpq waits for by itself, it keeps Python waiting, too: so it is asked only for what has come."""
        with DefaultSelector() as socket:
            socket.register(self._libpq.socket, EVENT_READ | EVENT_WRITE)
            while self._libpq.flush():
                socket.select()
                self._libpq.consume_input()
            socket.modify(self._libpq.socket, EVENT_READ)
            while True:
                while self._libpq.is_busy():
                    socket.select()
                    self._libpq.consume_input()
                result = self._libpq.get_result()
                if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                    return
                if result is not None:
                    yield result
                elif self._libpq.status == ConnStatus.BAD:
                    raise OperationalError(self._why)

    # ------------------------------------------------------------------ helpers

    @property
    def _begins(self) -> bool:
        return self._libpq.transaction_status == TransactionStatus.IDLE and not self._driver.autocommit

    def _name(self, sql: str) -> tuple[bytes, bool]:
        """The name of a statement, b"" while it is not prepared; and whether it is a new one."""
        if (name := self._named.get(sql)) is not None:
            return name, False
        self._asked[sql] += 1
        if self._asked[sql] <= PREPARED_AFTER:
            return b"", False
        return f"keyline_{next(_NAMES)}".encode(), True

    def _written(self, values: Sequence[Any]) -> list[Any]:
        """As texts: a number in the driver's binary way would be of a type of its own choice."""
        return list(self._values.dump_sequence(values, [PyFormat.TEXT] * len(values)))

    def _read(self, result: PGresult) -> list[Sequence[Any]]:
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self._values.set_pgresult(result)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _check(self, result: PGresult) -> PGresult:
        if result.status in _DONE:
            return result
        if self._libpq.status == ConnStatus.BAD:
            raise OperationalError(self._why)
        raise error_from_result(result, encoding="utf-8")

    @property
    def _why(self) -> str:
        return self._libpq.get_error_message() or "the connection is lost"
