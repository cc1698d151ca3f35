"""The Teams side of the house: POST /api/messages in, activities out, over our own HTTP, keys and tokens."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from collections.abc import Callable
from typing import Any

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import Activity, ConversationReference, ResourceResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.conversation import Talk
from bot.platform import Installations, Later
from bot.teams import activities, answers
from bot.teams.addresses import Addresses
from bot.teams.auth import Denied, Gate
from bot.teams.connector import Connector, Sent
from bot.teams.handler import ARRIVAL, INVOKE_RESPONSE, Handler
from bot.teams.keys import Keys
from bot.teams.messenger import TeamsMessenger
from bot.teams.rooms import Rooms
from bot.teams.tokens import Tokens
from bot.teams.web import Web

LOGIN_URL = "https://login.microsoftonline.com"
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
MOST_BYTES = 256 * 1024
"""Of an inbound body. Teams' own limit for a message is about 100 KB."""
PATIENCE_SECONDS = 3.0
"""A reply that Teams asks to send a little later is sent once more if it need not wait longer."""

log = logging.getLogger("keyline.teams")


class TooLarge(Exception):
    """The body is longer than MOST_BYTES."""


class TeamsAdapter(BotAdapter):
    """Made by create_teams. `messenger` is what the courier sends with."""

    def __init__(
        self,
        *,
        gate: Gate,
        connector: Connector,
        handler: Handler,
        installations: Installations,
        messenger: TeamsMessenger,
        closing: Callable[[], Any],
    ) -> None:
        super().__init__()
        self.messenger = messenger
        self._gate, self._connector, self._handler = gate, connector, handler
        self._installations, self._closing = installations, closing

    def routes(self) -> list[Route]:
        """The one route of the Bot Framework."""
        return [Route("/api/messages", self._receive, methods=["POST"], name="teams")]

    async def close(self) -> None:
        """Ends connections and fetches."""
        await self._closing()

    async def _receive(self, request: Request) -> Response:
        """413 too large · 401 not proven to be Teams, or a tenant nobody serves · 400 no activity · 200 the rest."""
        try:
            body = await _body(request)
        except TooLarge:
            return JSONResponse({}, 413)
        except ClientDisconnect:
            return JSONResponse({}, 400)
        try:
            bearer = await self._gate.verify(request.headers.get("authorization"))
            try:
                parsed = json.loads(body)
            except (ValueError, RecursionError):
                return JSONResponse({}, 400)
            if not isinstance(parsed, dict):
                return JSONResponse({}, 400)
            self._gate.match(bearer, parsed.get("channelId"), parsed.get("serviceUrl"))
            try:
                arrival = activities.read(parsed)
            except activities.Malformed as malformed:
                log.info("teams activity malformed: %s", malformed)
                return JSONResponse({}, 400)
            if not await self._serves(arrival.tenant):
                raise Denied("a tenant that is neither the provider's nor a client's")
        except Denied as denied:
            log.warning("teams request denied: %s", denied)
            return JSONResponse({}, 401)
        return await self._turn(arrival)

    async def _serves(self, tenant: str) -> bool:
        try:
            return bool(tenant) and await self._installations.allowed("teams", tenant)
        except Exception as error:
            # nothing can be decided without the store; Teams redelivers what was refused
            log.error("teams tenant not looked up: %s", _where(error))
            return False

    async def _turn(self, arrival: activities.Arrival) -> Response:
        context = TurnContext(self, arrival.activity)
        context.turn_state[ARRIVAL] = arrival
        try:
            await self.run_pipeline(context, self._handler.on_turn)
        except Exception as error:
            # the conversation answers everything itself; what still gets here must not become a 500, which Teams
            # counts against the bot, nor leave the person without an answer
            log.error("teams turn failed: %s", _where(error))
            return await self._apologise(context, arrival)
        answer = context.turn_state.get(INVOKE_RESPONSE)
        if answer is None:
            return Response(status_code=200)
        return JSONResponse(answer.value.body, answer.value.status)

    async def _apologise(self, context: TurnContext, arrival: activities.Arrival) -> Response:
        name = arrival.activity.name
        if arrival.activity.type == "invoke":
            if name.startswith("task/"):
                return JSONResponse(answers.dialog_message(answers.BROKEN))
            return JSONResponse(answers.toast(answers.BROKEN))
        if arrival.activity.type == "message":
            await self._connector.post(arrival.service_url, arrival.conversation, answers.sentence(answers.BROKEN))
        return Response(status_code=200)

    # ------------------------------------------------------------ what the SDK asks of an adapter

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Sends to the conversation of the turn; an id of "" where Teams did not take it."""
        sent: list[ResourceResponse] = []
        for activity in activities:
            if activity.type == "invokeResponse":
                context.turn_state[INVOKE_RESPONSE] = activity
                sent.append(ResourceResponse(id=""))
                continue
            result = await self._patiently(activity.service_url, activity.conversation.id, activity.serialize())
            sent.append(ResourceResponse(id=result.id if isinstance(result, Sent) else ""))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse | None:
        """Replaces an activity of the turn's conversation; None where Teams did not take it."""
        body = activity.serialize()
        result = await self._connector.put(activity.service_url, activity.conversation.id, activity.id, body)
        return ResourceResponse(id=activity.id) if isinstance(result, Sent) else None

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Takes an activity away; what is gone already is no error."""
        await self._connector.delete(reference.service_url, reference.conversation.id, reference.activity_id)

    async def _patiently(self, service_url: str, conversation: str, body: dict[str, Any]) -> object:
        result = await self._connector.post(service_url, conversation, body)
        if isinstance(result, Later) and result.seconds <= PATIENCE_SECONDS:
            await asyncio.sleep(result.seconds)
            result = await self._connector.post(service_url, conversation, body)
        if not isinstance(result, Sent):
            log.warning("teams reply not sent: %s", result.reason)
        return result


def _where(error: Exception) -> str:
    """An error for the log: its type and place, not its message, which may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return f"{type(error).__name__} at {' > '.join(f'{frame.filename}:{frame.lineno}' for frame in frames)}"


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:12]) > MOST_BYTES:
        raise TooLarge
    parts, total = [], 0
    async for part in request.stream():
        total += len(part)
        if total > MOST_BYTES:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def create_teams(
    talk: Talk,
    installations: Installations,
    *,
    app_id: str,
    app_secret: str,
    home_tenant: str,
    login_url: str = LOGIN_URL,
    openid_url: str = OPENID_URL,
    allowed_channels: tuple[str, ...] = ("msteams",),
    now: Callable[[], float] = time.time,
) -> TeamsAdapter:
    """Wires the adapter. `now` gives real time in seconds since 1970. ValueError, one sentence, for a missing setting:
    without an app id the stock SDK would let everybody in."""
    for value, what in ((app_id, "app id"), (app_secret, "app secret"), (home_tenant, "home tenant id")):
        if not value.strip():
            raise ValueError(f"Teams needs the {what} of the bot's Entra registration.")
    web = Web()
    keys = Keys(web, openid_url, now)
    tokens = Tokens(web, login_url=login_url, tenant=home_tenant, app_id=app_id, app_secret=app_secret, now=now)
    connector = Connector(web, tokens)
    addresses = Addresses(installations, now)

    async def closing() -> None:
        await keys.close()
        await tokens.close()
        await web.close()

    return TeamsAdapter(
        gate=Gate(keys, app_id, allowed_channels, now),
        connector=connector,
        handler=Handler(talk, addresses, Rooms(installations, connector)),
        installations=installations,
        messenger=TeamsMessenger(connector, bot=f"28:{app_id}", lost=addresses.lost),
        closing=closing,
    )
