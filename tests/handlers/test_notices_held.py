"""Whom quiet hours keep from a notice: the board says so, nobody reminds them, and a list in the morning tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.cards.parts import Viewer
from bot.web.noticebodies import counts_of
from bot.web.noticewords import stage_said
from bot.web.receipts import lines_of, receipt_body
from handlers.commands import Ref, RemindReaders, ResolveNotice
from storage.queries import notice_pages
from tests.handlers.alarm import (
    ANJA,
    DANA,
    LUIS,
    SOFIA,
    acknowledge,
    at,
    broadcast,
    due_in_new_york,
    mail,
    owed,
    raised,
    reader,
)
from tests.handlers.office import Office
from tests.handlers.screens import Screens


def board(office: Office, ref: Ref) -> str:
    return Screens(office).text(SOFIA, Ref("board", ref.id), "board")


def see(office: Office) -> Viewer:
    return Viewer("", SOFIA, "America/New_York", "en_US", True, office.now)


def woken(office: Office, ref: Ref) -> int:
    """How often Sofia's board was to be drawn."""
    return int(office.rows("SELECT sum(wanted) AS n FROM delivery WHERE subject = :of", of=f"board:{ref.id}")[0].n)


def arrives(office: Office, subject: str, name: str, moment: datetime) -> None:
    """The courier has shown it."""
    sql = "UPDATE delivery SET state = 'settled', shown = wanted, message = '{}', reached_at = :at "
    sql += "WHERE subject = :subject AND person_id = :person"
    with office.store.write() as tx:
        there = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        at_ = moment if tx.dialect.name == "postgresql" else there
        tx.execute(text(sql), {"at": at_, "subject": subject, "person": office.person(name)})


def test_at_night_the_board_says_who_is_told_only_in_the_morning(office: Office) -> None:
    at(office, 9, 22, 0)
    outcome = office.do(SOFIA, mail(clients=("MF",)))
    assert outcome.say == "N-1 is on its way to 2 people. 2 of them get it when quiet hours end."
    assert outcome.ref is not None
    shown = board(office, outcome.ref)
    assert "Reached: 0 of 2" in shown and "On its way" not in shown
    assert "2 people are told only when quiet hours end, at Wed Jun 10, 8:00 AM EDT." in shown
    assert "Dana Whitlock Quiet hours" in shown and "To be told on Wed Jun 10, 8:00 AM EDT" in shown
    assert "2 of them get it only when quiet hours end." in Screens(office).text(SOFIA, outcome.ref, "preview")
    assert stage_said(reader(office, outcome.ref, DANA), see(office))[0] == (
        "To be told Wed Jun 10, 8:00 AM, when quiet hours end"
    )
    with office.store.read() as tx:
        lines = lines_of(tx, broadcast(office, outcome.ref))
    assert [receipt_body(line)["held_until"] for line in lines] == ["2026-06-10T12:00:00Z"] * 2
    assert [line.sent_at for line in lines] == [None, None]
    at(office, 10, 7, 59)
    wanted = woken(office, outcome.ref)
    at(office, 10, 8, 1)
    assert woken(office, outcome.ref) == wanted + 1, "the board in the chat is drawn anew by itself"
    shown = board(office, outcome.ref)
    assert "On its way: 2" in shown and "quiet hours" not in shown.lower()


def test_nobody_is_reminded_of_what_nobody_has_said_yet(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, mail(clients=("MF",)))
    outcome = office.do(SOFIA, RemindReaders(ref))
    assert outcome.repeated
    assert outcome.say == (
        "Nobody who knows of it is silent. 2 people get it when quiet hours end and know nothing yet."
    )
    assert owed(office, str(ref), "remind:%") == [] and office.journal("notice.remind") == 0


def test_of_several_only_those_who_were_told_are_reminded_and_counted(office: Office) -> None:
    at(office, 9, 22, 0)
    ref = raised(office, mail(clients=("NF",)))
    at(office, 10, 2, 20)  # 8:20 in Leipzig
    assert office.do(SOFIA, RemindReaders(ref)).say == (
        "1 person is reminded. 1 person gets it when quiet hours end and knows nothing yet."
    )
    assert owed(office, str(ref), "remind:by:%") == [ANJA]


def test_who_was_told_by_day_is_reminded_in_the_morning_and_it_says_so(office: Office) -> None:
    at(office, 9, 17, 50)
    ref = raised(office, mail(clients=("MF",)))
    at(office, 9, 18, 5)
    assert office.do(SOFIA, RemindReaders(ref)).say == "2 people are reminded. 2 of them when quiet hours end."
    purpose = str(office.rows("SELECT purpose FROM delivery WHERE purpose LIKE 'remind:by:%'")[0].purpose)
    assert due_in_new_york(office, str(ref), purpose) == {DANA: "Wed 08:00", LUIS: "Wed 08:00"}


@pytest.mark.parametrize("over", [False, True], ids=["still open", "resolved before the list was shown"])
def test_the_list_of_what_waited_has_told_whoever_saw_the_notice_on_it(office: Office, over: bool) -> None:
    at(office, 9, 22, 0)
    ref, other = raised(office, mail(clients=("MF",))), raised(office, mail(clients=("MF",), services="Phones"))
    dana = f"person:{office.person(DANA)}"
    assert reader(office, ref, DANA).waits_until is not None
    if over:
        at(office, 10, 7, 0)
        office.do(SOFIA, ResolveNotice(ref, "All mail is delivered"))
    at(office, 10, 8, 0)
    arrives(office, dana, DANA, office.now + timedelta(seconds=2))
    told = reader(office, ref, DANA)
    assert (told.reached_at is None) is over
    assert reader(office, other, DANA).reached_at == office.now + timedelta(seconds=2)
    assert reader(office, other, LUIS).reached_at is None
    with office.store.read() as tx:
        counts = notice_pages.counts(tx, [ref.id, other.id])
    assert [counts[one.id].reached for one in (ref, other)] == [0 if over else 1, 1]
    assert [counts_of(broadcast(office, one)).reached for one in (ref, other)] == [0 if over else 1, 1]
    if not over:
        assert "Reached: 1 of 2" in board(office, ref)
        acknowledge(office, ref, DANA)
