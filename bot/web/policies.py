"""REST: a client's policy, read with its defaults and put in force with a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bot.policies import in_force, mistakes, plain
from bot.web.callers import Caller
from bot.web.kinds import Whole
from bot.web.performing import Performer, perform
from bot.web.problems import Problem
from bot.web.scoping import client_id_of
from handlers.commands import PutPolicy
from handlers.policy import Policy
from storage.queries import directory
from storage.store import Store


class _Own:
    """Says in the OpenAPI document what a client's own policy looks like: a policy of which every part may be left out.

    The value stays as it was sent: the own policy is kept without the defaults, which may change with the program.
    """

    @staticmethod
    def __get_pydantic_json_schema__(_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        whole = handler.resolve_ref_schema(handler(Policy.__pydantic_core_schema__))
        described = {name: part for name, part in whole.items() if name not in ("required", "title", "description")}
        return {**described, "description": "What differs from the defaults; every part may be left out."}


class PolicyIn(BaseModel):
    """A client's own policy, whole. `based_on` is the version it was edited from; 0 replaces whatever is in force."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    policy: Annotated[dict[str, Any], _Own]
    based_on: Annotated[int, Field(ge=0, le=2_000_000_000), Whole] = 0


class PolicyOut(BaseModel):
    """A client's policy: `own` as it was put, `in_force` with every default. Money in minor units of the client's."""

    version: int
    own: Annotated[dict[str, Any], _Own]
    in_force: Policy


class PolicyVersionOut(BaseModel):
    """The version now in force."""

    version: int


class Policies:
    """The policy of each client this caller may know of."""

    def __init__(self, store: Store, performer: Performer) -> None:
        self._store = store
        self._performer = performer

    def add_to(
        self,
        router: APIRouter,
        read: dict[str, Any],
        write: dict[str, Any],
        answers: Callable[[Any], dict[str, Any]],
    ) -> None:
        """Adds the routes."""
        path, add = "/clients/{slug}/policy", router.add_api_route
        add(path, self.show, methods=["GET"], openapi_extra=read, **answers(PolicyOut))
        add(path, self.put, methods=["PUT"], openapi_extra=write, **answers(PolicyVersionOut))

    async def show(self, request: Request, slug: str) -> Response:
        """A client's policy: its own part, and all that is in force."""
        return JSONResponse(await run_in_threadpool(self._policy, request.state.caller, slug))

    async def put(self, request: Request, slug: str, body: PolicyIn) -> Response:
        """Put a client's policy in force; open requests keep the voices they were asked with."""
        await run_in_threadpool(self._own_client, request.state.caller, slug)
        if found := await run_in_threadpool(mistakes, body.policy):
            errors = [{"field": f"policy.{one.place}".rstrip("."), "sentence": one.sentence} for one in found]
            raise Problem(422, "invalid", errors[0]["sentence"], field=errors[0]["field"], errors=errors)
        command = PutPolicy(slug, plain(body.policy), body.based_on)
        outcome = await perform(self._performer, request, command)
        return JSONResponse({"version": outcome.facts["version"]})

    def _own_client(self, caller: Caller, slug: str) -> None:
        with self._store.read() as tx:
            client_id_of(tx, caller, slug)

    def _policy(self, caller: Caller, slug: str) -> dict[str, Any]:
        with self._store.read() as tx:
            client = directory.client(tx, client_id_of(tx, caller, slug))
        if client is None:
            raise Problem(404, "not_found", "There is no such client.", field="client")
        return {"version": client.policy_version, "own": client.policy, "in_force": in_force(client.policy)}
