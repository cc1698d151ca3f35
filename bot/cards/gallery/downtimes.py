"""Draws downtimes: the cards of those who are asked, of the provider and the engineer, and the forms around them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from bot.cards.card import Card, Form
from bot.cards.downtimes import agreed, answer_forms, asked, desk, forms, may, messages, wishes, words
from bot.cards.downtimes.messages import Around
from bot.cards.gallery.sight import Drawer, Sight, both_sides, no_form
from bot.cards.parts import Viewer
from handlers.authority import either
from handlers.commands import Ref, Refused
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.windows.asking import whom_to_ask
from handlers.mechanisms.windows.conflicts import blackout_said, no_work
from handlers.mechanisms.windows.offering import NOBODY
from handlers.mechanisms.windows.standing import Standing, load, may_speak_for
from handlers.mechanisms.windows.weighing import remarks, surroundings
from storage.queries import blackouts, directory, downtime_pages
from storage.rows import Row

PREVIEW, DESK, ENGINEER = "preview", "desk", "engineer"
DRAFTING = ("downtime:send", "downtime:change", "downtime:discard")
WORKING = ("downtime:start", "downtime:extend", "downtime:finish", "downtime:complete")
WISHING = ("downtime", "liaison")
"""Who holds one of these for the whole client says when work is wanted."""
REASONS = {
    "downtime:withdraw": ("Withdraw", "Everybody who was asked reads it."),
    "downtime:cancel": ("Cancel the work", "Everybody who was told reads it."),
    "window:decline": ("Decline", "Everybody concerned reads it, so that people know what to change."),
}


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    standing = load(sight.tx, ref.id, sight.now)
    if standing is None:
        return None
    if person.client_id is None:
        works = person.id == standing.row.engineer_id and verb.partition("@")[0] in WORKING
        drafted = standing.state == "draft" or verb in DRAFTING[::2]
        return _for_provider(sight, standing, PREVIEW if drafted else ENGINEER if works else DESK, person)
    if person.client_id != standing.client.id or not _concerns(standing, person.id):
        return None
    purpose = "agreed" if standing.state == "accepted" else f"offer:r{standing.row.revision}"
    return _for_contact(sight, standing, purpose, person)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    standing = load(sight.tx, ref.id, sight.now)
    staff = person.client_id is None
    if standing is None or (not staff and (person.client_id != standing.client.id or standing.state == "draft")):
        raise Refused("This downtime does not exist (any more).", code="not_found")
    viewer, zone = sight.viewer(person, standing.client), ZoneInfo(person.timezone)
    if verb.startswith("window:") and version != standing.row.revision and standing.is_open:
        raise Refused(
            "Other times have been named since this message. Please answer in the newest message.", code="conflict"
        )
    against = _against(sight, standing) if staff else {}
    offered = _buttons(standing, viewer, against)
    if verb not in offered and not (verb == "downtime:change" and staff and standing.state == "draft"):
        raise _refusal(standing, verb, viewer.id, staff=staff)
    if verb in REASONS:
        title, hint = REASONS[verb]
        needed = verb != "downtime:withdraw"
        return answer_forms.reason_form(standing, verb, title, hint, required=needed)
    number = int(verb.rpartition(":")[2]) if verb.rpartition(":")[2].isdecimal() else 0
    offer = standing.offer(number)
    if verb.startswith("window:choose:") and offer is not None:
        return answer_forms.choose_form(standing, offer, viewer)
    if verb.startswith("window:take:") and offer is not None:
        return answer_forms.take_form(standing, offer, viewer, tuple(against.get(number, ())))
    if verb == "window:object":
        return answer_forms.object_form(standing, viewer)
    if verb == "window:suggest":
        return answer_forms.suggest_form(standing, zone, sight.provider)
    if verb == "downtime:change":
        return forms.change_form(standing, directory.staff_people(sight.tx), zone)
    if verb == "downtime:offer":
        return forms.offer_form(standing, zone)
    if verb == "downtime:postpone":
        return forms.postpone_form(standing, zone)
    if verb == "downtime:extend":
        return answer_forms.extend_form(standing, viewer)
    return no_form()


def raise_form(sight: Sight, person: Row[Any]) -> Form:
    """Work is planned by people of the provider, and asked for by contacts with a role."""
    zone = ZoneInfo(person.timezone)
    clients = sight.clients_of(person)
    offices = [(client, directory.locations_of(sight.tx, client.id)) for client in clients]
    if person.client_id is None:
        return forms.plan_form(offices, directory.staff_people(sight.tx), zone)
    client, places = offices[0]
    _only_contacts(sight, client, person, "ask for downtime")
    return forms.ask_form(places, zone, sight.provider)


def wish_form(sight: Sight, verb: str, person: Row[Any]) -> Form:
    """When no work is wanted, or when it is liked; a coordinator says it for the own office."""
    zone = ZoneInfo(person.timezone)
    if person.client_id is None:
        offices = [(client, directory.locations_of(sight.tx, client.id)) for client in sight.clients_of(person)]
        if verb == "blackout:put":
            return wishes.blackout_form(offices, zone, staff=True)
        return wishes.preferred_form(offices, staff=True)
    client = sight.clients_of(person)[0]
    wide, own = wishes_of(sight, client, person)
    if not (wide or own):
        _only_contacts(sight, client, person, "say when work is wanted")
        raise Refused(
            "Only who looks after downtimes at your company can say when work is wanted.", code="not_entitled"
        )
    places = [row for row in directory.locations_of(sight.tx, client.id) if wide or row.id in own]
    if verb == "blackout:put":
        return wishes.blackout_form([(client, places)], zone, staff=False, everywhere=wide)
    return wishes.preferred_form([(client, places)], staff=False, everywhere=wide)


def wishes_of(sight: Sight, client: Row[Any], person: Row[Any]) -> tuple[bool, set[str]]:
    """Whether this contact says for the whole client when work is wanted, and for which offices alone."""
    roster = roster_of(sight.tx, client, sight.now)
    wide = {client.default_contact_id, *(id_ for role in WISHING for id_ in roster.chain(role))}
    wide |= {one.person_id for one in roster.given if one.role in WISHING and not one.location_id}
    places = directory.locations_of(sight.tx, client.id)
    own = {row.id for row in places if person.id in may_speak_for(roster, row.id)}
    active = person.state == "active"
    return active and person.id in wide, own if active else set()


def is_contact(sight: Sight, client: Row[Any], person: Row[Any]) -> bool:
    """Whether somebody of a client speaks for it in anything."""
    holds = any(row.person_id == person.id for row in directory.roles_of(sight.tx, client.id))
    return bool(person.state == "active" and (holds or client.default_contact_id == person.id))


def planned_end(sight: Sight, ref: Ref) -> Any:
    """Until when the work was to last, as last said; None for what is not agreed."""
    standing = load(sight.tx, ref.id, sight.now)
    return (standing.row.extended_to or standing.row.ends_at) if standing is not None else None


def _only_contacts(sight: Sight, client: Row[Any], person: Row[Any], what: str) -> None:
    if not is_contact(sight, client, person):
        contact = directory.person(sight.tx, client.default_contact_id) if client.default_contact_id else None
        whom = f" Please ask {contact.name}." if contact is not None else ""
        raise Refused(f"Only your company's key contacts can {what}.{whom}", code="not_entitled")


def _for_contact(sight: Sight, standing: Standing, purpose: str, person: Row[Any]) -> Card | None:
    if standing.state == "draft":
        return None
    if person.state != "active":
        return asked.gone(standing)
    viewer = sight.viewer(person, standing.client)
    kind, _, detail = purpose.partition(":")
    calendar = _calendar(sight, standing, person)
    if kind == "agreed":
        if standing.state != "accepted":
            return None
        return agreed.agreed_card(standing, viewer, provider=sight.provider, calendar=calendar)
    if kind in ("offer", "turn", "remind"):
        if standing.state == "accepted":
            return agreed.agreed_card(standing, viewer, provider=sight.provider, calendar=calendar)
        if kind == "remind":
            return asked.reminder(standing, viewer, provider=sight.provider)
        look = asked.turn_card if kind == "turn" else asked.offer_card
        return look(standing, viewer, _revision(detail), provider=sight.provider)
    around = _around(sight, standing, viewer, kind, detail, calendar)
    return messages.message(standing, viewer, kind, detail, provider=sight.provider, around=around)


def _for_provider(sight: Sight, standing: Standing, purpose: str, person: Row[Any]) -> Card | None:
    viewer = sight.viewer(person, None)
    kind, _, detail = purpose.partition(":")
    if kind == PREVIEW:
        stuck = standing.state == "draft" and not whom_to_ask(standing)
        problem = f"{NOBODY.format(standing.client.name)}, so it cannot be sent yet." if stuck else ""
        against = _against(sight, standing)
        times = [one.window for one in standing.offers]
        liked = remarks(sight.tx, standing.client, standing.places, times) if standing.state == "draft" else []
        return desk.preview(standing, viewer, against, provider=sight.provider, problem=problem, remarks=liked)
    if standing.state == "draft":
        return None
    calendar = _calendar(sight, standing, person)
    if kind in (ENGINEER, "checkup"):
        if standing.state != "accepted":
            return None
        return desk.engineer(standing, viewer, provider=sight.provider, checkup=kind == "checkup")
    if kind in (DESK, "offer", "turn", "remind", "agreed"):
        against, page = _against(sight, standing), sight.page_of(standing.ref, person.id)
        return desk.desk(standing, viewer, against, provider=sight.provider, calendar=calendar, page=page)
    around = _around(sight, standing, viewer, kind, detail, calendar)
    return messages.message(standing, viewer, kind, detail, provider=sight.provider, around=around)


def _calendar(sight: Sight, standing: Standing, person: Row[Any]) -> str:
    """The address that puts an agreed one into this person's calendar."""
    agreed_ = standing.state == "accepted"
    return sight.calendar_of(standing.ref, person.id, person.calendar_number) if agreed_ else ""


