"""What the courier hears after a send: every documented answer of Teams means one of shown, later, gone, unsure."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from aiohttp import web

from bot.cards.card import Card
from bot.platform import Account, Gone, Later, Shown, Unsure
from bot.teams.connector import Connector
from bot.teams.failures import retry_after
from bot.teams.messenger import TeamsMessenger
from bot.teams.tokens import Tokens
from bot.teams.web import Web
from tests.teams import samples
from tests.teams.world import APP, BOT, CHAT, HOME, MRI, TENANT, World, tom, world

CARD = Card("UPS for the server room", "Please approve: UPS, $640.00")
PLACE = {"conversation": CHAT, "activity": "1:card"}


def _error(status: int, code: str = "", **headers: str) -> Any:
    body = {"error": {"code": code, "message": "x"}} if code else {}
    return lambda *call: web.json_response(
        body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def _blocked(*call: Any) -> web.Response:
    inner = json.dumps(
        {"subCode": "MessageWritesBlocked", "details": "Thread is blocked from message writes."}, indent=1
    )
    return web.json_response({"errorCode": 209, "message": inner}, status=403)


# ------------------------------------------------------------------ what goes well


async def test_a_post_notifies_and_names_the_message_for_later_edits() -> None:
    async with world() as w:
        result = await w.teams.messenger.post(tom(w), samples.PURCHASE, delivery="dlv_1")
        assert result == Shown({"conversation": CHAT, "activity": "1:1"}, {})
        ((method, path, body),) = w.microsoft.calls
        assert (method, path) == ("POST", f"/connector/v3/conversations/{CHAT}/activities")
        assert body["channelData"] == {"notification": {"alert": True}, "keyline": {"delivery": "dlv_1"}}
        assert body["summary"] == samples.PURCHASE.summary
        assert body["attachments"][0]["content"]["type"] == "AdaptiveCard"


async def test_an_update_replaces_and_notifies_nobody() -> None:
    async with world() as w:
        assert await w.teams.messenger.update(tom(w), PLACE, CARD) == Shown(PLACE, {})
        ((method, path, body),) = w.microsoft.calls
        assert (method, path) == ("PUT", f"/connector/v3/conversations/{CHAT}/activities/1:card")
        assert body["id"] == "1:card" and "channelData" not in body


async def test_a_person_without_a_conversation_gets_one_first() -> None:
    async with world() as w:
        w.microsoft.connector = lambda method, path, body: (
            web.json_response({"id": "a:new"}, status=201) if path.endswith("/conversations") else None
        )
        result = await w.teams.messenger.post(tom(w, conversation=""), CARD, delivery="d")
        assert isinstance(result, Shown)
        assert (result.message["conversation"], result.address) == ("a:new", {"conversation": "a:new"})
        _, path, body = w.microsoft.calls[0]
        assert path == "/connector/v3/conversations"
        assert body == {
            "bot": {"id": BOT},
            "members": [{"id": MRI}],
            "isGroup": False,
            "tenantId": TENANT,
            "channelData": {"tenant": {"id": TENANT}},
        }


async def test_strange_ids_stay_one_part_of_the_path() -> None:
    async with world() as w:
        await w.teams.messenger.post(tom(w, conversation="19:x@thread.tacv2;messageid=1/../2?a#b"), CARD, delivery="d")
        assert (
            w.microsoft.calls[0][1] == "/connector/v3/conversations/19:x@thread.tacv2;messageid=1/../2?a#b/activities"
        )


@pytest.mark.parametrize(
    "address",
    [
        {"service_url": ""},
        {"conversation": "", "mri": ""},
        {"service_url": "http://evil.example/"},
        {"service_url": "x"},
    ],
)
async def test_a_person_without_an_address_to_trust_is_gone_and_the_token_stays_home(address: dict[str, str]) -> None:
    async with world() as w:
        result = await w.teams.messenger.post(tom(w, **address), CARD, delivery="d")
        assert isinstance(result, Gone) and result.what == "target"
        assert w.microsoft.calls == [] and w.microsoft.token_fetches == 0


async def test_no_redirect_takes_the_token_elsewhere() -> None:
    async with world() as w:
        w.microsoft.connector = lambda *call: web.Response(
            status=307, headers={"Location": f"{w.microsoft.base}/gcc/x"}
        )
        assert isinstance(await w.teams.messenger.post(tom(w), CARD, delivery="d"), Gone)
        assert len(w.microsoft.calls) == 1


# ------------------------------------------------------------------ what goes wrong

ANSWERS = [
    (_error(412), Later, "conversation", Later, "conversation"),
    (_error(502), Unsure, "", Later, "org"),
    (_error(503), Unsure, "", Later, "org"),
    (_error(504), Unsure, "", Later, "org"),
    (_error(500), Gone, "payload", Gone, "payload"),
    (_error(400, "BadSyntax"), Gone, "payload", Gone, "payload"),
    (_error(413, "MessageSizeTooBig"), Gone, "payload", Gone, "payload"),
    (_blocked, Gone, "opted_out", Gone, "opted_out"),
    (_error(403, "ConversationBlockedByUser"), Gone, "opted_out", Gone, "opted_out"),
    (_error(403, "BotNotInConversationRoster"), Gone, "target", Gone, "target"),
    (_error(403, "ForbiddenOperationException"), Gone, "target", Gone, "target"),
    (_error(403), Gone, "target", Gone, "target"),
    (_error(403, "BotDisabledByAdmin"), Gone, "installation", Gone, "installation"),
    (_error(403, "NotEnoughPermissions"), Gone, "installation", Gone, "installation"),
    (_error(401, "BotNotRegistered"), Gone, "installation", Gone, "installation"),
    (_error(404, "ConversationNotFound"), Gone, "target", Gone, "target"),
    (_error(404, "ActivityNotFoundInConversation"), Gone, "message", Gone, "message"),
    (_error(404), Gone, "target", Gone, "message"),
]


@pytest.mark.parametrize("case", range(len(ANSWERS)))
async def test_every_refusal_of_teams_has_its_meaning(case: int) -> None:
    refuse, post_kind, post_what, put_kind, put_what = ANSWERS[case]
    async with world() as w:
        w.microsoft.connector = refuse
        posted = await w.teams.messenger.post(tom(w), CARD, delivery="d")
        put = await w.teams.messenger.update(tom(w), PLACE, CARD)
        for result, kind, what in ((posted, post_kind, post_what), (put, put_kind, put_what)):
            assert isinstance(result, kind) and not isinstance(result, Shown)
            assert getattr(result, "what", getattr(result, "scope", "")) == what
            assert result.reason.endswith(".") and "{" not in result.reason
        assert len(w.microsoft.calls) == 2, "nobody tries again behind the courier's back"


async def test_slow_down_names_the_wait_or_doubles_it() -> None:
    async with world() as w:
        w.microsoft.connector = _error(429, "Throttled", Retry_After="7")
        result = await w.teams.messenger.post(tom(w), CARD, delivery="d")
        assert isinstance(result, Later) and (result.seconds, result.scope) == (7, "conversation")
        w.microsoft.connector = _error(429, "Throttled")
        other = tom(w, conversation="a:other")
        waits = [(await w.teams.messenger.post(other, CARD, delivery="d")) for _ in range(9)]
        seconds = [wait.seconds for wait in waits if isinstance(wait, Later)]
        assert len(seconds) == 9
        for index, wait in enumerate(seconds):
            expected = min(2.0**index, 60.0)
            assert 0.75 * expected <= wait <= 1.25 * expected
        w.microsoft.connector = None
        assert isinstance(await w.teams.messenger.post(other, CARD, delivery="d"), Shown)
        w.microsoft.connector = _error(429, "Throttled")
        again = await w.teams.messenger.post(other, CARD, delivery="d")
        assert isinstance(again, Later) and again.seconds <= 1.25, "a success starts the count anew"


async def test_a_government_tenant_is_found_at_its_own_host_and_remembered() -> None:
    async with world() as w:
        web_, tokens = _own_parts(w)
        connector = Connector(web_, tokens, gcc_url=f"{w.microsoft.base}/gcc")
        messenger = TeamsMessenger(connector, bot=BOT, lost=lambda account: None)
        w.microsoft.connector = lambda method, path, body: (
            web.json_response({"error": {"code": "InvalidBotApiHost"}}, status=403)
            if path.startswith("/connector")
            else None
        )
        result = await messenger.post(tom(w), CARD, delivery="d")
        assert isinstance(result, Shown) and result.address == {"service_url": f"{w.microsoft.base}/gcc"}
        w.microsoft.connector = _error(403, "InvalidBotApiHost")
        assert isinstance(await messenger.post(tom(w), CARD, delivery="d"), Gone)
        assert len(w.microsoft.calls) == 4, "moved once, not for ever"
        await web_.close()


async def test_refused_connections_mean_later_for_everybody() -> None:
    async with world() as w:
        for send in (_post, _update):
            result = await send(w.teams.messenger, tom(w, service_url="http://127.0.0.1:1/"))
            assert isinstance(result, Later) and result.scope == "org"


async def test_a_connection_that_breaks_after_the_request_leaves_a_post_unsure_and_an_update_for_later() -> None:
    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with world() as w, await asyncio.start_server(broken, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        away = tom(w, service_url=f"http://127.0.0.1:{port}/")
        assert isinstance(await _post(w.teams.messenger, away), Unsure)
        assert isinstance(await _update(w.teams.messenger, away), Later)


async def test_silence_after_the_request_leaves_a_post_unsure() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.5)
        writer.close()

    async with world() as w, await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        web_, tokens = _own_parts(w, total=0.2)
        await tokens.get()
        messenger = TeamsMessenger(Connector(web_, tokens), bot=BOT, lost=lambda account: None)
        away = tom(w, service_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        assert isinstance(await _post(messenger, away), Unsure)
        assert isinstance(await _update(messenger, away), Later)
        await web_.close()


async def test_a_post_that_was_taken_without_a_name_is_shown_and_cannot_be_edited() -> None:
    async with world() as w:
        w.microsoft.connector = lambda *call: web.Response(status=200, text="<html>")
        result = await _post(w.teams.messenger, tom(w))
        assert isinstance(result, Shown)
        later = await w.teams.messenger.update(tom(w), result.message, CARD)
        assert isinstance(later, Gone) and later.what == "message"


async def test_opening_a_conversation_twice_harms_nobody_so_it_is_never_unsure() -> None:
    async with world() as w:
        w.microsoft.connector = _error(503)
        assert isinstance(await _post(w.teams.messenger, tom(w, conversation="")), Later)


async def test_whoever_cannot_be_reached_is_remembered_again_at_the_next_sign_of_life() -> None:
    async with world() as w:
        await w.deliver(w.microsoft.activity(text="hi"))
        w.microsoft.connector = _blocked
        assert isinstance(await _post(w.teams.messenger, tom(w)), Gone)
        w.microsoft.connector = None
        await w.deliver(w.microsoft.activity(text="hi again"))
        assert len(w.book.remembered) == 2


def test_a_wait_may_be_a_number_or_a_date() -> None:
    assert retry_after("3") == 3
    assert retry_after("99999") == 3600
    assert retry_after("Mon, 08 Jun 2020 09:00:00 GMT") == 0.1
    assert retry_after("soon") is None and retry_after("") is None and retry_after("nan") is None


def _own_parts(w: World, **limits: float) -> tuple[Web, Tokens]:
    own = Web(**limits)
    login = f"{w.microsoft.base}/login"
    return own, Tokens(own, login_url=login, tenant=HOME, app_id=APP, app_secret="s", now=time.time)


async def _post(messenger: TeamsMessenger, account: Account) -> Any:
    return await messenger.post(account, CARD, delivery="d")


async def _update(messenger: TeamsMessenger, account: Account) -> Any:
    return await messenger.update(account, PLACE, CARD)
