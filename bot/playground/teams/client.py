"""The Teams client in a person's hands: presses buttons, fills dialogs, shows what the bot answers.

Behaviour: the pages about Universal Actions for Adaptive Cards, about dialogs, and about card actions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.playground.teams import activities
from bot.playground.teams.cast import Clock, Person
from bot.playground.teams.channel import Delivered
from bot.playground.teams.chats import Chats, Dialog, Message
from bot.playground.teams.inputs import By, Filled, fill, label_of
from bot.playground.teams.journal import Journal
from bot.playground.teams.replies import Reply, read_reply
from bot.playground.teams.rooms import Rooms
from bot.playground.teams.tree import Json, Spot, buttons, find_button

GENERIC_ERROR = "Something went wrong. Please try again."
REFRESH_EVERY = timedelta(minutes=1)
SENDS = ("Action.Execute", "Action.Submit")

Post = Callable[..., Awaitable[Delivered]]
"""(person, kind, **fields) -> the bot's answer."""


@dataclass
class Habits:
    """How clients behave: who has one that does not know Action.Execute, and whether clients check inputs."""

    legacy: set[str] = field(default_factory=set)
    checks: bool = True


def problem(status: int, why: str, **more: Any) -> dict[str, Any]:
    """What the client says when nothing was sent."""
    return {"status": status, "body": {"error": why, **more}}


