"""A playground over fakes: in process for the control API, on a port with a browser for the page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.playground.stage import PACKAGES, assemble
from tests import needs
from tests.playground_stage.fakes import FakeClock, FakeDouble, FakeSlack


@dataclass
class House:
    """A playground and the fakes inside it."""

    app: Starlette
    slack: FakeDouble
    teams: FakeDouble
    clock: FakeClock
    url: str = "http://127.0.0.1:8701"

    def fresh(self) -> House:
        """The same playground with everything as in the beginning."""
        for fake in (self.clock, self.slack, self.teams):
            fake.begin()
        return self


def house(packages: Path = PACKAGES) -> House:
    """A fresh playground over fakes."""
    clock = FakeClock()
    slack, teams = FakeSlack("slack", clock), FakeDouble("teams", clock)
    return House(assemble({"slack": slack, "teams": teams}, clock, packages=packages), slack, teams, clock)


def serve(stage: House) -> Iterator[House]:
    """The playground on a free port of loopback until the caller is done."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(stage.app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    stage.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield stage
    stage.app.state.live.close()
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def stage() -> House:
    return house()


@pytest.fixture
def control(stage: House) -> Iterator[TestClient]:
    with TestClient(stage.app, base_url=stage.url) as client:
        yield client


@pytest.fixture(scope="session")
def plainly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from serve(house(tmp_path_factory.mktemp("no_packages")))


@pytest.fixture(scope="session")
def faithfully() -> Iterator[House]:
    yield from serve(house(needs.node_modules()))


@pytest.fixture
def played(plainly: House) -> House:
    """A fresh playground on a port, cards drawn by ourselves."""
    return plainly.fresh()


@pytest.fixture(params=["faithfully", "plainly"])
def drawn(request: pytest.FixtureRequest) -> House:
    """The same twice: with Microsoft's renderer, and plainly."""
    found: House = request.getfixturevalue(request.param)
    return found.fresh()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(reduced_motion="reduce") as found:
        yield found


@dataclass
class Seen:
    """An open page, and everything its console said."""

    page: Page
    complaints: list[str]

    def chat(self, name: str) -> Locator:
        """The window of this person."""
        return self.page.locator(f'.chat[data-person="{name}"]')


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[object]:
    """open_page(house, *names, width, height): the page with these chats; its console may hold no complaint."""
    opened: list[Seen] = []

    def open_(stage: House, *names: str, width: int = 1280, height: int = 900) -> Seen:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        seen = Seen(page, [])
        page.on(
            "console", lambda line: seen.complaints.append(line.text) if line.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.set_default_timeout(5000)
        page.goto(f"{stage.url}/#{','.join(names)}")
        page.locator(".chat .message").first.wait_for()
        opened.append(seen)
        return seen

    yield open_
    for seen in opened:
        seen.page.close()
        assert seen.complaints == []
