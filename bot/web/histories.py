"""What an approval's answer tells besides its steps: versions, questions, phone calls, doubts, what it replaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from storage.queries import approvals
from storage.store import Tx

Person = Callable[[str | None], dict[str, str] | None]
"""A person's id -> `{id, name}`, None for nobody."""


class Told(Protocol):
    """What `handlers.mechanisms.standing.Standing` has of it."""

    @property
    def request(self) -> Any:
        """The row of the request."""

    @property
    def versions(self) -> Sequence[Any]:
        """Rows of every version, empty while there is one."""

    @property
    def inquiries(self) -> Sequence[Any]:
        """Rows of the questions, oldest first."""

    @property
    def phone_voices(self) -> Sequence[Any]:
        """Rows of what was heard on the phone, oldest first."""


@dataclass(frozen=True)
class Links:
    """What has to be looked up for it: all versions, and the requests before and after this one."""

    versions: Sequence[Any]
    replaces: Any = None
    replaced_by: Any = None


def links_of(tx: Tx, told: Told) -> Links:
    """Looks them up."""
    request = told.request
    before = approvals.request(tx, request.replaces) if request.replaces else None
    by = request.marks.get("replaced_by")
    return Links(
        told.versions or approvals.versions_of(tx, request.id),
        before,
        approvals.by_ref(tx, request.client_id, by) if by else None,
    )


def history(told: Told, links: Links, person: Person) -> dict[str, Any]:
    """The fields of an approval's answer that tell how it came to be as it is."""
    marks = told.request.marks
    return {
        "replaces": _link(links.replaces),
        "replaced_by": _link(links.replaced_by),
        "attachments": [{"name": one["name"], "url": one["url"]} for one in marks.get("attachments", [])],
        "catalogue": marks.get("catalogue"),
        "with": list(marks.get("with", [])),
        "adjusted": _adjusted(marks.get("adjusted")),
        "mistake": _mistake(marks.get("mistake"), person),
        "reminded_at": _stamp(marks.get("reminded_at")),
        "questions": [_question(row, person) for row in told.inquiries],
        "phone_records": [_call(row, person) for row in told.phone_voices],
        "versions": [_version(row) for row in links.versions],
    }


def moment(at: datetime | None) -> str | None:
    """An instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at is not None else None


def _stamp(written: str | None) -> str | None:
    return moment(datetime.fromisoformat(written)) if written else None


def _link(row: Any) -> dict[str, str] | None:
    return {"id": row.id, "ref": row.ref} if row is not None else None


def _adjusted(mark: dict[str, Any] | None) -> dict[str, Any] | None:
    return {"from_minor": mark["from"], "to_minor": mark["to"], "at": _stamp(mark["at"])} if mark else None


def _mistake(mark: dict[str, Any] | None, person: Person) -> dict[str, Any] | None:
    if not mark:
        return None
    settled = mark.get("settled")
    return {
        "by": person(mark["person"]),
        "text": mark["text"],
        "at": _stamp(mark["at"]),
        "settled": {name: settled[name] for name in ("stands", "text", "by")} if settled else None,
    }


def _question(row: Any, person: Person) -> dict[str, Any]:
    return {
        "asked_by": person(row.asker_id),
        "text": row.text,
        "version": row.version,
        "at": moment(row.at),
        "answer": row.answer,
        "answered_by": person(row.answered_by),
        "answered_at": moment(row.answered_at),
    }


def _call(row: Any, person: Person) -> dict[str, Any]:
    return {
        "person": person(row.person_id),
        "recorded_by": person(row.recorded_by),
        "number": row.number,
        "note": row.note,
        "version": row.version,
        "state": row.state,
        "at": moment(row.at),
        "due_at": moment(row.due_at),
    }


def _version(row: Any) -> dict[str, Any]:
    return {
        "version": row.version,
        "title": row.title,
        "why": row.why,
        "author": row.author,
        "at": moment(row.at),
        "commitment_minor": row.commitment_minor,
        "purchase": row.facts.get("purchase"),
        "access": row.facts.get("access"),
    }
