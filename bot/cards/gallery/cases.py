"""Draws cases and remarks: the list that people ask for, one case, what was asked about it, and their forms."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Block, Button, Card, Form, Link
from bot.cards.cases import forms, lists
from bot.cards.cases import remarks as drawings
from bot.cards.gallery.sight import Drawer, Sight, no_form
from bot.cards.parts import Viewer
from handlers.commands import Ref, Refused
from handlers.mechanisms.remarks import ANSWER, LATE_TASK, TASKS, is_key_contact, may_see
from handlers.words import storable
from storage.queries import cases, directory, remarks, timers
from storage.rows import Row

DEEDS = {"cases:ask": "ask", "cases:escalate": "escalate"}
ABOUT_ONE = {"case:ask": "ask", "case:escalate": "escalate"}
FORMS = (*DEEDS, *ABOUT_ONE)
MISSING = Refused("This case does not exist (any more).", code="not_found")


def page(sight: Sight, person: Row[Any], said: str) -> Card:
    """What a person asks for with the word "cases": all that is open, a further page, a client's, or one by number."""
    wanted = said.split()
    if person.client_id is None:
        return _for_staff(sight, person, wanted)
    client = directory.client(sight.tx, person.client_id)
    assert client is not None
    if wanted and not _number(wanted[0]):
        name = " ".join(wanted)
        row = cases.case_named(sight.tx, client.id, name) if storable(name) else None
        if row is None or not may_see(sight.tx, row, person, sight.now):
            return lists.unknown(name, sight.provider)
        return _one(sight, row, person)
    return _list(sight, client, person, _number(wanted[0]) if wanted else 1)


def _for_staff(sight: Sight, person: Row[Any], wanted: list[str]) -> Card:
    if not wanted:
        return lists.counts(cases.counted(sight.tx), sight.viewer(person, None))
    known = {name.casefold(): row for row in sight.clients_of(person) for name in (row.name, row.code, row.slug)}
    number = _number(wanted[-1]) if len(wanted) > 1 else 0
    client = known.get(" ".join(wanted[:-1] if number else wanted).casefold())
    if client is not None:
        return _list(sight, client, person, number or 1)
    name = " ".join(wanted)
    found = cases.everywhere(sight.tx, name) if storable(name) else []
    if len(found) > 1:
        return lists.several(found)
    return _one(sight, found[0], person) if found else lists.unknown(name, sight.provider)


def _list(sight: Sight, client: Row[Any], person: Row[Any], number: int) -> Card:
    rows, wide = _open(sight, client, person)
    waiting: dict[str, set[str]] = {}
    for one in remarks.open_of(sight.tx, client.id):
        if one.case_id and (wide or one.person_id == person.id):
            waiting.setdefault(one.case_id, set()).add(one.kind)
    viewer = sight.viewer(person, client)
    return lists.page(
        rows, client, viewer, provider=sight.provider, number=number, all_of_them=wide, open_remarks=waiting
    )


def _open(sight: Sight, client: Row[Any], person: Row[Any]) -> tuple[list[Row[Any]], bool]:
    """The open cases that somebody knows of, and whether these are all of the client's."""
    wide = person.client_id is None or is_key_contact(sight.tx, person, sight.now)
    rows = cases.open_of(sight.tx, client.id)
    return [row for row in rows if wide or row.requester_id == person.id], wide


def _one(sight: Sight, row: Row[Any], person: Row[Any]) -> Card:
    client = directory.client(sight.tx, row.client_id)
    wide = person.client_id is None or is_key_contact(sight.tx, person, sight.now)
    said = [one for one in remarks.of_case(sight.tx, row.id) if wide or one.person_id == person.id]
    viewer = sight.viewer(person, client)
    return lists.one(row, viewer, provider=sight.provider, said=said, may_ask=person.client_id is not None)


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 4 else 0


# ------------------------------------------------------------------ one case


def _draw_case(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    person = directory.person(sight.tx, person_id)
    return _pressed_case(sight, ref, person, "") if person is not None else None


def _pressed_case(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    row = cases.case(sight.tx, ref.id) if storable(ref.id) else None
    return _one(sight, row, person) if row is not None and may_see(sight.tx, row, person, sight.now) else None


def _case_form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = cases.case(sight.tx, ref.id) if storable(ref.id) else None
    if row is None or verb not in ABOUT_ONE or not may_see(sight.tx, row, person, sight.now):
        raise MISSING if row is None or verb in ABOUT_ONE else Refused("This button is no longer in use.")
    _only_contacts(person)
    if verb == "case:escalate" and row.closed_at is not None:
        raise Refused(f"{row.external_id} is closed. Please ask about it instead.", code="conflict")
    return forms.about_one(row, ABOUT_ONE[verb], sight.provider)


def page_form(sight: Sight, verb: str, person: Row[Any]) -> Form:
    """The form that belongs to no single case."""
    _only_contacts(person)
    client = directory.client(sight.tx, person.client_id)
    assert client is not None
    return forms.about_any(_open(sight, client, person)[0], DEEDS[verb], sight.provider)


def _only_contacts(person: Row[Any]) -> None:
    if person.client_id is None:
        raise Refused("Only the client's own people ask about a case here.", code="not_entitled")


DRAWER = Drawer(_draw_case, _pressed_case, _case_form)


# ------------------------------------------------------------------ what was asked about it


def _draw_remark(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row, person = remarks.remark(sight.tx, ref.id), directory.person(sight.tx, person_id)
    if row is None or person is None:
        return None
    if person.client_id is None:
        return drawings.for_staff(row, sight.viewer(person, None))
    if row.person_id != person.id:
        return None
    viewer = sight.viewer(person, directory.client(sight.tx, row.client_id))
    task = timers.open_task(sight.tx, str(ref), TASKS[row.kind])
    late = row.kind == "escalate" and timers.open_task(sight.tx, str(ref), LATE_TASK) is not None
    due, fresh = task.due_at if task is not None else None, purpose == ANSWER and bool(row.answer)
    return drawings.receipt(row, viewer, provider=sight.provider, due=due, late=late, fresh=fresh)


def _pressed_remark(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    return _draw_remark(sight, ref, "receipt", person.id)


def _remark_form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = remarks.remark(sight.tx, ref.id) if storable(ref.id) else None
    if person.client_id is not None:
        raise Refused("Only your provider answers this.", code="not_entitled")
    if row is None:
        raise Refused("This does not exist (any more).", code="not_found")
    if row.state != "open":
        raise Refused(f"This was answered before by {row.answered_by}.", code="conflict")
    said = drawings.about_for_staff(row, sight.viewer(person, None))
    return forms.answer_form(row, said) if verb == "remark:answer" else no_form()


REMARK = Drawer(_draw_remark, _pressed_remark, _remark_form)


def at_hand(
    sight: Sight, task: Row[Any], viewer: Viewer
) -> tuple[str, dict[str, str], tuple[Button, ...], list[Block]]:
    """What a task about a remark is about, the number of whoever said it, the answer, and the case in the portal."""
    row = remarks.remark(sight.tx, task.subject.partition(":")[2])
    if row is None:
        return "", {}, (), []
    person = directory.person(sight.tx, row.person_id)
    phones = {person.name: person.phone} if person is not None and person.phone else {}
    buttons = (drawings.answer_button(Ref("remark", row.id)),) if row.state == "open" else ()
    below: list[Block] = [Link("Open the case", row.case_url)] if row.case_url else []
    return drawings.about_for_staff(row, viewer), phones, buttons, below
