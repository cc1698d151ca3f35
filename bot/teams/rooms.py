"""Learns from Teams in which channels our app is: a team it was added to, its channels, and what becomes of them.

Events: the page on conversation events (`channelData.eventType`, `team`, `channel`); a team's id is also the id of its
General channel, which has no name of its own. The list of channels: the page on getting a team's context.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

from bot.platform import Installations, Room
from bot.teams.activities import Arrival, Named
from bot.teams.connector import Connector, Sent
from bot.teams.text import line

GONE = {
    "channelDeleted": "the channel was deleted",
    "teamDeleted": "the team was deleted",
    "teamHardDeleted": "the team was deleted",
    "teamArchived": "the team was archived",
}
NAMED = ("channelCreated", "channelRenamed", "channelRestored")
BACK = ("teamRestored", "teamUnarchived")
REMOVED = "the app was removed from the team"
LONGEST_NAME = 200
REMEMBERED = 2_000

log = logging.getLogger("keyline.teams")


class Rooms:
    """Keeps the house's rooms true. What a store or a connector that is away lets slip is made good at the next
    activity from the team, or by the refusal of the next post."""

    def __init__(self, installations: Installations, connector: Connector) -> None:
        self._installations, self._connector = installations, connector
        self._listed: OrderedDict[tuple[str, str], str] = OrderedDict()

    async def hear(self, arrival: Arrival, *, left: bool) -> None:
        """One activity from a team; `left`: it says that our app was removed there."""
        if not arrival.team.id:
            return
        try:
            await self._hear(arrival, left)
        except Exception as error:
            log.warning("a team's channels are not kept: %s", type(error).__name__)

    async def _hear(self, arrival: Arrival, left: bool) -> None:
        team, event = arrival.team, arrival.event
        if left or event in GONE:
            gone = arrival.channel if event == "channelDeleted" else team
            self._listed.pop((arrival.tenant, team.id), None)
            if gone.id:
                await self._installations.forget_room("teams", arrival.tenant, gone.id, GONE.get(event, REMOVED))
            return
        if event in NAMED and arrival.channel.id:
            await self._remember(arrival, arrival.channel)
        if event == "teamRenamed":
            await self._remember(arrival, Named(team.id))
        await self._look(arrival, again=event in BACK)

    async def _look(self, arrival: Arrival, *, again: bool) -> None:
        """All channels of a team, once a process and address: this also heals what was missed while we were away."""
        key = (arrival.tenant, arrival.team.id)
        if self._listed.get(key) == arrival.service_url and not again:
            return
        await self._remember(arrival, Named(arrival.team.id))
        found = await self._connector.channels(arrival.service_url, arrival.team.id)
        if isinstance(found, Sent):
            for channel in _channels(found):
                await self._remember(arrival, channel)
            self._listed[key] = arrival.service_url
            while len(self._listed) > REMEMBERED:
                self._listed.popitem(last=False)
        else:
            log.warning("the channels of a team are not known yet: %s", found.reason)

    async def _remember(self, arrival: Arrival, channel: Named) -> None:
        name = channel.name
        if channel.id == arrival.team.id:
            name = f"General ({arrival.team.name})" if arrival.team.name else "General"
        address = {"service_url": arrival.service_url, "team": arrival.team.id, "bot": arrival.bot}
        room = Room("teams", arrival.tenant, channel.id, line(name, LONGEST_NAME), address)
        await self._installations.remember_room(room)


def _channels(found: Sent) -> list[Named]:
    listed = found.said.get("conversations")
    pairs = [(one.get("id"), one.get("name")) for one in listed or () if isinstance(one, dict)]
    return [Named(id_, name if isinstance(name, str) else "") for id_, name in pairs if isinstance(id_, str) and id_]
