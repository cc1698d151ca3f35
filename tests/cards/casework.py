"""Scenes of cases: the list of a company, one case, what is asked about it and answered, at its worst too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.cards.pages import PAGE
from bot.demo import cases as demo
from handlers.commands import (
    AnswerRemark,
    AskAboutCase,
    CaseRow,
    Chat,
    EscalateCase,
    PutCases,
    PutPerson,
    Rate,
    Ref,
    Service,
)
from tests.cards.extremes import ARABIC, HEBREW, HOSTILE, LONG_NAME, WORDS
from tests.cards.scenes import DANA, HANNAH, LUIS, NORA, SOFIA, Shown
from tests.cards.studio import SYSTEM, Studio

TICKETS = Service("tickets", frozenset({"cases:write"}))
RITA = "Rita Nowak"
ANSWER = "Kai has set it up anew this morning. Please try it, and tell me here if it happens again."


def said(it: Studio, name: str, **more: Any) -> CaseRow:
    """A case of Marlow & Finch that came in two hours ago."""
    plain: dict[str, Any] = {"title": "Printer prints blank pages", "opened_at": it.office.now - timedelta(hours=2)}
    return CaseRow(name, "marlow-finch", **{**plain, **more})


def case(it: Studio, name: str) -> Ref:
    """A case by its number."""
    return Ref("case", it.last("support_case", external_id=name))


def monday(it: Studio) -> None:
    """The demo's ticket system has said everything it knows on Monday, June 15."""
    it.office.now = datetime.fromisoformat("2026-06-15T08:00:00-04:00")
    it.office.do(TICKETS, PutCases(demo.rows(it.office.now)))


def a_week(it: Studio) -> Shown:
    """What Dana sees: twenty open cases, three of which wait for her company; Sofia sees how many there are."""
    yield "cases none", it.gallery.cases(it.person(DANA), "")
    monday(it)
    yield "cases of a company", it.gallery.cases(it.person(DANA), "")
    yield "cases for the provider", it.gallery.cases(it.person(SOFIA), "")
    yield "cases of a client for the provider", it.gallery.cases(it.person(SOFIA), "nf")
    yield "case waiting", it.gallery.cases(it.person(DANA), "case-4457")
    yield "case closed", it.gallery.cases(it.person(DANA), "CASE-4471")
    yield "case of another company", it.gallery.cases(it.person(DANA), "case-4498")
    yield "case for the provider", it.gallery.cases(it.person(SOFIA), "case-4498")
    yield "cases form ask", it.fill(DANA, "cases:ask", PAGE)
    yield "cases form escalate", it.fill(DANA, "cases:escalate", PAGE)
    yield "case form ask", it.fill(DANA, "case:ask", case(it, "CASE-4460"))
    yield "case form escalate", it.fill(DANA, "case:escalate", case(it, "CASE-4460"))


def an_answer(it: Studio) -> Shown:
    """Dana asks, Sofia answers; Dana escalates, and nobody answers for two hours."""
    monday(it)
    it.at("2026-06-15T09:30:00-04:00")
    asked = it.do(DANA, AskAboutCase(case(it, "CASE-4460"), "Is it the drive or the network?"))
    yield "remark question", it.see(DANA, asked, "receipt")
    yield "task case question", it.see(SOFIA, it.task("case_question"), "task")
    yield "remark form answer", it.fill(SOFIA, "remark:answer", asked)
    urgent = it.do(
        DANA, EscalateCase(Ref("case", "CASE-4502"), "Nobody in Litigation can work. The court closes at four.")
    )
    yield "remark escalated", it.see(DANA, urgent, "receipt")
    yield "task case escalated", it.see(SOFIA, it.task("case_escalated"), "task")
    yield "cases with open remarks", it.gallery.cases(it.person(DANA), "")
    it.do(SOFIA, AnswerRemark(asked, ANSWER))
    yield "remark answered", it.see(DANA, asked, "receipt")
    yield "remark answer", it.see(DANA, asked, "answer")
    staff = it.gallery.pressed(asked, it.person(SOFIA))
    assert staff is not None
    yield "remark answered staff", staff
    yield "task case question done", it.see(SOFIA, it.task("case_question"), "task")
    it.at("2026-06-15T11:31:00-04:00")
    yield "remark escalated late", it.see(DANA, urgent, "receipt")
    yield "task escalation late", it.see(RITA, it.task("escalation_late"), "task")
    it.do(RITA, AnswerRemark(urgent, "The vendor has a fix; it is installed at noon."))
    yield "remark escalated answered", it.see(DANA, urgent, "answer")
    yield "case with its history", it.gallery.cases(it.person(DANA), "CASE-4502")


