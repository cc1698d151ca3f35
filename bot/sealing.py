"""Seals small mappings (tokens, conversation references) before they are stored: Fernet under a key of our own."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"keyline: installations and addresses, 1"
"""Separates this key from what else is derived of the same secret (signed links)."""


class Unreadable(ValueError):
    """Sealed with another secret key, or damaged."""


class Sealer:
    """Seals with a key derived (HKDF-SHA256) from the settings' secret key."""

    def __init__(self, secret_key: str) -> None:
        if not secret_key:
            raise ValueError("sealing needs a secret key")
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, content: Mapping[str, str]) -> str:
        """-> text that only the same secret key opens; sealing twice gives two texts."""
        return self._fernet.encrypt(json.dumps(dict(content), separators=(",", ":")).encode()).decode("ascii")

    def open(self, sealed: str) -> Mapping[str, str]:
        """What was sealed; {} for "". Raises `Unreadable`."""
        if not sealed:
            return {}
        try:
            content = json.loads(self._fernet.decrypt(sealed.encode()))
        except InvalidToken:
            raise Unreadable(
                "This was sealed with another secret key. Set KEYLINE_SECRET_KEY back to what it was, "
                "or install the app again."
            ) from None
        assert isinstance(content, dict)
        return content
