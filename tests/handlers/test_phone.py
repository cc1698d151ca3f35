"""What was said on the phone counts when the person says so in chat, and never before."""

from __future__ import annotations

import pytest

from bot.cards.card import buttons_of
from handlers.commands import (
    ChangeApproval,
    Chat,
    ConfirmPhone,
    PutPerson,
    RecordPhone,
    Ref,
    Refused,
    RemovePerson,
    Service,
    System,
    TakeBack,
    Withdraw,
)
from tests.handlers.office import Office, access
from tests.handlers.screens import Screens


def heard(office: Office, ref: Ref, name: str = "Dana Whitlock", *, version: int = 1) -> str:
    """Sofia records that somebody said yes on the phone; -> the sentence."""
    return office.do("Sofia Marchetti", RecordPhone(ref, version, office.person(name), "She called at ten.")).say


def states(office: Office) -> list[str]:
    """What became of every call."""
    return [row.state for row in office.rows("SELECT state FROM phone_voice ORDER BY id")]


def open_tasks(office: Office) -> set[str]:
    """Kinds of the tasks about requests that are still to do."""
    tasks = office.rows("SELECT kind FROM task WHERE state = 'open' AND subject LIKE 'approval:%'")
    return {row.kind for row in tasks}


def test_a_call_counts_when_the_person_confirms_it_in_chat(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=8_900)
    answer = screens.press(
        "Sofia Marchetti",
        ref,
        "Record a phone approval",
        {"person": office.person("Dana Whitlock"), "note": "She called at ten."},
        "board",
    )
    assert answer.say == "Recorded. It counts when Dana Whitlock confirms it in chat, within one business day."
    assert (office.state(ref), office.standing(ref).given) == ("pending", 0)
    purpose = screens.sent("Dana Whitlock", ref, "phone")
    told = screens.text("Dana Whitlock", ref, purpose)
    assert "Sofia Marchetti recorded that you approved this by phone (+1 617 555 0110)" in told
    screens.press("Dana Whitlock", ref, "Yes, I approved this", purpose=purpose)
    assert office.state(ref) == "approved"
    vote = office.standing(ref).votes[0]
    assert (vote.person_id, vote.comment) == (
        office.person("Dana Whitlock"),
        "By phone on +1 617 555 0110, confirmed in chat.",
    )
    assert vote.identity_id is not None
    assert states(office) == ["confirmed"]
    assert "By phone on +1 617 555 0110, confirmed in chat." in screens.text("Sofia Marchetti", ref, "board")


def test_a_call_that_was_not_made_is_denied_and_alerts_the_csm(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=8_900)
    heard(office, ref)
    purpose = screens.sent("Dana Whitlock", ref, "phone")
    screens.press("Dana Whitlock", ref, "That is not right", purpose=purpose)
    assert (office.state(ref), states(office)) == ("pending", ["denied"])
    assert open_tasks(office) == {"phone_denied"}
    assert office.refused("Dana Whitlock", ConfirmPhone(ref, 1, True)).code == "conflict"
    office.later(days=3)
    assert "phone_lapsed" not in open_tasks(office)
    office.approve("Dana Whitlock", ref)
    assert "phone_denied" in open_tasks(office), "the decision does not say who was on the phone"


def test_a_call_nobody_confirms_in_a_business_day_lapses(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=8_900)
    heard(office, ref)
    card = screens.card("Dana Whitlock", ref, screens.sent("Dana Whitlock", ref, "phone"))
    office.later(hours=23, minutes=59)
    assert states(office) == ["waiting"]
    office.now = office.standing(ref).phone_voices[0].due_at
    assert office.refused("Dana Whitlock", ConfirmPhone(ref, 1, True)).code == "conflict"
    office.later(minutes=1)
    assert states(office) == ["lapsed"]
    assert "phone_lapsed" in open_tasks(office)
    assert screens.push("Dana Whitlock", buttons_of(card)[0]).tone == "bad"
    assert office.state(ref) == "pending"


@pytest.mark.parametrize("who", ["Priya Raman", "Hannah Cole", "Tom Beckett", "Sofia Marchetti"])
def test_nobody_else_confirms_a_call(office: Office, who: str) -> None:
    ref = office.order(unit=8_900)
    heard(office, ref)
    office.refused(who, ConfirmPhone(ref, 1, True))
    office.refused(who, ConfirmPhone(ref, 1, False))
    office.refused(Chat("slack", "T0MARLOW", "U0STRANGER"), ConfirmPhone(ref, 1, True))
    assert (office.state(ref), states(office)) == ("pending", ["waiting"])


