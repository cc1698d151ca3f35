"""Alive, ready, measured: what an operator's probes see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from bot.web.metrics import Metrics
from bot.web.server import create_web
from handlers.desk import Desk
from storage import migrate
from storage.store import Store
from tests.web.house import NOW, ORDER, House, Performing


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'ready.db'}")
    migrate.upgrade(store)
    yield store
    store.close()


def caller(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://keyline.test")


async def test_it_is_alive_while_it_runs_and_ready_when_all_is_well(migrated: Store) -> None:
    said = {"sentence": ""}

    async def courier() -> str:
        return said["sentence"]

    async def broken() -> str:
        raise RuntimeError("no")

    app = create_web(store=migrated, performer=Performing(Desk(migrated)), now=lambda: NOW, checks={"courier": courier})
    async with caller(app) as probe:
        assert (await probe.get("/healthz")).json() == {"alive": True}
        good = await probe.get("/readyz")
        assert (good.status_code, good.json()["ready"]) == (200, True)
        assert good.json()["checks"] == {"store": "ok", "migrations": "ok", "courier": "ok"}
        said["sentence"] = "The courier has not gone round lately."
        bad = await probe.get("/readyz")
        assert (bad.status_code, bad.json()["checks"]["courier"]) == (503, said["sentence"])
        assert (await probe.get("/healthz")).status_code == 200
    app = create_web(store=migrated, performer=Performing(Desk(migrated)), now=lambda: NOW, checks={"x": broken})
    async with caller(app) as probe:
        answer = await probe.get("/readyz")
        assert (answer.status_code, "RuntimeError" in answer.text) == (503, False)


async def test_an_old_schema_is_not_ready_and_says_what_to_do(migrated: Store) -> None:
    with migrated.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0000_before'"))
    app = create_web(store=migrated, performer=Performing(Desk(migrated)), now=lambda: NOW)
    async with caller(app) as probe:
        answer = await probe.get("/readyz")
    assert answer.status_code == 503
    assert "run `python -m bot migrate`" in answer.json()["checks"]["migrations"]


async def test_a_database_that_is_gone_is_503_and_not_a_crash() -> None:
    store = Store("postgresql://u:hunter2@127.0.0.1:1/x")
    app = create_web(store=store, performer=Performing(Desk(store)), now=lambda: NOW)
    async with caller(app) as probe:
        assert (await probe.get("/healthz")).status_code == 200
        ready = await probe.get("/readyz")
        rest = await probe.get("/api/v1/clients", headers={"Authorization": "Bearer x"})
    assert ready.status_code == 503 and "hunter2" not in ready.text
    assert (rest.status_code, rest.headers["retry-after"], rest.json()["code"]) == (503, "5", "store_unreachable")


async def test_requests_are_counted_by_route_and_never_by_what_strangers_invent(house: House) -> None:
    async with house.caller() as caller:
        id_ = (await caller.post("/api/v1/approvals", json=ORDER)).json()["id"]
        await caller.get(f"/api/v1/approvals/{id_}")
        await caller.get("/invented/by/a/stranger")
        await caller.get("/healthz")
        await caller.get("/console/by/a/stranger")
        await caller.request("BREW", "/api/v1/approvals")
        text_ = (await caller.get("/metrics")).text
    assert 'keyline_http_requests_total{method="GET",route="/api/v1/approvals/{id}",status="200"} 1.0' in text_
    assert 'keyline_http_requests_total{method="POST",route="/api/v1/approvals",status="201"} 1.0' in text_
    assert 'route="/healthz",status="200"} 1.0' in text_ and 'route="/console/{path:path}",status="401"} 1.0' in text_
    assert 'route="other"' in text_ and "invented" not in text_ and "BREW" not in text_ and id_ not in text_
    assert "keyline_timers_overdue 0.0" in text_ and "keyline_oldest_owed_seconds 0.0" in text_


async def test_another_rooms_collectors_are_shown_too(migrated: Store) -> None:
    from prometheus_client import Counter

    metrics = Metrics()
    sent = Counter("keyline_sent", "Sent", registry=metrics.registry)
    sent.inc(3)
    app = create_web(store=migrated, performer=Performing(Desk(migrated)), now=lambda: NOW, metrics=metrics)
    async with caller(app) as probe:
        assert "keyline_sent_total 3.0" in (await probe.get("/metrics")).text


async def test_an_address_that_is_none_is_a_problem_too(house: House) -> None:
    async with house.caller(None) as stranger:
        answer = await stranger.get("/nothing/here")
        wrong = await stranger.post("/healthz")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert (wrong.status_code, wrong.json()["detail"]) == (405, "This address does not answer to that method.")
