"""Carries one delivery, step by step: claim, draw, mark as sending, send, settle by what the platform answered."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from bot.cards.card import Card
from bot.cards.printed import look_of
from bot.platform import Account, Gone, Later, Messenger, Platform, Result, Shown, Unsure
from bot.scribe import Scribe
from bot.together import Hop, Together
from handlers.commands import Command, DeliveryFailed, Ref, Refused
from storage import settling
from storage.lanes import Hold
from storage.store import Tx
from storage.waiting import WHOLE_ORG, Due

log = logging.getLogger("keyline.courier")

MOST_REPEATS = 3
"""So often a post is sent again after an unsure outcome; then it is dead and reported."""
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 300.0

DRAWN_TOGETHER, BATCHES = 100, 2
"""Going to a thread or another process takes as long as a small card takes to draw, and one look at the store is enough
for many: whatever is to be drawn while others are drawn shares the next way. While a batch is drawn the next is there
already."""

LOOK = "look"
"""Beside a shown message's name: a digest of the card it shows. An edit that would change nothing is not sent."""

Ask = tuple[Ref, str, str, str]
"""A card to be drawn: its subject, its purpose, for whom (a person's id, "" for a room), and for which platform."""
Asks = Sequence[Ask]
Drawn = Sequence[Card | Exception | None]
"""The card of each, None for nothing to say, or why it cannot be drawn."""
Draw = Callable[[Sequence[tuple[Ref, str, str]]], Drawn]
"""Draws for any platform."""
Away = Callable[[Asks], Awaitable[Drawn | None]]
"""Draws and prints elsewhere; None when it has to be done here."""
Leave = Callable[[Callable[[], Awaitable[Result]]], Awaitable[Result]]
"""Does what is given to it in its own time, or answers `Later` instead."""
State = Literal["moved", "shown", "again", "anew", "later", "unsure", "dropped", "dead", "closed"]


@dataclass(frozen=True)
class Carried:
    """What became of it; closed: dead, and its whole lane with it.

    For later and unsure: not before `wait` real seconds, which is `due_at` in domain time; `scope` says who waits.
    """

    state: State
    row: Due | None = None
    wait: float = 0.0
    due_at: datetime | None = None
    scope: Literal["conversation", "org"] = "conversation"


