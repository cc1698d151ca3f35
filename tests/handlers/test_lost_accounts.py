"""Where nothing arrives any more nobody is asked, from when a platform says so until something comes in from there."""

from __future__ import annotations

import pytest

from handlers.commands import (
    AddEmployee,
    Approve,
    DeliveryFailed,
    ForgetAddress,
    Ref,
    RememberAddress,
    RemoveInstallation,
    SaveInstallation,
    System,
)
from tests.handlers.office import Office, purchase

DANA, PRIYA, SOFIA = "Dana Whitlock", "Priya Raman", "Sofia Marchetti"
HOUSE = System("the house")


def bury(office: Office, ref: Ref, who: str, what: str, purpose: str = "ask") -> None:
    """The courier's report that this card did not arrive."""
    (row,) = office.rows(
        "SELECT d.id FROM delivery d JOIN person p ON p.id = d.person_id"
        " WHERE d.subject = :ref AND d.purpose = :purpose AND p.name = :who",
        ref=str(ref),
        purpose=purpose,
        who=who,
    )
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE delivery SET state = 'dead' WHERE id = '{row.id}'")
    office.later(minutes=1)
    office.do(HOUSE, DeliveryFailed(row.id, what, "The app was removed there."))


def reachable(office: Office, who: str) -> bool:
    rows = office.rows(
        "SELECT i.reachable FROM identity i JOIN person p ON p.id = i.person_id WHERE p.name = :who", who=who
    )
    return any(row.reachable for row in rows)


def tasks(office: Office) -> list[str]:
    return [row.kind for row in office.rows("SELECT kind FROM task WHERE state = 'open' ORDER BY created_at, id")]


def sent(office: Office, ref: Ref, who: str) -> list[str]:
    """The states of this person's copies of the decider's card."""
    rows = office.rows(
        "SELECT d.state FROM delivery d JOIN person p ON p.id = d.person_id"
        " WHERE d.subject = :ref AND d.purpose = 'ask' AND p.name = :who",
        ref=str(ref),
        who=who,
    )
    return [row.state for row in rows]


def two_orders(office: Office) -> tuple[Ref, Ref]:
    return office.order(unit=8_900), office.raised(SOFIA, purchase(title="Paper"))


@pytest.mark.parametrize("what", ["target", "opted_out"])
def test_a_card_that_cannot_arrive_ends_the_asking_there_for_every_request_and_is_told_once(
    office: Office, what: str
) -> None:
    first, second = two_orders(office)
    bury(office, first, DANA, what)
    assert not reachable(office, DANA)
    assert (office.asked(first), office.asked(second)) == ([DANA, PRIYA], [DANA, PRIYA])
    assert tasks(office) == ["undeliverable"]
    bury(office, second, DANA, what)
    assert tasks(office) == ["undeliverable"], "the second one is no news"
    assert office.asked(second) == [DANA, PRIYA], "and asks nobody else"
    third = office.raised(SOFIA, purchase(title="Mice"))
    assert office.asked(third) == [PRIYA]


@pytest.mark.parametrize("what", ["payload", "installation"])
def test_a_failure_that_says_nothing_of_the_person_leaves_the_account_alone(office: Office, what: str) -> None:
    first, second = two_orders(office)
    bury(office, first, DANA, what)
    assert reachable(office, DANA)
    assert (office.asked(first), office.asked(second)) == ([DANA, PRIYA], [DANA])


def test_a_list_that_cannot_arrive_tells_of_the_person(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.later(days=1)
    day = f"digest:{office.now:%Y-%m-%d}"
    bury(office, Ref("person", office.person(DANA)), DANA, "opted_out", day)
    assert (tasks(office), office.asked(ref)) == (["account_lost"], [DANA, PRIYA])


def test_an_employee_without_any_role_is_no_task_for_the_csm(office: Office) -> None:
    office.do(HOUSE, AddEmployee("slack", "T0MARLOW", "U0NORA", "Nora Blake"))
    office.do(HOUSE, ForgetAddress("slack", "T0MARLOW", "U0NORA", "the account was closed"))
    assert tasks(office) == []


def test_whoever_presses_again_is_reached_again(office: Office) -> None:
    first, second = two_orders(office)
    bury(office, first, DANA, "target")
    office.approve(DANA, second)
    assert office.state(second) == "approved"
    assert reachable(office, DANA)
    assert sent(office, first, DANA) == ["owed"], "the card that never arrived is sent again"


def test_whoever_is_back_gets_what_never_arrived_and_nothing_twice(office: Office) -> None:
    first, second = two_orders(office)
    bury(office, first, DANA, "opted_out")
    office.approve(PRIYA, second)
    before = office.rows("SELECT wanted FROM delivery WHERE subject = :ref", ref=str(second))
    office.do(HOUSE, RememberAddress("slack", "T0MARLOW", "U0DANA", "sealed"))
    assert sent(office, first, DANA) == ["owed"]
    assert office.asked(first) == [DANA, PRIYA], "who was asked meanwhile stays asked"
    assert office.rows("SELECT wanted FROM delivery WHERE subject = :ref", ref=str(second)) == before
    assert office.asked(office.raised(SOFIA, purchase(title="Mice"))) == [DANA]


def test_an_address_is_kept_when_only_a_sign_of_life_came(office: Office) -> None:
    office.do(HOUSE, RememberAddress("slack", "T0MARLOW", "U0DANA", "sealed"))
    office.do(HOUSE, ForgetAddress("slack", "T0MARLOW", "U0DANA", "the account was closed"))
    office.do(HOUSE, RememberAddress("slack", "T0MARLOW", "U0DANA"))
    (row,) = office.rows("SELECT address, reachable FROM identity WHERE \"user\" = 'U0DANA'")
    assert (row.address, bool(row.reachable)) == ("sealed", True)


def test_an_account_is_lost_once(office: Office) -> None:
    for _ in range(3):
        office.do(HOUSE, ForgetAddress("slack", "T0MARLOW", "U0DANA", "the account was closed"))
    assert (office.journal("account.lost"), tasks(office)) == (1, ["account_lost"])


def test_an_app_that_leaves_a_company_leaves_nobody_to_ask_and_the_csm_knows_at_once(office: Office) -> None:
    ref = office.order(unit=8_900)
    office.do(HOUSE, RemoveInstallation("slack", "T0MARLOW", "uninstalled"))
    assert "find_holder" in tasks(office)
    office.do(HOUSE, SaveInstallation("slack", "T0MARLOW", "Marlow & Finch LLP", "sealed", {}))
    office.do(DANA, Approve(ref, 1))
    assert office.state(ref) == "approved"
