"""Stands before everything: reads a request's raw bytes, checks Slack's signature on them, and only then parses.

Bolt's own check comes after its parsing and answers 500 to a timestamp or signature that is not plain ASCII, 200 to an
unsigned `ssl_check`, and logs body and signature of a forged request; so this guard does the work and logs neither.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
from collections.abc import AsyncIterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from bot.slack import limits
from bot.slack.claims import Malformed

TIMESTAMP = "x-slack-request-timestamp"
SIGNATURE = "x-slack-signature"


class TooLarge(Exception):
    """The body is larger than anything Slack sends."""


async def read(chunks: AsyncIterable[bytes], announced: str | None) -> bytes:
    """The whole body, or TooLarge as soon as it is known to pass the limit; `announced` is the Content-Length."""
    if announced and announced.isascii() and announced.isdigit() and int(announced[:20]) > limits.BODY_BYTES:
        raise TooLarge
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > limits.BODY_BYTES:
            raise TooLarge
    return bytes(body)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether Slack signed exactly these bytes at most five minutes before or after `now` (seconds since 1970)."""
    timestamp, signature = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > limits.SIGNATURE_AGE:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "surrogatepass"))


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """The payload of a signed request: JSON, a form's `payload`, or the form itself. Malformed if it is none of them.

    Bolt's parser looks for the word payload anywhere in a form and loses `/keyline payload`; this one does not.
    """
    try:
        written = body.decode()
        if content_type.partition(";")[0].strip() == "application/json" or written.startswith("{"):
            payload = json.loads(written)
        elif (pressed := _interaction(body)) is not None:
            payload = json.loads(pressed)
        else:
            form = dict(parse_qsl(written, keep_blank_values=True, strict_parsing=True, max_num_fields=100))
            payload = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as error:
        raise Malformed("neither JSON nor a form") from error
    if not isinstance(payload, dict) or not payload:
        raise Malformed("not an object, or an empty one")
    return payload


def _interaction(body: bytes) -> str | None:
    """The JSON of a form with no field but `payload`, which is how a press arrives; None for any other body.

    More than half of it is escapes, and urllib takes twenty times as long to undo them. Quoted-printable is the same
    with = for %, so its decoder, which is written in C, does it where neither = nor a line's end stands in the value.
    """
    name, _, value = body.partition(b"=")
    if name != b"payload" or any(mark in value for mark in (b"=", b"&", b"\n", b"\r")):
        return None
    return binascii.a2b_qp(value.replace(b"+", b" ").replace(b"%", b"=")).decode("utf-8", "replace")
