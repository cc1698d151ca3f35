"""schedule: what one client will hear by itself in the next days, from whom, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.clockface import now_of
from bot.cli.words import Config, fail, open_store

if TYPE_CHECKING:
    from bot.forecast import Forecast


def schedule(
    client: Annotated[str, typer.Option("--client", help="The client's slug.")],
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far to look ahead.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON on stdout, times in UTC.")] = False,
    config: Config = None,
) -> None:
    """Show what will be sent to a client by itself, and why: reports, talks, pulses, reminders and what ends.

    Times are the client's own. What people do in the meantime changes it.

    Example: python -m bot schedule --client marlow-finch --days 30
    """
    from bot.forecast import forecast
    from storage.queries import directory

    with open_store(config) as store:
        now = now_of(store)
        with store.read() as tx:
            row = directory.client_by_slug(tx, client)
            if row is None:
                known = ", ".join(sorted(one.slug for one in directory.all_clients(tx)))
                fail(f"There is no client {client}. " + (f"There are: {known}." if known else "There are none yet."))
            found = forecast(tx, row, now, days)
    if as_json:
        _print_json(found)
    else:
        _print(found)


def _print_json(found: Forecast) -> None:
    import json

    items = [
        {"at": one.at.isoformat().replace("+00:00", "Z"), "what": one.what, "to": one.to, "why": one.why}
        for one in found.items
    ]
    typer.echo(json.dumps({"client": found.client.slug, "items": items, "mornings": found.mornings}, indent=2))


def _print(found: Forecast) -> None:
    from zoneinfo import ZoneInfo

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    from bot.cards.wording import clock, day, when

    client, console = found.client, Console(highlight=False)
    until = when(found.until, client.timezone, client.locale)
    console.print(f"[bold]{escape(client.name)}[/bold], by itself until {until} (times in {client.timezone})")
    table = Table(Column("Day", no_wrap=True), Column("Time", no_wrap=True), "What", "To", "Why")
    shown = None
    for one in found.items:
        there = one.at.astimezone(ZoneInfo(client.timezone)).date()
        if shown is not None and there != shown:
            table.add_section()
        named = day(there, client.locale) if there != shown else ""
        shown = there
        hour = clock(one.at, client.timezone, client.locale)
        table.add_row(named, hour, escape(one.what), escape(one.to), escape(one.why))
    if found.items:
        console.print(table)
    else:
        console.print("Nothing is planned.")
    console.print(found.mornings)
