"""Rooms as the adapters tell of them, kept by the desk: sealed, written when something is new, and only then."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import BY_KEY
from bot.installations import HouseInstallations
from bot.platform import Account, Room
from handlers.commands import Command, Outcome, PutClient, PutWorkspace, System
from storage.queries import rooms
from storage.store import Store
from tests.handlers.office import Office

TENANT, TEAM = BY_KEY["cedar"].tenant, "19:team@thread.tacv2"
PLACE = {"service_url": "https://smba.example/", "team": TEAM, "bot": "28:b"}
STAFF = Room("teams", TENANT, "19:staff@thread.tacv2", "All staff", PLACE)
GENERAL = Room("teams", TENANT, TEAM, "General", PLACE)


class House:
    """The demo cast and the installations over it."""

    def __init__(self, store: Store) -> None:
        self.office = Office(store)
        self.commands: list[Command] = []
        self.installations = HouseInstallations(store, self.perform, "a secret key of thirty-two letters")

    async def perform(self, command: Command) -> Outcome:
        self.commands.append(command)
        return self.office.do(System("the house"), command)

    def room(self, channel: str) -> Any:
        with self.office.store.read() as tx:
            return rooms.room_at(tx, "teams", TENANT, channel)


@pytest.fixture
def house(peopled: Store) -> House:
    return House(peopled)


async def test_a_room_is_written_when_something_is_new_and_only_then(house: House) -> None:
    assert await house.installations.remember_room(STAFF)
    assert await house.installations.remember_room(STAFF)
    assert len(house.commands) == 1
    row = house.room(STAFF.channel)
    assert row.name == "All staff" and PLACE["service_url"] not in row.address
    assert dict(house.installations.open(row.address)) == PLACE
    assert await house.installations.remember_room(
        Room("teams", TENANT, STAFF.channel, "", {"service_url": "https://2/"})
    )
    assert dict(house.installations.open(house.room(STAFF.channel).address)) == {**PLACE, "service_url": "https://2/"}
    assert house.room(STAFF.channel).name == "All staff"


async def test_what_sending_taught_of_a_room_is_kept_with_the_room(house: House) -> None:
    await house.installations.remember_room(STAFF)
    learned = {**PLACE, "service_url": "https://gcc.example/", "conversation": STAFF.channel}
    assert await house.installations.remember(Account("teams", TENANT, STAFF.channel, learned, room="All staff"))
    opened = dict(house.installations.open(house.room(STAFF.channel).address))
    assert opened == {**PLACE, "service_url": "https://gcc.example/"}


async def test_a_room_of_an_org_nobody_allowed_is_not_kept(house: House) -> None:
    assert not await house.installations.remember_room(Room("teams", "a stranger", "19:x", "x"))
    assert house.room("19:x") is None


async def test_only_a_room_we_are_in_is_renamed_or_forgotten(house: House) -> None:
    await house.installations.rename_room("teams", TENANT, STAFF.channel, "Staff")
    await house.installations.forget_room("teams", TENANT, STAFF.channel, "gone")
    assert house.commands == []
    await house.installations.remember_room(STAFF)
    await house.installations.rename_room("teams", TENANT, STAFF.channel, "Staff")
    await house.installations.rename_room("teams", TENANT, STAFF.channel, "Staff")
    assert len(house.commands) == 2 and house.room(STAFF.channel).name == "Staff"
    await house.installations.forget_room("teams", TENANT, STAFF.channel, "gone")
    await house.installations.rename_room("teams", TENANT, STAFF.channel, "Too late")
    assert (house.room(STAFF.channel).name, house.room(STAFF.channel).state) == ("Staff", "left")


async def test_a_team_that_is_gone_takes_its_channels_along(house: House) -> None:
    other = Room("teams", TENANT, "19:other@thread.tacv2", "Other", {**PLACE, "team": "19:other@thread.tacv2"})
    for room in (GENERAL, STAFF, other):
        await house.installations.remember_room(room)
    await house.installations.forget_room("teams", TENANT, TEAM, "the app was removed from the team")
    assert [house.room(room.channel).state for room in (GENERAL, STAFF, other)] == ["left", "left", "in"]


async def test_a_workspace_given_to_another_client_takes_its_rooms_along(house: House) -> None:
    await house.installations.remember_room(STAFF)
    before = house.room(STAFF.channel).client_id
    house.office.do(System("seed"), PutClient("new-one", "New One", "NO", "America/Denver"))
    house.office.do(System("seed"), PutWorkspace("teams", TENANT, "New One", "new-one"))
    assert house.room(STAFF.channel).client_id not in (None, before)
