"""story: plays a demo story headless over the doubles and prints it as a transcript."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

STORIES = {
    "1": ("Laptops, two voices", "laptops"),
    "2": ("Silence", "silence"),
    "3": ("Weekly report", "monday"),
    "4": ("SEV1", "outage"),
    "5": ("Multi-client broadcast", "broadcast"),
    "6": ("Downtime across oceans", "oceans"),
    "6-slack": ("Downtime at a law firm", "law_firm"),
    "6-autumn": ("Downtime in the week the clocks change", "autumn"),
    "7": ("Not me", "not_me"),
    "9": ("Check-in and pulse", "check_in"),
}


def story(
    name: Annotated[str, typer.Argument(help="The story's number, or all.")] = "all",
    platform: Annotated[
        Literal["slack", "teams"] | None, typer.Option(help="Put the whole cast on one platform.")
    ] = None,
    db: Annotated[str, typer.Option(help="A database URL to tell it on; a throw-away SQLite file unless given.")] = "",
) -> None:
    """Tell a demo story: what people press, what they then read. Ends with 1 if any step differs.

    Example: python -m bot story 1 --platform teams
    """
    from rich.console import Console

    from bot import logs

    logs.set_up("error", "text")
    chosen = list(STORIES) if name == "all" else [name]
    if unknown := [one for one in chosen if one not in STORIES]:
        typer.echo(f"There is no story {unknown[0]}; there are {', '.join(STORIES)} and all.", err=True)
        raise typer.Exit(2)
    console = Console(highlight=False)
    failed = [number for number in chosen if not asyncio.run(_tell(number, platform, db, console))]
    if failed:
        raise typer.Exit(1)


async def _tell(number: str, platform: Literal["slack", "teams"] | None, db: str, console: Any) -> bool:
    import importlib

    import aiohttp
    from rich.markup import escape

    from bot.cli.theatre import free_port, theatre
    from bot.demo.cast import Cast
    from bot.demo.stories.teller import Differs, Teller
    from bot.demo.world import START

    title, module = STORIES[number]
    console.print(f"[bold]Story {number}: {title}[/bold]" + (f" (everybody on {platform})" if platform else ""))
    told = importlib.import_module(f"bot.demo.stories.{module}")
    begins = getattr(told, "BEGINS", START)

    def say(moment: str, who: str, what: str) -> None:
        console.print(f"  [dim]{moment}[/dim]  [bold]{who}[/bold] {escape(what)}")

    with tempfile.TemporaryDirectory(prefix="keyline-story-") as folder:
        url = db or f"sqlite:///{Path(folder) / 'story.db'}"
        async with (
            theatre(
                url,
                bot_port=free_port(),
                stage_port=free_port(),
                cast=Cast(everyone=platform),
                order=begins == START,
                start=begins,
                tickets=getattr(told, "TICKETS", False),
            ) as stage,
            aiohttp.ClientSession() as session,
        ):
            try:
                await told.tell(Teller(stage.world.stage_url, session, say))
            except Differs as differs:
                console.print(f"[red]  differs:[/red] {escape(str(differs))}")
                return False
    console.print("  [green]told as written[/green]")
    return True
