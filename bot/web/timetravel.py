"""The playground's clock: moves domain time and returns when everything that became due has been done and sent."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

FARTHEST = timedelta(days=3 * 366)


class Movable(Protocol):
    """A clock that can be set."""

    def now(self) -> datetime: ...

    def move(self, moment: datetime) -> None: ...


def clock_route(
    clock: Movable,
    secret: str,
    *,
    next_due: Callable[[], datetime | None],
    catch_up: Callable[[], Awaitable[None]],
) -> Route:
    """POST {"advance_seconds": n} or {"to": ISO 8601 with zone}, GET; the answer is {"now": ISO 8601}.

    `next_due` is the next moment at which something happens by itself, `catch_up` does and sends all that is due now.
    Time goes from one such moment to the next, so that everything happens at its own time and in order.
    """

    async def turn(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("X-Play-Secret", "").encode(), secret.encode()):
            return JSONResponse({"error": "This clock is moved from the playground only."}, 401)
        if request.method == "POST":
            target = await _target(request, clock.now())
            if isinstance(target, str):
                return JSONResponse({"error": target}, 422)
            await _travel(clock, target, next_due, catch_up)
        return JSONResponse({"now": clock.now().isoformat()})

    return Route("/_play/clock", turn, methods=["GET", "POST"])


async def _travel(
    clock: Movable,
    target: datetime,
    next_due: Callable[[], datetime | None],
    catch_up: Callable[[], Awaitable[None]],
) -> None:
    await catch_up()
    while (moment := next_due()) is not None and clock.now() < moment <= target:
        clock.move(moment)
        await catch_up()
    clock.move(target)
    await catch_up()


async def _target(request: Request, now: datetime) -> datetime | str:
    try:
        body = await request.json()
    except ValueError:
        return "The body has to be JSON."
    if not isinstance(body, dict):
        return "The body has to be an object."
    try:
        if "to" in body:
            target = datetime.fromisoformat(str(body["to"]))
        else:
            target = now + timedelta(seconds=float(body["advance_seconds"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return 'Give {"advance_seconds": number} or {"to": time with zone}.'
    if target.tzinfo is None:
        return "The time needs a zone."
    return (
        target if abs(target - now) <= FARTHEST else "That is too far away; the playground moves three years at most."
    )
