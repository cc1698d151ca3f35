"""Who gets in: nobody without a token, nobody beyond its scopes, nobody into another client's things."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import text

from bot.web.callers import digest_of
from handlers.commands import CreateToken, Event, Outcome, Refused, RevokeToken, System
from tests.web.house import NOW, ORDER, House

EVERYWHERE = [
    ("GET", "/api/v1/approvals"),
    ("POST", "/api/v1/approvals"),
    ("GET", "/api/v1/approvals/apr_1"),
    ("PATCH", "/api/v1/approvals/apr_1"),
    ("POST", "/api/v1/approvals/apr_1/withdraw"),
    ("POST", "/api/v1/approvals/apr_1/fulfil"),
    ("GET", "/api/v1/notices"),
    ("POST", "/api/v1/notices?dry_run=true"),
    ("GET", "/api/v1/notices/ntc_1/receipts"),
    ("GET", "/api/v1/clients"),
    ("GET", "/api/v1/contacts"),
    ("GET", "/api/v1/journal"),
    ("GET", "/api/v1/there/is/no/such/thing"),
    ("DELETE", "/api/v1/approvals"),
    ("OPTIONS", "/api/v1/approvals"),
    ("POST", "/api/v1/openapi.json"),
    ("GET", "/api/v1"),
    ("GET", "/api/v1/"),
]


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
@pytest.mark.parametrize("body", [b"", b"{not json", b"\xff\xfe"])
async def test_a_stranger_is_told_401_everywhere_whatever_was_sent(
    house: House, method: str, path: str, body: bytes
) -> None:
    async with house.caller(None) as stranger:
        answer = await stranger.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["detail"].startswith("Send a valid token")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic token-all",
        "token-all",
        "Bearer token-all x",
        "Bearer é\u00ff",
        "Bearer " + "a" * 9000,
        "Bearer " + hashlib.sha256(b"token-all").hexdigest(),
    ],
)
async def test_a_token_that_is_not_one_is_401(house: House, header: str) -> None:
    async with house.caller(None) as stranger:
        answer = await stranger.get("/api/v1/clients", headers=[(b"authorization", header.encode("latin-1"))])
    assert answer.status_code == 401


async def test_two_authorization_headers_are_no_credentials(house: House) -> None:
    async with house.caller(None) as stranger:
        headers = [("Authorization", "Bearer token-all"), ("Authorization", "Bearer token-reader")]
        assert (await stranger.get("/api/v1/clients", headers=headers)).status_code == 401


async def test_a_revoked_token_stays_outside_from_its_next_call_on(both_house: House) -> None:
    def revoke(name: str, key: str) -> Outcome:
        return both_house.desk.perform(RevokeToken(name), Event(key, NOW, System("operator"), "cli"))

    async with both_house.caller("cedar") as caller, both_house.caller("reader") as other:
        assert (await caller.get("/api/v1/approvals")).status_code == 200
        assert revoke("cedar", "1").say == "The token cedar is revoked."
        for method, path in (("GET", "/api/v1/approvals"), ("POST", "/api/v1/approvals"), ("GET", "/api/v1/nothing")):
            assert (await caller.request(method, path)).status_code == 401
        assert (await other.get("/api/v1/clients")).status_code == 200
    assert revoke("cedar", "2").say == "The token cedar had been revoked before."
    with pytest.raises(Refused, match="There is no token called nobody"):
        revoke("nobody", "3")
    with pytest.raises(Refused, match="Choose another name"):
        again = CreateToken("cedar", digest_of("new"), ("read",))
        both_house.desk.perform(again, Event("4", NOW, System("operator"), "cli"))
    with both_house.store.read() as tx:
        entries = tx.execute(text("SELECT actor, before FROM journal WHERE what = 'token.revoke'")).all()
        chains = tx.execute(text("SELECT chain FROM journal WHERE what LIKE 'token.%' AND chain <> 'msp'")).all()
    assert [entry.actor for entry in entries] == ["operator"] and "cedar" in str(entries[0].before)
    assert len(chains) == 2  # made and revoked: where the client's people find it


async def test_only_the_digest_of_a_token_is_in_the_database(house: House) -> None:
    with house.store.read() as tx:
        rows = list(tx.execute(text("SELECT name, digest FROM api_token")))
    assert {name: hashlib.sha256(f"token-{name}".encode()).hexdigest() for name, _ in rows} == dict(map(tuple, rows))


async def test_the_document_is_open_and_says_how_to_get_in(house: House) -> None:
    async with house.caller(None) as stranger:
        document = (await stranger.get("/api/v1/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert document["components"]["securitySchemes"]["bearer"] == {"type": "http", "scheme": "bearer"}
    operations = [(path, method) for path, item in document["paths"].items() for method in item]
    assert sorted(operations) == [
        ("/api/v1/approvals", "get"),
        ("/api/v1/approvals", "post"),
        ("/api/v1/approvals/{id}", "get"),
        ("/api/v1/approvals/{id}", "patch"),
        ("/api/v1/approvals/{id}/answer", "post"),
        ("/api/v1/approvals/{id}/fulfil", "post"),
        ("/api/v1/approvals/{id}/remind", "post"),
        ("/api/v1/approvals/{id}/settle-mistake", "post"),
        ("/api/v1/approvals/{id}/withdraw", "post"),
        ("/api/v1/blackouts", "get"),
        ("/api/v1/blackouts", "post"),
        ("/api/v1/blackouts/{id}", "delete"),
        ("/api/v1/blackouts/{id}", "get"),
        ("/api/v1/calendar", "get"),
        ("/api/v1/calendar/replace", "post"),
        ("/api/v1/cases", "get"),
        ("/api/v1/cases/{id}", "get"),
        ("/api/v1/cases:batch", "post"),
        ("/api/v1/clients", "get"),
        ("/api/v1/clients/{slug}/policy", "get"),
        ("/api/v1/clients/{slug}/policy", "put"),
        ("/api/v1/contacts", "get"),
        ("/api/v1/downtimes", "get"),
        ("/api/v1/downtimes", "post"),
        ("/api/v1/downtimes/{id}", "get"),
        ("/api/v1/downtimes/{id}", "patch"),
        ("/api/v1/downtimes/{id}/cancel", "post"),
        ("/api/v1/downtimes/{id}/complete", "post"),
        ("/api/v1/downtimes/{id}/decline", "post"),
        ("/api/v1/downtimes/{id}/extend", "post"),
        ("/api/v1/downtimes/{id}/finish", "post"),
        ("/api/v1/downtimes/{id}/offer", "post"),
        ("/api/v1/downtimes/{id}/postpone", "post"),
        ("/api/v1/downtimes/{id}/remind", "post"),
        ("/api/v1/downtimes/{id}/send", "post"),
        ("/api/v1/downtimes/{id}/start", "post"),
        ("/api/v1/downtimes/{id}/take", "post"),
        ("/api/v1/downtimes/{id}/withdraw", "post"),
        ("/api/v1/feedback", "get"),
        ("/api/v1/feedback/{id}", "get"),
        ("/api/v1/health-checks", "post"),
        ("/api/v1/journal", "get"),
        ("/api/v1/notices", "get"),
        ("/api/v1/notices", "post"),
        ("/api/v1/notices/{id}", "get"),
        ("/api/v1/notices/{id}", "patch"),
        ("/api/v1/notices/{id}/acknowledgements", "post"),
        ("/api/v1/notices/{id}/cancel", "post"),
        ("/api/v1/notices/{id}/receipts", "get"),
        ("/api/v1/notices/{id}/remind", "post"),
        ("/api/v1/notices/{id}/reopen", "post"),
        ("/api/v1/notices/{id}/resolve", "post"),
        ("/api/v1/notices/{id}/root_cause", "post"),
        ("/api/v1/notices/{id}/send", "post"),
        ("/api/v1/notices/{id}/updates", "post"),
        ("/api/v1/preferred-times", "get"),
        ("/api/v1/preferred-times", "post"),
        ("/api/v1/preferred-times/{id}", "delete"),
        ("/api/v1/preferred-times/{id}", "get"),
        ("/api/v1/reports", "get"),
        ("/api/v1/reports/{id}", "get"),
        ("/api/v1/reports/{id}/correct", "post"),
        ("/api/v1/reports/{id}/hold", "post"),
        ("/api/v1/reports/{id}/regenerate", "post"),
        ("/api/v1/reports/{id}/release", "post"),
        ("/api/v1/touchpoints", "get"),
        ("/api/v1/touchpoints", "post"),
        ("/api/v1/touchpoints/{id}", "get"),
        ("/api/v1/touchpoints/{id}/actions", "post"),
        ("/api/v1/touchpoints/{id}/agenda", "post"),
        ("/api/v1/touchpoints/{id}/agree", "post"),
        ("/api/v1/touchpoints/{id}/close", "post"),
        ("/api/v1/touchpoints/{id}/hold", "post"),
        ("/api/v1/touchpoints/{id}/miss", "post"),
        ("/api/v1/touchpoints/{id}/offer", "post"),
        ("/api/v1/touchpoints/{id}/records", "post"),
        ("/api/v1/touchpoints/{id}/skip", "post"),
    ]
    for path, method in operations:
        assert document["paths"][path][method]["security"][0]["bearer"], path


@pytest.mark.parametrize(
    ("token", "method", "path", "status"),
    [
        ("reader", "POST", "/api/v1/approvals", 403),
        ("reader", "PATCH", "/api/v1/approvals/apr_1", 403),
        ("reader", "POST", "/api/v1/approvals/apr_1/withdraw", 403),
        ("reader", "POST", "/api/v1/approvals/apr_1/fulfil", 403),
        ("writer", "GET", "/api/v1/approvals", 403),
        ("writer", "GET", "/api/v1/approvals/apr_1", 403),
        ("writer", "GET", "/api/v1/clients", 403),
        ("writer", "GET", "/api/v1/contacts?client=marlow-finch", 403),
        ("writer", "GET", "/api/v1/journal?client=marlow-finch", 403),
        ("reader", "GET", "/api/v1/approvals", 200),
        ("reader", "GET", "/api/v1/approvals/apr_1", 404),
        ("reader", "GET", "/api/v1/no/such", 404),
        ("reader", "DELETE", "/api/v1/clients", 405),
    ],
)
async def test_a_missing_scope_is_403_before_the_body_is_looked_at(
    house: House, token: str, method: str, path: str, status: int
) -> None:
    async with house.caller(token) as caller:
        answer = await caller.request(method, path, content=b"{")
    assert answer.status_code == status
    assert status == 200 or answer.headers["content-type"] == "application/problem+json"
    assert status != 403 or "lacks the scope" in answer.json()["detail"]


async def test_another_clients_things_do_not_exist_for_a_bound_token(house: House) -> None:
    async with house.caller("all") as provider, house.caller("cedar") as cedar:
        raised = (await provider.post("/api/v1/approvals", json=ORDER)).json()
        path = f"/api/v1/approvals/{raised['id']}"
        absent = await cedar.get("/api/v1/approvals/apr_nobody")
        assert (absent.status_code, absent.json()) == (404, (await cedar.get(path)).json())
        assert (await cedar.post(f"{path}/withdraw", json={"reason": "x"})).status_code == 404
        assert (await cedar.post(f"{path}/fulfil")).status_code == 404
        assert (await cedar.patch(path, json={"title": "x"})).status_code == 404
        assert (await cedar.post("/api/v1/approvals", json=ORDER)).status_code == 404
        unknown = await cedar.get("/api/v1/approvals?client=nobody")
        for query in ("approvals", "contacts", "journal"):
            other = await cedar.get(f"/api/v1/{query}?client=marlow-finch")
            assert (other.status_code, other.json()) == (404, unknown.json())
        assert (await cedar.get("/api/v1/approvals")).json() == {"items": [], "next": None}
        assert [item["slug"] for item in (await cedar.get("/api/v1/clients")).json()["items"]] == ["cedar-ridge"]
        assert [item["name"] for item in (await cedar.get("/api/v1/contacts")).json()["items"]] == ["Tom Beckett"]
        own = await cedar.post("/api/v1/approvals", json=ORDER | {"client": "cedar-ridge", "requested_by": ""})
        assert own.status_code == 201
        assert (await cedar.get(f"/api/v1/approvals/{own.json()['id']}")).status_code == 200
        assert len((await cedar.get("/api/v1/approvals")).json()["items"]) == 1
        assert len((await provider.get("/api/v1/approvals")).json()["items"]) == 2


async def test_the_console_is_closed_without_a_session(house: House) -> None:
    async with house.caller(None) as stranger:
        for path in ("/console", "/console/", "/console/approvals/apr_1?x=1"):
            answer = await stranger.get(path)
            assert answer.status_code == 401
            assert "Open the console from its link in chat" in answer.text
