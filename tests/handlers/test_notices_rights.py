"""Who may raise, steer and answer notices, and what everybody else is told."""

from __future__ import annotations

import pytest

from handlers.commands import (
    Acknowledge,
    CallMe,
    ChangeNotice,
    Chat,
    RaiseNotice,
    RecordAcknowledgement,
    Ref,
    RemindReaders,
    ReportTrouble,
    ResolveNotice,
    Service,
    StaffInformed,
    UpdateNotice,
)
from tests.handlers.alarm import (
    BEN,
    DANA,
    LUIS,
    MARCUS,
    PRIYA,
    SOFIA,
    TOM,
    acknowledge,
    at,
    broadcast,
    internet,
    mail,
    raised,
    reader,
    stages,
    tasks,
)
from tests.handlers.office import Office

MONITORING = Service("monitoring", frozenset({"notices:write"}))
OF_MARLOW = Service("marlow's own", frozenset({"notices:write"}), "marlow-finch")


def test_only_the_provider_raises_and_steers(office: Office) -> None:
    at(office, 9, 10, 42)
    assert office.refused(DANA, internet()).sentence == "Only your provider can raise a notice."
    reading = Service("reports", frozenset({"read"}))
    for who in (DANA, TOM):
        ref = raised(office, internet())
        for command in (UpdateNotice(ref, "x"), ResolveNotice(ref, "x"), ChangeNotice(ref, impact="x")):
            assert office.refused(who, command).code == "not_entitled"
        assert office.refused(who, RemindReaders(ref)).code == "not_entitled"
        assert office.refused(who, RecordAcknowledgement(ref, office.person(LUIS))).code == "not_entitled"
    for command in (internet(), UpdateNotice(ref, "x")):
        with pytest.raises(Exception, match="This token may not"):
            office.do(reading, command)
    assert raised(office, internet(), BEN) != raised(office, internet(), MONITORING)


def test_a_token_of_one_client_is_about_that_client_only(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, mail(), OF_MARLOW)
    assert set(broadcast(office, ref).clients) == {reader(office, ref, DANA).client.id}, "all that it may name"
    everybody = raised(office, mail())
    for command in (UpdateNotice(everybody, "x"), ResolveNotice(everybody, "x")):
        with pytest.raises(Exception, match="does not exist"):
            office.do(OF_MARLOW, command)
    with pytest.raises(Exception, match="There is no client called CR"):
        office.do(OF_MARLOW, mail(clients=("CR",)))
    office.do(OF_MARLOW, UpdateNotice(ref, "News"))
    owner = broadcast(office, ref).owner
    assert owner is not None and owner.name == SOFIA, "a service's notice belongs to the client's CSM"


