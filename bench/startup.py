"""How long until the command line helps and until the bot is ready, against importing the SDKs alone."""

from __future__ import annotations

import statistics

from bench import process
from bench.harness import say

ROUNDS = 5


def run() -> None:
    """Each round imports, helps and serves once."""
    imports, helps, serves = [], [], []
    with process.migrated() as settings:
        process.run("-m", "bot", "--help")  # the first one may still have to write bytecode
        for _ in range(ROUNDS):
            imports.append(process.run("-c", process.SDKS))
            helps.append(process.run("-m", "bot", "--help"))
            with process.serving(settings) as bot:
                serves.append(bot.seconds)
    alone = statistics.median(imports)
    against = f"{alone:.2f} s to import slack_bolt, botbuilder, fastapi and sqlalchemy; median of {ROUNDS}"
    serve, words = statistics.median(serves), statistics.median(helps)
    say(
        "startup serve",
        serve / alone,
        f"{serve:.2f} s from `python -m bot serve` to the first 200 at /readyz : {against}",
    )
    say("startup help", words / alone, f"{words:.2f} s for `python -m bot --help` : {against}")
