"""The messenger: what is posted, and what each failure means for whoever has to try again."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from typing import Any

import pytest
from aiohttp import web

from bot.cards.card import Actions, Button, Card, Text
from bot.platform import Account, Gone, Later, Result, Shown, Unsure
from bot.slack import api, errors
from tests.slack import samples
from tests.slack.house import House, house
from tests.slack.judge import judge_message
from tests.slack.payloads import TEAM

DANA = Account("slack", TEAM, "U0DANA")
KNOWN = Account("slack", TEAM, "U0DANA", {"channel": "D0DANA", "team": TEAM})
MESSAGE = {"channel": "D0DANA", "ts": "1781000000.000001"}


async def post(it: House, account: Account = DANA, card: Card = samples.PURCHASE) -> Result:
    return await it.adapter.messenger.post(account, card, delivery="del_1")


async def update(it: House, card: Card = samples.DECIDED) -> Result:
    return await it.adapter.messenger.update(KNOWN, MESSAGE, card)


async def test_a_card_is_posted_to_the_person_and_the_chat_is_remembered() -> None:
    async with house() as it:
        result = await post(it)
        assert isinstance(result, Shown)
        assert (
            result.address == {"channel": "D0DANA"} and result.message["channel"] == "D0DANA" and result.message["ts"]
        )
        (sent,) = it.slack.of("chat.postMessage")
        judge_message(sent["blocks"])
        assert sent["channel"] == "U0DANA" and sent["text"] == samples.PURCHASE.summary
        assert sent["metadata"] == {"event_type": "keyline_delivery", "event_payload": {"id": "del_1"}}
        assert sent["unfurl_links"] is False and sent["unfurl_media"] is False


async def test_a_known_chat_is_used_and_what_is_known_is_kept() -> None:
    async with house() as it:
        result = await post(it, KNOWN)
        assert isinstance(result, Shown) and result.address == {"channel": "D0DANA", "team": TEAM}
        assert it.slack.of("chat.postMessage")[0]["channel"] == "D0DANA"


async def test_a_chat_that_is_no_more_is_opened_anew() -> None:
    async with house() as it:
        it.slack.replies["chat.postMessage"] = lambda method, args: (
            {"ok": False, "error": "channel_not_found"}
            if args["channel"] == "D0DANA"
            else {"ok": True, "channel": "D0NEW", "ts": "1.2"}
        )
        result = await post(it, KNOWN)
        assert isinstance(result, Shown) and result.address["channel"] == "D0NEW"


async def test_a_person_of_another_workspace_is_reached_through_ours() -> None:
    async with house() as it:
        guest = Account("slack", "T0MARLOW", "U0DANA", {"channel": "D0GUEST", "team": TEAM})
        assert isinstance(await post(it, guest), Shown)
        assert await post(it, Account("slack", "T0MARLOW", "U0DANA")) == Gone("installation", "not installed")


async def test_an_edit_names_the_message_and_leaves_its_metadata() -> None:
    async with house() as it:
        assert await update(it) == Shown(MESSAGE | {"ts": "1781000000.000001"})
        (sent,) = it.slack.of("chat.update")
        assert sent["channel"] == "D0DANA" and sent["ts"] == MESSAGE["ts"] and "metadata" not in sent
        assert await it.adapter.messenger.update(KNOWN, {}, samples.DECIDED) == Gone(
            "message", "the message was never named"
        )


async def test_blocks_a_workspace_does_not_know_are_sent_once_more_in_the_oldest_ones() -> None:
    async with house() as it:
        answers = iter([{"ok": False, "error": "invalid_blocks"}, {"ok": True, "channel": "D0DANA", "ts": "1.2"}])
        it.slack.replies["chat.postMessage"] = lambda method, args: next(answers)
        assert isinstance(await post(it), Shown)
        second = it.slack.of("chat.postMessage")[1]
        judge_message(second["blocks"])
        assert {block["type"] for block in second["blocks"]} <= {"section", "context", "actions", "divider"}


async def test_blocks_that_are_too_long_are_sent_once_more_and_shorter() -> None:
    async with house() as it:
        answers = iter([{"ok": False, "error": "msg_blocks_too_long"}, {"ok": True, "channel": "D0DANA", "ts": "1.2"}])
        it.slack.replies["chat.postMessage"] = lambda method, args: next(answers)
        assert isinstance(await post(it, card=Card("t", "s", (Text("漢" * 3000),))), Shown)
        first, second = (len(json.dumps(sent["blocks"])) for sent in it.slack.of("chat.postMessage"))
        assert second <= 12_000 < first


LATER_POST = [
    ("ratelimited", Later(30.0, "org", "ratelimited")),
    ("rate_limited", Later(30.0, "org", "ratelimited")),
    ("service_unavailable", Later(errors.SOON, "org", "service_unavailable")),
    ("team_added_to_org", Later(errors.MIGRATION, "org", "team_added_to_org")),
]
GONE = [
    (kind, code)
    for kind, codes in (
        (
            "message",
            ("message_not_found", "edit_window_closed", "cant_update_message", "is_inactive", "block_mismatch"),
        ),
        (
            "target",
            (
                "user_not_found",
                "is_archived",
                "not_in_channel",
                "messages_tab_disabled",
                "restricted_action",
                "restricted_action_read_only_channel",
                "slack_connect_file_upload_sharing_blocked",
                "ekm_access_denied",
                "invalid_user_combination",
                "user_not_visible",
                "channel_not_found",
            ),
        ),
        (
            "installation",
            ("account_inactive", "token_revoked", "invalid_auth", "team_access_not_granted", "missing_scope"),
        ),
        ("payload", ("invalid_blocks", "msg_too_long", "msg_blocks_too_long", "metadata_too_large", "some_new_error")),
    )
    for code in codes
]


@pytest.mark.parametrize(("kind", "code"), GONE)
async def test_a_refusal_says_what_is_gone(kind: str, code: str) -> None:
    async with house() as it:
        for method in ("chat.postMessage", "chat.update"):
            it.slack.replies[method] = lambda method, args: {"ok": False, "error": code}
        assert await post(it) == Gone(kind, code)  # type: ignore[arg-type]
        assert await update(it) == Gone(kind, code)  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "result"), LATER_POST)
async def test_a_passing_refusal_says_when_to_come_again(code: str, result: Later) -> None:
    async with house() as it:
        for method in ("chat.postMessage", "chat.update"):
            it.slack.replies[method] = lambda method, args: {"ok": False, "error": code}
        assert await post(it) == result
        assert await update(it) == result


@pytest.mark.parametrize(
    ("after", "seconds", "scope"),
    [("1", 1.0, "conversation"), ("17", 17.0, "org"), ("", 30.0, "org"), ("soon", 30.0, "org")],
)
async def test_a_429_is_obeyed(after: str, seconds: float, scope: str) -> None:
    async with house() as it:

        def limited(method: str, args: Any) -> web.Response:
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": after})

        it.slack.replies = {"chat.postMessage": limited, "chat.update": limited}
        assert await post(it) == Later(seconds, scope, "ratelimited")  # type: ignore[arg-type]
        assert await update(it) == Later(seconds, "org", "ratelimited")
        assert len(it.slack.calls) == 2, "the SDK tried again by itself"


@pytest.mark.parametrize("code", ["fatal_error", "internal_error", "request_timeout"])
async def test_a_failure_that_may_have_succeeded_leaves_a_post_unsure_and_delays_an_edit(code: str) -> None:
    async with house() as it:
        for method in ("chat.postMessage", "chat.update"):
            it.slack.replies[method] = lambda method, args: {"ok": False, "error": code}
        assert await post(it) == Unsure(code)
        assert await update(it) == Later(errors.SOON, "conversation", code)


@pytest.mark.parametrize(("status", "sure"), [(500, False), (502, False), (504, False), (503, True)])
async def test_an_error_page_instead_of_an_answer(status: int, sure: bool) -> None:
    async with house() as it:

        def page(method: str, args: Any) -> web.Response:
            return web.Response(status=status, text="<html>oops</html>", content_type="text/html")

        it.slack.replies = {"chat.postMessage": page, "chat.update": page}
        assert await post(it) == (Later(errors.SOON, "org", "HTTP 503") if sure else Unsure(f"HTTP {status}"))
        assert isinstance(await update(it), Later)


async def test_an_answer_that_is_not_json_leaves_a_post_unsure() -> None:
    async with house() as it:
        it.slack.replies["chat.postMessage"] = lambda method, args: web.Response(
            text="{", content_type="application/json"
        )
        assert isinstance(await post(it), Unsure)
        it.slack.replies["chat.postMessage"] = lambda method, args: {"ok": True}
        assert await post(it) == Unsure("the answer names no message")


async def test_a_connection_lost_after_writing_leaves_a_post_unsure_and_is_not_repeated() -> None:
    async with house() as it:
        for method in ("chat.postMessage", "chat.update"):
            it.slack.replies[method] = lambda method, args: ConnectionError()
        assert isinstance(await post(it), Unsure)
        assert isinstance(await update(it), Later)
        assert len(it.slack.of("chat.postMessage")) == 1


async def test_no_answer_in_time_leaves_a_post_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "TOTAL_SECONDS", 0.05)
    async with house() as it:
        silent = asyncio.Event()

        async def handle(request: web.Request) -> web.Response:
            await silent.wait()
            return web.json_response({})

        it.slack.handle = handle  # type: ignore[method-assign]
        server = web.AppRunner(web.Application())
        server.app.router.add_route("*", "/{method}", handle)
        await server.setup()
        site = web.TCPSite(server, "127.0.0.1", 0)
        await site.start()
        host, port = server.addresses[0][:2]
        it.adapter._api.url = f"http://{host}:{port}/"
        assert await post(it) == Unsure("no answer: TimeoutError")
        assert isinstance(await update(it), Later)
        silent.set()
        await it.adapter.close()
        await server.cleanup()


async def test_a_refused_connection_is_certain_and_only_delays() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    async with house(offline=True, api_url=f"http://127.0.0.1:{port}/") as it:
        for result in (await post(it), await update(it)):
            assert isinstance(result, Later) and result.scope == "org"
    async with house(offline=True, api_url="http://nowhere.invalid/") as it:
        assert isinstance(await post(it), Later)


async def test_nothing_is_raised_when_the_house_itself_fails(caplog: pytest.LogCaptureFixture) -> None:
    async with house(offline=True) as it:
        it.installations.broken = True
        assert isinstance(await post(it), Later)
        it.installations.broken = False
        unwritable = Card("t", "s", (Actions((Button("x", "v" * 3000, samples.ORDER),)),))
        result = await post(it, card=unwritable)
        assert isinstance(result, Gone) and result.what == "payload"
        it.installations.found.clear()
        assert await update(it) == Gone("installation", "not installed")


async def test_neither_cards_nor_tokens_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with house() as it:
        await post(it)
        it.slack.replies["chat.postMessage"] = lambda method, args: {"ok": False, "error": "some_new_error"}
        await post(it)
        assert "Northwind" not in caplog.text and "xoxb" not in caplog.text and "some_new_error" in caplog.text


async def test_many_posts_share_one_session() -> None:
    async with house() as it:
        await asyncio.gather(*(post(it) for _ in range(20)))
        assert len(it.slack.of("chat.postMessage")) == 20
        session = it.adapter._api.session()
        assert it.adapter._api.client("xoxb-test").session is session
        await it.adapter.close()
        assert session.closed
