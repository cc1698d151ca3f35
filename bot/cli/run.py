"""serve and play: the real thing, and the whole product with the demo cast and doubles of both platforms."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.clockface import KEPT, world_file

PLAY_FILE = Path(".play/keyline.db")


def serve(
    config: Annotated[Path | None, typer.Option(help="The settings file.", exists=True, dir_okay=False)] = None,
    host: Annotated[str, typer.Option(help="Where to listen; web.host unless given.")] = "",
    port: Annotated[int | None, typer.Option(help="The port; web.port unless given.", min=0, max=65535)] = None,
) -> None:
    """Run the bot: web, courier and clock in one process.

    Example: python -m bot serve --config app.yaml --port 8700
    """
    gc.disable()  # nothing that a start makes is garbage, and looking for some takes a fifth of its time

    import uvicorn

    from bot import interpreter, logs
    from bot.app import House
    from bot.cli.words import settings_for
    from bot.web.server import SERVED
    from storage import migrate

    settings = settings_for("serve", config)
    logs.set_up(settings.log.level, settings.log.format)
    house = House(settings)
    now, newest = migrate.current(house.store), migrate.head()
    if now != newest:
        typer.echo(f"The database is at revision {now or 'none'}: run `python -m bot migrate` first.", err=True)
        raise typer.Exit(1)
    interpreter.tune()  # nor will it ever be
    uvicorn.run(
        house.web,
        host=host or settings.web.host,
        port=settings.web.port if port is None else port,
        proxy_headers=True,
        forwarded_allow_ips=settings.web.proxies,
        timeout_graceful_shutdown=10,
        **SERVED,
    )


def play(
    port: Annotated[
        int, typer.Option(help="The bot's port; the playground is on the next one.", min=1, max=65534)
    ] = 8700,
    db: Annotated[Path, typer.Option(help="The SQLite file.")] = PLAY_FILE,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start the demo week over.")] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Play with the whole product on this machine: demo companies, both chat platforms, a clock you can move.

    Example: python -m bot play --port 8700 --fresh
    """
    from bot import logs

    logs.set_up("warning", "text")
    if fresh:
        for suffix in ("", "-wal", "-shm", KEPT):
            db.with_name(db.name + suffix).unlink(missing_ok=True)
    db.parent.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_play(port, db, browser))
    except OSError as problem:
        typer.echo(f"Cannot start: {problem}. Choose another port with --port (make play PORT=9000).", err=True)
        raise typer.Exit(1) from None


async def _play(port: int, db: Path, browser: bool) -> None:
    from bot.cli.theatre import HOST, theatre

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with theatre(f"sqlite:///{db}", bot_port=port, stage_port=port + 1, keep=world_file(db), tickets=True):
        page = f"http://{HOST}:{port + 1}"
        print(f"bot: http://{HOST}:{port}", flush=True)
        print(f"playground: {page}", flush=True)
        print("Open the playground in a browser. Ctrl-C ends it.", flush=True)
        if browser and sys.stdout.isatty():
            webbrowser.open(page)
        await stop.wait()
