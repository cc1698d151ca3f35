"""The least that one deed costs: the rows that it writes, in raw SQL on one connection, and nothing read.

`tests/bench` compares the databases row by row after the house and this file have done the same.
"""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import psycopg

from storage.tables import metadata

APPROVAL = (
    "INSERT INTO inbox (key, at, refused, outcome) VALUES (:key, :now, :no, :outcome)",
    "INSERT INTO vote (id, request_id, step_id, person_id, verdict, comment, version, identity_id, channel, at)"
    " VALUES (:vote, :request, :step, :person, 'approve', '', 1, :identity, :channel, :now)",
    "UPDATE approval_step SET state = 'approved', decided_by = :person, decided_at = :now WHERE id = :step",
    "UPDATE approval_request SET state = 'approved', closed_at = :now, revision = revision + 1 WHERE id = :request",
    "UPDATE timer SET state = 'cancelled' WHERE subject = :subject AND state = 'waiting'",
    "UPDATE delivery SET wanted = wanted + 1, state = 'owed', due_at = :now, priority = 0 WHERE subject = :subject",
    "UPDATE journal_head SET position = position + 1, hash = :hash WHERE chain = :chain",
    "INSERT INTO journal (chain, position, at, what, subject, actor, person_id, identity, channel, version,"
    " before, after, request_hash, previous, hash)"
    " SELECT chain, position, :now, 'approval.approve', :subject, :actor, :person, :account, :channel, 1,"
    " :before, :after, :hash, :hash, hash FROM journal_head WHERE chain = :chain",
)
"""What one Approve writes, in the order in which the house does."""
DELIVERY = tuple(metadata.tables["delivery"].c.keys())
REMINDER = (
    "UPDATE timer SET state = 'done', done_at = :now WHERE id = :timer AND state = 'waiting'",
    f"INSERT INTO delivery ({', '.join(DELIVERY)}) VALUES ({', '.join(f':{name}' for name in DELIVERY)})",
    "UPDATE delivery SET wanted = wanted + 1, state = 'owed', due_at = :now, priority = 0 WHERE subject = :subject",
    "UPDATE journal_head SET position = position + 1, hash = :hash WHERE chain = :client_id",
    "INSERT INTO journal (chain, position, at, what, subject, actor, person_id, identity, channel, version,"
    " before, after, request_hash, previous, hash)"
    " SELECT chain, position, :now, 'approval.remind_primary', :subject, 'the clock', NULL, '', 'tick', 1,"
    " :before, :after, :hash, :hash, hash FROM journal_head WHERE chain = :client_id",
)
"""What the first reminder of one person on one account writes."""
ACKNOWLEDGEMENT = (
    "INSERT INTO inbox (key, at, refused, outcome) VALUES (:key, :now, :no, :outcome)",
    "UPDATE receipt SET state = 'acknowledged', acked_at = :now, via = :channel WHERE id = :receipt",
    "INSERT INTO relay (id, subject, client_id, person_id, number, text, state, edited, place, created_at)"
    " VALUES (:relay, :subject, :chain, :person, 0, :words, 'draft', :no, '', :now)",
    *(
        "INSERT INTO timer (id, client_id, subject, plan, position, deed, due_at, state)"
        f" VALUES (:{name}_timer, :chain, :told, 'told', {position}, 'remind', :now, 'waiting')"
        for position, name in enumerate(("first", "second"))
    ),
    "UPDATE delivery SET wanted = wanted + 1, state = 'owed', due_at = :now, priority = 0"
    " WHERE subject = :subject AND purpose = 'notice' AND identity_id = :identity",
    "UPDATE delivery SET wanted = wanted + 1, state = 'owed', due_at = :now WHERE subject = :board",
    "INSERT INTO delivery (id, subject, purpose, identity_id, person_id, follows, client_id, lane, priority, wanted,"
    " shown, state, due_at, attempts, repeats, error, created_at) VALUES (:card, :told, 'relay', :identity, :person,"
    " '', :chain, :lane, 1, 1, 0, 'owed', :now, 0, 0, '', :now)",
    "UPDATE journal_head SET position = position + 1, hash = :hash WHERE chain = :chain",
    "INSERT INTO journal (chain, position, at, what, subject, actor, person_id, identity, channel, version,"
    " before, after, request_hash, previous, hash)"
    " SELECT chain, position, :now, 'notice.acknowledge', :subject, :actor, :person, :account, :channel, 1,"
    " :before, :after, :hash, :hash, hash FROM journal_head WHERE chain = :chain",
)
"""What an acknowledgement writes that is not the first of its place: its own card, the board and the words for the
staff are owed."""


