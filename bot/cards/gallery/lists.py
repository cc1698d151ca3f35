"""Draws the lists that people ask for: what waits for them, who the contacts are; and the forms that belong to none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards import forms, pages
from bot.cards.card import Block, Card, Form
from bot.cards.downtimes import wishes
from bot.cards.gallery import cases, feedback, meetings, planned, reports
from bot.cards.gallery import downtimes as windows
from bot.cards.gallery import talks as planned_talks
from bot.cards.gallery.notices import raise_form
from bot.cards.gallery.sight import Drawer, Sight, no_card, no_form
from bot.cards.notices.lists import to_read, to_send, to_steer
from handlers.commands import Ref
from handlers.mechanisms.broadcast import load, load_for_client
from handlers.mechanisms.hesitation import can_vote
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.standing import stand
from storage.queries import approvals, directory, notice_cards, notices, timers
from storage.rows import Row


def waiting(sight: Sight, person: Row[Any], page: int) -> Card:
    """What waits for this person, or for somebody of the provider: what the clients have not answered."""
    staff = person.client_id is None
    rows = approvals.open_for_csm(sight.tx, person.id) if staff else approvals.open_for_person(sight.tx, person.id)
    standings = [stand(sight.tx, row, sight.now) for row in rows]
    client = standings[0].client if standings else None
    items = [(standing, can_vote(standing, person.id)) for standing in standings]
    if not staff:
        items = [item for item in items if item[1]]
    tasks_open = timers.open_tasks_of(sight.tx, person.id) if staff else ()
    drawn = _to_steer(sight, person) if staff else _to_read(sight, person, notices.open_for_person(sight.tx, person.id))
    agreeing = planned.to_steer(sight, person) if staff else planned.to_answer(sight, person)
    talks = meetings.to_steer(sight, person) if staff else meetings.to_answer(sight, person)
    unread = () if staff else reports.to_review(sight, person)
    return pages.waiting(items, sight.viewer(person, client), max(1, page), tasks_open, drawn, agreeing, talks, unread)


def downtimes(sight: Sight, person: Row[Any]) -> Card:
    """What is planned, asked for and agreed, and when no work is wanted."""
    return planned.page(sight, person)


def outages(sight: Sight, person: Row[Any]) -> Card:
    """What is open at the person's own company."""
    rows = notices.open_of_client(sight.tx, person.client_id) if person.client_id else ()
    return pages.outages(_to_read(sight, person, rows), sight.provider)


def _to_read(sight: Sight, person: Row[Any], rows: Sequence[Row[Any]]) -> list[list[Block]]:
    """These notices for one contact; those that a colleague has acknowledged come last."""
    found = []
    for row in rows:
        broadcast = load_for_client(sight.tx, row.id, person.client_id)
        reader = broadcast.reader(person.id) if broadcast is not None else None
        if broadcast is not None and reader is not None:
            drawn = to_read(broadcast, reader, sight.viewer(person, reader.client))
            found.append((reader.stage == "covered", drawn))
    return [drawn for _, drawn in sorted(found, key=lambda one: one[0])]


def _to_steer(sight: Sight, person: Row[Any]) -> list[list[Block]]:
    """Drafts that nobody has got yet, then what is under way."""
    viewer = sight.viewer(person, None)
    drafts = [load(sight.tx, row.id) for row in notice_cards.drafts_of(sight.tx, person.id)]
    running = [load(sight.tx, row.id) for row in notices.open_for_staff(sight.tx, person.id)]
    return [
        *(to_send(one, viewer) for one in drafts if one is not None),
        *(to_steer(one, viewer) for one in running if one is not None),
    ]


def contacts(sight: Sight, person: Row[Any], words: str) -> Card:
    """The key contacts of the person's own company, or of the client that somebody of the provider names."""
    clients = sight.clients_of(person)
    wanted = words.strip().casefold()
    found = [
        row for row in clients if len(clients) == 1 or wanted in (row.slug, row.code.casefold(), row.name.casefold())
    ]
    if len(found) != 1:
        return pages.choose_client(clients, "contacts")
    client = found[0]
    people = {row.id: row for row in directory.people_of(sight.tx, client.id)}
    places = {row.id: row.name for row in directory.locations_of(sight.tx, client.id)}
    return pages.contacts(client, roster_of(sight.tx, client, sight.now), people, places)


def _own_list(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    person = directory.person(sight.tx, ref.id) if ref.id == person_id else None
    return waiting(sight, person, 1) if person is not None else None


def _form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    if verb == "away":
        return _away(sight, person)
    if verb == "notice:raise":
        return raise_form(sight, person)
    if verb == "downtime:raise":
        return windows.raise_form(sight, person)
    if verb == "calendar:replace":
        return wishes.replace_form()
    if verb in ("blackout:put", "preferred:put"):
        return windows.wish_form(sight, verb, person)
    if verb == "talk:plan":
        return planned_talks.plan_form(sight, person)
    if verb in cases.DEEDS:
        return cases.page_form(sight, verb, person)
    if verb == "feedback:give":
        return feedback.give_form(sight, person)
    build = {"request:purchase": forms.purchase_form, "request:access": forms.access_form}.get(verb)
    return build(sight.clients_of(person), staff=person.client_id is None) if build is not None else no_form()


def _after(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    """The list on which the new address stands."""
    return planned.page(sight, person) if verb == "calendar:replace" else None


def _away(sight: Sight, person: Row[Any]) -> Form:
    """For somebody who will be away: the colleagues who could stand in are those who can be reached."""
    staff = person.client_id is None
    around = directory.people_around(sight.tx, person.client_id or "")
    fit = [row for row in around if row.client_id == person.client_id and row.state == "active" and row.has_account]
    colleagues = sorted(((row.id, row.name) for row in fit if row.id != person.id), key=lambda one: one[1])
    return forms.away_form(colleagues, sight.now.astimezone(ZoneInfo(person.timezone)).date(), staff=staff)


OWN_LIST = Drawer(_own_list, no_card, no_form)
PAGES = Drawer(no_card, _after, _form)
