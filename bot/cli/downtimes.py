"""downtime: offer times for planned work, see who has answered, carry it through the agreed time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import downtimesteps
from bot.cli.clockface import now_of
from bot.cli.downtimesteps import Override, Times, windows_of
from bot.cli.downtimewhat import Ref_, found
from bot.cli.noticewhat import zone_of
from bot.cli.words import Config, client_called, fail, misused, open_desk, open_store, perform, print_json, rehearse

if TYPE_CHECKING:
    from handlers.commands import Outcome, RaiseDowntime
    from handlers.desk import Desk
    from handlers.mechanisms.windows.standing import Standing
    from storage.store import Tx

group = typer.Typer(help="Downtimes: offer times, see who answers, start, extend and end them.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]


@group.command("raise")
def raise_(
    client: Annotated[str, typer.Option("--client", help="The client's slug.")],
    work: Annotated[str, typer.Option("--work", help="What will be done, in a few words.")],
    implications: Annotated[str, typer.Option("--implications", help="What will not work, and what people can do.")],
    window: Times,
    office: Annotated[
        list[str] | None, typer.Option("--office", help="An office it touches; repeat for more, none is every office.")
    ] = None,
    before: Annotated[str, typer.Option("--before", help="What people should do before it begins.")] = "",
    engineer: Annotated[str, typer.Option("--engineer", help="Who does the work: an e-mail address or id.")] = "",
    override: Override = "",
    external_ref: Annotated[str, typer.Option("--external-ref", help="The ticket's number.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Only write it down; `downtime send` offers it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would come to.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Offer without asking.")] = False,
    config: Config = None,
) -> None:
    """Offer one to three times for planned work. Shows what speaks against them and who is asked, and asks before.

    Example: python -m bot downtime raise --client northgate --office toledo --office leipzig
    --work "Upgrade of the firewalls" --implications "No internet and no phones." --window 2026-06-21T06:00/10:00
    """
    from handlers.commands import RaiseDowntime

    command = RaiseDowntime(
        work=work,
        implications=implications,
        windows=windows_of(window, config),
        client=client,
        locations=tuple(office or ()),
        prep_steps=before,
        engineer=engineer,
        override=override,
        external_ref=external_ref,
        send=not draft,
    )
    with open_desk(config) as desk:
        people, lacking = _show_rehearsal(desk, command, zone_of(config))
        if dry_run:
            typer.echo(" ".join(part for part in (lacking, "Nothing was written (--dry-run).") if part))
            return
        if lacking and not draft:
            fail(lacking)
        if not (yes or draft) and not typer.confirm(f"Offer it to {people}?"):
            fail("Nothing was sent.")
        typer.echo(perform(desk, command).say)


@group.command("list")
def list_(
    state: Annotated[str, typer.Option("--state", help="Only in this state of the proposal, like proposed.")] = "",
    life: Annotated[str, typer.Option("--life", help="Only in this state of the agreed time, like scheduled.")] = "",
    client: Annotated[str, typer.Option("--client", help="Only of this client (its slug).")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many, newest first.")] = 50,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List downtimes, newest first.

    Example: python -m bot downtime list --life scheduled
    """
    from rich.console import Console

    from bot.cli.downtimetables import list_table
    from bot.cli.noticetables import operator
    from bot.web.downtimereads import bodies_of
    from bot.web.downtimewords import LIVES, STATES
    from storage.queries import downtime_pages, downtimes

    if state and state not in STATES:
        misused(f"--state {state}: it is one of {', '.join(STATES)}.")
    if life and life not in LIVES:
        misused(f"--life {life}: it is one of {', '.join(LIVES)}.")
    with open_store(config) as store, store.read() as tx:
        owner = client_called(tx, client).id if client else None
        rows = downtime_pages.page(tx, client_id=owner, state=state or None, life=life or None, limit=limit)
        bodies, clients, now = bodies_of(tx, rows), downtime_pages.clients_of(tx, rows), now_of(store)
        offered: dict[str, list[Any]] = {}
        for one in downtimes.open_windows_of(tx, [each.id for each in rows]) if rows else ():
            offered.setdefault(one.downtime_id, []).append(one)
    if as_json:
        print_json(bodies)
        return
    if not rows:
        typer.echo("There is no such downtime." if state or life or client else "There has been no downtime yet.")
        return
    Console().print(list_table(rows, clients, offered, operator(zone_of(config), now)))


@group.command()
def show(ref: Ref_, as_json: AsJson = False, config: Config = None) -> None:
    """Show a downtime: its times, who has answered what, how the work goes on, who has told the staff.

    Example: python -m bot downtime show D-3
    """
    from rich.console import Console

    from bot.cli import downtimetables as tables
    from bot.cli.noticetables import operator
    from bot.web.downtimelines import lines_of
    from bot.web.downtimereads import detail_of
    from handlers.mechanisms.windows.standing import load

    with open_store(config) as store:
        now, zone = now_of(store), zone_of(config)
        with store.read() as tx:
            standing = load(tx, found(tx, ref).id, now)
            assert standing is not None
            lines, body = lines_of(tx, standing), detail_of(tx, standing)
    if as_json:
        print_json(body)
        return
    console, viewer = Console(), operator(zone, now)
    for line in tables.head(standing, viewer):
        console.print(line, highlight=False)
    console.print(tables.times_table(standing.offers, standing, viewer))
    if lines:
        console.print(tables.people_table(lines, viewer))


LACKING = "Something speaks against a time: say with --override why it is offered all the same."


def _show_rehearsal(desk: Desk, command: RaiseDowntime, zone: str) -> tuple[str, str]:
    """Prints what it would come to; -> who would be asked, in a few words, and what is lacking, "" for nothing."""
    from dataclasses import replace

    from rich.console import Console

    from bot.cli.downtimetables import asked_table, times_table
    from bot.cli.noticetables import operator
    from bot.web.noticewords import due
    from handlers.mechanisms.windows.standing import load
    from handlers.mechanisms.windows.weighing import remarks

    now = now_of(desk.store)

    def look(tx: Tx, outcome: Outcome) -> tuple[Standing, str, list[str]]:
        assert outcome.ref is not None
        standing = load(tx, outcome.ref.id, now)
        assert standing is not None
        times = [one.window for one in standing.offers]
        return standing, outcome.say, remarks(tx, standing.client, standing.places, times)

    trial = replace(command, override=command.override or "A rehearsal.", send=True)
    standing, said, outside = rehearse(desk, trial, look)
    console, viewer = Console(), operator(zone, now)
    console.print(times_table(standing.offers, standing, viewer))
    for one in outside:
        typer.echo(one)
    if standing.state == "draft":
        typer.echo(said, err=True)
        return "nobody", ""
    console.print(asked_table(standing))
    if standing.row.expires_at is not None:
        typer.echo(f"Answers count until {due(standing.row.expires_at, viewer)}.")
    lacking = LACKING if any(one.conflicts for one in standing.offers) and not command.override else ""
    names = {one.name for voice in standing.voices for one in voice.asked}
    return f"{len(names)} {'person' if len(names) == 1 else 'people'}", lacking


for _name, _step in downtimesteps.STEPS.items():
    group.command(_name)(_step)
