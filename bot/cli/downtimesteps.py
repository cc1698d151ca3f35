"""downtime send, offer, start and the other steps of a downtime: one command each, on the open database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.clockface import now_of
from bot.cli.downtimewhat import Ref_, found, span_of, window_of
from bot.cli.noticewhat import moment_of, zone_of
from bot.cli.words import Config, fail, misused, open_desk, open_store, perform

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.commands import Command, Ref, Window
    from storage.rows import Row

Times = Annotated[
    list[str], typer.Option("--window", help="A time, like 2026-06-21T06:00/10:00 or 2026-06-20T18:00/4h; repeat.")
]
MaybeTimes = Annotated[
    list[str] | None, typer.Option("--window", help="A time in its place, like 2026-06-28T06:00/4h; repeat for more.")
]
Override = Annotated[str, typer.Option("--override", help="Why all the same, when something speaks against a time.")]
Text = Annotated[str, typer.Option("--text", help="What people should know.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, as everybody concerned reads it.")]


def send(ref: Ref_, config: Config = None) -> None:
    """Offer a draft's times to the people whom `downtime show` names.

    Example: python -m bot downtime send D-3
    """
    from handlers.commands import SendDowntime

    _do(ref, config, lambda row, of: SendDowntime(of, row.version))


def offer(ref: Ref_, window: Times, text: Text = "", override: Override = "", config: Config = None) -> None:
    """Offer other times: everybody is asked anew.

    Example: python -m bot downtime offer D-3 --window 2026-06-27T18:00/4h --text "Saturday a week later."
    """
    from handlers.commands import OfferWindows

    times = windows_of(window, config)
    _do(ref, config, lambda _row, of: OfferWindows(of, times, text, override))


def take(
    ref: Ref_,
    number: Annotated[int, typer.Option("--number", min=1, max=3, help="Which of the client's times.")] = 1,
    override: Override = "",
    config: Config = None,
) -> None:
    """Take a time that the client asked for or suggested.

    Example: python -m bot downtime take D-3 --number 2
    """
    from handlers.commands import TakeWindow

    _do(ref, config, lambda row, of: TakeWindow(of, row.revision, number, override))


def decline(ref: Ref_, reason: Reason, config: Config = None) -> None:
    """Say no to what a client asked for or suggested.

    Example: python -m bot downtime decline D-3 --reason "Our engineer is not here that week."
    """
    from handlers.commands import DeclineDowntime

    _do(ref, config, lambda row, of: DeclineDowntime(of, row.revision, reason))


def withdraw(
    ref: Ref_,
    reason: Annotated[str, typer.Option("--reason", help="Why it is taken back.")] = "",
    config: Config = None,
) -> None:
    """Take it back before it is agreed; whoever was asked is told. A draft just goes.

    Example: python -m bot downtime withdraw D-3 --reason "The work is not needed any more."
    """
    from handlers.commands import WithdrawDowntime

    _do(ref, config, lambda _row, of: WithdrawDowntime(of, reason))


def remind(ref: Ref_, config: Config = None) -> None:
    """Remind everybody whose answer is open, at most once in four business hours.

    Example: python -m bot downtime remind D-3
    """
    from handlers.commands import RemindVoices

    _do(ref, config, lambda _row, of: RemindVoices(of))


def start(ref: Ref_, config: Config = None) -> None:
    """Say that the work begins, at most 15 minutes before the agreed time; every office is told.

    Example: python -m bot downtime start D-3
    """
    from handlers.commands import StartDowntime

    _do(ref, config, lambda _row, of: StartDowntime(of))


def extend(
    ref: Ref_,
    until: Annotated[str, typer.Option("--until", help="The new end: a time, or from now like 30m.")] = "",
    by: Annotated[str, typer.Option("--by", help="So much longer than planned, like 20m or 1h30m.")] = "",
    text: Text = "",
    config: Config = None,
) -> None:
    """Say that the work takes longer; every office is told. Give either --until or --by.

    Example: python -m bot downtime extend D-3 --by 20m --text "The second firewall is still restarting."
    """
    from handlers.commands import ExtendDowntime

    if bool(until) == bool(by):
        misused("Give either --until, like 2026-06-21T10:20, or --by, like 20m.")
    longer = span_of(by) if by else None
    if by and longer is None:
        misused(f"--by {by}: write it like 20m, 2h or 1h30m.")
    moment = _moment(until, config) if until else None

    def command(row: Row[Any], of: Ref) -> Command:
        if moment is not None:
            return ExtendDowntime(of, moment, text)
        planned = row.extended_to or row.ends_at
        if planned is None or longer is None:
            fail(f"{row.ref} has no agreed time yet.")
        return ExtendDowntime(of, planned + longer, text)

    _do(ref, config, command)


def finish(ref: Ref_, text: Text = "", config: Config = None) -> None:
    """Say that the work is done and is being checked.

    Example: python -m bot downtime finish D-3
    """
    from handlers.commands import FinishDowntime

    _do(ref, config, lambda _row, of: FinishDowntime(of, text))


def complete(ref: Ref_, text: Text = "", config: Config = None) -> None:
    """Say that everything works again.

    Example: python -m bot downtime complete D-3 --text "Both firewalls run the new version."
    """
    from handlers.commands import CompleteDowntime

    _do(ref, config, lambda _row, of: CompleteDowntime(of, text))


def postpone(
    ref: Ref_, reason: Reason, window: MaybeTimes = None, override: Override = "", config: Config = None
) -> None:
    """Give an agreed time up before it begins; other times are offered in its place where given.

    Example: python -m bot downtime postpone D-3 --reason "A part has not arrived." --window 2026-06-28T06:00/4h
    """
    from handlers.commands import PostponeDowntime

    times = windows_of(window or [], config)
    _do(ref, config, lambda _row, of: PostponeDowntime(of, reason, times, override))


def cancel(ref: Ref_, reason: Reason, config: Config = None) -> None:
    """Give an agreed time up for good; everybody who was told is told so.

    Example: python -m bot downtime cancel D-3 --reason "The vendor has withdrawn the new version."
    """
    from handlers.commands import CancelDowntime

    _do(ref, config, lambda _row, of: CancelDowntime(of, reason))


STEPS: dict[str, Callable[..., None]] = {
    step.__name__: step
    for step in (send, offer, take, decline, withdraw, remind, start, extend, finish, complete, postpone, cancel)
}
"""Every step by the word that is typed."""


def windows_of(texts: list[str], config: Config) -> tuple[Window, ...]:
    """The times as they were typed."""
    if not texts:
        return ()
    with open_store(config) as store:
        zone, now = zone_of(config), now_of(store)
    return tuple(window_of(one, "--window", zone, now) for one in texts)


def _moment(text: str, config: Config) -> datetime | None:
    with open_store(config) as store:
        return moment_of(text, "--until", zone_of(config), now_of(store))


def _do(ref: str, config: Config, make: Callable[[Row[Any], Ref], Command]) -> None:
    from handlers.commands import Ref

    with open_desk(config) as desk:
        with desk.store.read() as tx:
            row = found(tx, ref)
        typer.echo(perform(desk, make(row, Ref("downtime", row.id))).say)