def _around(sight: Sight, standing: Standing, viewer: Viewer, kind: str, detail: str, calendar: str) -> Around:
    if kind == "postponed":
        row = downtime_pages.instead(sight.tx, standing.row.id)
        return Around(calendar, instead=str(row.ref) if row is not None else "")
    row = blackouts.blackout(sight.tx, detail) if kind == "blackout" and detail else None
    if row is None:
        return Around(calendar)
    when = f"on {blackout_said(no_work(row), row.location_timezone or row.client_timezone)}"
    if row.weekday is None:
        when = words.window(row, viewer)
    said = f"{row.location_name or row.client_name} wants no work {when}: {row.why}"
    gone = " This has been taken back since." if row.state != "active" else ""
    return Around(calendar, f"{said if said.endswith(('.', '!', '?')) else said + '.'}{gone}")


def _against(sight: Sight, standing: Standing) -> dict[int, tuple[str, ...]]:
    """What speaks against each time now; only asked where somebody of the provider still decides about it."""
    if standing.state != "draft" and standing.provider is None:
        return {}
    around = surroundings(sight.tx, standing.client, standing.places, sight.now, but=standing.row.id)
    return {
        one.number: tuple(around.weigh(one.window, one.row.offered_at).sentences)
        for one in standing.offers
        if one.row.state == "open" and not one.over
    }


