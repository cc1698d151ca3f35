"""Feedback as a state machine: said, asked, answered by anybody in any order; every answer is owed and nobody named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from handlers.commands import AnswerFeedback, AnswerForm, FinishTask, GiveFeedback, Ref, Refused, Service, System
from storage import journal
from tests.handlers import anything
from tests.handlers.office import Office
from tests.handlers.sayings import DANA, KAI, PRIYA, SOFIA, TOM, asked, found_in, left, move, talk

SECRET = "Whitfield"
STAFF = (SOFIA, KAI)
CONTACTS = (DANA, PRIYA, TOM)
ANYBODY = (*CONTACTS, *STAFF, Service("reader", frozenset({"read"})), System("the clock"))

anybody = st.sampled_from(ANYBODY)
words = st.sampled_from(("Thank you.", "slow onsite", "slow onsite", " ", "\x00", "x" * 2001, "ستة حواسيب"))
names = st.sampled_from(("", f"Sam {SECRET}", "x" * 121))
which = st.integers(0, 20)


class Opinions(RuleBasedStateMachine):
    """Two companies' people and two of the provider, with a talk at each company."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        super().__init__()
        self._opened = opened()
        self.office = Office(self._opened.__enter__())
        self.expected: dict[str, str] = {}
        """The state that each opinion is in, by what was done and not refused."""

    def teardown(self) -> None:
        with self.office.store.read() as tx:
            assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []
        assert found_in(self.office.store, SECRET) == []
        self._opened.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        self.talks = {DANA: talk(self.office, DANA), TOM: talk(self.office, TOM)}
        self.over: set[str] = set()

    def tried(self, who: Any, command: Any) -> Any:
        """What came of it, None when it was refused."""
        with suppress(Refused):
            return self.office.do(who, command)
        return None

    def one(self, number: int) -> Ref:
        """One of the opinions there are."""
        ids = sorted(self.expected)
        return Ref("feedback", ids[number % len(ids)])

    @rule(who=anybody, text=words, name=names)
    def say(self, who: Any, text: str, name: str) -> None:
        outcome = self.tried(who, GiveFeedback(text, name, anonymous=True))
        assert (outcome is not None) == (who in CONTACTS and 0 < len(text.strip("\x00 ")) <= 2000)
        if outcome is not None:
            self.expected[outcome.ref.id] = "follow_up"

    @rule(who=st.sampled_from((DANA, PRIYA, TOM)))
    def ask(self, who: str) -> None:
        about = self.talks[TOM if who == TOM else DANA]
        for ref in asked(self.office, about, who):
            self.expected[ref.id] = "requested"

    @precondition(lambda self: self.expected)
    @rule(who=anybody, number=which, score=st.integers(-1, 11), fix=words)
    def fill(self, who: Any, number: int, score: int, fix: str) -> None:
        ref = self.one(number)
        if self.tried(who, AnswerForm(ref, score, "", fix)) is not None:
            assert self.expected[ref.id] in ("requested", "unanswered", "received") and 0 <= score <= 10
            assert self.rows()[ref.id].kind == "formal" and self.rows()[ref.id].subject not in self.over
            self.expected[ref.id] = "received"

    @precondition(lambda self: self.expected)
    @rule(who=anybody, number=which, text=words)
    def answer(self, who: Any, number: int, text: str) -> None:
        ref = self.one(number)
        outcome = self.tried(who, AnswerFeedback(ref, text))
        if outcome is not None and not outcome.repeated:
            assert self.expected[ref.id] in ("follow_up", "received")
            assert who in STAFF or isinstance(who, System)
            self.expected[ref.id] = "closed"

    @precondition(lambda self: self.expected)
    @rule(who=st.sampled_from(STAFF), number=which)
    def say_done(self, who: str, number: int) -> None:
        for row in self.office.rows("SELECT id FROM task WHERE subject = :of", of=str(self.one(number))):
            self.tried(who, FinishTask(Ref("task", row.id), True))

    @rule(who=st.sampled_from((DANA, TOM)))
    def begin_a_talk(self, who: str) -> None:
        left(self.office, self.talks[who])
        for row in self.rows().values():
            if row.subject == str(self.talks[who]) and self.expected[row.id] == "requested":
                self.expected[row.id] = "unanswered"

    @rule(who=st.sampled_from((DANA, TOM)))
    def end_a_talk(self, who: str) -> None:
        move(self.office, self.talks[who], "held")
        self.over.add(str(self.talks[who]))

    @rule(hours=st.sampled_from((1, 9, 30)))
    def wait(self, hours: int) -> None:
        self.office.later(hours=hours)

    def rows(self) -> dict[str, Any]:
        """Every opinion by its id."""
        return {row.id: row for row in self.office.rows("SELECT * FROM feedback")}

    @invariant()
    def every_opinion_is_where_it_was_brought(self) -> None:
        assert {id_: row.state for id_, row in self.rows().items()} == self.expected

    @invariant()
    def what_waits_for_an_answer_is_somebodys_open_task_and_nothing_else_is(self) -> None:
        found = {
            row.subject for row in self.office.rows("SELECT subject FROM task WHERE state='open' AND kind='feedback'")
        }
        assert found == {f"feedback:{id_}" for id_, state in self.expected.items() if state == "follow_up"}

    @invariant()
    def a_low_score_that_nobody_answered_is_at_most_one_task(self) -> None:
        low = [
            row.subject for row in self.office.rows("SELECT subject FROM task WHERE state='open' AND kind='low_score'")
        ]
        scored = {f"feedback:{row.id}" for row in self.rows().values() if row.score is not None and row.score <= 4}
        assert len(low) == len(set(low)) and set(low) <= scored

    @invariant()
    def everybody_gets_each_answer_once(self) -> None:
        told = self.office.rows("SELECT subject, identity_id FROM delivery WHERE purpose = 'answer'")
        assert len({tuple(row) for row in told}) == len(told)
        assert {row.subject for row in told} == {f"feedback:{id_}" for id_, s in self.expected.items() if s == "closed"}


@pytest.mark.timeout(anything.SECONDS)
def test_no_opinion_is_lost_and_no_unnamed_one_named(opened: anything.Opened) -> None:
    anything.play(Opinions, opened, {"sqlite": 25, "postgresql": 6}, 30)
