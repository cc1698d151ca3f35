"""Hand-made payloads, as Slack sends them.

Shapes: docs.slack.dev/reference/interaction-payloads, /apis/events-api, /interactivity/implementing-slash-commands.
"""

from __future__ import annotations

import time
from typing import Any

Json = dict[str, Any]
TEAM = "T0HARBOR"

BUTTON = {
    "type": "button",
    "action_id": "approve:approval:apr_1",
    "block_id": "b1",
    "text": {"type": "plain_text", "text": "Approve", "emoji": False},
    "value": '{"v":"approve","r":"approval:apr_1","n":2,"s":5}',
    "action_ts": "1781000001.000100",
}


def a_click(url: str = "", **changes: Any) -> Json:
    action = {**BUTTON, **changes.pop("action", {})}
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "harborline"},
        "user": {"id": "U0DANA", "username": "dana", "team_id": TEAM},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": "A0KEYLINE",
        "token": "legacy",
        "container": {
            "type": "message",
            "message_ts": "1781000000.000100",
            "channel_id": "D0DANA",
            "is_ephemeral": False,
        },
        "trigger_id": "12345.98765.abcd",
        "channel": {"id": "D0DANA", "name": "directmessage"},
        "message": {"type": "message", "ts": "1781000000.000100", "text": "x", "bot_id": "B0KEYBOT1"},
        "response_url": url,
        "state": {"values": {}},
        "actions": [action],
        **changes,
    }


def a_submission(values: Json, **view: Any) -> Json:
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "harborline"},
        "user": {"id": "U0DANA", "name": "dana", "team_id": TEAM},
        "api_app_id": "A0KEYLINE",
        "trigger_id": "12345.98765.efgh",
        "view": {
            "id": "V0FORM",
            "team_id": TEAM,
            "app_installed_team_id": TEAM,
            "type": "modal",
            "callback_id": "reject",
            "private_metadata": '{"v":"reject","r":"approval:apr_1","n":2,"c":"D0DANA"}',
            "hash": "1781000000.h4sh",
            "title": {"type": "plain_text", "text": "Reject this request", "emoji": False},
            "state": {"values": values},
            **view,
        },
        "response_urls": [],
    }


def a_reason(text: str = "Too many at once") -> Json:
    return {"reason": {"value": {"type": "plain_text_input", "value": text}}}


def a_command(text: str, url: str = "", **changes: str) -> dict[str, str]:
    return {
        "token": "legacy",
        "team_id": TEAM,
        "team_domain": "harborline",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": "U0DANA",
        "user_name": "dana",
        "command": "/keyline",
        "text": text,
        "api_app_id": "A0KEYLINE",
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": "999.888.cmd",
        **changes,
    }


def an_event(event_id: str = "Ev0001", team: str = TEAM, outer: Json | None = None, **event: Any) -> Json:
    return {
        "token": "legacy",
        "team_id": team,
        "api_app_id": "A0KEYLINE",
        "event": {"event_ts": "1781000000.000200", **event},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": "U0KEYBOT1",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        **(outer or {}),
    }


def a_message(text: str, **changes: Any) -> Json:
    return {"type": "message", "channel_type": "im", "channel": "D0DANA", "user": "U0DANA", "text": text, **changes}
