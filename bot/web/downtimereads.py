"""What REST callers read of downtimes: one, a page, what one would come to; each within the caller's client."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sections import Limits
from bot.web.callers import Caller
from bot.web.cursors import Page
from bot.web.downtimebodies import detail_body, downtime_body, office_body, rehearsed_body
from bot.web.lookups import DowntimesQuery
from bot.web.problems import Problem
from bot.web.scoping import client_id_of, is_id
from handlers.commands import Outcome
from handlers.mechanisms.windows.standing import Standing, load
from handlers.mechanisms.windows.weighing import remarks
from storage.queries import downtime_pages, downtimes, relays
from storage.rows import Row
from storage.store import Store, Tx


@dataclass(frozen=True)
class DowntimeReads:
    """Every call opens a read of its own and answers plain JSON. Another client's downtime is as unknown as none."""

    store: Store
    now: Callable[[], datetime]
    limits: Limits

    def own(self, caller: Caller, id_: str) -> Row[Any]:
        """The row of a downtime this caller may know of; Problem 404 for any other."""
        with self.store.read() as tx:
            return self._own(tx, caller, id_)

    def one(self, caller: Caller, id_: str) -> dict[str, Any]:
        """A downtime with its times, voices and steps."""
        with self.store.read() as tx:
            self._own(tx, caller, id_)
            standing = load(tx, id_, self.now())
            assert standing is not None
            return detail_of(tx, standing)

    def page(self, caller: Caller, query: DowntimesQuery) -> dict[str, Any]:
        """Downtimes, newest first."""
        page = Page.asked(query, self.limits)
        with self.store.read() as tx:
            client_id = client_id_of(tx, caller, query.client) if query.client else caller.client_id
            rows = downtime_pages.page(
                tx,
                client_id=client_id,
                state=query.state,
                life=query.life,
                after=page.after,
                limit=page.wanted,
                sent=_only_sent(caller),
            )
            items = bodies_of(tx, page.shown(rows))
        return page.body(rows, items)

    def rehearsed(self, override: str) -> Callable[[Tx, Outcome], dict[str, Any]]:
        """What a rehearsal is looked at with."""

        def look(tx: Tx, outcome: Outcome) -> dict[str, Any]:
            assert outcome.ref is not None
            standing = load(tx, outcome.ref.id, self.now())
            assert standing is not None
            times = [one.window for one in standing.offers]
            liked = remarks(tx, standing.client, standing.places, times)
            return rehearsed_body(standing, override, outcome.say, liked)

        return look

    def _own(self, tx: Tx, caller: Caller, id_: str) -> Row[Any]:
        row = downtimes.downtime(tx, id_) if is_id(id_) else None
        if row is None or caller.client_id not in (None, row.client_id):
            raise no_downtime()
        if row.state == "draft" and _only_sent(caller):
            raise no_downtime()
        return row


def detail_of(tx: Tx, standing: Standing) -> dict[str, Any]:
    """One downtime as REST and the command line tell it."""
    row = standing.row
    before = downtimes.downtime(tx, row.instead_of) if row.instead_of else None
    told = relays.relays_about(tx, f"downtime:{row.id}")
    return detail_body(standing, told, before, downtime_pages.instead(tx, row.id))


def bodies_of(tx: Tx, rows: Any) -> list[dict[str, Any]]:
    """A page of them: four statements, however many there are."""
    clients, offices = downtime_pages.clients_of(tx, rows), downtime_pages.offices_of(tx, rows)
    names = downtime_pages.names_of(tx, rows)
    found = []
    for row in rows:
        client = clients[row.client_id]
        known = [offices[id_] for id_ in row.locations if id_ in offices]
        places = [office_body(one.slug, one.name, one.timezone) for one in known]
        if not any(row.locations):
            places = [office_body(None, client.name, client.timezone)]
        found.append(downtime_body(row, client.slug, places, lambda id_: names.get(id_, "")))
    return found


def no_downtime() -> Problem:
    """What there is not, or not for this caller."""
    return Problem(404, "not_found", "There is no such downtime.")


def _only_sent(caller: Caller) -> bool:
    """A client that cannot offer anything does not read what its provider has not offered yet."""
    return caller.client_id is not None and "downtimes:write" not in caller.service.scopes
