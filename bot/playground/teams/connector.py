"""The Bot Connector's REST API: conversations, activities and members, with its limits and refusals.

Paths, shapes and status codes: the Bot Framework connector reference and `botframework.connector`'s operations; what
Teams does differently is said where it happens.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.teams.cast import Person, World
from bot.playground.teams.chats import Chat, Chats, Message
from bot.playground.teams.errors import denied, refuse
from bot.playground.teams.faults import Faults
from bot.playground.teams.journal import Journal
from bot.playground.teams.limits import READING, SENDING, TENANT, Pace
from bot.playground.teams.login import Login
from bot.playground.teams.posts import check_post
from bot.playground.teams.rooms import Rooms, Spot
from bot.playground.teams.tree import Json, dicts
from bot.playground.teams.wire import HangUp


class Connector:
    """The endpoints under `/teams/connector/v3`. `on_drawn` hears of every card sent to a person or edited there."""

    def __init__(
        self, world: World, chats: Chats, rooms: Rooms, login: Login, pace: Pace, faults: Faults, journal: Journal
    ) -> None:
        self._world = world
        self._chats = chats
        self._rooms = rooms
        self._login = login
        self._pace = pace
        self._faults = faults
        self._journal = journal
        self.on_drawn: Callable[[Person, Message], None] = lambda person, message: None

    async def send(self, request: Request) -> Response:
        """POST v3/conversations/{cid}/activities and .../activities/{any}"""
        return await self._serve(request, "send")

    async def update(self, request: Request) -> Response:
        """PUT v3/conversations/{cid}/activities/{aid}"""
        return await self._serve(request, "update")

    async def delete(self, request: Request) -> Response:
        """DELETE v3/conversations/{cid}/activities/{aid}"""
        return await self._serve(request, "delete")

    async def members(self, request: Request) -> Response:
        """GET v3/conversations/{cid}/members, .../pagedmembers and .../members/{mid}"""
        return await self._serve(request, "members")

    async def create(self, request: Request) -> Response:
        """POST v3/conversations"""
        return await self._serve(request, "create")

    async def channels(self, request: Request) -> Response:
        """GET v3/teams/{tid}/conversations"""
        return await self._serve(request, "channels")

    async def _serve(self, request: Request, op: str) -> Response:
        body = _decoded(await request.body())
        person = self._meant(request, op, body)
        spot = self._spot(request, op, body)
        response = await self._answer(request, op, body, person, spot)
        path = request.scope["route"].path.removeprefix("/teams/connector")
        status = 0 if isinstance(response, HangUp) else response.status_code
        told = {"person": person.name if person else "", "ids": dict(request.path_params), "body": body}
        self._journal.note(request.method, path, op, status, **told)
        return response

    def _spot(self, request: Request, op: str, body: Any) -> Spot | None:
        """The channel that is meant: by its conversation, by `channelData.channel`, or as its team's General one."""
        if op == "create":
            return self._rooms.find(_channel(body))
        return self._rooms.find(request.path_params["tid" if op == "channels" else "cid"])

    def _meant(self, request: Request, op: str, body: Any) -> Person | None:
        if op == "channels":
            return None
        if op != "create":
            return self._world.chat_of(request.path_params["cid"])
        members = dicts(body.get("members")) if isinstance(body, dict) else []
        identity = str(members[0].get("id", "")) if members else ""
        return self._world.member(identity, _tenant(body))

    async def _answer(self, request: Request, op: str, body: Any, person: Person | None, spot: Spot | None) -> Response:
        if not self._login.accepts(request.headers.get("authorization")):
            return denied()
        tenant = person.tenant if person else spot.team.tenant if spot else ""
        fault = await self._faults.meet(op, tenant=tenant, person=person.name if person else "")
        if fault is not None:
            self._journal.strike(op)
        if fault is not None and (answer := fault.response()):
            return answer
        if fault is not None and fault.kind == "drop_before_store":
            return HangUp()
        key = person.conversation if person else spot.channel if spot else ""
        response = self._paced(op, key, tenant) or self._perform(request, op, body, person, spot)
        return HangUp() if fault is not None and fault.drops else response

    def _paced(self, op: str, conversation: str, tenant: str) -> Response | None:
        if not conversation:
            return None
        reading = op in ("members", "channels")
        key = {"create": "create", "members": "members", "channels": "members"}.get(op, "send")
        windows = READING if reading else SENDING
        wait = self._pace.admit((f"{key} {conversation}", windows), (f"tenant {tenant}", TENANT))
        if wait:
            self._journal.exceed(op)
        return refuse("Throttled", retry_after=max(1, math.ceil(wait))) if wait else None

    def _perform(self, request: Request, op: str, body: Any, person: Person | None, spot: Spot | None) -> Response:
        if op == "channels":
            return self._rooms.channels(request.path_params["tid"])
        if op == "create":
            return self._create(body, person)
        if spot is not None:
            return self._rooms.perform(op, spot, body, request.path_params.get("aid", ""))
        if person is None:
            return refuse("ConversationNotFound")
        chat = self._chats.of(person)
        if not chat.installed:
            return refuse("BotNotInConversationRoster")
        if op == "members":
            return self._members(request.path_params.get("mid"), request.url.path, person)
        if chat.blocked:
            return refuse("ConversationBlockedByUser")
        if op == "send":
            return self._send(body, person)
        return self._change(op, body, chat, request.path_params["aid"])

    def _send(self, body: Any, person: Person) -> Response:
        if refusal := check_post(body, person.name, self._journal):
            return refusal
        if body["type"] == "typing":
            return JSONResponse({"id": self._chats.new_id()}, status_code=201)
        message = self._chats.post(person, body, by_bot=True)
        self.on_drawn(person, message)
        return JSONResponse({"id": message.id}, status_code=201)

    def _change(self, op: str, body: Any, chat: Chat, identity: str) -> Response:
        message = chat.message(identity)
        if message is None:
            return refuse("ActivityNotFoundInConversation")
        if not message.by_bot:
            return refuse("NotEnoughPermissions", "A bot changes its own messages only.")
        if op == "delete":
            self._chats.delete(chat.person, message)
            return Response(status_code=200)
        if refusal := check_post(body, chat.person.name, self._journal):
            return refusal
        self._chats.edit(chat.person, message, body)
        self.on_drawn(chat.person, message)
        return JSONResponse({"id": message.id})

    def _create(self, body: Any, person: Person | None) -> Response:
        if not isinstance(body, dict):
            return refuse("BadArgument", "The body is not an object.")
        if body.get("isGroup") and _channel(body):
            return self._rooms.begin(_channel(body), body.get("activity"))
        if body.get("isGroup"):  # a bot opens no group chats
            return refuse("BotNotInConversationRoster")
        members = dicts(body.get("members"))
        if len(members) != 1:
            return refuse("BadArgument", "A one-to-one conversation has exactly one member.")
        bot = body.get("bot")
        if isinstance(bot, dict) and bot.get("id") not in (None, self._world.bot, self._world.app_id):
            return refuse("BotNotRegistered")
        if not _tenant(body):
            return refuse("BadArgument", "Could not parse tenant id")
        if person is None:
            # MRIs are encrypted per bot: one that is not from this bot cannot be read. An object id is looked up.
            strange = str(members[0].get("id", "")).startswith("29:")
            return refuse("BadArgument", "Failed to decrypt pairwise id", status=403) if strange else refuse("NotFound")
        if not self._chats.of(person).installed:
            return refuse("ForbiddenOperationException")
        answer: Json = {"id": person.conversation}
        if isinstance(body.get("activity"), dict):
            sent = self._send(body["activity"], person)
            if sent.status_code != 201:
                return sent
            answer["activityId"] = json.loads(bytes(sent.body))["id"]
        return JSONResponse(answer, status_code=201)

    def _members(self, identity: str | None, path: str, person: Person) -> Response:
        first, _, last = person.name.rpartition(" ")
        member = {
            "id": person.mri,
            "name": person.name,
            "objectId": person.aad,
            "aadObjectId": person.aad,
            "givenName": first,
            "surname": last,
            "email": person.email,
            "userPrincipalName": person.email,
            "tenantId": person.tenant,
            "userRole": "user",
        }
        if identity is not None:
            return JSONResponse(member) if identity in (person.mri, person.aad) else refuse("NotFound")
        return JSONResponse({"members": [member]} if path.endswith("/pagedmembers") else [member])


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _channel(body: Any) -> str:
    """The channel in which a thread is to begin, "" when the body names none."""
    data = body.get("channelData") if isinstance(body, dict) else None
    inner = data.get("channel") if isinstance(data, dict) else None
    return str(inner.get("id") or "") if isinstance(inner, dict) else ""


def _tenant(body: Any) -> str:
    """From where callers put it: the reference says `tenantId`, botbuilder writes `tenantID`, Teams reads either."""
    if not isinstance(body, dict):
        return ""
    data = body.get("channelData")
    inner = data.get("tenant") if isinstance(data, dict) else None
    named = inner.get("id") if isinstance(inner, dict) else None
    return str(named or body.get("tenantId") or body.get("tenantID") or "")
