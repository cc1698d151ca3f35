"""The platforms' side in a process of its own: it takes every call, publishes a key, and costs the bot little time.

The real platforms take none of this machine's: what this process uses is missing where the bot, its database and its
helpers share two cores. So it is no more than a parser of HTTP and of JSON.
"""

from __future__ import annotations

import asyncio
import json
import math
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import jwt
import uvloop
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from httptools import HttpRequestParser

from bot.playground.slack import pace as slack_pace
from bot.playground.teams import limits as teams_limits

KID = "bench"


@contextmanager
def running(key: RSAPublicKey, *, paced: bool = False) -> Iterator[str]:
    """-> its address, without a slash at the end. `key` is published as the Bot Connector's (at /openid, /keys).

    `paced`: the platforms' limits for messages hold, and who exceeds one is told to wait, as in the playground.
    """
    public = jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
    published = {"keys": [{**public, "kid": KID, "use": "sig", "endorsements": ["msteams"]}]}
    command = [sys.executable, "-m", __name__, json.dumps(published), *(["paced"] if paced else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


class _Platforms:
    """What is answered to a call, whatever connection it came by."""

    def __init__(self, base: str, published: dict[str, Any], *, paced: bool) -> None:
        self._slack, self._teams = slack_pace.Pace(), teams_limits.Pace()
        self._slack.on = self._teams.on = paced
        self._pages = {
            "/openid": {"issuer": "https://api.botframework.com", "jwks_uri": f"{base}/keys"},
            "/keys": published,
        }

    def answer(self, path: str, body: bytes) -> bytes:
        """A whole HTTP answer; what is no JSON is a form, or nothing at all."""
        if (page := self._pages.get(path)) is not None:
            return _written(page)
        if path.endswith("/token"):
            return _written({"token_type": "Bearer", "expires_in": 3600, "access_token": "bench"})
        said = json.loads(body) if body.startswith(b"{") else {}
        channel = said.get("channel", "D0DANA")
        if wait := self._asked(path, channel):
            return _written({"ok": False, "error": "ratelimited"}, "429 Too Many Requests", f"Retry-After: {wait}\r\n")
        return _written({"ok": True, "ts": "1780923901.000100", "channel": channel, "id": "1:1"})

    def _asked(self, path: str, channel: str) -> int:
        """The seconds of Retry-After, 0 for a call that may pass: everybody of a platform is in one workspace, or one
        tenant, here."""
        if path.startswith("/slack/"):
            wait: float = self._slack.ask(path.rpartition("/")[2], "T0", channel)
        else:
            wait = self._teams.admit((path, teams_limits.SENDING), ("tenant", teams_limits.TENANT))
        return max(1, math.ceil(wait)) if wait else 0


def _written(said: dict[str, Any], status: str = "200 OK", header: str = "") -> bytes:
    body = json.dumps(said).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}{header}\r\n".encode() + body


class _Line(asyncio.Protocol):
    """One connection, kept open; httptools calls the methods that begin with `on_`."""

    def __init__(self, platforms: _Platforms) -> None:
        self._platforms = platforms
        self._parser = HttpRequestParser(self)
        self._url, self._body = b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._body = b"", b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._transport.write(self._platforms.answer(urlsplit(self._url.decode()).path, self._body))


async def _serve(published: dict[str, Any], *, paced: bool) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        platforms = _Platforms(base, published, paced=paced)
        server = await asyncio.get_running_loop().create_server(partial(_Line, platforms), sock=listening, backlog=1024)
        print(base, flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(json.loads(sys.argv[1]), paced="paced" in sys.argv[2:]))
