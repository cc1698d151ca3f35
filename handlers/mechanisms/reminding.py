"""Reminds those who are silent about a notice: only people who know of it, and it says who does not yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.commands import Outcome, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import announcing
from handlers.mechanisms.steering import note
from storage.queries import broadcasts, notice_reach, notices
from storage.rows import Row

REMIND_AGAIN = timedelta(minutes=15)


def remind(work: Work, notice: Row[Any]) -> Outcome:
    """A message to everybody who was told and is silent, at most once in fifteen minutes.

    Whoever waits for quiet hours to end is told only then, and not reminded of what nobody has said yet.
    """
    ref = Ref("notice", notice.id)
    since = broadcasts.told_since(work.tx, notice.id, "remind:by:")
    if since is not None and work.now - since < REMIND_AGAIN:
        minutes = -((work.now - since - REMIND_AGAIN) // timedelta(minutes=1))
        raise Refused(f"They were reminded a moment ago. Again in {minutes} min at the earliest.", code="conflict")
    silent = {row.person_id for row in notices.receipts_of(work.tx, notice.id) if row.state in notices.SILENT}
    waiting = silent & notice_reach.waiting_for_morning(work.tx, notice.id, work.now)
    told = [row for row in notices.readers_of(work.tx, notice.id) if row.id in silent - waiting]
    if not told:
        said = "Nobody is silent: there is nobody to remind." if not waiting else "Nobody who knows of it is silent."
        return Outcome(ref, said + _untold(len(waiting)), repeated=True)
    quiet = announcing.quiet_of(work, notice)
    asleep = sum(quiet.until(row) > work.now for row in told)
    purpose = f"remind:by:{work.now:%Y%m%dT%H%M%S}"
    states, first = notices.SILENT, announcing.FIRST
    announcing.announce(work, notice, purpose, quiet=quiet, readers=told, states=states, follows=first)
    announcing.refresh_boards(work, notice, purpose)
    note(work, notice, "remind", {"people": len(told), "not_told": len(waiting)})
    later = f" {asleep} of them when quiet hours end." if asleep else ""
    return Outcome(ref, f"{_people(len(told))} reminded.{later}{_untold(len(waiting))}")


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count} people are"


def _untold(count: int) -> str:
    if not count:
        return ""
    who = (
        "1 person gets it when quiet hours end and knows"
        if count == 1
        else (f"{count} people get it when quiet hours end and know")
    )
    return f" {who} nothing yet."
