"""From a report a reader asks about its cases: only of a report that is out, and the report's card says so."""

from __future__ import annotations

from typing import Any

from handlers.commands import AnswerRemark, AskAboutCase, Chat, EscalateCase, PutPerson, Ref, System
from storage.queries import reports
from tests.handlers.office import Office
from tests.handlers.ticketing import put, ref_of, said

DANA, NORA, SOFIA, MARCUS = "Dana Whitlock", "Nora Blake", "Sofia Marchetti", "Marcus Hale"


def report(office: Office, state: str, *readers: str) -> Ref:
    """A report of Marlow & Finch about the week before, for these people."""
    client = office.rows("SELECT id FROM client WHERE slug = 'marlow-finch'")[0].id
    plain: dict[str, Any] = {"note": "", "held_by": "", "held_why": "", "released_by": "", "correction": ""}
    times = dict.fromkeys(("from_at", "until_at", "generated_at", "released_at"), office.now)
    number = office.rows("SELECT count(*) AS n FROM report")[0].n + 1
    row = {"id": f"rep_{number}", "client_id": client, "kind": "case_report", "period": "2026-W23", "number": number}
    with office.store.write() as tx:
        reports.add_report(tx, {**row, "state": state, "version": 1, "figures": {}, **plain, **times})
        for name in readers:
            reader = {"id": f"rrd_{name}", "report_id": row["id"], "person_id": office.person(name)}
            reports.add_reader(tx, {**reader, "since": office.now, "why": "primary"})
    return Ref("report", str(row["id"]))


def test_a_question_from_a_report_names_the_case_by_id_or_number(office: Office) -> None:
    put(office, said(office))
    ref, case = report(office, "released", DANA), ref_of(office)
    for named in (case.id, "CASE-1", " case-1 "):
        remark = office.do(DANA, AskAboutCase(ref, f"About {named}?", named)).ref
        assert remark is not None
        row = office.rows("SELECT report_id, case_id FROM report_remark WHERE id = :id", id=remark.id)[0]
        assert (row.report_id, row.case_id) == (ref.id, case.id)
    assert office.do(SOFIA, AnswerRemark(remark, "Today.")).say == "Dana Whitlock reads your answer."
    assert office.refused(DANA, AskAboutCase(ref, "Which?", "")).field == "case"
    assert office.refused(DANA, AskAboutCase(ref, "Which?", "CASE-9")).code == "not_found"


def test_a_report_that_is_not_out_or_another_companys_is_unknown(office: Office) -> None:
    put(office, said(office))
    for state in ("generated", "on_hold"):
        ref = report(office, state)
        assert office.refused(DANA, EscalateCase(ref, "Now!", "CASE-1")).sentence.startswith("This report does not")
    ref = report(office, "released", DANA)
    assert office.refused(MARCUS, AskAboutCase(ref, "Mine?", "CASE-1")).code == "not_found"
    assert office.refused(DANA, AskAboutCase(Ref("report", "rep_9"), "What?", "CASE-1")).code == "not_found"


def test_a_reader_without_a_role_asks_about_what_the_report_shows(office: Office) -> None:
    account = Chat("slack", "T0MARLOW", "U0NORA")
    nora = PutPerson("marlow-finch", NORA, "nora@marlowfinch.example", accounts=(account,), grants=())
    office.do(System("cli"), nora)
    put(office, said(office, requester=DANA))
    assert office.refused(NORA, AskAboutCase(ref_of(office), "When?")).code == "not_entitled"
    assert office.do(NORA, AskAboutCase(report(office, "reviewed", NORA), "When?", "CASE-1")).ref
