"""What people do in Slack's client: press, choose, write; each becomes the signed request that Slack would send."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.answers import deliver
from bot.playground.slack.blocks import Refused
from bot.playground.slack.forms import Forms
from bot.playground.slack.inputs import values_of
from bot.playground.slack.reading import find_element, find_press, labels_of, options_of
from bot.playground.slack.state import State
from bot.playground.slack.things import Conversation, Message, Person
from bot.playground.slack.tickets import Trigger
from bot.playground.slack.view import View
from bot.playground.slack.wire import Reply, Wire

Json = dict[str, Any]


def result(reply: Reply) -> Json:
    """`{status, body}` of the bot's HTTP answer; status 0 when there was none."""
    return {"status": reply.status, "body": reply.body()}


class Hands:
    """The people's side of the double. Safe to call concurrently: every press has its own trigger and form."""

    def __init__(self, state: State, wire: Wire, base_url: str, command: str) -> None:
        self._state = state
        self._wire = wire
        self._base_url = base_url.rstrip("/")
        self._command = command
        self.forms = Forms(state, wire)

    async def press(
        self, name: str, target: str, label: str, inputs: Json | None, *, times: int = 1, identical: bool = False
    ) -> list[Json]:
        """Presses `times` times at once (each with its own trigger; the very same request with `identical`).

        LookupError when nobody, no message or no button is called so. A "confirm" dialog counts as confirmed.
        """
        person = self._state.world.person(name)
        thing = self._find(target)
        blocks = _blocks_of(thing)
        found = find_press(blocks, label)
        if found is None:
            there = ", ".join(labels_of(blocks)) or "none"
            raise LookupError(f"There is no button “{label}” in that message. Its buttons: {there}.")
        block, element, option = found
        if not identical:
            presses = [
                self._press(person, thing, payloads.action_of(block, element, option), None) for _ in range(times)
            ]
            done = await asyncio.gather(*presses)
        else:
            trigger, payload = self._payload(person, thing, payloads.action_of(block, element, option), None)
            replies = await asyncio.gather(*(self._wire.interaction(payload) for _ in range(times)))
            done = [(trigger, reply) for reply in replies]
        return [await self._after(person, thing, trigger, reply, inputs) for trigger, reply in done]

    async def act(self, name: str, target: str, action: Json, values: Json | None) -> Json:
        """A press by the native element with its block_id and, for a menu, the chosen option, as the page sends it."""
        person = self._state.world.person(name)
        thing = self._find(target)
        place = find_element(_blocks_of(thing), str(action.get("block_id", "")), str(action.get("action_id", "")))
        if place is None:
            raise LookupError("That button is no longer in the message.")
        block, element = place
        chosen = action.get("selected_option")
        option = next((o for o in options_of(element) if chosen and o["value"] == chosen.get("value")), None)
        pressed = payloads.action_of(block, element, option)
        pressed |= {key: action[key] for key in action if key.startswith("selected_") and key not in pressed}
        trigger, reply = await self._press(person, thing, pressed, values)
        return await self._after(person, thing, trigger, reply, None)

    async def _press(
        self, person: Person, thing: Message | View, action: Json, values: Json | None
    ) -> tuple[Trigger, Reply]:
        trigger, payload = self._payload(person, thing, action, values)
        return trigger, await self._wire.interaction(payload)

    def _payload(
        self, person: Person, thing: Message | View, action: Json, values: Json | None
    ) -> tuple[Trigger, Json]:
        tickets = self._state.tickets
        if isinstance(thing, View):
            trigger = tickets.trigger(person, thing)
            known = values_of(thing.body["blocks"], {**thing.state, **(values or {})})
            return trigger, payloads.view_actions(self._state, trigger, thing, action, known)
        trigger = tickets.trigger(person)
        conversation = self._state.world.conversations[thing.channel]
        url = tickets.response_url(trigger, conversation, thing)
        known = values_of(_blocks_of(thing), values or {})
        address = f"{self._base_url}/slack/response/{url.token}"
        return trigger, payloads.message_actions(self._state, trigger, conversation, thing, action, known, address)

    async def _after(
        self, person: Person, thing: Message | View, trigger: Trigger, reply: Reply, inputs: Json | None
    ) -> Json:
        if not reply.ok:
            place = self._place(person, thing)
            self._state.whisper(person, place, self._warning(reply))
            return result(reply)
        if not inputs:
            return result(reply)
        view = await self._opened(trigger, inputs)
        return result(reply) if view is None else await self.forms.submit(person, view, inputs, "label")

    async def _opened(self, trigger: Trigger, inputs: Json) -> View | None:
        """The form that this trigger opened, once it shows the wanted fields (a skeleton may come first)."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._state.timing.form
        while True:
            trigger.news.clear()
            view = trigger.opened
            if view is not None and self.forms.shows(view, inputs):
                return view
            left = deadline - loop.time()
            if left <= 0 or (view is None and trigger.answered):
                return view
            try:
                await asyncio.wait_for(trigger.news.wait(), left)
            except TimeoutError:
                continue

    # words

    async def say(self, name: str, text: str) -> Json:
        """A slash command when it begins with "/", else a message to the app."""
        person = self._state.world.person(name)
        conversation = self._state.world.direct(person.team, person.user)
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            return await self._run(person, conversation, command, rest.strip())
        said = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        paragraph = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
        blocks = [{"type": "rich_text", "block_id": "typed", "elements": [paragraph]}]
        message = self._state.world.post(conversation, user=person.user, bot_id=None, text=said, blocks=blocks)
        self._state.tell_readers(conversation, message)
        if self._state.world.workspaces[person.team].token is None:
            return {"status": 0, "body": {"error": "app_not_installed"}}
        event = payloads.message_event(message, person)
        shared = person.home != person.team
        return result(await self._wire.event(payloads.event_callback(self._state, person.team, event, shared=shared)))

    async def _run(self, person: Person, conversation: Conversation, command: str, rest: str) -> Json:
        """Commands are for people of the workspace where the app is installed: a guest's client knows none."""
        installed = self._state.world.workspaces[person.team].token is not None
        if command != self._command or not installed or person.home != person.team:
            self._state.whisper(person, conversation, f"{command} is not a command here.")
            return {"status": 0, "body": {"error": "invalid_command"}}
        trigger = self._state.tickets.trigger(person)
        url = self._state.tickets.response_url(trigger, conversation, None)
        address = f"{self._base_url}/slack/response/{url.token}"
        fields = payloads.slash_command(self._state, trigger, conversation, command, rest, address)
        reply = await self._wire.form(fields)
        if not reply.ok:
            self._state.whisper(person, conversation, self._warning(reply))
            return result(reply)
        body = reply.body()
        if body:
            try:
                deliver(
                    self._state, person, conversation, None, body if isinstance(body, dict) else {"text": str(body)}
                )
            except Refused:
                self._state.whisper(person, conversation, f"{command} answered something that cannot be shown.")
        return result(reply)

    async def open_home(self, name: str, tab: str = "home") -> Json:
        """The person opens the app's Home (or messages) tab: app_home_opened."""
        person = self._state.world.person(name)
        conversation = self._state.world.direct(person.team, person.user)
        view = self._state.homes.get((person.team, person.user))
        event = payloads.app_home_opened(person, conversation, tab, self._state.world.ts(), view)
        return result(await self._wire.event(payloads.event_callback(self._state, person.team, event)))

    def _find(self, target: str) -> Message | View:
        """A message by its id, or an open form or Home by `modal()`'s or `home()`'s id."""
        view = self._state.views.get(target.removeprefix("slack-"))
        return view if view is not None else self._state.world.message(target)

    def _place(self, person: Person, thing: Message | View) -> Conversation:
        """Where Slack warns the person: at the message, if they can see that conversation."""
        if isinstance(thing, Message):
            conversation = self._state.world.conversations[thing.channel]
            if conversation.team == person.team:
                return conversation
        return self._state.world.direct(person.team, person.user)

    def _warning(self, reply: Reply) -> str:
        app = self._state.world.app_name
        if reply.failure == "http_timeout":
            return f"{app} did not answer in time. Please try again."
        if reply.failure:
            return f"{app} cannot be reached. Please try again."
        return f"{app} could not do that (HTTP {reply.status}). Please try again."


def _blocks_of(thing: Message | View) -> list[Json]:
    if isinstance(thing, View):
        return list(thing.body["blocks"])
    return [*thing.blocks, *(block for attachment in thing.attachments for block in attachment.get("blocks") or ())]
