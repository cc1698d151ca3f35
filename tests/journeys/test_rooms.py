"""Rooms from end to end: learned when the app comes, posted to and followed up on both platforms, told when lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards.card import Card, Text
from bot.cli.theatre import Theatre, free_port, theatre
from bot.demo.cast import Cast
from handlers.commands import Ref
from handlers.context import Who, Work
from handlers.desk import PROVIDER, new_id
from storage.queries import directory, rooms

NOTE = Ref("memo", "m1")
CLIENTS = ("marlow-finch", "cedar-ridge", "northgate")
READERS = {"marlow-finch": "Luis Ortega", "cedar-ridge": "Jill Sandoval", "northgate": "Anja Vogel"}


def draw(ref: Ref, purpose: str, person_id: str) -> Card:
    words = {"note": "Internet is down", "update": "Back at noon"}[purpose]
    return Card(words, words, (Text("To everybody." if not person_id else "To you."),))


async def tell(stage: Theatre, purpose: str, follows: str = "", to: tuple[str, ...] = CLIENTS) -> dict[str, str]:
    """The same card to these clients' staff channels; -> the names of the rooms by client."""
    house, names = stage.house, {}
    house.courier._carrier.draw = lambda asks: [draw(*ask) for ask in asks]
    now = house.clock.now()
    with house.store.write() as tx:
        work = Work(
            tx, now, Who("test", system=True), "test", lambda p: new_id(p, int(now.timestamp() * 1000)), PROVIDER
        )
        for slug in to:
            client = directory.client_by_slug(tx, slug)
            assert client is not None
            (room,) = [one for one in rooms.rooms_of(tx, client.id) if not one.name.startswith("General")]
            assert work.post(NOTE, purpose, room.id, client_id=client.id, follows=follows)
            names[slug] = room.name
    await house.catch_up()
    return names


def seen(stage: Theatre, person: str) -> list[dict[str, Any]]:
    """What somebody reads in channels."""
    found = [one for double in stage.doubles.values() for one in _screen(double, person)]
    return [one for one in found if "Internet is down" in one["text"] or "Back at noon" in one["text"]]


def _screen(double: Any, person: str) -> list[dict[str, Any]]:
    return list(double.screen(person)) if any(one["name"] == person for one in double.people()) else []


@pytest.mark.parametrize(
    ("url", "cast", "name"),
    [
        pytest.param("sqlite", Cast(), "", id="sqlite, as the cast is"),
        pytest.param("postgresql", Cast(everyone="slack"), "all-staff", id="postgresql, everybody on Slack"),
        pytest.param("sqlite", Cast(everyone="teams"), "All staff", id="sqlite, everybody on Teams"),
    ],
    indirect=["url"],
)
async def test_every_clients_staff_read_a_note_and_its_update_in_one_thread(url: str, cast: Cast, name: str) -> None:
    async with theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast, order=False) as stage:
        names = await tell(stage, "note")
        assert names == {slug: name or ("all-staff" if slug == "marlow-finch" else "All staff") for slug in CLIENTS}
        await tell(stage, "update", follows="note")
        for reader in READERS.values():
            first, second = seen(stage, reader)
            assert ("Internet is down" in first["text"], "Back at noon" in second["text"]) == (True, True)
            assert (first["thread"], second["thread"]) == ("", first["message"])
            assert first["channel"].lstrip("#").lower().replace(" ", "-") == "all-staff"
        assert seen(stage, "Sofia Marchetti") == []
        assert stage.doubles["teams"].complaints() == []


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_room_without_the_app_is_forgotten_and_learned_again(url: str) -> None:
    async with theatre(url, bot_port=free_port(), stage_port=free_port(), order=False) as stage:
        slack, teams, house = stage.doubles["slack"], stage.doubles["teams"], stage.house
        await tell(stage, "note")

        def states() -> dict[str, str]:
            with house.store.read() as tx:
                found = [rooms.room_at(tx, *place) for place in places]
                return {one.channel: one.state for one in found if one is not None}

        with house.store.read() as tx:
            kept = [*tx.exec_driver_sql("SELECT platform, org, channel FROM room")]
        places = [tuple(one) for one in kept]
        assert set(states().values()) == {"in"} and len(places) == 5
        marlow = next(channel for platform, _, channel in places if platform == "slack")
        team = next(iter(teams.world.teams))

        slack.state.world.conversations[marlow].has_app = False  # and no event comes: the next post finds out
        await teams.team_event(team, "removed")
        await house.catch_up()
        await tell(stage, "update", to=("marlow-finch",))
        left = {channel for channel, state in states().items() if state == "left"}
        assert marlow in left and team in left and len(left) == 3

        slack.fault({"kind": "invite", "channel": marlow})
        await slack.settled()
        await teams.team_event(team, "added")
        await house.catch_up()
        assert set(states().values()) == {"in"}
