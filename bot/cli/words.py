"""What every command shares: settings checked for its purpose, an open store, the desk, how to say what is wrong."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from bot.cli.clockface import now_of

if TYPE_CHECKING:
    from bot.sections import Settings
    from bot.soundness import Purpose
    from handlers.commands import Command, Outcome
    from handlers.desk import Desk
    from storage.rows import Row
    from storage.store import Store, Tx

Seen = TypeVar("Seen")
Config = Annotated[
    Path | None,
    typer.Option("--config", help="The settings file; app.yaml here unless given.", dir_okay=False, exists=True),
]


def fail(*sentences: str) -> NoReturn:
    """Says what is wrong, one sentence a line, and ends with 1."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(1)


def misused(sentence: str) -> NoReturn:
    """Says how the command is meant to be used and ends with 2."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def print_json(value: Any) -> None:
    """For machines, on stdout."""
    import json

    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def client_called(tx: Tx, slug: str) -> Row[Any]:
    """The client with this slug; else a sentence with those there are, and exit 1."""
    from storage.queries import directory

    row = directory.client_by_slug(tx, slug)
    if row is None:
        known = ", ".join(one.slug for one in directory.all_clients(tx)) or "none yet"
        fail(f"There is no client called {slug}; there are: {known}.")
    return row


def settings_for(purpose: Purpose, config: Path | None = None) -> Settings:
    """The settings, sufficient for this purpose; else every problem is said and the command ends with 1."""
    from bot.settings import BadSettings, load, problems

    named = os.environ.get("KEYLINE_CONFIG")
    try:
        settings = load(config or (Path(named) if named else None))
    except BadSettings as bad:
        fail(*bad.problems)
    if found := problems(settings, purpose):
        fail(*found)
    return settings


@contextmanager
def open_store(config: Path | None) -> Iterator[Store]:
    """The database, reachable and migrated; else a sentence says what to do."""
    with _opened(settings_for("database", config)) as store:
        yield store


@contextmanager
def open_desk(config: Path | None) -> Iterator[Desk]:
    """The desk over the open database, with the provider's own calendar."""
    from bot.provider import business_days
    from handlers.desk import Desk

    settings = settings_for("desk", config)
    with _opened(settings) as store:
        yield Desk(store, business_days(settings.msp), digest_at=time.fromisoformat(settings.msp.digest))


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    from storage import migrate
    from storage.queries.pulse import unreachable
    from storage.store import Store, sqlite_file

    file = sqlite_file(settings.database.url)
    if file is not None and not file.exists():
        fail(f"There is no database at {file} yet: run `python -m bot migrate`, or set KEYLINE_DATABASE_URL to yours.")
    store = Store(settings.database.url)
    try:
        if migrate.current(store) != migrate.head():
            fail("The database does not have the newest schema: run `python -m bot migrate` first.")
        yield store
    except Exception as error:
        if unreachable(error):
            fail(f"The database cannot be reached: {reason(error)}. Check KEYLINE_DATABASE_URL.")
        raise
    finally:
        store.close()


def reason(error: Exception) -> str:
    """The first line of what a database driver says, without the password it may have been given."""
    text = str(getattr(error, "orig", None) or error).strip().splitlines()
    return (text[0] if text else type(error).__name__).rstrip(".")


def perform(desk: Desk, command: Command, key: str = "") -> Outcome:
    """One command as the operator; a refusal becomes its sentence and exit 1."""
    from handlers.commands import Refused

    try:
        return attempt(desk, command, key)
    except Refused as refused:
        fail(refused.sentence)


def rehearse(desk: Desk, command: Command, look: Callable[[Tx, Outcome], Seen]) -> Seen:
    """What a command of the operator would come to, as `look` sees it; a refusal becomes its sentence and exit 1."""
    from handlers.commands import Event, Refused, System

    try:
        return desk.rehearse(command, Event("", now_of(desk.store), System("operator"), "cli"), look)
    except Refused as refused:
        fail(refused.sentence)


def attempt(desk: Desk, command: Command, key: str = "") -> Outcome:
    """One command as the operator. Raises Refused."""
    from handlers.commands import Event, System

    event = Event(key or f"cli:{uuid.uuid4().hex}", now_of(desk.store), System("operator"), "cli")
    return desk.perform(command, event)
