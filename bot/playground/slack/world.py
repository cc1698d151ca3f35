"""What exists in the double's Slack: workspaces, people, conversations, messages; found by id, built from the cast."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from collections.abc import Iterator
from typing import Any

from bot.playground.clock import Clock
from bot.playground.slack.blocks import Refused
from bot.playground.slack.things import Conversation, Message, Person, Workspace

GENERAL = "general"
"""Every workspace has this channel, and our app is in it."""


class World:
    """All of it, and the counters that make ids and timestamps.

    Ids of conversations follow from team and person, so a restarted playground knows the ids that the bot remembers.
    """

    def __init__(self, cast: dict[str, Any], clock: Clock) -> None:
        slack = cast.get("slack") or {}
        self.clock = clock
        self.app_id: str = slack.get("api_app_id", "A0KEYLINE")
        self.app_name: str = slack.get("app_name", "Keyline")
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self.dead_tokens: dict[str, str] = {}
        self._last_ts = 0
        self._numbers = itertools.count(1)
        for entry in slack.get("workspaces", []):
            scopes = entry.get("scopes")
            self.workspaces[entry["team"]] = Workspace(
                team=entry["team"],
                name=entry["name"],
                bot_user=entry["bot_user"],
                bot_id=entry["bot_id"],
                token=entry.get("bot_token"),
                scopes=None if scopes is None else frozenset(scopes),
            )
        for entry in slack.get("people", []):
            person = Person(
                name=entry["name"],
                title=entry.get("title", ""),
                company=entry.get("company", ""),
                team=entry["team"],
                user=entry["user"],
                email=entry.get("email", ""),
                timezone=entry.get("timezone", "UTC"),
                home=entry.get("home_team") or entry["team"],
            )
            self.people[person.name] = person
            if person.team not in self.workspaces:  # Slack knows the workspace before anyone installs the app
                self.workspaces[person.team] = self._bare(person.team, person.company or person.team)
        for person in self.people.values():  # a restarted playground knows the conversations that the bot remembers
            self.direct(person.team, person.user)
        for entry in slack.get("channels", []):
            made = self._channel(entry["team"], entry["name"], entry["channel"], set(entry.get("members") or ()))
            made.has_app = entry.get("has_app", True)
        for entry in slack.get("workspaces", []):
            for named in entry.get("channels", []):
                members = {self.person(name).user for name in named.get("members") or ()}
                made = self._channel(entry["team"], named["name"], named["id"], members)
                made.has_app, made.listed = bool(named.get("bot", True)), True
        for team in self.workspaces:
            if not any(c.team == team and c.name == GENERAL for c in self.conversations.values()):
                self._channel(team, GENERAL, _short("C", team, GENERAL), set())

    def _bare(self, team: str, name: str) -> Workspace:
        return Workspace(team, name, bot_user=_short("U", team, "bot"), bot_id=_short("B", team, "bot"))

    def _channel(self, team: str, name: str, channel: str, members: set[str]) -> Conversation:
        everyone = members or {p.user for p in self.people.values() if p.team == team}
        self.conversations[channel] = Conversation(channel, team, name, members=everyone)
        return self.conversations[channel]

    # finding

    def person(self, name: str) -> Person:
        """By full name; LookupError with a sentence for a stranger."""
        try:
            return self.people[name]
        except KeyError:
            raise LookupError(f"Nobody called “{name}” is on Slack in this cast.") from None

    def user(self, team: str, user: str) -> Person | None:
        """Whom the app in that workspace sees under this id."""
        return next((p for p in self.people.values() if p.user == user and p.team == team), None)

    def by_token(self, token: str) -> Workspace | None:
        """The workspace of a live token: only tokens of the cast and those issued by this double's OAuth are known."""
        return next((w for w in self.workspaces.values() if w.token is not None and w.token == token), None)

    def direct(self, team: str, user: str) -> Conversation:
        """The app's direct message with that person, opened if need be."""
        channel = _short("D", team, user)
        if channel not in self.conversations:
            self.conversations[channel] = Conversation(channel, team, self.app_name, person=user, members={user})
        return self.conversations[channel]

    def message(self, message_id: str) -> Message:
        """By the opaque id of `screen`; LookupError when there is none (any more)."""
        _, channel, ts = [*message_id.split("-", 2), "", ""][:3]
        found = self.conversations.get(channel)
        if found is None or ts not in found.messages:
            raise LookupError(f"There is no Slack message “{message_id}”.")
        return found.messages[ts]

    def visible(self, person: Person) -> Iterator[tuple[Conversation, Message]]:
        """What the person sees, oldest first: their direct message, their channels, and what was said to them alone."""
        found = [
            (conversation, message)
            for conversation in self.conversations.values()
            if conversation.team == person.team
            for message in conversation.messages.values()
            if (person.user in conversation.members if message.only_for is None else message.only_for == person.user)
        ]
        return iter(sorted(found, key=lambda pair: pair[1].ts))

    def root(self, conversation: Conversation, thread_ts: str) -> Message:
        """The message whose thread that is; `Refused` for one that is not there, or that has no thread of its own.

        Slack does not document what a wrong thread_ts is answered with; these are its words for threads elsewhere
        (conversations.replies, chat.postMessage). "Avoid using a reply's ts value; use its parent instead."
        """
        found = conversation.messages.get(thread_ts)
        if found is None:
            raise Refused("thread_not_found")
        if found.only_for is not None or found.thread_ts not in (None, found.ts):
            raise Refused("cannot_reply_to_message")
        return found

    def readers(self, conversation: Conversation, message: Message) -> list[str]:
        """The names of the people whose screen shows this message."""
        who = conversation.members if message.only_for is None else {message.only_for}
        return [p.name for p in self.people.values() if p.user in who and p.team == conversation.team]

    # making

    def ts(self) -> str:
        """A message timestamp from the domain clock: unique and increasing even when that clock stands or goes back."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.now().timestamp() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(
        self,
        conversation: Conversation,
        *,
        user: str,
        bot_id: str | None,
        text: str,
        only_for: str | None = None,
        **more: Any,
    ) -> Message:
        """Stores a new message."""
        ts = self.ts()
        message = Message(
            id=f"slack-{conversation.id}-{ts}",
            team=conversation.team,
            channel=conversation.id,
            ts=ts,
            posted_at=self.clock.now(),
            user=user,
            bot_id=bot_id,
            text=text,
            only_for=only_for,
            **more,
        )
        conversation.messages[ts] = message
        return message

    def edit(self, message: Message, **changes: Any) -> None:
        """Changes stored fields and marks the message as edited."""
        for name, value in changes.items():
            setattr(message, name, value)
        message.edited_at = self.clock.now()
        message.edited_ts = self.ts()

    def name(self, letter: str) -> str:
        """A fresh id such as V0000000A7 or Ev..."""
        return f"{letter}{next(self._numbers):04d}{secrets.token_hex(3).upper()}"

    def issue(self, workspace: Workspace, scopes: frozenset[str]) -> str:
        """The bot token of an install: the live one stays valid, a dead install gets a new one."""
        workspace.token = workspace.token or f"xoxb-play-{secrets.token_hex(12)}"
        workspace.scopes = scopes
        return workspace.token

    def uninstall(self, workspace: Workspace, reason: str) -> str | None:
        """The app leaves: its token answers `reason` from now on (`token_revoked`, `account_inactive`)."""
        token, workspace.token = workspace.token, None
        if token is not None:
            self.dead_tokens[token] = reason
        return token


def _short(letter: str, *parts: str) -> str:
    return letter + "0" + hashlib.sha256("/".join(parts).encode()).hexdigest()[:9].upper()
