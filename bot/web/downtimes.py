"""REST: downtimes offered, rehearsed, answered for the provider, and followed through the agreed time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.sections import Limits
from bot.web import downtimeshapes as shapes
from bot.web.callers import PREFIX, Caller
from bot.web.downtimemodels import (
    CancelDowntimeIn,
    DowntimeChangeIn,
    DowntimeIn,
    EndIn,
    ExtendIn,
    NoIn,
    OfferIn,
    PostponeIn,
    SendDowntimeIn,
    TakeIn,
    WithdrawDowntimeIn,
)
from bot.web.downtimereads import DowntimeReads
from bot.web.lookups import DowntimesQuery, RaiseQuery
from bot.web.models import NothingIn
from bot.web.notices import Doors
from bot.web.once import previewed
from bot.web.performing import Performer, perform, rehearse
from bot.web.problems import Problem
from handlers.commands import (
    Command,
    DeclineDowntime,
    Ref,
    RemindVoices,
    SendDowntime,
    StartDowntime,
    TakeWindow,
)
from storage.rows import Row
from storage.store import Store


class Downtimes:
    """The downtimes of the REST interface."""

    def __init__(self, *, store: Store, performer: Performer, now: Callable[[], datetime], limits: Limits) -> None:
        self._reads = DowntimeReads(store, now, limits)
        self._performer = performer

    def add_to(self, router: APIRouter, doors: Doors) -> None:
        """Adds the routes."""
        one, add = "/downtimes/{id}", router.add_api_route
        read: dict[str, Any] = {"openapi_extra": doors.read}
        write: dict[str, Any] = {"openapi_extra": doors.write}
        told = doors.answers(shapes.DowntimeDetailOut)
        raised = doors.answers(shapes.DowntimeDetailOut, 201)
        raised["responses"][200] = {"model": shapes.RehearsedOut, "description": "With `dry_run`: what it would be."}
        add("/downtimes", self.raise_, methods=["POST"], **write, **raised)
        add("/downtimes", self.list, methods=["GET"], **read, **doors.answers(shapes.DowntimesOut))
        add(one, self.show, methods=["GET"], **read, **told)
        add(one, self.change, methods=["PATCH"], **write, **told)
        for name, step in (
            ("send", self.send),
            ("offer", self.offer),
            ("take", self.take),
            ("decline", self.decline),
            ("withdraw", self.withdraw),
            ("remind", self.remind),
            ("start", self.start),
            ("extend", self.extend),
            ("finish", self.finish),
            ("complete", self.complete),
            ("postpone", self.postpone),
            ("cancel", self.cancel),
        ):
            add(f"{one}/{name}", step, methods=["POST"], **write, **told)

    async def raise_(self, request: Request, body: DowntimeIn, query: Annotated[RaiseQuery, Query()]) -> Response:
        """Offer one to three times for planned work; with `dry_run` only say what it would come to."""
        if query.dry_run:
            previewed(request)
            reason = body.override.strip() or "A rehearsal."
            command = body.model_copy(update={"override": reason, "send": True}).command()
            look = self._reads.rehearsed(body.override)
            return JSONResponse(await rehearse(self._performer, request, command, look))
        outcome = await perform(self._performer, request, body.command())
        assert outcome.ref is not None
        found = await run_in_threadpool(self._reads.one, request.state.caller, outcome.ref.id)
        return JSONResponse(found, 201, {"Location": f"{PREFIX}/downtimes/{outcome.ref.id}"})

    async def list(self, request: Request, query: Annotated[DowntimesQuery, Query()]) -> Response:
        """Downtimes, newest first."""
        return JSONResponse(await run_in_threadpool(self._reads.page, request.state.caller, query))

    async def show(self, request: Request, id: str) -> Response:
        """One downtime with its times, voices and steps."""
        return JSONResponse(await run_in_threadpool(self._reads.one, request.state.caller, id))

    async def change(self, request: Request, id: str, body: DowntimeChangeIn) -> Response:
        """Change words, or anything of a draft; whoever was asked is shown what is new."""
        if not body.model_fields_set:
            raise Problem(422, "invalid", "Give at least one field to change.")
        return await self._told(request, id, body.command(Ref("downtime", id)))

    async def send(self, request: Request, id: str, body: SendDowntimeIn | None = None) -> Response:
        """Offer a draft's times."""
        row = await self._own(request, id)
        version = body.version if body is not None and body.version else row.version
        return await self._done(request, id, SendDowntime(Ref("downtime", id), version))

    async def offer(self, request: Request, id: str, body: OfferIn) -> Response:
        """Offer other times: everybody is asked anew."""
        return await self._told(request, id, body.command(Ref("downtime", id)))

    async def take(self, request: Request, id: str, body: TakeIn) -> Response:
        """Take a time that the client asked for or suggested."""
        row = await self._own(request, id)
        command = TakeWindow(Ref("downtime", id), body.revision or row.revision, body.number, body.override)
        return await self._done(request, id, command)

    async def decline(self, request: Request, id: str, body: NoIn) -> Response:
        """Say no, as the provider, to what a client asked for."""
        row = await self._own(request, id)
        command = DeclineDowntime(Ref("downtime", id), body.revision or row.revision, body.reason)
        return await self._done(request, id, command)

    async def withdraw(self, request: Request, id: str, body: WithdrawDowntimeIn | None = None) -> Response:
        """Take it back before it is agreed; a draft just goes."""
        return await self._told(request, id, (body or WithdrawDowntimeIn()).command(Ref("downtime", id)))

    async def remind(self, request: Request, id: str, body: NothingIn | None = None) -> Response:
        """Remind everybody whose answer is open, at most once in four business hours."""
        return await self._told(request, id, RemindVoices(Ref("downtime", id)))

    async def start(self, request: Request, id: str, body: NothingIn | None = None) -> Response:
        """The work begins."""
        return await self._told(request, id, StartDowntime(Ref("downtime", id)))

    async def extend(self, request: Request, id: str, body: ExtendIn) -> Response:
        """The work takes longer; everybody concerned is told."""
        return await self._told(request, id, body.command(Ref("downtime", id)))

    async def finish(self, request: Request, id: str, body: EndIn | None = None) -> Response:
        """The work is done and is being checked."""
        return await self._told(request, id, (body or EndIn()).finish(Ref("downtime", id)))

    async def complete(self, request: Request, id: str, body: EndIn | None = None) -> Response:
        """Everything works again."""
        return await self._told(request, id, (body or EndIn()).complete(Ref("downtime", id)))

    async def postpone(self, request: Request, id: str, body: PostponeIn) -> Response:
        """Give the agreed time up, and offer others in its place where given."""
        return await self._told(request, id, body.command(Ref("downtime", id)))

    async def cancel(self, request: Request, id: str, body: CancelDowntimeIn | None = None) -> Response:
        """Give the agreed time up for good; everybody who was told is told."""
        otherwise = f"Cancelled through {request.state.caller.service.name}."
        return await self._told(request, id, (body or CancelDowntimeIn()).command(Ref("downtime", id), otherwise))

    async def _own(self, request: Request, id_: str) -> Row[Any]:
        caller: Caller = request.state.caller
        return await run_in_threadpool(self._reads.own, caller, id_)

    async def _told(self, request: Request, id_: str, command: Command) -> Response:
        await self._own(request, id_)
        return await self._done(request, id_, command)

    async def _done(self, request: Request, id_: str, command: Command) -> Response:
        await perform(self._performer, request, command)
        return JSONResponse(await run_in_threadpool(self._reads.one, request.state.caller, id_))
