"""A provider's first day as docs/operate.md, slack.md and teams.md tell it: by commands, from an empty folder to a
verified journal."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import zipfile
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import uvicorn
import yaml
from typer.testing import CliRunner

from bot.cli.main import app
from bot.cli.theatre import HOST, free_port
from bot.demo.cast import BY_KEY, COMPANIES, PEOPLE, Cast
from bot.demo.world import World
from bot.playground.stage import create_playground
from bot.web.server import IDLE_SECONDS
from tests.journeys.scene import until

HOUSE = Path(__file__).parents[2]
EXAMPLE = HOUSE / "docs" / "directory.yaml"
ORDER = {
    "client": "marlow-finch",
    "kind": "purchase",
    "title": "Toner for the front desk",
    "why": "The last cartridge is in the printer.",
    "requested_by": "sofia@harborline.example",
    "urgency": "urgent",  # what is not urgent would wait for the morning where it is night or a weekend
    "purchase": {
        "category": "other",
        "vendor": "Tidewater Supply",
        "currency": "USD",
        "lines": [{"description": "Toner", "quantity": 1, "unit_minor": 8_900}],
    },
}

Keyline = Callable[..., str]


@pytest.fixture
def world() -> World:
    return World(Cast(), f"http://{HOST}:{free_port()}", f"http://{HOST}:{free_port()}")


@pytest.fixture
def environment(world: World, tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEYLINE_")}
    return kept | world.environment() | {"KEYLINE_DATABASE_URL": f"sqlite:///{tmp_path / 'keyline.db'}"}


@pytest.fixture
def keyline(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Keyline:
    """`python -m bot ...`, called in this process to be quick; -> its stdout. It has to succeed."""
    monkeypatch.chdir(HOUSE)

    def run(*words: str, **env: str) -> str:
        done = CliRunner().invoke(app, list(words), env=environment | env)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


@asynccontextmanager
async def serving(environment: dict[str, str], bot_url: str) -> AsyncIterator[None]:
    """`python -m bot serve`, ended as an operator's Ctrl-C ends it, while the doubles go on answering."""
    command = [sys.executable, "-m", "bot", "serve", "--port", str(urlsplit(bot_url).port)]
    bot = await asyncio.create_subprocess_exec(*command, cwd=HOUSE, env=environment, stdout=PIPE, stderr=STDOUT)
    try:
        yield
    finally:
        bot.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            said = (await bot.communicate())[0].decode()
    assert bot.returncode in (0, -signal.SIGINT), said
    assert "Traceback" not in said


@asynccontextmanager
async def platforms(world: World) -> AsyncIterator[Any]:
    """Both doubles, without the playground's clock."""
    stage = create_playground(world.for_playground(clock=False), world.stage_url)
    config = uvicorn.Config(stage, host=HOST, port=int(urlsplit(world.stage_url).port or 0), log_config=None)
    server = uvicorn.Server(config)
    server.capture_signals = _nothing  # type: ignore[method-assign]  # signals are pytest's
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started or task.done(), "the doubles listen")
    try:
        yield stage.state.doubles
    finally:
        stage.state.live.close()
        server.should_exit = True
        await task


@contextmanager
def _nothing() -> Iterator[None]:
    yield


async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """A request on a connection that stays open, as a proxy sends it; -> the first line of the answer."""
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: keyline.example.com\r\n\r\n")
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().splitlines() if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return head.splitlines()[0]


