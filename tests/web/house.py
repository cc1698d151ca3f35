"""A small house for the web's tests: two clients, their people, four tokens, the real desk behind the real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI

from bot.sections import Limits
from bot.web.callers import digest_of
from bot.web.server import create_web
from handlers.commands import (
    Actor,
    Command,
    CreateToken,
    Duty,
    Event,
    Grant,
    Outcome,
    PutClient,
    PutLocation,
    PutPerson,
    System,
)
from handlers.desk import Desk
from storage.store import Store, Tx

Seen = TypeVar("Seen")
NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
TOKENS = {
    "all": (
        (
            "approvals:write",
            "policies:write",
            "notices:write",
            "downtimes:write",
            "cases:write",
            "touchpoints:write",
            "read",
        ),
        "",
    ),
    "reader": (("read",), ""),
    "writer": (("approvals:write",), ""),
    "cedar": (("approvals:write", "policies:write", "read"), "cedar-ridge"),
}
ORDER: dict[str, Any] = {
    "client": "marlow-finch",
    "kind": "purchase",
    "title": "Six laptops for the paralegal team",
    "why": "The present ones leave support in July.",
    "requested_by": "dana@marlow.example",
    "urgency": "normal",
    "external_ref": "PSA-1001",
    "purchase": {
        "category": "computer",
        "vendor": "Northwind Supply",
        "currency": "USD",
        "lines": [{"description": "Laptop 14 inch", "quantity": 6, "unit_minor": 134_900}],
        "shipping_minor": 6_000,
        "tax_minor": 50_588,
        "quote_valid_until": "2026-06-30",
    },
}


def order(number: int) -> dict[str, Any]:
    """An order of its own: the desk sums what goes to one vendor within a week."""
    return ORDER | {"purchase": ORDER["purchase"] | {"vendor": f"Vendor {number}"}}


ACCESS: dict[str, Any] = {
    "client": "marlow-finch",
    "kind": "access",
    "title": "Nora Blake: read and write on Litigation/Harlow",
    "why": "She joins the matter.",
    "access": {
        "kind": "folder_permission",
        "subject": "Nora Blake",
        "resource": "Litigation/Harlow",
        "before": "none",
        "after": "read and write",
        "until": "2026-07-31T17:00:00-04:00",
    },
}


@dataclass
class Performing:
    """The way to the desk, with a place to wait and a place to break; counts what was performed."""

    desk: Desk
    keys: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    broken_after: Exception | None = None

    async def perform(self, command: Command, actor: Actor, key: str, channel: str) -> Outcome:
        if self.gate is not None:
            await self.gate.wait()
        self.keys.append(key)
        outcome = self.desk.perform(command, Event(key, NOW, actor, channel))
        if self.broken_after is not None:
            error, self.broken_after = self.broken_after, None
            raise error
        return outcome

    async def rehearse(self, command: Command, actor: Actor, channel: str, look: Callable[[Tx, Outcome], Seen]) -> Seen:
        return self.desk.rehearse(command, Event("", NOW, actor, channel), look)


@dataclass
class House:
    """The application, the desk behind it, and callers by the name of their token."""

    store: Store
    desk: Desk
    performing: Performing
    limits: Limits | None = None

    @cached_property
    def app(self) -> FastAPI:
        """Assembled for whoever asks: the console's tests have one of their own."""
        return create_web(store=self.store, performer=self.performing, now=lambda: NOW, limits=self.limits)

    def caller(self, token: str | None = "all", **headers: str) -> httpx.AsyncClient:
        """A client that speaks with this token (None: with none). The app's unexpected errors become answers."""
        given = {"Authorization": f"Bearer token-{token}"} if token else {}
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://keyline.test", headers=given | headers)


def seed(desk: Desk) -> None:
    """Marlow & Finch and Cedar Ridge, a CSM for both, and the tokens."""
    commands: list[Command] = [
        PutClient(
            slug="marlow-finch",
            name="Marlow & Finch LLP",
            code="MF",
            timezone="America/New_York",
            locations=(PutLocation("boston", "Boston", "America/New_York"),),
        ),
        PutClient(slug="cedar-ridge", name="Cedar Ridge Pediatrics", code="CR", timezone="America/Denver"),
        PutPerson(
            client="",
            name="Sofia Marchetti",
            email="sofia@harborline.example",
            timezone="America/New_York",
            duties=(Duty("csm"),),
        ),
        PutPerson(
            client="marlow-finch",
            name="Dana Whitlock",
            email="dana@marlow.example",
            location="boston",
            default=True,
            grants=(Grant("purchasing"), Grant("security")),
        ),
        PutPerson(
            client="marlow-finch",
            name="Priya Raman",
            email="priya@marlow.example",
            grants=(Grant("strategy"), Grant("purchasing", rank=2), Grant("security", rank=2)),
        ),
        PutPerson(client="cedar-ridge", name="Tom Beckett", email="tom@cedar.example", default=True),
    ]
    commands += [
        CreateToken(name, digest_of(f"token-{name}"), scopes, client) for name, (scopes, client) in TOKENS.items()
    ]
    for number, command in enumerate(commands):
        desk.perform(command, Event(f"seed:{number}", NOW, System("test"), "cli"))


def build(store: Store, limits: Limits | None = None) -> House:
    """A house on a seeded store."""
    desk = Desk(store)
    return House(store, desk, Performing(desk), limits)
