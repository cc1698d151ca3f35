"""A small world for the adapter: a key server, a login service and a connector on loopback, a Talk that takes notes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette

from bot.conversation import Answer, Press
from bot.platform import Account, Installation, Room
from bot.teams.adapter import TeamsAdapter, create_teams
from bot.teams.elements import claims
from handlers.commands import Ref

APP = "8d1b3a50-93d4-4c3a-9a0e-3d5c2f3f0a11"
HOME = "11111111-1111-4111-8111-111111111111"
TENANT = "22222222-2222-4222-8222-222222222222"
STRANGER = "33333333-3333-4333-8333-333333333333"
TOM = "44444444-4444-4444-8444-444444444444"
MRI = "29:tom"
CHAT = "a:tom-and-the-bot"
BOT = f"28:{APP}"
REF = Ref("approval", "apr_1")
DATA = claims("approve", REF, 2, 5)
CHANNEL = {"conversation": {"id": "19:x@thread.tacv2", "conversationType": "channel", "tenantId": TENANT}}
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
_KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(2)]


class Notes:
    """A Talk that remembers every press and answers with what the test put in."""

    def __init__(self) -> None:
        self.presses: list[Press] = []
        self.answer: Answer | Callable[[Press], Answer] = Answer(say="Noted.")

    async def press(self, press: Press) -> Answer:
        self.presses.append(press)
        return self.answer if isinstance(self.answer, Answer) else self.answer(press)


class Book:
    """Installations in memory."""

    def __init__(self) -> None:
        self.allowed_orgs = {TENANT, HOME}
        self.remembered: list[Account] = []
        self.forgotten: list[tuple[Account, str]] = []
        self.rooms: dict[str, Room] = {}
        self.rooms_left: list[tuple[str, str]] = []

    async def find(self, platform: str, org: str) -> Installation | None:
        return None

    async def save(self, installation: Installation) -> None:
        raise AssertionError("the Teams adapter saves no installation")

    async def remove(self, platform: str, org: str, reason: str) -> None:
        raise AssertionError("the Teams adapter removes no installation")

    async def allowed(self, platform: str, org: str) -> bool:
        return platform == "teams" and org in self.allowed_orgs

    async def remember(self, account: Account) -> bool:
        self.remembered.append(account)
        return True

    async def forget(self, account: Account, reason: str) -> None:
        self.forgotten.append((account, reason))

    async def remember_room(self, room: Room) -> bool:
        if room.org not in self.allowed_orgs:
            return False
        self.rooms[room.channel] = room
        return True

    async def rename_room(self, platform: str, org: str, channel: str, name: str) -> None:
        raise AssertionError("Teams tells every new name as a room")

    async def forget_room(self, platform: str, org: str, channel: str, reason: str) -> None:
        self.rooms = {id_: room for id_, room in self.rooms.items() if channel not in (id_, room.address.get("team"))}
        self.rooms_left.append((channel, reason))

    @property
    def untouched(self) -> bool:
        return not self.remembered and not self.forgotten and not self.rooms and not self.rooms_left


@dataclass
class Microsoft:
    """The servers. `connector` answers a call: (method, path, body) -> response; the default takes everything."""

    base: str = ""
    keys: list[tuple[str, Any, list[str]]] = field(default_factory=lambda: [("k1", _KEYS[0], ["msteams"])])
    key_fetches: int = 0
    keys_broken: bool = False
    token_fetches: int = 0
    token_answer: Callable[[], web.StreamResponse] | None = None
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)
    connector: Callable[[str, str, Any], web.StreamResponse | None] | None = None
    slow: float = 0.0

    @property
    def service_url(self) -> str:
        return f"{self.base}/connector/"

    def rotate(self) -> None:
        self.keys = [("k2", _KEYS[1], ["msteams"])]

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/openid", self._openid)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_route("*", "/connector/{rest:.*}", self._connector)
        app.router.add_route("*", "/gcc/{rest:.*}", self._connector)
        return app

    async def _openid(self, request: web.Request) -> web.Response:
        self.key_fetches += 1
        if self.keys_broken:
            return web.Response(status=503)
        return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{self.base}/jwks"})

    async def _jwks(self, request: web.Request) -> web.Response:
        listed = []
        for kid, key, endorsements in self.keys:
            jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            listed.append({**jwk, "kid": kid, "use": "sig", "endorsements": endorsements})
        return web.json_response({"keys": listed})

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.token_fetches += 1
        form = await request.post()
        assert form["grant_type"] == "client_credentials"
        assert request.match_info["tenant"] == HOME
        if self.token_answer:
            return self.token_answer()
        return web.json_response({"access_token": f"out-{self.token_fetches}", "expires_in": 3600})

    async def _connector(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.text() or "null")
        self.calls.append((request.method, request.path, body))
        self.bearers.append(request.headers["Authorization"])
        await asyncio.sleep(self.slow)
        answer = self.connector(request.method, request.path, body) if self.connector else None
        return answer or web.json_response({"id": f"1:{len(self.calls)}"}, status=201)

    def bearer(self, *, key: Any = None, kid: str | None = "k1", alg: str = "RS256", **claims: Any) -> str:
        """A token; a claim given as None is left out."""
        now = time.time()
        said: dict[str, Any] = {
            "iss": "https://api.botframework.com",
            "aud": APP,
            "exp": int(now + 600),
            "nbf": int(now - 60),
            "serviceurl": self.service_url,
        }
        said |= claims
        signing = key if key is not None else {name: held for name, held, _ in self.keys}.get(kid or "", _KEYS[0])
        headers = {} if kid is None else {"kid": kid}
        said = {name: value for name, value in said.items() if value is not None}
        return "Bearer " + jwt.encode(said, signing, algorithm=alg, headers=headers)

    def activity(self, kind: str = "message", **fields: Any) -> dict[str, Any]:
        """An activity as Teams sends it from Tom's personal chat."""
        body: dict[str, Any] = {
            "type": kind,
            "id": "1717850000000",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": MRI, "aadObjectId": TOM, "name": "Tom"},
            "recipient": {"id": BOT, "name": "Keyline"},
            "conversation": {"id": CHAT, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "entities": [{"type": "clientInfo", "locale": "en-US", "platform": "Windows"}],
        }
        return body | fields

    def execute(self, data: Any, *, verb: str = "", reply_to: str = "1:card", **fields: Any) -> dict[str, Any]:
        action = {"type": "Action.Execute", "verb": verb or data["keyline"]["verb"], "data": data}
        value = {"action": action, "trigger": "manual"}
        return self.activity("invoke", name="adaptiveCard/action", value=value, replyToId=reply_to, **fields)


@dataclass
class World:
    """Everything a test needs in one hand."""

    microsoft: Microsoft
    teams: TeamsAdapter
    talk: Notes
    book: Book
    http: httpx.AsyncClient

    async def deliver(self, body: Any, *, bearer: str | None = "", raw: bytes | None = None) -> httpx.Response:
        """POSTs an activity; `bearer` None sends no header."""
        headers = {"Content-Type": "application/json"}
        if bearer is not None:
            headers["Authorization"] = bearer or self.microsoft.bearer()
        content = raw if raw is not None else json.dumps(body).encode()
        return await self.http.post("/api/messages", content=content, headers=headers)

    @property
    def sent(self) -> list[dict[str, Any]]:
        """The activities posted to Tom, in order."""
        return [
            body for method, path, body in self.microsoft.calls if method == "POST" and path.endswith("/activities")
        ]


@asynccontextmanager
async def world(**options: Any) -> AsyncIterator[World]:
    """The servers and an adapter wired to them."""
    microsoft, talk, book = Microsoft(), Notes(), Book()
    server = TestServer(microsoft.app())
    await server.start_server()
    microsoft.base = str(server.make_url("")).rstrip("/")
    teams = create_teams(
        talk,
        book,
        app_id=APP,
        app_secret="s3cret",
        home_tenant=HOME,
        login_url=f"{microsoft.base}/login",
        openid_url=f"{microsoft.base}/openid",
        **options,
    )
    transport = httpx.ASGITransport(Starlette(routes=teams.routes()))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as http:
            yield World(microsoft, teams, talk, book, http)
    finally:
        await teams.close()
        await server.close()


async def body_of(w: World, activity: dict[str, Any]) -> dict[str, Any]:
    """The JSON body that an invoke is answered with."""
    answer = await w.deliver(activity)
    assert answer.status_code == 200
    body = answer.json()
    assert isinstance(body, dict)
    return body


def task(w: World, name: str, data: Any) -> dict[str, Any]:
    """A dialog's invoke: task/fetch or task/submit."""
    value = {"data": data, "context": {"theme": "default"}}
    return w.microsoft.activity("invoke", name=name, value=value, replyToId="1:card")


def tom(w: World, **address: str) -> Account:
    """Tom as the house knows him; an address part given as "" is left out."""
    known = {"service_url": w.microsoft.service_url, "conversation": CHAT, "mri": MRI, "bot": BOT} | address
    return Account("teams", TENANT, TOM, {name: value for name, value in known.items() if value})
