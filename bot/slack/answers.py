"""Answer -> Slack: what happens on the screen after each kind of press, so that every click is answered visibly."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Form
from bot.conversation import Answer, Press, Talk
from bot.slack import blocks, forms, voice
from bot.slack.api import SlackApi
from bot.slack.elements import Json
from bot.slack.errands import Errands
from bot.slack.listeners import HOME_WORDS, Heard, Place
from bot.slack.names import Names

SORRY = "Something went wrong on our side and nothing was changed. Please try again in a minute."

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """The acknowledgement: an HTTP status and a body ("" or JSON)."""

    status: int = 200
    body: str = ""

    @classmethod
    def json(cls, body: Json) -> Reply:
        return cls(200, json.dumps(body))


class Answers:
    """One method a kind of payload. The press is performed, and so committed, before the acknowledgement.

    Forms open before it (their trigger lasts three seconds); sentences follow it as errands.
    """

    def __init__(self, talk: Talk, api: SlackApi, errands: Errands, command: str) -> None:
        self._talk, self._api, self._errands = talk, api, errands
        self._names = Names()
        self._too_old = f"This button can no longer be used. Type {command} {HOME_WORDS} to see what needs you."
        self._table: dict[str, Callable[[Heard, Press, AsyncWebClient], Awaitable[Reply]]] = {
            "click": self._click,
            "submission": self._submission,
            "command": self._command,
            "shortcut": self._shortcut,
            "message": self._message,
            "mention": self._mention,
            "home": self._home,
        }

    async def to(self, heard: Heard, client: AsyncWebClient) -> Reply:
        """The acknowledgement of one payload. Never raises for a person's doing."""
        if heard.kind == "stale":
            return self._stale(heard.place, client)
        if heard.kind == "options":
            # None of our menus loads its options, so this is a menu of an older version.
            return Reply.json({"options": []})
        handler = self._table.get(heard.kind)
        if handler is None or heard.press is None:
            return Reply()
        return await handler(heard, await self._names.give(heard.press, client), client)

    async def _ask(self, press: Press) -> Answer:
        try:
            return await self._talk.press(press)
        except Exception:
            _log.exception("a press failed: %s", press.verb)
            return Answer(say=SORRY, tone="bad")

    async def _click(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        answer, place = await self._ask(press), heard.place
        if answer.form:
            problem = await self._open(client, place, answer.form)
            answer = Answer(say=problem or answer.say, tone="bad" if problem else answer.tone)
            if answer.say:
                await self._tell(client, place, answer)
            return Reply()
        if press.verb == "say":
            await self._turn(client, place, answer)
        elif answer.say or place.ephemeral or place.surface != "message":
            # The card in the person's chat is redrawn by the courier; a page or a private message is not.
            await self._tell(client, place, replace(answer, card=None) if answer.say else answer)
        if place.surface == "home" and press.verb != "say":
            again = replace(press, key=f"{press.key}:home", verb="say", ref=None, words=HOME_WORDS)
            self._errands.run("slack home after a click", self._show_home(client, again, place))
        return Reply()

    async def _submission(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        answer, place = await self._ask(press), heard.place
        if answer.form:
            at_fields = forms.refusal(answer.form, place.fields)
            if at_fields is not None:
                return Reply.json(at_fields)
            try:
                redrawn = forms.view(answer.form, channel=place.channel)
            except ValueError:
                _log.exception("a form does not fit into a view: %s", answer.form.verb)
                redrawn = forms.notice(place.title, blocks.sentence(SORRY, "bad"))
            return Reply.json({"response_action": "update", "view": redrawn})
        if answer.card and not answer.say:
            return Reply.json({"response_action": "update", "view": forms.notice(place.title, voice.page(answer.card))})
        if answer.tone == "bad":
            # The window stays, so that the reason stands where the person is looking.
            view = forms.notice(place.title, blocks.sentence(answer.say, "bad"))
            return Reply.json({"response_action": "update", "view": view})
        # The card behind the form is the courier's to redraw.
        await self._whisper(client, place, replace(answer, card=None))
        return Reply.json({"response_action": "clear"})

    async def _command(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        answer = await self._ask(press)
        if answer.form:
            problem = await self._open(client, heard.place, answer.form)
            if not problem and not answer.say:
                return Reply()
            answer = Answer(say=problem or answer.say, tone="bad" if problem else answer.tone)
        return Reply.json(voice.reply(answer))

    async def _shortcut(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        answer, place = await self._ask(press), heard.place
        if answer.form:
            problem = await self._open(client, place, answer.form)
        else:
            shown = blocks.sentence(answer.say, answer.tone) if answer.say else []
            shown += voice.page(answer.card) if answer.card else []
            title = answer.card.title if answer.card else "Keyline"
            problem = await voice.open_view(client, place, forms.notice(title, shown or blocks.sentence("")))
        if problem:
            await self._whisper(client, place, Answer(say=problem, tone="bad"))
        return Reply()

    async def _message(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        answer, place = await self._ask(press), heard.place
        said = voice.spoken(answer)
        self._errands.run("slack message answered", voice.message(client, place.channel, said, place.thread))
        return Reply()

    async def _mention(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        await self._whisper(client, heard.place, await self._ask(press))
        return Reply()

    async def _home(self, heard: Heard, press: Press, client: AsyncWebClient) -> Reply:
        self._errands.run("slack home", self._show_home(client, press, heard.place))
        return Reply()

    def _stale(self, place: Place, client: AsyncWebClient) -> Reply:
        if place.surface == "modal" and not place.trigger:
            view = forms.notice(place.title, blocks.sentence(self._too_old, "bad"))
            return Reply.json({"response_action": "update", "view": view})
        said = voice.spoken(Answer(say=self._too_old, tone="bad"))
        self._errands.run("slack stale button", voice.whisper(self._api, client, place, said))
        return Reply()

    async def _open(self, client: AsyncWebClient, place: Place, form: Form) -> str:
        """Nothing when the form is open, else the sentence that says why not."""
        try:
            view = forms.view(form, channel=place.channel)
        except ValueError:
            _log.exception("a form does not fit into a view: %s", form.verb)
            return SORRY
        return await voice.open_view(client, place, view)

    async def _turn(self, client: AsyncWebClient, place: Place, answer: Answer) -> None:
        """A button of a page asks for a page: it takes the old one's place where that is private to the person."""
        if place.surface == "home":
            self._errands.run("slack home page", voice.publish_home(client, place.user, answer))
        elif place.surface == "modal":
            await self._tell(client, place, answer)
        else:
            said = voice.spoken(answer)
            self._errands.run("slack page", voice.whisper(self._api, client, place, said, replace=place.ephemeral))

    async def _tell(self, client: AsyncWebClient, place: Place, answer: Answer) -> None:
        """Shows an answer to the person alone; over a modal as another view, since a message would stay hidden."""
        if place.surface == "modal" and place.trigger:
            shown = blocks.sentence(answer.say, answer.tone) if answer.say else []
            shown += voice.page(answer.card) if answer.card else []
            if not await voice.open_view(client, place, forms.notice(place.title, shown or blocks.sentence(""))):
                return
        await self._whisper(client, place, answer)

    async def _whisper(self, client: AsyncWebClient, place: Place, answer: Answer) -> None:
        said = voice.spoken(answer)
        self._errands.run("slack private answer", voice.whisper(self._api, client, place, said))

    async def _show_home(self, client: AsyncWebClient, press: Press, place: Place) -> None:
        await voice.publish_home(client, place.user, await self._ask(press))
