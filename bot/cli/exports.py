"""export journal, export feedback, verify journal: what was done and said, and whether the record still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import Config, client_called, fail, misused, open_store

if TYPE_CHECKING:
    from storage.store import Tx

export = typer.Typer(help="Hand facts out.", no_args_is_help=True)
verify = typer.Typer(help="Check the record.", no_args_is_help=True)


@export.callback()
def _export() -> None:
    """Hand facts out."""


@verify.callback()
def _verify() -> None:
    """Check the record."""


@export.command("journal")
def export_journal(
    client: Annotated[str, typer.Option("--client", help="The client's slug; msp for what belongs to none.")],
    config: Config = None,
) -> None:
    """Print a client's journal as JSON lines, oldest first, with the hashes that chain the entries.

    Example: python -m bot export journal --client marlow-finch > marlow-finch.jsonl
    """
    import json

    from storage import journal

    with open_store(config) as store, store.read() as tx:
        for entry in journal.export(tx, _chain(tx, client)):
            typer.echo(json.dumps(entry, ensure_ascii=False))


@export.command("feedback")
def export_feedback(
    client: Annotated[str, typer.Option("--client", help="One client's slug; every client unless given.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="Whose clocks the times are on.")] = "UTC",
    config: Config = None,
) -> None:
    """Print what people said about your work as CSV, the newest first. Who stays unnamed is not named here either.

    Example: python -m bot export feedback --client marlow-finch --zone America/New_York > feedback.csv
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from bot.web.opinionlines import as_csv, lines_of
    from storage.queries import opinion_pages

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        misused(f"{zone} is not a time zone. One is named like America/New_York.")
    with open_store(config) as store, store.read() as tx:
        wanted = str(client_called(tx, client).id) if client else None
        lines = lines_of(tx, opinion_pages.page(tx, client_id=wanted, limit=None))
    typer.echo(as_csv(lines, zone), nl=False)


@verify.command("journal")
def verify_journal(
    client: Annotated[str, typer.Option("--client", help="One client's slug; every chain unless given.")] = "",
    config: Config = None,
) -> None:
    """Recompute every hash of the journal and name each entry that was changed, removed, moved or put in.

    Keep the printed last hash elsewhere: with it, a chain that was cut back at its end is noticed too.

    Example: python -m bot verify journal --client marlow-finch
    """
    from storage import journal
    from storage.queries import directory

    broken = 0
    with open_store(config) as store, store.read() as tx:
        names = {row.id: row.slug for row in directory.all_clients(tx)}
        for chain in [_chain(tx, client)] if client else journal.chains(tx):
            name, breaks = names.get(chain, chain), journal.verify(tx, chain)
            length, last = journal.end(tx, chain)
            broken += len(breaks)
            if breaks:
                for each in breaks:
                    typer.echo(f"{name}: {each.sentence}.", err=True)
            else:
                typer.echo(f"{name}: {length} entries hold; last hash {last or 'none'}.")
    if broken:
        fail(f"{broken} {'break' if broken == 1 else 'breaks'} found: restore the database from a backup and compare.")


def _chain(tx: Tx, client: str) -> str:
    from storage import journal

    if client == journal.PROVIDER_CHAIN:
        return client
    return str(client_called(tx, client).id)
