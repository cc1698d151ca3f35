"""A press comes in, an answer goes out: the one way from Slack, Teams and the web to the desk and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol, TypeVar

import structlog

from bot import interpreter
from bot.cards import pages
from bot.cards.card import Card, Form
from bot.cards.gallery import Gallery, Pressed
from bot.cards.gallery.sight import OUTDATED
from bot.platform import Platform
from bot.together import Together
from bot.typed import WORDS
from bot.verbs import VERBS, Given, Verb
from handlers import commands
from handlers.commands import Actor, Chat, Command, Event, Outcome, Ref, Refused
from handlers.context import Who
from handlers.desk import Desk
from storage.store import Tx

log = structlog.get_logger(__name__)

Tone = Literal["good", "bad", "info"]
Seen = TypeVar("Seen")
DRAWN_TOGETHER = 16
"""So many pressed cards are drawn by one look at the store, at most."""
SORRY = "Something went wrong on our side and nothing was changed. Please try again in a moment."


@dataclass(frozen=True)
class Press:
    """One thing a verified person did on a platform.

    `key` is the platform's own identity of the event: a retry has the same key. `org` and `user` are the verified
    identity. `verb`, `ref`, `version`, `revision` are what the button said and are *claims*: nothing is believed but
    which subject is meant. `inputs` is None when a button was pressed and a mapping (field id -> text) when a form was
    submitted. `words` is what the person typed after the command (verb "say"). `locale` and `name` are courtesy only.
    """

    key: str
    platform: Platform
    org: str
    user: str
    verb: str
    ref: Ref | None = None
    version: int = 0
    revision: int = 0
    inputs: Mapping[str, str] | None = None
    words: str = ""
    name: str = ""
    """What the platform calls the person: only to greet somebody who is not in the directory yet."""
    wants_card: bool = True
    """Whether the answer shows the pressed card; not where the courier's edit of it is what the person sees."""


@dataclass(frozen=True)
class Answer:
    """What the person sees at once.

    Either `form` (open it; with `form.errors`: keep it open and show them at the fields), or `say` and/or `card`.
    `say` is a private sentence. `card` is the pressed card redrawn for this person (Teams answers the invoke with it;
    on Slack the courier's edit shows the same) or, for verb "say", the page asked for (waiting, contacts, help).
    """

    say: str = ""
    tone: Tone = "info"
    card: Card | None = None
    form: Form | None = None


@dataclass(frozen=True)
class _Undrawn:
    """What is said of a press that is done; the pressed card as it is now is still to be shown with it."""

    press: Press
    say: str = ""
    tone: Tone = "info"

    @property
    def pressed(self) -> Pressed:
        """What the gallery is asked for."""
        press = self.press
        return press.ref or pages.PAGE, Chat(press.platform, press.org, press.user), press.verb


def asks(press: Press) -> bool:
    """Whether somebody starts or sends a request of the own."""
    return press.verb.startswith("request:") or (press.verb == "say" and "request" in press.words.lower().split())


class Talk(Protocol):
    """What an adapter needs of the conversation."""

    async def press(self, press: Press) -> Answer:
        """Never raises for what a person did; whatever happens there is a sentence to show."""
        ...


