"""Closes a connection without an answer: the failure that leaves a sender unsure whether its message arrived."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class HangUp(Response):
    """An answer that never comes: the TCP connection is closed instead.

    Works under uvicorn, whose `receive` is a method of the request's cycle, which knows its transport. A middleware
    that wraps `receive` would hide it: then RuntimeError says so rather than answering something else.
    """

    def __init__(self) -> None:
        super().__init__(status_code=500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            raise RuntimeError("This server does not let go of its connections: serve the playground with uvicorn.")
        transport.close()
        while (await receive())["type"] != "http.disconnect":
            continue
