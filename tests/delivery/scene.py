"""A small world for delivery tests: people on lanes, a platform that answers as told, couriers that can die."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.cards.card import Card
from bot.courier import Courier
from bot.pace import Pace
from bot.platform import Account, Result, Shown
from handlers.commands import Command, Ref
from storage import outbox
from storage.outbox import Owed
from storage.store import Store
from storage.tables import metadata

START = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
delivery = metadata.tables["delivery"]


class Died(BaseException):
    """The process ends here."""


@dataclass
class Platform:
    """A fake messenger: keeps what it shows, answers from `script` first, and as a healthy platform otherwise.

    `during` is called while a request is under way (after it arrived, before it is answered).
    """

    script: list[Result | Exception] = field(default_factory=list)
    arrives: list[bool] = field(default_factory=list)
    """For scripted answers: whether the message was stored nevertheless (default: only when Shown)."""
    during: Callable[[str, str], None] | None = None
    delay: float = 0.0
    posts: list[tuple[str, str, str]] = field(default_factory=list)
    """(user, delivery, title) of every post that arrived."""
    threads: list[tuple[str, str]] = field(default_factory=list)
    """(title, the message in whose thread it stands) of every post that arrived."""
    edits: list[tuple[str, str]] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    """message id -> title as people see it."""
    accounts: list[Account] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def post(
        self, account: Account, card: Card, *, delivery: str, follows: Mapping[str, str] | None = None
    ) -> Result:
        def arrive() -> Result:
            message = f"m{len(self.posts) + 1}"
            self.posts.append((account.user, delivery, card.title))
            self.threads.append((card.title, (follows or {}).get("id", "")))
            self.shown[message] = card.title
            return Shown({"id": message, "user": account.user}, address={"channel": f"D-{account.user}"})

        return await self._answer(account, "post", delivery, arrive)

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        def arrive() -> Result:
            self.edits.append((message["id"], card.title))
            self.shown[message["id"]] = card.title
            return Shown(message)

        return await self._answer(account, "update", message["id"], arrive)

    async def _answer(self, account: Account, what: str, which: str, arrive: Callable[[], Result]) -> Result:
        self.accounts.append(account)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            scripted = self.script.pop(0) if self.script else None
            result = scripted
            if scripted is None or isinstance(scripted, Shown) or (self.arrives and self.arrives.pop(0)):
                arrived = arrive()
                result = arrived if scripted is None else scripted
            if self.during is not None:
                self.during(what, which)
            await asyncio.sleep(self.delay)
            if isinstance(result, Exception):
                raise result
            assert result is not None
            return result
        finally:
            self.under_way -= 1


@dataclass
class World:
    """One database with people on lanes and facts that cards are drawn from."""

    store: Store
    facts: dict[str, str | None] = field(default_factory=dict)
    """subject, or "subject purpose" -> what its card says now (None: nothing worth saying; missing: drawing fails)."""
    platform: Platform = field(default_factory=Platform)
    commands: list[Command] = field(default_factory=list)
    now: datetime = START
    remembered: list[Account] = field(default_factory=list)
    refuse_reports: list[Exception] = field(default_factory=list)

    def people(self, count: int, lane: str = "slack:T0") -> None:
        """`count` people p0, p1, ... of one lane; a person's identity is `lane/pN`."""
        platform, _, org = lane.partition(":")
        names = [f"p{n}" for n in range(count)]
        with self.store.write() as tx:
            tx.execute(
                insert(metadata.tables["person"]),
                [
                    {"id": f"{lane}/{n}", "name": n, "title": "", "email": "", "phone": "", "language": "en",
                     "timezone": "UTC", "preferred_channel": "chat", "ask_last": False, "state": "active"}
                    for n in names
                ],
            )  # fmt: skip
            tx.execute(
                insert(metadata.tables["identity"]),
                [
                    {"id": f"{lane}/{n}", "person_id": f"{lane}/{n}", "platform": platform, "org": org, "user": n,
                     "address": "", "reachable": True}
                    for n in names
                ],
            )  # fmt: skip

    def owe(self, subject: str, says: str | None, *people: str, lane: str = "slack:T0", **more: Any) -> None:
        """Owes the card of `subject` (which says `says`) to these people."""
        self.facts[subject] = says
        given: dict[str, Any] = {"purpose": "ask", "priority": 5, "due_at": self.now, "follows": "", **more}
        owed = [
            Owed(f"d-{subject}-{lane}-{p}-{given['purpose']}", subject, given["purpose"], f"{lane}/{p}", f"{lane}/{p}",
                 None, lane, given["priority"], given["due_at"], follows=given["follows"])
            for p in people
        ]  # fmt: skip
        with self.store.write() as tx:
            outbox.owe(tx, owed, self.now)
            outbox.notify(tx)

    def room(self, name: str, lane: str = "slack:T0", address: str = "", state: str = "in") -> None:
        """A room of one lane; its id is `lane/name`, its channel `C-name`."""
        platform, _, org = lane.partition(":")
        with self.store.write() as tx:
            values = {"id": f"{lane}/{name}", "platform": platform, "org": org, "channel": f"C-{name}", "name": name,
                      "address": address, "state": state}  # fmt: skip
            tx.execute(insert(metadata.tables["room"]), [values])

    def post(self, subject: str, says: str | None, room: str, lane: str = "slack:T0", **more: Any) -> None:
        """Owes a room the card of `subject`."""
        self.facts[subject] = says
        given: dict[str, Any] = {"purpose": "post", "priority": 5, "follows": "", **more}
        owed = Owed(f"d-{subject}-{room}-{given['purpose']}", subject, given["purpose"], None, None, None, lane,
                    given["priority"], self.now, room_id=f"{lane}/{room}", follows=given["follows"])  # fmt: skip
        with self.store.write() as tx:
            outbox.owe(tx, [owed], self.now)
            outbox.notify(tx)

    def change(self, subject: str, says: str | None, **more: Any) -> None:
        """The facts change: every living card of the subject wants a redraw."""
        self.facts[subject] = says
        with self.store.write() as tx:
            outbox.touch(tx, subject, self.now, **more)
            outbox.notify(tx)

    def drawn(self, ref: Ref, purpose: str, person_id: str) -> Card | Exception | None:
        """One of many: what goes wrong with it is its own."""
        try:
            return self.draw(ref, purpose, person_id)
        except Exception as problem:
            return problem

    def draw(self, ref: Ref, purpose: str, person_id: str) -> Card | None:
        says = self.facts[f"{ref} {purpose}"] if f"{ref} {purpose}" in self.facts else self.facts[str(ref)]
        return None if says is None else Card(title=says, summary=says)

    async def perform(self, command: Command) -> None:
        if self.refuse_reports:
            raise self.refuse_reports.pop(0)
        self.commands.append(command)

    async def remember(self, account: Account) -> bool:
        self.remembered.append(account)
        return True

    def courier(self, store: Store | None = None, at: Callable[[str], None] | None = None, **more: Any) -> Courier:
        """A courier without pacing (unless given), as one process has one."""
        given: dict[str, Any] = {"pace": Pace({}), "rng": random.Random(7), **more}
        if at is not None:
            given["at"] = at
        return Courier(
            store or self.store,
            lambda asks: [self.drawn(*ask) for ask in asks],
            {"slack": self.platform, "teams": self.platform},
            lambda sealed: {"channel": sealed},
            self.perform,
            lambda: self.now,
            remember=self.remember,
            **given,
        )

    def rows(self, **having: Any) -> list[Any]:
        """Every delivery, by id."""
        with self.store.read() as tx:
            statement = select(delivery).filter_by(**having).order_by(delivery.c.id)
            return list(tx.execute(statement).all())

    @property
    def row(self) -> Any:
        (only,) = self.rows()
        return only

    def later(self, seconds: float) -> None:
        """The domain's clock goes forward."""
        self.now += timedelta(seconds=seconds)


def dies_at(step: str, occurrence: int = 1) -> Callable[[str], None]:
    """A seam that ends the process at the n-th arrival at a step."""
    seen = 0

    def at(reached: str) -> None:
        nonlocal seen
        seen += reached == step
        if reached == step and seen == occurrence:
            raise Died(step)

    return at


def told(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """(delivery, what) of every reported failure."""
    return [(command.delivery, command.what) for command in commands]  # type: ignore[union-attr]
