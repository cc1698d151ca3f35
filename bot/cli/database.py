"""migrate, and seed demo: the database gets its schema, and the demo's companies and people."""

from __future__ import annotations

from typing import Any

import typer

from bot.cli.words import Config, fail, open_desk, perform, reason, settings_for

seed = typer.Typer(help="Fill the directory.", no_args_is_help=True)


def migrate(config: Config = None) -> None:
    """Bring the database to the newest schema; creates a SQLite file that is not there.

    Example: KEYLINE_DATABASE_URL=sqlite:///keyline.db python -m bot migrate
    """
    from storage import migrate as migrations
    from storage.queries.pulse import unreachable
    from storage.store import Store

    settings = settings_for("database", config)
    store = Store(settings.database.url)
    try:
        before, now = migrations.upgrade(store)
    except migrations.Newer as newer:
        fail(str(newer))
    except Exception as error:
        if unreachable(error):
            fail(f"The database cannot be reached: {reason(error)}. Check KEYLINE_DATABASE_URL.")
        raise
    finally:
        store.close()
    typer.echo(f"Already at {now}." if before == now else f"Migrated from {before or 'an empty database'} to {now}.")


@seed.callback()
def _group() -> None:
    """Fill the directory."""


@seed.command()
def demo(config: Config = None) -> None:
    """Add the demo's provider, three client companies, their people and cases. Safe to repeat; raises no request.

    Example: python -m bot seed demo
    """
    import asyncio

    from rich.console import Console

    from bot.cli.clockface import now_of
    from bot.demo import cases
    from bot.demo.cast import Cast
    from bot.demo.world import World

    done = 0
    console = Console(stderr=True)
    with open_desk(config) as desk, console.status("Seeding…") as status:

        async def each(command: Any, key: str) -> Any:
            nonlocal done
            done += 1
            status.update(f"Seeding {key}…")
            return perform(desk, command, f"seed:{key}")

        asyncio.run(World(Cast(), "", "").seed(each))
        asyncio.run(cases.seed(each, now_of(desk.store)))
    typer.echo(f"The demo is in the directory ({done} entries).")
