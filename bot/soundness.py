"""Whether settings suffice for what is about to be done: one sentence per missing or contradictory setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from bot.provider import business_days
from bot.sections import Msp, Settings, Slack, Teams

Purpose = Literal["serve", "desk", "database", "slack", "teams"]

SECRET_LENGTH = 32
"""Shorter keys can be guessed: 32 characters of hex are 128 bits."""

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
# fmt: off
SLACKS_OWN = frozenset({
    "/active", "/archive", "/away", "/call", "/collapse", "/dnd", "/expand", "/feed", "/feedback", "/invite", "/join",
    "/kick", "/leave", "/me", "/msg", "/mute", "/open", "/part", "/prefs", "/remind", "/remove", "/rename", "/search",
    "/shortcuts", "/shrug", "/status", "/star", "/topic", "/unarchive", "/who",
})
# fmt: on
"""Slash commands an app cannot have because Slack itself answers them."""


def problems(settings: Settings, for_: Purpose = "serve") -> list[str]:
    """What must be mended before `for_` can work; empty when nothing must.

    serve: the whole house. desk: commands that change something. database: commands that only open the store.
    slack, teams: that platform alone.
    """
    found = list(_database(settings))
    if for_ == "slack":
        found = [*_slack(settings.slack)]
    elif for_ == "teams":
        found = [*_teams(settings.teams)]
    elif for_ == "desk":
        found += _msp(settings.msp)
    elif for_ == "serve":
        if settings.public.url or not _called_by_nobody(settings):
            found += _public(settings.public.url)
        found += [*_secret(settings.secret.key), *_msp(settings.msp)]
        if not settings.slack.configured and not settings.teams.configured:
            found.append(
                "Neither Slack nor Teams is set up: set KEYLINE_SLACK_SIGNING_SECRET and KEYLINE_SLACK_BOT_TOKEN, "
                "or KEYLINE_TEAMS_APP_ID, KEYLINE_TEAMS_APP_SECRET and KEYLINE_TEAMS_TENANT_ID."
            )
        if settings.slack.configured:
            found += _slack(settings.slack)
        if settings.teams.configured:
            found += _teams(settings.teams)
    return found


def _database(settings: Settings) -> Iterator[str]:
    scheme = settings.database.url.partition(":")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        yield "KEYLINE_DATABASE_URL must start with sqlite:/// or postgresql://."
    elif scheme == "sqlite" and not re.fullmatch(r"sqlite(\+\w+)?:///(?!:memory:)[^?]+.*", settings.database.url):
        yield "KEYLINE_DATABASE_URL must name a file, like sqlite:///keyline.db: a database in memory forgets."


def _called_by_nobody(settings: Settings) -> bool:
    """Slack by a socket of ours, in one workspace, and no Teams."""
    return bool(settings.slack.app_token and not settings.slack.client_id and not settings.teams.configured)


def _public(url: str) -> Iterator[str]:
    name = "KEYLINE_PUBLIC_URL"
    if not url:
        yield f"{name} is missing: set it to the https address under which Slack and Teams reach this bot."
        return
    parts = _parts(url)
    if parts is None or parts.query or parts.fragment or parts.username or parts.path.rstrip("/"):
        yield f"{name} must be an address like https://keyline.example.com, with nothing after the host and port."
    elif not _safe(url):
        yield f"{name} must start with https:// (http:// is only for this machine itself)."


def _secret(key: str) -> Iterator[str]:
    if not key:
        yield (
            "KEYLINE_SECRET_KEY is missing: set it to a long random text, for example from "
            "`python -c 'import secrets; print(secrets.token_hex(32))'`, and keep it."
        )
    elif len(key) < SECRET_LENGTH:
        yield f"KEYLINE_SECRET_KEY is too short: it needs at least {SECRET_LENGTH} characters."


def _msp(msp: Msp) -> Iterator[str]:
    try:
        ZoneInfo(msp.timezone)
    except (KeyError, ValueError, OSError):
        yield f"KEYLINE_MSP_TIMEZONE is not a time zone like America/New_York (it says {msp.timezone!r})."
        return
    try:
        business_days(msp).is_holiday(date(2026, 1, 1))  # a place is looked up when it is first asked for a day
    except ValueError as error:
        yield f"KEYLINE_MSP_COUNTRY and KEYLINE_MSP_SUBDIVISION: {error}"


def _slack(slack: Slack) -> Iterator[str]:
    if not slack.signing_secret and not slack.app_token:
        yield "KEYLINE_SLACK_SIGNING_SECRET is missing: copy it from the Slack app's Basic Information page."
    if slack.client_id and not slack.client_secret:
        yield "KEYLINE_SLACK_CLIENT_SECRET is missing beside KEYLINE_SLACK_CLIENT_ID."
    if slack.client_secret and not slack.client_id:
        yield "KEYLINE_SLACK_CLIENT_ID is missing beside KEYLINE_SLACK_CLIENT_SECRET."
    if slack.bot_token and slack.client_id:
        yield (
            "KEYLINE_SLACK_BOT_TOKEN (one workspace) and KEYLINE_SLACK_CLIENT_ID (many workspaces) contradict each "
            "other: set one of them."
        )
    if not (slack.bot_token or slack.client_id or slack.client_secret):
        yield (
            "Slack has no way in: set KEYLINE_SLACK_BOT_TOKEN for one workspace, or KEYLINE_SLACK_CLIENT_ID and "
            "KEYLINE_SLACK_CLIENT_SECRET for many."
        )
    if slack.bot_token and not slack.bot_token.startswith("xoxb-"):
        yield "KEYLINE_SLACK_BOT_TOKEN must be the bot token that starts with xoxb-."
    if slack.app_token and not slack.app_token.startswith("xapp-"):
        yield "KEYLINE_SLACK_APP_TOKEN must be the app-level token that starts with xapp-."
    if not _COMMAND.fullmatch(slack.command):
        yield f"KEYLINE_SLACK_COMMAND must look like /keyline: a slash and small letters (it says {slack.command!r})."
    elif slack.command in SLACKS_OWN:
        yield f"KEYLINE_SLACK_COMMAND cannot be {slack.command}: Slack keeps that command for itself."
    if not _safe(slack.api_url):
        yield "KEYLINE_SLACK_API_URL must start with https:// (http:// is only for this machine itself)."


def _teams(teams: Teams) -> Iterator[str]:
    for name, value in (("APP_ID", teams.app_id), ("TENANT_ID", teams.tenant_id)):
        if not value:
            yield f"KEYLINE_TEAMS_{name} is missing: copy it from the Entra app registration's overview."
        elif not _GUID.fullmatch(value):
            yield f"KEYLINE_TEAMS_{name} must be an id like 00000000-0000-0000-0000-000000000000."
    if not teams.app_secret:
        yield "KEYLINE_TEAMS_APP_SECRET is missing: create a client secret in the Entra app registration."
    for name, value in (("LOGIN_URL", teams.login_url), ("OPENID_URL", teams.openid_url)):
        if not _safe(value):
            yield f"KEYLINE_TEAMS_{name} must start with https:// (http:// is only for this machine itself)."


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and parts.scheme in ("http", "https") else None


def _safe(url: str) -> bool:
    parts = _parts(url)
    return parts is not None and (parts.scheme == "https" or parts.hostname in ("127.0.0.1", "::1", "localhost"))
