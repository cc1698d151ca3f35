"""A report's life: written on Monday at seven, looked at, sent at nine, reviewed or not, held, corrected, doubted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.demo.cases import rows
from handlers.commands import (
    AnswerRemark,
    CaseRow,
    Command,
    CorrectReport,
    DeliveryFailed,
    ForgetAddress,
    GoAway,
    HoldReport,
    NoteHealthCheck,
    PutCases,
    PutHealthCheck,
    Ref,
    Refused,
    RegenerateReport,
    ReleaseReport,
    RememberAddress,
    ReportWrongNumber,
    ReviewReport,
    Service,
    System,
)
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.reporting import (
    CR,
    DANA,
    HANNAH,
    MARCUS,
    MF,
    NF,
    PRIYA,
    PSA,
    RITA,
    SOFIA,
    TOM,
    cards,
    et,
    monday,
    ref_of,
    reports,
    standing,
    state,
    tasks,
    until,
)


@pytest.fixture
def office(peopled: Store) -> Iterator[Office]:
    """Monday, a minute before seven."""
    yield monday(peopled)


def test_the_demos_figures_are_the_ones_that_add_up(office: Office) -> None:
    until(office, et(15, 7))
    figures = standing(office, ref_of(office)).figures
    assert (figures["backlog_start"], figures["opened"], figures["closed"], figures["backlog_end"]) == (23, 14, 17, 20)
    assert list(figures["aging"]) == [8, 5, 4, 2, 1]
    assert (figures["response"]["met"], figures["response"]["of"]) == (13, 14)
    assert (figures["resolution"]["met"], figures["resolution"]["of"]) == (16, 17)
    assert (figures["csat"]["good"], figures["csat"]["answers"]) == (8, 9)
    assert [week["week"] for week in figures["weeks"]][-1] == "2026-W24"
    assert figures["last"] is not None and figures["last"]["backlog_end"] == 23


def test_every_client_has_its_report_at_its_own_seven_and_its_readers_at_its_own_nine(office: Office) -> None:
    until(office, et(15, 7))
    assert [len(reports(office, client)) for client in (MF, NF, CR)] == [1, 1, 0]
    assert cards(office, ref_of(office)) == {(SOFIA, "desk")}
    until(office, et(15, 9))
    assert (state(office, MF), state(office, NF), state(office, CR)) == ("released", "released", "generated")
    assert cards(office, ref_of(office)) == {(SOFIA, "desk"), (DANA, "report"), (DANA, "detail")}
    until(office, et(15, 11))
    assert (TOM, "report") in cards(office, ref_of(office, CR))
    assert reports(office)[0].released_by == "", "nobody has looked at it"


def test_a_held_report_stays_until_somebody_releases_it_and_the_csm_is_reminded_at_nine(office: Office) -> None:
    until(office, et(15, 7, 30))
    ref = ref_of(office, NF)
    with pytest.raises(Exception, match="reason"):
        office.do(SOFIA, HoldReport(ref, "  "))
    office.do(SOFIA, HoldReport(ref, "The count looks wrong."))
    assert office.do(SOFIA, HoldReport(ref, "Again.")).repeated
    until(office, et(15, 9))
    assert state(office, NF) == "on_hold"
    (task,) = tasks(office, "report_held")
    assert (task.owner, task.state) == (SOFIA, "open")
    office.do(SOFIA, ReleaseReport(ref, standing(office, ref).row.version, "One case was counted twice."))
    row = reports(office, NF)[0]
    assert (row.state, row.released_by, row.note, row.held_by) == (
        "released",
        SOFIA,
        "One case was counted twice.",
        "",
    )
    assert tasks(office, "report_held")[0].state == "done"
    assert (MARCUS, "report") in cards(office, ref)


def test_figures_taken_anew_say_what_is_known_now_and_leave_time_to_look(office: Office) -> None:
    until(office, et(15, 7, 30))
    ref, version = ref_of(office, NF), 1
    before = standing(office, ref).figures["closed"]
    last = rows(office.now, NF)[0]
    office.do(PSA, PutCases((_closed_in_the_week(last),)))
    office.do(SOFIA, HoldReport(ref, "A case is missing."))
    assert standing(office, ref).figures["closed"] == before, "frozen"
    office.do(SOFIA, RegenerateReport(ref))
    row = standing(office, ref)
    assert (row.state, row.figures["closed"]) == ("generated", before + 1)
    assert row.row.release_at == et(15, 9)
    refused = office.refused(SOFIA, ReleaseReport(ref, version))
    assert refused.code == "conflict", "the card of before shows other figures"
    until(office, et(15, 8, 55))
    office.do(SOFIA, RegenerateReport(ref))
    until(office, et(15, 9))
    assert state(office, NF) == "generated", "a quarter of an hour to look"
    until(office, et(15, 9, 10))
    assert state(office, NF) == "released"
    assert "out" in office.refused(SOFIA, RegenerateReport(ref)).sentence
    assert office.refused(SOFIA, HoldReport(ref, "Too late.")).code == "conflict"


def refusal(office: Office, who: Service, command: Command) -> Refused:
    with pytest.raises(Refused) as refused:
        office.do(who, command)
    return refused.value


def _closed_in_the_week(row: CaseRow) -> CaseRow:
    """A case of last week of which the ticket system has not told before."""
    return CaseRow("CASE-9001", row.client, row.title, opened_at=et(9, 9), state="closed", closed_at=et(10, 9))


def test_a_contact_reviews_it_once_and_whoever_may_not_is_told_who_can(office: Office) -> None:
    until(office, et(15, 8))
    ref = ref_of(office)
    assert office.refused(DANA, ReviewReport(ref, 1)).code == "not_found", "it is not out"
    until(office, et(15, 9, 12))
    assert "Dana" in office.refused(HANNAH, ReviewReport(ref, 1)).sentence
    assert office.refused(MARCUS, ReviewReport(ref, 1)).code == "not_found", "another company's"
    assert office.refused(SOFIA, ReviewReport(ref, 1)).code == "not_entitled"
    assert "Thank you" in office.do(DANA, ReviewReport(ref, 1)).say
    assert office.do(DANA, ReviewReport(ref, 1)).repeated
    row = standing(office, ref)
    assert (row.state, row.reviewed_by, row.row.reviewed_at) == ("reviewed", DANA, et(15, 9, 12))
    until(office, et(19, 18))
    assert state(office) == "reviewed"
    assert (DANA, "remind") not in cards(office, ref)


def test_wednesday_reminds_and_adds_the_backup_and_friday_gives_up(office: Office) -> None:
    until(office, et(15, 9))
    mf = ref_of(office)
    until(office, et(17, 12))
    cr = ref_of(office, CR)
    assert (DANA, "remind") in cards(office, mf)
    assert {one.why for one in standing(office, cr).readers} == {"primary", "backup"}
    assert ("Jill Sandoval", "report") in cards(office, cr)
    until(office, et(22, 6))
    assert standing(office, mf).state == "released", "Friday was a holiday"
    until(office, et(22, 17))
    assert standing(office, mf).state == "unreviewed"
    assert "Thank you" in office.do(DANA, ReviewReport(mf, 1)).say
    assert standing(office, mf).state == "reviewed"


def test_a_correction_takes_the_place_of_what_is_out_and_old_cards_say_so(office: Office) -> None:
    until(office, et(15, 10))
    old = ref_of(office, NF)
    doubt = office.do(MARCUS, ReportWrongNumber(old, "We closed one more.", about="Closed")).ref
    assert doubt is not None and tasks(office, "wrong_number")[0].owner == SOFIA
    with pytest.raises(Exception, match="what was wrong"):
        office.do(SOFIA, CorrectReport(old, " "))
    office.do(PSA, PutCases((_closed_in_the_week(rows(office.now, NF)[0]),)))
    outcome = office.do(SOFIA, CorrectReport(old, "A case closed on Wednesday was missing."))
    new = outcome.ref
    assert new is not None
    before, after = standing(office, old), standing(office, new)
    assert (before.state, after.state, after.row.number) == ("superseded", "released", 2)
    assert before.instead is not None and before.instead.id == new.id
    assert after.before is not None and after.before.id == old.id
    assert after.figures["closed"] == before.figures["closed"] + 1
    assert (MARCUS, "report") in cards(office, new)
    assert "newest" in office.refused(MARCUS, ReviewReport(old, 1)).sentence
    assert office.refused(SOFIA, CorrectReport(old, "Again.")).code == "conflict"
    assert tasks(office, "wrong_number")[0].state == "done"
    assert office.do(MARCUS, ReviewReport(new, 1)).say.startswith("Thank you")
    until(office, et(22, 18))
    assert [row.state for row in reports(office, NF)[:2]] == ["superseded", "reviewed"]


def test_a_doubted_number_is_a_task_and_its_answer_goes_back(office: Office) -> None:
    until(office, et(15, 10))
    ref = ref_of(office)
    said = office.do(DANA, ReportWrongNumber(ref, "We opened only twelve.", about="Opened"))
    assert office.do(DANA, ReportWrongNumber(ref, "We opened only twelve.", about="Opened")).repeated
    assert office.refused(HANNAH, ReportWrongNumber(ref, "Hm.")).code == "not_entitled"
    assert said.ref is not None
    office.do(SOFIA, AnswerRemark(said.ref, "Two came by phone."))
    assert standing(office, ref).remarks[0].row.state == "answered"


def test_a_reader_who_is_away_is_passed_over(office: Office) -> None:
    until(office, et(15, 8))
    office.do(DANA, GoAway(et(15, 8), et(20, 8), delegate=office.person(PRIYA)))
    until(office, et(15, 9))
    (reader,) = standing(office, ref_of(office)).readers
    assert (reader.name, reader.why) == (PRIYA, f"for:{office.person(DANA)}")
    office.do(PRIYA, ReviewReport(ref_of(office), 1))


def test_two_weeks_without_a_health_check_are_the_supervisors_business_and_one_is_a_line(office: Office) -> None:
    until(office, et(15, 10))
    assert not tasks(office, "health_check"), "the first report: nobody knows of two weeks"
    office.do(SOFIA, PutHealthCheck(MF, "attention", "A backup failed twice."))
    refused = office.refused(SOFIA, PutHealthCheck(MF, "attention"))
    assert refused.field == "text"
    assert office.refused(DANA, PutHealthCheck(MF, "good")).code == "not_entitled"
    until(office, et(22, 10))
    health = standing(office, ref_of(office)).figures["health"]
    assert health is not None and health["text"] == "A backup failed twice."
    owners = {row.owner for row in tasks(office, "health_check")}
    assert owners == {RITA}
    assert len(tasks(office, "health_check")) == 2, "Northgate and Cedar Ridge"
    office.do(SOFIA, PutHealthCheck(NF, "good"))
    assert sorted(row.state for row in tasks(office, "health_check")) == ["done", "open"]
    until(office, et(29, 10))
    assert sorted(row.state for row in tasks(office, "health_check")) == ["done", "open"], "not told twice"


def test_a_health_check_noted_on_the_card_is_a_line_of_the_report_that_nobody_has_seen(office: Office) -> None:
    until(office, et(15, 8))
    ref = ref_of(office)
    office.do(SOFIA, HoldReport(ref, "Let me look."))
    before = standing(office, ref)
    assert office.refused(SOFIA, NoteHealthCheck(ref, "attention")).field == "text"
    assert office.refused(SOFIA, NoteHealthCheck(ref, "fine")).field == "result"
    assert office.refused(DANA, NoteHealthCheck(ref, "good")).code == "not_found", "it is not out yet"
    assert office.do(SOFIA, NoteHealthCheck(ref, "attention", "A backup failed.")).say.endswith("of this report now.")
    after = standing(office, ref)
    assert after.figures["health"] is not None and after.figures["health"]["text"] == "A backup failed."
    assert {**after.figures, "health": None} == {**before.figures, "health": None}, "no figure has moved"
    assert (after.state, after.row.release_at) == ("on_hold", None), "and it is still held"
    office.do(SOFIA, NoteHealthCheck(ref, "good"))
    office.do(SOFIA, RegenerateReport(ref))
    kept = standing(office, ref).figures["health"]
    assert kept is not None and kept["result"] == "good", "the last word about that week counts"


def test_a_health_check_noted_on_a_report_that_is_out_is_a_line_of_the_next(office: Office) -> None:
    until(office, et(15, 10))
    ref = ref_of(office)
    said = office.do(SOFIA, NoteHealthCheck(ref, "attention", "A disk fills up.")).say
    assert said == "Noted. It is a line of Marlow & Finch LLP's next weekly report."
    assert standing(office, ref).figures["health"] is None, "what is out does not change"
    assert office.refused(DANA, NoteHealthCheck(ref, "good")).code == "not_entitled"
    until(office, et(22, 10))
    health = standing(office, ref_of(office)).figures["health"]
    assert health is not None and health["text"] == "A disk fills up."
    office.do(SOFIA, CorrectReport(ref_of(office), "One case was missing."))
    old = next(row for row in reports(office) if row.state == "superseded")
    assert office.refused(SOFIA, NoteHealthCheck(Ref("report", old.id), "good")).code == "conflict"


def test_a_health_check_noted_on_the_card_ends_the_task_to_see_to_it(office: Office) -> None:
    until(office, et(22, 10))
    assert {row.state for row in tasks(office, "health_check")} == {"open"}
    office.do(SOFIA, NoteHealthCheck(ref_of(office, NF), "good"))
    assert sorted(row.state for row in tasks(office, "health_check")) == ["done", "open", "open"]


def test_a_token_may_steer_reports_only_with_its_scope(office: Office) -> None:
    until(office, et(15, 8))
    ref = ref_of(office)
    refused = refusal(office, Service("psa", frozenset({"read"})), HoldReport(ref, "No."))
    assert refused.code == "not_entitled"
    assert office.do(Service("psa", frozenset({"cases:write"})), HoldReport(ref, "Counting.")).say.startswith("On hold")
    elsewhere = refusal(office, Service("psa", frozenset({"cases:write"}), NF), ReleaseReport(ref, 2))
    assert elsewhere.code == "not_found"
    office.do(Service("psa", frozenset({"cases:write"})), ReleaseReport(ref, 2))
    assert reports(office)[0].released_by == "", "a script has not looked at it"


def test_where_everybody_is_away_it_waits_for_the_key_contact(office: Office) -> None:
    until(office, et(15, 8))
    office.do(DANA, GoAway(et(15, 8), et(20, 8)))
    until(office, et(15, 9))
    (reader,) = standing(office, ref_of(office)).readers
    assert (reader.name, reader.why) == (DANA, "primary")
    assert not tasks(office, "report_undeliverable")


def test_a_report_that_reaches_nobody_is_the_csms_task_and_goes_out_when_somebody_is_back(office: Office) -> None:
    for name in (MARCUS, "Greta Lindqvist", "Anja Vogel"):
        account = office.account(name)
        office.do(System("courier"), ForgetAddress(account.platform, account.org, account.user, "gone"))
    until(office, et(15, 9))
    assert state(office, NF) == "released"
    assert [row.owner for row in tasks(office, "report_undeliverable")] == [SOFIA]
    account = office.account(MARCUS)
    office.do(System("courier"), RememberAddress(account.platform, account.org, account.user))
    assert (MARCUS, "report") in cards(office, ref_of(office, NF))
    assert [row.state for row in tasks(office, "report_undeliverable")] == ["done"]


def test_a_message_that_does_not_arrive_goes_to_the_next_in_line(office: Office) -> None:
    until(office, et(15, 11))
    ref = ref_of(office, CR)
    (delivery,) = office.rows(
        "SELECT delivery.id FROM delivery JOIN person ON person.id = person_id"
        " WHERE subject = :of AND purpose = 'report' AND person.name = :name",
        of=str(ref),
        name=TOM,
    )
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE delivery SET state = 'dead', error = 'payload' WHERE id = '{delivery.id}'")
    office.do(System("courier"), DeliveryFailed(delivery.id, "payload", "too long"), key="failed:1")
    assert ("Jill Sandoval", "report") in cards(office, ref)
    (task,) = tasks(office, "report_undeliverable")
    assert TOM in task.title
    office.do("Jill Sandoval", ReviewReport(ref, 1))
    assert tasks(office, "report_undeliverable")[0].state == "done"


def test_two_minutes_after_it_went_out_the_desk_card_is_drawn_again_to_say_who_has_it(peopled: Store) -> None:
    office = monday(peopled)
    until(office, et(15, 9))
    sql = "SELECT wanted FROM delivery WHERE subject = :ref AND purpose = 'desk'"
    before = office.rows(sql, ref=str(ref_of(office)))[0].wanted
    until(office, et(15, 9, 1))
    assert office.rows(sql, ref=str(ref_of(office)))[0].wanted == before
    until(office, et(15, 9, 3))
    assert office.rows(sql, ref=str(ref_of(office)))[0].wanted == before + 1
