"""The Web API's door: token, fault, pace and scope are judged in Slack's order, then the method is done."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.playground.slack import chat, forms_api, people
from bot.playground.slack.blocks import Refused
from bot.playground.slack.chat import Call
from bot.playground.slack.http import Answer, faulty, ratelimited, read_call, refused
from bot.playground.slack.oauth import OAuth
from bot.playground.slack.state import State
from bot.playground.slack.things import Workspace

Method = Callable[[Call], dict[str, Any]]

METHODS: dict[str, tuple[Method, str]] = {
    "auth.test": (people.auth_test, ""),
    "chat.postMessage": (chat.post_message, "chat:write"),
    "chat.update": (chat.update, "chat:write"),
    "chat.postEphemeral": (chat.post_ephemeral, "chat:write"),
    "chat.delete": (chat.delete, "chat:write"),
    "conversations.open": (people.conversations_open, "im:write"),
    "conversations.info": (people.conversations_info, "channels:read"),
    "users.info": (people.users_info, "users:read"),
    "users.lookupByEmail": (people.users_lookup_by_email, "users:read.email"),
    "views.open": (forms_api.views_open, ""),
    "views.push": (forms_api.views_push, ""),
    "views.update": (forms_api.views_update, ""),
    "views.publish": (forms_api.views_publish, ""),
}
"""Method name -> what it does, and the scope it needs."""

_RECENT = 20


class Journal:
    """Which methods the bot called, how often, and with what lately (never a token)."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._over: Counter[tuple[str, str]] = Counter()
        self._struck: Counter[tuple[str, str]] = Counter()
        self._recent: dict[tuple[str, str], deque[dict[str, Any]]] = {}

    def note(self, method: str, team: str, args: dict[str, Any], error: str, at: str) -> None:
        key = (method, team)
        self._counts[key] = self._counts.get(key, 0) + 1
        kept = {name: value for name, value in args.items() if name not in ("token", "client_secret", "code")}
        recent = self._recent.setdefault(key, deque(maxlen=_RECENT))
        recent.append({"at": at, "arguments": kept, "error": error})

    def over(self, method: str, team: str) -> None:
        """This call came faster than the limits allow."""
        self._over[method, team] += 1

    def struck(self, method: str, team: str) -> None:
        """This call met an ordered fault."""
        self._struck[method, team] += 1

    def listed(self) -> list[dict[str, Any]]:
        """`{method, team, count, over, struck, recent: [{at, arguments, error}]}`, in order of first use.

        `over`: how many came faster than the limits allow; `struck`: how many met an ordered fault.
        """
        return [
            {
                "method": method,
                "team": team,
                "count": count,
                "over": self._over[method, team],
                "struck": self._struck[method, team],
                "recent": list(self._recent[method, team]),
            }
            for (method, team), count in self._counts.items()
        ]


class WebApi:
    """An ASGI endpoint for /slack/api/{method}: raw, because a cut connection needs the server's own `receive`."""

    def __init__(self, state: State, oauth: OAuth) -> None:
        self._state = state
        self._oauth = oauth
        self.journal = Journal()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer.send(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        method = request.path_params["method"]
        args = await read_call(request)
        if args is None:
            return self._noted(method, "", {}, refused("invalid_json"))
        if method == "oauth.v2.access":
            return self._noted(method, "", args, self._try(lambda: self._oauth.access(args)))
        if method not in METHODS:
            return self._noted(method, "", args, refused("unknown_method"))
        token = args.get("token")
        if not isinstance(token, str) or not token:
            return self._noted(method, "", args, refused("not_authed"))
        workspace = self._state.world.by_token(token)
        if workspace is None:
            return self._noted(method, "", args, refused(self._state.world.dead_tokens.get(token, "invalid_auth")))
        return self._noted(method, workspace.team, args, await self._authed(workspace, method, args))

    async def _authed(self, workspace: Workspace, method: str, args: dict[str, Any]) -> Answer:
        do, scope = METHODS[method]
        call = Call(self._state, workspace, method, args)
        lane = self._lane(call)
        fault = self._state.faults.take(method, workspace.team, lane)
        if fault is not None:
            self.journal.struck(method, workspace.team)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault is not None:
            if fault.stored:
                self._try(lambda: do(call))
            return faulty(fault)
        if wait := self._state.pace.ask(method, workspace.team, lane):
            self.journal.over(method, workspace.team)
            return ratelimited(wait)
        if scope and workspace.scopes is not None and scope not in workspace.scopes:
            body = {
                "ok": False,
                "error": "missing_scope",
                "needed": scope,
                "provided": ",".join(sorted(workspace.scopes)),
            }
            return Answer(body)
        return self._try(lambda: do(call))

    def _lane(self, call: Call) -> str:
        """The conversation whose pace counts: a user id and the direct message it opens are one."""
        if call.method != "chat.postMessage":
            return ""
        try:
            return chat.conversation_of(call, open_direct=True).id
        except Refused:
            return ""

    def _try(self, do: Callable[[], dict[str, Any]]) -> Answer:
        try:
            return Answer({"ok": True, **do()})
        except Refused as refusal:
            return refused(refusal.error, refusal.problems)
        except RecursionError:  # nested beyond what any of Slack's objects is
            return refused("invalid_arguments")

    def _noted(self, method: str, team: str, args: dict[str, Any], answer: Answer) -> Answer:
        error = (
            "dropped" if answer.drop else str(answer.status) if answer.status != 200 else answer.body.get("error", "")
        )
        self.journal.note(method, team, args, error, self._state.clock.now().isoformat())
        return answer
