"""Draws planned talks in the lists that people ask for, and what talks have left somebody to do."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Block, Card
from bot.cards.gallery.sight import Drawer, Sight, no_card, no_form
from bot.cards.talks import desk, items
from bot.cards.talks.opinions import to_fill_in
from handlers.commands import Ref
from handlers.mechanisms.talks.standing import load, stand
from storage.queries import directory, feedback, meetings, touchpoints
from storage.rows import Row

Named = tuple[str, list[Block]]
"""What a talk is called, and how it is drawn in a list."""
FORMS = "form before a meeting"


def page(sight: Sight, person: Row[Any]) -> Card:
    """Every talk to come that concerns this person, what is to be filled in and done, what was put on agendas."""
    staff = person.client_id is None
    client = directory.client(sight.tx, person.client_id) if person.client_id else None
    viewer = sight.viewer(person, client)
    rows = touchpoints.for_staff(sight.tx, person.id) if staff else _of_contact(sight, person)
    talks = [items.talk_item(stand(sight.tx, row, sight.now), viewer) for row in rows]
    parts = [
        to_fill_in(feedback.asked_of(sight.tx, person.id)),
        items.to_do(meetings.actions_of_person(sight.tx, person.id), viewer),
        items.own_items(meetings.items_by(sight.tx, person.id)),
    ]
    calendar = sight.calendar_of(Ref("person", person.id), person.id, person.calendar_number)
    return items.page(talks, parts, staff=staff, calendar=calendar)


def to_answer(sight: Sight, person: Row[Any]) -> list[Named]:
    """The talks for which this contact has to pick a time, and the forms that wait, for the list of what waits."""
    client = directory.client(sight.tx, person.client_id) if person.client_id else None
    if client is None:
        return []
    viewer = sight.viewer(person, client)
    found = [stand(sight.tx, row, sight.now) for row in touchpoints.for_person(sight.tx, person.id)]
    talks = [(one.title, items.talk_item(one, viewer)) for one in found if one.may_choose(person.id)]
    filled = to_fill_in(feedback.asked_of(sight.tx, person.id))
    return [*talks, *([(FORMS, filled)] if filled else [])]


def to_steer(sight: Sight, person: Row[Any]) -> list[Named]:
    """The talks for which whoever holds them has to do something now."""
    viewer = sight.viewer(person, None)
    found = [stand(sight.tx, row, sight.now) for row in touchpoints.for_staff(sight.tx, person.id)]
    waiting = [one for one in found if desk.desk_status(one).tone == "ask"]
    return [(f"{one.title} with {one.client.name}", items.talk_item(one, viewer)) for one in waiting]


def action_draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row = meetings.action(sight.tx, ref.id)
    person = directory.person(sight.tx, person_id)
    if row is None or person is None or person.client_id not in (None, row.client_id):
        return None
    client = directory.client(sight.tx, row.client_id)
    standing = load(sight.tx, row.touchpoint_id, sight.now)
    assert standing is not None
    viewer = sight.viewer(person, client)
    about = f"{standing.title}, {standing.client.name}" if viewer.staff else f"{standing.title} with {sight.provider}"
    nudge = purpose.startswith("nudge") and row.state == "open"
    return items.action_card(row, about, viewer, owner=standing.name(row.owner_id), nudge=nudge)


def _action_pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    row = meetings.action(sight.tx, ref.id)
    if row is None or (person.client_id is not None and row.owner_id != person.id):
        return None
    return action_draw(sight, ref, "action", person.id)


def _after_item(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card:
    """The page on which the button stood, without what has been taken off."""
    return page(sight, person)


ACTION = Drawer(action_draw, _action_pressed, no_form)
ITEM = Drawer(no_card, _after_item, no_form)


def _of_contact(sight: Sight, person: Row[Any]) -> list[Row[Any]]:
    """What this person was asked or has decided; a key contact sees every talk of the own company."""
    own = list(touchpoints.for_person(sight.tx, person.id))
    known = {row.id for row in own}
    holds = any(row.person_id == person.id for row in directory.roles_of(sight.tx, person.client_id))
    client = directory.client(sight.tx, person.client_id)
    if not (holds or (client is not None and client.default_contact_id == person.id)):
        return own
    return [*own, *(row for row in touchpoints.alive_of_client(sight.tx, person.client_id) if row.id not in known)]
