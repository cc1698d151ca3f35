"""The decision: who may say yes, how many it takes, and what never happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.commands import (
    Approve,
    Chat,
    Fulfil,
    PurchaseLine,
    PutPerson,
    Refused,
    Reject,
    Service,
    System,
    Withdraw,
)
from tests.handlers.office import Office, access, purchase

NEW_YORK = ZoneInfo("America/New_York")


def test_the_laptops_need_two_different_voices(office: Office) -> None:
    ref = office.order()
    assert office.standing(ref).request.commitment_minor == 865_988
    assert office.standing(ref).request.tier == "T2"
    assert office.asked(ref) == ["Dana Whitlock", "Priya Raman"]
    assert office.approve("Dana Whitlock", ref) == "Your approval counts: 1 of 2. Priya Raman still has to decide."
    assert office.state(ref) == "pending"
    assert office.approve("Priya Raman", ref) == "Approved. MF-1 is decided."
    assert office.state(ref) == "approved"


def test_two_voices_may_answer_in_either_order(office: Office) -> None:
    ref = office.order()
    office.approve("Priya Raman", ref)
    office.approve("Dana Whitlock", ref)
    assert office.state(ref) == "approved"


def test_one_person_never_fills_two_voices(office: Office) -> None:
    ref = office.order()
    office.approve("Dana Whitlock", ref)
    say = office.approve("Dana Whitlock", ref)
    assert say == "You have already approved this; nothing was done twice. 1 of 2 have approved."
    assert office.state(ref) == "pending"
    assert office.journal("approval.approve") == 1


def test_a_small_order_needs_one_voice_and_a_backup_may_give_it(office: Office) -> None:
    ref = office.order(unit=8_900)
    assert office.standing(ref).request.tier == "T1"
    assert office.asked(ref) == ["Dana Whitlock"]
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"


def test_a_large_order_asks_strategy_after_purchasing(office: Office) -> None:
    ref = office.order(unit=1_100_000, quote_url="https://quotes.example/1")
    assert office.standing(ref).request.tier == "T3"
    assert office.asked(ref) == ["Dana Whitlock"]
    office.approve("Dana Whitlock", ref)
    assert office.asked(ref) == ["Priya Raman"]
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"


def test_the_second_stage_is_not_open_before_the_first(office: Office) -> None:
    ref = office.order(client="northgate", unit=1_100_000, quote_url="https://quotes.example/1")
    assert office.asked(ref) == ["Marcus Hale"]
    told = office.refused("Greta Lindqvist", Approve(ref, 1))
    assert told.sentence == "You are not one of the people who can decide this. Marcus Hale can decide."


def test_a_large_order_needs_its_quote(office: Office) -> None:
    with pytest.raises(Refused, match="needs the vendor's quote"):
        office.order(unit=1_100_000)


def test_a_very_large_order_needs_a_proposal(office: Office) -> None:
    with pytest.raises(Refused, match="needs a proposal with options first"):
        office.order(unit=3_000_000, quote_url="https://quotes.example/1")
    ref = office.order(unit=3_000_000, quote_url="https://quotes.example/1", proposal="PR-1")
    assert office.standing(ref).request.tier == "T4"


@pytest.mark.parametrize(("minor", "tier"), [(250_000, "T1"), (250_001, "T2"), (1_000_000, "T2"), (1_000_001, "T3")])
def test_the_bounds_of_a_tier_belong_to_it(office: Office, minor: int, tier: str) -> None:
    ref = office.order(unit=minor, quote_url="https://quotes.example/1")
    assert office.standing(ref).request.tier == tier


def test_licences_count_with_their_first_year(office: Office) -> None:
    ref = office.order(lines=(PurchaseLine("Licence", 5, 2_200, "monthly"),))
    request = office.standing(ref).request
    assert (request.first_year_minor, request.commitment_minor, request.tier) == (132_000, 132_000, "T1")


def test_one_no_ends_it_and_needs_a_reason(office: Office) -> None:
    ref = office.order()
    office.approve("Dana Whitlock", ref)
    with pytest.raises(Refused, match="Please say why"):
        office.reject("Priya Raman", ref, "  ")
    office.reject("Priya Raman", ref, "Too dear.")
    assert office.state(ref) == "rejected"
    assert office.approve("Dana Whitlock", ref).startswith("You have already approved this")
    assert office.state(ref) == "rejected"


@pytest.mark.parametrize("name", ["Hannah Cole", "Luis Ortega"])
def test_the_wrong_role_is_told_who_can_decide(office: Office, name: str) -> None:
    ref = office.order(unit=8_900)
    before = office.standing(ref).request
    told = office.refused(name, Approve(ref, 1))
    assert (
        told.sentence == "You are not one of the people who can decide this. Dana Whitlock or Priya Raman can decide."
    )
    assert office.standing(ref).request == before
    assert office.journal("refused.Approve") == 1


def test_another_company_is_told_nothing_about_this_one(office: Office) -> None:
    ref = office.order()
    told = office.refused("Tom Beckett", Approve(ref, 1)).sentence
    assert told == "This request belongs to another company. Only that company's own key contacts can decide it."
    assert office.state(ref) == "pending"
    assert office.journal("refused.Approve") == 1


def test_an_unknown_account_of_the_company_is_told_who_can_decide(office: Office) -> None:
    ref = office.order()
    told = office.refused(Chat("slack", "T0MARLOW", "U0STRANGER"), Approve(ref, 1)).sentence
    assert told.endswith("Dana Whitlock or Priya Raman can decide this request.")
    elsewhere = office.refused(Chat("slack", "T0ELSEWHERE", "U0STRANGER"), Approve(ref, 1)).sentence
    assert "Dana" not in elsewhere
    assert office.journal("refused.Approve") == 2


def test_an_account_taken_from_a_person_decides_nothing_any_more(office: Office) -> None:
    ref = office.order(unit=8_900)
    dana = office.account("Dana Whitlock")
    moved = PutPerson("marlow-finch", "Dana Whitlock", "dana@marlowfinch.example", location="boston", accounts=())
    office.do(System("operator"), moved)
    told = office.refused(dana, Approve(ref, 1)).sentence
    assert told.startswith("We do not know this account yet.")
    assert "Priya Raman" in office.asked(ref)
    office.do(System("operator"), replace(moved, accounts=(dana,)))
    office.approve("Dana Whitlock", ref)
    assert office.state(ref) == "approved"


def test_the_providers_own_people_never_decide(office: Office) -> None:
    ref = office.order()
    told = office.refused("Sofia Marchetti", Approve(ref, 1)).sentence
    assert told == "Only the client's key contacts can decide this: Dana Whitlock or Priya Raman."


def test_nobody_decides_about_the_own_access(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access("Dana Whitlock", kind="privileged"))
    assert office.asked(ref) == ["Priya Raman", "Hannah Cole"]
    told = office.refused("Dana Whitlock", Approve(ref, 1)).sentence
    assert told == (
        "This change is about your own access, so somebody else has to decide it. "
        "Priya Raman or Hannah Cole can decide."
    )
    office.approve("Hannah Cole", ref)
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"


def test_a_subject_is_recognised_by_address_and_inside_other_words(office: Office) -> None:
    for subject in ("dana@marlowfinch.example", "Account of DANA  whitlock (laptop)"):
        ref = office.raised("Sofia Marchetti", access(subject))
        assert "Dana Whitlock" not in office.asked(ref)
        office.refused("Dana Whitlock", Approve(ref, 1))


def test_a_standard_change_needs_one_holder_of_security(office: Office) -> None:
    ref = office.raised("Sofia Marchetti", access())
    assert office.standing(ref).request.tier == "standard"
    office.approve("Hannah Cole", ref)
    assert office.state(ref) == "approved"


@pytest.mark.parametrize("after", ["Reads as harlow@other.example", "Read"])
def test_an_address_outside_the_company_makes_a_change_privileged(office: Office, after: str) -> None:
    ref = office.raised("Sofia Marchetti", access(after=after))
    assert (office.standing(ref).request.tier == "privileged") == ("@" in after)


def test_the_requesters_own_yes_does_not_count_for_two_voices(office: Office) -> None:
    ref = office.order(unit=500_000, requested_by="priya@marlowfinch.example")
    assert "Priya Raman" not in office.asked(ref)
    told = office.refused("Priya Raman", Approve(ref, 1)).sentence
    assert told.startswith("You asked for this, so your own approval does not count here.")


def test_nobody_to_ask_holds_the_request_and_tells_the_csm(office: Office) -> None:
    ref = office.order(unit=500_000, requested_by="dana@marlowfinch.example")
    assert office.asked(ref) == []
    assert [(row.kind, row.owner_id is not None) for row in office.rows("SELECT * FROM task")] == [
        ("find_holder", True)
    ]
    assert office.rows("SELECT * FROM delivery WHERE purpose = 'ask'") == []
    office.later(days=30)
    assert office.state(ref) == "pending"


def test_silence_reminds_adds_the_backup_tells_the_csm_and_never_approves(office: Office) -> None:
    office.now = datetime(2026, 6, 8, 16, 30, tzinfo=NEW_YORK)
    ref = office.order(unit=64_000)
    timers = office.rows("SELECT deed, due_at FROM timer WHERE subject LIKE 'approval:%' ORDER BY position")
    assert [row.deed for row in timers] == ["remind_primary", "add_backup", "remind_both", "tell_csm", "expire"]
    assert office.standing(ref).request.expires_at == datetime(2026, 6, 15, 16, 30, tzinfo=NEW_YORK)
    office.later(hours=24)
    assert office.asked(ref) == ["Dana Whitlock", "Priya Raman"]
    office.later(hours=24)
    assert [row.kind for row in office.rows("SELECT kind FROM task WHERE subject = :ref", ref=str(ref))] == ["call"]
    assert office.state(ref) == "pending"
    office.later(days=6)
    assert office.state(ref) == "expired"
    assert office.approve("Dana Whitlock", ref) == ("MF-1 is already closed without an answer, so it was not approved.")
    assert office.state(ref) == "expired"


def test_the_provider_may_withdraw_with_a_reason_and_a_client_may_not(office: Office) -> None:
    ref = office.order()
    assert office.refused("Dana Whitlock", Withdraw(ref, "x")).sentence == "Only your provider can withdraw a request."
    assert "why it is withdrawn" in office.refused("Sofia Marchetti", Withdraw(ref, " ")).sentence
    office.do("Sofia Marchetti", Withdraw(ref, "Ordered elsewhere."))
    assert office.state(ref) == "withdrawn"
    assert office.do("Sofia Marchetti", Withdraw(ref, "Again.")).repeated
    assert office.approve("Dana Whitlock", ref) == "MF-1 is already withdrawn."


def test_only_what_is_approved_can_be_fulfilled(office: Office) -> None:
    ref = office.order(unit=8_900)
    psa = Service("psa", frozenset({"approvals:write"}))
    with pytest.raises(Refused, match="not approved"):
        office.do(psa, Fulfil(ref))
    office.approve("Dana Whitlock", ref)
    office.do(psa, Fulfil(ref, "Ordered."))
    assert office.state(ref) == "fulfilled"
    assert office.do(psa, Fulfil(ref)).repeated


def test_a_retry_of_the_same_event_changes_nothing(office: Office) -> None:
    ref = office.order()
    says = {office.approve("Dana Whitlock", ref, key="one-click") for _ in range(4)}
    assert says == {"Your approval counts: 1 of 2. Priya Raman still has to decide."}
    assert office.journal("approval.approve") == 1


def test_a_refused_event_is_journalled_once_and_asked_afresh(office: Office) -> None:
    ref = office.order()
    for _ in range(3):
        with pytest.raises(Refused):
            office.do("Hannah Cole", Approve(ref, 1), key="same")
    assert office.journal("refused.Approve") == 1


def test_a_card_of_another_version_decides_nothing(office: Office) -> None:
    ref = office.order()
    for version in (0, 2, -1):
        assert "has changed since" in office.refused("Dana Whitlock", Approve(ref, version)).sentence
        assert "has changed since" in office.refused("Dana Whitlock", Reject(ref, version, "No.")).sentence
    assert office.state(ref) == "pending"


def test_a_prospect_receives_no_approvals(office: Office) -> None:
    office.rows("SELECT 1")
    with office.store.write() as tx:
        from storage.queries import directory

        client = directory.client_by_slug(tx, "marlow-finch")
        assert client is not None
        directory.change_client(tx, client.id, stage="prospect")
    with pytest.raises(Refused, match="active service agreement"):
        office.order()


def test_everybody_asked_has_a_card_and_a_reminder_is_a_new_one(office: Office) -> None:
    office.order()
    office.later(hours=5)
    purposes = [row.purpose for row in office.rows("SELECT purpose FROM delivery ORDER BY purpose")]
    assert purposes == ["ask", "ask", "board", "remind:v1.1.0", "remind:v1.1.0"]


def test_the_order_of_a_command_by_rest_is_raised_in_the_name_of_the_service(office: Office) -> None:
    psa = Service("psa", frozenset({"approvals:write"}), client="marlow-finch")
    ref = office.raised(psa, purchase())
    assert office.standing(ref).request.raised_by == "service:psa"
    with pytest.raises(Refused, match="no client called northgate"):
        office.raised(psa, purchase(client="northgate"))
    with pytest.raises(Refused, match="may not raise approvals"):
        office.raised(Service("reader", frozenset({"read"})), purchase())
