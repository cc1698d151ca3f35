"""token: who may call the REST interface. Only a token's SHA-256 is stored, so it is printed once."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.words import Config, misused, open_desk, open_store, perform

SCOPES = "read, approvals:write, policies:write, notices:write, downtimes:write, cases:write, touchpoints:write"
group = typer.Typer(help="Who may call the REST interface.", no_args_is_help=True)


@group.command()
def create(
    name: Annotated[str, typer.Option("--name", help="Whose it is, as it stands in the journal.")],
    scope: Annotated[list[str], typer.Option("--scope", help=f"{SCOPES}; repeat for more.")],
    client: Annotated[str, typer.Option("--client", help="Bind it to one client (its slug).")] = "",
    config: Config = None,
) -> None:
    """Make a token and print it alone, so that it can be piped into a vault. It cannot be shown again.

    Example: python -m bot token create --name psa --scope approvals:write --scope read --client marlow-finch
    """
    from bot.web.callers import digest_of, new_token
    from handlers.commands import CreateToken
    from handlers.places import SCOPES

    if wrong := [one for one in scope if one not in SCOPES]:
        misused(f"{wrong[0]} is not a scope; the scopes are {', '.join(SCOPES)}.")
    token = new_token()
    with open_desk(config) as desk:
        perform(desk, CreateToken(name, digest_of(token), tuple(dict.fromkeys(scope)), client))
    typer.echo(token)


@group.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The name as `token list` shows it.")],
    config: Config = None,
) -> None:
    """Withdraw a token: its next call is answered 401. Its name is not given to another token, since it stands in the
    journal for what this one did.

    Example: python -m bot token revoke psa
    """
    from handlers.commands import RevokeToken

    with open_desk(config) as desk:
        typer.echo(perform(desk, RevokeToken(name)).say)


@group.command("list")
def list_(config: Config = None) -> None:
    """Show every token's name, scopes and client; never the token itself.

    Example: python -m bot token list
    """
    from rich.console import Console
    from rich.table import Table

    from storage.queries import tokens

    with open_store(config) as store, store.read() as tx:
        rows = tokens.every(tx)
    table = Table("Name", "Scopes", "Client", "Created", "State")
    for row in rows:
        state = "revoked" if row.revoked_at else "live"
        table.add_row(row.name, " ".join(row.scopes), row.client_slug or "every", f"{row.created_at:%Y-%m-%d}", state)
    Console().print(table)
