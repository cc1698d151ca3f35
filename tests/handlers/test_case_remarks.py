"""A contact asks about a case or escalates it: the provider has a task, the contact a date and an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from handlers.commands import (
    AnswerRemark,
    AskAboutCase,
    Chat,
    DeliveryFailed,
    EscalateCase,
    FinishTask,
    PutPerson,
    Ref,
    System,
)
from tests.handlers.office import Office
from tests.handlers.ticketing import put, ref_of, said

DANA, NORA, SOFIA, RITA, MARCUS, HANNAH = (
    "Dana Whitlock", "Nora Blake", "Sofia Marchetti", "Rita Nowak", "Marcus Hale", "Hannah Cole"
)  # fmt: skip


@pytest.fixture
def case(office: Office) -> Ref:
    """An open case of Marlow & Finch that Hannah has reported."""
    put(office, said(office, requester=HANNAH))
    return ref_of(office)


def deliveries(office: Office, ref: Ref) -> list[tuple[str, str]]:
    """(purpose, who) of a subject's cards, by purpose."""
    found = office.rows(
        "SELECT d.purpose, p.name FROM delivery d JOIN person p ON p.id = d.person_id WHERE d.subject = :ref "
        "ORDER BY d.purpose, p.name",
        ref=str(ref),
    )
    return [(row.purpose, row.name) for row in found]


def tasks(office: Office, ref: Ref, state: str = "open") -> list[tuple[str, str]]:
    """(kind, owner) of the tasks about a remark."""
    found = office.rows(
        "SELECT t.kind, p.name FROM task t JOIN person p ON p.id = t.owner_id "
        "WHERE t.subject = :ref AND t.state = :state ORDER BY t.created_at, t.kind",
        ref=str(ref),
        state=state,
    )
    return [(row.kind, row.name) for row in found]


def asked(office: Office, command: Any, who: str = DANA) -> Ref:
    """What somebody has said; -> its reference."""
    ref = office.do(who, command).ref
    assert ref is not None
    return ref


def test_a_question_is_a_task_and_is_answered_to_whoever_asked(office: Office, case: Ref) -> None:
    remark = asked(office, AskAboutCase(case, "Who comes, and when?"))
    assert tasks(office, remark) == [("case_question", SOFIA)]
    assert deliveries(office, remark) == [("receipt", DANA)]
    answer = office.do(SOFIA, AnswerRemark(remark, "Kai comes at two."))
    assert answer.say == "Dana Whitlock reads your answer."
    assert deliveries(office, remark) == [("answer", DANA), ("receipt", DANA)]
    assert tasks(office, remark) == [] and tasks(office, remark, "done") == [("case_question", SOFIA)]
    again = office.do(RITA, AnswerRemark(remark, "Something else."))
    assert again.repeated and again.say == "Sofia Marchetti has answered this before."
    assert (office.journal("remark.said"), office.journal("remark.answered")) == (1, 1)


def test_an_escalation_that_is_silent_for_two_business_hours_is_the_supervisors_too(office: Office, case: Ref) -> None:
    remark = asked(office, EscalateCase(case, "The court closes at four."))
    assert tasks(office, remark) == [("case_escalated", SOFIA)]
    office.later(hours=1, minutes=59)
    assert tasks(office, remark) == [("case_escalated", SOFIA)]
    office.later(minutes=2)
    assert tasks(office, remark) == [("case_escalated", SOFIA), ("escalation_late", RITA)]
    office.do(RITA, AnswerRemark(remark, "I have sent Kai."))
    assert tasks(office, remark) == []


def test_an_answer_in_time_leaves_the_supervisor_alone(office: Office, case: Ref) -> None:
    remark = asked(office, EscalateCase(case, "Urgent."))
    office.later(hours=1)
    office.do(SOFIA, AnswerRemark(remark, "On it."))
    office.later(days=3)
    assert ("escalation_late", RITA) not in [*tasks(office, remark), *tasks(office, remark, "done")]


def test_hours_of_an_escalation_are_the_providers_business_hours(office: Office, case: Ref) -> None:
    """Said on Friday at 16:30, late on Monday at 10:30."""
    office.later(days=4, hours=7, minutes=25)
    remark = asked(office, EscalateCase(case, "Now."))
    office.later(days=2, hours=17)
    assert tasks(office, remark) == [("case_escalated", SOFIA)]
    office.later(hours=1)
    assert ("escalation_late", RITA) in tasks(office, remark)


def test_a_task_ends_with_the_answer_and_not_without(office: Office, case: Ref) -> None:
    remark = asked(office, AskAboutCase(case, "When?"))
    task = Ref("task", office.rows("SELECT id FROM task")[0].id)
    refused = office.refused(SOFIA, FinishTask(task, True))
    assert refused.code == "conflict" and "answer" in refused.sentence
    office.do(SOFIA, AnswerRemark(remark, "Today."))
    assert office.do(SOFIA, FinishTask(task, True)).repeated


