"""The command line, assembled: one small file a group, heavy imports only inside the commands."""

from __future__ import annotations

import sys

import typer

from bot.cli import (
    blackouts,
    cadences,
    calendars,
    checks,
    database,
    directory,
    downtimes,
    exports,
    imports,
    manifests,
    meetings,
    notices,
    policies,
    reports,
    run,
    schedules,
    stories,
    tokens,
)

EPILOG = "Settings: app.yaml and KEYLINE_* variables. Exit code 1: it failed, 2: it was called wrongly."

app = typer.Typer(
    name="python -m bot",
    help="Keyline: a provider's clients decide, acknowledge and schedule in Slack and Microsoft Teams.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.serve)
app.command()(run.play)
app.command()(stories.story)
app.command()(database.migrate)
app.command()(directory.people)
app.command()(checks.doctor)
app.add_typer(database.seed, name="seed")
app.add_typer(tokens.group, name="token")
app.add_typer(exports.export, name="export")
app.add_typer(exports.verify, name="verify")
app.add_typer(imports.group, name="import")
app.add_typer(manifests.group, name="manifest")
app.add_typer(policies.group, name="policy")
app.add_typer(notices.group, name="notice")
app.add_typer(downtimes.group, name="downtime")
app.add_typer(blackouts.group, name="blackout")
app.add_typer(meetings.group, name="meeting")
app.add_typer(cadences.group, name="cadence")
app.add_typer(reports.group, name="report")
app.command()(blackouts.prefer)
app.command()(calendars.calendar)
app.command()(schedules.schedule)


def main() -> None:
    """Runs the command line. A closed pipe (`... | head`) ends it quietly."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()  # else the interpreter complains about the pipe once more while it ends
        sys.exit(0)
