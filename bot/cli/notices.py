"""notice: tell the key contacts of many clients, look at the board, export who has read it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli import noticesteps
from bot.cli.clockface import now_of
from bot.cli.noticewhat import Moment, Ref_, found, moment_of, severity_of, zone_of
from bot.cli.words import Config, attempt, client_called, fail, misused, open_desk, open_store, print_json, rehearse

if TYPE_CHECKING:
    from handlers.commands import Outcome, RaiseNotice
    from handlers.desk import Desk
    from storage.store import Tx

group = typer.Typer(help="Outage notices: tell, update, end, and see who has read them.", no_args_is_help=True)

Kind = Literal["outage", "advisory", "msp_change", "critical_patch"]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]
Watch = Annotated[
    bool, typer.Option("--watch", help="Follow who is reached and acknowledges; Ctrl-C ends the looking.")
]


@group.command("raise")
def raise_(
    client: Annotated[
        list[str],
        typer.Option("--client", help="A client's slug, slug/office for one office, or all; repeat for more."),
    ],
    severity: Annotated[str, typer.Option("--severity", help="1 to 4, or sev1 to sev4.")],
    services: Annotated[str, typer.Option("--services", help="What is down, like 'E-mail, calendar'.")],
    impact: Annotated[str, typer.Option("--impact", help="What it means for people.")],
    kind: Annotated[Kind, typer.Option("--kind", help="What it is.")] = "outage",
    title: Annotated[str, typer.Option("--title", help="A few words; made from the services unless given.")] = "",
    workaround: Annotated[str, typer.Option("--workaround", help="What people can do meanwhile.")] = "",
    since: Annotated[
        Moment, typer.Option("--since", help="When it began, like 2026-06-09T10:42; now unless given.")
    ] = "",
    next_update: Annotated[
        Moment, typer.Option("--next-update", help="When the next word comes: a time, or from now like 30m or 2h.")
    ] = "",
    impact_for: Annotated[
        list[str] | None, typer.Option("--impact-for", help="What it means for one client, like 'northgate=…'; repeat.")
    ] = None,
    external_ref: Annotated[str, typer.Option("--external-ref", help="The ticket's number.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Only write it down; `notice send` sends it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say who would get it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking.")] = False,
    watch: Watch = False,
    config: Config = None,
) -> None:
    """Tell the key contacts of some clients. Shows who gets it and asks before it is sent.

    Example: python -m bot notice raise --client marlow-finch --client northgate/leipzig --severity 2
    --services E-mail --impact "Mail arrives late." --next-update 1h --dry-run
    """
    from handlers.commands import RaiseNotice

    level, own, zone = severity_of(severity), _impacts(impact_for or []), zone_of(config)
    with open_store(config) as store:
        now = now_of(store)
    command = RaiseNotice(
        kind=kind,
        clients=tuple(dict.fromkeys(one.partition("/")[0].strip() for one in client)),
        locations=tuple(one.strip() for one in client if "/" in one),
        severity=level,
        services=services,
        impact=impact,
        title=title,
        workaround=workaround,
        started_at=moment_of(since, "--since", zone, now),
        next_update_at=moment_of(next_update, "--next-update", zone, now),
        impacts=own,
        external_ref=external_ref,
        send=not draft,
    )
    with open_desk(config) as desk:
        reachable = _show_preview(desk, command, now)
        if dry_run:
            typer.echo("Nothing was written (--dry-run).")
            return
        if not (yes or draft) and not typer.confirm(f"Send it to {reachable}?"):
            fail("Nothing was sent.")
        _carry_out(desk, command, watch)


@group.command("list")
def list_(
    state: Annotated[str, typer.Option("--state", help="Only those in this state, like investigating.")] = "",
    client: Annotated[str, typer.Option("--client", help="Only those about this client (its slug).")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many, newest first.")] = 50,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List notices, newest first, with how many have acknowledged.

    Example: python -m bot notice list --state investigating
    """
    from rich.console import Console

    from bot.cli.noticetables import list_table, operator
    from bot.web.noticebodies import notice_body
    from bot.web.noticewords import STATES
    from storage.queries import notice_pages

    if state and state not in STATES:
        misused(f"--state {state}: it is one of {', '.join(STATES)}.")
    with open_store(config) as store, store.read() as tx:
        owner = client_called(tx, client).id if client else None
        rows = notice_pages.page(tx, client_id=owner, state=state or None, after=None, limit=limit)
        ids = [one.id for one in rows]
        counts, clients, now = notice_pages.counts(tx, ids), notice_pages.clients_of(tx, ids), now_of(store)
    if as_json:
        bodies = [notice_body(one, [each.slug for each in clients[one.id]], counts.get(one.id)) for one in rows]
        print_json(bodies)
        return
    if not rows:
        typer.echo("There is no such notice." if state or client else "There has been no notice yet.")
        return
    Console().print(list_table(rows, counts, operator(zone_of(config), now)))


