"""Lists over REST: what is asked wrong, pages without gap or repeat, clients, contacts and the journal."""

from __future__ import annotations

import pytest

from tests.web.house import ORDER, House, order


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=pendign", "state"),
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("limit=1e999", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=%00", "cursor"),
        ("cursor=a.b", "cursor"),
        ("cursor=", "cursor"),
        ("clinet=marlow-finch", "clinet"),
    ],
)
async def test_a_wrong_question_is_a_problem_too(house: House, query: str, field: str) -> None:
    async with house.caller() as caller:
        answer = await caller.get(f"/api/v1/approvals?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("cursor", ["nonsense", "WzEsMl0", "WyIyMDI2IiwiXHVkODAwIl0", "WyJhIiwiYiJd", "W" * 400, "-_-"])
@pytest.mark.parametrize("path", ["approvals", "clients", "contacts?client=marlow-finch"])
async def test_a_cursor_no_page_ended_with_is_404_or_a_page_but_never_a_crash(
    house: House, path: str, cursor: str
) -> None:
    async with house.caller() as caller:
        answer = await caller.get(f"/api/v1/{path}{'&' if '?' in path else '?'}cursor={cursor}")
    assert answer.status_code == 404 or (path != "approvals" and answer.status_code == 200)


async def test_a_method_an_address_does_not_have_is_405_with_those_it_has(house: House) -> None:
    async with house.caller() as caller:
        assert (await caller.delete("/api/v1/approvals")).headers["allow"] == "GET, POST"
        assert (await caller.put("/api/v1/approvals/apr_1")).headers["allow"] == "GET, PATCH"
        assert (await caller.options("/api/v1/journal")).headers["allow"] == "GET"


async def test_pages_follow_one_another_without_gap_or_repeat(both_house: House) -> None:
    async with both_house.caller() as caller:
        sent = [(await caller.post("/api/v1/approvals", json=order(n))).json()["id"] for n in range(5)]
        await caller.post(f"/api/v1/approvals/{sent[0]}/withdraw")
        seen, cursor, pages = [], None, 0
        while pages == 0 or cursor:
            params = {"limit": "2", "state": "pending", "client": "marlow-finch"} | (
                {"cursor": cursor} if cursor else {}
            )
            page = (await caller.get("/api/v1/approvals", params=params)).json()
            seen += [item["id"] for item in page["items"]]
            cursor, pages = page["next"], pages + 1
    assert sorted(seen) == sorted(sent[1:]) and pages == 2
    assert seen == sorted(seen, reverse=True)


async def test_contacts_clients_and_the_journal_are_lists(both_house: House) -> None:
    async with both_house.caller() as caller:
        await caller.post("/api/v1/approvals", json=ORDER)
        clients = (await caller.get("/api/v1/clients?limit=1")).json()
        rest = (await caller.get("/api/v1/clients", params={"cursor": clients["next"]})).json()
        assert [item["slug"] for item in clients["items"] + rest["items"]] == ["cedar-ridge", "marlow-finch"]
        assert rest["next"] is None
        assert rest["items"][0]["locations"] == [{"slug": "boston", "name": "Boston", "timezone": "America/New_York"}]
        contacts = (await caller.get("/api/v1/contacts?client=marlow-finch")).json()["items"]
        assert [(person["name"], person["default"], person["location"]) for person in contacts] == [
            ("Dana Whitlock", True, "boston"),
            ("Priya Raman", False, ""),
        ]
        assert {"role": "purchasing", "rank": 2, "location": ""} in contacts[1]["roles"]
        first = (await caller.get("/api/v1/journal?client=marlow-finch&limit=1")).json()
        after = (await caller.get(f"/api/v1/journal?client=marlow-finch&after={first['next']}")).json()
        assert after["items"][0]["previous"] == first["items"][0]["hash"]
        assert "approval.raise" in [entry["what"] for entry in after["items"]]
        everybody = (await caller.get("/api/v1/contacts")).json()["items"]
        assert [person["name"] for person in everybody] == ["Dana Whitlock", "Priya Raman", "Tom Beckett"]
        own = (await caller.get("/api/v1/journal")).json()["items"]
        assert {entry["what"] for entry in own} >= {"token.create"} and "approval.raise" not in str(own)
        for query in ("after=-1", "after=99999999999999999999", "limit=0"):
            assert (await caller.get(f"/api/v1/journal?client=marlow-finch&{query}")).status_code == 422
