"""Pulses: asked of the provider's own people, logged, and what follows from them when a person takes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from handlers.commands import LogPulse, MissTouchpoint, PickSlot, PutPolicy, Ref, RemovePerson, SettleCadence, SkipPulse
from tests.handlers.office import Office
from tests.handlers.talking import (
    BEN,
    CR,
    DANA,
    DENVER,
    MF,
    NF,
    SOFIA,
    SYSTEM,
    TOM,
    cards,
    ny,
    planned,
    press,
    tasks,
    titles,
    until,
    window,
)

PULSES = "SELECT p.* FROM pulse p JOIN client c ON c.id = p.client_id WHERE c.slug = :client ORDER BY p.asked_at, p.id"
RULES = "SELECT d.kind, d.every, d.reason FROM cadence d JOIN client c ON c.id = d.client_id WHERE c.slug = :client"


def pulses(office: Office, client: str) -> list[Any]:
    return office.rows(PULSES, client=client)


def asked(office: Office, client: str) -> Ref:
    return Ref("pulse", pulses(office, client)[-1].id)


def rules(office: Office, client: str) -> dict[str, str]:
    return {row.kind: row.every for row in office.rows(RULES, client=client)}


def suggested(office: Office, client: str) -> dict[str, Any]:
    from storage.queries import pulses as queries

    with office.store.read() as tx:
        row = queries.pulse(tx, asked(office, client).id)
    assert row is not None
    return dict(row.suggested)


def first(office: Office, client: str = NF) -> Ref:
    """The first pulse comes thirty days after a client has come: Wednesday, July 8."""
    until(office, ny(8, 12, month=7))
    return asked(office, client)


def test_a_pulse_is_asked_of_the_vcio_and_of_nobody_at_the_client(office: Office) -> None:
    until(office, ny(8, 8, 59, month=7))
    assert pulses(office, NF) == []
    until(office, ny(8, 9, month=7))
    ref = asked(office, NF)
    assert cards(office, ref, BEN) == ["pulse"]
    assert tasks(office, ref) == []
    assert {
        row.name
        for row in office.rows(
            "SELECT p.name FROM delivery d JOIN person p ON p.id = d.person_id WHERE d.subject = :of", of=str(ref)
        )
    } == {BEN}


def test_where_the_phone_is_preferred_there_is_a_task_to_call(office: Office) -> None:
    until(office, ny(8, 12, month=7).astimezone(DENVER))
    ref = asked(office, CR)
    assert pulses(office, CR)[0].channel == "phone"
    assert tasks(office, ref) == [("pulse_call", BEN)]
    assert titles(office, ref) == [
        "Call Tom Beckett (+1 303 555 0120), Cedar Ridge Pediatrics: how are things? Then log the pulse"
    ]
    assert cards(office, ref, TOM) == []
    press(office, BEN, LogPulse(ref, "green", "Tom is content."))
    assert tasks(office, ref) == []


def test_an_amber_client_that_grows_fast_suggests_weekly_pulses_and_monthly_meetings_and_a_person_takes_it(
    office: Office,
) -> None:
    ref = first(office)
    said = press(office, BEN, LogPulse(ref, "amber", "They are stretched.", 142, 118)).say
    assert said == "Logged: Northgate Fabrication is amber. Please look at what it suggests."
    found = suggested(office, NF)
    assert (found["pulse"], found["vcio_meeting"], found["temperature"]) == ("7 days", "1 month", "amber")
    assert rules(office, NF) == {}
    said = press(office, BEN, SettleCadence(ref)).say
    assert said == "Taken: pulse every 7 days, vCIO meeting every 1 month."
    assert rules(office, NF) == {"pulse": "7 days", "vcio_meeting": "1 month"}
    assert press(office, SOFIA, SettleCadence(ref)).repeated
    assert office.refused(SOFIA, SettleCadence(ref, keep=True, reason="No.")).code == "conflict"
    until(office, ny(15, 9, month=7))
    assert len(pulses(office, NF)) == 2


def test_a_person_may_keep_what_is_with_a_reason(office: Office) -> None:
    ref = first(office)
    press(office, BEN, LogPulse(ref, "amber", "", 142, 118))
    assert office.refused(BEN, SettleCadence(ref, keep=True)).field == "reason"
    assert press(office, BEN, SettleCadence(ref, keep=True, reason="They know.")).say == "It stays as it was."
    assert rules(office, NF) == {}
    row = pulses(office, NF)[-1]
    assert (bool(row.kept), row.settled_by, row.settled_why) == (True, BEN, "They know.")
    until(office, ny(22, 9, month=7))  # amber: fourteen days
    assert len(pulses(office, NF)) == 2


def test_where_nothing_would_change_nothing_is_suggested(office: Office) -> None:
    ref = first(office)
    assert press(office, BEN, LogPulse(ref, "green")).say == "Logged: Northgate Fabrication is green."
    assert suggested(office, NF) == {}
    assert office.refused(BEN, SettleCadence(ref)).code == "conflict"


@pytest.mark.parametrize("sign", ["talk", "opinion", "reports"])
def test_what_was_noticed_suggests_a_worse_colour(office: Office, sign: str) -> None:
    client = office.rows("SELECT id FROM client WHERE slug = :slug", slug=MF)[0].id
    if sign == "talk":
        talk = planned(office, window(11, 10))
        press(office, DANA, PickSlot(talk, 1, 1))
        until(office, ny(11, 11))
        press(office, SOFIA, MissTouchpoint(talk))
    ref = first(office, MF)
    with office.store.write() as tx:
        if sign == "opinion":
            values = {"id": "fbk_1", "client": client, "person": office.person(DANA), "at": office.now}
            tx.execute(
                text(
                    "INSERT INTO feedback (id, client_id, person_id, subject, kind, state, score, comment, asked_at,"
                    " answered_at, on_behalf_of, anonymous, answers, reply, replied_by) VALUES (:id, :client, :person,"
                    " 'case:1', 'csat', 'received', 2, '', :at, :at, '', false, '{}', '', '')"
                ),
                values,
            )
        if sign == "reports":
            for number, week in enumerate(("2026-W25", "2026-W26")):
                tx.execute(
                    text(
                        "INSERT INTO report (id, client_id, kind, period, number, state, version, from_at, until_at,"
                        " figures, note, generated_at, held_by, held_why, released_by, correction) VALUES"
                        " (:id, :client, 'case_report', :week, 9, 'unreviewed', 1, :at, :at, '{}', '', :at, '', '',"
                        " '', '')"
                    ),
                    {"id": f"rep_{number}", "client": client, "week": week, "at": office.now},
                )
    press(office, BEN, LogPulse(ref, "green"))
    found = suggested(office, MF)
    assert found["temperature"] == "amber"
    press(office, BEN, SettleCadence(ref))
    row = pulses(office, MF)[-1]
    assert row.temperature == "amber"
    assert row.settled_why == " ".join(found["why"])


def test_a_pulse_that_nobody_logs_is_asked_again_and_then_told_above(office: Office) -> None:
    ref = first(office)
    until(office, ny(10, 12, month=7))
    assert cards(office, ref, BEN) == ["pulse", "remind:0"]
    until(office, ny(15, 12, month=7))
    assert [kind for kind, _ in tasks(office, ref)] == ["pulse_late"]
    until(office, ny(30, 12, month=8))
    assert len(pulses(office, NF)) == 1, "the next one waits for this one"
    press(office, BEN, LogPulse(ref, "green"))
    assert tasks(office, ref) == []


def test_a_suggestion_that_nobody_settles_is_brought_up_again(office: Office) -> None:
    ref = first(office)
    press(office, BEN, LogPulse(ref, "red"))
    until(office, ny(13, 12, month=7))
    assert cards(office, ref, BEN)[-1] == "settle:0"
    assert rules(office, NF) == {}, "silence takes nothing"


def test_an_older_suggestion_is_not_taken_over_a_newer_pulse(office: Office) -> None:
    ref = first(office)
    press(office, BEN, LogPulse(ref, "red"))
    until(office, ny(16, 12, month=7))
    press(office, BEN, LogPulse(asked(office, NF), "amber", "", 142, 118))
    assert office.refused(BEN, SettleCadence(ref)).sentence == "There is a newer pulse: please settle that one."
    press(office, BEN, SettleCadence(ref, keep=True, reason="Overtaken."))
    press(office, BEN, SettleCadence(asked(office, NF)))
    assert rules(office, NF)["pulse"] == "7 days"


def test_one_is_left_out_with_a_reason_and_the_next_comes(office: Office) -> None:
    ref = first(office)
    assert office.refused(BEN, SkipPulse(ref, " ")).field == "reason"
    press(office, BEN, SkipPulse(ref, "We met yesterday."))
    assert press(office, BEN, SkipPulse(ref, "We met yesterday.")).repeated
    assert office.refused(BEN, LogPulse(ref, "green")).code == "conflict"
    until(office, ny(7, 12, month=8))
    assert len(pulses(office, NF)) == 2


def test_a_pulse_that_was_due_while_nothing_ran_is_asked_once_for_its_day(office: Office) -> None:
    office.now = ny(20, 12, month=7)
    office.tick()
    assert [row.period for row in pulses(office, NF)] == ["2026-07-08"]


def test_a_pulse_is_no_business_of_the_client(office: Office) -> None:
    ref = first(office, MF)
    for command in (LogPulse(ref, "green"), SkipPulse(ref, "No."), SettleCadence(ref)):
        assert office.refused(DANA, command).code == "not_found"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"temperature": "blue"}, "temperature"),
        ({"preference": "often"}, "preference"),
        ({"users": -1}, "users"),
        ({"users_year_ago": 10**9}, "users_year_ago"),
        ({"text": "x" * 5000}, "text"),
    ],
)
def test_what_cannot_be_logged_is_refused_with_its_field(office: Office, changes: dict[str, Any], field: str) -> None:
    ref = first(office)
    assert office.refused(BEN, LogPulse(**{"ref": ref, "temperature": "green", **changes})).field == field


def test_a_double_log_is_one_and_another_is_refused(office: Office) -> None:
    ref = first(office)
    press(office, BEN, LogPulse(ref, "green", "Fine."))
    assert press(office, BEN, LogPulse(ref, "green", "Fine.")).repeated
    assert office.refused(SOFIA, LogPulse(ref, "red")).sentence == "Ben Okafor has logged this already."


def test_pulses_can_be_off_and_other_days_can_hold(office: Office) -> None:
    press(office, SYSTEM, PutPolicy(NF, {"timetable": {"pulse": {"on": False}}}))
    press(office, SYSTEM, PutPolicy(MF, {"timetable": {"pulse": {"green": 10, "wall": "14:00"}}}))
    until(office, ny(18, 14))
    assert len(pulses(office, MF)) == 1
    office.later(days=60)
    assert pulses(office, NF) == []


def test_when_the_vcio_has_left_the_csm_is_asked(office: Office) -> None:
    ref = first(office)
    press(office, SYSTEM, RemovePerson("ben@harborline.example"))
    office.now += timedelta(seconds=1)
    until(office, ny(10, 12, month=7))
    assert cards(office, ref, SOFIA) == ["remind:0"]
