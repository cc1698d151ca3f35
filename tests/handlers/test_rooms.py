"""Rooms: learned from the platforms, posted to by subjects, forgotten when the app is gone from there."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import BY_KEY
from handlers.commands import (
    DeliveryFailed,
    ForgetRoom,
    Ref,
    Refused,
    RememberRoom,
    RemoveInstallation,
    System,
)
from handlers.context import Who, Work
from handlers.desk import PROVIDER, new_id
from storage.queries import directory, rooms
from tests.handlers.office import Office

HOUSE = System("the house")
MARLOW, HARBOR = BY_KEY["marlow"].team, BY_KEY["harbor"].team
NOTE = Ref("memo", "m1")


def learn(office: Office, channel: str = "C0STAFF", name: str = "all-staff", org: str = MARLOW, **more: Any) -> str:
    ref = office.do(HOUSE, RememberRoom("slack", org, channel, name, **more)).ref
    assert ref is not None
    return ref.id


def post(office: Office, room: str, purpose: str = "note", follows: str = "") -> bool:
    with office.store.write() as tx:
        client = directory.client_by_slug(tx, "marlow-finch")
        assert client is not None
        milliseconds = int(office.now.timestamp() * 1000)
        work = Work(tx, office.now, Who("test", system=True), "test", lambda p: new_id(p, milliseconds), PROVIDER)
        return work.post(NOTE, purpose, room, client_id=client.id, follows=follows)


def room(office: Office, id_: str) -> Any:
    with office.store.read() as tx:
        return rooms.room(tx, id_)


def bury(office: Office, what: str, reason: str) -> Any:
    (row,) = office.rows("SELECT id FROM delivery WHERE room_id IS NOT NULL")
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE delivery SET state = 'dead' WHERE id = '{row.id}'")
    return office.do(HOUSE, DeliveryFailed(row.id, what, reason))


def test_a_room_of_a_clients_workspace_is_the_clients_and_of_our_own_is_ours(office: Office) -> None:
    theirs, ours = learn(office), learn(office, "C0OURS", "service-desk", HARBOR)
    with office.store.read() as tx:
        client = directory.client_by_slug(tx, "marlow-finch")
        assert client is not None
        assert [row.id for row in rooms.rooms_of(tx, client.id)] == [theirs]
        assert [row.id for row in rooms.rooms_of(tx, None)] == [ours]
    assert office.journal("room.join") == 2


def test_a_room_somewhere_nobody_allowed_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="not known here"):
        office.do(HOUSE, RememberRoom("slack", "T0STRANGER", "C1", "general"))
    assert office.rows("SELECT id FROM room") == []


def test_hearing_of_a_room_again_changes_what_is_new_and_nothing_else(office: Office) -> None:
    id_ = learn(office, sealed="s1")
    assert learn(office, sealed="s1") == id_ and learn(office, name="", sealed="") == id_
    assert (room(office, id_).name, room(office, id_).address) == ("all-staff", "s1")
    assert learn(office, name="everybody") == id_
    assert (room(office, id_).name, room(office, id_).address) == ("everybody", "s1")
    assert (office.journal("room.join"), office.journal("room.rename")) == (1, 1)


def test_a_name_that_no_database_holds_is_cleaned(office: Office) -> None:
    assert room(office, learn(office, name="all\x00-staff\ud800")).name == "all-staff"
    assert room(office, learn(office, "C2", name="\x00")).name == "C2"
    assert len(room(office, learn(office, "C3", name="x" * 999)).name) == 200


def test_a_room_left_gets_nothing_until_the_app_is_back(office: Office) -> None:
    id_ = learn(office)
    office.do(HOUSE, ForgetRoom("slack", MARLOW, "C0STAFF", "removed"))
    assert office.do(HOUSE, ForgetRoom("slack", MARLOW, "C0STAFF", "removed")).repeated
    assert office.do(HOUSE, ForgetRoom("slack", MARLOW, "C0NEVER", "removed")).repeated
    assert not post(office, id_)
    assert learn(office) == id_
    assert post(office, id_)
    assert (office.journal("room.leave"), office.journal("room.join")) == (1, 2)


def test_an_app_that_is_removed_is_in_no_room_any_more(office: Office) -> None:
    id_, ours = learn(office), learn(office, "C0OURS", "service-desk", HARBOR)
    office.do(HOUSE, RemoveInstallation("slack", MARLOW, "uninstalled"))
    assert (room(office, id_).state, room(office, ours).state) == ("left", "in")


def test_a_room_is_owed_a_card_once_in_the_lane_of_its_workspace(office: Office) -> None:
    id_ = learn(office)
    assert post(office, id_) and post(office, id_) and post(office, id_, "update", follows="note")
    rows = office.rows("SELECT * FROM delivery WHERE room_id IS NOT NULL ORDER BY created_at, purpose")
    assert [(row.purpose, row.lane, row.wanted, row.follows, row.identity_id) for row in rows] == [
        ("note", f"slack:{MARLOW}", 2, "", None),
        ("update", f"slack:{MARLOW}", 1, "note", None),
    ]


def test_what_a_room_did_not_get_is_written_down_and_a_room_without_us_is_forgotten(office: Office) -> None:
    id_ = learn(office)
    post(office, id_)
    bury(office, "opted_out", "all-staff: the app was taken out of this channel")
    assert room(office, id_).state == "left"
    assert (office.journal("delivery.fail"), office.journal("room.leave")) == (1, 1)
    (entry,) = office.rows("SELECT * FROM journal WHERE what = 'delivery.fail'")
    assert id_ in str(entry.after) and "all-staff: the app was taken out" in str(entry.after)
    assert entry.chain != "msp" and entry.subject == str(NOTE)
    (row,) = office.rows("SELECT id FROM delivery WHERE room_id IS NOT NULL")
    assert office.do(HOUSE, DeliveryFailed(row.id, "opted_out", "again")).repeated


def test_a_room_that_forbids_to_write_stays_a_room(office: Office) -> None:
    id_ = learn(office)
    post(office, id_)
    bury(office, "target", "all-staff: this channel does not let the app write")
    assert room(office, id_).state == "in"
    assert office.journal("delivery.fail") == 1


def test_a_card_about_a_request_that_no_room_gets_breaks_nothing(office: Office) -> None:
    ref, id_ = office.order(), learn(office)
    post(office, id_)
    with office.store.write() as tx:
        tx.exec_driver_sql(f"UPDATE delivery SET subject = '{ref}' WHERE room_id IS NOT NULL")
    bury(office, "opted_out", "all-staff: gone")
    assert room(office, id_).state == "left" and office.journal("delivery.fail") == 1
