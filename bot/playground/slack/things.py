"""What Slack stores, as plain records: a workspace, a person, a conversation, a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Workspace:
    """One Slack workspace and our app in it. `scopes` None means all that the app could ask for."""

    team: str
    name: str
    bot_user: str
    bot_id: str
    token: str | None = None
    scopes: frozenset[str] | None = None

    @property
    def domain(self) -> str:
        """The part before .slack.com."""
        return "".join(c for c in self.name.lower().replace(" ", "-") if c.isalnum() or c == "-")


@dataclass(frozen=True)
class Person:
    """Somebody in the cast. `team` is where the app sees them; `home` is another one for a Slack Connect guest."""

    name: str
    title: str
    company: str
    team: str
    user: str
    email: str
    timezone: str
    home: str

    @property
    def handle(self) -> str:
        """The user name that old payload fields carry."""
        return self.name.lower().replace(" ", ".")


@dataclass
class Message:
    """One message as Slack stores it. `only_for` names the one reader of an ephemeral message."""

    id: str
    team: str
    channel: str
    ts: str
    posted_at: datetime
    user: str
    bot_id: str | None
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    edited_at: datetime | None = None
    edited_ts: str | None = None
    only_for: str | None = None


@dataclass
class Conversation:
    """A direct message with the app (`person` is its other side) or a channel (`person` empty)."""

    id: str
    team: str
    name: str
    person: str = ""
    members: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)
    has_app: bool = True
    archived: bool = False
    listed: bool = False
    """Whether the cast names it (a workspace's general channel exists anyway)."""
