"""Readers who cannot be reached, are away or have left: somebody else is asked at once, and the CSM knows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from handlers.commands import (
    ComeBack,
    DeliveryFailed,
    GoAway,
    Grant,
    PutPerson,
    RememberAddress,
    RemoveInstallation,
    RemovePerson,
    ResolveNotice,
    System,
    UpdateNotice,
)
from tests.handlers.alarm import (
    ANJA,
    DANA,
    JILL,
    LUIS,
    PRIYA,
    SOFIA,
    TOM,
    acknowledge,
    at,
    broadcast,
    internet,
    mail,
    owed,
    raised,
    reader,
    stages,
    tasks,
)
from tests.handlers.office import Office

HOUSE = System("operator")


def away(office: Office, name: str, *, delegate: str = "", days: float = 2) -> None:
    until = office.now + timedelta(days=days)
    office.do(name, GoAway(office.now, until, office.person(delegate) if delegate else ""))


def backup_for_providence(office: Office) -> None:
    grants = (Grant("strategy"), Grant("purchasing", 2), Grant("security", 2), Grant("emergency", 2, "providence"))
    office.do(HOUSE, PutPerson("marlow-finch", PRIYA, "priya@marlowfinch.example", grants=grants))


def fails(office: Office, ref: object, name: str, purpose: str = "notice", what: str = "target") -> None:
    """The platform says that this message cannot be delivered."""
    these = "WHERE subject = :s AND purpose = :p AND person_id = :w"
    values = {"s": str(ref), "p": purpose, "w": office.person(name)}
    with office.store.write() as tx:
        tx.execute(text(f"UPDATE delivery SET state = 'dead', settled_at = NULL {these}"), values)
    for row in office.rows(f"SELECT id FROM delivery {these}", **values):
        office.do(System("courier"), DeliveryFailed(row.id, what, "the account was closed"))


def why(office: Office, ref: object, name: str) -> str:
    return str(reader(office, ref, name).receipt.why)  # type: ignore[arg-type]


def test_who_is_away_is_not_asked_and_whoever_stands_in_is(office: Office) -> None:
    at(office, 9, 10, 0)
    away(office, LUIS, delegate=PRIYA)
    ref = raised(office, internet())
    assert stages(office, ref) == {DANA: "queued", PRIYA: "queued"}
    assert why(office, ref, PRIYA) == f"for:{office.person(LUIS)}"
    away(office, TOM)
    other = raised(office, mail(clients=("CR",)))
    assert stages(office, other) == {JILL: "queued"}
    assert why(office, other, JILL) == f"for:{office.person(TOM)}"


def test_who_has_no_account_is_named_at_once_and_the_next_is_asked(office: Office) -> None:
    backup_for_providence(office)
    office.do(HOUSE, PutPerson("marlow-finch", LUIS, "luis@marlowfinch.example", phone="+1 401 555 0113", accounts=()))
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    assert stages(office, ref) == {LUIS: "undeliverable", DANA: "queued", PRIYA: "queued"}
    assert reader(office, ref, LUIS).receipt.reason == "no chat account"
    assert why(office, ref, PRIYA) == "next"
    assert tasks(office, "notice_undeliverable") == ["Sofia Marchetti: N-1: Luis Ortega could not be reached in chat"]


def test_where_nobody_can_be_reached_somebody_has_to_call(office: Office) -> None:
    tenant = office.account(TOM)
    office.do(HOUSE, RemoveInstallation("teams", tenant.org, "uninstalled"))
    at(office, 10, 10, 0)
    sent = office.do(SOFIA, mail())
    assert dict(sent.facts)["unreachable"] == 2
    ref = sent.ref
    assert ref is not None
    assert stages(office, ref)[TOM] == stages(office, ref)[JILL] == "undeliverable"
    assert tasks(office, "notice_undeliverable") == [
        "Sofia Marchetti: N-1: nobody at Cedar Ridge Pediatrics can be reached in chat. Call Jill Sandoval, Tom Beckett"
    ]
    assert owed(office, str(ref), "notice").count(TOM) == 0


def test_a_lost_message_goes_to_the_next_contact_and_to_the_csm_at_once(office: Office) -> None:
    backup_for_providence(office)
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    fails(office, ref, LUIS)
    assert stages(office, ref) == {LUIS: "undeliverable", DANA: "queued", PRIYA: "queued"}
    assert reader(office, ref, LUIS).receipt.reason == "the account was closed"
    assert tasks(office, "notice_undeliverable") == ["Sofia Marchetti: N-1: Luis Ortega could not be reached in chat"]
    fails(office, ref, LUIS)
    assert len(tasks(office, "notice_undeliverable")) == 1
    assert tasks(office, "account_lost") == [], "the CSM knows already"
    acknowledge(office, ref, DANA)
    assert stages(office, ref)[PRIYA] == "covered"


def test_a_passing_failure_of_what_follows_says_nothing_about_the_first_card(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    with office.store.write() as tx:
        tx.execute(text("UPDATE delivery SET state = 'settled', shown = 1 WHERE purpose = 'notice'"))
    office.do(SOFIA, UpdateNotice(ref, "News"))
    fails(office, ref, LUIS, "update:1", "payload")
    assert stages(office, ref)[LUIS] == "queued"
    assert tasks(office, "notice_undeliverable") == []
    assert office.journal("delivery.fail") == 1


def test_who_has_read_it_and_is_lost_later_is_called_about_the_news(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, LUIS)
    office.do(SOFIA, UpdateNotice(ref, "News"))
    fails(office, ref, LUIS, "update:1")
    assert stages(office, ref)[LUIS] == "acknowledged"
    assert len(tasks(office, "notice_undeliverable")) == 1
    office.do(SOFIA, ResolveNotice(ref, "Done"))
    assert tasks(office, "notice_undeliverable") == []


def test_when_the_last_who_listens_goes_the_next_is_asked_and_whoever_returns_is_asked_again(office: Office) -> None:
    at(office, 10, 10, 0)
    ref = raised(office, mail(clients=("CR",)))
    away(office, TOM)
    assert stages(office, ref) == {TOM: "queued", JILL: "queued"}
    assert why(office, ref, JILL) == f"for:{office.person(TOM)}"
    tenant = office.account(JILL)
    fails(office, ref, JILL)
    assert stages(office, ref)[JILL] == "undeliverable"
    named = tasks(office, "notice_undeliverable")
    assert any("nobody of Cedar Ridge Pediatrics can be reached" in one for one in named)
    office.do(HOUSE, RememberAddress("teams", tenant.org, tenant.user, "sealed"))
    assert stages(office, ref)[JILL] == "queued"
    assert owed(office, str(ref), "notice").count(JILL) == 1
    sql = "SELECT state FROM delivery WHERE person_id = :who AND purpose = 'notice'"
    rows = office.rows(sql, who=office.person(JILL))
    assert [row.state for row in rows] == ["owed"]
    office.do(TOM, ComeBack())
    assert stages(office, ref) == {TOM: "queued", JILL: "queued"}


def test_who_leaves_is_not_waited_for(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, mail(clients=("NF",)))
    office.do(HOUSE, RemovePerson(office.person(ANJA)))
    assert stages(office, ref)[ANJA] == "undeliverable"
    assert reader(office, ref, ANJA).receipt.reason == "has left"
    acknowledge(office, ref, "Marcus Hale")
    office.later(hours=3)
    assert tasks(office, "notice_call") == []
    assert len(broadcast(office, ref).readers) == 2
