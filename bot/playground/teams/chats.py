"""The one-to-one chats: what was posted, what each person's client shows instead, the dialog that is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.playground.teams.cast import Clock, Person, World
from bot.playground.teams.reading import read_card, read_markdown
from bot.playground.teams.replies import CARD
from bot.playground.teams.tree import Json, dicts

PREFIX = "teams-"


@dataclass(frozen=True)
class Place:
    """A channel's id and name, and the message there that is replied to; all "" in a one-to-one chat."""

    channel: str = ""
    name: str = ""
    root: str = ""


@dataclass
class Message:
    """One message of a chat. `view` is a card that replaced its own for this person only; `past` are older cards.

    Of what stands in a channel (`place`) every member has a copy.
    """

    id: str
    by_bot: bool
    activity: Json
    posted_at: datetime
    edited_at: datetime | None = None
    view: Json | None = None
    past: list[Json] = field(default_factory=list)
    refreshed_at: datetime | None = None
    deleted: bool = False
    place: Place = Place()

    @property
    def base(self) -> Json | None:
        """The first Adaptive Card that the bot sent."""
        cards = [a["content"] for a in dicts(self.activity.get("attachments")) if a.get("contentType") == CARD]
        return cards[0] if cards else None

    @property
    def card(self) -> Json | None:
        """The card that this person sees."""
        return self.view or self.base

    def known_cards(self) -> list[Json]:
        """Every card this message ever showed, the present one first: a slow client may still show an old one."""
        return [card for card in (self.view, self.base, *reversed(self.past)) if card is not None]

    def show(self, card: Json) -> None:
        """Replaces the card for this client, until the message is next edited."""
        if self.card is not None:
            self.past.append(self.card)
        self.view = card

    def edit(self, activity: Json, now: datetime) -> None:
        """The bot wrote the message anew: everybody sees that."""
        if self.card is not None:
            self.past.append(self.card)
        self.activity, self.edited_at, self.view = activity, now, None

    def text(self) -> str:
        """All readable words."""
        words = read_markdown(str(self.activity.get("text") or "")) if self.by_bot else self.activity.get("text", "")
        return "\n".join(part for part in (words, read_card(self.card) if self.card else "") if part)


@dataclass(frozen=True)
class Toast:
    """A sentence that only this person saw, for a moment."""

    id: str
    text: str
    posted_at: datetime


@dataclass
class Dialog:
    """The open form. `errors` are the client's own, by input id; `message` is the one it was opened from."""

    id: str
    title: str
    card: Json
    message: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Chat:
    """One person's chat with the bot. `installed`: has the app; `blocked`: wants nothing from it."""

    person: Person
    items: list[Message | Toast] = field(default_factory=list)
    dialog: Dialog | None = None
    installed: bool = True
    blocked: bool = False

    def message(self, identity: str) -> Message | None:
        """The message with this activity id that is still there."""
        messages = (item for item in self.items if isinstance(item, Message))
        return next((m for m in messages if m.id == identity and not m.place.channel and not m.deleted), None)


class Chats:
    """All chats. Ids are unique over all of them; `on_change` hears the name of whose screen changed."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        self._last = 0
        self._chats = {person.name: Chat(person) for person in world.people.values()}
        self._all: dict[str, Message] = {}
        self.on_change: Callable[[str], None] = lambda person: None

    def of(self, person: Person) -> Chat:
        """The chat of one person."""
        return self._chats[person.name]

    def all(self) -> list[Chat]:
        """Every chat."""
        return list(self._chats.values())

    def named(self, name: str) -> Chat:
        """The chat of the person with this name. Raises LookupError."""
        if name not in self._chats:
            raise LookupError(f"{name} is not on Teams.")
        return self._chats[name]

    def new_id(self) -> str:
        """A message id as Teams gives them: milliseconds, here never twice."""
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1000))
        return str(self._last)

    def now(self) -> datetime:
        """The time on everybody's wall."""
        return self._clock.now()

    def post(
        self, person: Person, activity: Json, *, by_bot: bool, identity: str = "", place: Place = Place()
    ) -> Message:
        """A new message at the end of the chat; `identity` and `place` for a copy of a channel's."""
        message = Message(identity or self.new_id(), by_bot, activity, self._clock.now(), place=place)
        self._all.setdefault(message.id, message)
        self.of(person).items.append(message)
        self.on_change(person.name)
        return message

    def edit(self, person: Person, message: Message, activity: Json) -> None:
        """The bot's PUT."""
        message.edit(activity, self._clock.now())
        self.on_change(person.name)

    def delete(self, person: Person, message: Message) -> None:
        """The bot's DELETE."""
        message.deleted = True
        self.on_change(person.name)

    def toast(self, person: Person, text: str) -> None:
        """Shows a sentence to this person alone."""
        self.of(person).items.append(Toast(f"toast-{self.new_id()}", text, self._clock.now()))
        self.on_change(person.name)

    def find(self, opaque: str, person: Person) -> Message:
        """Any message of any chat by the id that `screen` gives it, deleted ones too: a click may come late.

        Of a channel's message it is this person's copy, if there is one.
        """
        identity = opaque.removeprefix(PREFIX)
        if identity not in self._all:
            raise LookupError(f"There is no message {opaque!r} on Teams.")
        own = (item for item in self.of(person).items if isinstance(item, Message) and item.id == identity)
        return next(own, self._all[identity])

    def screen(self, person: Person, bot_name: str) -> list[dict[str, Any]]:
        """What this person sees, newest last, in the shape of the doubles' contract plus `author` and `summary`.

        `channel` is a channel's name, or the chat's id; `thread` the message that a reply in a channel replies to.
        """
        shown = (item for item in self.of(person).items if isinstance(item, Toast) or not item.deleted)
        return [self._show(person, item, bot_name) for item in shown]

    def _show(self, person: Person, item: Message | Toast, bot_name: str) -> dict[str, Any]:
        seen: dict[str, Any] = {
            "platform": "teams",
            "message": f"{PREFIX}{item.id}",
            "channel": person.conversation,
            "posted_at": item.posted_at.isoformat(),
            "edited_at": None,
            "author": bot_name,
            "private": isinstance(item, Toast),
            "thread": "",
        }
        if isinstance(item, Toast):
            return seen | {"text": item.text, "native": {"type": "message", "text": item.text}, "summary": ""}
        return seen | {
            "channel": item.place.name or person.conversation,
            "thread": f"{PREFIX}{item.place.root}" if item.place.root else "",
            "edited_at": item.edited_at.isoformat() if item.edited_at else None,
            "author": bot_name if item.by_bot else person.name,
            "text": item.text(),
            "native": item.card or {"type": "message", "text": str(item.activity.get("text") or "")},
            "summary": str(item.activity.get("summary") or ""),
        }
