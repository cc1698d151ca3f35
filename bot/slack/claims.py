"""What a button or form says it is about, packed into Slack's small strings and unpacked without trust."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.slack import limits
from handlers.commands import Ref

_VERB = 100
_COUNT = 2**53


class Malformed(ValueError):
    """A payload or value that neither Slack nor we would have written."""


@dataclass(frozen=True)
class Claim:
    """The verb and the subject as drawn. `channel` is where the pressed card stands, kept while a form is open."""

    verb: str
    ref: Ref | None = None
    version: int = 0
    revision: int = 0
    channel: str = ""


def pack(claim: Claim, limit: int = limits.BUTTON_VALUE) -> str:
    """Compact JSON for a button's `value` or a view's `private_metadata`; ValueError beyond `limit` units."""
    said: dict[str, str | int] = {"v": claim.verb}
    if claim.ref is not None:
        said["r"] = str(claim.ref)
    for key, number in (("n", claim.version), ("s", claim.revision)):
        if number:
            said[key] = number
    if claim.channel:
        said["c"] = claim.channel
    packed = json.dumps(said, separators=(",", ":"))
    if not claim.verb or len(claim.verb) > _VERB or len(packed) > limit:
        raise ValueError("a verb is missing or too long for a button")
    return packed


def unpack(packed: object) -> Claim:
    """The claim that `pack` wrote; Malformed for anything else."""
    if not isinstance(packed, str) or len(packed) > limits.PRIVATE_METADATA:
        raise Malformed("not a claim")
    try:
        said = json.loads(packed)
        ref = Ref.parse(_text(said["r"])) if "r" in said else None
        claim = Claim(
            _text(said["v"]), ref, _count(said.get("n", 0)), _count(said.get("s", 0)), _text(said.get("c", ""))
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Malformed("not a claim") from error
    if not claim.verb or len(claim.verb) > _VERB:
        raise Malformed("not a claim")
    return claim


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("not a text")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _COUNT:
        raise Malformed("not a count")
    return value
