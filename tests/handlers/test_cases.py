"""Cases come in as the ticket system says them: added, changed, opened again, each row by its own."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.demo import cases as demo
from handlers.commands import Chat, PutCases, Refused, Service, System
from tests.handlers.office import Office
from tests.handlers.ticketing import moment, put, results, said, stored

NEW_YORK = ZoneInfo("America/New_York")


def test_a_case_is_added_changed_and_left_alone(office: Office) -> None:
    row = said(office)
    assert results(office, row) == ["created"]
    first = stored(office)
    assert (first.state, first.priority, first.reopened) == ("open", "P3", 0)
    office.now += timedelta(minutes=5)
    assert results(office, row) == ["unchanged"]
    assert stored(office) == first
    assert results(office, said(office, opened_at=row.opened_at, state="waiting_on_client")) == ["changed"]
    after = stored(office)
    assert (after.id, after.state, moment(after.waiting_since)) == (first.id, "waiting_on_client", office.now)
    assert office.journal("case.put") == 2


def test_what_is_not_said_stays(office: Office) -> None:
    row = said(office, priority="P1", category="Printing", requester="dana@marlowfinch.example", device="Printer 2-A")
    put(office, row)
    put(office, said(office, opened_at=row.opened_at, title="Printer is out"))
    kept = stored(office)
    assert (kept.title, kept.priority, kept.category) == ("Printer is out", "P1", "Printing")
    assert (kept.requester, kept.requester_id, kept.device) == (
        "Dana Whitlock", office.person("Dana Whitlock"), "Printer 2-A"
    )  # fmt: skip


def test_targets_are_reckoned_by_the_clients_policy_and_office(office: Office) -> None:
    friday = datetime(2026, 6, 5, 16, 0, tzinfo=NEW_YORK)
    rows = [said(office, f"CASE-{n}", opened_at=friday, priority=f"P{n}") for n in (1, 2, 3, 4)]
    assert results(office, *rows) == ["created"] * 4
    due = {
        name: (moment(row.response_due_at) - friday, moment(row.resolution_due_at).astimezone(NEW_YORK).isoformat())
        for name in ("CASE-1", "CASE-2", "CASE-3", "CASE-4")
        if (row := stored(office, name))
    }
    assert due == {
        "CASE-1": (timedelta(minutes=30), "2026-06-05T20:00:00-04:00"),
        "CASE-2": (timedelta(hours=1), "2026-06-06T00:00:00-04:00"),
        "CASE-3": (timedelta(days=2, hours=20), "2026-06-09T16:00:00-04:00"),
        "CASE-4": (timedelta(days=3), "2026-06-12T16:00:00-04:00"),
    }


def test_a_case_that_is_opened_again_was_never_closed_and_counts_how_often(office: Office) -> None:
    row = said(office)
    put(office, row)
    closed = said(office, opened_at=row.opened_at, state="closed", closed_at=office.now)
    assert results(office, closed) == ["changed"]
    office.later(days=1)
    assert results(office, said(office, opened_at=row.opened_at)) == ["unchanged"], "nothing was said about its state"
    assert results(office, said(office, opened_at=row.opened_at, state="open")) == ["changed"]
    kept = stored(office)
    assert (kept.closed_at, kept.reopened, moment(kept.reopened_at)) == (None, 1, office.now)
    assert results(office, said(office, opened_at=row.opened_at, state="open")) == ["unchanged"]
    late = said(office, opened_at=row.opened_at, state="closed")
    assert put(office, late)[0]["field"] == "closed_at", "it was closed again, but when?"


def test_one_bad_row_does_not_stop_the_others(office: Office) -> None:
    hour = timedelta(hours=1)
    answers = put(
        office,
        said(office, "CASE-1"),
        said(office, "CASE-2", state="closed", closed_at=office.now - 2 * hour),
        said(office, "CASE-3", client="nobody"),
        said(office, "CASE-4", state="fixed"),
        said(office, "CASE-5", location="paris"),
        said(office, "CASE-6", opened_at=office.now.replace(tzinfo=None)),
        said(office, "CASE-7", opened_at=office.now + timedelta(days=3)),
        said(office, "", title="No number"),
        said(office, "CASE-9\x00", title="nul"),
        said(office, "CASE-10", title="half a \ud83d letter"),
        said(office, "CASE-11", closed_at=office.now),
        said(office, "CASE-12", url="javascript:alert(1)"),
        said(office, "CASE-13", score=6),
        said(office, "CASE-14"),
    )
    assert [one["result"] for one in answers] == ["created", *["refused"] * 12, "created"]
    fields = "closed_at client state location opened_at opened_at external_id external_id title closed_at url score"
    assert [one["field"] for one in answers[1:-1]] == fields.split()
    assert all(one["problem"].endswith(".") for one in answers[1:-1])
    assert "boston or providence" in answers[4]["problem"]


def test_the_same_number_at_two_clients_is_two_cases(office: Office) -> None:
    assert results(office, said(office), said(office, client="NF")) == ["created", "created"]
    assert results(office, said(office), said(office, client="Northgate Fabrication")) == ["unchanged", "unchanged"]


def test_the_later_row_of_a_batch_stands_on_the_earlier(office: Office) -> None:
    row = said(office)
    closed = said(office, state="closed", closed_at=office.now)
    assert results(office, row, closed, closed, said(office, state="open")) == [
        "created", "changed", "unchanged", "changed"
    ]  # fmt: skip
    assert stored(office).reopened == 1


def test_a_token_of_one_client_touches_no_other(office: Office) -> None:
    put(office, said(office, client="northgate"))
    bound = Service("theirs", frozenset({"cases:write"}), "marlow-finch")
    answers = office.do(bound, PutCases((said(office, client="northgate", title="Taken over"), said(office)))).facts
    assert [one["result"] for one in answers["rows"]] == ["refused", "created"]
    assert answers["rows"][0]["problem"] == "There is no client called northgate."
    assert not office.rows("SELECT id FROM support_case WHERE title = 'Taken over'")


def test_cases_come_from_the_ticket_system_only(office: Office) -> None:
    for who in ("Dana Whitlock", "Sofia Marchetti"):
        assert office.refused(who, PutCases((said(office),))).code == "not_entitled"
    reader = Service("reader", frozenset({"read"}))
    with pytest.raises(Refused, match="cases:write"):
        office.do(reader, PutCases((said(office),)))
    stranger = Chat("slack", "T0", "U0")
    assert office.refused(stranger, PutCases((said(office),))).code == "not_entitled"


def test_the_demos_ticket_system_has_the_figures_of_its_week(office: Office) -> None:
    """As it is known on the Monday after, when the report is written."""
    perform = office.do
    for day, hour in ((8, 9), (11, 12), (15, 7)):
        office.now = datetime(2026, 6, day, hour, 5, tzinfo=NEW_YORK)
        coming = demo.seed(lambda command, key: _done(perform(System("seed"), command, key=key)), office.now)
        asyncio.run(coming)
    week = {"a": datetime(2026, 6, 8, tzinfo=NEW_YORK), "b": datetime(2026, 6, 15, tzinfo=NEW_YORK)}
    mine = office.rows("SELECT c.* FROM support_case c JOIN client k ON k.id = c.client_id WHERE k.code = 'MF'")
    start, end = week.values()
    opened = [one for one in mine if start <= moment(one.opened_at) < end]
    closed = [one for one in mine if one.closed_at and start <= moment(one.closed_at) < end]
    left = [one for one in mine if one.closed_at is None]
    assert (len(opened), len(closed), len(left), len(left) + len(closed) - len(opened)) == (14, 17, 20, 23)
    ages = [(end - moment(one.opened_at)).days for one in left]
    bands = ((0, 3), (4, 7), (8, 14), (15, 30), (31, 999))
    assert [sum(low <= age <= high for age in ages) for low, high in bands] == [8, 5, 4, 2, 1]
    in_time = [moment(one.responded_at) <= moment(one.response_due_at) for one in opened]
    solved = [moment(one.closed_at) <= moment(one.resolution_due_at) for one in closed]
    assert (sum(in_time), len(in_time), sum(solved), len(solved)) == (13, 14, 16, 17)
    scores = [row.score for row in office.rows("SELECT score FROM feedback WHERE state = 'received'")]
    assert (sum(score > 3 for score in scores), len(scores)) == (8, 9)
    assert sum(one.state == "waiting_on_client" for one in left) == 3
    outage = stored(office, "CASE-4471")
    assert (outage.priority, moment(outage.closed_at) > moment(outage.resolution_due_at)) == ("P1", True)
    assert stored(office, "CASE-4498").state == "waiting_on_vendor"
    assert not office.rows("SELECT id FROM task"), "a good week leaves nobody anything to do"
    assert not office.rows("SELECT id FROM delivery"), "and asks nobody: the ticket system has asked itself"


async def _done(outcome: object) -> object:
    return outcome
