"""People hesitate: they ask first, hand the question on, want to be reminded later, or take a yes back.

pending -> info_requested (a question; the ladder stands still, five business days at most) -> pending
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from handlers.authority import either, eligible
from handlers.commands import Outcome, Ref, Refused
from handlers.context import URGENT, Work
from handlers.hours import calendar_of
from handlers.mechanisms import asking, rerouting
from handlers.mechanisms.decision import entitled, journal, locked, only_provider, reread, voter
from handlers.mechanisms.standing import Standing, stand
from handlers.mechanisms.survey import decides
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.verdicts import closed
from handlers.policy import policy_of
from handlers.words import cleaned
from storage.queries import approvals, timers
from storage.store import Tx

QUESTION_DAYS = 5
"""Business days for which a question may hold the expiry."""

SNOOZE_CHOICES = ("2", "4", "tomorrow")
REMIND_HOURS = 4
"""Business hours between two reminders by hand."""


def question(work: Work, ref: Ref, version: int, text: str) -> Outcome:
    """pending -> info_requested: the CSM is asked; silence does nothing until the answer, or five business days."""
    standing = locked(work, ref)
    entitled(work, standing, version)
    words = cleaned(text, "text", "your question")
    request = standing.request
    inquiry = work.new_id("inq")
    approvals.add_inquiry(
        work.tx,
        {
            "id": inquiry,
            "request_id": request.id,
            "version": request.version,
            "asker_id": voter(work),
            "text": words,
            "at": work.now,
        },
    )
    waits = request.state == "info_requested" or not _unanswered(standing)
    if request.state == "pending" and waits:
        asking.pause_ladder(work, standing)
        until = asking.business_days(work, standing, QUESTION_DAYS)
        asking.plan_timer(work, standing, "question_timeout", until, plan=f"question:{inquiry}")
        approvals.change_request(work.tx, request.id, state="info_requested")
    else:
        approvals.change_request(work.tx, request.id)
    if request.csm_id:
        work.owe(ref, f"question:{inquiry}", [request.csm_id], client_id=standing.client.id, priority=URGENT)
    work.redraw(ref)
    journal(work, standing, "ask", {"text": words})
    told = "The deadline waits for the answer." if waits else "The deadline has waited once already and runs on."
    return Outcome(ref, f"Your question has been sent. {told}")


def answer(work: Work, ref: Ref, text: str) -> Outcome:
    """info_requested -> pending: the answer is on every card, whoever asked gets a message, the ladder goes on."""
    standing = locked(work, ref)
    only_provider(work, "answer for the provider")
    if not any(row.answered_at is None for row in standing.inquiries):
        return Outcome(ref, "There is no open question: it has been answered.", repeated=True)
    words = cleaned(text, "text", "the answer")
    answered = approvals.answer_inquiries(work.tx, standing.request.id, words, work.who.person_id, work.now)
    tasks_over(work, standing.ref, {"question"})
    if standing.request.state == "info_requested":
        _go_on(work, standing)
    approvals.change_request(work.tx, standing.request.id)
    if standing.is_open:
        for row in answered:
            work.owe(ref, f"answer:{row.id}", [row.asker_id], client_id=standing.client.id, priority=URGENT)
    work.redraw(ref)
    journal(work, standing, "answer", {"text": words})
    return Outcome(ref, "Your answer is on every card.")


def question_timed_out(work: Work, standing: Standing, plan: str) -> None:
    """info_requested -> pending: nobody answered in five business days; the question stays open, the deadline runs."""
    if standing.request.state != "info_requested":
        return
    _go_on(work, standing)
    title = f"{standing.request.ref}: a question has waited {QUESTION_DAYS} business days for an answer"
    asking.tell_csm(work, standing, "question", title, plan)
    work.redraw(standing.ref)
    journal(work, standing, "question_timeout")


def hand_over(work: Work, ref: Ref, version: int, to: str) -> Outcome:
    """Another person who may decide is asked as well; whoever answers first counts."""
    standing = locked(work, ref)
    voice_id = entitled(work, standing, version)
    if to not in {person_id for person_id, _ in heirs(standing, voter(work))}:
        raise Refused("Please choose somebody who can decide this.", field="to", code="invalid")
    fits = [
        voice.id
        for voice in standing.question.voices
        if voice.state == "open" and to in eligible(standing.roster, standing.question, voice)
    ]
    step_id = voice_id if voice_id in fits else fits[0]
    asking.ask(work, standing, step_id, to, why="handed")
    for step in standing.steps:
        for row in step.asked:
            if row.person_id == voter(work):
                approvals.change_asked(work.tx, row.id, handed_to=to)
    approvals.change_request(work.tx, standing.request.id)
    work.redraw(ref)
    journal(work, standing, "hand_over", {"to": to})
    return Outcome(ref, f"{standing.name(to)} has been asked. You can still decide it yourself.")


def heirs(standing: Standing, person_id: str) -> list[tuple[str, str]]:
    """(id, name) of those to whom this person may hand the question: entitled, reachable and not asked yet."""
    busy = {row.person_id for step in standing.steps for row in step.asked} | {person_id}
    found: dict[str, str] = {}
    for voice in standing.question.voices:
        if voice.state == "open":
            for id_ in eligible(standing.roster, standing.question, voice):
                if id_ not in busy and standing.roster.members[id_].reachable:
                    found.setdefault(id_, standing.name(id_))
    return list(found.items())


def snooze(work: Work, ref: Ref, version: int, choice: str) -> Outcome:
    """A reminder later for this person alone, once, and never after the end."""
    standing = locked(work, ref)
    entitled(work, standing, version)
    if standing.request.state != "pending":
        raise Refused("A question is open, so nobody is reminded before its answer.", code="conflict")
    row = next((r for s in standing.steps for r in s.asked if r.person_id == voter(work)), None)
    if row is None:
        raise Refused("You are not among those asked, so there is nothing to remind you of.", code="refused")
    if row.snoozed_until is not None:
        raise Refused("You can put this off once only. Please decide, or hand it to somebody else.", code="conflict")
    if choice not in SNOOZE_CHOICES:
        raise Refused("Please choose one of the times.", field="choice", code="invalid")
    until = snoozed_until(work.tx, standing, voter(work), choice, work.now)
    if until >= standing.request.expires_at:
        raise Refused("That is after the deadline. Please decide before it.", field="choice", code="invalid")
    approvals.change_asked(work.tx, row.id, snoozed_until=until)
    work.owe(
        ref, f"snooze:v{version}.{row.id}", [row.person_id], client_id=standing.client.id, priority=URGENT, due_at=until
    )
    approvals.change_request(work.tx, standing.request.id)
    work.redraw(ref)
    journal(work, standing, "snooze", {"until": until.isoformat()})
    return Outcome(ref, "You will be reminded. The deadline stays as it is.")


def take_back(work: Work, ref: Ref) -> Outcome:
    """pending -> pending: the voter's own yes no longer counts and the voice is open again."""
    standing = locked(work, ref)
    vote = standing.live_vote_of(work.who.person_id or "")
    if vote is None or not standing.is_open:
        told = f" {standing.request.ref} is {closed(standing)}." if not standing.is_open else ""
        raise Refused(f"There is no approval of yours to take back.{told}", code="conflict")
    step = next(step for step in standing.steps if step.id == vote.step_id)
    approvals.withdraw_vote(work.tx, vote.id, work.now)
    approvals.reopen_step(work.tx, step.id)
    approvals.shut_stages_after(work.tx, standing.request.id, standing.request.version, step.row.stage)
    approvals.change_request(work.tx, standing.request.id)
    rerouting.look_again(work, stand(work.tx, reread(work, standing), work.now))
    work.redraw(ref)
    journal(work, standing, "take_back", {"voice": step.id})
    return Outcome(ref, "Your approval is taken back and does not count any more.")


