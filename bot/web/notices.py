"""REST: notices raised, previewed, updated and ended from outside the chat, and who has read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import noticeshapes as shapes
from bot.web.callers import PREFIX, Caller
from bot.web.lookups import NoticesQuery, RaiseQuery, ReceiptsQuery
from bot.web.models import NothingIn
from bot.web.noticemodels import (
    CancelIn,
    HeardIn,
    NoticeChangeIn,
    NoticeIn,
    ReopenIn,
    ResolveIn,
    RootCauseIn,
    SendIn,
    UpdateIn,
)
from bot.web.noticereads import NoticeReads
from bot.web.once import previewed
from bot.web.performing import Performer, perform, rehearse
from bot.web.problems import Problem
from handlers.commands import Command, Outcome, RecordAcknowledgement, Ref, RemindReaders, SendNotice
from storage.store import Store

SEEN_AS = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Doors:
    """What every group of routes is given: the scopes it documents, and the answers that every route has."""

    read: dict[str, Any]
    write: dict[str, Any]
    answers: Callable[..., dict[str, Any]]


class Notices:
    """The notices of the REST interface."""

    def __init__(self, *, store: Store, performer: Performer, now: Callable[[], datetime], limits: Limits) -> None:
        self._reads = NoticeReads(store, now, limits)
        self._performer = performer

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        one, add = "/notices/{id}", router.add_api_route
        read: dict[str, Any] = {"openapi_extra": doors.read}
        write: dict[str, Any] = {"openapi_extra": doors.write}
        told = doors.answers(shapes.NoticeDetailOut)
        raised = doors.answers(shapes.RaisedOut, 201)
        raised["responses"][200] = {"model": shapes.PreviewOut, "description": "With `dry_run`: who would get it."}
        receipts = doors.answers(shapes.ReceiptsOut)
        receipts["responses"][200]["content"] = {"text/csv": {"schema": {"type": "string"}}}
        add("/notices", self.raise_, methods=["POST"], **write, **raised)
        add("/notices", self.list, methods=["GET"], **read, **doors.answers(shapes.NoticesOut))
        add(one, self.show, methods=["GET"], **read, **told)
        add(one, self.change, methods=["PATCH"], **write, **told)
        add(f"{one}/send", self.send, methods=["POST"], **write, **told)
        add(f"{one}/updates", self.update, methods=["POST"], **write, **told)
        add(f"{one}/resolve", self.resolve, methods=["POST"], **write, **told)
        add(f"{one}/reopen", self.reopen, methods=["POST"], **write, **told)
        add(f"{one}/cancel", self.cancel, methods=["POST"], **write, **told)
        add(f"{one}/root_cause", self.root_cause, methods=["POST"], **write, **doors.answers(shapes.RaisedOut, 201))
        add(f"{one}/remind", self.remind, methods=["POST"], **write, **told)
        add(f"{one}/acknowledgements", self.heard, methods=["POST"], **write, **told)
        add(f"{one}/receipts", self.receipts, methods=["GET"], **read, **receipts)

    async def raise_(self, request: Request, body: NoticeIn, query: Annotated[RaiseQuery, Query()]) -> Response:
        """Tell the key contacts of some clients; with `dry_run` only say who would get it."""
        command = body.command()
        if query.dry_run:
            previewed(request)
            draft = replace(command, send=False)  # whatever would be refused is refused of the draft
            return JSONResponse(await rehearse(self._performer, request, draft, self._reads.rehearsed))
        return await self._raised(request, await perform(self._performer, request, command))

    async def list(self, request: Request, query: Annotated[NoticesQuery, Query()]) -> Response:
        """Notices, newest first."""
        return JSONResponse(await run_in_threadpool(self._reads.page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One notice with its places and updates."""
        return JSONResponse(await run_in_threadpool(self._reads.one, request.state.caller, id))

    async def change(self, request: Request, id: str, body: NoticeChangeIn) -> Response:
        """Change facts; everybody who got the notice is told."""
        if not body.model_fields_set:
            raise Problem(422, "invalid", "Give at least one field to change.")
        return await self._told(request, id, body.command(Ref("notice", id)))

    async def send(self, request: Request, id: str, body: SendIn | None = None) -> Response:
        """Send a draft."""
        row = await run_in_threadpool(self._reads.own, request.state.caller, id)
        version = body.version if body is not None and body.version else row.version
        return await self._told(request, id, SendNotice(Ref("notice", id), version))

    async def update(self, request: Request, id: str, body: UpdateIn) -> Response:
        """Tell everybody what is new, or that nothing is."""
        return await self._told(request, id, body.command(Ref("notice", id)))

    async def resolve(self, request: Request, id: str, body: ResolveIn) -> Response:
        """It works again."""
        return await self._told(request, id, body.command(Ref("notice", id)))

    async def reopen(self, request: Request, id: str, body: ReopenIn) -> Response:
        """It came back: everybody is asked to acknowledge again."""
        return await self._told(request, id, body.command(Ref("notice", id)))

    async def cancel(self, request: Request, id: str, body: CancelIn | None = None) -> Response:
        """A false alarm: whoever was told is told so; a draft just goes."""
        return await self._told(request, id, (body or CancelIn()).command(Ref("notice", id)))

    async def root_cause(self, request: Request, id: str, body: RootCauseIn) -> Response:
        """Say why it happened, in a notice of its own."""
        await run_in_threadpool(self._reads.own, request.state.caller, id)
        return await self._raised(request, await perform(self._performer, request, body.command(Ref("notice", id))))

    async def remind(self, request: Request, id: str, body: NothingIn | None = None) -> Response:
        """Remind everybody who is silent, at most once in fifteen minutes."""
        return await self._told(request, id, RemindReaders(Ref("notice", id)))

    async def heard(self, request: Request, id: str, body: HeardIn) -> Response:
        """Record that a contact was told on the phone."""
        person = await run_in_threadpool(self._reads.contact_of, request.state.caller, id, body.person)
        return await self._told(request, id, RecordAcknowledgement(Ref("notice", id), person, body.note))

    async def receipts(self, request: Request, id: str, query: Annotated[ReceiptsQuery, Query()]) -> Response:
        """Who was told, reached, and has answered; with `Accept: text/csv` all of them as CSV."""
        if prefers_csv(request.headers.get("accept", "")):
            name, text = await run_in_threadpool(self._reads.receipts_csv, request.state.caller, id, query)
            return Response(text, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=SEEN_AS)
        return JSONResponse(await run_in_threadpool(self._reads.receipts, request.state.caller, id, query))

    async def _told(self, request: Request, id_: str, command: Command) -> Response:
        caller: Caller = request.state.caller
        await run_in_threadpool(self._reads.own, caller, id_)
        await perform(self._performer, request, command)
        return JSONResponse(await run_in_threadpool(self._reads.one, caller, id_))

    async def _raised(self, request: Request, outcome: Outcome) -> Response:
        assert outcome.ref is not None
        body = await run_in_threadpool(self._reads.raised, request.state.caller, outcome.ref.id)
        return JSONResponse(body, 201, {"Location": f"{PREFIX}/notices/{outcome.ref.id}"})


def prefers_csv(accept: str) -> bool:
    """Whether an Accept header asks for CSV rather than JSON (RFC 9110: the larger q wins; JSON where they tie)."""
    return _weight(accept, "text/csv") > max(_weight(accept, "application/json"), 0.0)


def _weight(accept: str, wanted: str) -> float:
    """How much a media type is wanted: 1 unless said, 0 when it is not named (wildcards name nothing in particular)."""
    best = 0.0
    for part in accept.lower().split(","):
        kind, *parameters = (word.strip() for word in part.split(";"))
        if kind == wanted:
            given = next((word[2:] for word in parameters if word.startswith("q=")), "1")
            number = given if given.replace(".", "", 1).isdecimal() and len(given) < 8 else "1"
            best = max(best, float(number))
    return best
