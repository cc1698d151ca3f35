"""A report on its way: held, counted anew, released by a person or by itself, and corrected when it was wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.authority import either
from handlers.commands import (
    AnswerRemark,
    CorrectReport,
    HoldReport,
    Outcome,
    Ref,
    Refused,
    RegenerateReport,
    ReleaseReport,
)
from handlers.context import NORMAL, Work
from handlers.mechanisms.reports import reading
from handlers.mechanisms.reports.counting import figures_of
from handlers.mechanisms.reports.figures import PLAIN, Figures, Unsound, verify
from handlers.mechanisms.reports.periods import Period, nominal_of, period_of, slot_of
from handlers.mechanisms.reports.planning import LOOK, Courses, await_review, life_of
from handlers.mechanisms.reports.standing import Standing, stand
from handlers.mechanisms.reports.steering import (
    LONGEST,
    MOOT,
    done,
    journal,
    locked,
    not_now,
    only_provider,
    reread,
    tell_csm,
)
from handlers.mechanisms.telling import csm_of, tasks_over
from handlers.words import cleaned
from storage import outbox
from storage.queries import reports, timers

DESK = "desk"
CORRECT = "It is out: correct it instead."
ON_ITS_WAY = timedelta(minutes=2)
"""After so long the provider's card is drawn again: by then it can say who has the report."""


def hold(command: HoldReport, work: Work) -> Outcome:
    """generated -> on_hold: it does not go out by itself any more."""
    standing = locked(work, command.ref)
    only_provider(work, "hold a report")
    if standing.state == "on_hold":
        return done(work, standing, f"{standing.row.held_by} holds this report already.", repeated=True)
    if standing.state != "generated":
        raise not_now(standing, "held", CORRECT if standing.is_out else "")
    reason = cleaned(command.reason, "reason", "the reason, so that your colleagues know what to check", LONGEST)
    reports.change_report(
        work.tx, standing.row.id, state="on_hold", release_at=None, held_by=work.who.name, held_why=reason
    )
    journal(work, standing, "hold", {"reason": reason})
    return done(work, standing, "On hold. It does not go out before you release it.")


def regenerate(command: RegenerateReport, work: Work) -> Outcome:
    """generated | on_hold -> generated, with the figures as they are known now."""
    standing = locked(work, command.ref)
    only_provider(work, "regenerate a report")
    if not standing.is_unreleased:
        raise not_now(standing, "regenerated", CORRECT if standing.is_out else "")
    period, figures = _counted(work, standing)
    courses = Courses()
    calendar, timetable = courses.calendar(standing.client), courses.policy(standing.client).timetable
    slot = slot_of(period.kind, nominal_of(period.label), calendar, timetable)
    release_at = max(slot.sent, work.now + LOOK)
    reports.change_report(
        work.tx,
        standing.row.id,
        state="generated",
        figures=figures,
        from_at=period.since,
        until_at=period.until,
        generated_at=work.now,
        release_at=release_at,
        held_by="",
        held_why="",
    )
    timers.cancel(work.tx, str(standing.ref), {"release"})
    timer = life_of(work, standing.row.id, standing.client.id, "release", release_at)
    timers.wind_up(work.tx, timer, work.now)
    tasks_over(work, standing.ref, {"report_held"})
    journal(work, standing, "regenerate", _differences(standing.figures, figures))
    return done(work, standing, "The figures are as of now. Please look at them: it goes out by itself again.")


def release(command: ReleaseReport, work: Work) -> Outcome:
    """generated | on_hold -> released: the provider has looked at it."""
    standing = locked(work, command.ref)
    only_provider(work, "release a report")
    if standing.is_out:
        return done(work, standing, "This report is out already.", repeated=True)
    if not standing.is_unreleased:
        raise not_now(standing, "released")
    if command.version != standing.row.version:
        raise Refused("The report has changed since this card. Please look at it again.", code="conflict")
    note = cleaned(command.note, "note", "the note", LONGEST, empty=True)
    by = work.who.name if work.who.person_id else ""
    after = go_out(work, standing, by=by, note=note)
    return done(work, standing, f"{sent_to(after)} It says that {by} has checked it." if by else sent_to(after))


def go_out(work: Work, standing: Standing, *, by: str = "", note: str = "") -> Standing:
    """-> released: its readers get it, and it is waited for them."""
    reports.change_report(
        work.tx,
        standing.row.id,
        state="released",
        released_at=work.now,
        released_by=by,
        release_at=work.now,
        note=note or standing.row.note,
        held_by="",
        held_why="",
    )
    timers.cancel(work.tx, str(standing.ref), {"release"})
    tasks_over(work, standing.ref, {"report_held"})
    after = reread(work, standing)
    first = reading.first_reader(after)
    if first is None:
        reading.nobody(work, after)
    else:
        reading.add(work, after, *first)
    await_review(work, after.row, after.client, work.now)
    seen = life_of(work, after.row.id, after.client.id, "refresh", work.now + ON_ITS_WAY)
    timers.wind_up(work.tx, seen, work.now)
    journal(work, standing, "release", {"by": by, "to": first[0] if first else "", "note": note})
    return reread(work, standing)