def an_employee(it: Studio) -> Shown:
    """Somebody without a role sees the own cases only."""
    account = Chat("slack", "T0MARLOW", "U0NORA")
    it.do(SYSTEM, PutPerson("marlow-finch", NORA, "nora@marlowfinch.example", accounts=(account,), grants=()))
    it.office.do(TICKETS, PutCases((said(it, "PSA-1", requester=NORA), said(it, "PSA-2", requester=LUIS))))
    yield "cases of an employee", it.gallery.cases(it.person(NORA), "")
    yield "case of a colleague", it.gallery.cases(it.person(NORA), "psa-2")


def an_opinion(it: Studio) -> Shown:
    """Hannah is asked how it went."""
    row = said(it, "PSA-1", requester=HANNAH, state="closed", closed_at=it.office.now)
    it.office.do(TICKETS, PutCases((row,)))
    asked = Ref("feedback", it.last("feedback"))
    yield "csat case asked", it.see(HANNAH, asked, "ask")
    it.do(HANNAH, Rate(asked, 2, "It took three calls."))
    yield "csat case low", it.see(HANNAH, asked, "ask")
    yield "task low score case", it.see(SOFIA, it.task("low_score"), "task")


def at_worst(it: Studio) -> Shown:
    """Titles that want to be markup, endless words, right to left, and more cases than a page holds."""
    long = {
        "title": (HOSTILE * 3)[:300],
        "device": HOSTILE[:190],
        "category": HOSTILE[:90],
        "assignee": LONG_NAME[:190],
    }
    address = "https://tickets.example/" + "a" * 900
    rows = [
        said(it, "<!channel>*1*", requester=HOSTILE[:190], url=address, priority="P1", **long),
        said(it, "PSA-2", title=ARABIC, requester=HEBREW, state="waiting_on_client"),
        *(said(it, f"LONG-{n:04}", title=(f"{n} {WORDS}" * 4)[:300], requester=LONG_NAME[:190]) for n in range(70)),
    ]
    found = it.office.do(TICKETS, PutCases(tuple(rows))).facts["rows"]
    assert {one["result"] for one in found} == {"created"}, found
    yield "cases hostile", it.gallery.cases(it.person(DANA), "")
    yield "cases hostile last page", it.gallery.cases(it.person(DANA), "4")
    yield "case hostile", it.gallery.cases(it.person(DANA), "<!channel>*1*")
    yield "case right to left", it.gallery.cases(it.person(DANA), "psa-2")
    yield "cases form hostile", it.fill(DANA, "cases:ask", PAGE)
    ref = case(it, "<!channel>*1*")
    asked = it.do(DANA, EscalateCase(ref, (HOSTILE * 20)[:2000]))
    yield "remark hostile", it.see(DANA, asked, "receipt")
    yield "task case hostile", it.see(SOFIA, it.task("case_escalated"), "task")
    yield "remark form hostile", it.fill(SOFIA, "remark:answer", asked)
    it.do(SOFIA, AnswerRemark(asked, (WORDS * 30)[:2000]))
    yield "remark hostile answer", it.see(DANA, asked, "answer")
    for number in range(8):
        it.do(SOFIA, AnswerRemark(it.do(DANA, AskAboutCase(ref, f"{number} {WORDS * 15}")), (WORDS * 20)[:2000]))
    yield "case hostile history", it.gallery.cases(it.person(DANA), "<!channel>*1*")


SCENES = (a_week, an_answer, an_employee, an_opinion, at_worst)
