"""Signed requests as Slack would send them, and as nobody would: forged claims, stale forms, mutilated structures."""

from __future__ import annotations

import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.slack.guard import SIGNATURE, TIMESTAMP, sign
from tests.fuzz.junk import junk, spoiled, torn, written
from tests.fuzz.outside import RESPONSE_URL
from tests.fuzz.scene import WORDS, Scene, Sender

Json = dict[str, Any]
IDENTITY = frozenset({"team", "team_id", "user", "user_id", "user_team", "app_installed_team_id", "authorizations"})
LEAVING = ("app_uninstalled", "tokens_revoked")


@dataclass(frozen=True)
class Sent:
    """One request: where to, with what, and the claims that the bot will find in it (None: none it can read)."""

    path: str
    body: bytes
    headers: dict[str, str]
    sender: Sender
    what: str
    claimed: int | None = None


class SlackRequests:
    """Makes requests. Who a payload is from is never spoiled into somebody else: Slack signs who somebody is."""

    def __init__(self, scene: Scene, secret: str) -> None:
        self._scene, self._rng, self._secret = scene, scene.rng, secret
        self._count = 0
        self._before: dict[Sender, deque[Sent]] = defaultdict(lambda: deque(maxlen=20))

    def make(self, sender: Sender) -> Sent:
        """One request of this person."""
        rng = self._rng
        old = self._before[sender]
        if old and rng.random() < 0.06:
            again = rng.choice(old)
            return Sent(
                again.path,
                again.body,
                self._signed(again.body, again.headers["content-type"]),
                sender,
                f"again {again.what}",
                again.claimed,
            )
        kinds: list[tuple[Callable[[Sender], Json], int]] = [
            (self._click, 40),
            (self._submission, 30),
            (self._command, 8),
            (self._event, 12),
            (self._shortcut, 4),
            (self._options, 2),
            (self._closed, 2),
            (self._garbage, 4),
        ]
        make = rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        payload: Any = make(sender)
        for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2, 4))):
            payload = spoiled(payload, rng, lambda way: bool(IDENTITY & set(way[:3])))
        sent = self._request(payload, sender, make.__name__.strip("_"))
        old.append(sent)
        return sent

    def _request(self, payload: Any, sender: Sender, what: str) -> Sent:
        rng = self._rng
        if what == "command" and isinstance(payload, dict):
            flat = {
                str(name): value if isinstance(value, str) else json.dumps(value) for name, value in payload.items()
            }
            body, kind = urlencode(flat, errors="surrogatepass").encode(), "application/x-www-form-urlencoded"
        elif what in ("event", "garbage"):
            body, kind = written(payload, rng), "application/json"
        else:
            body, kind = urlencode({"payload": written(payload, rng)}).encode(), "application/x-www-form-urlencoded"
        claimed = _claimed(payload)
        if rng.random() < 0.02:
            body, claimed = torn(body, rng), claimed
        if rng.random() < 0.02:
            kind = rng.choice(("", "text/plain", "multipart/form-data; boundary=x", "application/json; charset=utf-16"))
        return Sent("/slack/events", body, self._signed(body, kind), sender, what, claimed)

    def _signed(self, body: bytes, kind: str) -> dict[str, str]:
        at = str(int(time.time()))
        return {TIMESTAMP: at, SIGNATURE: sign(self._secret, at, body), "content-type": kind}

    # ------------------------------------------------------------------ kinds

    def _claim(self, sender: Sender, verb: str, *, form: bool) -> str:
        known = self._scene.subject(sender)
        said: Json = {"v": verb, "r": known.ref, "n": self._scene.version(known), "s": known.revision}
        if form:
            said["c"] = self._rng.choice(("D0CHAT", "", "C0PUBLIC"))
        if self._rng.random() < 0.08:
            said[self._rng.choice("vrnsc")] = junk(self._rng)
        text = json.dumps(said)
        return text if self._rng.random() < 0.97 else self._rng.choice((text[:-1], "[]", "null", "{}", "approve"))

    def _base(self, kind: str, sender: Sender) -> Json:
        # through Slack Connect a person acts in the provider's workspace and stays of the own one
        team = "T0HARBOR" if self._rng.random() < 0.05 else sender.org
        return {
            "type": kind,
            "team": {"id": team, "domain": "x"},
            "user": {"id": sender.user, "username": "x.y", "team_id": sender.org},
            "api_app_id": "A0KEYLINE",
            "trigger_id": self._unique("trigger"),
            "is_enterprise_install": False,
            "enterprise": None,
        }

    def _click(self, sender: Sender) -> Json:
        verb = self._scene.verb()
        surface: Json = self._rng.choice(
            (
                {"message": {"ts": "1781000000.000100", "bot_id": "B0", "text": "x", "user": "U0SOFIA"}},
                {"view": {"id": "V0HOME", "type": "home", "hash": "h", "app_installed_team_id": sender.org}},
                {"view": {"id": "V0FORM", "type": "modal", "title": {"type": "plain_text", "text": "x"}}},
            )
        )
        action = {
            "type": self._rng.choices(("button", "static_select", "overflow", "datepicker"), (90, 4, 3, 3))[0],
            "action_id": f"{verb}:x",
            "block_id": "b1",
            "text": {"type": "plain_text", "text": "Approve"},
            "value": self._claim(sender, verb, form=False),
            "action_ts": self._unique("1781"),
        }
        return {
            **self._base("block_actions", sender),
            "container": {
                "type": "message",
                "message_ts": "1781000000.000100",
                "channel_id": "D0CHAT",
                "is_ephemeral": self._rng.random() < 0.1,
            },
            "channel": {"id": self._rng.choice(("D0CHAT", "C0PUBLIC", "")), "name": "directmessage"},
            "response_url": self._rng.choice((RESPONSE_URL, RESPONSE_URL, "", "http://[", "ftp://x")),
            "state": {"values": {}},
            "actions": [action] * self._rng.choice((1, 1, 1, 2)),
            **surface,
        }

    def _submission(self, sender: Sender) -> Json:
        verb = self._scene.verb()
        values = {name: {"value": self._input(value)} for name, value in self._scene.inputs(verb).items()}
        view = {
            "id": self._rng.choice((self._unique("V"), "V0FORM")),
            "team_id": sender.org,
            "app_installed_team_id": sender.org,
            "type": "modal",
            "callback_id": verb,
            "private_metadata": self._claim(sender, verb, form=True),
            "hash": self._unique("h"),
            "title": {"type": "plain_text", "text": "Reject this request"},
            "state": {"values": values},
        }
        return {**self._base("view_submission", sender), "view": view, "response_urls": []}

    def _input(self, value: Any) -> Any:
        kinds: tuple[Json, ...] = (
            {"type": "plain_text_input", "value": value},
            {"type": "static_select", "selected_option": {"value": value, "text": {"type": "plain_text", "text": "x"}}},
            {"type": "checkboxes", "selected_options": [{"value": value}]},
            {"type": "datetimepicker", "selected_date_time": self._rng.choice((1_790_000_000, -1, 10**20, "x"))},
            {"type": "datepicker", "selected_date": value},
            {"type": "multi_users_select", "selected_users": [value]},
            {"type": "unheard_of", "x": value},
        )
        return self._rng.choices(kinds, (60, 20, 5, 5, 5, 3, 2))[0]

    def _command(self, sender: Sender) -> Json:
        words = self._rng.choice((*WORDS, str(junk(self._rng))[:5_000]))
        return {
            "team_id": sender.org,
            "user_id": sender.user,
            "user_name": "x.y",
            "channel_id": "C0GENERAL",
            "command": self._rng.choice(("/keyline", "/other")),
            "text": words,
            "response_url": RESPONSE_URL,
            "trigger_id": self._unique("trigger"),
        }

    def _event(self, sender: Sender) -> Json:
        words = self._rng.choice((*WORDS, str(junk(self._rng))[:5_000]))
        events: tuple[Json, ...] = (
            {"type": "message", "channel_type": "im", "channel": "D0CHAT", "text": words},
            {"type": "app_mention", "channel": "C0GENERAL", "text": f"<@U0BOT> {words}"},
            {"type": "app_home_opened", "tab": "home", "channel": "D0CHAT"},
            {"type": "message", "channel_type": "im", "subtype": "message_changed", "message": {"text": words}},
            {"type": self._rng.choice(LEAVING), "tokens": {"bot": ["U0BOT"], "oauth": []}},
            {"type": "unheard_of", "x": junk(self._rng)},
        )
        event = self._rng.choices(events, (40, 15, 25, 8, 2, 10))[0]
        return {
            "type": "event_callback",
            "team_id": sender.org,
            "api_app_id": "A0KEYLINE",
            "event": {**event, "user": sender.user, "team": sender.org, "event_ts": "1781000000.1"},
            "event_id": self._unique("Ev"),
            "event_time": int(time.time()),
            "authorizations": [{"team_id": sender.org, "user_id": "U0BOT", "is_bot": True}],
        }

    def _shortcut(self, sender: Sender) -> Json:
        word = self._rng.choice(("waiting", "request_purchase", "contacts", "x", str(junk(self._rng))))
        return {**self._base("shortcut", sender), "callback_id": word}

    def _options(self, sender: Sender) -> Json:
        return {**self._base("block_suggestion", sender), "action_id": "to", "block_id": "to", "value": "a"}

    def _closed(self, sender: Sender) -> Json:
        view = {"id": "V0FORM", "type": "modal", "private_metadata": self._claim(sender, "reject", form=True)}
        return {**self._base("view_closed", sender), "view": view, "is_cleared": False}

    def _garbage(self, sender: Sender) -> Any:
        kind = self._rng.choice(("url_verification", "workflow_step_edit", "function_executed", "ssl_check", ""))
        bare = {"type": kind, "challenge": junk(self._rng), "team_id": sender.org, "user": {"id": sender.user}}
        return self._rng.choice((bare, junk(self._rng), {}, [bare]))

    def _unique(self, start: str) -> str:
        self._count += 1
        return f"{start}.{self._count}"


def _claimed(payload: Any) -> int | None:
    """The version that the first button or the form says it was drawn for."""
    try:
        packed = payload["view"]["private_metadata"] if "actions" not in payload else payload["actions"][0]["value"]
        version = json.loads(packed)["n"]
    except (KeyError, TypeError, ValueError, IndexError, RecursionError):
        return None
    return version if isinstance(version, int) else None
