"""Anybody presses anything at any time: what holds of a notice after every command, whatever came before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from handlers.commands import (
    Acknowledge,
    CallMe,
    CancelNotice,
    ChangeNotice,
    ComeBack,
    Command,
    GoAway,
    RecordAcknowledgement,
    Ref,
    Refused,
    RemindReaders,
    ReopenNotice,
    ReportTrouble,
    ResolveNotice,
    ShareRootCause,
    StaffInformed,
    UpdateNotice,
)
from storage import journal
from tests.handlers import anything
from tests.handlers.alarm import ANJA, BEN, DANA, JILL, LUIS, MARCUS, PRIYA, SOFIA, TOM, at, broadcast, mail, raised
from tests.handlers.boards import both_ways, compared
from tests.handlers.office import Office

EXAMPLES = {"sqlite": 30, "postgresql": 5}
EVERYBODY = [DANA, LUIS, PRIYA, TOM, JILL, MARCUS, ANJA, SOFIA, BEN]
CONTACTS = [DANA, LUIS, PRIYA, TOM, JILL, MARCUS, ANJA]
OUTSIDE = ["Hannah Cole", "Dr. Amara Osei", "Greta Lindqvist"]
COMMANDS: list[Callable[[Ref], Command]] = [
    Acknowledge,
    StaffInformed,
    CallMe,
    lambda ref: ReportTrouble(ref, "Here too"),
    lambda ref: UpdateNotice(ref, "News"),
    lambda ref: UpdateNotice(ref, no_change=True),
    lambda ref: ResolveNotice(ref, "Done"),
    lambda ref: ReopenNotice(ref, "Back"),
    lambda ref: CancelNotice(ref),
    lambda ref: ChangeNotice(ref, severity=1),
    lambda ref: ShareRootCause(ref, "a", "b", "c"),
    RemindReaders,
]
READING = COMMANDS[:4]
NEXT = {
    "investigating": {"investigating", "resolved", "cancelled"},
    "resolved": {"resolved", "investigating", "closed"},
    "closed": {"closed"},
    "cancelled": {"cancelled"},
}


class Notices(RuleBasedStateMachine):
    """One severity 2 outage at all three clients, on a day."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        super().__init__()
        self._door = opened()
        self.office = Office(self._door.__enter__())

    def teardown(self) -> None:
        self._door.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        at(self.office, 10, 10, 0)
        self.ref = raised(self.office, mail())
        self.before = broadcast(self.office, self.ref)
        self.refused = 0

    @rule(who=st.sampled_from(EVERYBODY), command=st.sampled_from(COMMANDS))
    def press(self, who: str, command: Callable[[Ref], Command]) -> None:
        said = command(self.ref)
        steering = command not in READING
        provider = who in (SOFIA, BEN)
        try:
            outcome = self.office.do(who, said)
        except Refused as refused:
            assert refused.sentence
            self.refused += 1
            return
        assert outcome.say
        assert steering == provider, f"{who} did {said}"

    @rule(who=st.sampled_from(CONTACTS), times=st.integers(1, 2))
    def read(self, who: str, times: int) -> None:
        for _ in range(times):
            self.press(who, Acknowledge)

    @rule(who=st.sampled_from(CONTACTS))
    def called(self, who: str) -> None:
        self.press(BEN, lambda ref: RecordAcknowledgement(ref, self.office.person(who)))

    @rule(who=st.sampled_from(CONTACTS), back=st.booleans())
    def absent(self, who: str, back: bool) -> None:
        command = ComeBack() if back else GoAway(self.office.now, self.office.now + timedelta(days=1))
        try:
            self.office.do(who, command)
        except Refused as refused:
            assert "marked as away" in refused.sentence

    @rule(minutes=st.sampled_from([1, 5, 20, 45, 300]))
    def later(self, minutes: int) -> None:
        self.office.later(minutes=minutes)

    @rule(hours=st.sampled_from([1, 30]))
    def stood_still(self, hours: int) -> None:
        self.office.now += timedelta(hours=hours)
        self.office.tick()

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "before"):
            return
        now, then = broadcast(self.office, self.ref), self.before
        notice = now.notice
        assert notice.state in NEXT[then.notice.state] or then.notice.state == notice.state
        if notice.state == "closed":
            assert self.office.rows("SELECT id FROM notice WHERE about_id = :id", id=notice.id), (
                "only by its root cause"
            )
        acked = {row.id for row in (place.row for place in now.places) if row.acked_by}
        for one in now.readers:
            assert one.person.name in CONTACTS and one.person.name not in OUTSIDE
            assert all(place.client.id == one.client.id == one.person.client_id for place in one.places)
            if one.receipt.state in ("acknowledged", "relayed"):
                assert {place.id for place in one.places} <= acked, "who has read it has read it for every place"
                assert one.receipt.acked_at is not None and one.receipt.via
            elif one.receipt.state == "covered":
                assert {place.id for place in one.places} <= acked
            elif notice.state == "investigating" and one.receipt.state in ("queued", "overdue"):
                assert not {place.id for place in one.places} <= acked, "nobody is chased where somebody has read it"
        self._ladders(now, acked)
        self._messages(now)
        self._drafts(now)
        with self.office.store.read() as tx:
            whole, counted = both_ways(tx, self.ref, self.office.now)
        assert compared(counted) == compared(whole), "the board of many is counted by the database"
        self.before = now

    def _ladders(self, now: Any, acked: set[str]) -> None:
        rows = self.office.rows(
            "SELECT plan FROM timer WHERE subject = :of AND state = 'waiting' AND plan LIKE 'ack:%'", of=str(self.ref)
        )
        climbing = {row.plan.split(":")[1] for row in rows}
        assert not climbing & acked, "one acknowledgement stops the place's ladder"
        assert now.notice.state == "investigating" or not climbing
        open_ = self.office.rows("SELECT key FROM task WHERE kind = 'notice_call' AND state = 'open'")
        assert not {row.key.split(":")[1] for row in open_} & acked

    def _messages(self, now: Any) -> None:
        sql = "SELECT purpose, person_id, identity_id FROM delivery WHERE subject = :of"
        rows = self.office.rows(sql, of=str(self.ref))
        pairs = [(row.purpose, row.identity_id) for row in rows]
        assert len(pairs) == len(set(pairs)), "nobody is told the same thing twice"
        told = {row.person_id for row in rows}
        assert told <= {one.person.id for one in now.readers}, "nobody is told whom it is not for"
        for one in now.readers:
            state = one.receipt.state
            assert state == "undeliverable" or one.receipt.via == "phone" or one.person.id in told

    def _drafts(self, now: Any) -> None:
        live = [row for row in now.relays if row.state == "draft"]
        assert all(row.number == now.latest for row in live), "older drafts are replaced"
        readers = {one.person.id for one in now.readers if one.receipt.state in ("acknowledged", "relayed")}
        latest = {row.person_id for row in now.relays if row.number == now.latest}
        assert readers <= latest, "whoever has read it has words for the staff"
        with self.office.store.read() as tx:
            assert journal.verify(tx, "msp") == []


@pytest.mark.timeout(anything.SECONDS)
def test_no_sequence_of_presses_gets_round_the_rules(opened: anything.Opened) -> None:
    anything.play(Notices, opened, EXAMPLES, steps=25)
