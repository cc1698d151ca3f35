"""Teams' events about teams and channels: learned when our app is added, kept true, forgotten when it is removed."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from tests.teams.world import BOT, STRANGER, TENANT, World, world

TEAM = {"id": "19:team@thread.tacv2", "name": "Cedar Ridge"}
STAFF = {"id": "19:staff@thread.tacv2", "name": "All staff"}
GENERAL = "General (Cedar Ridge)"


def listing(w: World, *channels: dict[str, Any]) -> None:
    listed = [{"id": TEAM["id"], "name": None}, *(channels or (STAFF,))]

    def answer(method: str, path: str, body: Any) -> web.Response | None:
        if method == "GET":
            assert path == f"/connector/v3/teams/{TEAM['id']}/conversations"
            return web.json_response({"conversations": listed})
        return None

    w.microsoft.connector = answer


async def event(w: World, kind: str = "", tenant: str = TENANT, of: str = "conversationUpdate", **fields: Any) -> int:
    data: dict[str, Any] = {"tenant": {"id": tenant}, "team": TEAM, "eventType": kind}
    if "channel" in fields:
        data["channel"] = fields.pop("channel")
    here = {"conversation": {"id": TEAM["id"], "conversationType": "channel", "tenantId": tenant}}
    answer = await w.deliver(w.microsoft.activity(of, channelData=data, **here, **fields))
    return answer.status_code


async def added(w: World) -> None:
    assert await event(w, "teamMemberAdded", membersAdded=[{"id": BOT}]) == 200


def names(w: World) -> set[str]:
    return {room.name for room in w.book.rooms.values()}


async def test_a_team_that_adds_our_app_is_known_with_all_its_channels() -> None:
    async with world() as w:
        listing(w)
        await added(w)
        assert names(w) == {GENERAL, "All staff"}
        room = w.book.rooms[STAFF["id"]]
        assert (room.platform, room.org) == ("teams", TENANT)
        assert room.address == {"service_url": w.microsoft.service_url, "team": TEAM["id"], "bot": BOT}
        assert w.sent == [], "a team is greeted by nobody"


async def test_a_team_whose_channels_cannot_be_asked_for_is_asked_again_at_its_next_sign_of_life() -> None:
    async with world() as w:
        w.microsoft.connector = lambda *call: web.json_response({}, status=503)
        await added(w)
        assert names(w) == {GENERAL}
        listing(w)
        await event(w, of="message", text="hello")
        assert names(w) == {GENERAL, "All staff"}
        asked = len(w.microsoft.calls)
        await event(w, "teamMemberAdded", membersAdded=[{"id": "29:somebody"}])
        assert len(w.microsoft.calls) == asked, "and then no more"


async def test_new_renamed_and_deleted_channels_are_followed() -> None:
    async with world() as w:
        listing(w)
        await added(w)
        await event(w, "channelCreated", channel={"id": "19:new@thread.tacv2", "name": "News"})
        await event(w, "channelRenamed", channel={**STAFF, "name": "Everybody"})
        assert names(w) == {GENERAL, "Everybody", "News"}
        await event(w, "channelDeleted", channel=STAFF)
        assert names(w) == {GENERAL, "News"}


async def test_a_renamed_team_renames_its_general_channel() -> None:
    async with world() as w:
        listing(w)
        await added(w)
        data = {"tenant": {"id": TENANT}, "team": {**TEAM, "name": "Cedar"}, "eventType": "teamRenamed"}
        here = {"conversation": {"id": TEAM["id"], "conversationType": "channel", "tenantId": TENANT}}
        await w.deliver(w.microsoft.activity("conversationUpdate", channelData=data, **here))
        assert names(w) == {"General (Cedar)", "All staff"}


@pytest.mark.parametrize(
    "gone",
    [
        {"kind": "teamMemberRemoved", "membersRemoved": [{"id": BOT}]},
        {"of": "installationUpdate", "action": "remove"},
        {"kind": "teamDeleted"},
        {"kind": "teamArchived"},
    ],
)
async def test_a_team_without_our_app_has_no_rooms(gone: dict[str, Any]) -> None:
    async with world() as w:
        listing(w)
        await added(w)
        assert await event(w, **gone) == 200
        assert w.book.rooms == {}
        await added(w)
        assert names(w) == {GENERAL, "All staff"}, "it was added again"


async def test_a_person_who_leaves_a_team_takes_no_room_away() -> None:
    async with world() as w:
        listing(w)
        await added(w)
        await event(w, "teamMemberRemoved", membersRemoved=[{"id": "29:tom"}])
        assert names(w) == {GENERAL, "All staff"}


async def test_a_tenant_nobody_serves_is_refused() -> None:
    async with world() as w:
        listing(w)
        assert await event(w, "teamMemberAdded", tenant=STRANGER, membersAdded=[{"id": BOT}]) == 401
        assert w.book.untouched


@pytest.mark.parametrize("listed", [None, "no", [None, 7, {"id": 7}, {"name": "x"}], {}])
async def test_a_strange_list_of_channels_breaks_nothing(listed: Any) -> None:
    async with world() as w:
        w.microsoft.connector = lambda method, path, body: web.json_response({"conversations": listed})
        await added(w)
        assert names(w) == {GENERAL}


async def test_a_store_that_is_away_costs_no_person_an_answer() -> None:
    async with world() as w:

        async def away(room: Any) -> bool:
            raise ConnectionError("the store is away")

        w.book.remember_room = away  # type: ignore[method-assign]
        assert await event(w, of="message", text="hello") == 200
        assert len(w.sent) == 1, "the answer to the message, and no apology after it"