def _buttons(standing: Standing, viewer: Viewer, against: may.Sentences) -> set[str]:
    """Every form that this person may open."""
    if viewer.staff:
        found = may.draft_buttons(standing, against) if standing.state == "draft" else []
        return {one.verb for one in (*found, *may.desk_buttons(standing, against))} | _forced_takes(standing)
    groups = (
        may.choices(standing, viewer),
        may.decider_buttons(standing, viewer),
        may.place_buttons(standing, viewer),
        may.asker_buttons(standing, viewer),
        may.agreed_buttons(standing, viewer),
    )
    return {one.verb for group in groups for one in group}


def _forced_takes(standing: Standing) -> set[str]:
    """A take that was drawn as one that needs a word is still that, also when nothing speaks against it any more."""
    if standing.provider is None or not standing.is_open or standing.overdue:
        return set()
    return {f"window:take:{one.number}" for one in standing.offers if one.row.side == "client" and not one.over}


def _refusal(standing: Standing, verb: str, person_id: str, *, staff: bool) -> Refused:
    who = either(standing.name(id_) for id_ in standing.deciders())
    if verb.startswith("window:choose") and standing.state == "proposed" and not standing.is_decider(person_id):
        return Refused(
            f"You are not one of the people who can choose a time.{who and f' {who} can.'}", code="not_entitled"
        )
    if staff and verb in ("window:object", "window:suggest"):
        return Refused("Only the client's people answer times on offer.", code="not_entitled")
    if not staff and verb.startswith("downtime:") and verb not in ("downtime:cancel", "downtime:withdraw"):
        return Refused("Only your provider can do this.", code="not_entitled")
    if standing.overdue:
        return Refused(f"The time to answer {standing.row.ref} is over, so nothing is agreed.", code="conflict")
    if not standing.is_open and standing.state != "accepted":
        return Refused(f"{standing.row.ref} is closed: there is nothing left to answer.", code="conflict")
    if verb in ("window:suggest", "window:decline", "window:object") and not staff and standing.is_open:
        return Refused(f"You cannot do this here.{who and f' {who} decides for all offices.'}", code="not_entitled")
    return Refused(f"{standing.row.ref} has moved on: this cannot be done any more.", code="conflict")


def _concerns(standing: Standing, person_id: str) -> bool:
    """Whether this person of the client may see it: was asked, has asked, or speaks for the client or an office."""
    voices = (*standing.voices, *standing.before)
    involved = {one.person_id for voice in voices for one in voice.asked}
    involved |= {id_ for place in standing.places for id_ in may_speak_for(standing.roster, place.location_id)}
    involved |= {standing.row.asker_id, standing.row.decided_by, standing.client.default_contact_id}
    return person_id in involved or standing.is_decider(person_id)


def _revision(detail: str) -> int:
    """ "r2" -> 2."""
    number = detail.partition(".")[0].removeprefix("r")
    return int(number) if number.isdecimal() else 0


draw = both_sides(load, _for_provider, _for_contact)
DRAWER = Drawer(draw, pressed, form)
