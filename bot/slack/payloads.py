"""Reads single facts out of a signed payload: which installation, which person, which strings, without trusting shapes.

Payload shapes: docs.slack.dev/reference/interaction-payloads and docs.slack.dev/apis/events-api.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.slack.claims import Malformed

Payload = Mapping[str, Any]

_ID = 64
_KEY = 200


def part(payload: Payload, key: str) -> Payload:
    """The object under `key`, an empty one when it is absent or null; Malformed when it is anything else."""
    found = payload.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Malformed(f"{key} is not an object")
    return found


def string(payload: Payload, key: str) -> str:
    """The string under `key`, "" when absent or null; Malformed when it is anything else."""
    found = payload.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Malformed(f"{key} is not a text")
    return found


def identifier(payload: Payload, key: str) -> str:
    """A Slack id under `key` or ""; Malformed for what could not be one."""
    found = string(payload, key)
    if len(found) > _ID or not found.isascii() or (found and not found.replace("_", "").replace("-", "").isalnum()):
        raise Malformed(f"{key} is not an id")
    return found


def needed(value: str, what: str) -> str:
    """The value, or Malformed when it is missing."""
    if not value:
        raise Malformed(f"{what} is missing")
    return value


def authorization(payload: Payload) -> Payload:
    """The one authorization Slack lists on an event: the installation it was sent to."""
    found = payload.get("authorizations")
    if not isinstance(found, list) or not found or not isinstance(found[0], Mapping):
        return {}
    return found[0]


def enterprise_of(payload: Payload) -> str:
    return (
        identifier(authorization(payload), "enterprise_id")
        or identifier(payload, "enterprise_id")
        or (identifier(part(payload, "enterprise"), "id") if isinstance(payload.get("enterprise"), Mapping) else "")
    )


def installed_in(payload: Payload) -> tuple[str, ...]:
    """The orgs under which the installation may be kept: the workspace, else the enterprise of an org-wide install.

    Bolt's order (`request/internals.py`), but never the clicker's own `user.team_id`: through Slack Connect that is
    somebody else's workspace, and its token is not ours to pick.
    """
    listed = authorization(payload)
    team = payload.get("team")
    workspace = (
        identifier(part(payload, "view"), "app_installed_team_id")
        or identifier(listed, "team_id")
        or (identifier(team, "id") if isinstance(team, Mapping) else "")
        or identifier(payload, "team_id")
    )
    wide = {listed.get("is_enterprise_install"), payload.get("is_enterprise_install")} & {True, "true"}
    enterprise = enterprise_of(payload) if wide else ""
    return tuple(org for org in (workspace, enterprise) if org)


def person(payload: Payload) -> tuple[str, str]:
    """(workspace, user) of whoever acted: through Slack Connect the workspace is the person's own, not ours.

    In an Enterprise Grid an event may name the enterprise instead; ours stands for the workspace we are installed in.
    """
    event, user = part(payload, "event"), payload.get("user")
    installed = next(iter(installed_in(payload)), "")
    if event:
        home = identifier(event, "user_team") or identifier(event, "team")
        who = identifier(event, "user")
    elif isinstance(user, Mapping):
        home, who = identifier(user, "team_id"), identifier(user, "id")
    else:
        home, who = identifier(payload, "team_id"), identifier(payload, "user_id")
    if not home or home == enterprise_of(payload):
        home = installed
    return needed(home, "the workspace"), needed(who, "the user")


def key(*parts: str) -> str:
    """The platform's identity of one occurrence, the same for a retry.

    It names who acted: whoever comes with a key that was seen is told what came of it, which is nobody else's to know.
    What is long or strange ends in a digest: no database holds a NUL or half a surrogate pair.
    """
    whole = ":".join(("slack", *parts))
    if len(whole) <= _KEY and whole.isascii() and whole.isprintable():
        return whole
    readable = "".join(letter for letter in whole[:120] if letter.isascii() and letter.isprintable())
    return f"{readable}:{hashlib.sha256(whole.encode('utf-8', 'surrogatepass')).hexdigest()}"