def sent_to(standing: Standing) -> str:
    """Who has it now, in a sentence."""
    names = [one.name for one in standing.readers]
    if not names:
        return f"It is out, but nobody of {standing.client.name} can be reached in chat: your team has a task."
    return f"Sent to {either(names).replace(' or ', ' and ')}."


def correct(command: CorrectReport, work: Work) -> Outcome:
    """released | reviewed | unreviewed -> superseded: a report with the figures as of now takes its place at once."""
    standing = locked(work, command.ref)
    only_provider(work, "correct a report")
    if not standing.is_out:
        instead = "Look at the one that took its place." if standing.state == "superseded" else "Regenerate it instead."
        raise not_now(standing, "corrected", instead)
    reason = cleaned(command.reason, "reason", "what was wrong", LONGEST, why="so that its readers know")
    period, figures = _counted(work, standing)
    readers = reading.readers_now(standing)
    reports.change_report(work.tx, standing.row.id, state="superseded")
    timers.cancel(work.tx, str(standing.ref))
    outbox.drop_held(work.tx, str(standing.ref), work.now)
    tasks_over(work, standing.ref, MOOT)
    instead_id = _replace(work, standing, period, figures, reason)
    row = reports.lock(work.tx, instead_id)
    assert row is not None
    after = stand(work.tx, row, work.now)
    for person_id in readers:
        reading.add(work, after, person_id, "primary" if person_id == readers[0] else "backup")
    first = None if readers else reading.first_reader(after)
    if first is not None:
        reading.add(work, after, *first)
    elif not readers:
        reading.nobody(work, after)
    if csm := csm_of(work, after.client.id):
        work.owe(after.ref, DESK, [csm], client_id=after.client.id, priority=NORMAL)
    await_review(work, after.row, after.client, work.now)
    changed = _differences(standing.figures, figures)
    journal(work, standing, "supersede", {"reason": reason, "instead": instead_id})
    journal(work, after, "correct", {"reason": reason, "supersedes": standing.row.id, **changed})
    _answer_doubts(work, standing, reason)
    work.redraw(standing.ref)
    return done(work, after, f"The correction is out. {sent_to(reread(work, after))}")


def climb_release(work: Work, standing: Standing) -> None:
    """It is time: a report that nobody holds goes out by itself, and of one on hold the CSM is reminded."""
    if standing.state == "generated":
        after = go_out(work, standing)
        work.redraw(after.ref, priority=NORMAL)
    elif standing.state == "on_hold":
        said = "is still on hold, and its readers wait for it. Release it, or regenerate it"
        tell_csm(work, standing, "report_held", said, key=f"v{standing.row.version}")


def _counted(work: Work, standing: Standing) -> tuple[Period, Figures]:
    period = period_of(standing.row.period, standing.client.timezone)
    figures = figures_of(work.tx, [standing.client.id], period, work.now)[standing.client.id]
    try:
        verify(figures)
    except Unsound as why:
        said = f"The figures contradict each other, so no report is made of them. {why}"
        raise Refused(said, code="blocked") from None
    return period, figures


def _replace(work: Work, standing: Standing, period: Period, figures: Figures, reason: str) -> str:
    by = work.who.name if work.who.person_id else ""
    values: dict[str, Any] = {
        **dict(standing.row._mapping),
        "id": work.new_id("rpt"),
        "number": standing.row.number + 1,
        "state": "released",
        "version": 1,
        "from_at": period.since,
        "until_at": period.until,
        "figures": figures,
        "note": "",
        "generated_at": work.now,
        "release_at": work.now,
        "released_at": work.now,
        "released_by": by,
        "reviewed_at": None,
        "reviewed_by": None,
        "supersedes": standing.row.id,
        "correction": reason,
    }
    id_ = reports.add_report(work.tx, values)
    assert id_ is not None, "only one report at a time counts for a period, and it is locked"
    return id_


def _answer_doubts(work: Work, standing: Standing, reason: str) -> None:
    """Whoever doubted a number has been answered by the correction; a service does not speak for the provider."""
    if not (work.who.staff or work.who.system):
        return
    for one in standing.remarks:
        if one.row.kind == "wrong_number" and one.row.state == "open":
            text = f"Thank you, there is a correction: {reason}"
            work.follow_ups.append(AnswerRemark(Ref("remark", one.row.id), text))


def _differences(before: Figures, after: Figures) -> dict[str, Any]:
    """Which of the plain counts have changed, as [before, after]."""
    pairs = {name: [before[name], after[name]] for name in PLAIN}
    return {"changed": {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}}
