"""Links that only we can have written: signed with the secret key, bound to one purpose, good until a moment."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


class BadLink(Exception):
    """A link that opens nothing. `sentence` is for whoever followed it; it does not say how the link was wrong.

    `said` is what an expired link of ours holds, for whoever gives out a new one.
    """

    def __init__(self, sentence: str, *, expired: bool = False, said: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.expired = expired
        self.said = said or {}


class Signer:
    """Signs and opens tokens for URLs (letters, digits, `-`, `_` and one dot). `key` is the secret key."""

    def __init__(self, key: str) -> None:
        if not key:
            raise ValueError("a signer needs the secret key")
        self._key = key.encode("utf-8")

    def sign(self, purpose: str, payload: Mapping[str, Any], until: datetime) -> str:
        """A token for `purpose` (chart, calendar, console) holding `payload` (JSON, readable by whoever has it)."""
        body = json.dumps({"p": dict(payload), "e": int(until.timestamp())}, separators=(",", ":"), sort_keys=True)
        text = _encode(body.encode("utf-8"))
        return f"{text}.{self._seal(purpose, text)}"

    def open(self, purpose: str, token: str, now: datetime) -> dict[str, Any]:
        """The payload of a token signed for the same purpose. `now` is real time. Raises BadLink."""
        text, _, seal = token.partition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(purpose, text).encode("ascii")):
            raise BadLink("This link is not valid. Ask for a new one in chat.")
        try:
            said = json.loads(_decode(text))
        except (ValueError, binascii.Error):
            raise BadLink("This link is not valid. Ask for a new one in chat.") from None
        if now.astimezone(UTC).timestamp() >= said["e"]:
            raise BadLink("This link has expired. Ask for a new one in chat.", expired=True, said=said["p"])
        return dict(said["p"])

    def _seal(self, purpose: str, text: str) -> str:
        own_key = hmac.digest(self._key, b"keyline link for " + purpose.encode("utf-8"), hashlib.sha256)
        return _encode(hmac.digest(own_key, text.encode("utf-8", "replace"), hashlib.sha256))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
