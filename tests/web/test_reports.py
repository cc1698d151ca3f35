"""Reports over REST: read, held, counted anew, sent, corrected; each caller within its client and its scopes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.web.callers import digest_of
from handlers.commands import ITSELF, CaseRow, Command, CreateToken, Event, PutCases, System
from schedules import reminders
from schedules import reports as schedule
from tests.web.house import NOW, House

REPORTS = "/api/v1/reports"
MONDAY = datetime(2026, 6, 15, 11, 0, tzinfo=UTC)
"""Seven in Boston."""
TUESDAY, WEDNESDAY = datetime(2026, 6, 9, 14, tzinfo=UTC), datetime(2026, 6, 10, 9, tzinfo=UTC)


def written(house: House) -> House:
    """It is Monday at seven, and the report of the week is written."""
    cases = (
        CaseRow("CASE-1", "marlow-finch", "Printer is on fire", TUESDAY),
        CaseRow("CASE-2", "marlow-finch", "Mouse", TUESDAY, state="closed", closed_at=WEDNESDAY),
    )
    house.desk.perform(PutCases(cases), Event("cases", MONDAY, System("psa"), "cli"))
    return at(house, MONDAY)


def at(house: House, moment: datetime) -> House:
    """What is due by this moment has happened."""
    due: list[Command] = [*schedule.batches(house.store, moment), *reminders.rungs(house.store, moment)]
    for command in due:
        house.desk.perform(command, Event(ITSELF, moment, System("clock"), "tick"))
    return house


def token(house: House, client: str, *scopes: str) -> str:
    """A token of one client, with these scopes; -> its name."""
    name = f"{client}-{len(scopes)}"
    command = CreateToken(name, digest_of(f"token-{name}"), scopes, client)
    house.desk.perform(command, Event(f"token:{name}", NOW, System("test"), "cli"))
    return name


async def test_a_report_is_read_held_counted_anew_and_sent(both_house: House) -> None:
    written(both_house)
    async with both_house.caller() as caller:
        (listed,) = (await caller.get(REPORTS, params={"client": "marlow-finch", "kind": "case_report"})).json()[
            "items"
        ]
        assert (listed["period"], listed["state"], listed["client"]) == ("2026-W24", "generated", "marlow-finch")
        assert listed["from"] == "2026-06-08T04:00:00Z" and listed["release_at"] == "2026-06-15T13:00:00Z"
        one = f"{REPORTS}/{listed['id']}"
        figures = (await caller.get(one)).json()["figures"]
        assert (figures["opened"], figures["closed"], figures["backlog_end"]) == (2, 1, 1)
        held = (await caller.post(f"{one}/hold", json={"reason": "A case is missing."})).json()
        assert (held["state"], held["release_at"], held["held_why"]) == ("on_hold", None, "A case is missing.")
        again = (await caller.post(f"{one}/regenerate")).json()
        assert (again["state"], again["held_by"]) == ("generated", "")
        late = await caller.post(f"{one}/release", json={"version": 1})
        assert late.status_code == 409
        sent = (await caller.post(f"{one}/release", json={"version": again["version"], "note": "All quiet."})).json()
        assert (sent["state"], sent["released_by"], sent["note"]) == ("released", "", "All quiet.")
        assert sent["readers"] == [], "nobody of this house is in chat"
        assert (await caller.post(f"{one}/hold", json={"reason": "Too late."})).status_code == 409
        new = (await caller.post(f"{one}/correct", json={"reason": "One was counted twice."})).json()
        assert (new["number"], new["supersedes"], new["state"]) == (2, listed["id"], "released")
        old = (await caller.get(one)).json()
        assert (old["state"], old["superseded_by"]) == ("superseded", new["id"])
        states = [row["state"] for row in (await caller.get(REPORTS)).json()["items"]]
        assert sorted(states) == ["released", "superseded"]
        pages = (await caller.get(REPORTS, params={"limit": 1})).json()
        rest = (await caller.get(REPORTS, params={"limit": 1, "cursor": pages["next"]})).json()
        assert {pages["items"][0]["id"], rest["items"][0]["id"]} == {listed["id"], new["id"]} and rest["next"] is None


async def test_a_client_reads_its_own_reports_and_only_those_that_are_out(house: House) -> None:
    written(house)
    own, other = token(house, "marlow-finch", "read"), token(house, "cedar-ridge", "read", "cases:write")
    async with house.caller() as caller:
        id_ = (await caller.get(REPORTS)).json()["items"][0]["id"]
    async with house.caller(own) as caller:
        assert (await caller.get(REPORTS)).json()["items"] == []
        assert (await caller.get(f"{REPORTS}/{id_}")).status_code == 404
        assert (await caller.post(f"{REPORTS}/{id_}/hold", json={"reason": "No."})).status_code == 403
    at(house, datetime(2026, 6, 15, 13, 0, tzinfo=UTC))
    async with house.caller(own) as caller:
        assert [row["state"] for row in (await caller.get(REPORTS)).json()["items"]] == ["released"]
        assert (await caller.get(f"{REPORTS}/{id_}")).status_code == 200
    async with house.caller(other) as caller:
        assert (await caller.get(f"{REPORTS}/{id_}")).status_code == 404
        assert (await caller.post(f"{REPORTS}/{id_}/correct", json={"reason": "No."})).status_code == 404
        assert (await caller.get(REPORTS, params={"client": "marlow-finch"})).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("hold", {}, "reason"),
        ("hold", {"reason": " "}, "reason"),
        ("release", {"version": 0}, "version"),
        ("release", {"version": 1, "note": "x" * 1001}, "note"),
        ("correct", {"reason": "y", "why": "z"}, "why"),
    ],
)
async def test_what_is_wrong_is_said_with_its_field(house: House, path: str, body: dict, field: str) -> None:
    written(house)
    async with house.caller() as caller:
        id_ = (await caller.get(REPORTS)).json()["items"][0]["id"]
        answer = await caller.post(f"{REPORTS}/{id_}/{path}", json=body)
    assert answer.status_code == 422 and answer.json()["field"] == field


async def test_a_health_check_is_a_line_of_its_weeks_report(house: House) -> None:
    async with house.caller() as caller:
        wanting = await caller.post("/api/v1/health-checks", json={"client": "marlow-finch", "result": "attention"})
        assert wanting.status_code == 422 and wanting.json()["field"] == "text"
        body = {"client": "marlow-finch", "result": "good"}
        assert (await caller.post("/api/v1/health-checks", json=body)).json()["week"] == "2026-W24"
        unknown = await caller.post("/api/v1/health-checks", json={**body, "client": "nobody"})
        assert unknown.status_code == 404
    written(house)
    async with house.caller() as caller:
        newest = (await caller.get(REPORTS)).json()["items"][0]
        detail = (await caller.get(f"{REPORTS}/{newest['id']}")).json()
    assert (detail["period"], detail["figures"]["health"]["result"]) == ("2026-W24", "good")
