"""Draws what a contact tells the own staff, for the contact and for the room, and the forms around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bot.cards.card import Card, Form
from bot.cards.gallery.sight import Drawer, Sight, no_form
from bot.cards.notices import answers, relay
from handlers.commands import Ref, Refused
from handlers.mechanisms import prospects
from storage.queries import directory, downtimes, notices, relays, rooms
from storage.rows import Row
from storage.store import Tx

POST, FAILED = "post", "failed"


class About(NamedTuple):
    """What the words for the staff are about: its reference, and what people call it."""

    ref: str
    title: str


def _notice(tx: Tx, id_: str) -> About | None:
    row = notices.notice(tx, id_)
    return About(row.ref, row.title) if row is not None else None


def _downtime(tx: Tx, id_: str) -> About | None:
    row = downtimes.downtime(tx, id_)
    return About(row.ref, row.work) if row is not None else None


ABOUT: Mapping[str, Callable[[Tx, str], About | None]] = {"notice": _notice, "downtime": _downtime}
"""How a subject is called, by its kind."""


def about_of(tx: Tx, subject: Ref) -> About | None:
    """What this subject is called; None for one that is not there."""
    return ABOUT[subject.kind](tx, subject.id)


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row = relays.relay(sight.tx, ref.id)
    about = about_of(sight.tx, Ref.parse(row.subject)) if row is not None else None
    author = directory.person(sight.tx, row.person_id) if row is not None else None
    client = directory.client(sight.tx, row.client_id) if row is not None else None
    if row is None or about is None or author is None or client is None:
        return None
    if purpose.partition(":")[0] == POST:
        return relay.post(row, about, author, client.name)
    if person_id != author.id:
        return None
    in_them = rooms.rooms_of(sight.tx, row.client_id)
    look = relay.failed if purpose.partition(":")[0] == FAILED else relay.relay_card
    return look(row, about, in_them, sight.viewer(author, client), prospects.of_relay(sight.tx, row))


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    return draw(sight, ref, "relay", person.id)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = relays.relay(sight.tx, ref.id)
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
