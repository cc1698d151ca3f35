"""Feedback as a subject (F10): what people say unasked, the form before a formal talk, and the provider's answer.

    ongoing  follow_up -> closed                          said by a contact; the CSM owes an answer in one business day
    formal   requested -> received -> closed              asked before a talk (`handlers.mechanisms.formal`)
             requested -> unanswered -> received          while the talk has not ended; it leads the agenda either way
    csat     requested -> received -> closed              asked and rated elsewhere; answered here

Cards: "receipt" to whoever said something, edited from then on; "form" to whoever is asked; "answer" in the thread of
either once the provider has answered. The provider's is a task about `feedback:ID`.

Somebody who stays unnamed is named nowhere: the command itself drops a name that was typed all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import commands
from handlers.commands import Outcome, Ref, Refused
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms import formal, undelivered
from handlers.mechanisms.telling import csm_of, keyed_over, tasks_over, tell
from handlers.words import cleaned, storable
from storage.queries import deliveries, directory, feedback, timers
from storage.rows import Row

RECEIPT, ANSWER = "receipt", "answer"
LOST = "answer_lost"
"""The task to call somebody whom an answer has not reached."""
LONGEST, LONGEST_NAME = 2000, 120
ANSWER_DAYS = 1
"""Business days of the provider."""
LOWEST, BEST = 0, 10
LOW_FORMAL = 4
"""Of ten: as low as two of five."""
TOO_LATE = ("held", "closed", "skipped", "missed")
"""States of a talk in which its form is over."""
FIRST_CARD = {"ongoing": RECEIPT, "formal": formal.FORM, "csat": "ask"}
"""In whose thread the answer is posted."""


def give_feedback(command: commands.GiveFeedback, work: Work) -> Outcome:
    """-> follow_up: written down, with a task for the CSM and a receipt that says by when there is an answer."""
    client, person = _contact(work)
    text = cleaned(command.text, "text", "what you want to say", LONGEST)
    named = cleaned(command.on_behalf_of, "on_behalf_of", "the name", LONGEST_NAME, empty=True)
    if named.casefold() == person.name.casefold():
        named = ""
    ref = Ref("feedback", work.new_id("fbk"))
    feedback.add(
        work.tx,
        {
            "id": ref.id,
            "client_id": client.id,
            "person_id": person.id,
            "subject": str(ref),
            "kind": "ongoing",
            "state": "follow_up",
            "comment": text,
            "asked_at": work.now,
            "answered_at": work.now,
            "on_behalf_of": named,
            "anonymous": command.anonymous,
        },
    )
    due = work.provider.add_business_days(work.now, ANSWER_DAYS)
    title = f"Feedback from {whose(client, person, named, anonymous=command.anonymous)}"[:300]
    tell(work, client.id, csm_of(work, client.id), ref, "feedback", title, key="answer", detail=text, due_at=due)
    work.owe(ref, RECEIPT, [person.id], client_id=client.id, priority=URGENT)
    work.note(
        "feedback.given",
        chain=client.id,
        subject=ref,
        after={"kind": "ongoing", "text": text, "on_behalf_of": named, "anonymous": command.anonymous},
    )
    return Outcome(ref, "Thank you. You get an answer here within one business day.", {"id": ref.id})


def answer_form(command: commands.AnswerForm, work: Work) -> Outcome:
    """requested | unanswered -> received; until the talk is over the answers may be changed."""
    row = _locked(work, command.ref)
    if row.kind != "formal":
        raise _missing()
    if row.person_id != work.who.person_id:
        raise Refused("This form was sent to somebody else.", code="not_entitled")
    if row.state == "closed":
        raise Refused("Your answers were answered already. Please say what is new as feedback.", code="conflict")
    if feedback.talk_state(work.tx, row.subject) in TOO_LATE:
        raise Refused("The meeting is over. Please say what is new as feedback.", code="conflict")
    score = command.score
    if isinstance(score, bool) or not isinstance(score, int) or not LOWEST <= score <= BEST:
        raise Refused(f"Please choose a number from {LOWEST} to {BEST}.", field="score", code="invalid")
    answers = {
        "went_well": cleaned(command.went_well, "went_well", "what went well", LONGEST, empty=True),
        "fix": cleaned(command.fix, "fix", "what we should fix", LONGEST, empty=True),
    }
    if row.state == "received" and (row.score, dict(row.answers)) == (score, answers):
        return Outcome(command.ref, "You have answered this already. Thank you.", repeated=True)
    feedback.change(work.tx, row.id, state="received", score=score, answers=answers, answered_at=work.now)
    _shown_anew(work, row)
    _low(work, row, score, answers["fix"])
    work.note(
        "feedback.received",
        chain=row.client_id,
        subject=command.ref,
        before={"state": row.state, "score": row.score, "answers": dict(row.answers)},
        after={"kind": "formal", "about": row.subject, "score": score, "answers": answers},
    )
    again = "Your answers are changed." if row.state == "received" else "Thank you. It is first on the agenda."
    return Outcome(command.ref, again)


def answer_feedback(command: commands.AnswerFeedback, work: Work) -> Outcome:
    """follow_up | received -> closed: whoever said it reads the answer, and nobody of the provider has to any more."""
    if not (work.who.staff or work.who.system):
        raise Refused("Only your provider answers feedback.", code="not_entitled")
    row = _locked(work, command.ref)
    if row.state == "closed":
        return Outcome(command.ref, f"{row.replied_by or 'A colleague'} has answered this before.", repeated=True)
    if row.state not in ("follow_up", "received"):
        raise Refused("Nothing has been said yet, so there is nothing to answer.", code="conflict")
    text = cleaned(command.text, "text", "your answer", LONGEST)
    by = {"reply": text, "replied_by": work.who.name, "replied_at": work.now}
    feedback.change(work.tx, row.id, state="closed", **by)
    _shown_anew(work, row)
    tasks_over(work, command.ref, ("feedback", "low_score"))
    keyed_over(work, row.subject, ("low_score",), [row.id])
    work.note(
        "feedback.answered",
        chain=row.client_id,
        subject=command.ref,
        before={"state": row.state},
        after={"kind": row.kind, "state": "closed", "reply": text},
    )
    person = directory.person(work.tx, row.person_id)
    if person is None or person.state != "active":
        return Outcome(command.ref, "Your answer is written down. Whoever said this does not work there any more.")
    follows = FIRST_CARD[row.kind]
    told = work.owe(command.ref, ANSWER, [person.id], client_id=row.client_id, priority=NORMAL, follows=follows)
    if not told:
        return Outcome(command.ref, f"Your answer is written down, but {person.name} is not in chat. Please call.")
    return Outcome(command.ref, f"{person.name} reads your answer.")


def delivery_failed(command: commands.DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """An answer that reached whoever gave the feedback on no account is told by phone: the CSM has a task."""
    return undelivered.note(command, work, row, lambda: _unanswered(work, row))


def _unanswered(work: Work, row: Row[Any]) -> bool:
    """Whether whoever gave the feedback has no answer in chat; the CSM is told so."""
    ref = Ref.parse(row.subject)
    said = feedback.opinion(work.tx, ref.id) if row.purpose == ANSWER else None
    if said is None or deliveries.alive(work.tx, row.subject, ANSWER, row.person_id):
        return False
    person = directory.person(work.tx, row.person_id)
    if person is not None:
        title = f"{person.name} has not got your answer to the feedback"[:300]
        tell(work, said.client_id, csm_of(work, said.client_id), ref, LOST, title, key=ANSWER, detail=said.reply)
    return True


def whose(client: Row[Any], person: Row[Any], named: str, *, anonymous: bool) -> str:
    """Whose opinion it is, for people of the provider: "Sam Lee, Marlow & Finch LLP (passed on by Dana Whitlock)"."""
    if anonymous:
        return f"somebody at {client.name} who stays unnamed (passed on by {person.name})"
    if named:
        return f"{named}, {client.name} (passed on by {person.name})"
    return f"{person.name}, {client.name}"


def _contact(work: Work) -> tuple[Row[Any], Row[Any]]:
    person = directory.person(work.tx, work.who.person_id) if work.who.person_id else None
    client = directory.client(work.tx, work.who.client_id) if work.who.client_id else None
    if person is None or client is None or work.who.staff:
        raise Refused(
            "Feedback is for the people of clients. Please note a client's words in a pulse.", code="not_entitled"
        )
    return client, person


def _locked(work: Work, ref: Ref) -> Row[Any]:
    row = feedback.lock(work.tx, ref.id) if ref.kind == "feedback" and storable(ref.id) else None
    if row is None or not work.who.acts_for(row.client_id):
        raise _missing()
    return row


def _missing() -> Refused:
    return Refused("This does not exist (any more).", code="not_found")


def _low(work: Work, row: Row[Any], score: int, detail: str) -> None:
    """A low score of a form is a task for the CSM; one that has risen since is none any more."""
    ref = Ref("feedback", row.id)
    if score > LOW_FORMAL:
        tasks_over(work, ref, ("low_score",))
        return
    known = timers.open_task(work.tx, str(ref), "low_score")
    person = directory.person(work.tx, row.person_id)
    assert person is not None
    title = f"{person.name} gave {score} of {BEST} before the next meeting"[:300]
    if known is not None:
        timers.change_task(work.tx, known.id, title=title, detail=detail)
        work.redraw(Ref("task", known.id))
        return
    due = work.provider.add_business_days(work.now, ANSWER_DAYS)
    owner, key = csm_of(work, row.client_id), work.new_id("low")
    tell(work, row.client_id, owner, ref, "low_score", title, key=key, detail=detail, due_at=due)


def _shown_anew(work: Work, row: Row[Any]) -> None:
    """Its own cards, and those of the talk on whose agenda it stands."""
    work.redraw(Ref("feedback", row.id))
    about = Ref.parse(row.subject)
    if about.kind == "touchpoint":
        work.redraw(about)


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.GiveFeedback: give_feedback,
    commands.AnswerForm: answer_form,
    commands.AnswerFeedback: answer_feedback,
}
"""Which command sets what in motion."""
