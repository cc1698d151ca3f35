"""Every door of the whole house, on both databases: strangers get nothing, and leave nothing behind."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.demo.cast import Cast
from bot.playground.slack.wire import signature
from bot.web.callers import digest_of
from handlers.commands import CreateToken
from tests.journeys.scene import TOKEN, Scene, order, scene, slack_press, teams_press

TITLE = "One toner"
DANA = "Dana Whitlock"
SLACK, TEAMS = Cast(everyone="slack"), Cast(everyone="teams")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
HOUR = 3600

pytestmark = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


# ------------------------------------------------------------------ Slack


async def test_slack_requests_that_slack_did_not_sign_change_nothing(url: str) -> None:
    async with scene(url, SLACK) as it:
        body = await _approval(it)
        before = it.facts.counts()
        now, secret = int(time.time()), it.stage.world.signing_secret
        forged = "v0=" + "0" * 64
        refused = {
            "unsigned": {},
            "no timestamp": {"X-Slack-Signature": signature(secret, str(now), body)},
            "stale": _signed(secret, body, now - 301),
            "an hour old": _signed(secret, body, now - HOUR),
            "from the future": _signed(secret, body, now + 400),
            "forged": {**_signed(secret, body, now), "X-Slack-Signature": forged},
            "another secret": _signed("guessed", body, now),
            "no secret": _signed("", body, now),
            "another body": _signed(secret, body + b"&x=1", now),
            "another time": {**_signed(secret, body, now - 1), "X-Slack-Request-Timestamp": str(now)},
            "no number": _signed(secret, body, "now"),
        }
        for what, headers in refused.items():
            assert await _to_slack(it, body, headers) == 401, what
        for malformed in (b"", b"{", b"payload=", b"payload=%7B", b"ssl_check=1", b"\xff\xfe", b"[" * 5_000):
            for kind in (FORM, JSON, "text/plain", "multipart/form-data; boundary=x", "", "application/xml"):
                assert await _to_slack(it, malformed, {"Content-Type": kind}) == 401, (malformed, kind)
                headers = {**_signed("guessed", malformed, now), "Content-Type": kind}
                assert await _to_slack(it, malformed, headers) == 401, (malformed, kind)
        assert await _to_slack(it, b"a" * 2_000_000, {}) == 413
        assert it.facts.counts() == before
        assert it.facts.state(TITLE) == "pending"

        assert await _to_slack(it, body, _signed(secret, body, now)) == 200, "the same bytes, rightly signed"
        assert it.facts.state(TITLE) == "approved"


async def test_signed_nonsense_is_400_and_changes_nothing(url: str) -> None:
    async with scene(url, SLACK) as it:
        await it.raise_(TITLE)
        before = it.facts.counts()
        now, secret = int(time.time()), it.stage.world.signing_secret
        twisted: dict[bytes, str] = {
            b"": FORM,
            b"{": JSON,
            b"[]": JSON,
            b"null": JSON,
            b"\xff": FORM,
            b"payload=%7B": FORM,
            b"payload=[]": FORM,
            b"[" * 50_000: JSON,
            json.dumps({"type": "block_actions"}).encode(): JSON,
            json.dumps({"type": "block_actions", "actions": [1]}).encode(): JSON,
            json.dumps({"type": "view_submission", "view": 7}).encode(): JSON,
            json.dumps({"type": "event_callback", "event": []}).encode(): JSON,
        }
        for body, kind in twisted.items():
            status = await _to_slack(it, body, {**_signed(secret, body, now), "Content-Type": kind})
            assert status == 400, (body[:60], status)
        huge = b"a" * 2_000_000
        assert await _to_slack(it, huge, _signed(secret, huge, now)) == 413
        assert it.facts.counts() == before


async def test_a_replayed_slack_request_is_answered_and_does_nothing_twice(url: str) -> None:
    async with scene(url, SLACK) as it:
        body = await _approval(it)
        headers = _signed(it.stage.world.signing_secret, body, int(time.time()))
        assert await _to_slack(it, body, headers) == 200
        await it.quiet()
        once = it.facts.counts()
        assert once["vote"] == 1
        for _ in range(3):
            assert await _to_slack(it, body, headers) == 200
        await it.quiet()
        assert it.facts.counts() == once
        it.facts.sound()


async def test_a_workspace_nobody_serves_is_turned_away(url: str) -> None:
    async with scene(url, SLACK) as it:
        await it.raise_(TITLE)
        before = it.facts.counts()
        payload = await slack_press(it.slack, DANA, it.card(DANA, TITLE)["message"], "Approve")
        payload["team"] = {"id": "T0STRANGE", "domain": "strange"}
        payload["user"]["team_id"] = "T0STRANGE"
        body = urlencode({"payload": json.dumps(payload)}).encode()
        assert await _to_slack(it, body, _signed(it.stage.world.signing_secret, body, int(time.time()))) == 401
        assert it.facts.counts() == before


# ------------------------------------------------------------------ Teams


async def test_every_bad_token_is_401_and_changes_nothing(url: str) -> None:
    async with scene(url, TEAMS) as it:
        await it.raise_(TITLE)
        press = teams_press(it.teams, DANA, it.card(DANA, TITLE), "Approve")
        before = it.facts.counts()
        for what, authorization in it.teams.bad_tokens().items():
            answer = await it.teams.deliver(press, authorization=authorization)
            assert answer.status == 401, (what, answer)
        for malformed in (b"", b"{", b"[]", b"\xff", b"[" * 5_000, b'{"type": 1}'):
            for kind in (JSON, "text/plain", FORM, ""):
                assert await _to_teams(it, malformed, {"Content-Type": kind}) == 401, (malformed, kind)
        assert await _to_teams(it, b" " * 2_000_000, {}) == 413
        assert it.facts.counts() == before
        assert it.facts.state(TITLE) == "pending"

        assert (await it.teams.deliver(press)).status == 200, "the same activity with a good token"
        assert it.facts.state(TITLE) == "approved"


async def test_a_good_token_opens_no_other_tenant_and_excuses_no_nonsense(url: str) -> None:
    async with scene(url, TEAMS) as it:
        await it.raise_(TITLE)
        press = teams_press(it.teams, DANA, it.card(DANA, TITLE), "Approve")
        before = it.facts.counts()
        stranger = "99999999-9999-4999-8999-999999999999"
        conversation = press["conversation"]
        tenants: dict[str, Mapping[str, Any]] = {
            "another tenant": {
                "channelData": {"tenant": {"id": stranger}},
                "conversation": {**conversation, "tenantId": stranger},
            },
            "two tenants": {"channelData": {"tenant": {"id": stranger}}},
            "no tenant": {"channelData": {}, "conversation": {**conversation, "tenantId": None}},
            "another channel": {"channelId": "webchat"},
            "another service": {"serviceUrl": "https://collector.example/"},
        }
        for what, changed in tenants.items():
            assert (await it.teams.deliver({**press, **changed})).status == 401, what
        good = {"Authorization": f"Bearer {it.teams.token()}"}
        for malformed in (b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000):
            for kind in (JSON, "text/plain"):
                assert await _to_teams(it, malformed, {**good, "Content-Type": kind}) == 400, malformed[:20]
        for broken in ({**press, "type": None}, {**press, "from": "me"}, {**press, "conversation": []}):
            assert (await it.teams.deliver(broken)).status == 400, broken
        assert await _to_teams(it, b" " * 2_000_000, good) == 413
        assert it.facts.counts() == before


@pytest.mark.parametrize("hard", [False, True], ids=["soft", "hard"])
async def test_new_keys_of_teams_are_taken_up_without_a_restart(url: str, hard: bool) -> None:
    async with scene(url, TEAMS) as it:
        await it.raise_(TITLE)
        click, old = await it.click(DANA, TITLE), it.teams.token()
        it.teams.fault({"kind": "rotate_keys_hard" if hard else "rotate_keys"})
        assert await click.send() == 200
        assert it.facts.state(TITLE) == "approved"
        still = await it.teams.deliver(click.activity, authorization=f"Bearer {old}")
        assert still.status == (401 if hard else 200), "a key that was taken back opens no door"


# ------------------------------------------------------------------ REST


async def test_rest_shows_nothing_without_a_good_token(url: str) -> None:
    async with scene(url, SLACK) as it:
        made = await it.raise_(TITLE)
        for name, scopes, client in (
            ("reader", ("read",), ""),
            ("writer", ("approvals:write",), ""),
            ("cedar", ("approvals:write", "read"), "cedar-ridge"),
        ):
            await it.stage.house.perform(CreateToken(name, digest_of(name), scopes, client))
        before = it.facts.counts("vote", "inbox", "journal", "delivery", "approval_request")
        paths = ("/approvals", f"/approvals/{made}", "/clients", "/journal?client=marlow-finch", "/nothing", "/")
        another = order("Another")
        for token in (None, "", "guessed", f"{TOKEN}x", digest_of(TOKEN)):
            for path in paths:
                assert (await it.rest("GET", path, token=token))[0] == 401, (token, path)
            assert (await it.rest("POST", "/approvals", another, token=token))[0] == 401
        assert (await it.rest("POST", "/approvals", another, token="reader"))[0] == 403
        assert (await it.rest("POST", f"/approvals/{made}/withdraw", {"reason": "No."}, token="reader"))[0] == 403
        assert (await it.rest("GET", f"/approvals/{made}", token="writer"))[0] == 403
        foreign = [
            await it.rest("GET", f"/approvals/{made}", token="cedar"),
            await it.rest("POST", f"/approvals/{made}/withdraw", {"reason": "No."}, token="cedar"),
            await it.rest("POST", "/approvals", another, token="cedar"),
            await it.rest("GET", "/journal?client=marlow-finch", token="cedar"),
            await it.rest("GET", "/contacts?client=marlow-finch", token="cedar"),
        ]
        assert {status for status, _ in foreign} <= {403, 404}, foreign
        assert not any("Whitlock" in json.dumps(body) or TITLE in json.dumps(body) for _, body in foreign)
        assert (await it.rest("GET", "/approvals", token="cedar"))[1]["items"] == []
        assert it.facts.counts("vote", "inbox", "journal", "delivery", "approval_request") == before


# ------------------------------------------------------------------ parts


async def _approval(it: Scene) -> bytes:
    """The body of Dana's press on Approve."""
    await it.raise_(TITLE)
    payload = await slack_press(it.slack, DANA, it.card(DANA, TITLE)["message"], "Approve")
    return urlencode({"payload": json.dumps(payload)}).encode()


def _signed(secret: str, body: bytes, moment: int | str) -> dict[str, str]:
    return {"X-Slack-Request-Timestamp": str(moment), "X-Slack-Signature": signature(secret, str(moment), body)}


async def _to_slack(it: Scene, body: bytes, headers: Mapping[str, str]) -> int:
    return await _post(it, "/slack/events", body, {"Content-Type": FORM, **headers})


async def _to_teams(it: Scene, body: bytes, headers: Mapping[str, str]) -> int:
    return await _post(it, "/api/messages", body, {"Content-Type": JSON, **headers})


async def _post(it: Scene, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    async with it.http.post(f"{it.bot}{path}", data=body, headers=headers) as answer:
        return answer.status
