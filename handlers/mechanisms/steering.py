"""Who may steer a notice, the lock under which it changes, and the lines its changes leave in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from handlers.commands import Ref, Refused
from handlers.context import Work
from handlers.mechanisms.rights import Rights, missing
from handlers.words import storable
from storage.journal import PROVIDER_CHAIN
from storage.queries import notices
from storage.rows import Row

KINDS = ("notice", "board")
"""What one notice is called on buttons: its board bears the same id."""
STATE_WORDS = {
    "draft": "still a draft",
    "resolved": "resolved",
    "closed": "closed",
    "cancelled": "cancelled",
}
only_provider = Rights("notices:write").only_provider


def steered(work: Work, ref: Ref, what: str) -> Row[Any]:
    """The notice, locked for a transition by the provider. Raises `Refused` for anybody else, and for none."""
    only_provider(work, what)
    row = notices.lock(work.tx, ref.id) if ref.kind in KINDS and storable(ref.id) else None
    if row is not None and work.who.client_id is not None:  # a token of one client steers what is about that one only
        whose = {client.id for client in notices.clients_in(work.tx, row.id)}
        row = row if whose == {work.who.client_id} else None
    if row is None:
        raise missing("notice")
    return row


def read(work: Work, ref: Ref) -> Row[Any]:
    """The notice for somebody who reads it: its state stands still meanwhile, and others read it side by side."""
    row = notices.share(work.tx, ref.id) if ref.kind in KINDS and storable(ref.id) else None
    if row is None or row.state == "draft":
        raise missing("notice")
    return row


def not_now(notice: Row[Any], what: str) -> Refused:
    """The transition is none of this state."""
    state = STATE_WORDS.get(notice.state, "open")
    return Refused(f"{notice.ref} is {state}: it cannot be {what}.", code="conflict")


def note(
    work: Work,
    notice: Row[Any],
    what: str,
    after: Mapping[str, Any],
    *,
    clients: Iterable[str] = (),
    full: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> None:
    """One line in the chain of every client concerned and one, with the full text, in the provider's."""
    ref, at, before = Ref("notice", notice.id), version or notice.version, {"state": notice.state}
    said = {"ref": notice.ref, **after}
    for client_id in clients:
        work.note(f"notice.{what}", chain=client_id, subject=ref, version=at, before=before, after=said)
    said |= full or {}
    work.note(f"notice.{what}", chain=PROVIDER_CHAIN, subject=ref, version=at, before=before, after=said)
