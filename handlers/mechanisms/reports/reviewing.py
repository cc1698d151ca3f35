"""What a report's readers do with it, or do not do: reviewed, doubted, reminded of, left unreviewed."""

from __future__ import annotations

from typing import Any

from handlers.authority import either
from handlers.commands import Outcome, Refused, ReportWrongNumber, ReviewReport
from handlers.context import NORMAL, Work
from handlers.mechanisms import remarks
from handlers.mechanisms.mornings import owe_apart
from handlers.mechanisms.reports import reading
from handlers.mechanisms.reports.standing import Standing
from handlers.mechanisms.reports.steering import MOOT, done, journal, locked
from handlers.mechanisms.telling import tasks_over
from handlers.words import cleaned
from storage.queries import reports, timers
from storage.rows import Row

LONGEST_ABOUT = 200
SUPERSEDED = "A correction has taken the place of this report. Please look at the newest message."


def review(command: ReviewReport, work: Work) -> Outcome:
    """released | unreviewed -> reviewed. Its figures never change once it is out, so a card of any age will do."""
    standing = locked(work, command.ref)
    person_id = _reader(work, standing, "review it")
    if standing.state == "reviewed":
        who = "You have" if standing.row.reviewed_by == person_id else f"{standing.reviewed_by} has"
        return done(work, standing, f"{who} reviewed this report before.", repeated=True)
    reports.change_report(work.tx, standing.row.id, state="reviewed", reviewed_at=work.now, reviewed_by=person_id)
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, MOOT)
    late = standing.state == "unreviewed"
    journal(work, standing, "review", {"by": person_id, "late": late})
    return done(work, standing, "Thank you. Your provider sees that you have reviewed it.")


def wrong_number(command: ReportWrongNumber, work: Work) -> Outcome:
    """A reader doubts a figure: the CSM has a task, and the reader gets an answer or a correction."""
    standing = locked(work, command.ref)
    _reader(work, standing, "say what is wrong in it")
    about = cleaned(command.about, "about", "which number you mean", LONGEST_ABOUT, empty=True)
    outcome = remarks.say(
        work, "wrong_number", standing.client.id, command.text, report_id=standing.row.id, about=about
    )
    return outcome


def remind(work: Work, timer: Row[Any], standing: Standing) -> None:
    """Its readers are reminded, and the next in line reads it too; not when it is given up in the same moment."""
    if standing.state != "released":
        return
    if standing.unreviewed_at is not None and standing.unreviewed_at <= work.now:
        timers.skip(work.tx, timer.id)
        journal(work, standing, "remind_skipped", {"due": timer.due_at.isoformat()})
        return
    here = [one.person_id for one in standing.readers if standing.roster.present(one.person_id)]
    owe_apart(work, standing.ref, reading.REMIND, here, standing, follows=reading.REPORT)
    backup = reading.next_reader(standing)
    if backup is not None:
        reading.add(work, standing, backup, "backup")
    journal(work, standing, "remind", {"readers": here, "backup": backup or ""})
    work.redraw(standing.ref, priority=NORMAL)


def give_up(work: Work, standing: Standing) -> None:
    """released -> unreviewed: nobody has said that they read it."""
    if standing.state != "released":
        return
    reports.change_report(work.tx, standing.row.id, state="unreviewed")
    tasks_over(work, standing.ref, MOOT)
    journal(work, standing, "unreviewed")
    work.redraw(standing.ref, priority=NORMAL)


def _reader(work: Work, standing: Standing, what: str) -> str:
    """The acting contact, who reads this report; refused for everybody else."""
    person_id = work.who.person_id
    if person_id is None or work.who.is_provider:
        raise Refused(f"Only the client's own people can {what}.", code="not_entitled")
    if standing.state == "superseded":
        raise Refused(SUPERSEDED, code="conflict")
    if not standing.may_review(person_id):
        names = [standing.roster.members[id_].name for id_ in standing.chain()[:3]]
        who = either(names) if names else "Your company's key contact"
        raise Refused(f"This report is for somebody else. {who} can {what}.", code="not_entitled")
    return person_id
