"""Would the platforms have taken it? Everything the bot says, judged as the playground's doubles judge it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.slack.blocks import Refused, check_message
from bot.playground.slack.view import check_view
from bot.playground.teams import cards

CARD = "application/vnd.microsoft.card.adaptive"


def slack_call(given: Mapping[str, Any]) -> list[str]:
    """What is wrong with the blocks or the view of a call of the Web API or of a response_url."""
    body: dict[str, Any] = {}
    for name in ("params", "data", "json"):
        if isinstance(given.get(name), Mapping):
            body |= given[name]
    return slack_body(body)


def slack_answer(content: bytes) -> list[str]:
    """What is wrong with an acknowledgement: nothing, plain words, or JSON that Slack shows."""
    if not content.startswith(b"{"):
        return []
    return slack_body(json.loads(content))


def slack_body(body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a message or a view."""
    found: list[str] = []
    try:
        if body.get("view") is not None:
            check_view(_decoded(body["view"]), ("modal", "home"))
        if body.get("blocks") is not None:
            check_message(_decoded(body["blocks"]))
    except Refused as refused:
        found.append(repr(refused.args) + repr(vars(refused)))
    words = body.get("text")
    if isinstance(words, str) and len(words) > 4_000:
        found.append(f"a text of {len(words)} characters")
    errors = body.get("errors", {})
    if body.get("response_action") == "errors" and not all(isinstance(one, str) and one for one in errors.values()):
        found.append(f"errors without words: {errors}")
    return found


def teams_call(given: Mapping[str, Any]) -> list[str]:
    """What is wrong with an activity sent to the connector."""
    data = given.get("data")
    return teams_body(json.loads(data)) if isinstance(data, (bytes, str)) else []


def teams_answer(content: bytes) -> list[str]:
    """What is wrong with the answer to an activity: empty, or an invoke's body with a card or words."""
    if not content:
        return []
    body = json.loads(content)
    if "task" in body:
        value = body["task"]["value"]
        if body["task"]["type"] == "message":
            return [] if isinstance(value, str) and value else ["a dialog that says nothing"]
        return cards.problems(value["card"]["content"], dialog=True)
    if body.get("type") == CARD:
        return cards.problems(body["value"])
    return [] if body.get("value") or not body else [f"an answer that says nothing: {body}"]


def teams_body(body: Any) -> list[str]:
    """What is wrong with an activity."""
    found: list[str] = []
    for each in body.get("attachments") or [] if isinstance(body, dict) else []:
        found += cards.problems(each.get("content"))
    if isinstance(body, dict) and body.get("type") == "message" and not (body.get("text") or body.get("attachments")):
        found.append("a message without words")
    return found


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
