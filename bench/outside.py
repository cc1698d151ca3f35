"""The platforms' side in a process of its own: it takes every call, publishes a key, and costs the bot no time."""

from __future__ import annotations

import json
import math
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

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


def _app(base: str, published: dict[str, Any], *, paced: bool) -> web.Application:
    slack, teams = slack_pace.Pace(), teams_limits.Pace()
    slack.on = teams.on = paced

    async def openid(_request: web.Request) -> web.Response:
        return web.json_response({"issuer": "https://api.botframework.com", "jwks_uri": f"{base}/keys"})

    async def keys(_request: web.Request) -> web.Response:
        return web.json_response(published)

    async def fine(request: web.Request) -> web.Response:
        said = await request.json() if request.can_read_body and request.content_type.endswith("json") else {}
        channel = said.get("channel", "D0DANA")
        if wait := _asked(slack, teams, request, channel):
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": wait})
        return web.json_response({"ok": True, "ts": "1780923901.000100", "channel": channel, "id": "1:1"})

    async def token(_request: web.Request) -> web.Response:
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": "bench"})

    app = web.Application()
    app.router.add_get("/openid", openid)
    app.router.add_get("/keys", keys)
    app.router.add_post("/{any:.*/token}", token)
    app.router.add_route("*", "/{any:.*}", fine)
    return app


def _asked(slack: slack_pace.Pace, teams: teams_limits.Pace, request: web.Request, channel: str) -> str:
    """The seconds of Retry-After, "" for a call that may pass: everybody of a platform is in one workspace, or one
    tenant, here."""
    if request.path.startswith("/slack/"):
        wait: float = slack.ask(request.path.rpartition("/")[2], "T0", channel)
    else:
        wait = teams.admit((request.path, teams_limits.SENDING), ("tenant", teams_limits.TENANT))
    return str(max(1, math.ceil(wait))) if wait else ""


def _main() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        print(base, flush=True)
        app = _app(base, json.loads(sys.argv[1]), paced="paced" in sys.argv[2:])
        web.run_app(app, sock=listening, print=lambda _: None, access_log=None)


if __name__ == "__main__":
    _main()
