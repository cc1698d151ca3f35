"""Slack's events about channels: learned when our app joins, named after the acknowledgement, forgotten when gone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack import manifest
from tests.slack.house import House, house
from tests.slack.payloads import TEAM

BOT, STAFF = "U0KEYBOT1", "C0STAFF"


def named(it: House, name: str = "all-staff", **more: Any) -> None:
    found = {"id": STAFF, "name": name, "is_member": True, "is_archived": False, **more}
    it.slack.replies["conversations.info"] = lambda method, args: {
        "ok": True,
        "channel": {**found, "id": args["channel"]},
    }


async def joined(it: House, user: str = BOT, **more: Any) -> Any:
    event = {"type": "member_joined_channel", "channel": STAFF, "channel_type": "C", "user": user, "team": TEAM}
    return await it.event(**event, **more)


async def test_a_channel_our_app_joins_is_learned_with_its_name() -> None:
    async with house() as it:
        named(it)
        assert (await joined(it)).status_code == 200
        assert it.installations.rooms == {(TEAM, STAFF): "all-staff"}
        assert it.slack.of("conversations.info") == [{"channel": STAFF}]
        assert it.talk.presses == []


async def test_a_channel_somebody_else_joins_is_nothing_to_us() -> None:
    async with house() as it:
        await joined(it, user="U0DANA")
        assert it.installations.rooms == {} and it.slack.calls == []


async def test_a_channel_is_known_before_its_name_and_though_slack_does_not_tell_it() -> None:
    async with house() as it:
        it.slack.replies["conversations.info"] = lambda method, args: {"ok": False, "error": "missing_scope"}
        await joined(it)
        assert it.installations.rooms == {(TEAM, STAFF): STAFF}


@pytest.mark.parametrize("now", [{"is_member": False}, {"is_archived": True}, {"is_mpim": True}])
async def test_a_late_event_about_a_channel_that_is_ours_no_more_changes_nothing(now: dict[str, Any]) -> None:
    async with house() as it:
        named(it, **now)
        await joined(it)
        assert it.installations.rooms == {}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "channel_left", "channel": STAFF, "actor_id": "U0DANA"},
        {"type": "group_left", "channel": STAFF, "actor_id": "U0DANA"},
        {"type": "channel_archive", "channel": STAFF, "user": "U0DANA", "is_moved": 0},
        {"type": "group_archive", "channel": STAFF, "user": "U0DANA", "is_moved": 0},
        {"type": "channel_deleted", "channel": STAFF},
        {"type": "group_deleted", "channel": STAFF},
    ],
)
async def test_a_channel_that_is_left_archived_or_deleted_is_forgotten(event: dict[str, Any]) -> None:
    async with house() as it:
        named(it)
        await joined(it)
        assert (await it.event(event_id="Ev2", **event)).status_code == 200
        assert it.installations.rooms == {} and it.installations.rooms_left[0][0] == STAFF


@pytest.mark.parametrize("kind", ["channel_rename", "group_rename"])
async def test_a_new_name_is_kept_for_a_room_and_for_nothing_else(kind: str) -> None:
    async with house() as it:
        await it.event(event_id="Ev1", type=kind, channel={"id": STAFF, "name": "staff", "created": 1})
        assert it.installations.rooms == {}, "our app is not in it"
        named(it)
        await joined(it, event_id="Ev2")
        await it.event(event_id="Ev3", type=kind, channel={"id": STAFF, "name": "staff", "created": 1})
        assert it.installations.rooms == {(TEAM, STAFF): "staff"}


@pytest.mark.parametrize("kind", ["channel_unarchive", "group_unarchive"])
async def test_a_channel_brought_back_is_a_room_if_our_app_is_still_in_it(kind: str) -> None:
    async with house() as it:
        named(it, is_member=False)
        await it.event(event_id="Ev1", type=kind, channel=STAFF, user="U0DANA")
        assert it.installations.rooms == {}
        named(it)
        await it.event(event_id="Ev2", type=kind, channel=STAFF, user="U0DANA")
        assert it.installations.rooms == {(TEAM, STAFF): "all-staff"}


async def test_a_channel_with_a_new_id_is_the_room_under_that_id() -> None:
    async with house() as it:
        named(it)
        await joined(it)
        moved = {"type": "channel_id_changed", "old_channel_id": STAFF, "new_channel_id": "C0NEW"}
        await it.event(event_id="Ev2", **moved)
        assert it.installations.rooms == {(TEAM, "C0NEW"): "all-staff"}


async def test_an_event_from_a_workspace_nobody_serves_is_refused() -> None:
    async with house() as it:
        it.installations.not_allowed.add(TEAM)
        response = await joined(it)
        assert response.status_code == 401 and it.installations.rooms == {}


@pytest.mark.parametrize(
    "event",
    [
        {"type": "member_joined_channel", "user": BOT},
        {"type": "member_joined_channel", "user": BOT, "channel": {"id": STAFF}},
        {"type": "channel_rename", "channel": STAFF},
        {"type": "channel_rename", "channel": {"name": "x"}},
        {"type": "channel_left", "channel": 7},
        {"type": "channel_id_changed", "old_channel_id": STAFF},
    ],
)
async def test_an_event_that_slack_never_sends_is_not_understood(event: dict[str, Any]) -> None:
    async with house() as it:
        response = await it.event(**event)
        assert response.status_code == 400 and it.installations.rooms == {}


async def test_a_store_that_is_away_hears_of_it_again() -> None:
    async with house() as it:
        it.installations.broken = True
        response = await joined(it)
        assert response.status_code == 500 and "x-slack-no-retry" not in response.headers


def test_the_manifest_asks_for_these_events_and_for_the_right_to_see_them() -> None:
    assert {"member_joined_channel", "channel_left", "group_left", "channel_rename"} <= set(manifest.BOT_EVENTS)
    assert {"channels:read", "groups:read"} <= set(manifest.SCOPES)
