"""What Prometheus may ask at /metrics: requests by route, and what is owed. No names, no amounts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.queries import pulse
from storage.store import Store

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """A registry of our own (the default one is global); other rooms add their collectors to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "keyline_http_requests", "HTTP requests", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "keyline_http_seconds", "Time to answer", ["method", "route"], buckets=BUCKETS, registry=self.registry
        )

    def watch(self, app: ASGIApp) -> ASGIApp:
        """The app, counted. Routes are named by their pattern, so that a stranger cannot invent label values."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            status, began = 500, time.perf_counter()

            async def noted(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                await send(message)

            try:
                await app(scope, receive, noted)
            finally:
                method = scope["method"] if scope["method"] in _METHODS else "other"
                route = _pattern(scope)
                self._requests.labels(method, route, str(status)).inc()
                self._seconds.labels(method, route).observe(time.perf_counter() - began)

        return watched

    def route(self) -> Route:
        """/metrics."""

        async def show(_request: Request) -> Response:
            text = await run_in_threadpool(generate_latest, self.registry)
            return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST})

        return Route("/metrics", show)


def _pattern(scope: Scope) -> str:
    """The pattern of the route that answered; FastAPI leaves the route in the scope, Starlette only its endpoint."""
    if (route := scope.get("route")) is not None:
        return str(getattr(route, "path", "other"))
    endpoint, app = scope.get("endpoint"), scope.get("app")
    if endpoint is None or app is None:
        return "other"
    return next((route.path for route in app.router.routes if getattr(route, "endpoint", None) is endpoint), "other")


class StoreCollector(Collector):
    """How much is owed, asked of the store when Prometheus asks us."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    def collect(self) -> Iterable[Metric]:
        """Deliveries by state, the age of the oldest owed one, timers that are overdue."""
        now = self._now()
        with self._store.read() as tx:
            states = pulse.deliveries_by_state(tx)
            oldest = pulse.oldest_owed(tx, now)
            overdue = pulse.overdue_timers(tx, now)
        deliveries = GaugeMetricFamily("keyline_deliveries", "Deliveries by state", labels=["state"])
        for state, count in sorted(states.items()):
            deliveries.add_metric([state], count)
        age = (now - oldest).total_seconds() if oldest is not None else 0.0
        yield deliveries
        yield GaugeMetricFamily("keyline_oldest_owed_seconds", "How long the oldest due card has waited", value=age)
        yield GaugeMetricFamily("keyline_timers_overdue", "Timers that are due and not done", value=overdue)

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not ask the store."""
        return []


_METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"})
