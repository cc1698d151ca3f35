"""What REST callers are answered about downtimes: facts of storage as plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.web.histories import moment
from handlers.mechanisms.windows.standing import Asked, Offer, Place, Standing, Voice

PLAIN = ("id", "ref", "state", "life", "side", "version", "revision", "work", "implications", "prep_steps", "override")
MORE = ("external_ref", "raised_by", "decided_why", "closed_by", "closed_why", "sequence")
TIMES = ("created_at", "proposed_at", "expires_at", "decided_at", "starts_at", "ends_at", "began_at", "extended_to")
ENDS = ("finished_at", "closed_at")
PEOPLE = {"owner": "owner_id", "engineer": "engineer_id", "asked_by": "asker_id", "decided_by": "decided_by"}

Name = Callable[[str], str]


def downtime_body(row: Any, client: str, offices: Sequence[Mapping[str, Any]], name: Name) -> dict[str, Any]:
    """One downtime as it stands in a list. `client` is its slug, `offices` are as `office_body` has them."""
    return {
        **{field: getattr(row, field) for field in (*PLAIN, *MORE)},
        **{field: moment(getattr(row, field)) for field in (*TIMES, *ENDS)},
        **{field: _person(getattr(row, column), name) for field, column in PEOPLE.items()},
        "client": client,
        "locations": list(offices),
    }


def office_body(slug: str | None, name: str, timezone: str) -> dict[str, Any]:
    """An office, or (no slug) a client without offices."""
    return {"location": slug, "name": name, "timezone": timezone}


def detail_body(standing: Standing, relays: Sequence[Any], before: Any | None, after: Any | None) -> dict[str, Any]:
    """One downtime with its times and voices. `before` and `after` are rows of those that it and that replace it."""
    row = standing.row
    return {
        **downtime_body(row, standing.client.slug, offices_of(standing), standing.name),
        **asking_body(standing),
        "earlier": [offer_body(one) for one in standing.earlier],
        "ready": standing.ready,
        "steps": [_step(one) for one in row.steps],
        "staff_told": [_relay(one, standing.name) for one in relays],
        "instead_of": _link(before),
        "replaced_by": _link(after),
    }


def rehearsed_body(standing: Standing, override: str, say: str, remarks: Sequence[str]) -> dict[str, Any]:
    """What it would come to. `override` is what the caller gave, `say` what the author would be told."""
    return {
        "dry_run": True,
        "client": standing.client.slug,
        "locations": offices_of(standing),
        **asking_body(standing),
        "expires_at": moment(standing.row.expires_at),
        "needs_override": not override.strip() and any(one.conflicts for one in standing.offers),
        "remarks": list(remarks),
        "problems": [say] if standing.state == "draft" else [],
    }


def asking_body(standing: Standing) -> dict[str, Any]:
    """The times of the present revision, and whose answers they need."""
    return {
        "windows": [offer_body(one) for one in standing.offers],
        "voices": [_voice(one, standing) for one in standing.voices],
    }


def offices_of(standing: Standing) -> list[dict[str, Any]]:
    """The offices it touches."""
    return [office_body(_slug(place), place.name, place.timezone) for place in standing.places]


def offer_body(offer: Offer) -> dict[str, Any]:
    """One time that is or was on offer."""
    plain = ("revision", "number", "state", "side", "offered_by", "text", "size", "needed_days", "given_days")
    return {
        **{name: getattr(offer.row, name) for name in plain},
        "start": moment(offer.row.starts_at),
        "end": moment(offer.row.ends_at),
        "offered_at": moment(offer.row.offered_at),
        "short_notice": offer.short,
        "conflicts": list(offer.conflicts),
    }


def voice_name(voice: Voice, standing: Standing) -> str:
    """Who it is that is asked, in words."""
    if voice.place is not None:
        return voice.place.name
    return standing.client.name if voice.kind == "decider" else "The provider"


def _voice(voice: Voice, standing: Standing) -> dict[str, Any]:
    return {
        "kind": voice.kind,
        "location": _slug(voice.place) if voice.place is not None else None,
        "name": voice_name(voice, standing),
        "state": voice.state,
        "opened_at": moment(voice.row.opened_at),
        "asked": [_asked(one, standing.name) for one in voice.asked],
        "answers": [
            {
                "number": number,
                "verdict": one.verdict,
                "reason": one.reason,
                "by": one.by,
                "at": moment(one.at),
            }
            for number, one in sorted(voice.answers.items())
        ],
    }


def _asked(asked: Asked, name: Name) -> dict[str, Any]:
    """`why` is kept as one word, or as "for:" and the id of whoever is away."""
    why, _, absent = asked.why.partition(":")
    return {
        "id": asked.person_id,
        "name": asked.name,
        "since": moment(asked.since),
        "why": "stand_in" if why == "for" else why,
        "stands_in_for": _person(absent, name),
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    until = step.get("until")
    return {
        **{name: step.get(name, "") for name in ("what", "by", "text")},
        "at": moment(datetime.fromisoformat(step["at"])),
        "until": moment(datetime.fromisoformat(until)) if until else None,
    }


def _relay(row: Any, name: Name) -> dict[str, Any]:
    return {
        **{field: getattr(row, field) for field in ("number", "state", "edited", "place")},
        "person": _person(row.person_id, name),
        "created_at": moment(row.created_at),
        "told_at": moment(row.told_at),
    }


def _person(id_: str | None, name: Name) -> dict[str, str] | None:
    return {"id": id_, "name": name(id_)} if id_ else None


def _slug(place: Place) -> str | None:
    return str(place.row.slug) if place.location_id else None


def _link(row: Any | None) -> dict[str, str] | None:
    return {"id": row.id, "ref": row.ref} if row is not None else None
