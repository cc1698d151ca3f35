"""Links to calendars as people have them, and what stands at their end."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.calendars.links import event_link, feed_link
from bot.signing import Signer
from bot.web.calendars import Calendars
from handlers.commands import Ref
from tests.calendars.judges import read
from tests.handlers.office import Office

URL = "https://keyline.test"
SIGNER = Signer("k" * 40)
REAL = datetime(2026, 11, 22, 10, tzinfo=UTC)


def fetch(office: Office, link: str, method: str = "GET", **headers: str) -> httpx.Response:
    """What a calendar gets at this address."""
    calendars = Calendars(office.store, lambda: office.now, "Harborline IT", SIGNER, lambda: REAL)
    app = Starlette(routes=calendars.routes())

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            return await client.request(
                method, link, headers={name.replace("_", "-"): v for name, v in headers.items()}
            )

    return asyncio.run(ask())


def event(office: Office, ref: Ref, who: str) -> str:
    """The link on somebody's card."""
    return event_link(SIGNER, URL, ref.id, office.person(who))


def feed(office: Office, who: str, client: str = "") -> str:
    """Somebody's live calendar, or a client's in somebody's name."""
    return feed_link(SIGNER, URL, office.person(who), client_id(office, client) if client else "")


def client_id(office: Office, slug: str) -> str:
    """A client's id."""
    return str(office.rows("SELECT id FROM client WHERE slug = :slug", slug=slug)[0].id)


def shown(office: Office, link: str) -> dict[str, Any]:
    """What a calendar reads there."""
    answer = fetch(office, link)
    assert answer.status_code == 200, answer.text
    return read(answer.content)[0]
