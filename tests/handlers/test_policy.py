"""A client's own policy: checked whole, versioned, journalled; open requests keep the voices they were asked with."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.commands import ChangeApproval, PutPolicy, Refused, Service, System
from handlers.policy import policy_of, tier_for
from tests.handlers.office import Office, access

OPERATOR = System("operator")
ONE_VOICE = {
    "tiers": [
        {"name": "Small", "up_to_minor": 100_000, "steps": [{"roles": ["purchasing"]}], "requester_counts": True},
        {"name": "Large", "steps": [{"roles": ["purchasing"]}, {"roles": ["strategy"]}, {"roles": ["people"]}]},
    ]
}


def put(office: Office, policy: dict[str, Any], *, based_on: int = 0) -> Any:
    return office.do(OPERATOR, PutPolicy("marlow-finch", policy, based_on))


def version(office: Office) -> int:
    return int(office.rows("SELECT policy_version FROM client WHERE slug = 'marlow-finch'")[0].policy_version)


def test_a_policy_of_the_clients_own_decides_how_many_voices_it_takes(office: Office) -> None:
    assert put(office, ONE_VOICE).facts["version"] == 2
    small, large = office.order(unit=100_000), office.order(unit=300_000)
    assert (office.standing(small).request.tier, office.standing(small).needed) == ("Small", 1)
    assert (office.standing(large).request.tier, office.standing(large).needed) == ("Large", 3)
    assert office.asked(large) == ["Dana Whitlock", "Priya Raman", "Hannah Cole"]
    for name in ("Dana Whitlock", "Priya Raman", "Hannah Cole"):
        assert office.state(large) == "pending"
        office.approve(name, large)
    assert office.state(large) == "approved"


def test_open_requests_keep_the_voices_they_were_asked_with(office: Office) -> None:
    ref = office.order()
    put(office, ONE_VOICE)
    assert office.standing(ref).needed == 2
    office.approve("Dana Whitlock", ref)
    office.approve("Priya Raman", ref)
    assert office.state(ref) == "approved"
    assert office.standing(ref).request.policy_version == 1


def test_a_change_of_facts_is_asked_by_the_policy_in_force(office: Office) -> None:
    ref = office.order()
    put(office, ONE_VOICE)
    office.do("Sofia Marchetti", ChangeApproval(ref, title="Laptops"))
    assert (office.standing(ref).needed, office.standing(ref).request.policy_version) == (3, 2)


def test_a_policy_edited_from_an_older_one_is_a_conflict(office: Office) -> None:
    put(office, ONE_VOICE, based_on=1)
    with pytest.raises(Refused, match="at version 2 now, not 1") as refused:
        put(office, {}, based_on=1)
    assert (refused.value.code, refused.value.field) == ("conflict", "based_on")
    put(office, {}, based_on=2)
    assert version(office) == 3


def test_the_same_policy_again_is_no_new_version(office: Office) -> None:
    put(office, ONE_VOICE)
    assert put(office, ONE_VOICE).repeated
    assert version(office) == 2


def test_a_policy_is_journalled_with_what_was_before(office: Office) -> None:
    put(office, ONE_VOICE)
    put(office, {"split_guard_days": 0})
    assert office.journal("policy.put") == 2


def step(*roles: str, **more: Any) -> dict[str, Any]:
    return {"roles": list(roles), **more}


def tier(name: str = "A", **more: Any) -> dict[str, Any]:
    return {"name": name, "steps": [step("purchasing")], **more}


WRONG: dict[str, dict[str, Any]] = {
    "no tiers": {"tiers": []},
    "no steps": {"tiers": [tier(steps=[])]},
    "no roles": {"tiers": [tier(steps=[step()])]},
    "unknown role": {"tiers": [tier(steps=[step("janitor")])]},
    "last with a bound": {"tiers": [tier(up_to_minor=1)]},
    "first without": {"tiers": [tier(), tier("B")]},
    "descending": {"tiers": [tier(up_to_minor=5), tier("B", up_to_minor=4), tier("C")]},
    "own yes for two": {"tiers": [tier(requester_counts=True, steps=[step("purchasing"), step("billing")])]},
    "one name twice": {"tiers": [tier(up_to_minor=5), tier(" a ")]},
    "called catalogue": {"tiers": [tier("Catalogue")]},
    "privileged by one": {"access": {"privileged": {"steps": [step("security")]}}},
    "privileged by oneself": {
        "access": {"privileged": {"steps": [step("security"), step("security")], "requester_counts": True}}
    },
    "another class": {"access": {"secret": {"steps": [step("security")]}}},
    "access as a list": {"access": []},
    "a ladder without an end": {
        "ladders": {"normal": {"unit": "business_hours", "rungs": [{"after": 4, "deed": "remind_primary"}]}}
    },
    "a ladder nobody knows": {"ladders": {"gentle": {"unit": "business_hours", "rungs": []}}},
    "unknown part": {"colour": "blue"},
    "a day that is none": {"holidays": ["2026-02-30"]},
    "a worked day that is none": {"working_days": ["2026-02-30"]},
    "a day off that is worked": {"holidays": ["2026-06-13"], "working_days": ["20260613"]},
    "quiet hours in another zone": {"quiet_from": "18:00+02:00"},
    "quiet hours that are none": {"quiet_until": "late"},
    "an hour that is none": {"opening": "25:00"},
    "closing before opening": {"opening": "17:00", "closing": "09:00"},
    "an hour with a zone": {"opening": "09:00+02:00"},
    "text of the wrong kind": {"split_guard_days": "seven"},
    "a NUL in a name": {"tiers": [tier("A\x00")]},
    "half a letter in a name": {"tiers": [tier("\ud800")]},
    "a price rise beyond sense": {"price_rise_percent": 101},
}


@pytest.mark.parametrize("policy", WRONG.values(), ids=WRONG.keys())
def test_a_policy_with_a_mistake_is_refused_and_changes_nothing(office: Office, policy: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="The policy cannot be used") as refused:
        put(office, policy)
    assert (refused.value.code, refused.value.field) == ("invalid", "policy")
    assert version(office) == 1
    assert office.journal("policy.put") == 0
    office.order(unit=8_900)


@pytest.mark.parametrize("who", ["Sofia Marchetti", "Dana Whitlock"])
def test_people_in_chat_put_no_policy(office: Office, who: str) -> None:
    assert office.refused(who, PutPolicy("marlow-finch", {})).code == "not_entitled"


def test_a_program_needs_its_scope_and_its_own_client(office: Office) -> None:
    for token in (
        Service("psa", frozenset({"read"})),
        Service("psa", frozenset({"approvals:write"}), client="marlow-finch"),
        Service("psa", frozenset({"policies:write"}), client="northgate"),
    ):
        with pytest.raises(Refused):
            office.do(token, PutPolicy("marlow-finch", ONE_VOICE))
    office.do(
        Service("psa", frozenset({"policies:write"}), client="marlow-finch"), PutPolicy("marlow-finch", ONE_VOICE)
    )
    assert version(office) == 2


def test_every_amount_has_a_tier(office: Office) -> None:
    policy = policy_of({})
    assert [tier_for(policy, minor).name for minor in (0, 250_000, 250_001, 1_000_001, 2_500_001, 10**14)] == [
        "T1",
        "T1",
        "T2",
        "T3",
        "T4",
        "T4",
    ]


def test_access_follows_the_own_policy_too(office: Office) -> None:
    put(office, {"access": {"standard": {"steps": [step("people"), step("security")]}}})
    ref = office.raised("Sofia Marchetti", access())
    assert office.asked(ref) == ["Hannah Cole", "Dana Whitlock"]
