"""Installing the app by OAuth: a small consent page, one-time codes, and oauth.v2.access."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.playground.slack.blocks import Refused
from bot.playground.slack.state import State

_CODE_LIFE = 600.0
"""Seconds: a code expires after ten minutes (docs.slack.dev/authentication/installing-with-oauth)."""

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Install {app}</title>
<body style="font: 16px system-ui; max-width: 32rem; margin: 3rem auto">
<h1>{app} asks to be installed</h1>
<p>This is the playground's stand-in for Slack's consent page. {app} asks for: {scopes}.</p>
<form method="post"><label>Workspace <select name="team">{options}</select></label>
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="cancel">Cancel</button></p>
</form></body></html>"""


@dataclass
class _Code:
    team: str
    scopes: frozenset[str]
    redirect_uri: str
    born: float
    used: bool = False


class OAuth:
    """The authorize page (GET shows it, POST decides, both with the same query) and the exchange of its codes."""

    def __init__(self, state: State) -> None:
        slack = state.cast.get("slack") or {}
        self._state = state
        self._client_id: str = slack.get("client_id") or ""
        self._client_secret: str = slack.get("client_secret") or ""
        self._bot_url: str = slack.get("bot_url") or ""
        self._codes: dict[str, _Code] = {}

    async def authorize(self, request: Request) -> Response:
        """The page a person sees on the way from the bot's install link back to its redirect address."""
        query = request.query_params
        back = query.get("redirect_uri") or f"{self._bot_url}/slack/oauth_redirect"
        problem = self._objection(query.get("client_id", ""), back)
        if problem:
            return HTMLResponse(f"<h1>Something went wrong</h1><p>{escape(problem)}</p>", 400)
        scopes = frozenset(s for s in query.get("scope", "").replace(",", " ").split() if s)
        if request.method == "GET":
            return HTMLResponse(self._page(scopes, query.get("team", "")))
        decided = dict(parse_qsl((await request.body()).decode(errors="replace")))
        told = {"state": query["state"]} if "state" in query else {}
        if decided.get("decision") != "allow":
            return RedirectResponse(_with(back, {"error": "access_denied", **told}), 302)
        if decided.get("team") not in self._state.world.workspaces:
            return HTMLResponse("<h1>Something went wrong</h1><p>There is no such workspace.</p>", 400)
        code = f"{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._codes[code] = _Code(decided["team"], scopes, query.get("redirect_uri", ""), time.monotonic())
        return RedirectResponse(_with(back, {"code": code, **told}), 302)

    def access(self, args: dict[str, Any]) -> dict[str, Any]:
        """oauth.v2.access: a code for a bot token, once (docs.slack.dev/reference/methods/oauth.v2.access)."""
        if not self._client_id or args.get("client_id") != self._client_id:
            raise Refused("invalid_client_id")
        if not secrets.compare_digest(str(args.get("client_secret", "")).encode(), self._client_secret.encode()):
            raise Refused("bad_client_secret")
        code = self._codes.get(str(args.get("code", "")))
        if code is None or time.monotonic() - code.born > _CODE_LIFE:
            raise Refused("invalid_code")
        if code.used:
            raise Refused("code_already_used")
        if code.redirect_uri and args.get("redirect_uri") != code.redirect_uri:
            raise Refused("bad_redirect_uri")
        code.used = True
        workspace = self._state.world.workspaces[code.team]
        installer = next((p.user for p in self._state.world.people.values() if p.team == code.team), "U0NOBODY")
        return {
            "app_id": self._state.world.app_id,
            "authed_user": {"id": installer},
            "scope": ",".join(sorted(code.scopes)),
            "token_type": "bot",
            "access_token": self._state.world.issue(workspace, code.scopes),
            "bot_user_id": workspace.bot_user,
            "team": {"id": workspace.team, "name": workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _objection(self, client_id: str, back: str) -> str:
        if not self._client_id or client_id != self._client_id:
            return "invalid_client_id: the app is not known by this client id."
        if urlsplit(back)[:2] != urlsplit(self._bot_url)[:2]:
            return "bad_redirect_uri: the redirect address is not one of the app's."
        return ""

    def _page(self, scopes: frozenset[str], chosen: str) -> str:
        options = "".join(
            f'<option value="{escape(w.team)}"{" selected" if w.team == chosen else ""}>{escape(w.name)}</option>'
            for w in self._state.world.workspaces.values()
        )
        said = escape(", ".join(sorted(scopes)) or "nothing")
        return _PAGE.format(app=escape(self._state.world.app_name), scopes=said, options=options)


def _with(url: str, more: dict[str, str]) -> str:
    return url + ("&" if urlsplit(url).query else "?") + urlencode(more)
