"""The one web application: health, metrics, the console, REST, and whatever routes the platforms' adapters bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.sections import Limits
from bot.signing import Signer
from bot.web import openapi, problems
from bot.web.calendarlinks import CalendarLinks
from bot.web.callers import Doorman
from bot.web.console import Console
from bot.web.health import Check, health_routes, store_checks
from bot.web.intake import Intake
from bot.web.metrics import Metrics, StoreCollector
from bot.web.once import Ledger
from bot.web.performing import Performer
from storage.store import Store

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

IDLE_SECONDS = 620
"""How long a connection that nobody uses is kept: longer than the proxies before the bot keep it, by themselves nginx
(its upstream's keepalive_timeout) and AWS (a load balancer's idle timeout) 60 seconds, Google's load balancer 600. The
server must not close first: a click that is on its way at that moment is lost."""

SERVED: Mapping[str, Any] = {
    "log_config": None,
    "access_log": False,
    "lifespan": "on",
    "timeout_keep_alive": IDLE_SECONDS,
}
"""What uvicorn is told by whoever serves the application."""


def create_web(
    *,
    store: Store,
    performer: Performer,
    now: Callable[[], datetime],
    limits: Limits | None = None,
    routes: Sequence[BaseRoute] = (),
    checks: Mapping[str, Check] | None = None,
    metrics: Metrics | None = None,
    lifespan: Lifespan | None = None,
    signer: Signer | None = None,
    public_url: str = "",
) -> FastAPI:
    """Assembles the application.

    `performer.perform(command, actor=, key=, channel=)` is the conversation; `now` is the domain clock; `routes` come
    from the adapters; `checks` are added to the store's for /readyz ("" or a sentence each). `signer` opens the
    console, whose cookies go over https only when `public_url` does, and signs the addresses of calendars.
    """
    limits, metrics = limits or Limits(), metrics or Metrics()
    metrics.registry.register(StoreCollector(store, now))
    app = FastAPI(
        title="Keyline",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[Middleware(metrics.watch), Middleware(Doorman, store=store, limits=limits)],
    )
    ledger = Ledger(store, timedelta(hours=limits.idempotency_hours))
    calendars = CalendarLinks(store, performer, signer, public_url)
    intake = Intake(store=store, performer=performer, now=now, ledger=ledger, limits=limits, calendars=calendars)
    app.router.routes.extend(health_routes({**store_checks(store), **(checks or {})}))
    app.router.routes.append(metrics.route())
    console = Console(store, now, signer, performer, secure=public_url.startswith("https://"))
    app.router.routes.extend(console.routes())
    app.router.routes.extend(routes)
    app.router.routes.extend(intake.router().routes)  # flat, so that a 405 can name every method of an address
    problems.install(app)
    openapi.install(app)
    return app
