"""Draws notices: a reader's card and what follows it, the board and the preview of the provider, and their forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Card, Form
from bot.cards.gallery.sight import Ask, Drawer, Sight, no_form
from bot.cards.notices import answers, forms, messages, steering
from bot.cards.notices.board import board
from bot.cards.notices.may import callable_readers, desk_buttons, may_report
from bot.cards.notices.preview import discarded, preview, sent
from bot.cards.notices.reader import notice_card
from bot.cards.notices.stencils import Stencils
from handlers.commands import Ref, Refused
from handlers.mechanisms import audience, prospects
from handlers.mechanisms.broadcast import Broadcast, load, load_for_client
from handlers.mechanisms.glimpse import load_for_readers
from handlers.mechanisms.watching import load_watch
from storage.queries import directory, notices
from storage.rows import Row

PREVIEW = "preview"
DESK_FORMS: dict[str, Callable[[Broadcast], Form]] = {
    "notice:update": steering.update_form,
    "notice:resolve": steering.resolve_form,
    "notice:reopen": steering.reopen_form,
    "notice:cancel": steering.cancel_form,
    "notice:change": forms.change_form,
    "notice:cause": steering.cause_form,
    "notice:phone": lambda broadcast: steering.phone_form(broadcast, callable_readers(broadcast)),
}


def prepare(sight: Sight, asks: Sequence[Ask]) -> None:
    """The parts of the notices that are about their clients, and the people."""
    people: dict[str, Row[Any]] = {}
    for notice_id in {ref.id for ref, _, _ in asks}:
        mine = [ask for ask in asks if ask[0].id == notice_id]
        parts = load_for_readers(sight.tx, notice_id, {id_ for _, _, id_ in mine})
        for client_id, part in parts.items():
            sight.known["notice", notice_id, client_id] = part
            people |= {one.person.id: one.person for one in part.readers}
        if any(_says_what_comes(purpose) for _, purpose, _ in mine):
            sight.known["prospects", notice_id] = prospects.of_parts(sight.tx, parts.values(), sight.now)
    others = {id_ for _, _, id_ in asks} - people.keys()
    people |= {row.id: row for row in directory.people_named(sight.tx, others)} if others else {}
    sight.known.update({("person", id_): row for id_, row in people.items()})


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    person = sight.known.get(("person", person_id)) or directory.person(sight.tx, person_id)
    if person is None:
        return None
    if person.client_id is None:
        return _for_provider(sight, ref, purpose, person)
    return _for_reader(sight, ref, purpose, person)


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    return draw(sight, ref, PREVIEW if verb == "notice:send" else "notice", person.id)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    if person.client_id is not None:
        broadcast = load_for_client(sight.tx, ref.id, person.client_id)
        reader = broadcast.reader(person.id) if broadcast is not None else None
        if broadcast is None or reader is None:
            raise Refused("This notice is not for you or does not exist.", code="not_found")
        if verb != "trouble":
            raise Refused("Only your provider can do this.", code="not_entitled")
        if not may_report(broadcast, reader):
            raise Refused("This notice is closed. Please call your provider.", code="conflict")
        return answers.trouble_form(broadcast)
    whole = load(sight.tx, ref.id)
    if whole is None:
        raise Refused("This notice does not exist (any more).", code="not_found")
    if verb not in DESK_FORMS:
        raise Refused("Only a client's contacts answer a notice.", code="not_entitled")
    draft_may_change = whole.notice.state == "draft" and verb == "notice:change"
    if verb.removeprefix("notice:") not in desk_buttons(whole) and not draft_may_change:
        raise Refused(f"{whole.notice.ref} has moved on: this cannot be done any more.", code="conflict")
    return DESK_FORMS[verb](whole)


DRAWER = Drawer(draw, pressed, form, prepare)


def _for_reader(sight: Sight, ref: Ref, purpose: str, person: Row[Any]) -> Card | None:
    broadcast = sight.known.get(("notice", ref.id, person.client_id))
    broadcast = broadcast or load_for_readers(sight.tx, ref.id, [person.id]).get(person.client_id)
    reader = broadcast.reader(person.id) if broadcast is not None else None
    if broadcast is None or reader is None or broadcast.notice.state == "draft":
        return None
    viewer = sight.viewer(person, reader.client)
    kind, _, detail = purpose.partition(":")
    number = int(detail) if detail.isdecimal() else 0
    if kind == "update" and not _asks_again(broadcast, number):
        return messages.update_card(broadcast, reader, viewer, number)
    coming = sight.known.get(("prospects", ref.id)) or prospects.of_parts(sight.tx, [broadcast], sight.now)
    if kind == "update":
        return messages.update_card(broadcast, reader, viewer, number, coming)
    if kind == "remind":
        return messages.reminder(broadcast, reader, viewer, provider=sight.provider, prospects=coming)
    stencils = sight.known.setdefault(("stencils", ref.id), Stencils())
    return notice_card(broadcast, reader, viewer, provider=sight.provider, prospects=coming, stencils=stencils)


def _says_what_comes(purpose: str) -> bool:
    """Most of what follows in the thread does not."""
    return not purpose.startswith("update:")


def _asks_again(broadcast: Broadcast, number: int) -> bool:
    return any(row.number == number and row.what == "reopened" for row in broadcast.updates)


def _for_provider(sight: Sight, ref: Ref, purpose: str, person: Row[Any]) -> Card | None:
    """The preview as long as nothing is sent, then its receipt, and the board."""
    notice = notices.notice(sight.tx, ref.id)
    if notice is not None and notice.state != "draft" and notice.sent_at is not None and purpose != PREVIEW:
        found = load_watch(sight.tx, ref.id, sight.now)
        page = sight.page_of(ref, person.id)
        return board(found, sight.viewer(person, None), page_url=page) if found is not None else None
    broadcast = load(sight.tx, ref.id)
    if broadcast is None:
        return None
    notice = broadcast.notice
    if notice.state == "draft":
        expected = audience.preview_of(sight.tx, ref.id, sight.now)
        return preview(broadcast, expected, sight.viewer(person, None), provider=sight.provider)
    if notice.sent_at is None:
        return discarded(broadcast)
    return sent(broadcast, sight.viewer(person, None))


def _board(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    person = directory.person(sight.tx, person_id)
    staff = person is not None and person.client_id is None
    return _for_provider(sight, Ref("notice", ref.id), purpose, person) if staff and person is not None else None


def _board_pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    return _board(sight, ref, "board", person.id)


BOARD = Drawer(_board, _board_pressed, no_form)


def raise_form(sight: Sight, person: Row[Any]) -> Form:
    """A new notice, for people of the provider."""
    if person.client_id is not None:
        raise Refused(
            "Only your provider sends outage notices. If something is down, please call.", code="not_entitled"
        )
    clients = sight.clients_of(person)
    offices = [(client, directory.locations_of(sight.tx, client.id)) for client in clients]
    return forms.raise_form(offices, sight.now, ZoneInfo(person.timezone))
