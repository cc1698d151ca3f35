"""What commands and answers are made of: references, refusals, outcomes, who acts and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ref:
    """Names a subject: `approval:apr_0190...`. Written on buttons, in journals and on deliveries."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """ "approval:apr_1" -> Ref; ValueError for anything else."""
        kind, colon, id_ = text.partition(":")
        if not (kind and colon and id_) or len(text) > 100 or not text.isascii() or not text.isprintable():
            raise ValueError("a reference looks like kind:id")
        return cls(kind, id_)


class Refused(Exception):
    """A sentence a person understands; everything the command had written is rolled back.

    `field` is the form field the sentence belongs to, if one. `code` is for machines:
    refused | not_found | not_entitled | invalid | conflict | blocked.
    """

    def __init__(self, sentence: str, *, field: str = "", code: str = "refused") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        self.code = code


@dataclass(frozen=True)
class Outcome:
    """What a command did, for whoever asked: the subject and a sentence for the person."""

    ref: Ref | None = None
    say: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    repeated: bool = False
    """True when the event had been performed before: the present truth, nothing done again."""


@dataclass(frozen=True)
class Chat:
    """A verified chat identity: Slack team + user, or Entra tenant + aadObjectId."""

    platform: str
    org: str
    user: str


@dataclass(frozen=True)
class Service:
    """A REST caller by its token; `client` (slug) when the token is bound to one."""

    name: str
    scopes: frozenset[str]
    client: str | None = None


@dataclass(frozen=True)
class System:
    """The house itself (a tick, the courier) or an operator at the command line."""

    name: str


Actor = Chat | Service | System


@dataclass(frozen=True)
class Event:
    """One occurrence: its idempotency key, when it happened, who did it, through which channel."""

    key: str
    now: datetime
    actor: Actor
    channel: str


ITSELF = ""
"""The key of an event of the house that needs none: what is due is taken under its own lock, at most once.

A key would outlive an attempt that found nothing to do (the timer stood still, the clock had been moved back) and stop
the one that does.
"""