class Client:
    """Everybody's client; each call names the person. A message, button or form that is not there is a LookupError."""

    def __init__(self, chats: Chats, rooms: Rooms, clock: Clock, journal: Journal, habits: Habits, post: Post) -> None:
        self._chats = chats
        self._rooms = rooms
        self._clock = clock
        self._journal = journal
        self._habits = habits
        self._post = post

    async def press(self, person: Person, message: str, label: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Presses the button with this text on any message, visible to the person or not, present card first."""
        found = self._chats.find(message, person)
        for card in found.known_cards():
            spot = find_button(card, label)
            if spot is not None and (sendable := self._as_shown(person, spot)):
                return await self._activate(person, found, sendable, inputs, "label")
        there = [spot.title for card in found.known_cards()[:1] for spot in buttons(card)]
        raise LookupError(f"There is no button {label!r}, only {', '.join(there) or 'none at all'}.")

    async def act(self, person: Person, message: str, action: Json, state: Mapping[str, Any]) -> dict[str, Any]:
        """Presses a button given as its JSON, with the values a renderer collected by input id."""
        dialog = self._chats.of(person).dialog
        if dialog is not None and message == dialog.id:
            spot = next((s for s in buttons(dialog.card) if s.action == action), Spot(action, (dialog.card,), False))
            return await self._submit(person, dialog, spot, state, "id")
        found = self._chats.find(message, person)
        spots = (spot for card in found.known_cards() for spot in buttons(card) if spot.action == action)
        spot = next(spots, Spot(action, (), in_set=True))
        sendable = self._as_shown(person, spot)
        if sendable is None:
            raise LookupError("This person's client does not show that button.")
        return await self._activate(person, found, sendable, state, "id")

    async def submit(self, person: Person, inputs: Mapping[str, Any], by: By, label: str | None) -> dict[str, Any]:
        """Fills the open dialog and presses its button: the one called `label`, else the first that sends."""
        dialog = self._chats.of(person).dialog
        if dialog is None:
            raise LookupError(f"{person.name} has no form open.")
        senders = [spot for spot in buttons(dialog.card) if spot.action.get("type") in SENDS]
        chosen = [spot for spot in senders if label in (None, spot.title)]
        if not chosen:
            there = ", ".join(spot.title for spot in senders)
            raise LookupError(f"The form has no button {label!r}, only {there or 'none at all'}.")
        return await self._submit(person, dialog, chosen[0], inputs, by)

    async def refresh(self, person: Person, message: Message) -> None:
        """Asks the bot for this person's view when the card wants that and the last asking is a minute ago."""
        wanted = (message.base or {}).get("refresh")
        users = wanted.get("userIds") if wanted else None
        now = self._clock.now()
        if not wanted or (users is not None and person.mri not in users):
            return
        if message.refreshed_at is not None and now - message.refreshed_at <= REFRESH_EVERY:
            return
        message.refreshed_at = now
        action = wanted["action"]
        value = activities.execute_value(action, action.get("data"), "automatic")
        _, reply = await self._invoke(person, "adaptiveCard/action", value, message)
        if reply.kind == "card":
            message.show(reply.card)
            self._chats.on_change(person.name)

    def _as_shown(self, person: Person, spot: Spot) -> Spot | None:
        """The button as this person's client understands it; None when an old client shows none there."""
        if person.name not in self._habits.legacy or spot.action.get("type") != "Action.Execute":
            return spot
        fallback = spot.action.get("fallback")
        # Old clients honour the fallback of an action in an ActionSet only, not at the card's foot.
        if not isinstance(fallback, dict) or not spot.in_set:
            return None
        return Spot({"title": spot.title} | fallback, spot.cards, spot.in_set)

    async def _activate(
        self, person: Person, message: Message, spot: Spot, inputs: Mapping[str, Any], by: By
    ) -> dict[str, Any]:
        kind = spot.action.get("type")
        if kind == "Action.ShowCard":
            return await self._open_card(person, message, spot, inputs, by)
        if kind not in SENDS:
            return {"status": 200, "body": {"url": spot.action["url"]} if "url" in spot.action else {}}
        filled = self._fill(spot, inputs, by)
        teams = _teams_part(spot.action)
        fetches = teams.get("type") == "task/fetch"
        if filled.errors or (filled.left and by == "label" and not fetches):
            return _not_sent(spot, filled)
        data = _merged(spot.action.get("data"), filled.values)
        if fetches:
            return await self._fetch(person, message, data, filled.left, by)
        if kind == "Action.Execute":
            value = activities.execute_value(spot.action, data, "manual")
            answer, reply = await self._invoke(person, "adaptiveCard/action", value, message)
            self._show(person, message, reply)
            return answer.as_dict()
        if teams.get("type") in ("messageBack", "imBack"):
            fields: Json = {"text": str(teams.get("text") or teams.get("value") or "")}
            fields |= {"value": teams["value"]} if teams["type"] == "messageBack" and "value" in teams else {}
            fields |= self._rooms.here(message)
            return (await self._post(person, "message", replyToId=message.id, **fields)).as_dict()
        fields = activities.submitted_message(data, message.id) | self._rooms.here(message)
        return (await self._post(person, "message", **fields)).as_dict()

    async def _open_card(
        self, person: Person, message: Message, spot: Spot, inputs: Mapping[str, Any], by: By
    ) -> dict[str, Any]:
        """Opens the inner card; with inputs it presses the first button in there that sends."""
        if not inputs:
            return {"status": 200, "body": {"opened": spot.title}}
        inner = [each for each in buttons(spot.action["card"], spot.cards) if each.action.get("type") in SENDS]
        shown = next((s for each in inner if (s := self._as_shown(person, each))), None)
        if shown is None:
            raise LookupError(f"Nothing in {spot.title!r} can be sent.")
        return await self._activate(person, message, shown, inputs, by)

    async def _fetch(
        self, person: Person, message: Message, data: Any, rest: Mapping[str, Any], by: By
    ) -> dict[str, Any]:
        value = activities.dialog_value(data)
        answer, reply = await self._invoke(person, "task/fetch", value, message)
        if reply.kind == "dialog":
            opened = Dialog(f"teams-dialog-{self._chats.new_id()}", reply.title, reply.card, message.id)
            self._chats.of(person).dialog = opened
            self._chats.on_change(person.name)
            if rest:
                return await self.submit(person, rest, by, None)
        else:
            self._show(person, None, reply)
        return answer.as_dict()

    async def _submit(
        self, person: Person, dialog: Dialog, spot: Spot, inputs: Mapping[str, Any], by: By
    ) -> dict[str, Any]:
        if spot.action.get("type") == "Action.OpenUrl":
            return {"status": 200, "body": {"url": spot.action.get("url")}}
        filled = self._fill(spot, inputs, by)
        dialog.errors = dict(filled.errors)
        if filled.errors or (filled.left and by == "label"):
            self._chats.on_change(person.name)
            return _not_sent(spot, filled)
        value = activities.dialog_value(_merged(spot.action.get("data"), filled.values))
        answer, reply = await self._invoke(person, "task/submit", value, None)
        if reply.kind == "dialog":
            dialog.title, dialog.card = reply.title or dialog.title, reply.card
        elif reply.kind != "error":
            self._chats.of(person).dialog = None
        self._show(person, None, reply)
        self._chats.on_change(person.name)
        return answer.as_dict()

    def _fill(self, spot: Spot, inputs: Mapping[str, Any], by: By) -> Filled:
        if spot.action.get("associatedInputs") in ("none", "None"):
            return Filled(left=dict(inputs))
        return fill(spot.inputs(), inputs, by, checks=self._habits.checks)

    async def _invoke(self, person: Person, name: str, value: Json, on: Message | None) -> tuple[Delivered, Reply]:
        reply_to, here = (None, {}) if on is None else (on.id, self._rooms.here(on))
        answer = await self._post(person, "invoke", **activities.invoke(name, value, reply_to), **here)
        reply = read_reply(name, answer.status, answer.body)
        for why in reply.complaints:
            self._journal.complain(why, person=person.name, about=reply_to or name)
        return answer, reply

    def _show(self, person: Person, message: Message | None, reply: Reply) -> None:
        """What an answer does to this person's screen; a card for a message that is not theirs has no place there."""
        if reply.kind == "toast":
            self._chats.toast(person, reply.text)
        elif reply.kind == "error":
            self._chats.toast(person, GENERIC_ERROR)
        elif reply.kind == "card" and message is not None and message in self._chats.of(person).items:
            message.show(reply.card)
            self._chats.on_change(person.name)


def _teams_part(action: Json) -> Json:
    data = action.get("data")
    part = data.get("msteams") if isinstance(data, dict) and action.get("type") == "Action.Submit" else None
    return part if isinstance(part, dict) else {}


def _merged(data: Any, values: Mapping[str, str]) -> Any:
    """The inputs join the action's data, over it; data that is not an object stays as it is."""
    return {**data, **values} if isinstance(data, dict) else dict(values) if data is None else data


def _not_sent(spot: Spot, filled: Filled) -> dict[str, Any]:
    labels = {str(element.get("id", "")): label_of(element) for element in spot.inputs()}
    errors = {labels.get(name, name): why for name, why in filled.errors.items()}
    if filled.left and not errors:
        errors = dict.fromkeys(filled.left, "There is no such field.")
    return problem(422, "The form was not sent.", errors=errors, fields=list(labels.values()))
