"""Which client a caller may know of: another's things are as unknown as things that never were."""

from __future__ import annotations

from bot.web.callers import Caller
from bot.web.problems import Problem
from storage.queries import directory
from storage.store import Tx

LONGEST_SLUG = 60
LONGEST_ID = 80


def is_id(text: str) -> bool:
    """Whether an id in an address may be asked of a database at all."""
    return text.isascii() and text.isprintable() and len(text) <= LONGEST_ID


def client_id_of(tx: Tx, caller: Caller, slug: str) -> str:
    """The id of a client this caller may know of; Problem 404 for any other."""
    row = directory.client_by_slug(tx, slug) if slug.isprintable() and len(slug) <= LONGEST_SLUG else None
    if row is None or caller.client_id not in (None, row.id):
        raise Problem(404, "not_found", "There is no such client.", field="client")
    return str(row.id)


def named_client(tx: Tx, caller: Caller, slug: str | None) -> str | None:
    """The client asked for, else the one the token is bound to, else None: the caller may see all of them."""
    return client_id_of(tx, caller, slug) if slug is not None else caller.client_id
