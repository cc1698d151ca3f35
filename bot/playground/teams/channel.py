"""Posts activities to the bot as the Bot Connector does: signed, with a deadline, once more when no answer came.

The page on long operations gives a bot 10 to 15 seconds; a channel may deliver an activity again, with the same id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from bot.playground.teams.cast import World
from bot.playground.teams.journal import Journal
from bot.playground.teams.keys import Keys

PATIENCE = 15.0
SIGNED: Final = "signed"


@dataclass(frozen=True)
class Delivered:
    """The bot's answer. `body` is decoded JSON or None; status 502: not reachable; 504: silent past the deadline."""

    status: int
    body: Any
    attempts: int
    raw: str = ""

    def as_dict(self) -> dict[str, Any]:
        """`{status, body}` for the control API."""
        return {"status": self.status, "body": self.body}


class Channel:
    """The way to the bot. `patience` is the deadline in seconds, `usual` what it was at the start."""

    def __init__(self, world: World, keys: Keys, journal: Journal, patience: float = PATIENCE) -> None:
        self._url = f"{world.bot_url}/api/messages"
        self._keys = keys
        self._journal = journal
        self._session: aiohttp.ClientSession | None = None
        self.usual = self.patience = patience

    async def deliver(self, activity: Any, *, authorization: str | None = SIGNED) -> Delivered:
        """Posts one activity (any JSON). `authorization` replaces the header; None sends none."""
        sender = activity.get("from") if isinstance(activity, dict) else None
        person = str(sender.get("name", "")) if isinstance(sender, dict) else ""
        for attempt in (1, 2):
            try:
                return await self._post(activity, authorization, attempt)
            except TimeoutError:
                about = str(activity.get("id")) if isinstance(activity, dict) else ""
                self._journal.complain("The bot did not answer in time.", person=person, about=about)
            except aiohttp.ClientError as error:
                return Delivered(502, None, attempt, str(error))
        return Delivered(504, None, 2)

    async def _post(self, activity: Any, authorization: str | None, attempt: int) -> Delivered:
        if self._session is None or self._session.closed:
            # The double keeps no pool between activities: a restarted bot must not meet a dead connection.
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if authorization == SIGNED:
            headers["Authorization"] = f"Bearer {self._keys.token()}"
        elif authorization is not None:
            headers["Authorization"] = authorization
        deadline = aiohttp.ClientTimeout(total=self.patience)
        data = json.dumps(activity, ensure_ascii=False).encode()
        async with self._session.post(self._url, data=data, headers=headers, timeout=deadline) as response:
            raw = await response.text(errors="replace")
            return Delivered(response.status, _decoded(raw), attempt, raw)

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._session is not None:
            await self._session.close()


def _decoded(raw: str) -> Any:
    try:
        return json.loads(raw) if raw.strip() else None
    except ValueError:
        return raw
