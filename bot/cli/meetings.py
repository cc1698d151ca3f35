"""meeting: plan talks with clients, see when they are, write down how they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.clockface import now_of
from bot.cli.downtimesteps import Times, windows_of
from bot.cli.noticewhat import moment_of, zone_of
from bot.cli.words import Config, client_called, fail, misused, open_desk, open_store, perform, print_json

if TYPE_CHECKING:
    from datetime import date

    from handlers.commands import Command, Ref
    from storage.rows import Row
    from storage.store import Tx

group = typer.Typer(help="Meetings with clients: plan, agree, hold, skip and close them.", no_args_is_help=True)

Ref_ = Annotated[str, typer.Argument(metavar="MEETING", help="Its reference, like T-3.")]
Note = Annotated[str, typer.Option("--note", help="How it was agreed.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, as everybody concerned reads it.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON on stdout.")]


@group.command("list")
def list_(
    state: Annotated[str, typer.Option("--state", help="Only in this state, like confirmed.")] = "",
    client: Annotated[str, typer.Option("--client", help="Only of this client (its slug).")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many, newest first.")] = 50,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List meetings, newest first.

    Example: python -m bot meeting list --state confirmed
    """
    from rich.console import Console

    from bot.cli.meetingtables import list_table
    from bot.cli.noticetables import operator
    from bot.web.touchpointbodies import meeting_body
    from storage.queries import touchpoint_pages

    states = ("due", "proposed", "rescheduled", "confirmed", "held", "closed", "missed", "skipped")
    if state and state not in states:
        misused(f"--state {state}: it is one of {', '.join(states)}.")
    with open_store(config) as store, store.read() as tx:
        owner = client_called(tx, client).id if client else None
        rows = touchpoint_pages.page(tx, client_id=owner, state=state or None, limit=limit)
        now = now_of(store)
    if as_json:
        print_json([meeting_body(one, one.client_slug) for one in rows])
    elif not rows:
        typer.echo("There is no such meeting." if state or client else "There has been no meeting yet.")
    else:
        Console().print(list_table(rows, operator(zone_of(config), now)))


@group.command()
def show(ref: Ref_, as_json: AsJson = False, config: Config = None) -> None:
    """Show a meeting: its times, agenda, notes, what is to do and what is missing.

    Example: python -m bot meeting show T-3
    """
    from rich.console import Console

    from bot.cli.meetingtables import lines
    from bot.cli.noticetables import operator
    from bot.web.touchpointbodies import detail_body
    from handlers.mechanisms.talks.agenda import agenda_of
    from handlers.mechanisms.talks.standing import load

    with open_store(config) as store:
        now = now_of(store)
        with store.read() as tx:
            standing = load(tx, _found(tx, ref).id, now)
            assert standing is not None
            body, agenda = detail_body(tx, standing), agenda_of(tx, standing)
    if as_json:
        print_json(body)
        return
    console = Console()
    for line in lines(standing, agenda, operator(zone_of(config), now)):
        console.print(line, highlight=False, markup=False)


@group.command()
def plan(
    client: Annotated[str, typer.Option("--client", help="The client's slug.")],
    window: Times,
    kind: Annotated[str, typer.Option("--kind", help="check_in, rap_session, vcio_meeting, ...")] = "check_in",
    title: Annotated[str, typer.Option("--title", help="What the client calls it.")] = "",
    link: Annotated[str, typer.Option("--link", help="Where to join.")] = "",
    place: Annotated[str, typer.Option("--place", help="Where to meet.")] = "",
    text: Annotated[str, typer.Option("--text", help="What is said with the times.")] = "",
    config: Config = None,
) -> None:
    """Propose a meeting with one to three times; the client chooses, or somebody of your team has a task to call.

    Example: python -m bot meeting plan --client marlow-finch --kind rap_session --window 2027-06-17T10:00/1h
    """
    from handlers.commands import PlanTouchpoint

    times, words = windows_of(window, config), {"title": title, "link": link, "place": place, "text": text}
    with open_desk(config) as desk:
        typer.echo(perform(desk, PlanTouchpoint(times, client, kind, None, **words)).say)


