"""What the bot does with each kind of activity: a press goes to the conversation, its answer back to the person."""

from __future__ import annotations

from typing import Any

from botbuilder.core import ActivityHandler, BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, Attachment

from bot.conversation import Answer, Press, Talk
from bot.teams import activities, answers
from bot.teams.activities import Arrival
from bot.teams.addresses import Addresses
from bot.teams.answers import Body
from bot.teams.elements import MARK
from bot.teams.rooms import Rooms

ARRIVAL = "keyline.arrival"
"""Where the adapter puts the Arrival of a turn in its turn_state."""
INVOKE_RESPONSE: str = BotAdapter._INVOKE_RESPONSE_KEY
"""Where the SDK's adapters keep the answer to an invoke in the turn_state."""

WELCOME = (
    "Hello! Here your IT provider asks for your decisions and tells you about outages and planned downtime. "
    "Type “waiting” to see what waits for you, or “help” for everything you can do."
)


class Handler(ActivityHandler):
    """ActivityHandler, not its Teams child: that one calls the stock connector client for member events and serialises
    invoke answers twice. Unknown events fall through to the base class, which does nothing: 200."""

    def __init__(self, talk: Talk, addresses: Addresses, rooms: Rooms) -> None:
        super().__init__()
        self._talk, self._addresses, self._rooms = talk, addresses, rooms

    async def on_turn(self, turn_context: TurnContext) -> None:
        """Notes the address of whoever is heard in a personal chat, then does what the activity asks.

        What a team says of its channels is kept once the person, if one waits, has an answer.
        """
        arrival = _arrival(turn_context)
        if arrival.personal and arrival.user and not _leaves(arrival):
            await self._addresses.seen(arrival.account)
        await super().on_turn(turn_context)
        if not arrival.personal and arrival.activity.type != "invoke":
            await self._rooms.hear(arrival, left=_leaves(arrival))

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Words, or a button of a client that knows no Action.Execute (its data is the message's `value`)."""
        arrival = _arrival(turn_context)
        data = arrival.activity.value
        clicked = isinstance(data, dict) and MARK in data
        if not arrival.user:
            await _send(turn_context, answers.sentence(answers.UNKNOWN_PERSON))
        elif not arrival.personal:
            # a channel sees the reply: it holds nothing but the way to the private chat
            await _send(turn_context, answers.sentence(answers.IN_PRIVATE))
        elif clicked:
            await self._submitted(turn_context, arrival, data)
        else:
            press = activities.said(arrival)
            for message in answers.messages(await self._talk.press(press), press):
                await _send(turn_context, message)

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """Buttons (adaptiveCard/action) and dialogs (task/fetch, task/submit).

        The answer is put where the adapter looks for it: returned, the base class would send it through the pipeline,
        which copies the whole card deeply.
        """
        arrival = _arrival(turn_context)
        name = arrival.activity.name
        if name == "adaptiveCard/action":
            body = await self._action(arrival)
        elif name in ("task/fetch", "task/submit"):
            body = await self._dialog(arrival, submits=name == "task/submit")
        else:
            # a 5xx would count against the bot's health, and the stock 501 has a body Teams cannot read
            body = answers.refused("Keyline does not know this request.", code="NotSupported")
        answer = Activity(type="invokeResponse", value=InvokeResponse(status=200, body=body))
        turn_context.turn_state[INVOKE_RESPONSE] = answer

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """Added: the address is noted by on_turn, the person is greeted once. Removed from a personal chat: nothing can
        be delivered there until it is added again. An upgrade (remove-upgrade, add-upgrade) is neither."""
        arrival = _arrival(turn_context)
        if arrival.activity.action == "add":
            await self._welcome(turn_context)
        elif _leaves(arrival):
            await self._farewell(arrival)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """The bot joining or leaving a person's chat; of teams `on_turn` tells the rooms."""
        arrival = _arrival(turn_context)
        if arrival.bot and arrival.bot in _ids(arrival.activity.members_added):
            await self._welcome(turn_context)
        elif _leaves(arrival):
            await self._farewell(arrival)

    async def _welcome(self, turn_context: TurnContext) -> None:
        arrival = _arrival(turn_context)
        if arrival.personal and self._addresses.first_greeting(arrival.conversation):
            await _send(turn_context, answers.sentence(WELCOME))

    async def _farewell(self, arrival: Arrival) -> None:
        if arrival.personal and arrival.user:
            await self._addresses.gone(arrival.account, "The app was removed in Teams.")

    async def _action(self, arrival: Arrival) -> Body:
        value = arrival.activity.value
        action = value.get("action") if isinstance(value, dict) else None
        if not isinstance(action, dict) or action.get("type") != "Action.Execute":
            return answers.refused(answers.UNREADABLE)
        verb = action.get("verb")
        try:
            press = activities.pressed(arrival, action.get("data"), verb=verb if isinstance(verb, str) else "")
        except ValueError:
            return answers.refused(answers.UNREADABLE)
        if not arrival.user:
            return answers.refused(answers.UNKNOWN_PERSON)
        return answers.of_action(await self._answer(press), press, personal=arrival.personal)

    async def _dialog(self, arrival: Arrival, *, submits: bool) -> Body:
        value = arrival.activity.value
        try:
            press = activities.pressed(arrival, value.get("data") if isinstance(value, dict) else None, submits=submits)
        except ValueError:
            return answers.dialog_message(answers.UNREADABLE)
        if not arrival.user:
            return answers.dialog_message(answers.UNKNOWN_PERSON)
        return answers.of_dialog(await self._answer(press), press)

    async def _submitted(self, turn_context: TurnContext, arrival: Arrival, data: Any) -> None:
        try:
            press = activities.pressed(arrival, data)
        except ValueError:
            await _send(turn_context, answers.sentence(answers.UNREADABLE))
            return
        answer = await self._answer(press)
        replaced = False
        if answer.card and arrival.activity.reply_to_id:
            # a Submit cannot be answered with a card, so the pressed one is edited
            plain = answers.messages(Answer(card=answer.card), press)[0]
            activity = _activity({**plain, "id": arrival.activity.reply_to_id})
            replaced = await turn_context.update_activity(activity) is not None
        if replaced:
            answer = Answer(say=answer.say or answers.DONE, tone=answer.tone)
        for message in answers.messages(answer, press):
            await _send(turn_context, message)

    async def _answer(self, press: Press) -> Answer:
        if press.verb != "cancel":
            return await self._talk.press(press)
        answer = Answer() if press.ref is None else await self._talk.press(answers.back(press))
        # a form that was asked for in words belongs to no card: something has to take its place
        return answer if answer.card else Answer(say=answer.say, tone=answer.tone, card=answers.GIVEN_UP)


def _arrival(turn_context: TurnContext) -> Arrival:
    arrival = turn_context.turn_state[ARRIVAL]
    assert isinstance(arrival, Arrival)
    return arrival


def _ids(members: list[Any] | None) -> set[str]:
    return {member.id for member in members or []}


def _leaves(arrival: Arrival) -> bool:
    activity = arrival.activity
    if activity.type == "installationUpdate":
        return bool(activity.action == "remove")
    return bool(arrival.bot) and arrival.bot in _ids(activity.members_removed)


def _activity(body: Body) -> Activity:
    """A body of ours as the SDK's activity."""
    return Activity(
        type="message",
        id=body.get("id"),
        text=body.get("text"),
        text_format=body.get("textFormat"),
        summary=body.get("summary"),
        attachments=[
            Attachment(content_type=each["contentType"], content=each["content"])
            for each in body.get("attachments", [])
        ]
        or None,
    )


async def _send(turn_context: TurnContext, body: Body) -> None:
    await turn_context.send_activity(_activity(body))