@group.command()
def show(ref: Ref_, as_json: AsJson = False, watch: Watch = False, config: Config = None) -> None:
    """Show a notice and its board: who was told, is reached, has acknowledged; of a draft, who would be told.

    Example: python -m bot notice show N-3
    """
    from rich.console import Console

    from bot.cli import noticetables
    from bot.web.noticebodies import counts_of, detail_body
    from bot.web.receipts import lines_of, receipt_body
    from handlers.mechanisms import audience, broadcast
    from storage.queries import notice_pages, rest

    with open_store(config) as store:
        now = now_of(store)
        with store.read() as tx:
            told = broadcast.load(tx, found(tx, ref).id)
            assert told is not None
            lines = lines_of(tx, told)
            names = notice_pages.names(tx, {one.row.acked_by for one in told.places if one.row.acked_by})
            offices = {row.id: row.slug for row in rest.locations_of(tx, sorted(told.clients))}
        if as_json:
            print_json({**detail_body(told, names, offices), "receipts": [receipt_body(line) for line in lines]})
            return
        console = Console()
        viewer = noticetables.operator(zone_of(config), now)
        for line in noticetables.board_head(told, counts_of(told), viewer):
            console.print(line, highlight=False)
        if told.notice.state == "draft":
            with store.read() as tx:
                preview = audience.preview_of(tx, told.notice.id, now)
            console.print(noticetables.preview_table(preview))
            typer.echo(f"A draft for {noticetables.preview_sentence(preview)}.")
        elif lines:
            console.print(noticetables.board_table(told, lines, viewer))
        if watch:
            typer.echo(noticetables.watch(store, told.notice.id, console))


@group.command()
def receipts(
    ref: Ref_,
    csv: Annotated[str, typer.Option("--csv", help="The file to write, or - for stdout.")] = "-",
    config: Config = None,
) -> None:
    """Export who was told, one line a reader, as CSV that no spreadsheet takes for formulas.

    Example: python -m bot notice receipts N-3 --csv receipts.csv
    """
    from bot.web.receipts import as_csv, lines_of
    from handlers.mechanisms import broadcast

    with open_store(config) as store, store.read() as tx:
        told = broadcast.load(tx, found(tx, ref).id)
        assert told is not None
        text = as_csv(lines_of(tx, told), zone_of(config))
    if csv == "-":
        typer.echo(text, nl=False)
        return
    try:
        Path(csv).write_text(text, "utf-8", newline="")
    except OSError as problem:
        fail(f"{csv} cannot be written: {problem.strerror}.")
    typer.echo(f"{len(told.readers)} readers written to {csv}.")


def _show_preview(desk: Desk, command: RaiseNotice, now: Any) -> str:
    """Prints who would get it; -> that in a few words."""
    from rich.console import Console

    from bot.cli.noticetables import preview_sentence, preview_table
    from handlers.mechanisms.audience import preview_of
    from handlers.mechanisms.broadcast import Preview

    def look(tx: Tx, outcome: Outcome) -> Preview:
        assert outcome.ref is not None
        return preview_of(tx, outcome.ref.id, now)

    preview = rehearse(desk, replace(command, send=False), look)
    Console().print(preview_table(preview))
    for problem in preview.problems:
        typer.echo(problem, err=True)
    sentence = preview_sentence(preview)
    typer.echo(f"{sentence}.")
    return sentence.partition(";")[0]


def _carry_out(desk: Desk, command: RaiseNotice, follow: bool) -> None:
    from rich.console import Console

    from bot.cli.noticetables import watch
    from handlers.commands import Refused

    console = Console(stderr=True)
    try:
        with console.status("Writing it down…"):
            outcome = attempt(desk, command)
    except Refused as refused:
        fail(refused.sentence)
    typer.echo(outcome.say)
    if follow and command.send and outcome.ref is not None:
        typer.echo(watch(desk.store, outcome.ref.id, console))


def _impacts(given: list[str]) -> dict[str, str]:
    own = {}
    for one in given:
        client, sign, words = one.partition("=")
        if not sign or not re.fullmatch(r"\s*\S+\s*", client) or not words.strip():
            misused(f"--impact-for {one}: write it like --impact-for 'northgate=The ERP is down as well.'.")
        own[client.strip()] = words.strip()
    return own


for _name, _step in noticesteps.STEPS.items():
    group.command(_name)(_step)
