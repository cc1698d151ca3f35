"""REST: the address of a live calendar, and another one, for a portal that shows it to the person it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.calendars.giving import feed_for
from bot.signing import Signer
from bot.web.callers import Caller
from bot.web.kinds import Line200, Slug
from bot.web.notices import Doors
from bot.web.performing import Performer, perform
from bot.web.shapes import PersonOut
from handlers.commands import ReplaceCalendar
from storage.store import Store


class CalendarQuery(BaseModel):
    """Whose calendar: `person` is an e-mail address or id; with `client` all of that client's, in the person's name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Line200
    client: Slug | None = None


class CalendarIn(BaseModel):
    """Whose addresses end, and of which calendar the new one is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Line200
    client: Slug | None = None


class CalendarOut(BaseModel):
    """A live calendar. The address is a secret of its person, and ends when the person leaves.

    `client` null: what concerns the person; else everything of that client.
    """

    person: PersonOut
    client: str | None
    url: str


@dataclass(frozen=True)
class CalendarLinks:
    """No signer or no public address: there are no links."""

    store: Store
    performer: Performer
    signer: Signer | None
    public_url: str

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        add, told = router.add_api_route, doors.answers(CalendarOut)
        add("/calendar", self.show, methods=["GET"], openapi_extra=doors.read, **told)
        add("/calendar/replace", self.replace, methods=["POST"], openapi_extra=doors.write, **told)

    async def show(self, request: Request, query: Annotated[CalendarQuery, Query()]) -> Response:
        """The address of a person's live calendar."""
        body = await run_in_threadpool(self._given, request.state.caller, query)
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    async def replace(self, request: Request, body: CalendarIn) -> Response:
        """End all addresses of a person's calendars, and answer the one that takes their place."""
        caller: Caller = request.state.caller
        before = await run_in_threadpool(self._given, caller, body)
        await perform(self.performer, request, ReplaceCalendar(before["person"]["id"]))
        found = await run_in_threadpool(self._given, caller, body)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    def _given(self, caller: Caller, query: CalendarQuery | CalendarIn) -> dict[str, Any]:
        with self.store.read() as tx:
            found = feed_for(
                tx, self.signer, self.public_url, query.person, query.client or "", within=caller.client_id
            )
        person = {"id": found.person.id, "name": found.person.name}
        return {"person": person, "client": found.client or None, "url": found.url}