class Conversation:
    """Carries a press to the desk in one thread hop and says what came of it.

    Of a crowd the pressed cards are drawn by another hop, many together.
    """

    def __init__(
        self, desk: Desk, gallery: Gallery, now: Callable[[], datetime], wake: Callable[[], None], *, command: str
    ) -> None:
        self._desk = desk
        self._gallery = gallery
        self._now = now
        self._wake = wake
        self._command = command
        self._easel: Together[Pressed] = Together(asyncio.to_thread, gallery.pressed_many, most=DRAWN_TOGETHER)
        self.pressing = 0
        """How many people wait for an answer at the moment."""

    async def press(self, press: Press) -> Answer:
        """A button, a form or typed words; the answer is ready when everything is on disk."""
        self.pressing += 1
        interpreter.hurry(self.pressing)
        try:
            if self.pressing == 1:
                answer = await asyncio.to_thread(self._press, press)
            else:
                done = await asyncio.to_thread(self._do, press)
                answer = await self._shown(done) if isinstance(done, _Undrawn) else done
        finally:
            self.pressing -= 1
            interpreter.hurry(self.pressing)
        self._wake()  # after the hop, so that the courier's work follows the answer
        return answer

    async def perform(self, command: Command, actor: Actor, key: str, channel: str) -> Outcome:
        """A command of another kind of caller (REST, the clock, the courier); raises `Refused`."""
        outcome = await asyncio.to_thread(self._desk.perform, command, Event(key, self._now(), actor, channel))
        self._wake()
        return outcome

    async def rehearse(self, command: Command, actor: Actor, channel: str, look: Callable[[Tx, Outcome], Seen]) -> Seen:
        """What a command would come to, as `look` sees it; nothing of it is kept. Raises `Refused`."""
        return await asyncio.to_thread(self._desk.rehearse, command, Event("", self._now(), actor, channel), look)

    def _press(self, press: Press) -> Answer:
        done = self._do(press)
        if not isinstance(done, _Undrawn):
            return done
        try:
            return _with_card(done, self._gallery.pressed_many([done.pressed])[0] if done.press.ref else None)
        except Exception as problem:
            return _with_card(done, problem)

    def _do(self, press: Press) -> Answer | _Undrawn:
        chat = Chat(press.platform, press.org, press.user)
        try:
            if asks(press):
                self._welcome(press, chat)
            if press.verb == "say":
                return self._say(press, self._heard(press, chat))
            if press.inputs is None and press.verb != "refresh" and _opens_form(press):
                return self._open(press, chat)
            return self._act(press, chat)
        except Refused as refused:
            return self._refused(press, chat, refused)
        except Exception:
            log.exception("press failed", verb=press.verb, ref=str(press.ref), platform=press.platform)
            return Answer(say=SORRY, tone="bad")

    def _welcome(self, press: Press, chat: Chat) -> None:
        """Any employee may ask: somebody unknown in a client's own workspace is known from the first request on."""
        try:
            self._desk.recognise(chat)
        except Refused:
            join = commands.AddEmployee(chat.platform, chat.org, chat.user, press.name)
            key = f"join:{chat.platform}:{chat.org}:{chat.user}"
            with suppress(Refused):  # not a client's workspace: the press itself is refused
                self._desk.perform(join, Event(key, self._now(), commands.System("the house"), press.platform))

    def _heard(self, press: Press, chat: Chat) -> Who:
        """Who it is; somebody who was thought to be out of reach is not."""
        who = self._desk.recognise(chat)
        if not who.reachable:
            back = commands.RememberAddress(chat.platform, chat.org, chat.user)
            self._desk.perform(back, Event(commands.ITSELF, self._now(), commands.System("the house"), press.platform))
        return who

    def _act(self, press: Press, chat: Chat) -> Answer | _Undrawn:
        if press.verb == "refresh":
            self._desk.recognise(chat)
            return _Undrawn(press)
        command = self._command_of(press, chat)
        event = Event(press.key, self._now(), chat, press.platform)
        outcome = self._desk.perform(command, event)
        tone: Tone = "info" if outcome.repeated else "good"
        if not press.wants_card:
            return Answer(say=outcome.say, tone=tone)
        return _Undrawn(press, outcome.say, tone)

    def _open(self, press: Press, chat: Chat) -> Answer:
        """A form, or the sentence why not; a refused press is journalled like a refused command."""
        try:
            who = self._heard(press, chat)
            return Answer(
                form=self._gallery.form(press.verb, press.ref or pages.PAGE, press.version, who.person_id or "")
            )
        except Refused as refused:
            self._desk.refuse(press.verb, press.ref, Event(press.key, self._now(), chat, press.platform), refused)
            raise

    def _command_of(self, press: Press, chat: Chat) -> Command:
        detail = press.verb.partition("@")[2]
        return _verb_of(press).asks(
            Given(
                press.ref or pages.PAGE,
                press.version,
                press.inputs or {},
                lambda: self._desk.recognise(chat).person_id or "",
                self._gallery,
                self._now(),
                detail,
            )
        )

    async def _shown(self, done: _Undrawn) -> Answer:
        try:
            return _with_card(done, await self._easel.ask(done.pressed) if done.press.ref else None)
        except Exception as problem:
            return _with_card(done, problem)

    def _refused(self, press: Press, chat: Chat, refused: Refused) -> Answer:
        """The sentence; for a form it stays open with the sentence at its field, as long as it may be sent again."""
        if press.inputs is not None and refused.field:
            try:
                who = self._desk.recognise(chat)
                form = self._gallery.form(press.verb, press.ref or pages.PAGE, press.version, who.person_id or "")
            except Refused as worse:
                return Answer(say=worse.sentence, tone="bad")
            field = refused.field.rpartition(".")[2]
            known = {one.id for one in form.fields}
            fields = tuple(replace(one, value=press.inputs.get(one.id, one.value)) for one in form.fields)
            errors = {field if field in known else "": refused.sentence}
            return Answer(form=replace(form, fields=fields, errors=errors))
        return Answer(say=refused.sentence, tone="bad")

    def _say(self, press: Press, who: Who) -> Answer | _Undrawn:
        """Typed words. Anything else gets help."""
        typed = press.ref.id if press.ref is not None and press.ref.kind == "page" else press.words
        word, _, rest = typed.strip().lower().lstrip("/").partition(" ")
        if word == self._command.lstrip("/"):
            word, _, rest = rest.strip().partition(" ")
        if word == "back":
            return self._act(replace(press, verb="back", inputs={}), Chat(press.platform, press.org, press.user))
        if word in WORDS:
            shown = WORDS[word](self._gallery, who, rest.strip())
            return Answer(form=shown) if isinstance(shown, Form) else Answer(card=shown)
        prefix = f"{self._command} " if press.platform == "slack" else ""
        known = word in ("", "help", "hello", "hi")
        say = "" if known else f"I do not know the word “{word[:40]}”. This is what I can do:"
        return Answer(say=say, card=pages.help_page(prefix, staff=who.staff))


def _with_card(done: _Undrawn, card: Card | Exception | None) -> Answer:
    """What was done stays done and is said, whatever becomes of the card."""
    if not isinstance(card, Exception):
        return Answer(say=done.say, tone=done.tone, card=card)
    press = done.press
    log.error("card not drawn", exc_info=card, verb=press.verb, ref=str(press.ref), platform=press.platform)
    return Answer(say=done.say, tone=done.tone) if done.say else Answer(say=SORRY, tone="bad")


def _verb_of(press: Press) -> Verb:
    """What is asked for; refused when there is no such thing, or not about such a subject."""
    verb, ref = VERBS.get(press.verb.partition("@")[0]), press.ref or pages.PAGE
    if verb is None or ref.kind not in verb.kinds:
        raise Refused(OUTDATED)
    return verb


def _opens_form(press: Press) -> bool:
    """Whether something is to be asked first; a verb that says it all ("relay:post@ROOM") is done at once."""
    return _verb_of(press).form and "@" not in press.verb
