"""Remarks: what contacts ask about a case, escalate or doubt in a report, and the provider's answer.

    remark  open -> answered          `kind`: question, escalate (both about a case), wrong_number (about a report)

`ask_about_case`, `escalate_case` and `answer` are the deeds of AskAboutCase, EscalateCase and AnswerRemark; `say` is
for a subject with remarks of its own (a report: wrong_number) and has checked by itself who may.

Who gets what; a card's subject is `remark:ID` and its purpose one of these:

    receipt  whoever said it, at once: what was said, to whom it went, by when there is an answer; edited from then on
    answer   the same person, in the thread of `receipt`, when the provider has answered

The provider's is a task about `remark:ID` of the kind in TASKS, with a button to answer (verb `remark:answer`): due in
one business day, an escalation in two business hours. An escalation that is still open then is a task for the
supervisor too (kind `escalation_late`; timer `remark:ID`, plan "late"). A task ends with the answer and not without.
An answer that did not arrive in chat is a task to call (kind `answer_lost`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers import commands
from handlers.authority import either
from handlers.commands import Outcome, Ref, Refused
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms import undelivered
from handlers.mechanisms.rights import missing
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.summoning import supervisor_of
from handlers.mechanisms.telling import csm_of, tasks_over, tell
from handlers.words import cleaned, storable
from storage.queries import cases, deliveries, directory, remarks, reports, timers
from storage.rows import Row
from storage.store import Tx

RECEIPT, ANSWER = "receipt", "answer"
TASKS = {"question": "case_question", "escalate": "case_escalated", "wrong_number": "wrong_number"}
"""The kind of the provider's task, by the kind of the remark."""
LATE, LATE_TASK, LOST_TASK = "late", "escalation_late", "answer_lost"
ANSWER_DAYS, ESCALATION_HOURS = 1, 2
"""Business days and business hours of the provider."""
LONGEST = 2000
MOST_OPEN = 20
"""So many remarks of one person may wait for an answer."""
OUT = ("released", "reviewed", "unreviewed", "superseded")
"""States of a report that its readers know."""


def ask_about_case(command: commands.AskAboutCase, work: Work) -> Outcome:
    """-> open: the CSM has a task, and whoever asks sees by when there is an answer."""
    case, report_id = _about(work, command.ref, command.case)
    return say(work, "question", case.client_id, command.text, case=case, report_id=report_id)


def escalate_case(command: commands.EscalateCase, work: Work) -> Outcome:
    """-> open: the CSM is told at once, the supervisor after two silent business hours."""
    case, report_id = _about(work, command.ref, command.case)
    if case.state == "closed":
        said = f"{case.external_id} is closed. If it is not solved, please ask about it, and it is opened again."
        raise Refused(said, code="conflict")
    return say(work, "escalate", case.client_id, command.text, case=case, report_id=report_id)


