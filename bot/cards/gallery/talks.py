"""Draws planned talks: the cards of the client's people and of whoever holds them, the forms around them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Block, Card, Form
from bot.cards.gallery.sight import Drawer, Sight, both_sides, no_form
from bot.cards.talks import agreed, desk, forms, may, offered
from bot.cards.talks.words import in_full
from handlers.authority import either
from handlers.commands import Ref, Refused
from handlers.mechanisms.talks.agenda import agenda_of
from handlers.mechanisms.talks.standing import Standing, load
from storage.queries import directory, touchpoints
from storage.rows import Row

DESK = "desk"
AFTER = ("skipped", "missed", "notes")


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    standing = load(sight.tx, ref.id, sight.now)
    if standing is None:
        return None
    if person.client_id is None:
        return _for_provider(sight, standing, DESK, person)
    if person.client_id != standing.client.id or not _concerns(standing, person.id):
        return None
    return _for_contact(sight, standing, f"offer:r{standing.row.revision}", person)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    standing = load(sight.tx, ref.id, sight.now)
    staff = person.client_id is None
    if standing is None or not (staff or person.client_id == standing.client.id):
        raise Refused("This meeting does not exist (any more).", code="not_found")
    viewer, zone = sight.viewer(person, standing.client), ZoneInfo(person.timezone)
    if verb == "talk:reschedule" and version != standing.row.revision and (standing.is_open or standing.is_ahead):
        raise Refused(
            "Other times have been named since this message. Please answer in the newest message.", code="conflict"
        )
    offered_now = may.desk_buttons(standing) if staff else may.contact_buttons(standing, viewer)
    if verb not in {one.verb for one in offered_now}:
        raise _refusal(standing, verb, staff=staff)
    if verb == "talk:reschedule":
        return forms.reschedule_form(standing, viewer, sight.provider)
    if verb == "talk:skip":
        return forms.skip_form(standing, staff=staff)
    if verb == "talk:action":
        return forms.action_form(standing, directory.staff_people(sight.tx))
    if verb in ("talk:offer", "talk:agree"):
        return (forms.offer_form if verb == "talk:offer" else forms.agree_form)(standing, zone)
    build = {
        "talk:agenda": forms.agenda_form,
        "talk:held": forms.held_form,
        "talk:missed": forms.missed_form,
        "talk:settle": forms.settle_form,
        "talk:record": forms.record_form,
    }.get(verb)
    return build(standing) if build is not None else no_form()


def plan_form(sight: Sight, person: Row[Any]) -> Form:
    """A talk is planned by people of the provider."""
    if person.client_id is not None:
        raise Refused("Only your provider plans meetings. You can ask for one as feedback.", code="not_entitled")
    return forms.plan_form(sight.clients_of(person), ZoneInfo(person.timezone))


def named_slot(sight: Sight, ref: Ref, revision: int) -> tuple[Any, int]:
    """(when, minutes) of the time that a contact has named; refused when that is another one by now."""
    standing = load(sight.tx, ref.id, sight.now) if ref.kind == "touchpoint" else None
    named = standing.named if standing is not None else None
    if standing is None or named is None or standing.row.revision != revision or named.over:
        raise Refused("This time is not on the table any more. Please look at the newest message.", code="conflict")
    minutes = round((named.row.ends_at - named.row.starts_at).total_seconds() / 60)
    return named.row.starts_at, minutes


def minutes_of(sight: Sight, ref: Ref) -> int:
    """How long a talk is."""
    row = touchpoints.talk(sight.tx, ref.id)
    return int(row.minutes) if row is not None else 30


def at_hand(sight: Sight, task: Row[Any]) -> tuple[str, dict[str, str], tuple[Any, ...], list[Block]]:
    """What a task about a talk is about, whom to call, what does it, and the agenda."""
    standing = load(sight.tx, task.subject.partition(":")[2], sight.now)
    if standing is None:
        return "", {}, (), []
    person = directory.person(sight.tx, task.owner_id) if task.owner_id else None
    about = f"{standing.row.ref} · {standing.title} · {desk.desk_status(standing).text}"
    called = [standing.people[id_] for id_ in standing.deciders()[:3] if id_ in standing.people]
    phones = {one.name: one.phone for one in called if one.phone} if task.kind in CALLS else {}
    lines = agenda_of(sight.tx, standing) if task.kind in CALLS and person is not None else ()
    below = in_full(lines, sight.viewer(person, standing.client)) if person is not None else []
    return about, phones, tuple(may.desk_buttons(standing, AT_HAND.get(task.kind, ()))), below


CALLS = ("talk_call", "call", "undeliverable")
AT_HAND = {
    "talk_call": ("agree", "held", "skip"),
    "call": ("agree", "skip"),
    "undeliverable": ("agree",),
    "talk_answer": ("take", "offer", "agree"),
    "talk_notes": ("held", "missed"),
    "talk_records": ("record", "close"),
}
"""Which buttons of the desk card do what a task asks for."""


def _for_contact(sight: Sight, standing: Standing, purpose: str, person: Row[Any]) -> Card | None:
    if person.state != "active":
        return offered.gone(standing)
    viewer, lines = sight.viewer(person, standing.client), agenda_of(sight.tx, standing)
    kind, _, detail = purpose.partition(":")
    calendar, provider = sight.calendar_of(standing.ref, person.id, person.calendar_number), sight.provider
    if kind in agreed.LEADS:
        return agreed.coming(standing, viewer, lines, kind, _revision(detail), provider=provider, calendar=calendar)
    if kind == "moved":
        return agreed.moved(standing, viewer, lines, _revision(detail), provider=provider)
    if kind == "confirmed" and (standing.state != "confirmed" or _revision(detail) != standing.row.revision):
        return agreed.not_then(standing, viewer, lines, provider=provider)
    if kind in AFTER and standing.state not in agreed.AFTER:
        return None
    lead = "You have not answered yet." if kind == "remind" else ""
    revision = _revision(detail) if kind in ("offer", "remind") else standing.row.revision
    return offered.offer_card(standing, viewer, lines, revision, provider=provider, calendar=calendar, lead=lead)


def _for_provider(sight: Sight, standing: Standing, purpose: str, person: Row[Any]) -> Card | None:
    viewer, lines = sight.viewer(person, standing.client), agenda_of(sight.tx, standing)
    kind, _, detail = purpose.partition(":")
    calendar, provider = sight.calendar_of(standing.ref, person.id, person.calendar_number), sight.provider
    if kind in agreed.LEADS:
        return agreed.coming(standing, viewer, lines, kind, _revision(detail), provider=provider, calendar=calendar)
    if kind == "moved":
        return agreed.moved(standing, viewer, lines, _revision(detail), provider=provider)
    if kind == "confirmed":
        if standing.state != "confirmed" or _revision(detail) != standing.row.revision:
            return agreed.not_then(standing, viewer, lines, provider=provider)
        return agreed.agreed_card(standing, viewer, lines, provider=provider, calendar=calendar)
    if kind in AFTER:
        if standing.state not in agreed.AFTER:
            return None
        return agreed.after_card(standing, viewer, lines, provider=provider)
    return desk.desk(standing, viewer, lines, provider=provider, calendar=calendar)


def _concerns(standing: Standing, person_id: str) -> bool:
    """Whether this person of the client may see it: was asked, has chosen, decides, or speaks for the client."""
    involved = {one.person_id for one in standing.everybody_asked} | {standing.row.decided_by}
    return person_id in involved or person_id in standing.deciders() or standing.may_add(person_id)


def _refusal(standing: Standing, verb: str, *, staff: bool) -> Refused:
    who = either(standing.name(id_) for id_ in standing.deciders())
    if not staff and verb in ("talk:reschedule", "talk:skip") and (standing.is_open or standing.is_ahead):
        return Refused(f"You cannot do this here.{who and f' {who} can.'}", code="not_entitled")
    if not staff and verb not in ("talk:reschedule", "talk:skip", "talk:agenda"):
        return Refused("Only your provider can do this.", code="not_entitled")
    return Refused(f"{standing.row.ref} has moved on: this cannot be done any more.", code="conflict")


def _revision(detail: str) -> int:
    """ "r2.1" -> 2."""
    number = detail.partition(".")[0].removeprefix("r")
    return int(number) if number.isdecimal() else 0


draw = both_sides(load, _for_provider, _for_contact)
DRAWER = Drawer(draw, pressed, form)
