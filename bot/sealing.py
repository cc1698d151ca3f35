"""Seals small mappings (tokens, conversation references) before they are stored: AES-GCM under a key of our own."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"keyline: installations and addresses, 2"
"""Separates this key from what else is derived of the same secret (signed links)."""
NONCE_BYTES = 12
"""Random for every seal, as NIST SP 800-38D 8.2.2 has it: good for 2^32 seals with one key."""


class Unreadable(ValueError):
    """Sealed with another secret key, or damaged."""


class Sealer:
    """Seals with a key derived (HKDF-SHA256) from the settings' secret key."""

    def __init__(self, secret_key: str) -> None:
        if not secret_key:
            raise ValueError("sealing needs a secret key")
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, content: Mapping[str, str]) -> str:
        """-> text that only the same secret key opens; sealing twice gives two texts."""
        nonce, said = os.urandom(NONCE_BYTES), json.dumps(dict(content), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, said, None)).decode("ascii")

    def open(self, sealed: str) -> Mapping[str, str]:
        """What was sealed; {} for "". Raises `Unreadable`."""
        if not sealed:
            return {}
        try:
            raw = base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
            content = json.loads(self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))
        except (InvalidTag, binascii.Error, ValueError):
            raise Unreadable(
                "This was sealed with another secret key. Set KEYLINE_SECRET_KEY back to what it was, "
                "or install the app again."
            ) from None
        assert isinstance(content, dict)
        return content
