"""Whether the program is alive and ready: /healthz answers while it runs, /readyz when everything it needs is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from storage import migrate
from storage.queries import pulse
from storage.store import Store

Check = Callable[[], Awaitable[str]]
"""Answers "" when all is well, else one sentence."""

NO_STORE = {"Cache-Control": "no-store"}


def store_checks(store: Store) -> dict[str, Check]:
    """Whether the store is reachable and its schema current."""

    def reachable() -> str:
        with store.read() as tx:
            pulse.answers(tx)
        return ""

    def migrated() -> str:
        now, newest = migrate.current(store), migrate.head()
        if now == newest:
            return ""
        return f"The database is at revision {now or 'none'}, this program needs {newest}: run `python -m bot migrate`."

    async def ask_store() -> str:
        return await run_in_threadpool(reachable)

    async def ask_schema() -> str:
        return await run_in_threadpool(migrated)

    return {"store": ask_store, "migrations": ask_schema}


def health_routes(checks: Mapping[str, Check]) -> list[Route]:
    """/healthz and /readyz; readyz is 503 with a sentence per failing check."""

    async def alive(_request: Request) -> Response:
        return JSONResponse({"alive": True}, headers=NO_STORE)

    async def ready(_request: Request) -> Response:
        said = {name: await _ask(name, check) for name, check in checks.items()}
        good = not any(said.values())
        body = {"ready": good, "checks": {name: sentence or "ok" for name, sentence in said.items()}}
        return JSONResponse(body, 200 if good else 503, NO_STORE)

    return [Route("/healthz", alive), Route("/readyz", ready)]


async def _ask(name: str, check: Check) -> str:
    try:
        return await check()
    except Exception as error:  # a check that breaks is a check that fails, whatever broke it
        structlog.get_logger("web").warning("readiness check failed", check=name, error=repr(error))
        return f"The check of {name} failed; the log says why."
