"""The house without platforms: the demo cast on a store, people who press and a clock that tests move."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.demo.cast import BY_KEY, PEOPLE, Cast
from bot.demo.world import START, World, laptops
from handlers.commands import (
    Access,
    Approve,
    Chat,
    Command,
    Event,
    Outcome,
    Purchase,
    PurchaseLine,
    RaiseApproval,
    Ref,
    Refused,
    Reject,
    Service,
    System,
)
from handlers.desk import Desk
from handlers.mechanisms.standing import Standing, load
from schedules import reminders, reports
from schedules.clock import Rung
from storage.store import Store
from tests.rows import rows


class Office:
    """Commands go in by people's first and last names; what comes out is read from the store."""

    def __init__(self, store: Store, cast: Cast | None = None) -> None:
        self.store = store
        self.cast = cast or Cast()
        self.desk = Desk(store)
        self.now: datetime = START
        self._keys = itertools.count()

    def seed(self) -> Office:
        """The demo cast in the directory."""
        world = World(self.cast, "http://bot", "http://stage")
        waiting = world.seed(self._seed_one)
        try:
            waiting.send(None)
        except StopIteration:
            return self
        raise AssertionError("seeding waits for nothing")

    async def _seed_one(self, command: Command, key: str) -> Outcome:
        return self.desk.perform(command, Event(f"seed:{key}", self.now, System("seed"), "cli"))

    def account(self, name: str) -> Chat:
        """The account a person presses with."""
        player = PEOPLE[name]
        company = BY_KEY[player.company]
        if self.cast.places(player)[0] == "slack":
            return Chat("slack", company.team, player.user)
        return Chat("teams", company.tenant, player.aad)

    def do(self, who: str | Chat | Service | System, command: Command, *, key: str = "") -> Outcome:
        """One command by somebody, as its own event."""
        actor = self.account(who) if isinstance(who, str) else who
        channel = actor.platform if isinstance(actor, Chat) else "test"
        return self.desk.perform(command, Event(key or f"event:{next(self._keys)}", self.now, actor, channel))

    def order(self, **changes: Any) -> Ref:
        """Sofia raises story 1's order (or another one)."""
        return self.raised("Sofia Marchetti", laptops() if not changes else purchase(**changes))

    def raised(self, who: str | Service, command: RaiseApproval) -> Ref:
        """Somebody raises a request; -> its reference."""
        ref = self.do(who, command).ref
        assert ref is not None
        return ref

    def approve(self, name: str, ref: Ref, *, version: int = 1, key: str = "") -> str:
        """A press on Approve; -> the sentence."""
        return self.do(name, Approve(ref, version), key=key).say

    def reject(self, name: str, ref: Ref, reason: str = "Not now.", *, version: int = 1) -> str:
        """A submitted reject form; -> the sentence."""
        return self.do(name, Reject(ref, version, reason)).say

    def refused(self, name: str | Chat, command: Command) -> Refused:
        """What somebody is told who may not."""
        try:
            outcome = self.do(name, command)
        except Refused as refused:
            return refused
        raise AssertionError(f"{name} was not refused: {outcome}")

    def standing(self, ref: Ref) -> Standing:
        """Where a request stands."""
        with self.store.read() as tx:
            found = load(tx, ref.id, self.now)
        assert found is not None
        return found

    def state(self, ref: Ref) -> str:
        """The request's state."""
        return str(self.standing(ref).request.state)

    def asked(self, ref: Ref) -> list[str]:
        """Who is asked and has not answered."""
        standing = self.standing(ref)
        return [standing.name(person_id) for person_id, _ in standing.waiting_on()]

    def person(self, name: str) -> str:
        """A person's id."""
        return str(self.rows("SELECT id FROM person WHERE name = :name", name=name)[0].id)

    def tick(self) -> None:
        """Everything that is due now, at once, as after a time of standing still."""
        while commands := self.due():
            for command in commands:
                self.do(System("clock"), command, key=f"tick:{command.timer}:{next(self._keys)}")

    def due(self) -> list[Rung]:
        """What the clock would do now."""
        return [*reminders.rungs(self.store, self.now), *reports.batches(self.store, self.now)]

    def rows(self, sql: str, **values: Any) -> list[Any]:
        """What the store holds."""
        with self.store.glance() as tx:
            return rows(tx, sql, values)

    def journal(self, what: str) -> int:
        """How many entries of this kind there are."""
        return int(self.rows("SELECT count(*) AS n FROM journal WHERE what = :what", what=what)[0].n)

    def later(self, **span: float) -> None:
        """Time goes by and everything that comes due happens in order, at its own time."""
        end = self.now + timedelta(**span)
        while True:
            rows = self.rows("SELECT min(due_at) AS due FROM timer WHERE state = 'waiting'")
            due = rows[0].due
            if due is None:
                break
            moment = datetime.fromisoformat(due).replace(tzinfo=UTC) if isinstance(due, str) else due
            if moment > end:
                break
            self.now = max(self.now, moment)
            for command in self.due():
                self.do(System("clock"), command, key=f"tick:{command.timer}:{next(self._keys)}")
        self.now = end


def purchase(
    unit: int = 8_900,
    quantity: int = 1,
    *,
    client: str = "marlow-finch",
    title: str = "Toner",
    requested_by: str = "",
    quote_url: str = "",
    proposal: str = "",
    urgency: Any = "normal",
    lines: tuple[PurchaseLine, ...] | None = None,
) -> RaiseApproval:
    """A small order: one toner for $89.00 unless told otherwise."""
    return RaiseApproval(
        client=client,
        kind="purchase",
        title=title,
        why="The old one is empty.",
        requested_by=requested_by,
        urgency=urgency,
        purchase=Purchase(
            category="peripheral",
            vendor="Tidewater Supply",
            currency="USD",
            lines=lines or (PurchaseLine("Toner", quantity, unit),),
            quote_url=quote_url,
            proposal=proposal,
        ),
    )


def access(
    subject: str = "Nora Blake",
    *,
    kind: str = "folder_permission",
    client: str = "marlow-finch",
    requested_by: str = "",
    external: bool = False,
    after: str = "Read and write",
) -> RaiseApproval:
    """A change of access."""
    return RaiseApproval(
        client=client,
        kind="access",
        title=f"{subject}: Litigation/Harlow",
        why="She joins the Harlow case.",
        requested_by=requested_by,
        access=Access(kind, subject, "Litigation/Harlow", "None", after, None, external),
    )