async def ready(http: aiohttp.ClientSession, bot: str) -> None:
    """Waits until /readyz says that everything is there."""
    for _ in range(600):
        try:
            async with http.get(f"{bot}/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError("the bot never became ready")


def asked(double: Any, person: str) -> list[dict[str, Any]]:
    """The cards about the order on this person's screen."""
    return [message for message in double.screen(person) if ORDER["title"] in message["text"]]


async def install(http: aiohttp.ClientSession, bot: str, team: str) -> str:
    """An administrator follows the link to Slack's consent page and allows it; -> what the last page says."""
    async with http.get(f"{bot}/slack/install", allow_redirects=False) as begun:
        consent, cookie = begun.headers["Location"], begun.cookies
    async with http.post(consent, data={"team": team, "decision": "allow"}, allow_redirects=False) as allowed:
        back = allowed.headers["Location"]
    assert parse_qs(urlsplit(back).query)["code"]
    cookies = {name: morsel.value for name, morsel in cookie.items()}
    async with http.get(back, cookies=cookies) as done:
        return await done.text()


async def test_a_provider_serves_clients_on_both_platforms(
    world: World, environment: dict[str, str], keyline: Keyline, tmp_path: Path
) -> None:
    assert "Migrated from an empty database" in keyline("migrate")
    directory = tmp_path / "directory.yaml"
    directory.write_text(yaml.safe_dump(both_platforms()))
    keyline("import", "directory", str(directory))
    token = keyline("token", "create", "--name", "psa", "--scope", "approvals:write", "--scope", "read").strip()
    assert "mend" not in keyline("doctor")
    bearer = {"Authorization": f"Bearer {token}", "Idempotency-Key": "psa-1"}
    async with platforms(world) as doubles, aiohttp.ClientSession() as http, serving(environment, world.bot_url):
        await ready(http, world.bot_url)
        for team in ("T0HARBOR", "T0MARLOW"):
            assert "The bot is ready" in await install(http, world.bot_url, team)
        await doubles["teams"].install_all()
        orders = {"Dana Whitlock": ORDER, "Tom Beckett": {**ORDER, "client": "cedar-ridge"}}
        for number, (person, order) in enumerate(orders.items()):
            key = {"Idempotency-Key": f"psa-{number}"}
            async with http.post(f"{world.bot_url}/api/v1/approvals", json=order, headers=bearer | key) as raised:
                approval = await raised.json()
                assert raised.status == 201, approval
            double = doubles["teams" if person == "Tom Beckett" else "slack"]
            (card,) = await until(lambda double=double, person=person: asked(double, person), f"{person} is asked")
            await double.press(person, card["message"], "Approve", None)
            async with http.get(f"{world.bot_url}/api/v1/approvals/{approval['id']}", headers=bearer) as decided:
                assert (await decided.json())["state"] == "approved"
    assert "hold" in keyline("verify", "journal")
    entries = [json.loads(line) for line in keyline("export", "journal", "--client", "marlow-finch").splitlines()]
    approved = [entry for entry in entries if entry["channel"] == "slack" and entry["identity"].endswith("U0DANA")]
    assert approved, [(entry["what"], entry["identity"]) for entry in entries]


async def test_one_workspace_needs_only_its_bot_token(
    world: World, environment: dict[str, str], keyline: Keyline, tmp_path: Path
) -> None:
    for name in [name for name in environment if name.startswith(("KEYLINE_TEAMS_", "KEYLINE_SLACK_CLIENT_"))]:
        del environment[name]
    environment["KEYLINE_SLACK_BOT_TOKEN"] = world.bot_token(next(one for one in COMPANIES if one.team == "T0MARLOW"))
    found = yaml.safe_load(EXAMPLE.read_text())
    found["provider"].update(slack=[], teams=[])
    for person in found["provider"]["people"]:
        for platform in ("slack", "teams"):
            person.pop(platform, None)
    directory = tmp_path / "directory.yaml"
    directory.write_text(yaml.safe_dump(found))
    keyline("migrate")
    keyline("import", "directory", str(directory))
    token = keyline("token", "create", "--name", "psa", "--scope", "approvals:write").strip()
    headers = {"Authorization": f"Bearer {token}"}
    async with platforms(world) as doubles, aiohttp.ClientSession() as http, serving(environment, world.bot_url):
        await ready(http, world.bot_url)
        async with http.post(f"{world.bot_url}/api/v1/approvals", json=ORDER, headers=headers) as raised:
            assert raised.status == 201, await raised.text()
        (card,) = await until(lambda: asked(doubles["slack"], "Dana Whitlock"), "Dana is asked")
        await doubles["slack"].press("Dana Whitlock", card["message"], "Approve", None)
        await until(lambda: "Approved" in asked(doubles["slack"], "Dana Whitlock")[0]["text"], "the card says so")


async def test_a_proxy_finds_an_idle_connection_open_when_it_wants_it_again(
    world: World, environment: dict[str, str], keyline: Keyline
) -> None:
    keyline("migrate")
    async with aiohttp.ClientSession() as http, serving(environment, world.bot_url):
        await ready(http, world.bot_url)
        at = urlsplit(world.bot_url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        assert await heard(reader, writer) == b"HTTP/1.1 200 OK"
        await asyncio.sleep(6)  # uvicorn by itself keeps it for five seconds
        assert await heard(reader, writer) == b"HTTP/1.1 200 OK"
        writer.close()


def test_it_is_kept_longer_than_the_most_patient_of_the_usual_proxies_keeps_it() -> None:
    assert IDLE_SECONDS > 600  # Google's, which says that a server has to wait longer


def test_what_the_platforms_are_given_names_this_bot(world: World, keyline: Keyline, tmp_path: Path) -> None:
    public = {"KEYLINE_PUBLIC_URL": "https://keyline.example.com"}
    manifest = json.loads(keyline("manifest", "slack", **public))
    assert manifest["settings"]["event_subscriptions"]["request_url"] == "https://keyline.example.com/slack/events"
    written = keyline("manifest", "teams", "--out", str(tmp_path), **public).strip()
    with zipfile.ZipFile(written) as package:
        assert json.loads(package.read("manifest.json"))["bots"][0]["botId"] == world.app_id


def both_platforms() -> dict[str, Any]:
    """The example of the documents, with the playground's own ids for those who are on Teams."""
    found: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())
    harbor, cedar = BY_KEY["harbor"], BY_KEY[PEOPLE["Tom Beckett"].company]
    found["provider"]["teams"] = [harbor.tenant]
    kai = next(person for person in found["provider"]["people"] if person["name"] == "Kai Turner")
    kai["teams"] = PEOPLE["Kai Turner"].aad
    tom = PEOPLE["Tom Beckett"]
    found["clients"].append(
        {
            "slug": "cedar-ridge",
            "name": cedar.name,
            "code": "CR",
            "timezone": cedar.timezone,
            "teams": [cedar.tenant],
            "people": [{"name": tom.name, "email": tom.email, "default": True, "teams": tom.aad}],
        }
    )
    return found
