"""What the commands about notices understand: which notice, how bad, when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.words import Config, fail, misused, settings_for

if TYPE_CHECKING:
    from datetime import datetime

    from storage.rows import Row
    from storage.store import Tx

Ref_ = Annotated[str, typer.Argument(metavar="NOTICE", help="Its reference, like N-3.")]
Moment = str
_SEVERITY = re.compile(r"(?:sev)?([1-4])", re.IGNORECASE)
_SPAN = re.compile(r"\+?(\d{1,4})\s*([mh])", re.IGNORECASE)


def found(tx: Tx, ref: str) -> Row[Any]:
    """The notice; else a sentence and exit 1."""
    from storage.queries import notice_pages, notices

    name = ref.strip()
    row = None
    if name.isascii() and name.isprintable():
        row = notice_pages.by_ref(tx, name.upper()) or notices.notice(tx, name)
    if row is None:
        fail(f"There is no notice {name[:40]}; `notice list` shows which there are.")
    return row


def severity_of(text: str) -> int:
    """ "2" or "sev2"; else the command was called wrongly."""
    matched = _SEVERITY.fullmatch(text.strip())
    if matched is None:
        misused(f"--severity {text}: it is 1, 2, 3 or 4 (1: an office or a core service is down).")
    return int(matched[1])


def moment_of(text: str, option: str, zone: str, now: datetime) -> datetime | None:
    """A time of the provider's clock unless it names a zone, or a span from now; None for nothing given."""
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    said = text.strip()
    if not said:
        return None
    if span := _SPAN.fullmatch(said):
        return now + timedelta(minutes=int(span[1]) * (60 if span[2].lower() == "h" else 1))
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        misused(f"{option} {said}: write a time like 2026-06-09T11:12 ({zone} unless it names a zone), or 30m, or 2h.")
    if not 2000 <= moment.year <= 2100:
        misused(f"{option}: the year has to be between 2000 and 2100.")
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))


def zone_of(config: Config) -> str:
    """The provider's own zone."""
    return settings_for("desk", config).msp.timezone
