"""The console's pages in a browser: their styles pass their own policy, nothing sticks out, they renew themselves."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text

from bot.entrance import console_link
from bot.signing import Signer
from bot.web import console
from bot.web.server import create_web
from handlers.commands import RaiseDowntime, Window
from tests.cards.reported import large
from tests.cards.stored import keep, say
from tests.web.house import NOW, House
from tests.web.opined import opine
from tests.web.planned import SATURDAY, SUNDAY, answer, do, two_offices
from tests.web.told import HOSTILE, hear, tell

TOO_SMALL = """[...document.querySelectorAll("a.choice, summary")]
    .filter((node) => node.offsetParent && node.offsetHeight < 40)
    .map((node) => node.outerHTML.slice(0, 120))"""
"""What a thumb would miss."""


class Site:
    """The console on a port of loopback."""

    def __init__(self, house: House) -> None:
        self.house, self.signer = house, Signer("k" * 40)
        listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_web(
            store=house.store,
            performer=house.performing,
            now=lambda: NOW,
            signer=self.signer,
            public_url=self.url,
        )
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)

    def link(self, path: str) -> str:
        with self.house.store.read() as tx:
            sofia = tx.execute(text("SELECT id FROM person WHERE name = 'Sofia Marchetti'")).scalar_one()
        return console_link(self.signer, self.url, path, sofia, datetime.now(UTC))

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        assert not self.thread.is_alive()


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    made = Site(house)
    yield made
    made.stop()


@pytest.fixture
def open_at(browser: Browser, site: Site) -> Iterator[Any]:
    """`open_at(390, path)` -> the page as Sofia sees it who follows her link, and what the browser complained about."""
    contexts: list[BrowserContext] = []

    def opened(width: int, path: str, scheme: Any = "light") -> tuple[Page, list[str]]:
        contexts.append(browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme))
        page, complaints = contexts[-1].new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("dialog", lambda dialog: complaints.append(f"a dialog: {dialog.message}"))
        answer = page.goto(site.link(path))
        assert answer is not None and answer.status == 200
        return page, complaints

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("clients", "contacts"), [(1, 1), (1, 7), (300, 4)])
@pytest.mark.parametrize("width", [390, 1280])
def test_one_five_and_twelve_hundred_readers_fit_a_phone_and_a_desk(
    site: Site, open_at: Any, clients: int, contacts: int, width: int
) -> None:
    told = tell(site.house.store, clients=clients, contacts=contacts)
    hear(site.house.store, told, 1, "https://" + "a-very-long-address-" * 12, workaround="W" * 300)
    path = f"/console/notices/{told.id}"
    page, complaints = open_at(width, path)
    assert page.url == site.url + path and complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("tr.person").count() == clients * contacts
    assert page.locator(".pill.bad").first.evaluate("node => getComputedStyle(node).borderRadius") == "99px"
    assert page.locator("thead").is_visible() or width == 390
    if width == 390:
        assert page.evaluate(TOO_SMALL) == []
    page.get_by_role("link", name="Not answered").click()
    assert page.locator(".choice[aria-current]").inner_text().startswith("Not answered")
    page.goto(f"{site.url}/console")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("link", name="N-1 · The internet is down").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("N-1 · The internet is down")


def test_the_board_renews_itself_until_it_is_held_still(
    site: Site, open_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "RENEW", 1)
    told = tell(site.house.store, contacts=5)
    page, complaints = open_at(1280, f"/console/notices/{told.id}")
    expect(page).to_have_title(re.compile("^2 of 5 acknowledged"))
    with site.house.store.write() as tx:
        tx.execute(text("UPDATE receipt SET state = 'acknowledged', acked_at = asked_at"))
    expect(page).to_have_title(re.compile("^5 of 5 acknowledged"), timeout=10_000)
    page.get_by_role("link", name="Hold still").click()
    with site.house.store.write() as tx:
        tx.execute(text("UPDATE receipt SET state = 'queued'"))
    page.wait_for_timeout(2_500)
    assert page.title().startswith("5 of 5 acknowledged")
    page.get_by_role("link", name="Go on renewing").click()
    expect(page).to_have_title(re.compile("^0 of 5 acknowledged"), timeout=10_000)
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_names_do_nothing_in_a_browser(site: Site, open_at: Any, scheme: str) -> None:
    told = tell(site.house.store, contacts=7, title=HOSTILE, impact=f"<img src=x onerror=alert(2)>{HOSTILE}")
    with site.house.store.write() as tx:
        tx.execute(text("UPDATE person SET name = :hostile WHERE client_id = 'cl_1_0'"), {"hostile": HOSTILE})
    page, complaints = open_at(1280, f"/console/notices/{told.id}", scheme)
    assert complaints == [] and page.locator("script, img").count() == 0
    assert HOSTILE in page.locator("tr.person").first.inner_text()
    assert HOSTILE in page.get_by_role("heading", level=1).inner_text()


def test_the_export_is_a_file(site: Site, open_at: Any) -> None:
    told = tell(site.house.store, contacts=7)
    page, _ = open_at(1280, f"/console/notices/{told.id}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export (CSV)").click()
    assert download.value.suggested_filename == "N-1-receipts.csv"
    assert download.value.path().read_text("utf-8-sig").count("\n") == 8


@pytest.mark.parametrize("width", [390, 1280])
def test_a_downtime_fits_a_phone_and_a_desk(site: Site, open_at: Any, width: int) -> None:
    house = two_offices(site.house)
    long = "https://" + "a-very-long-address-" * 12
    windows = [SATURDAY, SUNDAY]
    times = tuple(Window(*(datetime.fromisoformat(one[side]) for side in ("start", "end"))) for one in windows)
    offered = RaiseDowntime("W" * 150, long, times, client="marlow-finch", send=True)
    outcome = do(house, offered)
    assert outcome.ref is not None
    answer(house, outcome.ref.id, ok=False, reason=long)
    path = f"/console/downtimes/{outcome.ref.id}"
    page, complaints = open_at(width, path)
    assert page.url == site.url + path and complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("tr.line").count() == 2 and page.locator(".times li").count() == 2
    if width == 390:
        assert page.evaluate(TOO_SMALL) == []
    page.get_by_role("link", name="Hold still").click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Downtimes").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("link", name="D-1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("D-1 · WWW")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export (CSV)").click()
    assert download.value.suggested_filename == "D-1-answers.csv"


@pytest.mark.parametrize("width", [390, 1280])
def test_reports_fit_a_phone_and_a_desk(site: Site, open_at: Any, width: int, tmp_path: Path) -> None:
    with site.house.store.read() as tx:
        dana = tx.execute(text("SELECT id FROM person WHERE name = 'Dana Whitlock'")).scalar_one()
    id_ = keep(site.house.store, readers=[dana], note="The jump on Tuesday is the outage in Providence.")
    say(site.house.store, id_, "marlow-finch", dana)
    keep(site.house.store, "cedar-ridge", "on_hold", figures=large("a-very-long-title-" * 20))
    page, complaints = open_at(width, "/console/reports", "dark" if width == 390 else "light")
    assert complaints == [] and page.evaluate("document.documentElement.scrollWidth") == width
    if width == 390:
        assert page.evaluate(TOO_SMALL) == []
    page.screenshot(path=tmp_path / f"list-{width}.png", full_page=True)
    for name in ("Cedar Ridge Pediatrics", "Marlow & Finch LLP"):
        page.goto(f"{site.url}/console/reports")
        page.get_by_role("link", name=name).click()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("h1").inner_text().startswith(name) and complaints == []
    page.screenshot(path=tmp_path / f"report-{width}.png", full_page=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_feedback_fits_a_phone_and_a_desk(site: Site, open_at: Any, width: int, tmp_path: Path) -> None:
    store, answers = site.house.store, {"went_well": "The help desk.", "fix": "a-very-long-word-" * 20}
    opine(store, "fbk_long", comment="https://" + "a-very-long-address-" * 12, on_behalf_of="W" * 120)
    opine(store, "fbk_form", kind="formal", subject="touchpoint:x", state="received", score=3, answers=answers)
    opine(store, "fbk_done", state="closed", anonymous=True, reply="It is ordered.", replied_by="Sofia Marchetti")
    page, complaints = open_at(width, "/console/feedback", "dark" if width == 390 else "light")
    assert complaints == [] and page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("tr.line").count() == 3
    assert "Somebody who stays unnamed, passed on by Dana Whitlock" in page.locator("tbody").inner_text()
    if width == 390:
        assert page.evaluate(TOO_SMALL) == []
    page.screenshot(path=tmp_path / f"feedback-{width}.png", full_page=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as CSV").click()
    assert download.value.suggested_filename == "feedback.csv"
