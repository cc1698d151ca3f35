"""What the commands about downtimes understand: which downtime, which times, until when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.noticewhat import moment_of
from bot.cli.words import fail, misused

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from handlers.commands import Window
    from storage.rows import Row
    from storage.store import Tx

Ref_ = Annotated[str, typer.Argument(metavar="DOWNTIME", help="Its reference, like D-3.")]
_SPAN = re.compile(r"(?:(\d{1,3})h)?\s*(?:(\d{1,4})m)?", re.IGNORECASE)
_WALL = re.compile(r"[0-2]?\d:[0-5]\d")
HOW = "write it like 2026-06-21T06:00/10:00, 2026-06-20T18:00/4h or 2026-06-20T18:00/2026-06-21T02:00"


def found(tx: Tx, ref: str) -> Row[Any]:
    """The downtime; else a sentence and exit 1."""
    from storage.queries import downtimes

    name = ref.strip()
    row = None
    if name.isascii() and name.isprintable():
        row = downtimes.by_ref(tx, name.upper()) or downtimes.downtime(tx, name)
    if row is None:
        fail(f"There is no downtime {name[:40]}; `downtime list` shows which there are.")
    return row


def window_of(text: str, option: str, zone: str, now: datetime) -> Window:
    """START/END: a time of the provider's clock unless it names a zone, and an end, a wall time or a length.

    A wall time that is not after the start is on the next day, on the start's own clock.
    """
    from datetime import datetime, time, timedelta

    from handlers.commands import Window

    begin, slash, end = (part.strip() for part in text.partition("/"))
    if not slash or not end or not begin or begin.lower().endswith(("m", "h")):
        misused(f"{option} {text}: {HOW}.")
    starts = moment_of(begin, option, zone, now)
    assert starts is not None
    if length := span_of(end):
        return Window(starts, starts + length)
    if not _WALL.fullmatch(end):
        ends = moment_of(end, option, zone, now)
        assert ends is not None
        return Window(starts, ends)
    try:
        wall = time.fromisoformat(end.zfill(5))
    except ValueError:
        misused(f"{option} {text}: {HOW}.")
    ends = datetime.combine(starts.date(), wall, starts.tzinfo)
    return Window(starts, ends if ends > starts else ends + timedelta(days=1))


def span_of(text: str) -> timedelta | None:
    """ "4h", "90m", "1h30m"; None for anything else."""
    from datetime import timedelta

    matched = _SPAN.fullmatch(text.strip())
    if matched is None or not (matched[1] or matched[2]):
        return None
    return timedelta(hours=int(matched[1] or 0), minutes=int(matched[2] or 0))
