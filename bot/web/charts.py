"""GET /charts/{signed}.png: the picture of a report, for the platforms' servers and whoever looks at the card.

The address holds what is drawn, so the answer never changes and anybody on the way may keep it. A redirect, a cookie or
a sign-in would only keep the platforms from it: Teams' and Slack's servers fetch it without any.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.charts import links
from bot.charts.shelf import Busy, Shelf
from bot.signing import BadLink, Signer

LONGEST = 2000
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
COME_AGAIN = "2"
"""Seconds."""


@dataclass(frozen=True)
class Charts:
    """`real` is the real clock, by which links are opened. No signer: there are no pictures."""

    signer: Signer | None
    shelf: Shelf
    real: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route(f"{links.PATH}/{{token}}.png", self._answer, methods=["GET"])]

    async def _answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            if self.signer is None or len(token) > LONGEST:
                raise BadLink("This link is not valid. Ask for a new one in chat.")
            chart = links.charted(self.signer, token, self.real())
        except BadLink as bad:
            return _said(bad.sentence, 404)
        etag = f'"{hashlib.sha256(token.encode("ascii")).hexdigest()[:32]}"'
        if etag in request.headers.get("if-none-match", ""):
            return Response(None, 304, {**HEADERS, **FOR_EVER, "ETag": etag})
        try:
            drawn = await self.shelf.picture(chart)
        except Busy:
            return _said("Too many pictures are asked for now. Please try again.", 503, {"Retry-After": COME_AGAIN})
        return Response(drawn, headers={**HEADERS, **FOR_EVER, "ETag": etag}, media_type="image/png")


def _said(words: str, status: int, more: dict[str, str] | None = None) -> Response:
    return PlainTextResponse(f"{words}\n", status, {**HEADERS, "Cache-Control": "no-store", **(more or {})})
