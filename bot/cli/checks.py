"""doctor: looks at settings, database and machine, and says in a sentence what to mend."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from bot.cli.words import Config, reason


def doctor(config: Config = None) -> None:
    """Check settings, database and machine. Ends with 1 when something has to be mended before `serve`.

    Example: python -m bot doctor --config app.yaml
    """
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, soft_wrap=True)
    bad = 0
    for what, problem in _findings(config):
        bad += bool(problem)
        mark = "[red]mend[/red]" if problem else "[green]good[/green]"
        console.print(f"{mark}  {escape(what)}" + (f": {escape(problem)}" if problem else ""))
    if bad:
        raise typer.Exit(1)


def _findings(config: Path | None) -> Iterator[tuple[str, str]]:
    from bot.settings import BadSettings, load, problems, unknown_names

    yield "Python", "" if sys.version_info >= (3, 11) else "Keyline needs Python 3.11 or newer."
    yield "time zones", _zones()
    for sentence in unknown_names():
        yield "variable", sentence
    named = os.environ.get("KEYLINE_CONFIG")
    try:
        settings = load(config or (Path(named) if named else None))
    except BadSettings as error:
        for sentence in error.problems:
            yield "settings", sentence
        return
    missing = problems(settings)
    for sentence in missing:
        yield "settings", sentence
    if not missing:
        yield "settings", ""
    if not any("KEYLINE_DATABASE_URL" in sentence for sentence in missing):
        yield from _database(settings.database.url)


def _zones() -> str:
    from zoneinfo import available_timezones

    return "" if "America/New_York" in available_timezones() else "There is no time zone data: install tzdata."


def _database(url: str) -> Iterator[tuple[str, str]]:
    from storage import journal, migrate
    from storage.queries import pulse
    from storage.store import Store, sqlite_file

    file = sqlite_file(url)
    if file is not None and not file.exists():
        yield "database", f"There is no file {file} yet: run `python -m bot migrate`."
        return
    store = Store(url)
    try:
        now, newest = migrate.current(store), migrate.head()
        yield f"database ({store.dialect})", ""
        if now != newest:
            yield "schema", f"It is at {now or 'none'}, this program needs {newest}: run `python -m bot migrate`."
            return
        yield f"schema ({now})", ""
        with store.read() as tx:
            states = pulse.deliveries_by_state(tx)
            chains = len(journal.chains(tx))
        dead = states.get("dead", 0)
        yield f"deliveries ({sum(states.values())}, {dead} undeliverable), journal ({chains} chains)", ""
    except Exception as error:
        if not pulse.unreachable(error):
            raise
        yield "database", f"It cannot be reached: {reason(error)}. Check KEYLINE_DATABASE_URL."
    finally:
        store.close()
