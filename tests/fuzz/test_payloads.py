"""Thousands of payloads through the real house: never a 5xx, never a traceback, never an effect nobody was entitled to.

`KEYLINE_FUZZ=100000` sends so many, `KEYLINE_FUZZ_SEED` chooses others; a failure prints the payload and both numbers.
"""

from __future__ import annotations

import logging
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from tests import databases
from tests.fuzz import judge
from tests.fuzz.house import CAST, Fuzzed, fuzzed
from tests.fuzz.outside import Outside
from tests.fuzz.scene import Scene, senders
from tests.fuzz.slack_requests import Sent, SlackRequests
from tests.fuzz.teams_activities import TeamsActivities
from tests.fuzz.watch import Watch

PAYLOADS = int(os.environ.get("KEYLINE_FUZZ", "3000"))
SEED = int(os.environ.get("KEYLINE_FUZZ_SEED", "20260608"))
BATCH = 20
"""So many payloads come from one company before the others are looked at."""
TIDY = 200


class Complaints(logging.Handler):
    """Every traceback that was logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # that Slack would not open a form is its own doing here: one call in twenty goes wrong
        if record.exc_info or (record.levelno >= logging.ERROR and record.name != "bot.slack.voice"):
            self.found.append(self.format(record))

    def structured(self, _logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        """The same for structlog."""
        if event.get("exc_info") or event.get("log_level") == "error" or _method in ("error", "exception", "critical"):
            self.found.append(repr(event) + _traceback())
        raise structlog.DropEvent


def _traceback() -> str:
    import traceback

    return "\n" + traceback.format_exc()


@pytest.fixture
def complaints(monkeypatch: pytest.MonkeyPatch) -> Complaints:
    found = Complaints()
    found.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(found)
    before = structlog.get_config()
    structlog.configure(processors=[found.structured], cache_logger_on_first_use=False)
    yield found
    structlog.configure(**before)
    logging.getLogger().removeHandler(found)


@pytest.fixture(params=databases.DIALECTS)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database; SQLite's stands in memory where there is room, for it is written all the time."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres").wiped()
        return
    memory = Path("/dev/shm")
    database = (memory if os.access(memory, os.W_OK) else tmp_path) / f"keyline-fuzz-{os.getpid()}.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), database)
    yield f"sqlite:///{database}"
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


@pytest.mark.timeout(max(120, PAYLOADS // 10))
async def test_no_payload_breaks_the_house_or_does_what_nobody_may(
    fresh: str, monkeypatch: pytest.MonkeyPatch, complaints: Complaints
) -> None:
    outside = Outside(SEED)
    outside.replace(monkeypatch)
    # PostgreSQL takes less of what people may write, so it has its turn too, a shorter one with other payloads
    many, seed = (PAYLOADS, SEED) if fresh.startswith("sqlite") else (PAYLOADS // 10, SEED + 1)
    async with fuzzed(fresh, monkeypatch) as fuzz:
        print(await _storm(fuzz, outside, complaints, many, seed))


async def _storm(fuzz: Fuzzed, outside: Outside, complaints: Complaints, many: int, seed: int) -> str:
    scene = Scene(random.Random(seed), senders(CAST))
    makers = {
        "slack": SlackRequests(scene, fuzz.world.signing_secret),
        "teams": TeamsActivities(scene, outside, fuzz.world.app_id),
    }
    watch, statuses, kinds = Watch(fuzz.house.store, fuzz.house.clock.now), Counter[int](), Counter[str]()
    for number in range(0, many, BATCH):
        if number % TIDY == 0:
            await fuzz.install()
            await fuzz.tidy()
            scene.known = fuzz.known()
            scene.people = [row.id for row in fuzz.rows("SELECT id FROM person LIMIT 200")]
            watch.look_again()
        company = scene.rng.choices(("marlow-finch", "cedar-ridge", "northgate", "", None), (32, 26, 20, 20, 2))[0]
        before = watch.others(company) if company != "" else ""
        for _ in range(BATCH):
            sender = scene.sender(company)
            sent = makers[sender.platform].make(sender)
            answer = await _send(fuzz.http, sent, number)
            statuses[answer.status_code] += 1
            kinds[f"{sender.platform} {sent.what}"] += 1
            assert answer.status_code < 500, _told(sent, number, answer.text)
            assert b"Traceback" not in answer.content, _told(sent, number, answer.text)
            watch.after(sent)
            judged = judge.slack_answer if sender.platform == "slack" else judge.teams_answer
            await fuzz.settle()
            wrong = [*complaints.found, *outside.complaints, *judged(answer.content)]
            wrong += watch.told(sent, b"\n".join([answer.content, *outside.told]))
            outside.told.clear()
            assert not wrong, _told(sent, number, "\n".join(wrong))
        # the provider's own people work for every company
        assert company == "" or watch.others(company) == before, f"another company was touched, payload {number}"
    watch.settle()
    drawn = fuzz.draw_all()
    assert watch.seen > many // 200, "hardly anybody could vote: the payloads attack nothing"
    return f"{many} payloads (seed {seed}): {dict(statuses)}; {watch.seen} votes, {drawn} cards; {dict(kinds)}"


async def _send(http: httpx.AsyncClient, sent: Sent, number: int) -> httpx.Response:
    try:
        return await http.post(sent.path, content=sent.body, headers=sent.headers)
    except Exception as error:
        raise AssertionError(_told(sent, number, repr(error))) from error


def _told(sent: Sent, number: int, what: str) -> str:
    where = f"KEYLINE_FUZZ_SEED={SEED}, payload {number}, {sent.what} of {sent.sender}"
    return f"{what[-6_000:]}\n{where}:\n{sent.body[:3_000]!r}"
