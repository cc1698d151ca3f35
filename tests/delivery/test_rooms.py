"""Messages in rooms: posted, followed and edited like a person's, and what fails is told with the room's name."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.platform import Account, Gone
from handlers.commands import DeliveryFailed
from storage.settling import recover
from storage.waiting import due
from tests.delivery.scene import Died, World, dies_at

NOTE = "notice:n1"


@pytest.fixture
def room(world: World) -> World:
    world.room("all-staff")
    world.room("boston")
    return world


async def carried(world: World) -> None:
    courier = world.courier()
    await courier.drain(patience=5)
    await courier.stop()


async def test_a_room_gets_its_message_once_and_sees_changes(room: World) -> None:
    room.post(NOTE, "Internet is down", "all-staff")
    room.post(NOTE, "Internet is down", "boston")
    await carried(room)
    room.change(NOTE, "Internet is back")
    await carried(room)
    assert [(user, title) for user, _, title in room.platform.posts] == [
        ("C-all-staff", "Internet is down"),
        ("C-boston", "Internet is down"),
    ]
    assert set(room.platform.shown.values()) == {"Internet is back"}
    assert room.platform.accounts[0] == Account(
        "slack", "T0", "C-all-staff", {"channel": "C-all-staff"}, room="all-staff"
    )


async def test_the_same_card_is_owed_to_a_room_once(room: World) -> None:
    for _ in range(3):
        room.post(NOTE, "Internet is down", "all-staff")
    assert [row.wanted for row in room.rows()] == [3]
    await carried(room)
    assert len(room.platform.posts) == 1


async def test_a_room_has_threads_too(room: World) -> None:
    room.post(NOTE, "open", "all-staff", priority=9)
    room.post(NOTE, "update", "all-staff", purpose="update1", follows="post", priority=1)
    await carried(room)
    assert [thread for _, thread in room.platform.threads] == ["", "m1"]


async def test_people_and_rooms_of_one_subject_do_not_mix(room: World) -> None:
    room.owe(NOTE, "Internet is down", "p0", purpose="post")
    room.post(NOTE, "Internet is down", "all-staff", purpose="update1", follows="post")
    await carried(room)
    assert sorted(room.platform.threads) == [("Internet is down", ""), ("Internet is down", "")]


async def test_a_room_where_nothing_arrives_is_told_by_its_name(room: World) -> None:
    room.post(NOTE, "Internet is down", "all-staff")
    room.platform.script = [Gone("opted_out", "the app was taken out of this channel")]
    await carried(room)
    assert room.row.state == "dead"
    assert room.commands == [
        DeliveryFailed(room.row.id, "opted_out", "all-staff: the app was taken out of this channel")
    ]


async def test_nothing_is_sent_to_a_room_the_app_has_left(room: World) -> None:
    room.room("old", state="left")
    room.post(NOTE, "Internet is down", "old")
    await carried(room)
    assert not room.platform.posts
    (told,) = room.commands
    assert isinstance(told, DeliveryFailed)
    assert (told.what, told.reason) == ("target", "old: The app is not in this room any more.")


@pytest.mark.parametrize("step", ["claimed", "drawn", "sending", "sent", "settled"])
async def test_a_death_between_any_two_steps_loses_no_rooms_message(room: World, step: str) -> None:
    room.post(NOTE, "Internet is down", "all-staff")
    dying = room.courier(at=dies_at(step))
    with pytest.raises(Died):
        await dying.drain()
    await dying.abandon()
    await carried(room)
    assert room.row.state == "settled"
    assert {title for _, _, title in room.platform.posts} == {"Internet is down"}


def test_a_delivery_goes_to_an_account_or_to_a_room_and_never_to_both(room: World) -> None:
    from sqlalchemy import update

    from storage.tables import metadata

    room.post(NOTE, "Internet is down", "all-staff")
    delivery = metadata.tables["delivery"]
    with pytest.raises(IntegrityError), room.store.write() as tx:
        tx.execute(update(delivery).values(identity_id="slack:T0/p0"))
    with pytest.raises(IntegrityError), room.store.write() as tx:
        tx.execute(update(delivery).values(room_id=None))


def test_a_rooms_delivery_left_half_sent_is_found_by_the_next_holder(room: World) -> None:
    from sqlalchemy import update

    from storage.tables import metadata

    room.post(NOTE, "Internet is down", "all-staff")
    with room.store.write() as tx:
        tx.execute(update(metadata.tables["delivery"]).values(state="sending"))
        recover(tx, ["slack:T0"], room.now)
        (row,) = due(tx, "slack:T0", room.now, 9)
    assert (row.state, row.user, row.room, row.target) == ("unsure", "C-all-staff", "all-staff", "slack:T0/all-staff")
