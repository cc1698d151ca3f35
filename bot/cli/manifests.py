"""manifest: what Slack and Teams are given to know the bot by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.words import Config, fail, settings_for

group = typer.Typer(help="What Slack and Teams are given to know the bot by.", no_args_is_help=True)


@group.command()
def slack(
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode: Slack calls no address of yours.")] = False,
    config: Config = None,
) -> None:
    """Print the Slack app manifest as JSON: paste it where Slack asks for one when an app is created.

    Example: KEYLINE_PUBLIC_URL=https://keyline.example.com python -m bot manifest slack > slack.json
    """
    import json

    from bot.slack.manifest import manifest

    try:
        found = manifest(settings_for("database", config), socket=socket)
    except ValueError as error:
        fail(_sentence(error))
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


@group.command()
def teams(
    out: Annotated[Path, typer.Option("--out", help="The folder to write the package to.", file_okay=False)] = Path(
        "."
    ),
    config: Config = None,
) -> None:
    """Write the Teams app package (a zip): an administrator uploads it, or sideloads it to try.

    Example: python -m bot manifest teams --out build
    """
    from bot.teams.manifest import FILE_NAME, package

    settings = settings_for("database", config)
    if not settings.teams.app_id:
        fail("KEYLINE_TEAMS_APP_ID is missing: copy it from the Entra app registration's overview.")
    try:
        content = package(app_id=settings.teams.app_id, public_url=settings.public.url, provider=settings.msp.name[:32])
        out.mkdir(parents=True, exist_ok=True)
        (out / FILE_NAME).write_bytes(content)
    except ValueError as error:
        fail(_sentence(error))
    except OSError as error:
        fail(f"{out / FILE_NAME} cannot be written: {error.strerror}. Name another folder with --out.")
    typer.echo(str(out / FILE_NAME))


def _sentence(error: ValueError) -> str:
    return f"{str(error).rstrip('.')}. Set KEYLINE_PUBLIC_URL, or the keys in app.yaml."
