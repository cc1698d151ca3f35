"""report: which reports there are, what one says, and what the provider does with it before and after it is out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.clockface import now_of
from bot.cli.noticewhat import zone_of
from bot.cli.words import Config, client_called, fail, misused, open_desk, open_store, perform, print_json

if TYPE_CHECKING:
    from handlers.commands import Command, Ref
    from handlers.mechanisms.reports.standing import Standing
    from storage.rows import Row
    from storage.store import Tx

group = typer.Typer(help="Reports to clients: read, hold, release, correct them.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(metavar="REPORT", help="Its id, or CLIENT/PERIOD like marlow-finch/2026-W24.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; a correction's is read by the client.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]
STATES = ("generated", "on_hold", "released", "reviewed", "unreviewed", "superseded")
KINDS = ("case_report", "exec_summary")
COUNTS = ("opened", "closed", "backlog_start", "backlog_end", "waiting_count", "reopened")


@group.command("list")
def list_(
    state: Annotated[str, typer.Option("--state", help="Only in this state, like on_hold.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="case_report or exec_summary.")] = "",
    client: Annotated[str, typer.Option("--client", help="Only of this client (its slug).")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many, newest first.")] = 50,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List reports, newest first.

    Example: python -m bot report list --state on_hold
    """
    from rich.console import Console
    from rich.table import Table

    from bot.cli.noticetables import operator
    from bot.web.reportmodels import report_body
    from storage.queries import report_writing, reports

    for option, value, known in (("--state", state, STATES), ("--kind", kind, KINDS)):
        if value and value not in known:
            misused(f"{option} {value}: it is one of {', '.join(known)}.")
    with open_store(config) as store, store.read() as tx:
        owner = client_called(tx, client).id if client else ""
        rows = reports.listed(tx, client_id=owner, kind=kind, state=state, before=None, most=limit)
        clients = {row.id: row for row in report_writing.clients_by_id(tx, {row.client_id for row in rows})}
        viewer = operator(zone_of(config), now_of(store))
    if as_json:
        print_json([report_body(row, clients[row.client_id].slug) for row in rows])
        return
    if not rows:
        typer.echo("There is no such report." if state or kind or client else "There has been no report yet.")
        return
    table = Table("Report", "Kind", "State", "Written", "Goes out", "Open cases")
    for row in rows:
        name = f"{clients[row.client_id].slug}/{row.period}" + (f" ({row.number})" if row.number > 1 else "")
        leaves = row.released_at or row.release_at
        out = viewer.when(leaves) if leaves is not None else f"held by {row.held_by}"
        counts = f"{row.figures['backlog_start']} -> {row.figures['backlog_end']}"
        table.add_row(name, row.kind, row.state, viewer.when(row.generated_at), out, counts)
    Console().print(table)


@group.command()
def show(which: Which, as_json: AsJson = False, config: Config = None) -> None:
    """Show a report: its figures, whom it went to, who has read it, what they said.

    Example: python -m bot report show marlow-finch/2026-W24
    """
    from bot.cli.noticetables import operator
    from bot.web.reportmodels import detail_body
    from handlers.mechanisms.reports.standing import load

    with open_store(config) as store, store.read() as tx:
        standing = load(tx, found(tx, which).id, now_of(store))
        viewer = operator(zone_of(config), now_of(store))
    assert standing is not None
    if as_json:
        print_json(detail_body(standing))
        return
    for line in _lines(standing, viewer):
        typer.echo(line)


@group.command()
def hold(which: Which, reason: Reason, config: Config = None) -> None:
    """Keep a report back that is not out yet.

    Example: python -m bot report hold marlow-finch/2026-W24 --reason "A case was counted twice."
    """
    from handlers.commands import HoldReport

    _do(which, config, lambda _row, ref: HoldReport(ref, reason))


@group.command()
def regenerate(which: Which, config: Config = None) -> None:
    """Take the figures anew of a report that is not out yet; a hold ends.

    Example: python -m bot report regenerate marlow-finch/2026-W24
    """
    from handlers.commands import RegenerateReport

    _do(which, config, lambda _row, ref: RegenerateReport(ref))


