"""Approvals over REST in doubt: questions, mistakes, phone calls, reminders, versions, what replaces what."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.web.shapes import ApprovalOut
from handlers.commands import (
    Approve,
    AskQuestion,
    Chat,
    Command,
    Duty,
    Event,
    Grant,
    PutPerson,
    PutWorkspace,
    RecordPhone,
    Ref,
    Regret,
    System,
)
from tests.web.house import ACCESS, NOW, ORDER, House

DANA, SOFIA = Chat("slack", "T0MF", "U0DANA"), Chat("slack", "T0HQ", "U0SOFIA")


def act(house: House, actor: Chat | System, command: Command) -> None:
    """Somebody does something in chat."""
    house.desk.perform(command, Event(f"act:{command!r}", NOW, actor, "slack"))


@pytest.fixture
def office(both_house: House) -> House:
    """Dana and Sofia have accounts."""
    for command in (
        PutWorkspace("slack", "T0MF", "Marlow & Finch", "marlow-finch"),
        PutWorkspace("slack", "T0HQ", "Harborline"),
        PutPerson(
            client="marlow-finch",
            name="Dana Whitlock",
            email="dana@marlow.example",
            phone="+1 617 555 0110",
            default=True,
            grants=(Grant("purchasing"), Grant("security")),
            accounts=(DANA,),
        ),
        PutPerson(
            client="",
            name="Sofia Marchetti",
            email="sofia@harborline.example",
            timezone="America/New_York",
            duties=(Duty("csm"),),
            accounts=(SOFIA,),
        ),
    ):
        act(both_house, System("test"), command)
    return both_house


async def raised(caller: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    """A new approval."""
    answer = await caller.post("/api/v1/approvals", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_question_is_shown_answered_and_stays_readable(office: House) -> None:
    async with office.caller() as caller:
        one = await raised(caller, ACCESS)
        path, ref = f"/api/v1/approvals/{one['id']}", Ref("approval", one["id"])
        assert [(who["name"], who["why"]) for who in one["steps"][0]["asked"]] == [("Dana Whitlock", "primary")]
        act(office, DANA, AskQuestion(ref, 1, "For how long?"))
        asked = (await caller.get(path)).json()
        assert (asked["state"], asked["questions"][0]["text"]) == ("info_requested", "For how long?")
        assert asked["questions"][0]["answered_at"] is None
        answered = (await caller.post(f"{path}/answer", json={"text": "Until the end of July."})).json()
        question = answered["questions"][0]
        assert (answered["state"], question["answer"]) == ("pending", "Until the end of July.")
        assert (question["asked_by"]["name"], question["answered_at"]) == ("Dana Whitlock", "2026-06-08T13:05:00Z")
        assert (await caller.post(f"{path}/answer", json={"text": "Again."})).json() == answered
        for body in ({}, {"text": " "}, {"text": "a", "to": "b"}, {"text": 1}):
            assert (await caller.post(f"{path}/answer", json=body)).status_code == 422
    ApprovalOut.model_validate(answered)


async def test_a_mistake_blocks_until_it_is_settled(office: House) -> None:
    async with office.caller() as caller:
        one = await raised(caller, ACCESS)
        path, ref = f"/api/v1/approvals/{one['id']}", Ref("approval", one["id"])
        act(office, DANA, Approve(ref, 1))
        act(office, DANA, Regret(ref, "Wrong folder."))
        doubted = (await caller.get(path)).json()
        assert doubted["mistake"]["by"]["name"] == "Dana Whitlock"
        assert (doubted["mistake"]["text"], doubted["mistake"]["settled"]) == ("Wrong folder.", None)
        blocked = await caller.post(f"{path}/fulfil")
        assert (blocked.status_code, blocked.json()["code"]) == (409, "blocked")
        for body in ({"stands": "no", "text": "x"}, {"stands": False}, {"text": "x"}, {"stands": 0, "text": "x"}):
            assert (await caller.post(f"{path}/settle-mistake", json=body)).status_code == 422
        settled = await caller.post(f"{path}/settle-mistake", json={"stands": False, "text": "Dana wants Harlow B."})
        assert (settled.status_code, settled.json()["state"]) == (200, "void")
        assert settled.json()["mistake"]["settled"] == {
            "stands": False,
            "text": "Dana wants Harlow B.",
            "by": "API: all",
        }
    ApprovalOut.model_validate(settled.json())


async def test_a_call_is_shown_with_the_number_on_file(office: House) -> None:
    async with office.caller() as caller:
        one = await raised(caller, ACCESS)
        dana = one["steps"][0]["asked"][0]["id"]
        act(office, SOFIA, RecordPhone(Ref("approval", one["id"]), 1, dana, "She was in the car."))
        call = (await caller.get(f"/api/v1/approvals/{one['id']}")).json()["phone_records"][0]
    assert (call["person"]["name"], call["recorded_by"]["name"]) == ("Dana Whitlock", "Sofia Marchetti")
    assert (call["number"], call["note"], call["state"]) == ("+1 617 555 0110", "She was in the car.", "waiting")


async def test_everybody_silent_is_reminded_once_in_four_business_hours(office: House) -> None:
    async with office.caller() as caller:
        path = f"/api/v1/approvals/{(await raised(caller, ACCESS))['id']}"
        reminded = await caller.post(f"{path}/remind")
        assert (reminded.status_code, reminded.json()["reminded_at"]) == (200, "2026-06-08T13:05:00Z")
        again = await caller.post(f"{path}/remind", json={})
        assert (again.status_code, again.json()) == (200, reminded.json()), "nobody is reminded twice"
        assert (await caller.post(f"{path}/remind", json={"now": True})).status_code == 422


async def test_a_request_takes_the_place_of_another_and_both_say_so(office: House) -> None:
    async with office.caller() as caller:
        old = await raised(caller, ACCESS)
        papers = [{"name": "The matter’s plan", "url": "https://files.example/plan.pdf"}]
        new = await raised(caller, ACCESS | {"replaces": old["ref"], "attachments": papers})
        assert (new["replaces"], new["attachments"]) == ({"id": old["id"], "ref": old["ref"]}, papers)
        after = (await caller.get(f"/api/v1/approvals/{old['id']}")).json()
        assert (after["state"], after["replaced_by"]) == ("superseded", {"id": new["id"], "ref": new["ref"]})
        again = await caller.post("/api/v1/approvals", json=ACCESS | {"replaces": old["id"]})
        assert (again.status_code, again.json()["field"]) == (409, "replaces")
        unknown = await caller.post("/api/v1/approvals", json=ACCESS | {"replaces": "MF-99"})
        assert (unknown.status_code, unknown.json()["field"]) == (422, "replaces")
        for papers in ([{"name": "x", "url": "http://files.example"}], [{"name": "", "url": "https://x"}], [{}], {}):
            assert (await caller.post("/api/v1/approvals", json=ACCESS | {"attachments": papers})).status_code == 422
        many = [{"name": "x", "url": "https://files.example/x"}] * 11
        assert (await caller.post("/api/v1/approvals", json=ACCESS | {"attachments": many})).status_code == 422


async def test_another_clients_request_cannot_be_replaced(office: House) -> None:
    async with office.caller() as caller:
        theirs = await raised(caller, ACCESS | {"client": "cedar-ridge"})
        answer = await caller.post("/api/v1/approvals", json=ACCESS | {"replaces": theirs["id"]})
        assert (answer.status_code, answer.json()["field"]) == (422, "replaces")
        assert (await caller.get(f"/api/v1/approvals/{theirs['id']}")).json()["state"] == "pending"


async def test_every_version_can_be_read(office: House) -> None:
    async with office.caller() as caller:
        one = await raised(caller, ORDER)
        assert [version["version"] for version in one["versions"]] == [1]
        path = f"/api/v1/approvals/{one['id']}"
        changed = (await caller.patch(path, json={"purchase": ORDER["purchase"] | {"shipping_minor": 7_000}})).json()
    assert [(row["version"], row["commitment_minor"]) for row in changed["versions"]] == [(1, 865_988), (2, 866_988)]
    assert [row["purchase"]["shipping_minor"] for row in changed["versions"]] == [6_000, 7_000]
    assert changed["versions"][0]["author"] == "API: all"
    ApprovalOut.model_validate(changed)


async def test_a_price_within_the_tolerance_and_summed_orders_are_said(office: House) -> None:
    small = ORDER | {"purchase": ORDER["purchase"] | {"lines": [ORDER["purchase"]["lines"][0] | {"quantity": 1}]}}
    async with office.caller() as caller:
        one = await raised(caller, small | {"requested_by": ""})
        act(office, DANA, Approve(Ref("approval", one["id"]), 1))
        path = f"/api/v1/approvals/{one['id']}"
        moved = (await caller.patch(path, json={"purchase": small["purchase"] | {"tax_minor": 51_000}})).json()
        assert (moved["state"], moved["version"]) == ("approved", 1)
        assert moved["adjusted"] == {"from_minor": 191_488, "to_minor": 191_900, "at": "2026-06-08T13:05:00Z"}
        second = await raised(caller, small | {"requested_by": ""})
    assert (second["with"], second["tier"]) == ([one["ref"]], "T2")


@pytest.mark.parametrize("verb", ["answer", "remind", "settle-mistake"])
async def test_another_clients_token_learns_and_changes_nothing(office: House, verb: str) -> None:
    async with office.caller() as caller, office.caller("cedar") as other, office.caller("reader") as reader:
        one = await raised(caller, ACCESS)
        path = f"/api/v1/approvals/{one['id']}"
        body = {"answer": {"text": "x"}, "settle-mistake": {"stands": True, "text": "x"}}.get(verb, {})
        assert (await other.post(f"{path}/{verb}", json=body)).status_code == 404
        assert (await reader.post(f"{path}/{verb}", json=body)).status_code == 403
        assert (await caller.get(path)).json() == one
