"""What a platform's SDK costs by itself: Bolt with a listener that only acknowledges, and a bare check of a token."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def bolt(secret: str, then: Callable[[Mapping[str, Any]], None]) -> Starlette:
    """Bolt as its manual has it, except that it waits for the listener; `then` is done with the body before the ack."""

    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-bench", bot_user_id="U0BOT")

    app = AsyncApp(signing_secret=secret, process_before_response=True, authorize=authorize)

    @app.action(re.compile(""))
    async def acted(ack: Any, body: dict[str, Any]) -> None:
        then(body)
        await ack()

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def bare_jwt(public: Any, app_id: str, then: Callable[[Mapping[str, Any]], None]) -> Starlette:
    """One signature, one audience, one issuer; `then` is done with the activity, the answer is a sentence."""

    async def messages(request: Request) -> Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        jwt.decode(token, public, algorithms=["RS256"], audience=app_id, issuer="https://api.botframework.com")
        then(json.loads(await request.body()))
        return JSONResponse({"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Done."})

    return Starlette(routes=[Route("/api/messages", messages, methods=["POST"])])
