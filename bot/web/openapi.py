"""The OpenAPI 3.1 document: what FastAPI derives, with the bearer scheme, problem+json and Idempotency-Key added."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web.callers import OPEN_PATH
from bot.web.once import HEADER
from bot.web.problems import MEDIA_TYPE, ProblemBody

DESCRIPTION = """\
Raise approvals, outage notices and downtimes, and read what became of them. Every call carries `Authorization: Bearer
TOKEN`; a token has scopes and may be bound to one client, for which another client's things do not exist (404). Money
is in integer minor units, instants are RFC 3339 with a zone. Errors are `application/problem+json` (RFC 9457) with a
sentence and the field. Every POST, PATCH and PUT may carry an `Idempotency-Key`: the same key with the same body is
answered again and not carried out again.
"""
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key with the same body gets the same answer; with another body 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_REFERENCE = "#/components/schemas/{model}"


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route documents for these statuses. FastAPI would build a validator of its own for every one of them when
    they named the model, at every start: its shape is put into the document once (`document`)."""
    content = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model=ProblemBody.__name__)}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def document(app: FastAPI) -> dict[str, Any]:
    """Builds the document once."""
    if app.openapi_schema is None:
        built = get_openapi(
            title="Keyline", version="1", openapi_version="3.1.0", description=DESCRIPTION, routes=app.routes
        )
        components = built.setdefault("components", {})
        _, shapes = models_json_schema([(ProblemBody, "serialization")], ref_template=_REFERENCE)
        components.setdefault("schemas", {}).update(shapes["$defs"])
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        for path in built["paths"].values():
            for method, operation in path.items():
                _mend(method, operation)
        app.openapi_schema = built
    return app.openapi_schema


def install(app: FastAPI) -> None:
    """Serves the document at the one open address under /api/v1."""

    async def show(_request: Request) -> Response:
        return JSONResponse(document(app))

    app.add_route(OPEN_PATH, show, include_in_schema=False)


def _mend(method: str, operation: dict[str, Any]) -> None:
    if method in ("post", "patch", "put"):
        operation.setdefault("parameters", []).append(_KEY)
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"]["application/json"]}
