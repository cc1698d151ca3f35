"""GET /calendar/{signed}.ics: an agreed downtime to add to a calendar, and live calendars to subscribe to.

The link is the key: whoever has it sees what its person may see, so answers are private, nothing is indexed, and every
fetch asks the store again. What is over for good is 410, which tells a calendar to stop asking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.calendars import links, writing
from bot.calendars.reading import Ended, Shown, shown
from bot.signing import BadLink, Signer
from storage.store import Store

LONGEST = 1000
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""`no-cache` may keep the answer and has to ask whether it still holds, which ETag answers without a body."""


@dataclass(frozen=True)
class Calendars:
    """`now` is the domain's clock, `real` the real one, by which links are opened. No signer: there are no links."""

    store: Store
    now: Callable[[], datetime]
    provider: str
    signer: Signer | None
    real: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def routes(self) -> list[Route]:
        """The one address."""
        return [Route(f"{links.PATH}/{{token}}.ics", self._answer, methods=["GET"])]

    async def _answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            if self.signer is None or len(token) > LONGEST:
                raise BadLink("This link is not valid. Ask for a new one in chat.")
            found = await run_in_threadpool(self._shown, links.wanted(self.signer, token, self.real()))
        except BadLink as bad:
            return _said(bad.sentence, 404)
        except Ended as ended:
            return _said(ended.sentence, 410)
        return await run_in_threadpool(_calendar, found, request.headers)

    def _shown(self, what: links.Wanted) -> Shown:
        with self.store.read() as tx:
            return shown(tx, what, self.provider, self.now())


def _calendar(found: Shown, asked: Mapping[str, str]) -> Response:
    if found.ref:
        body = writing.event_file(found.entries[0], found.timezone)
        name = {"Content-Disposition": f'attachment; filename="{found.ref}.ics"'}
    else:
        body, name = writing.feed(found.entries, found.timezone, found.name), {}
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": etag, **name}
    if _holds(asked.get("if-none-match", ""), etag):
        return Response(None, 304, headers)
    return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _holds(asked: str, etag: str) -> bool:
    """Whether If-None-Match names this version (RFC 9110 13.1.2, compared weakly)."""
    given = [one.strip().removeprefix("W/") for one in asked.split(",")]
    return etag in given or given == ["*"]


def _said(words: str, status: int) -> Response:
    return PlainTextResponse(f"{words}\n", status, {**HEADERS, "Cache-Control": "no-store"})
