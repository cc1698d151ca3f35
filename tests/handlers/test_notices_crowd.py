"""Ten thousand readers: one transaction, a bounded number of statements, everybody told once or named with a reason."""

from __future__ import annotations

from handlers.commands import Acknowledge, Chat, UpdateNotice
from storage import journal
from tests.handlers.alarm import SOFIA, at, broadcast, mail
from tests.handlers.masses import OFFICES, counted, settle
from tests.handlers.office import Office

CLIENTS, LOST = 2_500, 25


def test_ten_thousand_readers_take_no_more_statements_than_five(office: Office) -> None:
    at(office, 10, 12, 0)
    with counted(office.store) as few:
        office.do(SOFIA, mail())
    settle(office.store, CLIENTS, lost=LOST)
    with counted(office.store) as many:
        sent = office.do(SOFIA, mail())
    assert len(many) <= len(few) + 12, "ids go in a few portions"
    ref = sent.ref
    assert ref is not None
    reached, lost = CLIENTS - LOST, LOST * OFFICES
    assert dict(sent.facts) == {
        **sent.facts,
        "clients": CLIENTS + 3,
        "people": reached * OFFICES + 5,
        "unreachable": lost,
    }
    told = office.rows("SELECT person_id FROM delivery WHERE subject = :of AND purpose = 'notice'", of=str(ref))
    assert len(told) == len({row.person_id for row in told}) == reached * OFFICES + 5
    if office.store.dialect == "postgresql":
        (expected,) = office.rows("SELECT reltuples AS n FROM pg_class WHERE relname = 'receipt'")
        assert expected.n > reached * OFFICES, "the planner knows of them before the first card is drawn"
    named = office.rows("SELECT title FROM task WHERE kind = 'notice_undeliverable'")
    assert len(named) == LOST
    assert all("nobody at Mass" in row.title and "Contact" in row.title for row in named)
    entries = office.rows("SELECT chain FROM journal WHERE what = 'notice.sent' AND subject = :of", of=str(ref))
    assert len(entries) == len({row.chain for row in entries}) == CLIENTS + 4
    with office.store.read() as tx:
        assert journal.verify(tx, "cl_7") == [] and journal.verify(tx, "msp") == []
    with counted(office.store) as click:
        office.do(Chat("slack", "T00007", "U000071"), Acknowledge(ref))
    assert len(click) <= 1, "all that an acknowledgement asks and writes is prepared, but for the insert of its timers"
    changed = office.rows("SELECT person_id FROM delivery WHERE wanted > 1 AND person_id IS NOT NULL")
    mine = {row.person_id for row in changed if row.person_id.startswith("pe_")}
    assert mine == {"pe_7_1"}, "no other reader's card is drawn again for it"
    with counted(office.store) as news:
        office.do(SOFIA, UpdateNotice(ref, "Half of it is delivered."))
    assert len(news) <= len(few) + 20
    found = [one for one in broadcast(office, ref).readers if one.person.id.startswith("pe_7_")]
    assert {one.person.id: one.stage for one in found} == {
        "pe_7_0": "queued",
        "pe_7_1": "acknowledged",
        "pe_7_2": "queued",
        "pe_7_3": "queued",
    }
