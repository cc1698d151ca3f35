"""Processes to be timed and weighed: the SDKs imported alone, and the whole bot as an operator starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.databases import DISK
from bot.cli.theatre import free_port
from bot.demo.cast import Cast
from bot.demo.world import World

SDKS = "import slack_bolt.async_app, botbuilder.core, fastapi, sqlalchemy"
"""What a bot on both platforms over HTTP and SQL imports before a line of its own."""

PATIENCE = 120.0


@dataclass(frozen=True)
class Bot:
    """A running `python -m bot serve`. `seconds` went by until /readyz answered 200."""

    pid: int
    seconds: float


def run(*arguments: str) -> float:
    """Seconds that a Python process takes from start to end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


@contextmanager
def migrated() -> Iterator[dict[str, str]]:
    """The environment of a bot with both platforms and a fresh SQLite file; nothing of it leads anywhere."""
    with tempfile.TemporaryDirectory(prefix="keyline-bench-", dir=DISK) as folder:
        world = World(Cast(), "http://127.0.0.1:9", "http://127.0.0.1:9")
        own = {name: value for name, value in os.environ.items() if not name.startswith("KEYLINE_")}
        settings = {**own, **world.environment(), "KEYLINE_DATABASE_URL": f"sqlite:///{Path(folder) / 'keyline.db'}"}
        migrate = [sys.executable, "-m", "bot", "migrate"]
        subprocess.run(migrate, env=settings, check=True, stdout=subprocess.DEVNULL)
        yield settings


@contextmanager
def serving(settings: dict[str, str]) -> Iterator[Bot]:
    """The bot from its first instruction to its first 200 at /readyz, and ended at the end."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "serve", "--host", "127.0.0.1", "--port", str(port)]
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=settings, stdout=quiet, stderr=quiet) as process:
        try:
            while not _ready(port):
                assert process.poll() is None, "the bot did not start"
                assert time.perf_counter() - began < PATIENCE, "the bot did not get ready"
                time.sleep(0.01)
            yield Bot(process.pid, time.perf_counter() - began)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def resident(pid: int) -> float:
    """The megabytes a process holds in memory (Linux: VmRSS of its status)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {pid} is gone")


def resident_after(code: str) -> float:
    """The megabytes a Python process holds when it has run `code`."""
    weigh = f"{code}\nimport sys\nsys.stdout.write('done\\n')\nsys.stdout.flush()\nsys.stdin.read()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", weigh], stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        held = resident(process.pid)
        process.communicate("")
        return held


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
