"""Planned talks and pulses as a state machine: every command by anybody at any time, people and policies in motion."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handlers import commands
from handlers.commands import Ref, Refused, Service, System, Window
from handlers.mechanisms.talks.standing import stand
from storage import journal
from storage.queries import touchpoints
from tests.handlers.office import Office
from tests.handlers.reckoning import instant
from tests.handlers.talking import (
    BEN,
    CR,
    DANA,
    HANNAH,
    MARCUS,
    MF,
    NEW_YORK,
    NF,
    PRIYA,
    SOFIA,
    TOM,
    window,
)

PSA = Service("psa", frozenset({"touchpoints:write"}))
CONTACTS = (DANA, PRIYA, MARCUS, TOM, HANNAH)
PROVIDER = (SOFIA, BEN, PSA)
ANYBODY = (*CONTACTS, *PROVIDER, Service("reader", frozenset({"read"})), System("the clock"))
STATES = {
    "": {"due", "proposed", "skipped"},
    "due": {"due", "proposed", "confirmed", "held", "skipped"},
    "proposed": {"proposed", "due", "rescheduled", "confirmed", "held", "skipped"},
    "rescheduled": {"rescheduled", "due", "proposed", "confirmed", "held", "skipped"},
    "confirmed": {"confirmed", "due", "proposed", "rescheduled", "held", "missed", "skipped"},
    "held": {"held", "closed"},
    **{state: {state} for state in ("closed", "missed", "skipped")},
}
AGREEING = (commands.PickSlot, commands.AgreeSlot)
anybody = st.sampled_from(ANYBODY)
contacts = st.sampled_from((DANA, DANA, MARCUS, MARCUS, PRIYA, TOM, HANNAH, SOFIA))
provider = st.sampled_from((*PROVIDER, *PROVIDER, DANA))
which, number = st.integers(0, 5), st.sampled_from((1, 1, 2, 3))
off = st.sampled_from((0, 0, 0, 0, -1, 1))
words = st.sampled_from(("Because.", "Because.", " ", "\x00", ""))
clients = st.sampled_from((MF, MF, NF, CR, "nobody"))
kinds = st.sampled_from(("check_in", "check_in", "vcio_meeting", "rap_session", "tea"))
slots = st.lists(st.tuples(st.integers(0, 9), st.sampled_from((6, 10, 11, 16))), min_size=1, max_size=3)


class Talks(RuleBasedStateMachine):
    """Harborline's three clients from Monday morning on."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        super().__init__()
        self._opened = opened()
        self.office = Office(self._opened.__enter__())
        self.before: dict[str, Any] = {}

    def teardown(self) -> None:
        with self.office.store.read() as tx:
            assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []
        self._opened.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.attempt(SOFIA, commands.PlanTouchpoint((window(18, 10), window(18, 14)), MF))
        self.attempt(SOFIA, commands.PlanTouchpoint((window(18, 10), window(19, 14)), NF))

    def talks(self) -> dict[str, Any]:
        return {row.id: row for row in self.office.rows("SELECT * FROM touchpoint ORDER BY created_at, id")}

    def attempt(self, who: Any, command: Any) -> None:
        """Does it, or is refused; whatever becomes of any talk is judged."""
        able = self.deciders()
        with suppress(Refused):
            self.office.do(who, command)
        self.judge(command, who, able)

    def judge(self, command: Any, who: Any, able: dict[str, set[str]]) -> None:
        after = self.talks()
        for id_, row in after.items():
            was: Any = self.before.get(id_)
            old = was.state if was is not None else ""
            assert row.state in STATES[old], (old, row.state, command)
            if was is not None:
                assert row.version >= was.version and row.revision >= was.revision and row.sequence >= was.sequence
            agreed = row.state == "confirmed" and (old != "confirmed" or row.starts_at != was.starts_at)
            if agreed:
                assert isinstance(command, AGREEING), "only a yes, or the provider's word that there is one, agrees"
                if isinstance(command, commands.PickSlot):
                    assert self.office.person(who) in able.get(id_, set()) and row.decided_by == self.office.person(who)
                else:
                    assert who in PROVIDER or isinstance(who, System)
            given_up = old == "confirmed" and row.state in ("due", "proposed", "rescheduled", "skipped")
            if given_up or (agreed and was is not None and was.decided_at is not None):
                assert row.sequence > was.sequence, "every calendar hears of it"
        self.before = after

    def deciders(self) -> dict[str, set[str]]:
        with self.office.store.read() as tx:
            rows = [touchpoints.talk(tx, id_) for id_ in self.before]
            return {row.id: set(stand(tx, row, self.office.now).deciders()) for row in rows if row is not None}

    def one(self, at: int) -> tuple[Ref, Any]:
        rows = list(self.talks().values())
        row = rows[-1 - at % len(rows)]
        return Ref("touchpoint", row.id), row

    def times(self, chosen: list[tuple[int, int]]) -> tuple[Window, ...]:
        base = self.office.now.astimezone(NEW_YORK).replace(minute=0, second=0, microsecond=0)
        starts = [(base + timedelta(days=days)).replace(hour=hour) for days, hour in chosen]
        return tuple(Window(at, at + timedelta(minutes=30)) for at in starts)

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

    def until(self, end: datetime) -> None:
        """Time goes by, and what comes due happens at its own time."""
        while (
            due := self.office.rows("SELECT min(due_at) AS due FROM timer WHERE state = 'waiting'")[0].due
        ) is not None:
            moment = instant(due)
            if moment > end:
                break
            self.office.now = max(self.office.now, moment)
            self.tick()
        self.office.now = max(self.office.now, end)

    @rule(hours=st.sampled_from((30, 30, 400)))
    def stand_still(self, hours: int) -> None:
        """Nothing runs for a while, and then everything that is due happens at once."""
        self.office.now += timedelta(hours=hours)
        self.tick()

    def tick(self) -> None:
        self.office.tick()
        self.judge(None, None, {})

    # ---------------------------------------------------------- what always holds

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        agreed = [row for row in self.before.values() if row.state == "confirmed"]
        for one in agreed:
            for other in agreed:
                together = one.owner_id == other.owner_id or one.client_id == other.client_id
                if one.id < other.id and together:
                    assert not (one.starts_at < other.ends_at and other.starts_at < one.ends_at)

    @invariant()
    def who_is_called_is_not_written_to(self) -> None:
        written = self.office.rows(
            "SELECT d.purpose FROM delivery d JOIN person p ON p.id = d.person_id"
            " JOIN touchpoint t ON d.subject = 'touchpoint:' || t.id"
            " WHERE t.channel <> 'chat' AND p.client_id IS NOT NULL"
        )
        assert written == []

    @invariant()
    def nobody_is_written_to_about_another_clients_talk(self) -> None:
        strangers = self.office.rows(
            "SELECT d.purpose FROM delivery d JOIN person p ON p.id = d.person_id"
            " JOIN touchpoint t ON d.subject = 'touchpoint:' || t.id"
            " WHERE p.client_id IS NOT NULL AND p.client_id <> t.client_id"
        )
        assert strangers == []

    @invariant()
    def an_offer_ends_by_itself(self) -> None:
        ends = {
            row.subject: instant(row.due_at)
            for row in self.office.rows("SELECT subject, due_at FROM timer WHERE deed = 'lapse' AND state = 'waiting'")
        }
        for row in self.before.values():
            if row.state == "proposed":
                assert f"touchpoint:{row.id}" in ends, "silence would keep it open for ever"

    @invariant()
    def the_next_one_waits_for_its_day(self) -> None:
        """Unless one is to be, or there are to be none."""
        never = {(row.client_id, row.kind) for row in self.office.rows("SELECT * FROM cadence WHERE every = 'never'")}
        waiting = {
            (row.client_id, row.plan)
            for row in self.office.rows(
                "SELECT client_id, plan FROM timer WHERE deed = 'open_talk' AND state = 'waiting'"
            )
        }
        alive = {(row.client_id, row.kind) for row in self.before.values() if row.state in touchpoints.ALIVE}
        for client in self.office.rows("SELECT id FROM client"):
            for kind in ("check_in", "operational_call", "rap_session"):
                key = (client.id, kind)
                assert (key in waiting) or (key in alive) or (key in never), key
