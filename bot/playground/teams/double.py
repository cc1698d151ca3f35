"""The Microsoft Teams of the playground: Entra's token endpoint, the Bot Connector and everybody's Teams client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.playground.teams import activities, rooms
from bot.playground.teams.cast import Clock, Person, read_world
from bot.playground.teams.channel import PATIENCE, SIGNED, Channel, Delivered
from bot.playground.teams.chats import Chats, Message
from bot.playground.teams.client import Client, Habits, problem
from bot.playground.teams.connector import Connector
from bot.playground.teams.faults import Faults
from bot.playground.teams.forgeries import bad_tokens
from bot.playground.teams.inputs import read_by
from bot.playground.teams.journal import Journal
from bot.playground.teams.keys import Keys
from bot.playground.teams.limits import Pace
from bot.playground.teams.login import Login
from bot.playground.teams.orders import Orders
from bot.playground.teams.rooms import Rooms

Json = dict[str, Any]


class TeamsDouble:
    """Stands in for Teams under `base_url` (the playground's own address), for the people of `cast["teams"]`.

    `patience` is how many seconds the bot has to answer. Whoever is not on Teams is a LookupError.
    """

    def __init__(self, cast: Mapping[str, Any], clock: Clock, base_url: str, *, patience: float = PATIENCE) -> None:
        base_url = base_url.rstrip("/")
        self.world = read_world(cast)
        self.service_url = f"{base_url}/teams/connector/"
        self.keys = Keys(self.world.app_id, self.service_url, base_url)
        self.journal = Journal()
        self.pace = Pace()
        self._clock = clock
        self._faults = Faults()
        self._habits = Habits()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._chats = Chats(self.world, clock)
        self.login = Login(self.world, self._faults, self.journal)
        self.channel = Channel(self.world, self.keys, self.journal, patience)
        self._rooms = Rooms(self.world, self._chats, self.journal)
        self._client = Client(self._chats, self._rooms, clock, self.journal, self._habits, self._post)
        self._connector = Connector(
            self.world, self._chats, self._rooms, self.login, self.pace, self._faults, self.journal
        )
        self._connector.on_drawn = self._rooms.on_drawn = self._refresh_soon
        self._orders = Orders(self._faults, self.pace, self._habits, self.keys, self.login, self.channel, self._chats)

    @property
    def on_change(self) -> Callable[[str], None]:
        """Called with a person's name whenever that person's screen changed."""
        return self._chats.on_change

    @on_change.setter
    def on_change(self, listener: Callable[[str], None]) -> None:
        self._chats.on_change = listener

    def routes(self) -> list[BaseRoute]:
        """Everything the bot calls, with full paths."""
        conversations = "/teams/connector/v3/conversations"
        chat = f"{conversations}/{{cid}}"
        serve = self._connector
        return [
            Route("/teams/login/{tenant}/oauth2/v2.0/token", self.login.token, methods=["POST"]),
            Route("/teams/openid/.well-known/openidconfiguration", self._openid),
            Route("/teams/openid/.well-known/keys", self._jwks),
            Route(conversations, serve.create, methods=["POST"]),
            Route(f"{chat}/activities", serve.send, methods=["POST"]),
            Route(f"{chat}/activities/{{aid}}", serve.send, methods=["POST"]),
            Route(f"{chat}/activities/{{aid}}", serve.update, methods=["PUT"]),
            Route(f"{chat}/activities/{{aid}}", serve.delete, methods=["DELETE"]),
            Route(f"{chat}/members", serve.members),
            Route(f"{chat}/pagedmembers", serve.members),
            Route(f"{chat}/members/{{mid}}", serve.members),
            Route("/teams/connector/v3/teams/{tid}/conversations", serve.channels),
        ]

    async def start(self) -> None:
        """Nothing runs by itself: the connections open when they are first needed."""

    async def stop(self) -> None:
        """Waits for what is under way and closes the connections to the bot."""
        await self.settle()
        await self.channel.close()

    async def settle(self) -> None:
        """Returns when every refresh and install event that was set off has been answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def people(self) -> list[Json]:
        """`{name, title, company, platform, timezone}` of everybody on Teams."""
        names = ("name", "title", "company", "timezone")
        people = self.world.people.values()
        return [{name: getattr(person, name) for name in names} | {"platform": "teams"} for person in people]

    def screen(self, person: str) -> list[Json]:
        """The person's chat with the bot, newest last."""
        return self._chats.screen(self._person(person), self.world.bot_name)

    def modal(self, person: str) -> Json | None:
        """The dialog open on that person's screen; its id is also the message id that `act` takes for it."""
        dialog = self._chats.of(self._person(person)).dialog
        if dialog is None:
            return None
        shown = {"id": dialog.id, "title": dialog.title, "card": dialog.card, "errors": dict(dialog.errors)}
        return {"platform": "teams"} | shown

    async def press(self, person: str, message: str, label: str, inputs: Mapping[str, Any] | None = None) -> Json:
        """Presses the button with exactly this text, visible to the person or not.

        `{status, body}` is the bot's answer; 422 with `body.errors` when the client refused the inputs. A message or
        button that is not there is a LookupError.
        """
        return await self._client.press(self._person(person), message, label, inputs or {})

    async def act(self, person: str, message: str, action: Json, state: Mapping[str, Any] | None = None) -> Json:
        """Presses a button by its JSON, `state` being the input values by id; for the page."""
        return await self._client.act(self._person(person), message, action, state or {})

    async def submit(self, person: str, inputs: Mapping[str, Any], by: str = "label", label: str | None = None) -> Json:
        """Fills and sends the open dialog; `label` picks among several buttons."""
        return await self._client.submit(self._person(person), inputs, read_by(by), label)

    async def close(self, person: str) -> None:
        """Closes the dialog with its x; a bot is told nothing of that."""
        whose = self._person(person)
        self._chats.of(whose).dialog = None
        self._chats.on_change(whose.name)

    async def say(self, person: str, text: str) -> Json:
        """Types a message to the bot."""
        whose = self._person(person)
        if not self._chats.of(whose).installed:
            return problem(409, f"{person} does not have the app.")
        typed = activities.typed_message(text)
        message = self._chats.post(whose, typed, by_bot=False)
        answer = await self._post(whose, "message", **typed, id=message.id)
        if not 200 <= answer.status < 300:
            self.journal.complain(f"A message was answered with {answer.status}.", person=person, about=message.id)
        return answer.as_dict()

    async def open(self, person: str) -> None:
        """The person looks at the chat: cards that refresh themselves ask the bot now."""
        whose = self._person(person)
        for item in list(self._chats.of(whose).items):
            if isinstance(item, Message) and not item.deleted:
                await self._client.refresh(whose, item)

    async def install(self, person: str) -> list[Json]:
        """The person gets the app (again); the bot is told by installationUpdate and conversationUpdate."""
        whose = self._person(person)
        chat = self._chats.of(whose)
        chat.installed, chat.blocked = True, False
        told = [await self._post(whose, "installationUpdate", action="add")]
        told.append(await self._post(whose, "conversationUpdate", **activities.bot_added(self.world)))
        return [answer.as_dict() for answer in told]

    async def install_all(self) -> None:
        """Everybody gets the app, and the teams of the cast add it, as on the first morning."""
        for person in self.world.people:
            await self.install(person)
        for team in self.world.teams.values():
            if team.bot:
                await self.team_event(team.id, "added")

    async def team_event(self, team: str, event: str, *, channel: str = "", name: str = "") -> Json:
        """What members do to a team, with the event that the bot is sent. LookupError for an unknown team.

        `added` or `removed` (the bot), channelCreated (`channel` is its new id), channelRenamed, channelDeleted,
        teamRenamed.
        """
        found = self.world.teams.get(team)
        if found is None:
            raise LookupError(f"There is no team {team!r} on Teams.")
        fields: Json = {}
        if event in ("added", "removed"):
            found.bot = event == "added"
            fields = rooms.added(self.world) if found.bot else rooms.removed(self.world)
        elif event in ("channelCreated", "channelRenamed"):
            found.channels[channel] = name
        elif event == "teamRenamed":
            found.name = name
        elif event != "channelDeleted":
            raise ValueError(f"Nothing called {event!r} happens to a team here.")
        kind = {"added": "teamMemberAdded", "removed": "teamMemberRemoved"}.get(event, event)
        told = self._rooms.event(found, kind, channel, **fields)
        if event == "channelDeleted":
            found.channels.pop(channel, None)
        somebody = self.world.people[found.members[0]]
        return (await self._post(somebody, "conversationUpdate", **told)).as_dict()

    async def uninstall(self, person: str) -> Json:
        """The person removes the app; the bot is told and can reach the chat no more."""
        whose = self._person(person)
        chat = self._chats.of(whose)
        chat.installed, chat.dialog = False, None
        self._chats.on_change(whose.name)
        return (await self._post(whose, "installationUpdate", action="remove")).as_dict()

    async def event(self, person: str, kind: str, **fields: Any) -> Json:
        """Any other activity of that person, known to the bot or not."""
        return (await self._post(self._person(person), kind, **fields)).as_dict()

    def activity(self, person: str, kind: str, **fields: Any) -> Json:
        """The JSON of an activity without sending it, for `deliver`."""
        now = self._clock.now()
        return activities.activity(self.world, self._person(person), kind, now, self.service_url, **fields)

    async def deliver(self, activity: Any, *, authorization: str | None = SIGNED) -> Delivered:
        """Posts any JSON to the bot, properly signed or with any other header (None: without one)."""
        return await self.channel.deliver(activity, authorization=authorization)

    def token(self, **overrides: Any) -> str:
        """A token as Teams sends it; see `Keys.token` for what can be replaced."""
        return self.keys.token(**overrides)

    def bad_tokens(self) -> dict[str, str | None]:
        """Every `Authorization` header that the bot must answer with 401, by name."""
        return bad_tokens(self.keys)

    def fault(self, spec: Mapping[str, Any]) -> Json:
        """Orders misbehaviour (`Orders.give`), or `{"install": person}`, `{"uninstall": person}` with their events, or
        `{"team": id, "event", "channel"?, "name"?}` (see `team_event`).

        Raises ValueError with a sentence for what it does not know, LookupError for whoever is not on Teams.
        """
        if "install" in spec:
            self._soon(self.install(self._person(spec["install"]).name))
        elif "team" in spec:
            if spec["team"] not in self.world.teams:
                raise LookupError(f"There is no team {spec['team']!r} on Teams.")
            words = {name: str(spec[name]) for name in ("channel", "name") if name in spec}
            self._soon(self.team_event(str(spec["team"]), str(spec.get("event")), **words))
        elif "uninstall" in spec:
            self._chats.of(self._person(spec["uninstall"])).installed = False
            self._soon(self.uninstall(spec["uninstall"]))
        else:
            self._orders.give(spec)
        return {"platform": "teams"} | dict(spec)

    def calls(self) -> list[Json]:
        """What the bot called, counted: `{platform, method, path, op, count, statuses, over, struck}`."""
        return self.journal.calls()

    def complaints(self) -> list[dict[str, str]]:
        """What the bot did that Teams would not understand: `{why, person, about}`."""
        return list(self.journal.complaints)

    def _person(self, name: str) -> Person:
        return self._chats.named(name).person

    async def _post(self, person: Person, kind: str, **fields: Any) -> Delivered:
        now = self._clock.now()
        sent = activities.activity(self.world, person, kind, now, self.service_url, **fields)
        return await self.channel.deliver(sent)

    def _refresh_soon(self, person: Person, message: Message) -> None:
        if message.base is not None and message.base.get("refresh"):
            self._soon(self._client.refresh(person, message))

    def _soon(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _openid(self, request: Request) -> Response:
        self.journal.note("GET", "/.well-known/openidconfiguration", "openid", 200)
        return JSONResponse(self.keys.openid())

    async def _jwks(self, request: Request) -> Response:
        self.journal.note("GET", "/.well-known/keys", "jwks", 200)
        return JSONResponse(self.keys.jwks())
