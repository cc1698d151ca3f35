"""Who is given the address of which live calendar, for whoever asks outside the chat: REST and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.calendars.links import feed_link
from bot.calendars.reading import may_see_all
from bot.signing import Signer
from handlers.commands import Refused
from handlers.words import storable
from storage.queries import directory
from storage.rows import Row
from storage.store import Tx

NO_ADDRESS = (
    "There are no calendar links here: they need KEYLINE_PUBLIC_URL, the address of this bot, and KEYLINE_SECRET_KEY."
)


@dataclass(frozen=True)
class Given:
    """A live calendar's address and whose it is; `client` is the slug of a whole client's, "" for the person's own."""

    person: Row[Any]
    client: str
    url: str


def feed_for(
    tx: Tx, signer: Signer | None, public_url: str, person: str, client: str = "", *, within: str | None = None
) -> Given:
    """The live calendar of a person (e-mail or id), or of a client (slug) in this person's name.

    `within` is the id of the only client whose people and calendars this caller may know of. Raises Refused.
    """
    found = _person(tx, person.strip(), within)
    if signer is None or not public_url:
        raise Refused(NO_ADDRESS, code="blocked")
    if not client:
        return Given(found, "", feed_link(signer, public_url, found.id, number=found.calendar_number))
    row = directory.client_by_slug(tx, client) if storable(client) else None
    if row is None or within not in (None, row.id):
        raise Refused(f"There is no client called {client[:60]}.", field="client", code="not_found")
    if not may_see_all(tx, found, row):
        raise Refused(
            f"{found.name} may not have the calendar of all of {row.name}: that is for its key contacts and for you.",
            field="person",
            code="invalid",
        )
    return Given(found, row.slug, feed_link(signer, public_url, found.id, row.id, found.calendar_number))


def _person(tx: Tx, named: str, within: str | None) -> Row[Any]:
    rows: list[Row[Any]] = []
    if named.isprintable() and storable(named):
        one = directory.person(tx, named)
        rows = list(directory.people_by_email(tx, named)) if "@" in named else [one] if one is not None else []
    rows = [row for row in rows if row.state == "active" and within in (None, row.client_id)]
    if len(rows) != 1:
        meant = " names several people; please give the id." if rows else " is nobody here."
        raise Refused(f"{named[:100] or 'An empty text'}{meant}", field="person", code="invalid")
    return rows[0]
