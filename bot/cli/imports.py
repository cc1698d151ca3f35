"""import: the directory from a YAML file, a client's people from a spreadsheet; each checked whole before anything is
written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.words import Config, attempt, fail, open_desk

group = typer.Typer(help="Take facts in from files.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Take facts in from files."""


@group.command()
def directory(
    file: Annotated[Path, typer.Argument(help="A YAML file in UTF-8.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check, and say what would be done.")] = False,
    config: Config = None,
) -> None:
    """Add or change the provider, clients, workspaces and people from a YAML file. Nothing is written when it is wrong.

    docs/directory.yaml is an example with every key. Safe to repeat: clients are found by slug, people by e-mail.

    Example: python -m bot import directory directory.yaml --dry-run
    """
    from bot.cli.directoryfile import read
    from handlers.commands import Refused

    entries, mistakes = read(file)
    if mistakes:
        fail(*mistakes, f"Nothing was written: mend {file} and run the command again.")
    if dry_run:
        typer.echo(f"{file}: {len(entries)} entries are in order. Nothing was written (--dry-run).")
        return
    with open_desk(config) as desk:
        for entry in entries:
            try:
                attempt(desk, entry.command)
            except Refused as refused:
                fail(
                    f"{file} line {entry.line}: {refused.sentence}",
                    "The entries before it were written. Mend this one and run it again: repeating does no harm.",
                )
    typer.echo(f"{len(entries)} entries imported.")


@group.command()
def contacts(
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with a header line.", exists=True, dir_okay=False)],
    client: Annotated[
        str, typer.Option("--client", help="The client's slug, when the file has no client column.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check, and say what would be done.")] = False,
    config: Config = None,
) -> None:
    """Add or change contacts from a CSV file, by client and e-mail. Nothing is written when a line is wrong.

    Columns: client, name, email; and, where wanted, title, phone, language, timezone, location, preferred_channel,
    ask_last, default, roles. Roles look like `purchasing; security:2; emergency@providence` (rank after a colon,
    location after an @). An empty cell in the roles column takes every role away; without the column roles stay.

    Example: python -m bot import contacts contacts.csv --client marlow-finch --dry-run
    """
    from rich.progress import track

    from bot.cli.contactsheet import Known, read
    from handlers.commands import Refused
    from storage.queries import directory as queries

    with open_desk(config) as desk:
        with desk.store.read() as tx:
            clients = {row.id: row.slug for row in queries.all_clients(tx)}
            known = Known({slug: {row.slug for row in queries.locations_of(tx, id_)} for id_, slug in clients.items()})
        rows, mistakes = read(file, client, known)
        if mistakes:
            fail(*mistakes, f"Nothing was written: mend {file} and run the command again.")
        if dry_run:
            typer.echo(f"{file}: {len(rows)} contacts are in order. Nothing was written (--dry-run).")
            return
        for line, command in track(rows, description="Importing…", transient=True, disable=len(rows) < 20):
            try:
                attempt(desk, command)
            except Refused as refused:
                fail(
                    f"{file} line {line}: {refused.sentence}",
                    "The lines before it were written. Mend this one and run it again: repeating does no harm.",
                )
    typer.echo(f"{len(rows)} contacts imported.")


@group.command()
def cases(
    file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with a header line.", exists=True, dir_okay=False)],
    client: Annotated[
        str, typer.Option("--client", help="The client's slug, when the file has no client column.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check, and say what would be done.")] = False,
    config: Config = None,
) -> None:
    """Add or change cases from a CSV file, by client and external_id. Nothing is written when a line is wrong.

    Columns: client, external_id, title, opened_at; and, where wanted, state (open, waiting_on_client,
    waiting_on_vendor, closed), priority (P1 to P4), category, requester, location, device, assignee, url,
    responded_at, waiting_since, closed_at, reopened_at, score, scored_at, comment. A time without a zone is meant on
    the client's clock. An empty cell says nothing: what is known stays. Safe to repeat.

    Example: python -m bot import cases cases.csv --client marlow-finch --dry-run
    """
    from bot.cli.casesheet import Known, read
    from bot.cli.casesteps import check, counted, put
    from storage.queries import directory as queries

    with open_desk(config) as desk:
        with desk.store.read() as tx:
            named = {
                name.casefold(): row.timezone
                for row in queries.all_clients(tx)
                for name in (row.name, row.code, row.slug)
            }
        lines, mistakes = read(file, client, Known(named))
        found, refused = check(desk, file, lines)
        if mistakes or refused:
            fail(*shortened([*mistakes, *refused]), f"Nothing was written: mend {file} and run the command again.")
        if dry_run:
            typer.echo(f"{file}: {counted(found)}. Nothing was written (--dry-run).")
            return
        typer.echo(f"{counted(put(desk, file, lines))}.")


MOST_MISTAKES = 50


def shortened(mistakes: list[str]) -> list[str]:
    """No more of them than somebody mends at once."""
    left = len(mistakes) - MOST_MISTAKES
    return mistakes if left <= 0 else [*mistakes[:MOST_MISTAKES], f"{left} more lines are wrong."]