def test_the_same_words_are_said_once(office: Office, case: Ref) -> None:
    first = asked(office, AskAboutCase(case, "When?"))
    again = office.do(DANA, AskAboutCase(case, " When? "))
    assert (again.ref, again.repeated) == (first, True)
    assert asked(office, AskAboutCase(case, "Who?")) != first
    for number in range(18):
        asked(office, AskAboutCase(case, f"And number {number}?"))
    assert office.refused(DANA, AskAboutCase(case, "One more?")).code == "blocked"


def test_whoever_reported_a_case_asks_about_it_and_key_contacts_about_any(office: Office) -> None:
    account = Chat("slack", "T0MARLOW", "U0NORA")
    office.do(
        System("cli"), PutPerson("marlow-finch", NORA, "nora@marlowfinch.example", accounts=(account,), grants=())
    )
    put(office, said(office, requester=NORA), said(office, "CASE-2", requester=HANNAH))
    own, other = ref_of(office), ref_of(office, "CASE-2")
    assert asked(office, AskAboutCase(own, "When?"), NORA)
    refused = office.refused(NORA, AskAboutCase(other, "When?"))
    assert refused.code == "not_entitled" and refused.sentence.endswith("Dana Whitlock can ask about any.")
    assert asked(office, AskAboutCase(own, "When?"))
    assert asked(office, AskAboutCase(Ref("case", "case-2"), "By its number?"))


def test_nobody_asks_about_another_companys_case(office: Office, case: Ref) -> None:
    for named in (case, Ref("case", "CASE-1"), Ref("case", "nothing"), Ref("case", "x\x00")):
        refused = office.refused(MARCUS, AskAboutCase(named, "What is this?"))
        assert refused.code == "not_found", named
    assert office.refused(SOFIA, AskAboutCase(case, "Me?")).code == "not_entitled"
    remark = asked(office, AskAboutCase(case, "When?"))
    assert office.refused(MARCUS, AnswerRemark(remark, "Never.")).code == "not_entitled"
    assert office.refused(DANA, AnswerRemark(remark, "Myself.")).code == "not_entitled"


def test_a_closed_case_is_asked_about_but_not_escalated(office: Office, case: Ref) -> None:
    put(office, said(office, state="closed", closed_at=office.now))
    assert office.refused(DANA, EscalateCase(case, "Now!")).code == "conflict"
    assert asked(office, AskAboutCase(case, "It is not solved."))


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "half \ud83d"])
def test_words_are_needed_and_have_an_end(office: Office, case: Ref, text: str) -> None:
    assert office.refused(DANA, AskAboutCase(case, text)).field == "text"
    remark = asked(office, AskAboutCase(case, "When?"))
    assert office.refused(SOFIA, AnswerRemark(remark, text)).field == "text"


def test_the_cards_about_a_case_follow_it(office: Office, case: Ref) -> None:
    remark = asked(office, AskAboutCase(case, "When?"))
    wanted = "SELECT wanted FROM delivery WHERE subject = :ref"
    before = office.rows(wanted, ref=str(remark))[0].wanted
    office.now += timedelta(minutes=5)
    put(office, said(office, opened_at=office.now - timedelta(hours=1), state="waiting_on_vendor"))
    assert office.rows(wanted, ref=str(remark))[0].wanted == before + 1


def test_whoever_is_gone_or_not_in_chat_is_called(office: Office, case: Ref) -> None:
    remark = asked(office, AskAboutCase(case, "When?"))
    with office.store.write() as tx:
        tx.exec_driver_sql("UPDATE identity SET reachable = false")
    answer = office.do(SOFIA, AnswerRemark(remark, "Today."))
    assert answer.say.endswith("is not in chat. Please call.")


def test_an_answer_that_does_not_arrive_is_told_on_the_phone(office: Office, case: Ref) -> None:
    remark = asked(office, AskAboutCase(case, "When?"))
    office.do(SOFIA, AnswerRemark(remark, "At two."))
    for purpose, tasks_left in (("receipt", 0), ("answer", 1), ("answer", 1)):
        found = office.rows("SELECT id FROM delivery WHERE subject = :s AND purpose = :p", s=str(remark), p=purpose)
        with office.store.write() as tx:
            tx.execute(text("UPDATE delivery SET state = 'dead' WHERE id = :id"), {"id": found[0].id})
        office.do(System("courier"), DeliveryFailed(found[0].id, "text", "It is too long."))
        assert len(tasks(office, remark)) == tasks_left, purpose
    (task,) = office.rows("SELECT id, kind, title, detail FROM task WHERE state = 'open'")
    assert (task.kind, task.detail) == ("answer_lost", "At two.")
    assert task.title == "CASE-1: Dana Whitlock has not got your answer"
    assert office.do(SOFIA, FinishTask(Ref("task", task.id), True)).say == "Done."
