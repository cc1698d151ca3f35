"""Reports as a subject (F11, F22): written by the clock, looked at by the provider, sent, and reviewed by the client.

    report   generated -> on_hold | released      on_hold -> generated (regenerated) | released
             released -> reviewed | unreviewed    unreviewed -> reviewed (late, and still worth a thank you)
             released | reviewed | unreviewed -> superseded (by its correction, which is a report of its own)

Both kinds, case_report and exec_summary, live alike. Nobody has to act for a report to go out, and a report that
nobody has looked at never says that somebody has: `released_by` is "" then.

Who gets what; a card's subject is `report:ID` and its purpose one of these:

    desk     the client's CSM, when it is written: the figures, with Hold / Release / Regenerate; later Correct.
             It is edited with every change: held, out by itself, reviewed, doubted, superseded.
    report   a reader, when it is released: the report, with Reviewed / Question / Escalate / Wrong number.
             Readers are the present holder of `liaison` (else the default contact); the reminder adds the backup.
    detail   the same reader, in the thread of `report`: the cases behind it.
    remind   a reader who has not reviewed it, in the thread of `report`, on the day of the reminder.

A correction is a new report (`number` 2, `supersedes`, `correction` says what was wrong) and goes out at once to the
readers of the old one as `report`; the old one's cards are edited: superseded, without buttons.
What a reader says about a number is a remark (see `handlers.mechanisms.remarks`), as questions about cases are.
Tasks of the provider about a report: `report_held` (still on hold when it should be out), `report_undeliverable`; and
about a client (subject `client:ID`): `report_unsound` (the figures contradict each other, so there is no report; they
are counted again every hour), `health_check` (two weeks without one; for whoever stands above the CSM).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import commands
from handlers.commands import Outcome, Ref
from handlers.context import NORMAL, Work
from handlers.mechanisms.reports import checking, planning, reading, releasing, reviewing, writing
from handlers.mechanisms.reports.standing import stand
from handlers.mechanisms.rights import missing
from storage.queries import reports, timers
from storage.rows import Row


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """What happens to a report by itself. That it is written is a command of its own (`WriteReports`)."""
    ref = Ref.parse(timer.subject)
    row = reports.lock(work.tx, ref.id)
    if row is None or timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    standing = stand(work.tx, row, work.now)
    if timer.deed == "release":
        releasing.climb_release(work, standing)
    elif timer.deed == "remind":
        reviewing.remind(work, timer, standing)
    elif timer.deed == "unreviewed":
        reviewing.give_up(work, standing)
    elif timer.deed == "refresh":
        work.redraw(ref, priority=NORMAL)
    return Outcome(ref)


def renew_boards(command: commands.RenewBoards, work: Work) -> Outcome:
    """A card that is drawn anew has a link to the console that is good again; nothing about the report changes."""
    row = reports.report(work.tx, command.ref.id)
    if row is None or not work.who.system:
        raise missing("report")
    work.redraw(command.ref, priority=NORMAL)
    return Outcome(command.ref, "The cards of the report are drawn anew.")


def reconsider(work: Work, client_id: str) -> None:
    """The directory of a client has changed."""
    reading.reconsider(work, client_id)


def replan(work: Work, client_id: str) -> None:
    """The hours or the timetable of a client have changed."""
    planning.replan(work, client_id)


plan_for_client = planning.plan_for_client
"""A client is new or has changed: its next reports."""

delivery_failed = reading.delivery_failed

DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.WriteReports: writing.write,
    commands.HoldReport: releasing.hold,
    commands.RegenerateReport: releasing.regenerate,
    commands.ReleaseReport: releasing.release,
    commands.CorrectReport: releasing.correct,
    commands.ReviewReport: reviewing.review,
    commands.ReportWrongNumber: reviewing.wrong_number,
    commands.PutHealthCheck: checking.put,
    commands.NoteHealthCheck: checking.note,
}
"""Which command sets what in motion."""
