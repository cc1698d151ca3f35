"""Draws requests for a decision: the cards of those who decide, ask or are concerned, and their forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.cards import approval, board, forms, messages
from bot.cards.card import Card, Form
from bot.cards.gallery.sight import Drawer, Sight
from bot.cards.parts import Viewer
from handlers.authority import No, Voice, may_decide
from handlers.commands import Ref, Refused
from handlers.mechanisms.asking import card_of
from handlers.mechanisms.hesitation import SNOOZE_CHOICES, heirs, snoozed_until
from handlers.mechanisms.standing import Standing, load
from handlers.mechanisms.survey import callable_deciders, open_inquiries, open_mistake, regrettable, snoozable
from handlers.mechanisms.verdicts import refusal
from storage.queries import directory, journal
from storage.rows import Row

FOR_DECIDERS = frozenset({"reject", "ask", "hand", "snooze"})


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    standing = load(sight.tx, ref.id, sight.now)
    person = directory.person(sight.tx, person_id)
    if standing is None or person is None:
        return None
    return _card(sight, standing, purpose, sight.viewer(person, standing.client))


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    standing = load(sight.tx, ref.id, sight.now)
    if standing is None or person.client_id not in (None, standing.client.id):
        return None
    purpose = _purpose(standing, person, verb)
    return _card(sight, standing, purpose, sight.viewer(person, standing.client)) if purpose else None


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    standing = load(sight.tx, ref.id, sight.now)
    if standing is None or person.client_id not in (None, standing.client.id):
        raise Refused("This request belongs to another company or does not exist.", code="not_found")
    _may_open(verb, standing, person, sight.now)
    seen = (ref, version, standing.request.revision, standing.request.title)
    if verb == "hand":
        return forms.hand_form(*seen, heirs(standing, person.id))
    if verb == "snooze":
        fits = [one for one in SNOOZE_CHOICES if _snoozed(sight, standing, person.id, one)]
        return forms.snooze_form(*seen, fits)
    if verb == "phone":
        return forms.phone_form(*seen, callable_deciders(standing))
    return forms.words_form(verb, *seen)


DRAWER = Drawer(draw, pressed, form)


def _purpose(standing: Standing, person: Row[Any], verb: str) -> str:
    """Which card of a request this person holds."""
    if person.client_id is None:
        return "draft" if verb == "send_on" else "board"
    heard = [row for row in standing.phone_voices if row.person_id == person.id]
    if verb.startswith("phone:") and heard:
        return f"phone:{heard[-1].id}"
    if any(row.person_id == person.id for row in standing.ever_asked):
        return card_of(standing)
    concerned = person.id in (standing.request.requester_id, *standing.request.subjects)
    return "about" if concerned else ""


def _card(sight: Sight, standing: Standing, purpose: str, viewer: Viewer) -> Card | None:
    kind, _, detail = purpose.partition(":")
    provider = sight.provider
    if kind == "ask":
        return approval.asked(standing, viewer, version=_version_of(detail), provider=provider)
    if kind == "board":
        audit = "" if standing.is_open else journal.audit_id(sight.tx, str(standing.ref))
        return board.board(standing, viewer, provider=provider, audit=audit)
    if kind in ("remind", "snooze"):
        return messages.reminder(standing, viewer, version=_version_of(detail), provider=provider)
    if kind in ("question", "answer"):
        inquiry = next(row for row in standing.inquiries if row.id == detail)
        if kind == "question":
            return board.question(standing, viewer, inquiry)
        return messages.answered(standing, viewer, inquiry, provider=provider)
    if kind == "phone":
        heard = next(row for row in standing.phone_voices if row.id == detail)
        return messages.phone_confirmation(standing, viewer, heard)
    if kind == "void":
        return messages.void(standing, viewer)
    draws = {
        "about": approval.about,
        "outcome": messages.outcome,
        "catalogue": messages.catalogue,
        "draft": board.draft,
    }
    return draws[kind](standing, viewer, provider=provider)


def _snoozed(sight: Sight, standing: Standing, person_id: str, choice: str) -> bool:
    """Whether this choice comes round before the deadline."""
    return snoozed_until(sight.tx, standing, person_id, choice, sight.now) < standing.request.expires_at


def _version_of(detail: str) -> int:
    """ "v2.1.0" -> 2, the version of the facts that a card was sent for; "" -> 1."""
    number = detail.partition(".")[0].removeprefix("v")
    return int(number) if number.isdecimal() else 1


def _may_open(verb: str, standing: Standing, person: Row, now: datetime) -> None:
    """Whether this form is for this person now, in the sentence the desk would give."""
    request = standing.request
    if verb in FOR_DECIDERS:
        answer = may_decide(standing.roster, standing.question, person.id)
        if person.client_id is None or not isinstance(answer, Voice):
            why = answer if isinstance(answer, No) else No("role")
            raise Refused(refusal(standing, why), code="not_entitled")
        if not standing.is_open:
            raise Refused(f"{request.ref} is closed: there is nothing left to decide.", code="conflict")
        if standing.overdue:
            raise Refused(f"The deadline of {request.ref} has passed, so it is not approved.", code="conflict")
        if verb == "hand" and not heirs(standing, person.id):
            raise Refused("Everybody who can decide this has been asked already.", code="conflict")
        if verb == "snooze" and not snoozable(standing, person.id, now):
            raise Refused("You cannot put this off (any more). Please decide, or hand it over.", code="conflict")
    elif verb == "regret":
        if not regrettable(standing, person.id):
            raise Refused("There is no approval of yours to take back here.", code="conflict")
    elif person.client_id is not None:
        raise Refused("Only your provider can do this.", code="not_entitled")
    elif verb == "phone" and not (standing.is_open and callable_deciders(standing)):
        raise Refused("Nobody who could approve by phone has a number on file and a chat account.", code="conflict")
    elif verb == "answer" and not open_inquiries(standing):
        raise Refused("There is no open question (any more).", code="conflict")
    elif verb in ("stands", "cancel_approval") and open_mistake(standing) is None:
        raise Refused("There is nothing to settle (any more).", code="conflict")
    elif verb == "withdraw" and not (standing.is_open or request.state == "draft"):
        raise Refused(f"{request.ref} is closed: there is nothing left to withdraw.", code="conflict")
