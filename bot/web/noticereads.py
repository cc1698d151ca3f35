"""What REST callers read of notices: one, a page, who would get one, who got it; each within the caller's client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sections import Limits
from bot.web.callers import Caller
from bot.web.cursors import Page, pack, unpack
from bot.web.lookups import NoticesQuery, ReceiptsQuery
from bot.web.noticebodies import (
    detail_body,
    notice_body,
    preview_body,
    recipients_expected,
    recipients_told,
)
from bot.web.problems import Problem
from bot.web.receipts import Line, as_csv, lines_of, receipt_body, sort_key
from bot.web.scoping import client_id_of, is_id, named_client
from handlers.commands import Outcome
from handlers.mechanisms import audience, broadcast
from handlers.mechanisms.broadcast import Broadcast
from storage.queries import directory, notice_pages, notices, rest
from storage.rows import Row
from storage.store import Store, Tx


@dataclass(frozen=True)
class NoticeReads:
    """Every call opens a read of its own and answers plain JSON. Another client's notice is as unknown as none."""

    store: Store
    now: Callable[[], datetime]
    limits: Limits

    def own(self, caller: Caller, id_: str) -> Row[Any]:
        """The row of a notice this caller may know of; Problem 404 for any other."""
        with self.store.read() as tx:
            return self._own(tx, caller, id_)

    def one(self, caller: Caller, id_: str) -> dict[str, Any]:
        """A notice with its places and updates."""
        with self.store.read() as tx:
            return self._detail(tx, self._load(tx, caller, id_))

    def raised(self, caller: Caller, id_: str) -> dict[str, Any]:
        """A notice that was just raised, with its recipients."""
        with self.store.read() as tx:
            found = self._load(tx, caller, id_)
            if found.notice.sent_at is not None:
                recipients = recipients_told(lines_of(tx, found))
            else:
                expected = audience.preview_of(tx, id_, self.now()).expected
                recipients = recipients_expected([one for one in expected if caller.client_id in (None, one.client.id)])
            return {**self._detail(tx, found), "recipients": recipients}

    def rehearsed(self, tx: Tx, outcome: Outcome) -> dict[str, Any]:
        """Who would get what was raised in a rehearsal."""
        assert outcome.ref is not None
        return preview_body(audience.preview_of(tx, outcome.ref.id, self.now()))

    def page(self, caller: Caller, query: NoticesQuery) -> dict[str, Any]:
        """Notices, newest first."""
        page = Page.asked(query, self.limits)
        with self.store.read() as tx:
            client_id = client_id_of(tx, caller, query.client) if query.client else caller.client_id
            which: dict[str, Any] = {"client_id": client_id, "state": query.state}
            rows = notice_pages.page(tx, **which, after=page.after, limit=page.wanted, sent=_only_sent(caller))
            ids = [row.id for row in page.shown(rows)]
            clients = notice_pages.clients_of(tx, ids)
            counts = notice_pages.counts(tx, ids, caller.client_id)
        items = [notice_body(row, _slugs(clients[row.id], caller), counts.get(row.id)) for row in page.shown(rows)]
        return page.body(rows, items)

    def receipts(self, caller: Caller, id_: str, query: ReceiptsQuery) -> dict[str, Any]:
        """Readers by client and name, a page."""
        limit = min(query.limit, self.limits.page_items)
        after = unpack(query.cursor) if query.cursor is not None else None
        _, lines = self._lines(caller, id_, query)
        if after is not None:
            lines = [line for line in lines if sort_key(line) > after]
        last = lines[limit - 1] if len(lines) > limit else None
        return {
            "items": [receipt_body(line) for line in lines[:limit]],
            "next": pack(*sort_key(last)) if last is not None else None,
        }

    def receipts_csv(self, caller: Caller, id_: str, query: ReceiptsQuery) -> tuple[str, str]:
        """A file's name and its text: every reader asked for."""
        found, lines = self._lines(caller, id_, query)
        return f"{found.notice.ref}-receipts.csv", as_csv(lines)

    def contact_of(self, caller: Caller, id_: str, person: str) -> str:
        """The id of a contact who is named by it or by e-mail; whether it fits is for the desk to say."""
        wanted = person.strip()
        if "@" not in wanted:
            return wanted
        with self.store.read() as tx:
            self._own(tx, caller, id_)
            clients = {row.id for row in notices.clients_in(tx, id_, caller.client_id)}
            found = [row.id for row in directory.people_by_email(tx, wanted) if row.client_id in clients]
        if not found:
            sentence = f"No client that this is about has somebody with the e-mail {wanted[:100]}."
            raise Problem(422, "invalid", sentence, field="person")
        return str(found[0])

    def _lines(self, caller: Caller, id_: str, query: ReceiptsQuery) -> tuple[Broadcast, list[Line]]:
        with self.store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            found = self._load(tx, caller, id_)
            lines = lines_of(tx, found)
        kept = [
            line
            for line in lines
            if client_id in (None, line.reader.client.id) and query.stage in (None, line.reader.stage)
        ]
        return found, kept

    def _detail(self, tx: Tx, found: Broadcast) -> dict[str, Any]:
        names = notice_pages.names(tx, {place.row.acked_by for place in found.places if place.row.acked_by})
        offices = rest.locations_of(tx, sorted({place.client.id for place in found.places if place.row.location_id}))
        return detail_body(found, names, {row.id: row.slug for row in offices})

    def _load(self, tx: Tx, caller: Caller, id_: str) -> Broadcast:
        self._own(tx, caller, id_)
        own = caller.client_id
        found = broadcast.load_for_client(tx, id_, own) if own else broadcast.load(tx, id_)
        if found is None:
            raise no_notice()
        return found

    def _own(self, tx: Tx, caller: Caller, id_: str) -> Row[Any]:
        if not is_id(id_):
            raise no_notice()
        row = notices.notice(tx, id_)
        if row is None or (caller.client_id and not notice_pages.concerns(tx, id_, caller.client_id)):
            raise no_notice()
        if row.sent_at is None and _only_sent(caller):
            raise no_notice()
        return row


def no_notice() -> Problem:
    """What there is not, or not for this caller."""
    return Problem(404, "not_found", "There is no such notice.")


def _slugs(clients: Sequence[Row[Any]], caller: Caller) -> list[str]:
    return sorted(row.slug for row in clients if caller.client_id in (None, row.id))


def _only_sent(caller: Caller) -> bool:
    """A client that cannot tell anybody does not read what its provider has not told yet."""
    return caller.client_id is not None and "notices:write" not in caller.service.scopes
