"""The signed requests of a press on Approve, whole and in the size in which the platforms send them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from bench import outside
from bot.demo.world import World
from bot.slack import guard

Json = dict[str, Any]
Request = tuple[bytes, dict[str, str]]
"""Body and headers."""

SERVICE_URL = "http://127.0.0.1:9/connector/"
"""What tokens and activities name as Teams' own address; nothing is sent there."""


class Pressed(Protocol):
    """Who presses, and something that tells this press from others."""

    @property
    def org(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def request(self) -> str: ...


class Named(Pressed, Protocol):
    """The same, with the person's name."""

    @property
    def name(self) -> str: ...


def slack(one: Pressed, drawn: list[Json], world: World, verb: str = "approve") -> Request:
    """docs.slack.dev/reference/interaction-payloads/block_actions-payload, with the whole message in it."""
    (button,) = [action for action in _buttons(drawn) if action.get("action_id", "").startswith(f"{verb}:")]
    stamp = f"{time.time():.6f}"
    payload: Json = {
        "type": "block_actions",
        "team": {"id": one.org, "domain": "bench"},
        "user": {"id": one.user, "username": "dana", "name": "dana", "team_id": one.org},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": "A0KEYLINE",
        "token": "unused",
        "container": {
            "type": "message",
            "message_ts": "1780923900.000100",
            "channel_id": "D0DANA",
            "is_ephemeral": False,
        },
        "trigger_id": f"1.2.{one.request}",
        "channel": {"id": "D0DANA", "name": "directmessage"},
        "message": {"type": "message", "ts": "1780923900.000100", "bot_id": "B0", "text": "x", "blocks": drawn},
        "state": {"values": {}},
        "response_url": f"{world.stage_url}/respond",
        "actions": [{**button, "block_id": "b1", "action_ts": stamp}],
    }
    body = f"payload={quote_plus(json.dumps(payload))}".encode()
    timestamp = str(int(time.time()))
    return body, {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": guard.sign(world.signing_secret, timestamp, body),
    }


def teams(
    one: Named,
    drawn: Json,
    world: World,
    key: rsa.RSAPrivateKey,
    verb: str = "approve",
    place: Mapping[str, str] | None = None,
) -> Request:
    """The universal action model's `adaptiveCard/action`. `place`: where the person is, if it is not `address`."""
    (action,) = [one for one in _buttons(drawn) if one.get("verb") == verb]
    place = place or address(world, one.user)
    activity = {
        "type": "invoke",
        "id": f"f:{one.request}",
        "name": "adaptiveCard/action",
        "channelId": "msteams",
        "serviceUrl": place["service_url"],
        "from": {"id": place["mri"], "aadObjectId": one.user, "name": one.name},
        "recipient": {"id": place["bot"], "name": "Keyline"},
        "conversation": {"id": place["conversation"], "conversationType": "personal", "tenantId": one.org},
        "channelData": {"tenant": {"id": one.org}},
        "entities": [{"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web"}],
        "replyToId": f"1:{one.request}",
        "value": {
            "action": {"type": "Action.Execute", "verb": verb, "data": action["data"]},
            "trigger": "manual",
        },
    }
    return json.dumps(activity).encode(), {
        "content-type": "application/json",
        "authorization": f"Bearer {bearer(world, key, place['service_url'])}",
    }


def bearer(world: World, key: rsa.RSAPrivateKey, service_url: str) -> str:
    """A token of the Bot Connector's kind; Teams uses one for many requests."""
    now = int(time.time())
    said = {
        "iss": "https://api.botframework.com",
        "aud": world.app_id,
        "nbf": now // 600 * 600 - 600,
        "exp": now // 600 * 600 + 3600,
        "serviceurl": service_url,
    }
    return jwt.encode(said, key, algorithm="RS256", headers={"kid": outside.KID})


def address(world: World, aad: str) -> dict[str, str]:
    """Where a person is reached on Teams: as the adapter remembers it from an activity."""
    person = next(one for one in world.for_playground()["teams"]["people"] if one["aad"] == aad)
    where = {"service_url": SERVICE_URL, "conversation": person["conversation"]}
    return {**where, "mri": person["mri"], "bot": f"28:{world.app_id}"}


def _buttons(drawn: Any) -> list[Json]:
    """Every button of a drawn card, also those inside containers."""
    if isinstance(drawn, list):
        return [button for part in drawn for button in _buttons(part)]
    if not isinstance(drawn, dict):
        return []
    if drawn.get("type") in ("button", "Action.Execute"):
        return [drawn]
    return [button for part in drawn.values() for button in _buttons(part)]
