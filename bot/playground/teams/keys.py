"""The keys with which the double signs what it sends, and the OpenID and JWKS documents that publish them.

Shapes: the Bot Connector's authentication page (`iss`, `aud`, `serviceurl`, `endorsements`) and what
`botframework.connector.auth` reads of them (`jwks_uri`, `keys[].kid`, `keys[].endorsements`).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
LIFETIME = 3600
ABSENT: Any = None
"""A claim overridden with this is left out of the token."""


@dataclass(frozen=True)
class SigningKey:
    """One RSA key under its `kid`; `endorsements` is None for a key that is published without any."""

    kid: str
    private: rsa.RSAPrivateKey
    endorsements: tuple[str, ...] | None = (CHANNEL,)

    def jwk(self) -> dict[str, Any]:
        """The public half as the JWKS shows it."""
        public = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        jwk: dict[str, Any] = {"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid}
        jwk |= {"n": public["n"], "e": public["e"]}
        if self.endorsements is not None:
            jwk["endorsements"] = list(self.endorsements)
        return jwk


@lru_cache(maxsize=32)
def _private(name: str) -> rsa.RSAPrivateKey:
    # A 2048-bit key takes a noticeable moment: every double of one process shares the key of one name.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def new_key(name: str, endorsements: tuple[str, ...] | None = (CHANNEL,)) -> SigningKey:
    """The key called `name` in this process; the same name gives the same key."""
    private = _private(name)
    modulus = private.public_key().public_numbers().n
    kid = hashlib.sha256(modulus.to_bytes(256, "big")).hexdigest()[:27]
    return SigningKey(kid, private, endorsements)


class Keys:
    """The key ring: one key signs; it, its predecessors and two keys of other channels are published."""

    def __init__(self, app_id: str, service_url: str, base_url: str) -> None:
        self.app_id = app_id
        self.service_url = service_url
        self.base_url = base_url
        self._turn = 0
        self.signing = new_key("signing 0")
        self.elsewhere = new_key("another channel", ("webchat",))
        self.unendorsed = new_key("no endorsement", None)
        self._published = [self.signing, self.elsewhere, self.unendorsed]

    def rotate(self, *, hard: bool = False) -> str:
        """Signs with a new key from now on; `hard` also takes the old one out of the JWKS. Returns the new kid."""
        old = self.signing
        self._turn += 1
        self.signing = new_key(f"signing {self._turn}")
        self._published.insert(0, self.signing)
        if hard:
            self._published.remove(old)
        return self.signing.kid

    def claims(self, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The claims of a good token, with `overrides` (ABSENT leaves one out). Times are real seconds."""
        now = int(time.time())
        good = {
            "serviceurl": self.service_url,
            "nbf": now,
            "exp": now + LIFETIME,
            "iss": ISSUER,
            "aud": self.app_id,
        }
        return {name: value for name, value in (good | dict(overrides or {})).items() if value is not ABSENT}

    def token(self, *, key: SigningKey | None = None, kid: str | None = None, **overrides: Any) -> str:
        """A signed token; `key` and `kid` replace the signing key and the header's kid, the rest replaces claims."""
        key = key or self.signing
        header = {"kid": key.kid if kid is None else kid, "x5t": key.kid}
        return jwt.encode(self.claims(overrides), key.private, algorithm="RS256", headers=header)

    def openid(self) -> dict[str, Any]:
        """The metadata document, as login.botframework.com serves it."""
        return {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{self.base_url}/teams/openid/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }

    def jwks(self) -> dict[str, Any]:
        """The published keys."""
        return {"keys": [key.jwk() for key in self._published]}
