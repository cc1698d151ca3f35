"""What REST callers are answered: facts of storage as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.web.histories import Links, Told, history, moment


class Step(Protocol):
    """One required voice, as `handlers.mechanisms.standing` has it."""

    @property
    def row(self) -> Any:
        """`decided_by`, `decided_at`, `opened_at`."""

    @property
    def deciders(self) -> Sequence[Any]:
        """People (`id`, `name`) who may decide at this moment."""

    @property
    def roles(self) -> Sequence[str]:
        """Any holder of one of these."""

    @property
    def state(self) -> str:
        """waiting, open, approved, rejected or skipped."""

    @property
    def asked(self) -> Sequence[Any]:
        """Rows of who was asked for it."""


class Standing(Told, Protocol):
    """Where a request stands."""

    @property
    def client(self) -> Any:
        """The row of its client."""

    @property
    def steps(self) -> Sequence[Step]:
        """Its steps, in order."""

    def name(self, person_id: str | None) -> str:
        """A person's name, "" for nobody."""
        ...


def approval_body(standing: Standing, links: Links) -> dict[str, Any]:
    """One approval. Money in minor units of `currency`; `purchase` or `access` as raised."""
    request = standing.request
    return {
        "id": request.id,
        "ref": request.ref,
        "state": request.state,
        "version": request.version,
        "client": standing.client.slug,
        "kind": request.kind,
        "category": request.category,
        "title": request.title,
        "why": request.why,
        "urgency": request.urgency,
        "external_ref": request.external_ref,
        "requested_by": _person(standing, request.requester_id),
        "first_year_minor": request.first_year_minor,
        "commitment_minor": request.commitment_minor,
        "currency": request.currency,
        "tier": request.tier,
        "created_at": moment(request.created_at),
        "expires_at": moment(request.expires_at),
        "closed_at": moment(request.closed_at),
        "closed_why": request.closed_why,
        "steps": [_step(standing, step) for step in standing.steps],
        "purchase": request.facts.get("purchase"),
        "access": request.facts.get("access"),
        **history(standing, links, lambda person_id: _person(standing, person_id)),
    }


def client_body(client: Any, offices: Sequence[Any]) -> dict[str, Any]:
    """One client with its offices."""
    return {
        "slug": client.slug,
        "code": client.code,
        "name": client.name,
        "stage": client.stage,
        "timezone": client.timezone,
        "country": client.country,
        "locale": client.locale,
        "currency": client.currency,
        "csm_title": client.csm_title,
        "locations": [{"slug": row.slug, "name": row.name, "timezone": row.timezone} for row in offices],
    }


def contact_body(
    person: Any, client: Any, roles: Sequence[Any], absences: Sequence[Any], platforms: Sequence[str]
) -> dict[str, Any]:
    """One contact with roles (rank 1 is the primary) and the absences that are not over."""
    return {
        "id": person.id,
        "client": client.slug,
        "name": person.name,
        "title": person.title,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "timezone": person.timezone,
        "location": person.location_slug or "",
        "preferred_channel": person.preferred_channel,
        "ask_last": person.ask_last,
        "default": client.default_contact_id == person.id,
        "roles": [{"role": row.role, "rank": row.rank, "location": row.location_slug or ""} for row in roles],
        "absences": [
            {"from": moment(row.starts_at), "to": moment(row.ends_at), "delegate": row.delegate_name or ""}
            for row in absences
        ],
        "platforms": list(platforms),
    }


def entry_body(entry: Any) -> dict[str, Any]:
    """One line of the journal; `hash` covers everything here and `previous`."""
    names = ("position", "what", "subject", "actor", "person_id", "identity", "channel", "version", "before", "after")
    body: Mapping[str, Any] = {name: getattr(entry, name) for name in (*names, "request_hash", "previous", "hash")}
    return {"at": moment(entry.at), **body}


def _person(standing: Standing, person_id: str | None) -> dict[str, str] | None:
    return {"id": person_id, "name": standing.name(person_id)} if person_id else None


def _step(standing: Standing, step: Step) -> dict[str, Any]:
    return {
        "role": "|".join(step.roles),
        "roles": list(step.roles),
        "stage": step.row.stage,
        "state": step.state,
        "opened_at": moment(step.row.opened_at),
        "asked": [_asked(standing, row) for row in step.asked],
        "deciders": [{"id": person.id, "name": person.name} for person in step.deciders],
        "decided_by": _person(standing, step.row.decided_by),
        "decided_at": moment(step.row.decided_at),
    }


def _asked(standing: Standing, row: Any) -> dict[str, Any]:
    """`why` is kept as one word, or as "for:" and the id of whoever is away."""
    why, _, absent = row.why.partition(":")
    return {
        "id": row.person_id,
        "name": standing.name(row.person_id),
        "since": moment(row.since),
        "why": "stand_in" if why == "for" else why,
        "stands_in_for": _person(standing, absent),
    }