@group.command()
def offer(
    ref: Ref_, window: Times, text: Annotated[str, typer.Option("--text", help="Why.")] = "", config: Config = None
) -> None:
    """Offer other times for a meeting; an agreed one is off.

    Example: python -m bot meeting offer T-3 --window 2027-06-22T10:00/30m --text "I am away on Thursday."
    """
    from handlers.commands import PlanTouchpoint

    times = windows_of(window, config)
    _do(ref, config, lambda of: PlanTouchpoint(times, ref=of, text=text))


@group.command()
def agree(ref: Ref_, window: Times, note: Note = "", config: Config = None) -> None:
    """Write down the time that a contact has named, or that was agreed on the phone.

    Example: python -m bot meeting agree T-3 --window 2027-06-22T11:00/30m --note "Tom called."
    """
    from datetime import timedelta

    from handlers.commands import AgreeSlot

    times = windows_of(window, config)
    if len(times) != 1:
        misused("--window: please give the one time that was agreed.")
    minutes = int((times[0].ends_at - times[0].starts_at) / timedelta(minutes=1))
    _do(ref, config, lambda of: AgreeSlot(of, times[0].starts_at, minutes, note))


@group.command()
def held(
    ref: Ref_, notes: Annotated[str, typer.Option("--notes", help="What was said.")], config: Config = None
) -> None:
    """Say that it took place, and what was said.

    Example: python -m bot meeting held T-3 --notes "The printer lease ends in August."
    """
    from handlers.commands import HoldTouchpoint

    _do(ref, config, lambda of: HoldTouchpoint(of, notes))


@group.command()
def missed(
    ref: Ref_, reason: Annotated[str, typer.Option("--reason", help="Why, if known.")] = "", config: Config = None
) -> None:
    """Say that the time came and nobody was there.

    Example: python -m bot meeting missed T-3
    """
    from handlers.commands import MissTouchpoint

    _do(ref, config, lambda of: MissTouchpoint(of, reason))


@group.command()
def skip(ref: Ref_, reason: Reason, config: Config = None) -> None:
    """Leave one out that has not begun; the next comes as the rhythm says.

    Example: python -m bot meeting skip T-3 --reason "The office is moving."
    """
    from handlers.commands import SkipTouchpoint

    _do(ref, config, lambda of: SkipTouchpoint(of, reason))


@group.command()
def record(
    ref: Ref_,
    kind: Annotated[str, typer.Option("--kind", help="slide_deck, assessment, service_desk_metrics, ...")],
    url: Annotated[str, typer.Option("--url", help="Where it is.")] = "",
    on: Annotated[str, typer.Option("--on", help="Its day, like 2026-06-11; today when left out.")] = "",
    waive: Annotated[str, typer.Option("--waive", help="Why there is none.")] = "",
    config: Config = None,
) -> None:
    """Put on file what a meeting needs, or say why there is none.

    Example: python -m bot meeting record T-3 --kind assessment --url https://files.example/assessment.pdf
    """
    from handlers.commands import PutMeetingRecord

    day = _day(on, config) if on else None
    _do(ref, config, lambda of: PutMeetingRecord(of, kind, url, day, waive))


@group.command()
def close(ref: Ref_, config: Config = None) -> None:
    """Close a meeting that was held; refused with the name of what is missing.

    Example: python -m bot meeting close T-3
    """
    from handlers.commands import CloseTouchpoint

    _do(ref, config, lambda of: CloseTouchpoint(of))


def _day(text: str, config: Config) -> date:
    with open_store(config) as store:
        found = moment_of(f"{text}T12:00", "--on", zone_of(config), now_of(store))
    assert found is not None
    return found.date()


def _found(tx: Tx, ref: str) -> Row[Any]:
    """The meeting; else a sentence and exit 1."""
    from storage.queries import touchpoints

    name, row = ref.strip(), None
    if name.isascii() and name.isprintable():
        row = touchpoints.by_ref(tx, name.upper()) or touchpoints.talk(tx, name)
    if row is None:
        fail(f"There is no meeting {name[:40]}; `meeting list` shows which there are.")
    return row


def _do(ref: str, config: Config, make: Callable[[Ref], Command]) -> None:
    from handlers.commands import Ref

    with open_desk(config) as desk:
        with desk.store.read() as tx:
            row = _found(tx, ref)
        typer.echo(perform(desk, make(Ref("touchpoint", row.id))).say)