def remind_now(work: Work, ref: Ref) -> Outcome:
    """The CSM reminds everybody who is silent, at most once in four business hours."""
    standing = locked(work, ref)
    only_provider(work, "send a reminder")
    if not standing.is_open:
        raise Refused(f"{standing.request.ref} is {closed(standing)}: nobody has to be reminded.", code="conflict")
    silent = list(dict.fromkeys(person_id for person_id, _ in standing.waiting_on()))
    if not silent:
        raise Refused("Nobody is asked at the moment, so nobody can be reminded.", code="conflict")
    marks = dict(standing.request.marks)
    last = datetime.fromisoformat(marks["reminded_at"]) if "reminded_at" in marks else None
    if last is not None and work.now < asking.business_hours(work, standing, last, REMIND_HOURS):
        say = "Nobody is reminded twice within four business hours. Please call instead."
        return Outcome(ref, say, repeated=True)
    silent = [id_ for id_ in silent if not wants_rest(standing, id_, work.now)]
    if not silent:
        return Outcome(ref, "Everybody silent has chosen a later time to be reminded.", repeated=True)
    marks["reminded_at"] = work.now.isoformat()
    approvals.change_request(work.tx, standing.request.id, marks=marks)
    purpose = f"remind:v{standing.request.version}.{work.new_id('now')}"
    work.owe(ref, purpose, silent, client_id=standing.client.id, priority=URGENT)
    work.redraw(ref)
    journal(work, standing, "remind_now", {"silent": silent})
    return Outcome(
        ref, f"{either(standing.name(id_) for id_ in silent).replace(' or ', ' and ')} will be reminded now."
    )


def wants_rest(standing: Standing, person_id: str, now: datetime) -> bool:
    """Whether this person has put the question off for now."""
    rows = (row for step in standing.steps for row in step.asked if row.person_id == person_id)
    return any(row.snoozed_until is not None and row.snoozed_until > now for row in rows)


def can_vote(standing: Standing, person_id: str) -> bool:
    """Whether an Approve of this person would be accepted now: the same question the desk asks."""
    return decides(standing, person_id)


def _unanswered(standing: Standing) -> bool:
    """Whether a question about what is asked now has no answer: then the deadline has waited for it already."""
    version = standing.request.version
    return any(row.answered_at is None and row.version == version for row in standing.inquiries)


def _go_on(work: Work, standing: Standing) -> None:
    asking.resume_ladder(work, standing)
    timers.cancel(work.tx, str(standing.ref), {"question_timeout"})
    approvals.change_request(work.tx, standing.request.id, state="pending")


def snoozed_until(tx: Tx, standing: Standing, person_id: str, choice: str, now: datetime) -> datetime:
    """When a choice of the form comes round: never in quiet hours, as long as the deadline leaves room for that."""
    member = standing.roster.members[person_id]
    calendar = calendar_of(tx, standing.client, policy_of(standing.client.policy), member.location_id)
    if choice == "tomorrow":
        return calendar.at(calendar.next_business_day(calendar.local_day(now)), time(9))
    until = now + timedelta(hours=int(choice))
    loud = calendar.quiet_ends(until)
    return loud if loud < standing.request.expires_at else until
