"""blackout and prefer: when a client or an office of it wants no work, and when it likes work to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.clockface import now_of
from bot.cli.words import Config, client_called, fail, misused, open_desk, open_store, perform, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from storage.store import Tx

group = typer.Typer(help="When clients want no work to be done.", no_args_is_help=True)

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Client = Annotated[str, typer.Option("--client", help="The client's slug.")]
MaybeClient = Annotated[str, typer.Option("--client", help="Only this client (its slug).")]
Office = Annotated[str, typer.Option("--location", help="One office (its slug or name); every office unless given.")]
From = Annotated[str, typer.Option("--from", help="From this hour of the office's clock, like 07:00.")]
Until = Annotated[str, typer.Option("--until", help="Until then; not after --from means the next day.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]


@group.command()
def add(
    client: Client,
    why: Annotated[str, typer.Option("--why", help="The reason, as people read it.")],
    location: Office = "",
    weekday: Annotated[str, typer.Option("--weekday", help="Every week on that day, like monday.")] = "",
    from_: From = "",
    until: Until = "",
    starts: Annotated[
        str, typer.Option("--starts", help="Once: from when, like 2026-06-20T00:00 on the office's clock.")
    ] = "",
    ends: Annotated[str, typer.Option("--ends", help="Once: until when.")] = "",
    config: Config = None,
) -> None:
    """Say that a client wants no work then: every week, or once. What is agreed for that time stands and is told.

    Example: python -m bot blackout add --client cedar-ridge --weekday monday --from 07:00 --until 12:00
    --why "The waiting room is full"
    """
    from handlers.commands import PutBlackout, Window

    weekly, once = bool(weekday or from_ or until), bool(starts or ends)
    if weekly == once or (weekly and not (weekday and from_ and until)) or (once and not (starts and ends)):
        misused("Give --weekday, --from and --until for every week, or --starts and --ends for once.")
    with open_desk(config) as desk:
        if weekly:
            hours: dict[str, Any] = {"weekday": _day(weekday, "--weekday"), "from_wall": from_, "until_wall": until}
            command = PutBlackout(why, client, location, **hours)
        else:
            with desk.store.read() as tx:
                zone = _zone(tx, client, location)
            window = Window(_moment(starts, "--starts", zone), _moment(ends, "--ends", zone))
            command = PutBlackout(why, client, location, window=window)
        typer.echo(perform(desk, command).say)


@group.command("list")
def list_(client: MaybeClient = "", as_json: AsJson = False, config: Config = None) -> None:
    """List when clients want no work from now on.

    Example: python -m bot blackout list --client cedar-ridge
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from bot.web.blackoutmodels import blackout_body
    from handlers.mechanisms.windows.conflicts import blackout_said, no_work
    from storage.queries import blackouts, directory

    with open_store(config) as store, store.read() as tx:
        clients = [client_called(tx, client)] if client else directory.all_clients(tx)
        now = now_of(store)
        rows = [row for one in clients for row in blackouts.active_of(tx, one.id, now)]
    if as_json:
        print_json([blackout_body(row) for row in rows])
        return
    if not rows:
        typer.echo("No client wants to be spared." if not client else f"{client} has no blackouts.")
        return
    table = Table("Id", "Client", "Office", "No work", "Why", "Said by")
    for row in rows:
        said = blackout_said(no_work(row), row.location_timezone or row.client_timezone)
        cells = (row.id, row.client_slug, row.location_name or "every office", said, row.why, row.added_by)
        table.add_row(*map(escape, cells))
    Console().print(table)


@group.command()
def remove(
    blackout: Annotated[str, typer.Argument(metavar="ID", help="Its id, as `blackout list` shows it.")],
    config: Config = None,
) -> None:
    """Say that work is welcome then again.

    Example: python -m bot blackout remove blk_019ea79c02f0a1b2c3d4e5f60718
    """
    from handlers.commands import Ref, RemoveBlackout
    from handlers.words import storable

    if not storable(blackout):
        fail("There is no such blackout.")
    with open_desk(config) as desk:
        typer.echo(perform(desk, RemoveBlackout(Ref("blackout", blackout.strip()))).say)


def prefer(
    client: MaybeClient = "",
    location: Office = "",
    day: Annotated[list[str] | None, typer.Option("--day", help="A weekday, like saturday; repeat for more.")] = None,
    from_: From = "00:00",
    until: Until = "00:00",
    none: Annotated[bool, typer.Option("--none", help="Take the preference away.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Say when a client likes work to be done; without --day, show who likes when.

    Example: python -m bot prefer --client northgate --day saturday --day sunday --from 06:00 --until 18:00
    """
    from handlers.commands import PutPreferredTime

    days = tuple(_day(one, "--day") for one in day or ())
    if not days and not none:
        _show_preferred(client, as_json, config)
        return
    if not client or (days and none):
        misused("Give --client with --day, or with --none.")
    with open_desk(config) as desk:
        command = PutPreferredTime(client, location, days, *((from_, until) if days else ()))
        typer.echo(perform(desk, command).say)


def _show_preferred(client: str, as_json: bool, config: Config) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from bot.web.blackoutmodels import preferred_body
    from handlers.mechanisms.windows.conflicts import liked
    from storage.queries import blackouts, directory

    with open_store(config) as store, store.read() as tx:
        clients = [client_called(tx, client)] if client else directory.all_clients(tx)
        rows = [row for one in clients for row in blackouts.preferred_of(tx, one.id)]
    if as_json:
        print_json([preferred_body(row) for row in rows])
        return
    if not rows:
        typer.echo("Nobody has said when work is liked to be done.")
        return
    table = Table("Client", "Office", "Likes", "Said by")
    for row in rows:
        said = liked(row).weekly.said(row.location_timezone or row.client_timezone)
        table.add_row(*map(escape, (row.client_slug, row.location_name or "every office", said, row.added_by)))
    Console().print(table)


def _zone(tx: Tx, client: str, location: str) -> str:
    """The office's clock, else the client's."""
    from storage.queries import directory

    row = client_called(tx, client)
    named = location.strip().casefold()
    offices = [one for one in directory.locations_of(tx, row.id) if named in (one.slug.casefold(), one.name.casefold())]
    return str(offices[0].timezone if named and offices else row.timezone)


def _day(text: str, option: str) -> int:
    """monday or mon -> 0; else the command was called wrongly."""
    said = text.strip().casefold()
    found = [number for number, day in enumerate(DAYS) if len(said) >= 3 and day.startswith(said)]
    if not found:
        misused(f"{option} {text}: it is a day like monday.")
    return found[0]


def _moment(text: str, option: str, zone: str) -> datetime:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        misused(f"{option} {text}: write a time like 2026-06-20T18:00 ({zone} unless it names a zone).")
    if not 2000 <= moment.year <= 2100:
        misused(f"{option}: the year has to be between 2000 and 2100.")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
