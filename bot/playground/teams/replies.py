"""Reads a bot's answer to an invoke as the Teams client does, and says why when it cannot.

Shapes: the table of responses on the page about Universal Actions (with the type literals of the SDKs, which differ
from that page's `...adaptive.card`), and the responses to `task/fetch` and `task/submit` on the page about dialogs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.playground.teams.cards import problems
from bot.playground.teams.tree import Json

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
PRECONDITION = "application/vnd.microsoft.error.preconditionFailed"
NO_SIGN_IN = (
    "application/vnd.microsoft.activity.loginRequest",
    "application/vnd.microsoft.error.incorrectAuthCode",
)
SIZES = ("small", "medium", "large")


@dataclass(frozen=True)
class Reply:
    """What the client does: show a card, a dialog or a sentence, close the dialog, or show its generic error.

    `complaints` say what was wrong; an "error" without complaints is one that the bot was allowed to answer.
    """

    kind: Literal["card", "toast", "dialog", "close", "error"]
    card: Json = field(default_factory=dict)
    text: str = ""
    title: str = ""
    complaints: tuple[str, ...] = ()


def _bad(*why: str) -> Reply:
    return Reply("error", complaints=why)


def read_reply(name: str, status: int, body: Any) -> Reply:
    """The reply to an invoke called `name`; `body` is the decoded JSON, or None when there was none."""
    if status != 200:
        return _bad(f"An invoke is answered with HTTP 200, not {status}.")
    return _read_dialog(name, body) if name.startswith("task/") else _read_action(body)


def _read_action(body: Any) -> Reply:
    if not isinstance(body, dict) or not isinstance(body.get("type"), str):
        return _bad("The answer to adaptiveCard/action is not {statusCode, type, value}.")
    code, kind, value = body.get("statusCode"), body["type"], body.get("value")
    if type(code) is not int:
        return _bad("The statusCode of the answer is not a number.")
    if kind == CARD and code == 200:
        found = problems(value)
        return Reply("card", card=value) if isinstance(value, dict) and not found else _bad(*found)
    if kind == MESSAGE and code == 200:
        return Reply("toast", text=value) if isinstance(value, str) and value else _bad("A message's value is a text.")
    if (kind == ERROR and code in (400, 500)) or (kind == PRECONDITION and code == 412):
        named = isinstance(value, dict) and isinstance(value.get("code"), str) and isinstance(value.get("message"), str)
        return Reply("error") if named else _bad("An error's value is {code, message}.")
    if kind in NO_SIGN_IN:
        return _bad("The playground has no sign-in to offer.")
    return _bad(f"Teams knows no answer with statusCode {code} and type {kind!r}.")


def _read_dialog(name: str, body: Any) -> Reply:
    if name == "task/submit" and body in (None, {}, {"task": None}):
        return Reply("close")
    task = body.get("task") if isinstance(body, dict) else None
    if not isinstance(task, dict):
        return _bad(f"The answer to {name} has no task.")
    value = task.get("value")
    if task.get("type") == "message":
        return Reply("toast", text=value) if isinstance(value, str) and value else _bad("A message's value is a text.")
    if task.get("type") != "continue" or not isinstance(value, dict):
        return _bad(f"A task is a message or continues with a value, not {task.get('type')!r}.")
    return _read_continue(value)


def _read_continue(value: Json) -> Reply:
    attachment = value.get("card")
    if not isinstance(attachment, dict) or attachment.get("contentType") != CARD:
        return _bad("The playground shows dialogs with an Adaptive Card: an attachment with contentType and content.")
    found = problems(attachment.get("content"), dialog=True)
    for side in ("height", "width"):
        size = value.get(side, "medium")
        if not (isinstance(size, int | float) or size in SIZES):
            found.append(f"The dialog's {side} {size!r} is neither a number of pixels nor small, medium or large.")
    if not isinstance(value.get("title", ""), str):
        found.append("The dialog's title is not a text.")
    return _bad(*found) if found else Reply("dialog", card=attachment["content"], title=value.get("title", ""))
