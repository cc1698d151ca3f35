"""Draws the question how something was handled, for the one person who is asked."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Card, Form
from bot.cards.gallery.sight import Drawer, Sight, no_form
from bot.cards.notices import feedback
from handlers.commands import Ref, Refused
from storage.queries import directory, notice_cards, notices
from storage.rows import Row


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row = notice_cards.feedback_by(sight.tx, ref.id)
    person = directory.person(sight.tx, person_id)
    if row is None or person is None or row.person_id != person.id:
        return None
    client = directory.client(sight.tx, row.client_id)
    return feedback.question(row, _about(sight, row), sight.viewer(person, client), provider=sight.provider)


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    return draw(sight, ref, "csat", person.id)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = notice_cards.feedback_by(sight.tx, ref.id)
    if row is None or row.person_id != person.id:
        raise Refused("This question is somebody else's or does not exist.", code="not_found")
    if verb != "rate:comment":
        return no_form()
    if row.score is None:
        raise Refused("Please choose a number first.", code="conflict")
    return feedback.comment_form(ref, _about(sight, row))


DRAWER = Drawer(draw, pressed, form)


def _about(sight: Sight, row: Row[Any]) -> str:
    """What it was, in the words the person knows."""
    kind, _, id_ = row.subject.partition(":")
    notice = notices.notice(sight.tx, id_) if kind == "notice" else None
    return f"{notice.ref} · {notice.title}" if notice is not None else ""