@dataclass(frozen=True)
class Approval:
    """One request that waits for one voice, and the account whose yes decides it."""

    request: str
    ref: str
    step: str
    person: str
    name: str
    identity: str
    platform: str
    org: str
    user: str
    chain: str
    now: str

    def values(self, key: str) -> dict[str, Any]:
        """What the statements are given; `key` is the event's."""
        subject = f"approval:{self.request}"
        return {
            "key": key,
            "now": self.now,
            "no": False,
            "outcome": json.dumps({"ref": subject, "say": f"Approved. {self.ref} is decided.", "facts": {}}),
            "vote": f"vot_{secrets.token_hex(12)}",
            "request": self.request,
            "subject": subject,
            "step": self.step,
            "person": self.person,
            "identity": self.identity,
            "channel": self.platform,
            "chain": self.chain,
            "actor": self.name,
            "account": f"{self.platform}/{self.org}/{self.user}",
            "before": json.dumps({"state": "pending", "given": 0}),
            "after": json.dumps({"state": "approved", "given": 1, "voice": self.step}),
            "hash": secrets.token_hex(32),
        }


class Floor(Protocol):
    """One connection that writes the same kind of deed again and again."""

    def write(self, values: Mapping[str, Any]) -> None:
        """One transaction, on disk when this returns."""
        ...

    def rows(self, select: str, values: Mapping[str, Any]) -> list[Any]:
        """What one select answers, outside any transaction."""
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...


class SqliteFloor:
    """The driver of the standard library, with the settings of `storage.store`."""

    def __init__(self, path: Path, statements: Sequence[str]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._statements = statements
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            self._connection.execute(f"PRAGMA {pragma}")

    def write(self, values: Mapping[str, Any]) -> None:
        """One transaction, on disk when this returns."""
        self._connection.execute("BEGIN IMMEDIATE")
        for statement in self._statements:
            self._connection.execute(statement, values)
        self._connection.execute("COMMIT")

    def rows(self, select: str, values: Mapping[str, Any]) -> list[Any]:
        """What one select answers, outside any transaction."""
        return self._connection.execute(select, values).fetchall()

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


class PostgresFloor:
    """psycopg without anything between; one round trip a statement, as everywhere."""

    def __init__(self, url: str, statements: Sequence[str]) -> None:
        self._connection = psycopg.connect(url, autocommit=True, options="-c timezone=UTC", prepare_threshold=1)
        self._statements = [_named(statement) for statement in statements]

    def write(self, values: Mapping[str, Any]) -> None:
        """One transaction, on disk when this returns."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for statement in self._statements:
                cursor.execute(statement, values)

    def rows(self, select: str, values: Mapping[str, Any]) -> list[Any]:
        """What one select answers, outside any transaction."""
        return self._connection.execute(_named(select), values).fetchall()

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def open_floor(url: str, statements: Sequence[str]) -> Floor:
    """The floor on a database, by its URL; `statements` are what a deed of it writes."""
    if url.startswith("sqlite:///"):
        return SqliteFloor(Path(url.removeprefix("sqlite:///")), statements)
    return PostgresFloor(url, statements)


@cache
def _named(statement: str) -> Any:
    """:name -> %(name)s, which is how psycopg wants it."""
    return re.sub(r":(\w+)", r"%(\1)s", statement)
