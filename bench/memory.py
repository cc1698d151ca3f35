"""How much memory the idle bot holds, against the SDKs imported alone."""

from __future__ import annotations

import time

from bench import process
from bench.harness import say

SETTLE_SECONDS = 2.0


def run() -> None:
    """One of each: memory hardly varies."""
    alone = process.resident_after(process.SDKS)
    with process.migrated() as settings, process.serving(settings) as bot:
        time.sleep(SETTLE_SECONDS)
        held = process.resident(bot.pid)
    compared = "the idle bot on both platforms : slack_bolt, botbuilder, fastapi and sqlalchemy imported alone"
    say("memory", held / alone, f"{held:.0f} : {alone:.0f} MB resident ({compared})")
