"""The one aiohttp session that every call to Microsoft shares: connections are reused, every call has a time limit."""

from __future__ import annotations

import aiohttp

from bot.platform import KEPT_SECONDS

CONNECT_SECONDS = 4.0
"""Until connected, waiting for a free connection included. Running out of it means: nothing was written."""
TOTAL_SECONDS = 9.0
"""For the whole call. Teams gives a bot 10 to 15 s to answer a person, and a reply is sent within that."""
MOST_BYTES = 1_000_000
"""An answer longer than this is not read further."""


class Web:
    """Opens the session on the running loop at first use; close() ends it."""

    def __init__(
        self, *, total: float = TOTAL_SECONDS, connect: float = CONNECT_SECONDS, kept: float = KEPT_SECONDS
    ) -> None:
        self._timeout = aiohttp.ClientTimeout(total=total, connect=connect)
        self._kept = kept
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The shared session."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(keepalive_timeout=self._kept)
            self._session = aiohttp.ClientSession(timeout=self._timeout, connector=connector)
        return self._session

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()


async def read(response: aiohttp.ClientResponse) -> bytes:
    """The body, at most MOST_BYTES of it."""
    parts: list[bytes] = []
    left = MOST_BYTES
    async for part in response.content.iter_any():
        parts.append(part[:left])
        left -= len(part)
        if left <= 0:
            break
    return b"".join(parts)
