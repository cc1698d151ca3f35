"""A console with a real clock that tests move, and browsers before its door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text

from bot.entrance import console_link
from bot.signing import Signer
from bot.web.console import Console
from bot.web.server import create_web
from storage.prepared import Prepared
from storage.store import Store
from tests.web.house import NOW, Performing

URL = "https://keyline.test"
REAL = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@dataclass
class Inside:
    """The console of one store; `real` is the moment by which links and sessions run out."""

    store: Store
    signer: Signer = field(default_factory=lambda: Signer("k" * 40))
    real: datetime = REAL
    url: str = URL
    performing: Performing | None = None

    def browser(self, **cookies: str) -> httpx.AsyncClient:
        console = Console(
            self.store,
            lambda: NOW,
            self.signer,
            self.performing,
            secure=self.url.startswith("https"),
            real=lambda: self.real,
        )
        app = create_web(store=self.store, performer=None, now=lambda: NOW)  # type: ignore[arg-type]
        app.router.routes[:] = [
            *console.routes(),
            *(route for route in app.router.routes if "/console" not in getattr(route, "path", "")),
        ]
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=self.url, cookies=cookies)

    def person(self, name: str) -> str:
        with self.store.read() as tx:
            return str(tx.execute(text("SELECT id FROM person WHERE name = :name"), {"name": name}).scalar_one())

    def link(self, path: str, name: str = "Sofia Marchetti") -> str:
        return console_link(self.signer, self.url, path, self.person(name), self.real)

    async def entered(self, browser: httpx.AsyncClient, path: str) -> httpx.Response:
        """What somebody sees who follows the link from chat."""
        return await browser.get(self.link(path), follow_redirects=True)


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database meanwhile, by both ways to ask."""
    asked: list[str] = []
    plain = Prepared.run

    def watched(self: Prepared, tx: Any, **values: Any) -> Any:
        asked.append("prepared")
        return plain(self, tx, **values)

    def heard(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        asked.append(sql[:80])

    event.listen(store.engine, "before_cursor_execute", heard)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Prepared, "run", watched)
            yield asked
    finally:
        event.remove(store.engine, "before_cursor_execute", heard)
