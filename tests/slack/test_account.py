"""Somebody's Slack account is closed, and brought back: Slack says so in one event, which carries the whole user."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack import manifest
from tests.slack.house import house
from tests.slack.payloads import TEAM


def changed(**user: Any) -> dict[str, Any]:
    return {"type": "user_change", "user": {"id": "U0DANA", "team_id": TEAM, **user}, "event_ts": "1780923900.000100"}


async def test_a_closed_account_is_forgotten_and_one_brought_back_is_remembered() -> None:
    async with house() as it:
        assert (await it.event(event_id="Ev1", **changed(deleted=True))).status_code == 200
        ((account, reason),) = it.installations.forgotten
        assert (account.platform, account.org, account.user) == ("slack", TEAM, "U0DANA")
        assert "deactivated" in reason
        assert (await it.event(event_id="Ev2", **changed(deleted=False))).status_code == 200
        assert [(one.org, one.user, dict(one.address)) for one in it.installations.remembered] == [(TEAM, "U0DANA", {})]
        assert it.talk.presses == []


async def test_a_guests_account_is_the_guests_own() -> None:
    async with house() as it:
        await it.event(**changed(team_id="T0MARLOW", deleted=True))
        ((account, _),) = it.installations.forgotten
        assert account.org == "T0MARLOW"


async def test_a_closed_account_met_by_a_broken_store_comes_again() -> None:
    async with house() as it:
        it.installations.broken = True
        response = await it.event(**changed(deleted=True))
        assert response.status_code == 500 and "x-slack-no-retry" not in response.headers


@pytest.mark.parametrize("user", [{}, "U0DANA", None, {"id": 7, "deleted": True}, {"team_id": "T0", "deleted": True}])
async def test_a_user_that_is_none_is_not_understood(user: Any) -> None:
    async with house() as it:
        response = await it.event(**{**changed(), "user": user})
        assert response.status_code == 400 and it.installations.forgotten == []


def test_the_manifest_asks_for_the_event_and_for_the_right_to_see_it() -> None:
    assert "user_change" in manifest.BOT_EVENTS and "users:read" in manifest.SCOPES