def test_a_click_from_another_company_is_refused_without_naming_anybody(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    for command in (Acknowledge(ref), ReportTrouble(ref), CallMe(ref), StaffInformed(ref)):
        refused = office.refused(TOM, command)
        assert refused.sentence == "This notice does not exist (any more)."
        assert refused.code == "not_found"
        assert office.refused(Chat("slack", "T0EVIL", "U0EVIL"), command).code == "not_entitled"
    assert office.refused(PRIYA, Acknowledge(ref)).sentence == (
        "This was sent to Dana Whitlock or Luis Ortega. They can answer it."
    )
    assert "Record a call" in office.refused(SOFIA, Acknowledge(ref)).sentence
    draft = raised(office, internet(send=False))
    assert office.refused(DANA, Acknowledge(draft)).code == "not_found"
    assert office.refused(DANA, Acknowledge(Ref("notice", "ntc_none"))).code == "not_found"
    assert office.refused(DANA, Acknowledge(Ref("notice", "\x00"))).code == "not_found"
    assert set(stages(office, ref).values()) == {"queued"}


def test_saying_it_twice_changes_nothing(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    at(office, 9, 10, 50)
    again = office.do(DANA, Acknowledge(ref))
    assert (again.repeated, again.say) == (True, "You have acknowledged N-1 before.")
    assert reader(office, ref, DANA).receipt.acked_at.minute == 42
    assert office.journal("notice.acknowledge") == 1


def test_trouble_and_calls_are_tasks_with_the_words_and_the_number(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    assert "Your provider has been told" in office.do(LUIS, ReportTrouble(ref, "The phones are dead too")).say
    assert office.do(LUIS, ReportTrouble(ref)).repeated
    office.do(LUIS, ReportTrouble(ref, "And the printer"))
    rows = office.rows("SELECT title, detail, due_at FROM task WHERE kind = 'trouble'")
    assert [(row.title, row.detail) for row in rows] == [("N-1: Luis Ortega has a problem too", "And the printer")]
    assert rows[0].due_at is not None
    assert office.do(LUIS, CallMe(ref)).say == "Your provider will call you at +1 401 555 0113."
    assert office.do(LUIS, CallMe(ref)).repeated
    assert tasks(office, "call_me") == ["Sofia Marchetti: N-1: call Luis Ortega at +1 401 555 0113"]
    mine = reader(office, ref, LUIS).receipt
    assert (mine.trouble, mine.state) == ("And the printer", "queued"), "asking for help is not acknowledging"
    office.later(minutes=10)
    assert stages(office, ref)[LUIS] == "overdue"


def test_a_call_is_recorded_for_anybody_of_the_client_and_for_nobody_else(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    office.do(BEN, RecordAcknowledgement(ref, office.person(PRIYA), "She picked up the phone."))
    mine = reader(office, ref, PRIYA).receipt
    assert (mine.state, mine.via, mine.recorded_by) == ("acknowledged", "phone", office.person(BEN))
    assert stages(office, ref) == {DANA: "covered", LUIS: "covered", PRIYA: "acknowledged"}
    assert office.do(BEN, RecordAcknowledgement(ref, office.person(PRIYA))).repeated
    for nobody in (office.person(MARCUS), office.person(SOFIA), "per_none", "\x00"):
        assert office.refused(BEN, RecordAcknowledgement(ref, nobody)).field == "person"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"clients": ()}, "clients"),
        ({"clients": ("nobody",)}, "clients"),
        ({"locations": ("atlantis",)}, "locations"),
        ({"clients": ("MF", "NF"), "locations": ("boston",)}, "locations"),
        ({"severity": 5}, "severity"),
        ({"severity": True}, "severity"),
        ({"services": " "}, "services"),
        ({"impact": ""}, "impact"),
        ({"impact": "x" * 1001}, "impact"),
        ({"impact": "a\x00b"}, "impact"),
        ({"impacts": {"CR": "Nothing works"}}, "impacts"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_what_cannot_be_raised_says_which_field_is_wrong(office: Office, changes: dict, field: str) -> None:
    at(office, 9, 10, 42)
    assert office.refused(SOFIA, internet(**changes)).field == field
    assert office.rows("SELECT id FROM notice") == []


def test_times_that_cannot_be(office: Office) -> None:
    at(office, 9, 10, 42)
    past, naive = office.now.replace(hour=9), office.now.replace(tzinfo=None, hour=12)
    future = office.now.replace(hour=12)
    for field, moment in (("next_update_at", past), ("next_update_at", naive), ("started_at", naive)):
        assert office.refused(SOFIA, internet(**{field: moment})).field == field
    assert office.refused(SOFIA, internet(started_at=future)).field == "started_at"
    change = RaiseNotice("msp_change", ("MF",), 4, "Portal", "It moves", started_at=future, send=True)
    assert broadcast(office, raised(office, change)).notice.started_at == future


def test_offices_may_be_named_in_any_way(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet(clients=("mf", "Northgate Fabrication"), locations=("MF/Boston", "nf/leipzig")))
    assert [(place.client.code, place.name) for place in broadcast(office, ref).places] == [
        ("MF", "Boston"),
        ("NF", "Leipzig"),
    ]
    one = raised(office, internet(clients=("MF", "CR"), locations=("MF/boston",)))
    assert [place.name for place in broadcast(office, one).places] == ["Cedar Ridge Pediatrics", "Boston"]
