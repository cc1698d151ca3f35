"""The playground's control API: what a person sees, pressing and typing as that person, and moving the clock."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.dating import Moving
from bot.playground.durations import duration, moment
from bot.playground.ensemble import Double, Ensemble, WithHome, Wrong

Answering = Callable[[Request], Awaitable[Any]]


class Control:
    """One method an endpoint; each returns JSON-able data or raises Wrong with a status and a sentence."""

    def __init__(self, cast: Ensemble, moving: Moving) -> None:
        self.cast = cast
        self.moving = moving

    def routes(self) -> list[BaseRoute]:
        """Every /control path."""
        endpoints: list[tuple[str, str, Answering]] = [
            ("GET", "people", self.people),
            ("GET", "screen", self.screen),
            ("GET", "modal", self.modal),
            ("GET", "seen", self.seen),
            ("POST", "press", self.press),
            ("POST", "act", self.act),
            ("POST", "submit", self.submit),
            ("POST", "close", self.close),
            ("POST", "say", self.say),
            ("POST", "home", self.home),
            ("GET", "clock", self.clock),
            ("POST", "clock", self.move),
            ("POST", "faults", self.faults),
            ("GET", "calls", self.calls),
        ]
        return [Route(f"/control/{name}", answering(call), methods=[method]) for method, name, call in endpoints]

    async def people(self, request: Request) -> Any:
        return self.cast.people()

    async def screen(self, request: Request) -> Any:
        return self.cast.screen(_person(request))

    async def modal(self, request: Request) -> Any:
        return self.cast.modals(_person(request))

    async def seen(self, request: Request) -> Any:
        """{name: {screen, modals, homes}} of the person asked for, of everybody without ?person=."""
        asked = request.query_params.get("person")
        names = [asked] if asked else [person["name"] for person in self.cast.people()]
        return {name: self._now(name) for name in names}

    async def press(self, request: Request) -> Any:
        """{person, message, label, inputs?}: the button with that very text; inputs fill the form it opens."""
        body = await _body(request)
        person, message, label = _text(body, "person"), _text(body, "message"), _text(body, "label")
        double = self.cast.showing(person, message)
        return self._seen(person, await double.press(person, message, label, _mapping(body, "inputs") or None))

    async def act(self, request: Request) -> Any:
        """{person, message, action, state?}: the page's press, by the button's own JSON."""
        body = await _body(request)
        person, message, action = _text(body, "person"), _text(body, "message"), _mapping(body, "action")
        if action is None:
            raise Wrong(422, 'The request needs an "action": the button\'s own JSON.')
        double = self.cast.showing(person, message)
        return self._seen(person, await double.act(person, message, action, _mapping(body, "state")))

    async def submit(self, request: Request) -> Any:
        """{person, platform?, inputs, by?}: sends the form open on the person's screen, keyed by "label" or "id"."""
        body = await _body(request)
        person, by = _text(body, "person"), body.get("by", "label")
        if by not in ("label", "id"):
            raise Wrong(422, '"by" is "label" or "id": how the inputs are keyed.')
        double = self._form(person, body)
        return self._seen(person, await double.submit(person, _mapping(body, "inputs") or {}, by=by))

    async def close(self, request: Request) -> Any:
        """{person, platform?}: closes the open form without sending it."""
        body = await _body(request)
        person = _text(body, "person")
        await self._form(person, body).close(person)
        return self._seen(person, {"status": 200})

    async def say(self, request: Request) -> Any:
        """{person, text, platform?}: a slash command or a message, on the person's first platform if none is named."""
        body = await _body(request)
        person, text = _text(body, "person"), _text(body, "text")
        double = self.cast.on(person, _text(body, "platform") if body.get("platform") is not None else None)
        return self._seen(person, await double.say(person, text))

    async def home(self, request: Request) -> Any:
        """{person, platform?}: the person opens the app's own page, which the bot then draws."""
        body = await _body(request)
        person = _text(body, "person")
        double = self.cast.on(person, _text(body, "platform") if body.get("platform") is not None else None)
        if not isinstance(double, WithHome):
            raise Wrong(422, f"There is no Home on {person}'s platform.")
        return self._seen(person, await double.open_home(person))

    async def clock(self, request: Request) -> Any:
        """The domain time; the bot's own clock is asked, and the time kept here serves while the bot is away."""
        with suppress(ConnectionError):
            await self.cast.clock.sync()
        return {"now": self.cast.clock.now().isoformat()}

    async def move(self, request: Request) -> Any:
        """{advance: "4h"} or {to: "2026-06-08T16:30:00-04:00"}: answers once everything that became due is done."""
        body = await _body(request)
        clock = self.cast.clock
        if ("advance" in body) == ("to" in body):
            raise Wrong(422, 'Say either {"advance": "4h"} or {"to": "2026-06-08T16:30:00-04:00"}.')
        with self.moving:
            if "advance" in body:
                await clock.advance(duration(_text(body, "advance")))
            else:
                await clock.to(moment(_text(body, "to"), clock.now()))
        return {"now": clock.now().isoformat()}

    async def faults(self, request: Request) -> Any:
        """{platform, ...}: tells one double to misbehave."""
        body = await _body(request)
        platform = _text(body, "platform")
        if platform not in self.cast.doubles:
            raise Wrong(422, f"There is no platform {platform!r}, only {' and '.join(self.cast.doubles)}.")
        return self.cast.doubles[platform].fault(body)

    async def calls(self, request: Request) -> Any:
        return self.cast.calls()

    def _form(self, person: str, body: dict[str, Any]) -> Double:
        """The double where the person's form is open, else the one named or home (which says that none is open)."""
        if body.get("platform") is None and (modals := self.cast.modals(person)):
            return self.cast.doubles[modals[0]["platform"]]
        return self.cast.on(person, _text(body, "platform") if body.get("platform") is not None else None)

    def _seen(self, person: str, result: dict[str, Any]) -> dict[str, Any]:
        return {**result, **self._now(person)}

    def _now(self, person: str) -> dict[str, Any]:
        cast = self.cast
        return {"screen": cast.screen(person), "modals": cast.modals(person), "homes": cast.homes(person)}


def answering(call: Answering) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that answers JSON, and what went wrong as {"error": sentence}."""

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await call(request))
        except Wrong as wrong:
            return JSONResponse({"error": wrong.sentence}, status_code=wrong.status)
        except LookupError as unknown:
            return JSONResponse({"error": _sentence(unknown)}, status_code=404)
        except ValueError as malformed:
            return JSONResponse({"error": _sentence(malformed)}, status_code=422)
        except ConnectionError as silent:
            return JSONResponse({"error": _sentence(silent)}, status_code=502)

    return endpoint


def _sentence(error: Exception) -> str:
    """The text an error was raised with: str() of a KeyError would put it in quotes."""
    return str(error.args[0]) if error.args else type(error).__name__


def _person(request: Request) -> str:
    person = request.query_params.get("person")
    if not person:
        raise Wrong(422, "Say whose screen: add ?person= and the full name of someone in /control/people.")
    return person


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise Wrong(422, "The request's body is not JSON.") from error
    if not isinstance(body, dict):
        raise Wrong(422, "The request's body is a JSON object with named values.")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Wrong(422, f'The request needs "{name}", a text.')
    return value


def _mapping(body: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise Wrong(422, f'"{name}" is an object with named values.')
    return value