@group.command()
def release(
    which: Which,
    note: Annotated[str, typer.Option("--note", help="What you say with it; the client reads it.")] = "",
    config: Config = None,
) -> None:
    """Send a report now.

    Example: python -m bot report release marlow-finch/2026-W24 --note "A quiet week."
    """
    from handlers.commands import ReleaseReport

    _do(which, config, lambda row, ref: ReleaseReport(ref, row.version, note))


@group.command()
def correct(which: Which, reason: Reason, config: Config = None) -> None:
    """Replace a report that is out by one with the figures as of now.

    Example: python -m bot report correct marlow-finch/2026-W24 --reason "A case closed on Friday was missing."
    """
    from handlers.commands import CorrectReport

    _do(which, config, lambda _row, ref: CorrectReport(ref, reason))


@group.command()
def check(
    client: Annotated[str, typer.Option("--client", help="The client's slug.")],
    result: Annotated[str, typer.Option("--result", help="good or attention.")],
    text: Annotated[str, typer.Option("--text", help="What needs attention.")] = "",
    config: Config = None,
) -> None:
    """Note what this week's look at a client's systems found; it is a line of the week's report.

    Example: python -m bot report check --client marlow-finch --result attention --text "A backup failed twice."
    """
    from handlers.commands import PutHealthCheck

    if result not in ("good", "attention"):
        misused(f"--result {result}: it is good or attention.")
    with open_desk(config) as desk:
        typer.echo(perform(desk, PutHealthCheck(client, result, text)).say)


def found(tx: Tx, which: str) -> Row[Any]:
    """The report; of a period the one that counts. Else a sentence and exit 1."""
    from storage.queries import reports

    name = which.strip()
    row = None
    if name.isascii() and name.isprintable():
        slug, slash, period = name.partition("/")
        row = reports.of_period(tx, slug, period.upper()) if slash else reports.report(tx, name)
    if row is None:
        fail(f"There is no report {name[:60]}; `report list` shows which there are.")
    return row


def _do(which: str, config: Any, command: Callable[[Row[Any], Ref], Command]) -> None:
    from handlers.commands import Ref

    with open_desk(config) as desk:
        with desk.store.read() as tx:
            row = found(tx, which)
        typer.echo(perform(desk, command(row, Ref("report", row.id))).say)


def _lines(standing: Standing, viewer: Any) -> list[str]:
    from handlers.mechanisms.reports.figures import AGES, percent
    from handlers.mechanisms.reports.words import STATES as SAID
    from handlers.mechanisms.reports.words import title_of

    row, figures = standing.row, standing.figures
    lines = [f"{title_of(row, standing.client)}, {SAID[row.state]} (version {row.version})"]
    if row.correction:
        lines.append(f"  corrects the one before: {row.correction}")
    if row.held_by:
        lines.append(f"  held by {row.held_by}: {row.held_why}")
    if row.release_at is not None and standing.is_unreleased:
        lines.append(f"  goes out by itself {viewer.when(row.release_at)}")
    if row.note:
        lines.append(f"  note: {row.note}")
    lines += [f"  {name.replace('_', ' ')}: {dict(figures)[name]}" for name in COUNTS]
    ages = zip(AGES, figures["aging"], strict=True)
    lines.append("  open by days: " + ", ".join(f"{age}: {count}" for age, count in ages))
    for name, part in (("answered in time", figures["response"]), ("solved in time", figures["resolution"])):
        share = percent(part["met"], part["of"])
        lines.append(f"  {name}: {part['met']} of {part['of']}" + (f" ({share} %)" if share else ""))
    for one in standing.readers:
        seen = f"shown {viewer.when(one.reached_at)}" if one.reached_at is not None else "not shown yet"
        lines.append(f"  reader: {one.name} ({one.why}), {seen}" + (", reviewed" if one.reviewed else ""))
    for said in standing.remarks:
        about = said.case[0] if said.case is not None else said.row.about or "the report"
        lines.append(f"  {said.name} about {about}: {said.row.text} [{said.row.state}]")
    return lines
