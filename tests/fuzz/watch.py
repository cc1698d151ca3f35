"""What must hold whatever is sent: votes only of entitled people on the version they saw, other companies untouched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from handlers.authority import eligible
from handlers.mechanisms.standing import load
from storage import journal
from storage.queries import approvals, directory
from storage.rows import Row
from storage.store import Store, Tx
from tests.fuzz.slack_requests import Sent
from tests.rows import plain

COUNT = text("SELECT count(*) AS n, max(at) AS last, count(withdrawn_at) AS gone FROM vote")
VOTES = text("SELECT v.*, r.client_id FROM vote v JOIN approval_request r ON r.id = v.request_id")
IDENTITY = text("SELECT i.*, p.client_id FROM identity i JOIN person p ON p.id = i.person_id WHERE i.id = :id")
OF_CLIENTS = (
    "SELECT * FROM approval_request WHERE client_id <> :client ORDER BY id",
    "SELECT v.* FROM vote v JOIN approval_request r ON r.id = v.request_id WHERE r.client_id <> :client ORDER BY v.id",
    "SELECT s.* FROM approval_step s JOIN approval_request r ON r.id = s.request_id WHERE r.client_id <> :client "
    "ORDER BY s.id",
    "SELECT a.* FROM asked a JOIN approval_request r ON r.id = a.request_id WHERE r.client_id <> :client ORDER BY a.id",
    "SELECT q.* FROM inquiry q JOIN approval_request r ON r.id = q.request_id WHERE r.client_id <> :client "
    "ORDER BY q.id",
    "SELECT c.* FROM phone_voice c JOIN approval_request r ON r.id = c.request_id WHERE r.client_id <> :client "
    "ORDER BY c.id",
    "SELECT * FROM notice_place WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM receipt WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM relay WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM notice WHERE id IN (SELECT notice_id FROM notice_place WHERE client_id <> :client) ORDER BY id",
    "SELECT * FROM notice_update WHERE notice_id IN (SELECT notice_id FROM notice_place WHERE client_id <> :client) "
    "ORDER BY id",
    "SELECT * FROM downtime WHERE client_id <> :client ORDER BY id",
    *(
        f"SELECT * FROM {table} WHERE subject IN (SELECT 'downtime:' || id FROM downtime WHERE client_id <> :client) "
        "ORDER BY id"
        for table in ("offered_window", "window_voice", "voice_asked", "window_answer")
    ),
    "SELECT * FROM support_case WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM report_remark WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM feedback WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM blackout WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM preferred_time WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM timer WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM task WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM delivery WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM person WHERE coalesce(client_id, '') <> :client ORDER BY id",
    "SELECT * FROM role_assignment WHERE client_id <> :client ORDER BY id",
    "SELECT * FROM client WHERE id <> :client ORDER BY id",
    "SELECT * FROM workspace WHERE coalesce(client_id, '') <> :client ORDER BY id",
    "SELECT id, name, digest, scopes, client_id FROM api_token WHERE coalesce(client_id, '') <> :client ORDER BY id",
)


CODES = {"marlow-finch": "MF", "cedar-ridge": "CR", "northgate": "NF"}
REFERENCE = re.compile(rb"\b(MF|CR|NF)-[0-9]+\b|only-(marlow-finch|cedar-ridge|northgate)")


class Watch:
    """Looks at the store around every payload."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self.votes: dict[str, tuple[Any, ...]] = {}
        self.seen = 0
        self._look()

    def after(self, sent: Sent) -> None:
        """Every vote that is new belongs to whoever sent this, and may be there."""
        with self._store.read() as tx:
            count = tuple(tx.execute(COUNT).one())
            if count == self._count:
                return
            before = self.votes
            self._look_in(tx)
            for id_, row in self.votes.items():
                if before.get(id_) != row:
                    self._vote(tx, next(one for one in tx.execute(VOTES) if one.id == id_), sent)

    def told(self, sent: Sent, content: bytes) -> list[str]:
        """What somebody was told of a company that is not the own; the provider's people may know of every company."""
        own = sent.sender.client
        if own == "":
            return []
        mine = {CODES.get(own or ""), own}
        found = {(match[1] or match[2]).decode() for match in REFERENCE.finditer(content)}
        return [f"{sent.sender} is told of {one}" for one in sorted(found) if one not in mine]

    def others(self, client_slug: str | None) -> str:
        """A digest of everything that is not this client's (None: everything)."""
        digest = hashlib.sha256()
        with self._store.read() as tx:
            row = directory.client_by_slug(tx, client_slug) if client_slug else None
            for sql in OF_CLIENTS:
                _, found = plain(tx, sql, {"client": row.id if row is not None else "nobody"})
                digest.update(repr(found).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def look_again(self) -> None:
        """What the test itself has done is no effect of a payload."""
        self._look()

    def settle(self) -> None:
        """At the end: every decided request was decided by different people, and the journal holds."""
        with self._store.read() as tx:
            for request in tx.execute(text("SELECT * FROM approval_request WHERE state IN ('approved', 'fulfilled')")):
                whole = approvals.request(tx, request.id)
                assert whole is not None
                steps = approvals.steps_of(tx, whole.id, whole.version)
                people = [step.decided_by for step in steps]
                assert all(step.state == "approved" for step in steps), whole.ref
                assert len(set(people)) == len(people) and None not in people, whole.ref
            for chain in journal.chains(tx):
                assert journal.verify(tx, chain) == [], chain

    def _look(self) -> None:
        with self._store.read() as tx:
            self._look_in(tx)

    def _look_in(self, tx: Tx) -> None:
        self._count = tuple(tx.execute(COUNT).one())
        self.votes = {row.id: tuple(row) for row in tx.execute(VOTES)}

    def _vote(self, tx: Tx, vote: Row[Any], sent: Sent) -> None:
        if vote.withdrawn_at is not None:
            identity = tx.execute(IDENTITY, {"id": vote.identity_id}).one()
            assert identity.person_id == vote.person_id
            return
        self.seen += 1
        identity = tx.execute(IDENTITY, {"id": vote.identity_id}).one()
        sender = sent.sender
        assert (identity.platform, identity.org, identity.user) == (sender.platform, sender.org, sender.user), sent
        assert identity.person_id == vote.person_id and identity.client_id == vote.client_id, sent
        standing = load(tx, vote.request_id, self._now())
        assert standing is not None
        now = standing.request.version
        assert vote.version == now, f"a vote on version {vote.version} of {now}: {sent}"
        assert sent.claimed in (vote.version, None) or sent.what.startswith("again"), f"a stale card voted: {sent}"
        voice = next(one for one in standing.question.voices if one.id == vote.step_id)
        able = eligible(standing.roster, standing.question, voice)
        assert vote.person_id in able, f"{vote.person_id} may not decide {standing.request.ref}: {sent}"
        voters = [row.person_id for row in standing.votes]
        assert len(set(voters)) == len(voters), f"somebody voted twice: {sent}"
