"""Planned talks and pulses as a state machine: every command by anybody at any time, people and policies in motion."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from handlers import commands
from handlers.commands import Ref, Refused, Service, System, Window
from handlers.mechanisms.talks.standing import stand
from storage import journal
from storage.queries import touchpoints
from tests.handlers.office import Office
from tests.handlers.reckoning import instant
from tests.handlers.talking import (
    BEN,
    DANA,
    HANNAH,
    MARCUS,
    NEW_YORK,
    PRIYA,
    SOFIA,
    TOM,
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


class Judged(RuleBasedStateMachine):
    """An office where whatever becomes of a talk is looked at."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        super().__init__()
        self._opened = opened()
        self.office = Office(self._opened.__enter__())
        self.before: dict[str, Any] = {}

    def teardown(self) -> None:
        with self.office.store.read() as tx:
            assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []
        self._opened.__exit__(None, None, None)

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
