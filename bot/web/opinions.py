"""REST: what people think of the provider's work and what was answered, to read and to hand on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web.callers import Caller
from bot.web.cursors import Page
from bot.web.kinds import Cursor, Slug
from bot.web.notices import Doors
from bot.web.opinionlines import lines_of, opinion_body
from bot.web.problems import Problem
from bot.web.scoping import is_id, named_client
from storage.queries import opinion_pages
from storage.store import Store

Kind = Literal["ongoing", "csat", "formal"]
State = Literal["requested", "received", "unanswered", "follow_up", "closed"]


class OpinionOut(BaseModel):
    """One opinion. `said_by` is "" for somebody who stays unnamed; `passed_on_by` is the contact who has told it.

    `kind`: ongoing (said unasked), csat (1 to 5, after a case or an outage) or formal (0 to 10, before a meeting).
    """

    id: str
    client: str
    kind: Kind
    state: State
    about: str
    score: int | None
    of: int | None
    text: str
    went_well: str
    fix: str
    said_by: str
    passed_on_by: str
    anonymous: bool
    asked_at: datetime
    said_at: datetime | None
    reply: str
    replied_by: str
    replied_at: datetime | None


class OpinionsOut(BaseModel):
    """A page; `next` is the cursor of the following one."""

    items: list[OpinionOut]
    next: str | None


class OpinionsQuery(BaseModel):
    """Which opinions: of one client, of one kind, in one state."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: Slug | None = None
    kind: Kind | None = None
    state: State | None = None
    limit: Annotated[int, Field(ge=1)] = 50
    cursor: Cursor | None = None


class Opinions:
    """The opinions of the REST interface, each within the caller's client."""

    def __init__(self, *, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        read: dict[str, Any] = {"methods": ["GET"], "openapi_extra": doors.read}
        router.add_api_route("/feedback", self.list, **read, **doors.answers(OpinionsOut))
        router.add_api_route("/feedback/{id}", self.show, **read, **doors.answers(OpinionOut))

    async def list(self, request: Request, query: Annotated[OpinionsQuery, Query()]) -> Response:
        """Opinions, the newest question first; with answers."""
        return JSONResponse(await run_in_threadpool(self._page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One opinion."""
        return JSONResponse(await run_in_threadpool(self._one, request.state.caller, id))

    def _one(self, caller: Caller, id_: str) -> dict[str, Any]:
        with self._store.read() as tx:
            row = opinion_pages.one(tx, id_) if is_id(id_) else None
            if row is None or caller.client_id not in (None, row.client_id):
                raise Problem(404, "not_found", "There is no such feedback.")
            return opinion_body(lines_of(tx, [row])[0])

    def _page(self, caller: Caller, query: OpinionsQuery) -> dict[str, Any]:
        page = Page.asked(query, self._limits)
        with self._store.read() as tx:
            client_id = named_client(tx, caller, query.client)
            which: dict[str, Any] = {"client_id": client_id, "kind": query.kind, "state": query.state}
            rows = opinion_pages.page(tx, **which, after=page.after, limit=page.wanted)
            lines = lines_of(tx, page.shown(rows))
        return page.body(rows, [opinion_body(line) for line in lines], by="asked_at")
