"""Every error of the web as problem+json (RFC 9457): a sentence for a person, and the field it belongs to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from handlers.commands import Purchase, Refused
from storage.queries.pulse import unreachable

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "not_found": 404,
    "not_entitled": 403,
    "invalid": 422,
    "conflict": 409,
    "blocked": 409,
    "refused": 409,
}
"""What a refusal's code means on HTTP."""

_INDEX = re.compile(r"\.([0-9]+)")
_OF_PURCHASE = frozenset(field.name for field in fields(Purchase))
"""The desk names an order's fields as on the form; in a REST body they stand inside `purchase`."""


class FieldProblem(BaseModel):
    """One field and what is wrong with it."""

    field: str
    sentence: str


class ProblemBody(BaseModel):
    """What every error looks like. `detail` is a sentence for a person; `code` is for machines."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str = ""
    errors: list[FieldProblem] = []


class Problem(Exception):
    """An answer that is an error. `code` is for machines, `sentence` for a person."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        *,
        field: str = "",
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.field = status, code, sentence, field
        self.errors, self.headers = errors, dict(headers or {})

    def response(self) -> Response:
        """The problem as it goes over the wire."""
        return problem_response(
            self.status, self.code, self.sentence, field=self.field, errors=self.errors, headers=self.headers
        )


def problem_response(
    status: int,
    code: str,
    sentence: str,
    *,
    field: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem+json response; non-ASCII is escaped, so whatever was sent to us can be named back."""
    body: dict[str, Any] = {
        "type": f"urn:keyline:problem:{code}",
        "title": title_of(status),
        "status": status,
        "detail": sentence,
        "code": code,
    }
    if field:
        body["field"] = field
    if errors:
        body["errors"] = list(errors)
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(json.dumps(body), status, headers, MEDIA_TYPE)


def title_of(status: int) -> str:
    """The status in words as RFC 9110 has it; Python's own names changed between versions."""
    return {413: "Content Too Large", 422: "Unprocessable Content"}.get(status, HTTPStatus(status).phrase)


def install(app: FastAPI) -> None:
    """Makes every error of the app a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    field = _INDEX.sub(r"[\1]", error.field)
    if field.partition("[")[0].partition(".")[0] in _OF_PURCHASE:
        field = f"purchase.{field}"
    return problem_response(STATUS.get(error.code, 409), error.code, error.sentence, field=field)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    kind = error.body.get("kind") if isinstance(error.body, dict) else None
    errors = []
    for item in error.errors()[:20]:
        place = list(item["loc"])
        if len(place) > 1 and place[0] == "body" and place[1] == kind:
            del place[1]  # pydantic names the shape chosen by `kind` before the field
        field = "kind" if str(item["type"]).startswith("union_tag") else _field(place)
        errors.append({"field": field, "sentence": _sentence(item, field)})
    first = errors[0]
    return problem_response(422, "invalid", first["sentence"], field=first["field"], errors=errors)


def first_wrong(error: ValidationError) -> tuple[str, str]:
    """The first field of one row of many that is wrong, and the sentence."""
    item = error.errors()[0]
    place = ("row", *item["loc"])
    field = _field(place)
    return field, _sentence({**item, "loc": place}, field or "A row")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentences = {
        400: "The body cannot be read as JSON.",
        404: "There is nothing at this address.",
        405: "This address does not answer to that method.",
    }
    code = title_of(error.status_code).lower().replace(" ", "_")
    sentence = sentences.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    return problem_response(error.status_code, code, sentence, headers=headers)


def _allowed(request: Request) -> list[str]:
    """Every method of this address; Starlette's own Allow names those of the first matching route only."""
    routes = request.app.router.routes
    return sorted(
        {
            method
            for route in routes
            if route.matches(request.scope)[0] is not Match.NONE
            for method in getattr(route, "methods", None) or ()
        }
    )


async def _broken(request: Request, error: Exception) -> Response:
    if unreachable(error):
        return problem_response(
            503,
            "store_unreachable",
            "Keyline cannot reach its database just now. Try again.",
            headers={"Retry-After": "5"},
        )
    # Starlette raises the error again behind this answer, so the server logs its traceback
    structlog.get_logger("web").error("unexpected error", path=request.url.path, error=repr(error))
    return problem_response(500, "unexpected", "Something went wrong on our side; it has been logged.")


def _field(place: Sequence[Any]) -> str:
    """("body", "purchase", "lines", 0, "unit_minor") -> "purchase.lines[0].unit_minor"."""
    name = ""
    for part in place[1:]:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name[:200]


def _sentence(item: Mapping[str, Any], place: str) -> str:
    field, kind, limits = place or "The body", str(item["type"]), item.get("ctx") or {}
    said = {
        "missing": f"{field} is missing.",
        "extra_forbidden": f"{field} is not a field here; leave it out or mend its name.",
        "json_invalid": f"The body is not valid JSON (at character {item['loc'][-1]}).",
        "string_type": f"{field} has to be text.",
        "string_unicode": f"{field} holds half a character: send valid Unicode.",
        "int_type": f"{field} has to be a whole number; money is in minor units, like cents.",
        "bool_type": f"{field} has to be true or false.",
        "model_attributes_type": f"{field} has to be a JSON object, sent as application/json.",
        "model_type": f"{field} has to be a JSON object, sent as application/json.",
        "dict_type": f"{field} has to be a JSON object, sent as application/json.",
        "list_type": f"{field} has to be a list.",
        "tuple_type": f"{field} has to be a list.",
        "union_tag_not_found": "kind is missing: it says what is asked, purchase or access.",
        "union_tag_invalid": "kind has to be purchase or access.",
    }.get(kind)
    if said:
        return said
    bounds = {
        "string_too_short": ("min_length", "needs at least {} characters"),
        "string_too_long": ("max_length", "takes at most {} characters"),
        "too_short": ("min_length", "needs at least {} entries"),
        "too_long": ("max_length", "takes at most {} entries"),
        "greater_than_equal": ("ge", "has to be {} or more"),
        "less_than_equal": ("le", "has to be {} or less"),
        "literal_error": ("expected", "has to be {}"),
    }
    if kind in bounds and bounds[kind][0] in limits:
        return f"{field} {bounds[kind][1].format(limits[bounds[kind][0]])}."
    if kind == "value_error":
        return f"{field} {limits.get('error', item['msg'])}"
    if kind == "string_pattern_mismatch":
        return f"{field} is not written as it has to be."
    return f"{field}: {item['msg']}."
