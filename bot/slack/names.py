"""What people are called on Slack: asked for only when somebody starts a request, and once per person."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation import Press, asks
from bot.slack.api import TRANSPORT_ERRORS
from bot.slack.text import cut, one_line

LONGEST = 100
KEPT = 2_000
PATIENCE_SECONDS = 1.0
"""A form has to open within three seconds of the press; the name is a courtesy."""

_log = logging.getLogger(__name__)


class Names:
    """Payloads carry a handle at most ("nora.b"), messages not even that; users.info knows the full name."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    async def give(self, press: Press, client: AsyncWebClient) -> Press:
        """The press with the person's full name, if it is one that may introduce somebody new; else as it is."""
        if not asks(press):
            return press
        key = (press.org, press.user)
        if key not in self._known:
            name = await self._ask(client, press.user)
            if not name:
                return press
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[key] = name
        return replace(press, name=self._known[key])

    async def _ask(self, client: AsyncWebClient, user: str) -> str:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer = await client.users_info(user=user)
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            _log.info("slack did not say what somebody is called: %s", type(error).__name__)
            return ""
        data: Any = answer.data
        return full_name(data.get("user") if isinstance(data, Mapping) else None)


def full_name(user: Any) -> str:
    """The name of a `user` object (docs.slack.dev/reference/objects/user-object), "" where there is none."""
    profile = user.get("profile") if isinstance(user, Mapping) else None
    places = (profile, "real_name"), (user, "real_name"), (profile, "display_name")
    for place, field in places:
        found = place.get(field) if isinstance(place, Mapping) else None
        if isinstance(found, str) and one_line(found):
            return cut(one_line(found), LONGEST)
    return ""


def from_handle(handle: str) -> str:
    """A handle made readable: "nora.blake" -> "Nora Blake"; used where Slack does not say the full name."""
    words = one_line(handle[:LONGEST]).replace(".", " ").replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words)
