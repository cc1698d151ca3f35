"""Views (modals and App Home): what Slack accepts, and one as it stands on somebody's screen."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bot.playground.slack import limits
from bot.playground.slack.blocks import Refused, problems_of, with_ids
from bot.playground.slack.check import Rule, anything, boolean, note, one_of, shape, string, text

_OURS = ("title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id", "clear_on_close")


@cache
def _view_shape(kind: str) -> Rule:
    fields: dict[str, Rule] = {
        "type": one_of("modal", "home"),
        "blocks": anything,
        "private_metadata": string(limits.VIEW_METADATA, 0),
        "callback_id": string(limits.VIEW_CALLBACK_ID, 0),
        "external_id": string(limits.VIEW_EXTERNAL_ID, 0),
    }
    if kind == "home":
        return shape(fields, ("blocks",))
    word = text(limits.VIEW_TITLE, markup=False)
    modal = {"title": word, "submit": word, "close": word}
    flags = dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), boolean)
    return shape({**fields, **modal, **flags}, ("title", "blocks"))


def check_view(view: Any, kinds: tuple[str, ...] = ("modal",)) -> dict[str, Any]:
    """The view, or `Refused` as Slack says it: invalid_arguments with the places, view_too_large.

    Slack takes `view` as an object or as a JSON string.
    """
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except (ValueError, RecursionError):
            raise Refused("invalid_arguments", ["invalid JSON [json-pointer:/view]"]) from None
    problems: list[str] = []
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in kinds:
        raise Refused("invalid_arguments", [f"type must be {' or '.join(kinds)} [json-pointer:/view/type]"])
    _view_shape(kind)(view, "/view", problems)
    blocks = view.get("blocks")
    if blocks is not None:
        problems += problems_of(blocks, surface=kind, most=limits.VIEW_BLOCKS, pointer="/view/blocks")
    if not problems and kind == "modal" and not view.get("submit") and any(b["type"] == "input" for b in blocks):
        note(problems, "`submit` is required when an `input` block is within `blocks`", "/view")
    if problems:
        raise Refused("invalid_arguments", problems)
    if len(json.dumps(view)) > limits.VIEW_JSON:
        raise Refused("view_too_large")
    return dict(view)


@dataclass
class View:
    """One view on one person's screen. `state` is what was typed: block_id -> action_id -> Slack's state object.

    `trigger` is the trigger_id that opened it. `errors` stand at their fields: block_id -> sentence, "" for the whole.
    """

    id: str
    team: str
    home: str
    user: str
    app_id: str
    bot_id: str
    body: dict[str, Any]
    root: str = ""
    previous: str | None = None
    trigger: str = ""
    hash: str = ""
    state: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    closed: bool = False

    def show(self, body: dict[str, Any]) -> None:
        """Draws it (anew): a new hash; what was typed survives only where block_id and action_id stay the same."""
        self.body = {**body, "blocks": with_ids(body["blocks"])}
        self.hash = f"{secrets.randbelow(10**10):010d}.{secrets.token_hex(4)}"
        self.errors = {}
        places = {
            (block["block_id"], element.get("action_id"))
            for block in self.body["blocks"]
            for element in (block.get("element"), block.get("accessory"), *(block.get("elements") or ()))
            if isinstance(element, dict)
        }
        self.state = {
            block: {action: value for action, value in actions.items() if (block, action) in places}
            for block, actions in self.state.items()
            if any((block, action) in places for action in actions)
        }

    def payload(self, values: dict[str, Any] | None = None) -> dict[str, Any]:
        """The view object of API answers and payloads (shape: docs.slack.dev/reference/views, views.open's example)."""
        given = {name: self.body.get(name) for name in _OURS}
        return {
            "id": self.id,
            "team_id": self.home,
            "type": self.body["type"],
            **given,
            "private_metadata": given["private_metadata"] or "",
            "callback_id": given["callback_id"] or "",
            "external_id": given["external_id"] or "",
            "clear_on_close": bool(given["clear_on_close"]),
            "notify_on_close": bool(self.body.get("notify_on_close")),
            "state": {"values": values or {}},
            "hash": self.hash,
            "root_view_id": self.root or self.id,
            "previous_view_id": self.previous,
            "app_id": self.app_id,
            "app_installed_team_id": self.team,
            "bot_id": self.bot_id,
        }