def say(
    work: Work,
    kind: str,
    client_id: str,
    text: str,
    *,
    case: Row[Any] | None = None,
    report_id: str | None = None,
    about: str = "",
) -> Outcome:
    """Writes down what the acting contact says, with the task for the provider and the receipt; `about`: which figure.

    The same words about the same thing that still wait for an answer are not said twice.
    """
    person_id = work.who.person_id
    assert person_id is not None
    words = cleaned(text, "text", ASKED_FOR[kind], LONGEST)
    case_id = case.id if case is not None else None
    mine = [row for row in remarks.open_of(work.tx, client_id) if row.person_id == person_id]
    for row in mine:
        if (row.kind, row.case_id, row.report_id, row.text, row.about) == (kind, case_id, report_id, words, about):
            return Outcome(Ref("remark", row.id), "You have said this before; it waits for an answer.", repeated=True)
    if len(mine) >= MOST_OPEN:
        raise Refused(f"{MOST_OPEN} of your questions wait for an answer. Please call your provider.", code="blocked")
    ref = Ref("remark", work.new_id("rmk"))
    said = {
        "id": ref.id,
        "report_id": report_id,
        "client_id": client_id,
        "kind": kind,
        "case_id": case_id,
        "about": about,
        "text": words,
        "person_id": person_id,
        "at": work.now,
        "state": "open",
        "answer": "",
        "answered_by": "",
    }
    remarks.add(work.tx, said)
    due, owner = due_at(work, kind), csm_of(work, client_id)
    title = f"{case.external_id}: {work.who.name} {TITLES[kind]}" if case is not None else _doubted(work, about)
    tell(work, client_id, owner, ref, TASKS[kind], title[:300], key="answer", detail=words, due_at=due)
    if kind == "escalate":
        timers.plan(work.tx, _late(work, ref, client_id, due))
    work.owe(ref, RECEIPT, [person_id], client_id=client_id, priority=URGENT)
    if report_id is not None:
        work.redraw(Ref("report", report_id))
    after = {"kind": kind, "case": case.external_id if case is not None else "", "about": about, "text": words}
    work.note("remark.said", chain=client_id, subject=ref, after={**after, "report": report_id or ""})
    person = directory.person(work.tx, owner) if owner else None
    return Outcome(ref, SAID[kind].format(person.name if person is not None else "Your provider"), {"id": ref.id})


def answer(command: commands.AnswerRemark, work: Work) -> Outcome:
    """open -> answered: whoever said it reads the answer, and nobody of the provider has to answer any more."""
    if not (work.who.staff or work.who.system):
        raise Refused("Only your provider answers this.", code="not_entitled")
    ref = command.ref
    row = remarks.lock(work.tx, ref.id) if ref.kind == "remark" and storable(ref.id) else None
    if row is None:
        raise Refused("This does not exist (any more).", code="not_found")
    if row.state != "open":
        return Outcome(ref, f"{row.answered_by or 'A colleague'} has answered this before.", repeated=True)
    text = cleaned(command.text, "text", "your answer", LONGEST)
    remarks.change(work.tx, row.id, state="answered", answer=text, answered_by=work.who.name, answered_at=work.now)
    timers.cancel(work.tx, str(ref))
    tasks_over(work, ref, (*TASKS.values(), LATE_TASK))
    work.redraw(ref)
    if row.report_id is not None:
        work.redraw(Ref("report", row.report_id))
    before, after = {"state": "open"}, {"state": "answered", "kind": row.kind, "answer": text}
    work.note("remark.answered", chain=row.client_id, subject=ref, before=before, after=after)
    person = directory.person(work.tx, row.person_id)
    if person is None or person.state != "active":
        return Outcome(ref, "Your answer is written down. Whoever asked does not work there any more.")
    if not work.owe(ref, ANSWER, [person.id], client_id=row.client_id, priority=NORMAL, follows=RECEIPT):
        return Outcome(ref, f"Your answer is written down, but {person.name} is not in chat. Please call.")
    return Outcome(ref, f"{person.name} reads your answer.")


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """An escalation has been silent for two business hours: the supervisor has a task; it stays the CSM's, too."""
    ref = Ref.parse(timer.subject)
    row = remarks.remark(work.tx, ref.id)
    if timers.take(work.tx, timer.id, work.now) is None or row is None or row.state != "open":
        return Outcome(ref, repeated=True)
    above = supervisor_of(work, row.client_id)
    title = f"{row.case_name or row.about}: {row.person_name} has escalated and has no answer"[:300]
    tell(work, row.client_id, above, ref, LATE_TASK, title, key=LATE, detail=row.text, due_at=work.now)
    work.redraw(ref)
    work.note("remark.late", chain=row.client_id, subject=ref, after={"case": row.case_name or "", "to": above})
    return Outcome(ref)


