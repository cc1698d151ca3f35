"""Our own token for Teams: one for everybody, renewed in time, and every refusal a sentence."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from bot.cards.card import Card
from bot.platform import Gone, Later, Shown
from tests.teams.world import tom, world

CARD = Card("UPS for the server room", "Please approve: UPS, $640.00")


def _error(status: int, code: str = "", **headers: str) -> Any:
    body = {"error": {"code": code, "message": "x"}} if code else {}
    return lambda *call: web.json_response(
        body, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


async def test_a_hundred_senders_share_one_token() -> None:
    async with world() as w:
        results = await asyncio.gather(
            *(w.teams.messenger.post(tom(w, conversation=f"a:{n}"), CARD, delivery=str(n)) for n in range(100))
        )
        assert all(isinstance(result, Shown) for result in results)
        assert w.microsoft.token_fetches == 1


async def test_a_token_is_renewed_five_minutes_before_it_ends() -> None:
    clock = [time.time()]
    async with world(now=lambda: clock[0]) as w:
        for passed, fetches in ((0, 1), (3290, 1), (20, 2)):
            clock[0] += passed
            await w.teams.messenger.post(tom(w), CARD, delivery="d")
            assert w.microsoft.token_fetches == fetches


async def test_a_token_the_connector_refuses_is_dropped_and_asked_for_once() -> None:
    async with world() as w:
        refusals = [web.Response(status=401)]
        w.microsoft.connector = lambda *call: refusals.pop() if refusals else None
        assert isinstance(await w.teams.messenger.post(tom(w), CARD, delivery="d"), Shown)
        assert w.microsoft.bearers == ["Bearer out-1", "Bearer out-2"]
        w.microsoft.connector = _error(401)
        result = await w.teams.messenger.post(tom(w), CARD, delivery="d")
        assert isinstance(result, Gone) and result.what == "installation"
        assert len(w.microsoft.bearers) == 4


async def test_entra_saying_no_is_a_sentence_for_the_operator_and_not_a_flood() -> None:
    clock = [time.time()]
    async with world(now=lambda: clock[0]) as w:
        said = {"error": "invalid_client", "error_description": "AADSTS7000222: expired. Trace ID: secret-ish"}
        w.microsoft.token_answer = lambda: web.json_response(said, status=401)
        for _ in range(5):
            result = await w.teams.messenger.post(tom(w), CARD, delivery="d")
            assert result == Gone(
                "installation",
                "Teams cannot be used: the app secret has expired; make a new one in Entra (AADSTS7000222).",
            )
        assert w.microsoft.token_fetches == 1
        w.microsoft.token_answer = None
        clock[0] += 11
        assert isinstance(await w.teams.messenger.post(tom(w), CARD, delivery="d"), Shown)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_login_service_in_trouble_means_later(status: int) -> None:
    async with world() as w:
        w.microsoft.token_answer = lambda: web.Response(status=status, headers={"Retry-After": "17"})
        result = await w.teams.messenger.post(tom(w), CARD, delivery="d")
        assert isinstance(result, Later) and (result.seconds, result.scope) == (17, "org")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"access_token": 5}', "<html>"])
async def test_a_login_service_talking_nonsense_means_later(text: str) -> None:
    async with world() as w:
        w.microsoft.token_answer = lambda: web.Response(text=text)
        assert isinstance(await w.teams.messenger.post(tom(w), CARD, delivery="d"), Later)
