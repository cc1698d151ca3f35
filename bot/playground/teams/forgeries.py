"""Every bad `Authorization` header that a bot must refuse, by name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from cryptography.hazmat.primitives import serialization

from bot.playground.teams.keys import ABSENT, Keys, new_key

HOUR = 3600
"""Well past the five minutes of clock skew that a bot may allow."""


def bad_tokens(keys: Keys) -> dict[str, str | None]:
    """Name -> header value (None: no header at all). All but the named fault is as in a good token."""
    now = int(time.time())
    stranger = new_key("a stranger's")
    good = keys.token()
    head, body, signature = good.split(".")
    jwts = {
        "expired": keys.token(nbf=now - 2 * HOUR, exp=now - HOUR),
        "not_yet_valid": keys.token(nbf=now + HOUR, exp=now + 2 * HOUR),
        "no_exp": keys.token(exp=ABSENT),
        "exp_is_text": keys.token(exp="tomorrow"),
        "wrong_audience": keys.token(aud="00000000-0000-0000-0000-00000000dead"),
        "no_audience": keys.token(aud=ABSENT),
        "wrong_issuer": keys.token(iss="https://api.botframework.example"),
        "entra_issuer": keys.token(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
        "no_issuer": keys.token(iss=ABSENT),
        "wrong_service_url": keys.token(serviceurl="https://collector.example/"),
        "no_service_url": keys.token(serviceurl=ABSENT),
        "forged": keys.token(key=stranger, kid=keys.signing.kid),
        "unknown_kid": keys.token(key=stranger),
        "unknown_kid_right_key": keys.token(kid="nobody-published-this"),
        "no_kid": _encode({"alg": "RS256", "typ": "JWT"}, keys.claims(), signature),
        "missing_endorsement": keys.token(key=keys.unendorsed),
        "other_channel_endorsement": keys.token(key=keys.elsewhere),
        "alg_none": _encode({"alg": "none", "typ": "JWT", "kid": keys.signing.kid}, keys.claims(), ""),
        "alg_hs256": _public_key_as_secret(keys),
        "tampered": f"{head}.{_b64(keys.claims({'admin': True}))}.{signature}",
        "no_signature": f"{head}.{body}.",
        "cut_off": good[: len(good) // 2],
        "malformed": "this-is-not-a-token",
        "malformed_parts": "a.b.c",
        "payload_is_a_list": _encode({"alg": "RS256", "kid": keys.signing.kid}, [], signature),
        "not_latin": "tök€n".encode().decode("latin-1"),
    }
    headers: dict[str, str | None] = {name: f"Bearer {token}" for name, token in jwts.items()}
    return headers | {
        "missing": None,
        "empty": "",
        "only_bearer": "Bearer",
        "no_scheme": good,
        "not_bearer": f"Basic {base64.b64encode(b'user:secret').decode()}",
        "wrong_scheme": f"Token {good}",
        "two_tokens": f"Bearer {good} {good}",
    }


def _public_key_as_secret(keys: Keys) -> str:
    """The classic confusion of algorithms: HMAC with the published key as its secret."""
    pem = keys.signing.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    unsigned = f"{_b64({'alg': 'HS256', 'typ': 'JWT', 'kid': keys.signing.kid})}.{_b64(keys.claims())}"
    return f"{unsigned}.{_raw64(hmac.new(pem, unsigned.encode(), hashlib.sha256).digest())}"


def _encode(header: dict[str, Any], payload: Any, signature: str) -> str:
    return f"{_b64(header)}.{_b64(payload)}.{signature}"


def _b64(value: Any) -> str:
    return _raw64(json.dumps(value).encode())


def _raw64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
