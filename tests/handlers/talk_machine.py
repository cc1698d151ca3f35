"""Planned talks and pulses as a state machine: every command by anybody at any time, people and policies in motion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from handlers import commands
from handlers.commands import Ref, System
from tests.handlers.reckoning import instant
from tests.handlers.talk_judge import ANYBODY, PROVIDER, Judged
from tests.handlers.talking import (
    CR,
    DANA,
    HANNAH,
    MARCUS,
    MF,
    NF,
    PRIYA,
    SOFIA,
    TOM,
    window,
)

anybody = st.sampled_from(ANYBODY)
contacts = st.sampled_from((DANA, DANA, MARCUS, MARCUS, PRIYA, TOM, HANNAH, SOFIA))
provider = st.sampled_from((*PROVIDER, *PROVIDER, DANA))
which, number = st.integers(0, 5), st.sampled_from((1, 1, 2, 3))
off = st.sampled_from((0, 0, 0, 0, -1, 1))
words = st.sampled_from(("Because.", "Because.", " ", "\x00", ""))
clients = st.sampled_from((MF, MF, NF, CR, "nobody"))
kinds = st.sampled_from(("check_in", "check_in", "vcio_meeting", "rap_session", "tea"))
slots = st.lists(st.tuples(st.integers(0, 9), st.sampled_from((6, 10, 11, 16))), min_size=1, max_size=3)


class Talks(Judged):
    """Harborline's three clients from Monday morning on."""

    @initialize()
    def begin(self) -> None:
        self.attempt(SOFIA, commands.PlanTouchpoint((window(18, 10), window(18, 14)), MF))
        self.attempt(SOFIA, commands.PlanTouchpoint((window(18, 10), window(19, 14)), NF))

    # ---------------------------------------------------------- a time

    @rule(who=provider, chosen=slots, client=clients, kind=kinds)
    def plan(self, who: Any, chosen: Any, client: str, kind: str) -> None:
        self.attempt(who, commands.PlanTouchpoint(self.times(chosen), client, kind))

    @rule(who=provider, at=which, chosen=slots)
    def offer(self, who: Any, at: int, chosen: Any) -> None:
        self.attempt(who, commands.PlanTouchpoint(self.times(chosen), ref=self.one(at)[0]))

    @rule(who=contacts, at=which, off_=off, number_=number)
    def pick(self, who: Any, at: int, off_: int, number_: int) -> None:
        ref, row = self.one(at)
        self.attempt(who, commands.PickSlot(ref, row.revision + off_, number_))

    @rule(at=which)
    def yes(self, at: int) -> None:
        """Whoever may says yes to the first time."""
        ref, row = self.one(at)
        for who in (DANA, MARCUS, PRIYA):
            self.attempt(who, commands.PickSlot(ref, row.revision, 1))

    @rule(who=contacts, at=which, off_=off, text=words, chosen=st.none() | slots)
    def reschedule(self, who: Any, at: int, off_: int, text: str, chosen: Any) -> None:
        ref, row = self.one(at)
        named = self.times(chosen)[0] if chosen else None
        self.attempt(who, commands.Reschedule(ref, row.revision + off_, text, named))

    @rule(who=provider, at=which, chosen=slots, minutes=st.sampled_from((30, 60, 0)))
    def agree(self, who: Any, at: int, chosen: Any, minutes: int) -> None:
        self.attempt(who, commands.AgreeSlot(self.one(at)[0], self.times(chosen)[0].starts_at, minutes))

    @rule(who=anybody, at=which, reason=words)
    def skip(self, who: Any, at: int, reason: str) -> None:
        self.attempt(who, commands.SkipTouchpoint(self.one(at)[0], reason))

    # ---------------------------------------------------------- the talk

    @rule(who=provider, at=which, notes=words)
    def hold(self, who: Any, at: int, notes: str) -> None:
        self.attempt(who, commands.HoldTouchpoint(self.one(at)[0], notes))

    @rule(at=which, took_place=st.booleans(), number_=number)
    def let_it_come(self, at: int, took_place: bool, number_: int) -> None:
        """A time is agreed, comes, and somebody says how it was."""
        ref, row = self.one(at)
        for who in (DANA, MARCUS):
            self.attempt(who, commands.PickSlot(ref, row.revision, number_))
        row = self.talks()[ref.id]
        if row.state == "confirmed":
            self.until(instant(row.ends_at))
            self.attempt(SOFIA, commands.HoldTouchpoint(ref, "Well.") if took_place else commands.MissTouchpoint(ref))
            self.attempt(SOFIA, commands.CloseTouchpoint(ref))

    @rule(who=provider, at=which)
    def miss(self, who: Any, at: int) -> None:
        self.attempt(who, commands.MissTouchpoint(self.one(at)[0]))

    @rule(who=provider, at=which)
    def close(self, who: Any, at: int) -> None:
        self.attempt(who, commands.CloseTouchpoint(self.one(at)[0]))

    @rule(who=anybody, at=which, text=words)
    def item(self, who: Any, at: int, text: str) -> None:
        self.attempt(who, commands.AddAgendaItem(self.one(at)[0], text))

    @rule(who=provider, at=which, owner=st.sampled_from((DANA, SOFIA, MARCUS)), days=st.none() | st.integers(-1, 9))
    def action(self, who: Any, at: int, owner: str, days: int | None) -> None:
        due = None if days is None else (self.office.now + timedelta(days=days)).date()
        self.attempt(who, commands.AddActionItem(self.one(at)[0], "Call", self.office.person(owner), due))

    @rule(who=anybody, dropped=st.booleans())
    def finish(self, who: Any, dropped: bool) -> None:
        for row in self.office.rows("SELECT id FROM action_item WHERE state = 'open' LIMIT 1"):
            self.attempt(who, commands.FinishActionItem(Ref("action_item", row.id), dropped))

    @rule(who=provider, at=which, kind=st.sampled_from(("assessment", "slide_deck")), waived=words)
    def record(self, who: Any, at: int, kind: str, waived: str) -> None:
        self.attempt(who, commands.PutMeetingRecord(self.one(at)[0], kind, waived_why=waived))

    # ---------------------------------------------------------- pulses, and how often

    @rule(who=provider, colour=st.sampled_from(("green", "amber", "red")), users=st.none() | st.integers(90, 140))
    def log(self, who: Any, colour: str, users: int | None) -> None:
        for row in self.office.rows("SELECT id FROM pulse WHERE state = 'asked' LIMIT 1"):
            self.attempt(who, commands.LogPulse(Ref("pulse", row.id), colour, "", users, 100))

    @rule(who=provider, keep=st.booleans(), reason=words)
    def settle(self, who: Any, keep: bool, reason: str) -> None:
        rules = self.office.rows("SELECT count(*) AS n FROM cadence")[0].n
        for row in self.office.rows("SELECT id FROM pulse WHERE state = 'logged' LIMIT 1"):
            self.attempt(who, commands.SettleCadence(Ref("pulse", row.id), keep, reason))
        if keep:
            assert self.office.rows("SELECT count(*) AS n FROM cadence")[0].n == rules

    @rule(who=provider, client=clients, kind=kinds, every=st.sampled_from(("1 week", "1 month", "never", "often")))
    def cadence(self, who: Any, client: str, kind: str, every: str) -> None:
        self.attempt(who, commands.PutCadence(client, kind, every, "So."))

    # ---------------------------------------------------------- the world

    @rule(name=st.sampled_from((DANA, MARCUS, PRIYA)), days=st.integers(1, 6))
    def away(self, name: str, days: int) -> None:
        now = self.office.now
        self.attempt(name, commands.GoAway(now, now + timedelta(days=days)))

    @rule(name=st.sampled_from((DANA, MARCUS, PRIYA)))
    def back(self, name: str) -> None:
        self.attempt(name, commands.ComeBack())

    @rule(holiday=st.integers(9, 29), lead=st.sampled_from((5, 10)))
    def policy(self, holiday: int, lead: int) -> None:
        own = {"holidays": [f"2026-06-{holiday:02}"], "timetable": {"lead_days": lead}}
        self.attempt(System("cli"), commands.PutPolicy(MF, own))

    @rule(hours=st.sampled_from((1, 5, 24, 24, 72)))
    def later(self, hours: int) -> None:
        self.until(self.office.now + timedelta(hours=hours))

    @rule(hours=st.sampled_from((30, 30, 400)))
    def stand_still(self, hours: int) -> None:
        """Nothing runs for a while, and then everything that is due happens at once."""
        self.office.now += timedelta(hours=hours)
        self.tick()
