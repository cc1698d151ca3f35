"""The one door: one command, one transaction, and nothing is known to anybody before it is on disk.

admit the event -> recognise the actor -> handle -> journal -> answer -> commit. A refusal rolls all of it back and is
written to the journal in a transaction of its own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import time
from typing import Any, TypeVar

from handlers import commands
from handlers.authority import either
from handlers.calendar import BusinessCalendar
from handlers.commands import Chat, Command, Event, Outcome, Ref, Refused, Service
from handlers.context import DIGEST_AT, Entry, Who, Work
from handlers.mechanisms.standing import load
from handlers.routes import HANDLERS
from storage import inbox, journal, lists, outbox
from storage.queries import approvals as approval_queries
from storage.queries import broadcasts, directory
from storage.store import Store, Tx

Seen = TypeVar("Seen")

UNKNOWN = "We do not know this account yet. Please ask your provider to add you to the company's contacts."

PROVIDER = BusinessCalendar("America/New_York", country="US")
"""When a provider works whose settings say nothing."""


def new_id(prefix: str, now_ms: int) -> str:
    """An id that sorts by time and cannot be guessed: `apr_` + 11 hex digits of milliseconds + 64 random bits."""
    return f"{prefix}_{now_ms:011x}{secrets.token_hex(8)}"


class _Undone(Exception):
    """Ends the transaction of a rehearsal."""


@dataclass(frozen=True)
class Desk:
    """The only writer of domain facts. `new_id` and `at` (called between every two steps) are there for simulation.

    `provider` is when the provider itself works, `digest_at` when its people get their morning's list there.
    """

    store: Store
    provider: BusinessCalendar = PROVIDER
    new_id: Callable[[str, int], str] = new_id
    at: Callable[[str], None] = lambda step: None
    digest_at: time = DIGEST_AT

    def perform(self, command: Command, event: Event) -> Outcome:
        """Does the command once. A repeated event gets the first outcome again. Raises `Refused` with a sentence."""
        assert event.key != commands.ITSELF or isinstance(event.actor, commands.System)
        try:
            with self.store.write() as tx:
                seen = inbox.admit(tx, event.key, event.now) if event.key else None
                if seen is not None and not seen.refused:
                    return _outcome(seen.outcome)
                self.at("admitted")
                work = self._work(tx, event)
                if isinstance(event.actor, Chat) and not work.who.reachable:
                    actor = event.actor
                    work.follow_ups.append(commands.RememberAddress(actor.platform, actor.org, actor.user))
                outcome = self._handle(command, work)
                self.at("handled")
                _write(tx, work.entries, work, _fingerprint(command))
                if event.key:
                    inbox.answer(tx, event.key, _plain(outcome))
                for notice_id in sorted(work.boards):
                    broadcasts.wake_boards(tx, notice_id, event.now)
                outbox.notify(tx)
                self.at("journalled")
            self.at("committed")
            return outcome
        except Refused as refused:
            refused = self._with_deciders(command, event, refused)
            self.refuse(type(command).__name__, getattr(command, "ref", None), event, refused)
            raise refused from None

    def rehearse(self, command: Command, event: Event, look: Callable[[Tx, Outcome], Seen]) -> Seen:
        """What a command would come to: it is done, `look` sees the facts as they would be, and all of it is undone.

        It leaves no line in the journal and uses no key up. Raises `Refused` as the command itself would.
        """
        seen: list[Seen] = []
        with suppress(_Undone), self.store.write() as tx:
            seen.append(look(tx, self._handle(command, self._work(tx, event))))
            raise _Undone
        return seen[0]

    def recognise(self, chat: Chat) -> Who:
        """Who this verified account is, for reads; raises `Refused` for an account nobody has."""
        with self.store.glance() as tx:
            return _recognise(tx, Event("", commands.EPOCH, chat, ""))

    def _with_deciders(self, command: Command, event: Event, refused: Refused) -> Refused:
        """To an unknown account in the client's own workspace we say who can decide; to anybody else's we do not."""
        ref, actor = getattr(command, "ref", None), event.actor
        if refused.sentence != UNKNOWN or ref is None or not isinstance(actor, Chat):
            return refused
        with self.store.read() as tx:
            home = directory.workspace(tx, actor.platform, actor.org)
            standing = load(tx, ref.id, event.now) if ref.kind == "approval" else None
            if standing is None or home is None or home.client_id != standing.client.id:
                return refused
            return Refused(f"{UNKNOWN} {either(standing.deciders())} can decide this request.", code=refused.code)

    def _work(self, tx: Tx, event: Event) -> Work:
        milliseconds = int(event.now.timestamp() * 1000)
        return Work(
            tx=tx,
            now=event.now,
            who=_recognise(tx, event),
            channel=event.channel,
            new_id=lambda prefix: self.new_id(prefix, milliseconds),
            provider=self.provider,
            digest_at=self.digest_at,
        )

    def _handle(self, command: Command, work: Work) -> Outcome:
        outcome = HANDLERS[type(command)](command, work)
        while work.follow_ups:
            follow_up = work.follow_ups.pop(0)
            HANDLERS[type(follow_up)](follow_up, work)
        lists.touch(work.tx, work.listed, work.now, work.planned)
        return outcome

    def refuse(self, what: str, ref: Ref | None, event: Event, refused: Refused) -> None:
        """What was refused is journalled once per event, and nothing else of it is kept."""
        if isinstance(event.actor, commands.System):
            return
        with self.store.write() as tx:
            if inbox.admit(tx, event.key, event.now, refused=True) is not None:
                return
            try:
                who = _recognise(tx, event)
            except Refused:
                who = Who(name="unknown account", identity=_identity(event))
            work = Work(tx, event.now, who, event.channel, lambda prefix: prefix, self.provider)
            subject = approval_queries.request(tx, ref.id) if ref is not None and ref.kind == "approval" else None
            entry = Entry(
                what=f"refused.{what}",
                chain=subject.client_id if subject is not None else who.client_id or journal.PROVIDER_CHAIN,
                subject=str(ref) if subject is not None else "",
                version=subject.version if subject is not None else None,
                before={},
                after={"sentence": refused.sentence, "code": refused.code},
            )
            _write(tx, [entry], work, "")


def _recognise(tx: Tx, event: Event) -> Who:
    actor = event.actor
    if isinstance(actor, Chat):
        row = directory.identity(tx, actor.platform, actor.org, actor.user)
        if row is None or row.state != "active":
            raise Refused(UNKNOWN, code="not_entitled")
        return Who(
            name=row.name,
            person_id=row.person_id,
            client_id=row.client_id,
            staff=row.client_id is None,
            identity_id=row.id,
            identity=_identity(event),
            reachable=row.reachable,
        )
    if isinstance(actor, Service):
        client = directory.client_by_slug(tx, actor.client) if actor.client else None
        if actor.client and client is None:
            raise Refused("The client of this token does not exist (any more).", code="not_entitled")
        return Who(
            name=f"API: {actor.name}",
            client_id=client.id if client is not None else None,
            service=actor.name,
            scopes=actor.scopes,
        )
    return Who(name=actor.name, system=True)


def _identity(event: Event) -> str:
    actor = event.actor
    return f"{actor.platform}/{actor.org}/{actor.user}" if isinstance(actor, Chat) else ""


def _write(tx: Tx, entries: Sequence[Entry], work: Work, fingerprint: str) -> None:
    """The chains' heads are locked here and last; of several chains in one order."""
    lines = [
        journal.Line(
            chain=entry.chain,
            at=work.now,
            what=entry.what,
            actor=work.who.name,
            subject=entry.subject,
            person_id=work.who.person_id,
            identity=work.who.identity,
            channel=work.channel,
            version=entry.version,
            before=entry.before,
            after=entry.after,
            request_hash=fingerprint,
        )
        for entry in entries
    ]
    if len(lines) == 1:
        journal.append(tx, **vars(lines[0]))
    elif lines:
        journal.append_all(tx, lines)


def _fingerprint(command: Command) -> str:
    return hashlib.sha256(repr(command).encode()).hexdigest()


def _plain(outcome: Outcome) -> dict[str, Any]:
    return {"ref": str(outcome.ref) if outcome.ref else None, "say": outcome.say, "facts": dict(outcome.facts)}


def _outcome(kept: Mapping[str, Any]) -> Outcome:
    assert {field.name for field in fields(Outcome)} >= set(kept)
    ref = Ref.parse(kept["ref"]) if kept.get("ref") else None
    return Outcome(ref, kept.get("say", ""), kept.get("facts", {}), repeated=True)
