"""REST reads beside the approvals: clients, contacts, the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import listshapes
from bot.web.bodies import client_body, contact_body, entry_body
from bot.web.callers import Caller
from bot.web.cursors import pack, unpack
from bot.web.lookups import ClientsQuery, ContactsQuery, JournalQuery
from bot.web.scoping import named_client
from storage import journal
from storage.queries import directory, journal_reads, rest
from storage.store import Store

FIRST = ("", "")


class Readings:
    """Lists a caller may read, each within its client when it is bound to one."""

    def __init__(self, *, store: Store, now: Callable[[], datetime], limits: Limits) -> None:
        self._store = store
        self._now = now
        self._limits = limits

    def add_to(self, router: APIRouter, read: dict[str, Any], answers: Callable[[Any], dict[str, Any]]) -> None:
        """Adds the routes."""
        add = router.add_api_route
        add("/clients", self.clients, methods=["GET"], openapi_extra=read, **answers(listshapes.ClientsOut))
        add("/contacts", self.contacts, methods=["GET"], openapi_extra=read, **answers(listshapes.ContactsOut))
        add("/journal", self.journal, methods=["GET"], openapi_extra=read, **answers(listshapes.EntriesOut))

    async def clients(self, request: Request, query: Annotated[ClientsQuery, Query()]) -> Response:
        """Clients by name."""
        return JSONResponse(await run_in_threadpool(self._clients, request.state.caller, query))

    async def contacts(self, request: Request, query: Annotated[ContactsQuery, Query()]) -> Response:
        """A client's contacts by name, with roles and absences."""
        return JSONResponse(await run_in_threadpool(self._contacts, request.state.caller, query))

    async def journal(self, request: Request, query: Annotated[JournalQuery, Query()]) -> Response:
        """What was done and refused for a client, oldest first, after a position."""
        return JSONResponse(await run_in_threadpool(self._journal, request.state.caller, query))

    def _clients(self, caller: Caller, query: ClientsQuery) -> dict[str, Any]:
        limit = min(query.limit, self._limits.page_items)
        with self._store.read() as tx:
            if caller.client_id is not None:
                own = directory.client(tx, caller.client_id)
                rows = [own] if own is not None and query.cursor is None else []
            else:
                rows = list(rest.clients_page(tx, after=_after(query.cursor), limit=limit + 1))
            offices = _by("client_id", rest.locations_of(tx, [row.id for row in rows]))
        return _page([client_body(row, offices[row.id]) for row in rows], rows, limit)

    def _contacts(self, caller: Caller, query: ContactsQuery) -> dict[str, Any]:
        limit = min(query.limit, self._limits.page_items)
        with self._store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            rows = list(rest.contacts_page(tx, client_id=client_id, after=_after(query.cursor), limit=limit + 1))
            ids = [row.id for row in rows]
            clients = {id_: directory.client(tx, id_) for id_ in {row.client_id for row in rows}}
            roles = _by("person_id", rest.roles_of_people(tx, ids))
            absences = _by("person_id", rest.absences_of_people(tx, ids, self._now()))
            accounts = _by("person_id", rest.platforms_of_people(tx, ids))
        items = [
            contact_body(
                row,
                clients[row.client_id],
                roles[row.id],
                absences[row.id],
                [account.platform for account in accounts[row.id]],
            )
            for row in rows
        ]
        return _page(items, rows, limit)

    def _journal(self, caller: Caller, query: JournalQuery) -> dict[str, Any]:
        limit = min(query.limit, self._limits.page_items)
        with self._store.read() as tx:
            chain = named_client(tx, caller, query.client) or journal.PROVIDER_CHAIN
            rows = journal_reads.page(tx, chain=chain, after=query.after, limit=limit + 1)
        items = [entry_body(row) for row in rows[:limit]]
        return {"items": items, "next": items[-1]["position"] if len(rows) > limit else None}


def _after(cursor: str | None) -> tuple[str, str]:
    return unpack(cursor) if cursor is not None else FIRST


def _by(column: str, rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups


def _page(items: list[dict[str, Any]], rows: list[Any], limit: int) -> dict[str, Any]:
    last = rows[limit - 1] if len(rows) > limit else None
    return {"items": items[:limit], "next": pack(last.name, last.id) if last is not None else None}
