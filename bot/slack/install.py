"""OAuth: a client's administrator installs the app, and the workspace's token goes to the installations.

The flow is Slack's OAuth v2 (docs.slack.dev/authentication/installing-with-oauth). The state is signed, bound to the
browser by a cookie and good for ten minutes; a workspace that belongs to nobody we serve is refused, its token revoked.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import logging
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.platform import Installation, Installations
from bot.slack.api import TRANSPORT_ERRORS, SlackApi, code_of
from bot.slack.manifest import OAUTH_REDIRECT, SCOPES

COOKIE = "keyline_slack_install"
STATE_SECONDS = 600

_log = logging.getLogger(__name__)

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;color:#1d1c1d}}
h1{{font-size:1.4rem}}</style></head><body><h1>{title}</h1><p>{text}</p></body></html>"""


class Install:
    """The two pages of the installation. `now` is real time in seconds since 1970."""

    def __init__(
        self,
        api: SlackApi,
        installations: Installations,
        *,
        client_id: str,
        client_secret: str,
        public_url: str,
        now: Callable[[], float],
    ) -> None:
        self._api, self._installations = api, installations
        self._id, self._secret, self._now = client_id, client_secret, now
        self._redirect_uri = public_url.rstrip("/") + OAUTH_REDIRECT
        self._secure = public_url.startswith("https://")

    async def begin(self, request: Request) -> Response:
        """GET /slack/install: off to Slack's consent page."""
        if not (self._id and self._secret):
            return _page(404, "Nothing to install", "This bot serves one workspace and is already set up there.")
        state = self._state(secrets.token_urlsafe(16))
        asked = {"client_id": self._id, "scope": ",".join(SCOPES), "redirect_uri": self._redirect_uri, "state": state}
        response = RedirectResponse(f"{self._api.authorize_url}?{urlencode(asked)}", status_code=302)
        response.set_cookie(
            COOKIE, state, max_age=STATE_SECONDS, path="/slack", httponly=True, secure=self._secure, samesite="lax"
        )
        return response

    async def finish(self, request: Request) -> Response:
        """GET /slack/oauth_redirect: back from Slack with a code, or with a no."""
        if not (self._id and self._secret):
            return _page(404, "Nothing to install", "This bot serves one workspace and is already set up there.")
        state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        kept = request.cookies.get(COOKIE, "")
        if not self._is_ours(state) or not hmac.compare_digest(state.encode(), kept.encode()):
            return _page(400, "Please start again", "This link is too old or was opened in another browser.")
        if request.query_params.get("error") or not code:
            return _page(400, "Not installed", "The installation was cancelled. Nothing was changed.")
        try:
            granted = await self._api.client().oauth_v2_access(
                client_id=self._id, client_secret=self._secret, code=code, redirect_uri=self._redirect_uri
            )
            installation = await self._installation(dict(granted.data) if isinstance(granted.data, dict) else {})
        except SlackApiError as error:
            _log.warning("slack refused an installation: %s", code_of(error) or "no reason given")
            return _page(400, "Not installed", "Slack did not accept this installation. Please start again.")
        except TRANSPORT_ERRORS as error:
            _log.warning("slack did not answer an installation: %s", type(error).__name__)
            return _page(502, "Not installed", "Slack could not be reached. Please try again in a minute.")
        if installation is None:
            return _page(400, "Not installed", "Slack did not hand over a bot. Please start again.")
        response = await self._save(installation)
        response.delete_cookie(COOKIE, path="/slack")
        return response

    async def _installation(self, granted: dict[str, Any]) -> Installation | None:
        """The answer of oauth.v2.access as an installation, completed with the bot's id from one auth.test."""
        team, enterprise = granted.get("team") or {}, granted.get("enterprise") or {}
        org = team.get("id") or (enterprise.get("id") if granted.get("is_enterprise_install") else "")
        token = granted.get("access_token")
        if not org or not token:
            return None
        tested = await self._api.client(token).auth_test()
        kept = {"bot_token": token, "refresh_token": granted.get("refresh_token")}
        facts = {
            "bot_user": granted.get("bot_user_id") or tested.get("user_id"),
            "bot_id": tested.get("bot_id"),
            "app_id": granted.get("app_id"),
            "enterprise": enterprise.get("id"),
        }
        return Installation(
            "slack",
            str(org),
            str(team.get("name") or enterprise.get("name") or org),
            secrets={name: str(value) for name, value in kept.items() if value},
            facts={name: str(value) for name, value in facts.items() if value},
        )

    async def _save(self, installation: Installation) -> Response:
        try:
            if not await self._installations.allowed("slack", installation.org):
                raise LookupError(installation.org)
            await self._installations.save(installation)
        except LookupError:
            await self._give_back(installation)
            return _page(
                403,
                "Not one of our workspaces",
                f"{installation.name} ({installation.org}) is not on your provider's list. "
                "Please ask your provider to add it, then install again.",
            )
        return _page(200, "Installed", f"The bot is ready in {installation.name}. You can close this page.")

    async def _give_back(self, installation: Installation) -> None:
        try:
            await self._api.client(installation.secrets["bot_token"]).auth_revoke()
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            _log.warning("a refused workspace's token could not be revoked: %s", type(error).__name__)

    def _state(self, nonce: str, moment: int | None = None) -> str:
        said = f"{nonce}.{int(self._now()) if moment is None else moment}"
        return f"{said}.{hmac.new(self._secret.encode(), said.encode(), hashlib.sha256).hexdigest()}"

    def _is_ours(self, state: str) -> bool:
        nonce, _, rest = state.partition(".")
        moment = rest.partition(".")[0]
        if not (state.isascii() and moment.isdigit() and len(moment) <= 12):
            return False
        fresh = 0 <= self._now() - int(moment) <= STATE_SECONDS
        return fresh and hmac.compare_digest(self._state(nonce, int(moment)), state)


def _page(status: int, title: str, text: str) -> Response:
    shown = _PAGE.format(title=html.escape(title), text=html.escape(text))
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}
    return HTMLResponse(shown, status_code=status, headers=policy)
