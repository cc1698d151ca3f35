"""Who is given the address of which live calendar, over REST and at the command line; and the whole house serves it."""

from __future__ import annotations

from typing import Any

import httpx
import icalendar
import pytest

from bot.signing import Signer
from bot.web.server import create_web
from storage.store import Store
from tests.cli.conftest import Run, clean, demo, demo_template, run
from tests.web.conftest import house, seeded
from tests.web.house import NOW, House

__all__ = ["clean", "demo", "demo_template", "house", "run", "seeded"]

PATH = "/api/v1/calendar"
URL = "https://keyline.test"
KEY = "k" * 40


@pytest.fixture
def public(house: House) -> House:
    """With a public address and a secret key."""
    known = House(house.store, house.desk, house.performing)
    known.app = create_web(
        store=house.store, performer=house.performing, now=lambda: NOW, signer=Signer(KEY), public_url=URL
    )
    return known


async def told(house: House, token: str, **asked: str) -> tuple[int, dict[str, Any]]:
    """The answer to a call."""
    async with house.caller(token) as caller:
        answer = await caller.get(PATH, params=asked)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()


async def test_a_portal_is_given_the_address_of_a_persons_calendar(public: House) -> None:
    status, body = await told(public, "all", person="Dana@marlow.example")
    assert (status, body["person"]["name"], body["client"]) == (200, "Dana Whitlock", None)
    assert body["url"].startswith(f"{URL}/calendar/") and body["url"].endswith(".ics")
    again = await told(public, "all", person=body["person"]["id"], client="marlow-finch")
    assert again[1]["client"] == "marlow-finch" and again[1]["url"] != body["url"]
    assert (await told(public, "all", person="sofia@harborline.example", client="cedar-ridge"))[0] == 200


@pytest.mark.parametrize(
    ("token", "asked", "status", "field"),
    [
        ("all", {}, 422, "person"),
        ("all", {"person": "nobody@marlow.example"}, 422, "person"),
        ("all", {"person": "per_none"}, 422, "person"),
        ("all", {"person": "é@x"}, 422, "person"),
        ("all", {"person": "dana@marlow.example", "client": "nobody"}, 404, "client"),
        ("all", {"person": "dana@marlow.example", "client": "cedar-ridge"}, 422, "person"),
        ("cedar", {"person": "dana@marlow.example"}, 422, "person"),
        ("cedar", {"person": "sofia@harborline.example"}, 422, "person"),
        ("cedar", {"person": "tom@cedar.example", "client": "marlow-finch"}, 404, "client"),
        ("writer", {"person": "dana@marlow.example"}, 403, None),
        ("all", {"person": "dana@marlow.example", "whose": "x"}, 422, "whose"),
    ],
    ids=str,
)
async def test_nobody_is_given_anybody_elses(
    public: House, token: str, asked: dict[str, str], status: int, field: str | None
) -> None:
    found, body = await told(public, token, **asked)
    assert (found, body.get("field")) == (status, field), body


async def test_without_a_public_address_a_sentence_says_what_is_missing(house: House) -> None:
    status, body = await told(house, "all", person="dana@marlow.example")
    assert status == 409 and "KEYLINE_PUBLIC_URL" in body["detail"]


def test_an_operator_hands_out_an_address_that_the_house_answers(
    run: Run, demo: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYLINE_PUBLIC_URL", URL)
    monkeypatch.setenv("KEYLINE_SECRET_KEY", KEY)
    done = run("calendar", "--person", "marcus@northgate.example", "--client", "northgate")
    assert done.exit_code == 0, done.output
    (link,) = done.stdout.splitlines()
    answer = _house(link)
    assert answer.status_code == 200
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert str(calendar["X-WR-CALNAME"]) == "Downtimes and meetings: Northgate Fabrication" and calendar.events == []
    assert _house(link.replace(".ics", "x.ics")).status_code == 404
    for words, sentence in (
        (("--person", "nobody@northgate.example"), "is nobody here"),
        (("--person", "anja@northgate.example", "--client", "northgate"), "may not have the calendar of all"),
        (("--person", "marcus@northgate.example", "--client", "nobody"), "no client called nobody"),
    ):
        wrong = run("calendar", *words)
        assert wrong.exit_code == 1 and sentence in wrong.output
    monkeypatch.delenv("KEYLINE_PUBLIC_URL")
    assert "KEYLINE_PUBLIC_URL" in run("calendar", "--person", "marcus@northgate.example").output


def _house(link: str) -> httpx.Response:
    """What the whole bot answers at an address."""
    import asyncio

    from bot.app import House as Bot
    from bot.settings import load

    async def ask() -> httpx.Response:
        bot = Bot(load(None))
        transport = httpx.ASGITransport(app=bot.web)
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            answer = await client.get(link)
        await bot.close()
        return answer

    return asyncio.run(ask())