def test_nobody_but_the_provider_records_a_call(office: Office) -> None:
    ref = office.order(unit=8_900)
    dana = office.person("Dana Whitlock")
    assert office.refused("Priya Raman", RecordPhone(ref, 1, dana, "")).code == "not_entitled"
    with pytest.raises(Refused, match="Only your provider"):
        office.do(Service("psa", frozenset({"approvals:write"})), RecordPhone(ref, 1, dana, ""))


def test_a_call_is_recorded_only_for_somebody_who_may_decide(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access("Priya Raman", kind="privileged"))
    for name in ("Priya Raman", "Luis Ortega", "Tom Beckett", "Sofia Marchetti"):
        told = office.refused("Sofia Marchetti", RecordPhone(ref, 1, office.person(name), ""))
        assert told.field == "person"
    office.approve("Dana Whitlock", ref)
    told = office.refused("Sofia Marchetti", RecordPhone(ref, 1, office.person("Dana Whitlock"), ""))
    assert "given your voice already" in told.sentence
    assert states(office) == []


def test_a_call_needs_a_number_on_file_and_a_chat_to_confirm_in(office: Office) -> None:
    ref, priya = office.order(unit=8_900), office.person("Priya Raman")
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE person SET phone = '' WHERE id = '{priya}'")
    assert "no phone number on file" in office.refused("Sofia Marchetti", RecordPhone(ref, 1, priya, "")).sentence
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE person SET phone = '+1' WHERE id = '{priya}'")
        tx.exec_driver_sql(f"UPDATE identity SET reachable = false WHERE person_id = '{priya}'")
    assert "could not confirm" in office.refused("Sofia Marchetti", RecordPhone(ref, 1, priya, "")).sentence


def test_a_call_about_older_facts_is_no_voice(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=8_900)
    heard(office, ref)
    card = screens.card("Dana Whitlock", ref, screens.sent("Dana Whitlock", ref, "phone"))
    office.do("Sofia Marchetti", ChangeApproval(ref, title="Other toner"))
    assert states(office) == ["lapsed"]
    for version in (1, 2):
        assert office.refused("Dana Whitlock", ConfirmPhone(ref, version, True)).code == "conflict"
    assert screens.push("Dana Whitlock", buttons_of(card)[0]).tone == "bad"
    assert (
        "has changed since"
        in office.refused("Sofia Marchetti", RecordPhone(ref, 1, office.person("Dana Whitlock"), "")).sentence
    )
    assert office.standing(ref).given == 0


def test_the_own_vote_answers_the_call(office: Office) -> None:
    ref = office.order()
    heard(office, ref)
    office.approve("Dana Whitlock", ref)
    assert states(office) == ["confirmed"]
    assert office.refused("Dana Whitlock", ConfirmPhone(ref, 1, True)).code == "conflict"
    office.later(days=2)
    assert office.standing(ref).given == 1
    assert "phone_lapsed" not in open_tasks(office)


def test_two_calls_of_one_person_are_one(office: Office) -> None:
    ref = office.order()
    heard(office, ref)
    assert office.do("Sofia Marchetti", RecordPhone(ref, 1, office.person("Dana Whitlock"), "Again.")).repeated
    assert states(office) == ["waiting"]


def test_a_confirmed_call_can_be_taken_back_and_heard_again(office: Office) -> None:
    ref = office.order()
    heard(office, ref)
    office.do("Dana Whitlock", ConfirmPhone(ref, 1, True))
    office.do("Dana Whitlock", TakeBack(ref))
    assert office.standing(ref).given == 0
    heard(office, ref)
    office.do("Dana Whitlock", ConfirmPhone(ref, 1, True))
    assert office.standing(ref).given == 1


def test_a_call_lapses_with_its_request(office: Office) -> None:
    ref = office.order(unit=8_900)
    heard(office, ref)
    office.do("Sofia Marchetti", Withdraw(ref, "Not needed."))
    assert states(office) == ["lapsed"]
    office.later(days=3)
    assert open_tasks(office) == set()


def test_somebody_who_lost_the_role_meanwhile_cannot_confirm(office: Office) -> None:
    screens, ref = Screens(office), office.order(unit=8_900)
    heard(office, ref, "Priya Raman")
    purpose = screens.sent("Priya Raman", ref, "phone")
    office.do(System("operator"), PutPerson("marlow-finch", "Priya Raman", "priya@marlowfinch.example", grants=()))
    assert screens.labels("Priya Raman", ref, purpose) == ["That is not right"]
    assert office.refused("Priya Raman", ConfirmPhone(ref, 1, True)).code == "not_entitled"
    office.do(System("operator"), RemovePerson("priya@marlowfinch.example"))
    office.refused("Priya Raman", ConfirmPhone(ref, 1, True))
    assert office.standing(ref).given == 0
