"""SlackDouble: a strict stand-in for Slack, for the chat page, the control API and the project's tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.routing import BaseRoute, Route

from bot.playground.clock import Clock
from bot.playground.slack import payloads
from bot.playground.slack.answers import ResponseUrls
from bot.playground.slack.api import WebApi
from bot.playground.slack.channels import DEEDS, Channels
from bot.playground.slack.hands import Hands
from bot.playground.slack.inputs import values_of
from bot.playground.slack.limits import Timing
from bot.playground.slack.oauth import OAuth
from bot.playground.slack.reading import read_message
from bot.playground.slack.state import State
from bot.playground.slack.things import Conversation, Message, Person, Workspace
from bot.playground.slack.wire import Wire

Json = dict[str, Any]


def _nobody(name: str) -> None:
    """Until somebody listens."""


class SlackDouble:
    """Slack's Web API, OAuth page and response_urls as routes; the people of `cast["slack"]` as methods.

    A stranger, an unknown message, button or field is a LookupError, a malformed spec a ValueError, each a sentence.
    `timing` shortens Slack's deadlines for tests. Optional in the cast: a person's `home_team` (Slack Connect guest),
    `channels` ({team, channel, name, members?, has_app?}) and a workspace's `scopes` and `channels` ({id, name,
    members: full names, bot?}), to which `invite_all` has the app invited.
    """

    def __init__(self, cast: Json, clock: Clock, base_url: str, *, timing: Timing | None = None) -> None:
        slack = cast.get("slack") or {}
        timing = timing or Timing()
        self.on_change: Callable[[str], None] = _nobody
        self.state = State(cast, clock, timing, lambda name: self.on_change(name))
        events = str(slack.get("bot_url", "")).rstrip("/") + "/slack/events"
        self.wire = Wire(events, str(slack.get("signing_secret", "")), timing)
        self._hands = Hands(self.state, self.wire, base_url, slack.get("command", "/keyline"))
        self._channels = Channels(self.state, self.wire)
        self._oauth = OAuth(self.state)
        self._api = WebApi(self.state, self._oauth)
        self._urls = ResponseUrls(self.state, self._api.journal.note)
        self.state.posted = self._echo

    def routes(self) -> list[BaseRoute]:
        """Full paths below /slack/."""
        return [
            Route("/slack/api/{method}", self._api, methods=["GET", "POST"]),
            Route("/slack/response/{token}", self._urls, methods=["POST"]),
            Route("/slack/oauth/v2/authorize", self._oauth.authorize, methods=["GET", "POST"]),
        ]

    async def start(self) -> None:
        """Opens the connections to the bot."""
        await self.wire.start()

    async def stop(self) -> None:
        """Closes them; retries still to come are dropped."""
        await self.wire.stop()

    async def invite_all(self) -> None:
        """The app is invited to the cast's channels where it is installed: member_joined_channel, one after another."""
        await self._channels.invite_all()

    async def settled(self) -> None:
        """Returns when every event and retry on its way has been answered."""
        await self.wire.settled()

    # what people see

    def people(self) -> list[Json]:
        """`{name, title, company, platform, timezone}`, in the order of the cast."""
        return [
            {"name": p.name, "title": p.title, "company": p.company, "platform": "slack", "timezone": p.timezone}
            for p in self.state.world.people.values()
        ]

    def screen(self, person: str) -> list[Json]:
        """The person's messages, newest last; `private` ones only they see; `from` is who wrote it.

        `thread` is the message in whose thread a reply stands, "" for one that stands by itself.
        """
        who = self.state.world.person(person)
        return [self._shown(who, conversation, message) for conversation, message in self.state.world.visible(who)]

    def _shown(self, who: Person, conversation: Conversation, message: Message) -> Json:
        def name(user: str) -> str:
            found = self.state.world.user(who.team, user)
            return found.name if found else self.state.world.app_name if message.bot_id else "Slack"

        native: Json = {"text": message.text, "blocks": message.blocks}
        if message.attachments:
            native["attachments"] = message.attachments
        if message.metadata:
            native["metadata"] = message.metadata
        return {
            "platform": "slack",
            "message": message.id,
            "channel": self.state.world.app_name if conversation.person else f"#{conversation.name}",
            "from": name(message.user),
            "posted_at": message.posted_at.isoformat(),
            "edited_at": message.edited_at.isoformat() if message.edited_at else None,
            "text": read_message(message.text, message.blocks, message.attachments, name),
            "native": native,
            "private": message.only_for is not None,
            "thread": f"slack-{conversation.id}-{message.thread_ts}"
            if message.thread_ts not in (None, message.ts) and message.thread_ts in conversation.messages
            else "",
        }

    def modal(self, person: str) -> Json | None:
        """The form on this person's screen: `{platform, id, view, errors}`; errors by block_id, "" for the whole."""
        who = self.state.world.person(person)
        view = self.state.top(who)
        if view is None:
            return None
        shown = view.payload(values_of(view.body["blocks"], view.state))
        return {"platform": "slack", "id": f"slack-{view.id}", "view": shown, "errors": dict(view.errors)}

    def home(self, person: str) -> Json | None:
        """The person's App Home as last published: `{platform, id, view}`."""
        who = self.state.world.person(person)
        view = self.state.homes.get((who.team, who.user))
        return None if view is None else {"platform": "slack", "id": f"slack-{view.id}", "view": view.payload()}

    # what people do

    async def press(self, person: str, message: str, label: str, inputs: Json | None = None) -> Json:
        """Presses the button with exactly that text; with `inputs` (by label) the form it opens is filled and sent."""
        return (await self._hands.press(person, message, label, inputs))[0]

    async def press_often(
        self,
        person: str,
        message: str,
        label: str,
        inputs: Json | None = None,
        *,
        times: int = 2,
        identical: bool = False,
    ) -> list[Json]:
        """A double click: `times` presses at once, or (`identical`) one and the same signed payload sent again."""
        return await self._hands.press(person, message, label, inputs, times=times, identical=identical)

    async def act(self, person: str, message: str, action: Json, state: Json | None = None) -> Json:
        """Presses by the native element (its block_id included); `state` is block_id -> action_id -> state object."""
        return await self._hands.act(person, message, action, state)

    async def submit(self, person: str, inputs: Json, by: str = "label") -> Json:
        """Sends the open form, filled by visible labels or (`by="id"`) by block_id and action_id."""
        who = self.state.world.person(person)
        view = self.state.top(who)
        if view is None:
            raise LookupError(f"{person} has no form open.")
        return await self._hands.forms.submit(who, view, inputs, by)

    async def close(self, person: str, *, cleared: bool = False) -> None:
        """Closes the open form, or (`cleared`) all that stand on each other."""
        await self._hands.forms.close(self.state.world.person(person), cleared=cleared)

    async def say(self, person: str, text: str) -> Json:
        """A slash command ("/keyline waiting") or a message to the app."""
        return await self._hands.say(person, text)

    async def open_home(self, person: str, tab: str = "home") -> Json:
        """The person opens the app's Home tab."""
        return await self._hands.open_home(person, tab)

    async def verify_url(self) -> Json:
        """What Slack does when the events address is entered: `{status, body}`, and whether the challenge came back."""
        payload = payloads.url_verification()
        reply = await self.wire.event(payload)
        body = reply.body()
        said = body.get("challenge") if isinstance(body, dict) else body
        return {"status": reply.status, "body": body, "verified": said == payload["challenge"]}

    # misbehaving

    def fault(self, spec: Json) -> Json:
        """Tells Slack to misbehave, or a switch to turn. ValueError for a spec that says nothing.

        `{kind, method?, team?, times?, fraction?, seed?, seconds?, retry_after?, stored?}`: see `faults`.
        `{clear: true}`. `{limits: "off"|"on"}` or `{unlimited: true}` (rate limits), `{client_checks: "off"|"on"}`
        (required fields and the like),
        `{echo: "on"|"off"}` (the app's own messages come back as events, as in Slack).
        `{kind: "uninstall", team}` ends the install: dead token, app_uninstalled and tokens_revoked.
        `{kind: "deactivate" | "reactivate", person}`: a user_change event. Posts still succeed, as they do at Slack for
        a closed account (slackapi/python-slack-sdk#1156).
        `{kind: "invite" | "kick" | "rename" | "archive" | "unarchive", channel, name?}`: what people do to a channel.
        """
        if "unlimited" in spec:
            spec = {**spec, "limits": "off" if spec["unlimited"] else "on"}
        switches = {name: spec[name] for name in ("limits", "client_checks", "echo") if name in spec}
        if wrong := [value for value in switches.values() if value not in ("on", "off")]:
            raise ValueError(f"A switch is “on” or “off”, not “{wrong[0]}”.")
        if spec.get("clear"):
            self.state.faults.clear()
            self.state.pace.on = True
            self.state.pace.forget()
        if "limits" in switches:
            self.state.pace.on = switches["limits"] == "on"
            self.state.pace.forget()
        if "client_checks" in switches:
            self.state.faults.client_checks = switches["client_checks"] == "on"
        if "echo" in switches:
            self.state.faults.echo = switches["echo"] == "on"
        if spec.get("kind") == "uninstall":
            self._uninstall(spec)
        elif spec.get("kind") in DEEDS:
            self._channels.do(str(spec["kind"]), spec)
        elif spec.get("kind") in ("deactivate", "reactivate"):
            who = self.state.world.person(str(spec.get("person")))
            event = payloads.user_change(self.state, who, deleted=spec["kind"] == "deactivate")
            self.wire.later(self._send(event))
        elif "kind" in spec or not (switches or spec.get("clear")):
            self.state.faults.add(spec)
        return {"ok": True, "waiting": len(self.state.faults.waiting)}

    def _uninstall(self, spec: Json) -> None:
        workspace = self.state.world.workspaces.get(str(spec.get("team")))
        if workspace is None:
            raise ValueError("Say which workspace removes the app: team is missing or unknown.")
        self.state.world.uninstall(workspace, str(spec.get("reason", "account_inactive")))
        self.wire.later(self._farewell(workspace))

    async def _farewell(self, workspace: Workspace) -> None:
        """Both events come, in any order: docs.slack.dev/reference/events/app_uninstalled and tokens_revoked."""
        tokens = {"oauth": [], "bot": [workspace.bot_user]}
        for event in ({"type": "tokens_revoked", "tokens": tokens}, {"type": "app_uninstalled"}):
            event = {**event, "event_ts": self.state.world.ts()}
            await self.wire.event(payloads.event_callback(self.state, workspace.team, event))

    def _echo(self, message: Message) -> None:
        if self.state.faults.echo and message.channel.startswith("D"):
            event = payloads.message_event(message, None)
            self.wire.later(self._send(payloads.event_callback(self.state, message.team, event)))

    async def _send(self, payload: Json) -> None:
        await self.wire.event(payload)

    def calls(self) -> list[Json]:
        """What the bot called: `{method, team, count, over, struck, recent: [{at, arguments, error}]}`, response_url
        among it."""
        return self._api.journal.listed()
