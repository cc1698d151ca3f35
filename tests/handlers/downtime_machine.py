"""Downtimes as a state machine: every command by anybody, at any time, with the directory and the clock in motion."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.cards.card import Button, buttons_of
from handlers import commands
from handlers.commands import Ref, Refused, Service, System, Window
from storage import journal
from tests.handlers.agreements import AGREED, Agreements
from tests.handlers.screens import Screens
from tests.handlers.windows import ANJA, DANA, ET, GRETA, KAI, MARCUS, SOFIA, firewalls

PSA = Service("psa", frozenset({"downtimes:write"}))
CONTACTS = (MARCUS, ANJA, GRETA)
PROVIDER = (SOFIA, KAI, PSA)
ANYBODY = (*CONTACTS, *PROVIDER, DANA, Service("reader", frozenset({"read"})), System("the clock"))
MOST = 3
"""Downtimes in one run: more would be touched less."""

anybody = st.sampled_from(ANYBODY)
contacts = st.sampled_from((*CONTACTS, *CONTACTS, DANA))
provider = st.sampled_from((*PROVIDER, *PROVIDER, MARCUS))
which, number = st.integers(0, MOST - 1), st.sampled_from((1, 1, 2, 3))
seen = st.sampled_from((0, 0, 0, 0, -1, 1))
words = st.sampled_from(("Because.", "Because.", "Because.", " ", "\x00", ""))
slots = st.lists(
    st.tuples(st.sampled_from((0, 1, 12, 15, 16, 22)), st.sampled_from((6, 11, 18, 22)), st.sampled_from((1, 4, 6))),
    min_size=1,
    max_size=3,
)
offices = st.sampled_from(((), ("toledo",), ("leipzig",), ()))


TYPED = {
    "reason": "Because.",
    "text": "As said.",
    "consent": "yes",
    "override": "It has to be.",
    "windows": "2026-07-18T06:00:00-04:00",
    "length": "120",
    "longer": "30",
}
"""What is typed into whatever form it is."""


class Downtimes(RuleBasedStateMachine):
    """Northgate's two offices from a Friday morning on."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        super().__init__()
        self._opened = opened()
        self.office = Agreements(self._opened.__enter__())
        self.screens = Screens(self.office)
        self.refs: list[Ref] = []
        self.shown: list[tuple[str, Button, int]] = []
        """Buttons that were ever on a card: (whose, the button, the revision in force when it was drawn)."""

    def teardown(self) -> None:
        self.office.told()
        with self.office.store.read() as tx:
            assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []
        self._opened.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.office.now = datetime(2026, 6, 5, 10, tzinfo=ET)
        self.attempt(SOFIA, firewalls())

    def attempt(self, who: Any, command: Any) -> None:
        """Does it, or is refused: the watcher judges both."""
        with suppress(Refused):
            self.office.do(who, command)
        self.refs = [Ref("downtime", id_) for id_ in self.office.downtimes()]

    def one(self, which_: int) -> tuple[Ref, Any]:
        """One of the downtimes there are, with its row."""
        ref = self.refs[which_ % len(self.refs)]
        return ref, self.office.downtimes()[ref.id]

    def times(self, chosen: list[tuple[int, int, int]]) -> tuple[Window, ...]:
        """Slots of (days from now, hour, hours) as times."""
        base = self.office.now.astimezone(ET).replace(minute=0, second=0, microsecond=0)
        starts = [(base + timedelta(days=days)).replace(hour=hour) for days, hour, _ in chosen]
        return tuple(Window(at, at + timedelta(hours=lasts)) for at, (_, _, lasts) in zip(starts, chosen, strict=True))

    # ---------------------------------------------------------- offering

    @precondition(lambda self: len(self.refs) < MOST)
    @rule(who=anybody, chosen=slots, where=offices, override=words, send=st.booleans())
    def raise_one(self, who: Any, chosen: Any, where: Any, override: str, send: bool) -> None:
        said = firewalls(client="" if who in CONTACTS else "northgate", locations=where, override=override, send=send)
        self.attempt(who, commands.RaiseDowntime(**{**vars(said), "windows": self.times(chosen)}))

    @rule(who=provider, at=which, off=seen)
    def send(self, who: Any, at: int, off: int) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.SendDowntime(ref, row.version + off))

    @rule(who=provider, at=which, what=words, chosen=st.one_of(st.none(), slots))
    def change(self, who: Any, at: int, what: str, chosen: Any) -> None:
        ref, _ = self.one(at)
        windows = self.times(chosen) if chosen else None
        self.attempt(who, commands.ChangeDowntime(ref, implications=what or None, windows=windows))

    @rule(who=provider, at=which, chosen=slots, override=words)
    def offer_others(self, who: Any, at: int, chosen: Any, override: str) -> None:
        self.attempt(who, commands.OfferWindows(self.one(at)[0], self.times(chosen), override=override))

    @rule(who=provider, at=which, off=seen, number_=number, override=words)
    def take(self, who: Any, at: int, off: int, number_: int, override: str) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.TakeWindow(ref, row.revision + off, number_, override))

    @rule(who=anybody, at=which, reason=words)
    def withdraw(self, who: Any, at: int, reason: str) -> None:
        self.attempt(who, commands.WithdrawDowntime(self.one(at)[0], reason))

    @rule(who=provider, at=which)
    def remind(self, who: Any, at: int) -> None:
        self.attempt(who, commands.RemindVoices(self.one(at)[0]))

    # ---------------------------------------------------------- answering

    @rule(who=contacts, at=which, off=seen, ok=st.booleans(), numbers=st.sets(number, max_size=2), reason=words)
    def answer(self, who: Any, at: int, off: int, ok: bool, numbers: set[int], reason: str) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.AnswerWindows(ref, row.revision + off, ok, tuple(sorted(numbers)), reason))

    @rule(at=which, off=seen, number_=number, consent=st.booleans(), reason=words, who=contacts)
    def choose(self, at: int, off: int, number_: int, consent: bool, reason: str, who: Any) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.ChooseWindow(ref, row.revision + off, number_, consent, reason))

    @rule(at=which, number_=number)
    def come_to_terms(self, at: int, number_: int) -> None:
        """The offices answer and somebody who may by the reckoning says yes, or the provider takes what was named."""
        ref, row = self.one(at)
        if row.state == "draft":
            self.attempt(SOFIA, commands.ChangeDowntime(ref, override="It has to be"))
            self.attempt(SOFIA, commands.SendDowntime(ref, self.office.downtimes()[ref.id].version))
        self.attempt(SOFIA, commands.TakeWindow(ref, row.revision, number_, "It has to be"))
        row = self.office.downtimes()[ref.id]
        self.attempt(ANJA, commands.AnswerWindows(ref, row.revision, True))
        for who in self.office.deciders():
            self.attempt(who, commands.ChooseWindow(ref, row.revision, number_, True, "I know"))

    @rule(who=contacts, at=which, off=seen, chosen=slots)
    def suggest(self, who: Any, at: int, off: int, chosen: Any) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.SuggestWindow(ref, row.revision + off, self.times(chosen)[0]))

    @rule(who=anybody, at=which, off=seen, reason=words)
    def decline(self, who: Any, at: int, off: int, reason: str) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.DeclineDowntime(ref, row.revision + off, reason))

    # ---------------------------------------------------------- carrying out

    @rule(who=anybody, at=which, what=st.sampled_from((commands.FinishDowntime, commands.CompleteDowntime)))
    def end(self, who: Any, at: int, what: Any) -> None:
        self.attempt(who, what(self.one(at)[0]))

    @rule(who=st.one_of(provider, anybody), at=which)
    def start(self, who: Any, at: int) -> None:
        self.attempt(who, commands.StartDowntime(self.one(at)[0]))

    @rule(minutes=st.sampled_from((-20, -10, 0, 0, 10, 600)))
    def go_there(self, minutes: int) -> None:
        """The clock moves to about the next agreed beginning, and somebody begins."""
        ahead = [row for row in self.office.downtimes().values() if row.life in ("scheduled", "announced")]
        for row in ahead[:1]:
            starts = self.office.ledger.yes[row.id].starts_at + timedelta(minutes=minutes)
            self.office.later(seconds=max((starts - self.office.now).total_seconds(), 0))
            self.attempt(KAI, commands.StartDowntime(Ref("downtime", row.id)))

    @rule(minutes=st.sampled_from((5, 60, 600)), what=st.sampled_from(("longer", "finish", "complete")))
    def go_on(self, minutes: int, what: str) -> None:
        """Work that is under way goes on, and somebody says so."""
        for row in [row for row in self.office.downtimes().values() if row.life in ("in_progress", "extended")][:1]:
            ref = Ref("downtime", row.id)
            self.office.later(minutes=minutes)
            longer = commands.ExtendDowntime(ref, self.office.now + timedelta(hours=8), "It is slow")
            ends = {
                "longer": longer,
                "finish": commands.FinishDowntime(ref),
                "complete": commands.CompleteDowntime(ref),
            }
            self.attempt(KAI, ends[what])

    @rule(who=provider, at=which, hours=st.sampled_from((-1, 1, 2, 400)))
    def extend(self, who: Any, at: int, hours: int) -> None:
        self.attempt(who, commands.ExtendDowntime(self.one(at)[0], self.office.now + timedelta(hours=hours)))

    @rule(who=anybody, at=which, reason=words, chosen=st.one_of(st.none(), slots), override=words)
    def postpone(self, who: Any, at: int, reason: str, chosen: Any, override: str) -> None:
        windows = self.times(chosen) if chosen and len(self.refs) < MOST + 2 else ()
        self.attempt(who, commands.PostponeDowntime(self.one(at)[0], reason, windows, override))

    @rule(who=anybody, at=which, reason=words)
    def cancel(self, who: Any, at: int, reason: str) -> None:
        self.attempt(who, commands.CancelDowntime(self.one(at)[0], reason))

    # ---------------------------------------------------------- what stands on cards

    @rule(who=st.sampled_from((*CONTACTS, SOFIA, KAI)), at=which)
    def look(self, who: str, at: int) -> None:
        """Somebody reads every message there is about one of them, and sees its buttons."""
        ref, row = self.one(at)
        for purpose in dict.fromkeys(self.screens.purposes(who, ref)):
            card = self.screens.gallery.draw(ref, purpose, self.office.person(who))
            for button in buttons_of(card) if card is not None else ():
                self.shown.append((who, button, row.revision))

    @rule(nth=st.integers(0, 200), fill=st.booleans())
    def press(self, nth: int, fill: bool) -> None:
        """Somebody presses what was on a card, now or long after."""
        if not self.shown:
            return
        who, button, revision = self.shown[nth % len(self.shown)]
        before = self.office.dump()[: len(AGREED)]
        answer = self.screens.push(who, button, TYPED if fill or not button.form else None)
        assert answer is not None
        row = self.office.downtimes().get(button.ref.id)
        if row is not None and button.verb.startswith("window:") and row.revision != revision:
            assert self.office.dump()[: len(AGREED)] == before, f"{button.verb} of revision {revision} still works"
        self.refs = [Ref("downtime", id_) for id_ in self.office.downtimes()]

    # ---------------------------------------------------------- the world

    @rule(who=st.sampled_from(CONTACTS), chosen=slots, where=st.sampled_from(("", "leipzig")))
    def no_work(self, who: Any, chosen: Any, where: str) -> None:
        self.attempt(who, commands.PutBlackout("Stocktaking", location=where, window=self.times(chosen)[0]))

    @rule(who=st.sampled_from(CONTACTS), days=st.sampled_from((1, 9)), stand_in=st.sampled_from(("", *CONTACTS)))
    def away(self, who: str, days: int, stand_in: str) -> None:
        delegate = self.office.person(stand_in) if stand_in else ""
        now = self.office.now
        self.attempt(who, commands.GoAway(now, now + timedelta(days=days), delegate))

    @rule(who=st.sampled_from(CONTACTS))
    def back(self, who: str) -> None:
        self.attempt(who, commands.ComeBack())

    @rule(nth=st.integers(0, 40), what=st.sampled_from(("payload", "payload", "target")))
    def lose(self, nth: int, what: str) -> None:
        """A message does not arrive."""
        rows = self.office.rows(
            "SELECT id FROM delivery WHERE subject LIKE 'downtime:%' AND state = 'owed' ORDER BY id"
        )
        if not rows:
            return
        id_ = rows[nth % len(rows)].id
        with self.office.store.write() as tx:
            tx.exec_driver_sql(f"UPDATE delivery SET state = 'dead', settled_at = NULL WHERE id = '{id_}'")
        self.attempt(System("courier"), commands.DeliveryFailed(id_, what, "user_not_found"))

    @rule(hours=st.sampled_from((0.3, 2, 26, 50)))
    def later(self, hours: float) -> None:
        self.office.later(hours=hours)

    @rule(hours=st.sampled_from((3, 60)))
    def stood_still(self, hours: int) -> None:
        self.office.now += timedelta(hours=hours)
        self.office.tick()

    @invariant()
    def holds(self) -> None:
        if self.refs:
            self.office.holds()
