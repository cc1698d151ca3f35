"""Whether Teams takes what a bot wants to post: its kind, its size, its cards."""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.responses import Response

from bot.playground.teams.cards import problems
from bot.playground.teams.errors import refuse
from bot.playground.teams.journal import Journal
from bot.playground.teams.replies import CARD
from bot.playground.teams.tree import Json, dicts

BIGGEST = 100 * 1024
"""Bytes of UTF-16 in one message, pictures inside it not counted ("format your bot messages")."""
_PICTURES = re.compile(r"data:image/[^\"\\]*")


def check_post(body: Any, person: str, journal: Journal) -> Response | None:
    """The refusal of a new or edited message, or None when it is fine."""
    if not isinstance(body, dict) or body.get("type") not in ("message", "typing"):
        return refuse("BadArgument", "The body is not an activity that a bot can post here.")
    if body["type"] == "message" and not (body.get("text") or body.get("attachments")):
        return refuse("BadArgument", "A message needs a text or an attachment.")
    if _size(body) > BIGGEST:
        return refuse("MessageSizeTooBig")
    cards = [a.get("content") for a in dicts(body.get("attachments")) if a.get("contentType") == CARD]
    found = [problem for card in cards for problem in problems(card)]
    for problem in found:
        # Teams would show a part of such a card, or none of it; here it is an error that nobody overlooks.
        journal.complain(problem, person=person)
    return refuse("BadArgument", " ".join(found)) if found else None


def _size(activity: Json) -> int:
    return len(_PICTURES.sub("", json.dumps(activity, ensure_ascii=False)).encode("utf-16-le", "replace"))