@dataclass
class Carrier:
    """`draw`, like every touch of the store, runs in a thread (`hop`) and with no transaction open.

    `away` is asked first for what nobody waits for; None: it is to be drawn here.
    """

    hop: Hop
    scribe: Scribe
    draw: Draw
    messengers: Mapping[str, Messenger]
    open_address: Callable[[str], Mapping[str, str]]
    perform: Callable[[Command], Awaitable[Any]]
    remember: Callable[[Account], Awaitable[object]] | None
    now: Callable[[], datetime]
    random: random.Random
    at: Callable[[str], None]
    away: Away | None = None
    counts: Counter[str] = field(default_factory=Counter)
    """What became of deliveries since this process started, by `Carried.state`; and `repeated`."""

    def __post_init__(self) -> None:
        self._urgent: Together[Ask] = Together(self.hop, self._draw, most=DRAWN_TOGETHER)
        self._patient: Together[Ask] = Together(self._anywhere, self._draw, most=DRAWN_TOGETHER, abreast=BATCHES)

    async def carry(self, hold: Hold, delivery: str, by: datetime, leave: Leave, known: Due | None = None) -> Carried:
        """Carries this delivery if it still wants to go; `leave` sends it, when it may.

        `known` is how it was a moment ago. Raises `LaneLost` when the lane is no longer ours.
        """
        carried = await self._carry(hold, known or await self.scribe.claim(delivery, by), leave)
        self.counts[carried.state] += 1
        return carried

    async def _carry(self, hold: Hold, row: Due | None, leave: Leave) -> Carried:
        if row is None:
            return Carried("moved")
        self.at("claimed")
        if not row.reachable:
            closed = "The app is not in this room any more." if row.room_id else "The person's chat with us is closed."
            return await self._fail(hold, row, Gone("target", closed))
        if row.state == "unsure" and row.message is None and row.repeats >= MOST_REPEATS:
            why = f"Sent {row.repeats + 1} times without an answer from the platform."
            return await self._fail(hold, row, Gone("target", why))
        try:
            card = await (self._urgent if row.priority == 0 else self._patient).ask(_ask(row))
        except Exception as problem:
            log.exception("the card of %s for %s cannot be drawn", row.subject, row.purpose)
            return await self._fail(hold, row, Gone("payload", f"The card cannot be drawn: {problem}"))
        self.at("drawn")
        if card is None:
            done = await self.scribe.write(hold, row.id, lambda tx: settling.settle_dropped(tx, row, self.now()))
            return Carried("dropped" if done else "again", row)
        sending: Due | None = await self.scribe.write(hold, row.id, settling.MarkSending(row), held=True)
        if sending is None:
            return Carried("again", row)
        if sending.repeats > row.repeats:
            self.counts["repeated"] += 1
            log.warning("sending %s again: nobody knows whether it arrived (%s)", row.id, row.error or "a lost process")
        self.at("sending")
        account, look = self._account(row), look_of(card)
        if row.state == "owed" and row.message is not None and row.message.get(LOOK) == look:
            self.counts["unchanged"] += 1
            return await self._settle(hold, sending, account, Shown(row.message), look)
        result = await leave(lambda: self._send(account, sending, card))
        if card.printed is not None and isinstance(result, Gone) and result.what == "payload":
            result = await self._send_anew(account, sending, result)
        self.at("sent")
        return await self._settle(hold, sending, account, result, look)

    def _draw(self, asks: Asks) -> Drawn:
        return self.draw([ask[:3] for ask in asks])

    async def _anywhere(self, draw: Callable[[Asks], Drawn], asks: Asks) -> Drawn:
        """In the other process, if it can."""
        drawn = await self.away(asks) if self.away is not None else None
        return drawn if drawn is not None else await self.hop(draw, asks)

    # -------------------------------------------------------------- send and settle

    async def _send(self, account: Account, row: Due, card: Card) -> Result:
        messenger = self.messengers.get(row.platform)
        if messenger is None:
            return Gone("installation", f"This Keyline is not connected to {row.platform}.")
        try:
            if row.message is None:
                return await messenger.post(account, card, delivery=row.id, follows=row.followed)
            return await messenger.update(account, row.message, card)
        except Exception as problem:  # a messenger's own fault, after who knows how much was sent
            log.exception("the %s messenger failed", row.platform)
            return Unsure(f"{type(problem).__name__}: {problem}")

    async def _send_anew(self, account: Account, row: Due, refused: Gone) -> Result:
        """What came printed and is not taken so: drawn here, where its messenger can make it plainer."""
        try:
            card = await self._urgent.ask(_ask(row))
        except Exception:
            log.exception("the card of %s for %s cannot be drawn", row.subject, row.purpose)
            return refused
        return await self._send(account, row, card) if card is not None else refused

    async def _settle(self, hold: Hold, row: Due, account: Account, result: Result, look: str) -> Carried:
        now = self.now()
        if isinstance(result, Shown):
            message = {**result.message, LOOK: look}
            state = await self.scribe.write(hold, row.id, settling.SettleShown(row, row.wanted, message, now))
            self.at("settled")
            if result.address and {**account.address, **result.address} != dict(account.address):
                await self._learn(account, result.address)
            return Carried("again" if state == "owed" else "shown", row)
        if isinstance(result, Later):
            return await self._postpone(hold, row, result.seconds, result.scope, result.reason)
        if isinstance(result, Unsure):
            wait = self._patience(row.attempts, 0.0)
            due_at = now + timedelta(seconds=wait)
            await self.scribe.write(
                hold, row.id, lambda tx: settling.mark_unsure(tx, row, due_at, result.reason or "no answer")
            )
            self.at("settled")
            return Carried("unsure", row, wait, due_at)
        if result.what == "message" and row.message is not None:
            await self.scribe.write(hold, row.id, lambda tx: settling.settle_anew(tx, row, now))
            self.at("settled")
            return Carried("anew", row)
        return await self._fail(hold, row, result)

    async def _postpone(
        self, hold: Hold, row: Due, seconds: float, scope: Literal["conversation", "org"], reason: str
    ) -> Carried:
        wait = self._patience(row.attempts, seconds)
        due_at = self.now() + timedelta(seconds=wait)
        why = (WHOLE_ORG if scope == "org" else "") + (reason or "told to wait")
        await self.scribe.write(hold, row.id, lambda tx: settling.settle_later(tx, row, due_at, why))
        self.at("settled")
        return Carried("later", row, wait, due_at, scope)

    async def _fail(self, hold: Hold, row: Due, gone: Gone) -> Carried:
        """Dead first, told afterwards: `untold` finds what a crash leaves in between, so that it never goes nowhere."""
        what = "payload" if gone.what == "message" else gone.what
        why, now = f"{what}: {f'{row.room}: ' if row.room_id else ''}{gone.reason}", self.now()

        def die(tx: Tx) -> str:
            if what == "installation":
                settling.bury(tx, row.lane, why, now)
            return settling.settle_dead(tx, row, why)

        done = await self.scribe.write(hold, row.id, die)
        self.at("settled")
        if not done:
            return Carried("again", row)
        await self.tell(hold, replace(row, error=why))
        return Carried("closed" if what == "installation" else "dead", row)

    async def tell(self, hold: Hold, dead: Due) -> None:
        """Reports a dead delivery; what cannot be reported now stays untold and is found again."""
        what, _, reason = dead.error.partition(": ")
        try:
            await self.perform(DeliveryFailed(dead.id, what, reason))
        except Refused as no:
            log.warning("the failure of %s was not taken up: %s", dead.id, no.sentence)
        except Exception:
            log.exception("the failure of %s could not be reported; it is tried again", dead.id)
            return
        self.at("reported")
        await self.scribe.write(hold, dead.id, lambda tx: settling.mark_told(tx, dead, self.now()))

    # -------------------------------------------------------------- helpers

    def _account(self, row: Due) -> Account:
        address: Mapping[str, str] = {}
        if row.address:
            try:
                address = self.open_address(row.address)
            except ValueError as problem:  # sealed with another key: as good as unknown
                log.warning("the address of %s cannot be read: %s", row.target, problem)
        if row.room_id:
            address = {**address, ("channel" if row.platform == "slack" else "conversation"): row.user}
        return Account(cast(Platform, row.platform), row.org, row.user, address, room=row.room)

    async def _learn(self, account: Account, news: Mapping[str, str]) -> None:
        if self.remember is None:
            return
        try:
            await self.remember(replace(account, address={**account.address, **news}))
        except Exception:  # the message is shown; only a shortcut for the next one is lost
            log.exception("the address of %s/%s could not be kept", account.org, account.user)

    def _patience(self, attempts: int, asked: float) -> float:
        """At least what was asked; else exponential, with jitter so that nobody comes back in step."""
        window = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(max(attempts - 1, 0), 20))
        return max(asked, window / 2) + self.random.random() * window / 2


def _ask(row: Due) -> Ask:
    return Ref.parse(row.subject), row.purpose, row.person_id or "", row.platform
