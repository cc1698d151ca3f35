"""Draws what a contact tells the own staff, for the contact and for the room, and the forms around it."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Card, Form
from bot.cards.gallery.sight import Drawer, Sight, no_form
from bot.cards.notices import answers, relay
from handlers.commands import Ref, Refused
from storage.queries import directory, notice_cards, notices, rooms
from storage.rows import Row

POST, FAILED = "post", "failed"


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row = notice_cards.relay(sight.tx, ref.id)
    notice = notices.notice(sight.tx, row.notice_id) if row is not None else None
    author = directory.person(sight.tx, row.person_id) if row is not None else None
    client = directory.client(sight.tx, row.client_id) if row is not None else None
    if row is None or notice is None or author is None or client is None:
        return None
    if purpose.partition(":")[0] == POST:
        return relay.post(row, notice, author, client.name)
    if person_id != author.id:
        return None
    in_them = rooms.rooms_of(sight.tx, row.client_id)
    look = relay.failed if purpose.partition(":")[0] == FAILED else relay.relay_card
    return look(row, notice, in_them, sight.viewer(author, client))


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    return draw(sight, ref, "relay", person.id)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = notice_cards.relay(sight.tx, ref.id)
    if row is None or row.person_id != person.id:
        raise Refused("This message is somebody else's or does not exist.", code="not_found")
    if row.state != "draft":
        raise Refused("This message has been dealt with already.", code="conflict")
    if verb == "relay:edit":
        return answers.edit_form(row)
    if verb == "relay:copy":
        return answers.copy_form(row)
    if verb != "relay:post":
        return no_form()
    in_them = rooms.rooms_of(sight.tx, row.client_id)
    if not in_them:
        raise Refused("Your provider's app is in no channel of yours (any more).", code="conflict")
    return answers.room_form(row, in_them)


DRAWER = Drawer(draw, pressed, form)
