"""Teams and their channels: what is posted there, in which thread, on whose screens; and whether the bot is in them.

A channel's conversation is its id (a new thread) or `<id>;messageid=<root>` (a reply); a team's id is also the id of
its General channel. Pages: "send proactive messages", "conversation events", "get Teams specific context".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from bot.playground.teams import activities
from bot.playground.teams.cast import Person, Team, World
from bot.playground.teams.chats import Chats, Message, Place
from bot.playground.teams.errors import refuse
from bot.playground.teams.journal import Journal
from bot.playground.teams.posts import check_post
from bot.playground.teams.tree import Json

THREAD = ";messageid="


@dataclass(frozen=True)
class Spot:
    """One channel of a team, or (`root`) one thread in it."""

    team: Team
    channel: str
    root: str = ""


class Rooms:
    """Every team of the cast. `on_drawn` hears of each card on each member's screen."""

    def __init__(self, world: World, chats: Chats, journal: Journal) -> None:
        self._world, self._chats, self._journal = world, chats, journal
        self._copies: dict[str, list[tuple[Person, Message]]] = {}
        self.on_drawn: Callable[[Person, Message], None] = lambda person, message: None

    def find(self, conversation: str) -> Spot | None:
        """The channel or thread that a conversation id names; None when no team has it."""
        channel, _, root = conversation.partition(THREAD)
        team = next((one for one in self._world.teams.values() if channel in one.channels), None)
        return None if team is None else Spot(team, channel, root)

    def begin(self, channel: str, body: Any) -> Response:
        """POST v3/conversations with isGroup and a channel: a new thread."""
        spot = self.find(channel)
        if spot is None:
            return refuse("ConversationNotFound")
        if not spot.team.bot:
            return refuse("BotNotInConversationRoster")
        if not isinstance(body, dict):
            return refuse("BadArgument", "A thread begins with an activity.")
        sent = self._put(Spot(spot.team, spot.channel), body)
        if isinstance(sent, Response):
            return sent
        return JSONResponse({"id": f"{spot.channel}{THREAD}{sent.id}", "activityId": sent.id}, status_code=201)

    def perform(self, op: str, spot: Spot, body: Any, identity: str) -> Response:
        """An operation of the connector on a channel's conversation."""
        if not spot.team.bot:
            return refuse("BotNotInConversationRoster")
        if spot.root and self._root(spot) is None:
            return refuse("ConversationNotFound")
        if op == "members":
            people = [self._world.people[name] for name in spot.team.members]
            return JSONResponse([{"id": one.mri, "name": one.name, "aadObjectId": one.aad} for one in people])
        if op == "send":
            sent = self._put(spot, body)
            return sent if isinstance(sent, Response) else JSONResponse({"id": sent.id}, status_code=201)
        return self._change(op, spot, body, identity)

    def channels(self, team_id: str) -> Response:
        """GET v3/teams/{id}/conversations: General first, which has no name here."""
        team = self._world.teams.get(team_id)
        if team is None:
            return refuse("NotFound", "The team was not found.")
        if not team.bot:
            return refuse("BotNotInConversationRoster")
        listed = [{"id": id_, "name": None if id_ == team.id else name} for id_, name in team.channels.items()]
        return JSONResponse({"conversations": listed})

    def event(self, team: Team, kind: str, channel: str = "", **fields: Any) -> Json:
        """The fields of a team's conversationUpdate."""
        data: Json = {"eventType": kind, "team": {"id": team.id, "name": team.name}, "tenant": {"id": team.tenant}}
        if channel:
            data["channel"] = {"id": channel, "name": team.channels.get(channel, "")}
        return {"conversation": _conversation(team, team.id), "channelData": data, **fields}

    def here(self, message: Message) -> Json:
        """The fields that say where a message of a channel was pressed; none for a one-to-one chat."""
        spot = self.find(message.place.channel)
        if spot is None:
            return {}
        data = {
            "team": {"id": spot.team.id},
            "channel": {"id": spot.channel},
            "teamsChannelId": spot.channel,
            "teamsTeamId": spot.team.id,
            "tenant": {"id": spot.team.tenant},
        }
        thread = f"{spot.channel}{THREAD}{message.place.root or message.id}"
        return {"conversation": _conversation(spot.team, thread), "channelData": data}

    def _put(self, spot: Spot, body: Any) -> Message | Response:
        if refusal := check_post(body, f"{spot.team.name}, {spot.team.channels[spot.channel]}", self._journal):
            return refusal
        identity = self._chats.new_id()
        place = Place(spot.channel, spot.team.channels[spot.channel], spot.root)
        people = [self._world.people[name] for name in spot.team.members]
        copies = [(one, self._chats.post(one, body, by_bot=True, identity=identity, place=place)) for one in people]
        self._copies[identity] = copies
        for person, message in copies:
            self.on_drawn(person, message)
        return copies[0][1] if copies else Message(identity, True, body, self._chats.now(), place=place)

    def _root(self, spot: Spot) -> Message | None:
        copies = self._copies.get(spot.root, [])
        wanted = Place(spot.channel, spot.team.channels[spot.channel])
        return next((one for _, one in copies if one.place == wanted and not one.deleted), None)

    def _change(self, op: str, spot: Spot, body: Any, identity: str) -> Response:
        copies = [
            (person, one)
            for person, one in self._copies.get(identity, [])
            if one.place.channel == spot.channel and not one.deleted and spot.root in ("", one.place.root or one.id)
        ]
        if not copies:
            return refuse("ActivityNotFoundInConversation")
        if op != "delete" and (refusal := check_post(body, spot.team.name, self._journal)):
            return refusal
        for person, message in copies:
            if op == "delete":
                self._chats.delete(person, message)
            else:
                self._chats.edit(person, message, body)
                self.on_drawn(person, message)
        return Response(status_code=200) if op == "delete" else JSONResponse({"id": identity})


def _conversation(team: Team, identity: str) -> Json:
    return {"isGroup": True, "conversationType": "channel", "tenantId": team.tenant, "id": identity}


def added(world: World) -> Json:
    """What a team's conversationUpdate says when the bot came."""
    return activities.bot_added(world)


def removed(world: World) -> Json:
    """What it says when the bot left."""
    return {"membersRemoved": [{"id": world.bot, "name": world.bot_name}]}
