"""notice update, no-change, resolve and the other steps of a notice: one command each, on the open database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.clockface import now_of
from bot.cli.noticewhat import Moment, Ref_, found, moment_of, zone_of
from bot.cli.words import Config, fail, open_desk, open_store, perform

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.commands import Command, Ref
    from storage.rows import Row
    from storage.store import Tx

Text = Annotated[str, typer.Option("--text", help="What everybody is told.")]
Next = Annotated[Moment, typer.Option("--next-update", help="When the next word comes: a time, or 30m, or 2h.")]


def send(ref: Ref_, config: Config = None) -> None:
    """Send a draft to the people whom `notice show` names.

    Example: python -m bot notice send N-3
    """
    from handlers.commands import SendNotice

    _do(ref, config, lambda row, of: SendNotice(of, row.version))


def update(
    ref: Ref_,
    text: Text,
    state: Annotated[
        Literal["investigating", "identified", "monitoring"] | None,
        typer.Option("--state", help="How far it is; as it was unless given."),
    ] = None,
    workaround: Annotated[str | None, typer.Option("--workaround", help="What people can do meanwhile.")] = None,
    next_update: Next = "",
    config: Config = None,
) -> None:
    """Tell everybody what is new.

    Example: python -m bot notice update N-3 --text "A 4G router is in place." --state monitoring --next-update 30m
    """
    from handlers.commands import UpdateNotice

    when = _when(next_update, config)
    _do(ref, config, lambda _row, of: UpdateNotice(of, text, state, workaround, when))


def no_change(ref: Ref_, next_update: Next = "", config: Config = None) -> None:
    """Tell everybody that nothing has changed; this is an update too.

    Example: python -m bot notice no-change N-3 --next-update 30m
    """
    from handlers.commands import UpdateNotice

    when = _when(next_update, config)
    _do(ref, config, lambda _row, of: UpdateNotice(of, next_update_at=when, no_change=True))


def resolve(ref: Ref_, text: Text, config: Config = None) -> None:
    """Say that it works again.

    Example: python -m bot notice resolve N-3 --text "The carrier has repaired the line."
    """
    from handlers.commands import ResolveNotice

    _do(ref, config, lambda _row, of: ResolveNotice(of, text))


def reopen(ref: Ref_, text: Text, next_update: Next = "", config: Config = None) -> None:
    """Say that it came back; everybody is asked to acknowledge again.

    Example: python -m bot notice reopen N-3 --text "The line is down again." --next-update 30m
    """
    from handlers.commands import ReopenNotice

    when = _when(next_update, config)
    _do(ref, config, lambda _row, of: ReopenNotice(of, text, when))


def cancel(
    ref: Ref_,
    reason: Annotated[str, typer.Option("--reason", help="Why it was a false alarm.")] = "",
    config: Config = None,
) -> None:
    """Call it a false alarm: whoever was told is told so. A draft just goes.

    Example: python -m bot notice cancel N-3 --reason "The monitoring was wrong."
    """
    from handlers.commands import CancelNotice

    _do(ref, config, lambda _row, of: CancelNotice(of, reason))


def root_cause(
    ref: Ref_,
    summary: Annotated[str, typer.Option("--summary", help="Why it happened.")],
    fix: Annotated[str, typer.Option("--fix", help="What was done.")],
    prevent: Annotated[str, typer.Option("--prevent", help="What is done so that it does not happen again.")],
    config: Config = None,
) -> None:
    """Share the root cause of an outage that is over, in a notice of its own.

    Example: python -m bot notice root-cause N-3 --summary "A digger cut the fibre." --fix "Spliced."
    --prevent "A second line by another way."
    """
    from handlers.commands import ShareRootCause

    _do(ref, config, lambda _row, of: ShareRootCause(of, summary, fix, prevent))


def remind(ref: Ref_, config: Config = None) -> None:
    """Remind everybody who is silent, at most once in fifteen minutes.

    Example: python -m bot notice remind N-3
    """
    from handlers.commands import RemindReaders

    _do(ref, config, lambda _row, of: RemindReaders(of))


def heard(
    ref: Ref_,
    person: Annotated[str, typer.Option("--person", help="The contact's e-mail address or id.")],
    note: Annotated[str, typer.Option("--note", help="What was said.")] = "",
    config: Config = None,
) -> None:
    """Record that a contact was told on the phone.

    Example: python -m bot notice heard N-3 --person tom@cedar.example --note "Told him at 10:20."
    """
    from handlers.commands import RecordAcknowledgement

    def command(tx: Tx, row: Row[Any], of: Ref) -> Command:
        return RecordAcknowledgement(of, _contact(tx, row, person), note)

    _perform(ref, config, command)


STEPS: dict[str, Callable[..., None]] = {
    "send": send,
    "update": update,
    "no-change": no_change,
    "resolve": resolve,
    "reopen": reopen,
    "cancel": cancel,
    "root-cause": root_cause,
    "remind": remind,
    "heard": heard,
}
"""Every step by the word that is typed."""


def _do(ref: str, config: Config, make: Callable[[Row[Any], Ref], Command]) -> None:
    _perform(ref, config, lambda _tx, row, of: make(row, of))


def _perform(ref: str, config: Config, make: Callable[[Tx, Row[Any], Ref], Command]) -> None:
    from handlers.commands import Ref

    with open_desk(config) as desk:
        with desk.store.read() as tx:
            row = found(tx, ref)
            command = make(tx, row, Ref("notice", row.id))
        typer.echo(perform(desk, command).say)


def _contact(tx: Tx, row: Row[Any], person: str) -> str:
    """The contact's id; whether somebody named by id fits is for the desk to say."""
    from storage.queries import directory, notices

    wanted = person.strip()
    if "@" not in wanted:
        return wanted
    clients = {one.id for one in notices.clients_in(tx, row.id)}
    for one in directory.people_by_email(tx, wanted):
        if one.client_id in clients:
            return str(one.id)
    fail(f"No client that {row.ref} is about has somebody with the e-mail {wanted[:100]}.")


def _when(text: str, config: Config) -> datetime | None:
    if not text:
        return None
    with open_store(config) as store:
        return moment_of(text, "--next-update", zone_of(config), now_of(store))
