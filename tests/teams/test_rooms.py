"""Channels of Teams: threads are begun and replied to, and what a refusal there means; one-to-one chats have none."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from bot.cards.card import Card
from bot.platform import Account, Gone, Shown
from tests.teams.world import BOT, CHAT, TENANT, tom, world

CARD = Card("Internet is down", "Providence has no internet")
CHANNEL = "19:allstaff@thread.tacv2"
ROOT = {"conversation": f"{CHANNEL};messageid=17", "activity": "17"}


def room(service_url: str) -> Account:
    return Account("teams", TENANT, CHANNEL, {"service_url": service_url, "conversation": CHANNEL}, room="All staff")


def begun(method: str, path: str, body: Any) -> web.Response | None:
    if path.endswith("/v3/conversations"):
        return web.json_response({"id": ROOT["conversation"], "activityId": "17"}, status=201)
    return None


def refusing(code: str, status: int = 403, *, but: str = "-") -> Any:
    def answer(method: str, path: str, body: Any) -> web.Response | None:
        if path.endswith(but):
            return begun(method, path, body)
        return web.json_response({"error": {"code": code, "message": "x"}}, status=status)

    return answer


async def test_a_new_message_begins_a_thread_in_the_channel() -> None:
    async with world() as w:
        w.microsoft.connector = begun
        place = room(tom(w).address["service_url"])
        assert await w.teams.messenger.post(place, CARD, delivery="d1") == Shown(ROOT)
        ((method, path, body),) = w.microsoft.calls
        assert (method, path) == ("POST", "/connector/v3/conversations")
        activity = body.pop("activity")
        assert body == {
            "bot": {"id": BOT},
            "isGroup": True,
            "tenantId": TENANT,
            "channelData": {"channel": {"id": CHANNEL}, "tenant": {"id": TENANT}},
        }
        assert activity["channelData"]["keyline"] == {"delivery": "d1"}


async def test_a_follow_up_is_a_reply_to_the_first_message() -> None:
    async with world() as w:
        place = room(tom(w).address["service_url"])
        result = await w.teams.messenger.post(place, CARD, delivery="d2", follows=ROOT)
        assert result == Shown({"conversation": ROOT["conversation"], "activity": "1:1"})
        assert w.microsoft.calls[0][1] == f"/connector/v3/conversations/{ROOT['conversation']}/activities"
        plain = {"conversation": CHANNEL, "activity": "17"}
        await w.teams.messenger.post(place, CARD, delivery="d3", follows=plain)
        assert w.microsoft.calls[1][1] == w.microsoft.calls[0][1]


async def test_a_follow_up_of_a_thread_that_is_gone_begins_one() -> None:
    async with world() as w:
        w.microsoft.connector = refusing("ConversationNotFound", 404, but="/v3/conversations")
        place = room(tom(w).address["service_url"])
        assert await w.teams.messenger.post(place, CARD, delivery="d2", follows=ROOT) == Shown(ROOT)


async def test_a_message_in_a_channel_is_edited_in_its_thread() -> None:
    async with world() as w:
        place = room(tom(w).address["service_url"])
        assert await w.teams.messenger.update(place, ROOT, CARD) == Shown(ROOT)
        assert w.microsoft.calls[0][1] == f"/connector/v3/conversations/{ROOT['conversation']}/activities/17"


async def test_a_one_to_one_chat_has_no_threads() -> None:
    async with world() as w:
        earlier = {"conversation": CHAT, "activity": "1:0"}
        result = await w.teams.messenger.post(tom(w), CARD, delivery="d", follows=earlier)
        assert isinstance(result, Shown)
        ((_, path, body),) = w.microsoft.calls
        assert path == f"/connector/v3/conversations/{CHAT}/activities" and "replyToId" not in body


@pytest.mark.parametrize(
    ("code", "status", "meant"),
    [
        ("BotNotInConversationRoster", 403, "opted_out"),
        ("ConversationNotFound", 404, "opted_out"),
        ("NotFound", 404, "opted_out"),
        ("NotEnoughPermissions", 403, "target"),
        ("BotDisabledByAdmin", 403, "installation"),
    ],
)
async def test_a_channel_that_takes_nothing_says_why(code: str, status: int, meant: str) -> None:
    async with world() as w:
        w.microsoft.connector = refusing(code, status)
        place = room(tom(w).address["service_url"])
        for follows in (None, ROOT):
            result = await w.teams.messenger.post(place, CARD, delivery="d", follows=follows)
            assert isinstance(result, Gone) and result.what == meant


async def test_a_channel_of_which_no_address_is_known_is_said_so() -> None:
    async with world() as w:
        result = await w.teams.messenger.post(room(""), CARD, delivery="d")
        assert result == Gone("target", "Teams has not said yet where this channel is")