def delivery_failed(command: commands.DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """An answer that reached whoever asked on no account is told by phone: the CSM has a task."""
    return undelivered.note(command, work, row, lambda: _unanswered(work, row))


def _unanswered(work: Work, row: Row[Any]) -> bool:
    """Whether whoever asked has no answer in chat; the CSM is told so."""
    ref = Ref.parse(row.subject)
    said = remarks.remark(work.tx, ref.id) if row.purpose == ANSWER else None
    if said is None or deliveries.alive(work.tx, row.subject, ANSWER, row.person_id):
        return False
    title = f"{said.case_name or said.about}: {said.person_name} has not got your answer"[:300]
    tell(work, said.client_id, csm_of(work, said.client_id), ref, LOST_TASK, title, key=ANSWER, detail=said.answer)
    return True


def due_at(work: Work, kind: str) -> datetime:
    """By when the provider answers what is said now."""
    if kind == "escalate":
        return work.provider.add_business_hours(work.now, ESCALATION_HOURS)
    return work.provider.add_business_days(work.now, ANSWER_DAYS)


def may_see(tx: Tx, case: Row[Any], person: Row[Any], now: datetime) -> bool:
    """Whether somebody knows of a case: people of the provider, key contacts of its client, and who reported it."""
    if person.client_id is None:
        return True
    return person.client_id == case.client_id and (case.requester_id == person.id or is_key_contact(tx, person, now))


def is_key_contact(tx: Tx, person: Row[Any], now: datetime) -> bool:
    """Whether a client's person holds any role there, or stands in for somebody who does."""
    client = directory.client(tx, person.client_id)
    if client is None or person.state != "active":
        return False
    roster = roster_of(tx, client, now)
    holders = {one.person_id for one in roster.given} | {client.default_contact_id}
    return person.id in holders or any(
        away.delegate_id == person.id and id_ in holders for id_, away in roster.away.items()
    )


ASKED_FOR = {"question": "your question", "escalate": "what is urgent about it", "wrong_number": "what is wrong"}
TITLES = {"question": "asks", "escalate": "escalates"}
SAID = {
    "question": "Your question is with {}. You get an answer here within one business day.",
    "escalate": "{} has been told that this is urgent, and the supervisor is told if there is no answer in two hours.",
    "wrong_number": "{} looks at the number. You get an answer here within one business day.",
}


def _about(work: Work, ref: Ref, named: str) -> tuple[Row[Any], str | None]:
    """The case that is meant, and the report in which it was seen; `Refused` for whoever does not know of them."""
    person = directory.person(work.tx, work.who.person_id) if work.who.person_id else None
    if person is None or person.client_id is None:
        said = "Only the client's own people ask about a case here. Please use your ticket system."
        raise Refused(said, code="not_entitled")
    report = reports.report(work.tx, ref.id) if ref.kind == "report" and storable(ref.id) else None
    if ref.kind == "report" and (report is None or report.client_id != person.client_id or report.state not in OUT):
        raise missing("report")
    wanted = ref.id if ref.kind == "case" else named.strip()
    if not wanted:
        raise Refused("Please choose the case.", field="case", code="invalid")
    found = None
    if storable(wanted):
        found = cases.case(work.tx, wanted) or cases.case_named(work.tx, person.client_id, wanted)
    if found is None or found.client_id != person.client_id:
        raise Refused(f"There is no case {wanted[:40]}.", field="case", code="not_found")
    read = report is not None and any(one.person_id == person.id for one in reports.readers_of(work.tx, report.id))
    if not read and not may_see(work.tx, found, person, work.now):
        names = either(_who_may(work, found))
        raise Refused(f"You can ask about cases of your own. {names} can ask about any.", code="not_entitled")
    return found, report.id if report is not None else None


def _who_may(work: Work, case: Row[Any]) -> list[str]:
    client = directory.client(work.tx, case.client_id)
    assert client is not None
    roster = roster_of(work.tx, client, work.now)
    return [roster.members[id_].name for id_ in roster.chain("liaison")[:3]] or ["Your company's key contact"]


def _doubted(work: Work, about: str) -> str:
    return f"{work.who.name} doubts “{about}”" if about else f"{work.who.name} doubts a number"


def _late(work: Work, ref: Ref, client_id: str, due: datetime) -> dict[str, Any]:
    return work.timer(ref, LATE, "tell_supervisor", due, client_id=client_id)
