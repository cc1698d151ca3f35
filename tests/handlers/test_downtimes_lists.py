"""The list in the morning shows of a downtime what is true now: no button of a time that is agreed, or gone."""

from __future__ import annotations

from handlers.commands import ChooseWindow, Ref, WithdrawDowntime
from handlers.context import Who, Work
from handlers.desk import PROVIDER
from storage.queries.downtimes import deliveries
from tests.handlers.office import Office
from tests.handlers.windows import MARCUS, SOFIA, et, firewalls, offered, picks, standing, until


def wanted(office: Office, name: str) -> list[int]:
    """How often each list of this person was to be drawn."""
    sql = (
        "SELECT d.wanted FROM delivery d JOIN person p ON p.id = d.person_id WHERE p.name = :name "
        "AND d.subject LIKE 'person:%' ORDER BY d.id"
    )
    return [row.wanted for row in office.rows(sql, name=name)]


def listed(office: Office, name: str) -> None:
    """This person has had a list."""
    person = office.person(name)
    with office.store.write() as tx:
        new_id = lambda prefix: office.desk.new_id(prefix, int(office.now.timestamp() * 1000))  # noqa: E731
        house = Work(tx, office.now, Who("the house", system=True), "test", new_id, PROVIDER)
        house.owe(Ref("person", person), "digest:2026-06-08", [person], client_id=None)
        lists = deliveries.c.subject == f"person:{person}"
        tx.execute(deliveries.update().where(lists).values(state="settled", message={"id": "m"}, shown=1))


def test_a_list_shows_what_has_been_agreed_since(office: Office) -> None:
    ref = offered(office, firewalls(locations=("toledo",)))
    until(office, et(6, 8, 9, 1))
    listed(office, MARCUS)
    before = wanted(office, MARCUS)
    picks(office, ref, MARCUS, 2)
    assert wanted(office, MARCUS)[0] > before[0]
    office.do(MARCUS, ChooseWindow(ref, 1, 2))
    assert standing(office, ref).row.life == "scheduled"


def test_a_list_shows_what_is_gone(office: Office) -> None:
    ref = offered(office, firewalls(locations=("toledo",)))
    until(office, et(6, 8, 9, 1))
    for name in (MARCUS, SOFIA):
        listed(office, name)
    before = {name: wanted(office, name) for name in (MARCUS, SOFIA)}
    office.do(SOFIA, WithdrawDowntime(ref, "Not needed."))
    for name, lists in before.items():
        assert lists and all(now > then for now, then in zip(wanted(office, name), lists, strict=True)), name


def test_what_is_new_goes_before_what_is_drawn_again(office: Office) -> None:
    ref = offered(office, firewalls(locations=("toledo",)))
    with office.store.write() as tx:
        tx.execute(deliveries.update().values(state="settled", message={"id": "m"}, shown=deliveries.c.wanted))
    picks(office, ref, MARCUS, 2)
    sql = (
        "SELECT d.purpose, d.priority, p.name, d.message IS NULL AS fresh FROM delivery d "
        "JOIN person p ON p.id = d.person_id WHERE d.subject = :of"
    )
    rows = office.rows(sql, of=str(ref))
    news = [row.priority for row in rows if row.fresh]
    again = {row.name: row.priority for row in rows if not row.fresh and row.name != SOFIA}
    assert news and again.pop(MARCUS) == 0, "who pressed sees at once what came of it"
    assert all(max(news) <= priority for priority in again.values())
    assert all(row.priority == 5 for row in rows if not row.fresh and row.name == SOFIA and row.purpose != "desk")
