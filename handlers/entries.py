"""What the directory asks of every entry: known names, slugs, zones; each mistake a sentence with its field."""

from __future__ import annotations

import re
from typing import Any

from handlers.commands import Refused
from handlers.context import Work
from handlers.walltime import zone_names
from storage.queries import directory
from storage.rows import Row

PLATFORMS = ("slack", "teams")


def only_operator(work: Work) -> None:
    """The directory is kept at the command line, by nobody in chat."""
    if not work.who.system:
        raise Refused("The directory is kept by the provider's operator.", code="not_entitled")


def client_named(work: Work, slug: str) -> Row[Any]:
    """The client with this slug, or a refusal."""
    row = directory.client_by_slug(work.tx, slug)
    if row is None:
        raise Refused(f"There is no client called {slug}. Add the client first.", field="client", code="not_found")
    return row


def location_named(work: Work, client: Row[Any] | None, slug: str) -> Row[Any] | None:
    """A client's office by its slug; None for an empty one, a refusal for an unknown one."""
    if not slug or client is None:
        return None
    for row in directory.locations_of(work.tx, client.id):
        if row.slug == slug:
            return row
    raise Refused(f"{client.name} has no location called {slug}.", field="location", code="invalid")


def zone(name: str, field: str) -> str:
    """A known IANA time zone, or a refusal."""
    if name not in zone_names():
        raise Refused(
            f"{name or 'An empty text'} is not a time zone. Use a name like America/New_York.",
            field=field,
            code="invalid",
        )
    return name


def matching(pattern: re.Pattern[str], value: str, field: str, sentence: str) -> str:
    """The value if it has this form, else a refusal with the sentence."""
    if not pattern.fullmatch(value):
        raise Refused(sentence, field=field, code="invalid")
    return value


def given(value: str, field: str, sentence: str) -> str:
    """The trimmed value, or a refusal with the sentence when it is empty."""
    if not value.strip():
        raise Refused(sentence, field=field, code="invalid")
    return value.strip()


def one_of(known: tuple[str, ...], value: str, field: str) -> str:
    """The value if it is known, else a refusal that names what is."""
    if value not in known:
        raise Refused(
            f"{value or 'An empty text'} is not known here; it is one of {', '.join(known)}.",
            field=field,
            code="invalid",
        )
    return value
