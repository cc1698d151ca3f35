"""cadence: how often a client is talked to, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.words import Config, client_called, misused, open_desk, open_store, perform, print_json

group = typer.Typer(help="How often you meet a client, and ask how things are.", no_args_is_help=True)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Client = Annotated[str, typer.Option("--client", help="The client's slug.")]


@group.command()
def show(
    client: Client,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON on stdout.")] = False,
    config: Config = None,
) -> None:
    """Show how often each kind of meeting, and the pulse, comes round for a client.

    Example: python -m bot cadence show --client northgate
    """
    from rich.console import Console

    from bot.cli.meetingtables import rhythm_table
    from handlers.mechanisms.talks.rhythm import all_rhythms

    with open_store(config) as store, store.read() as tx:
        found = all_rhythms(tx, client_called(tx, client))
    if not as_json:
        Console().print(rhythm_table(found))
        return
    plain: list[dict[str, Any]] = [
        {
            "kind": one.kind,
            "every": one.every,
            "weekday": WEEKDAYS[one.weekday] if one.weekday is not None else None,
            "at": f"{one.wall:%H:%M}",
            "minutes": one.minutes or None,
            "own": one.own,
            "by": one.by,
            "reason": one.reason,
        }
        for one in found
    ]
    print_json(plain)


@group.command()
def put(
    client: Client,
    kind: Annotated[str, typer.Option("--kind", help="A kind of meeting, or pulse.")],
    every: Annotated[str, typer.Option("--every", help='How often: "2 weeks", "1 month", "never".')],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept.")],
    weekday: Annotated[str, typer.Option("--weekday", help="On which weekday by preference.")] = "",
    at: Annotated[str, typer.Option("--at", help="At which wall time of the client, like 10:00.")] = "",
    minutes: Annotated[int | None, typer.Option("--minutes", help="How long.")] = None,
    config: Config = None,
) -> None:
    """Say how often a kind of meeting, or the pulse, comes round for a client.

    Example: python -m bot cadence put --client northgate --kind vcio_meeting --every "1 month" --reason "Growing."
    """
    from handlers.commands import PutCadence

    day = weekday.strip().lower()
    if day and day not in WEEKDAYS:
        misused(f"--weekday {weekday}: it is one of {', '.join(WEEKDAYS)}.")
    number = WEEKDAYS.index(day) if day else None
    with open_desk(config) as desk:
        typer.echo(perform(desk, PutCadence(client, kind, every, reason, number, at, minutes)).say)
