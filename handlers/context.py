"""What one command works with: the transaction, the moment, who acts, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from handlers.calendar import BusinessCalendar
from handlers.commands import Command, Ref
from handlers.hours import quiet_until
from storage import lists, outbox
from storage.queries import directory, downtimes, rooms
from storage.store import Tx

DIGEST_AT = time(8, 30)
"""Of a provider whose settings say nothing."""
CLICK, URGENT, NORMAL, BULK = 0, 1, 5, 9
"""Priorities of deliveries; a person who waits for a click (0) goes before all."""


@dataclass(frozen=True)
class Who:
    """Who acts, as verified. `client_id` is None for the provider's people, services without a client and the house."""

    name: str
    person_id: str | None = None
    client_id: str | None = None
    staff: bool = False
    identity_id: str | None = None
    identity: str = ""
    reachable: bool = True
    """Whether cards are sent to the account this is; False until somebody thought lost is heard of again."""
    service: str | None = None
    scopes: frozenset[str] = frozenset()
    system: bool = False

    @property
    def is_provider(self) -> bool:
        """Whether this is somebody, or something, of the provider's side."""
        return bool(self.staff or self.service or self.system)

    def acts_for(self, client_id: str) -> bool:
        """Whether this client is any of this actor's business."""
        return self.system or (self.client_id or client_id) == client_id


@dataclass(frozen=True)
class Entry:
    """One line for the journal, written when the command has done everything else."""

    what: str
    chain: str
    subject: str
    version: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass
class Work:
    """One command's workplace. Handlers read and write through `tx` and tell here what follows."""

    tx: Tx
    now: datetime
    who: Who
    channel: str
    new_id: Callable[[str], str]
    provider: BusinessCalendar
    """When the provider itself works."""
    digest_at: time = DIGEST_AT
    """When its people get the list of what waits for them, there."""
    entries: list[Entry] = field(default_factory=list)
    follow_ups: list[Command] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)
    """Requests that changed: the lists on which they stand are touched when everything else is done."""
    planned: set[str] = field(default_factory=set)
    """Downtimes that changed, for the same reason."""
    boards: set[str] = field(default_factory=set)
    """Notices whose boards show something else now. They are written last of all: a thousand who answer at once all
    change the same rows, and each waits until the one before is done."""

    def note(
        self,
        what: str,
        *,
        chain: str,
        subject: Ref | str = "",
        version: int | None = None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """One line for the journal of a client (`chain` is its id, or "msp")."""
        self.entries.append(Entry(what, chain, str(subject), version, before or {}, after or {}))

    def owe(
        self,
        ref: Ref,
        purpose: str,
        people: Iterable[str],
        *,
        client_id: str | None,
        priority: int = NORMAL,
        due_at: datetime | None = None,
        follows: str = "",
    ) -> int:
        """Owes these people a card of this subject on each of their accounts; answers how many accounts that is.

        `follows` is the purpose of an earlier card of this subject, in whose thread this one is posted where the
        platform has threads; it is never sent before that one.

        In a contact's quiet hours what is not urgent is held until they end; a second held card becomes, with the
        first, one message that lists everything that waits.
        """
        ids = list(people)
        held = self._held(ids, client_id) if priority >= NORMAL and due_at is None and client_id else {}
        owed = [
            outbox.Owed(
                id=self.new_id("dlv"),
                subject=str(ref),
                purpose=purpose,
                identity_id=account.id,
                person_id=account.person_id,
                client_id=client_id,
                lane=f"{account.platform}:{account.org}",
                priority=priority,
                due_at=due_at or held.get(account.person_id, self.now),
                follows=follows,
            )
            for account in directory.accounts_of(self.tx, ids)
        ]
        if owed:
            outbox.owe(self.tx, owed, self.now)
        for one in owed:
            assert one.person_id is not None and one.identity_id is not None
            listed = Ref("person", one.person_id)
            if one.person_id in held and lists.merge_held(self.tx, one.identity_id, one.due_at, keep=str(listed)):
                purpose = f"opening:{one.due_at:%Y-%m-%d}"
                card = replace(one, id=self.new_id("dlv"), subject=str(listed), purpose=purpose, follows="")
                outbox.owe(self.tx, [card], self.now)
        return len(owed)

    def post(
        self,
        ref: Ref,
        purpose: str,
        room_id: str,
        *,
        client_id: str | None,
        priority: int = NORMAL,
        follows: str = "",
    ) -> bool:
        """Owes a room a card of this subject, at once; False when our app is not in that room (any more)."""
        room = rooms.room(self.tx, room_id)
        if room is None or room.state != "in":
            return False
        card = outbox.Owed(
            id=self.new_id("dlv"),
            subject=str(ref),
            purpose=purpose,
            identity_id=None,
            person_id=None,
            client_id=client_id,
            lane=f"{room.platform}:{room.org}",
            priority=priority,
            due_at=self.now,
            room_id=room.id,
            follows=follows,
        )
        outbox.owe(self.tx, [card], self.now)
        return True

    def _held(self, people: Iterable[str], client_id: str) -> dict[str, datetime]:
        """person -> when their quiet hours end, for those who are in them."""
        ends = {person: quiet_until(self.tx, client_id, person, self.now) for person in people}
        return {person: end for person, end in ends.items() if end is not None}

    def timer(
        self,
        subject: Ref | str,
        plan: str,
        deed: str,
        due_at: datetime,
        *,
        client_id: str | None = None,
        position: int = 0,
    ) -> dict[str, Any]:
        """A row for something that happens by itself; it is planned once per (subject, plan, position)."""
        return {
            "id": self.new_id("tmr"),
            "client_id": client_id,
            "subject": str(subject),
            "plan": plan,
            "position": position,
            "deed": deed,
            "due_at": due_at,
            "state": "waiting",
        }

    def redraw(self, ref: Ref, *, priority: int = CLICK) -> None:
        """Every copy of this subject has to show what is true now; above CLICK at most once a second."""
        if ref.kind == "downtime":
            downtimes.wake(self.tx, str(ref), self.now, self.who.person_id or "")
            self.planned.add(ref.id)
            return
        outbox.touch(self.tx, str(ref), self.now, priority=priority)
        if ref.kind == "approval":
            self.listed.add(ref.id)
