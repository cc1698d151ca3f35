"""What follows when it works again: why it happened, how people found it, and the end of the notice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.commands import Outcome, Ref, Refused
from handlers.context import NORMAL, Work
from handlers.mechanisms import announcing, steering, summoning
from handlers.words import LONGEST_TITLE, cleaned, storable
from storage.queries import broadcasts, bulk, directory, notices, timers
from storage.rows import Row

ROOT_CAUSE_DAYS, CLOSE_DAYS, LOW_SCORE_DAYS = 5, 5, 1
"""Business days of the provider."""
SEVERE = 2
"""An outage of this severity or worse is closed only with its root cause."""
ASKED_ONCE_IN, ANSWER_WITHIN = timedelta(days=7), timedelta(days=7)
AFTER_OPENING = timedelta(hours=1)
"""An opinion is not asked in the first minutes of somebody's day, nor merged into the list of what waits then."""
LOW = 2


def owes_root_cause(notice: Row[Any]) -> bool:
    """Whether the provider has to say why it happened."""
    return notice.kind == "outage" and notice.severity <= SEVERE


def resolved(work: Work, notice: Row[Any]) -> None:
    """Plans the end of a notice that has just been resolved."""
    if owes_root_cause(notice):
        due = work.provider.add_business_days(work.now, ROOT_CAUSE_DAYS)
        notices.change_notice(work.tx, notice.id, root_cause_due_at=due)
        title = f"{notice.ref}: say why it happened, by {due.astimezone(work.provider.zone):%a %b} "
        title += str(due.astimezone(work.provider.zone).day)
        summoning.summon(
            work,
            notice,
            "root_cause",
            title,
            client_id=summoning.first_client(work, notice),
            owner=notice.owner_id,
            key=f"round:{notice.round}",
            due_at=due,
        )
        bulk.plan_all(work.tx, [announcing.timer(work, notice, f"cause:{notice.round}", 0, "root_cause_late", due)])
    else:
        plan_close(work, notice)
    if notice.kind == "outage":
        _ask_how_it_went(work, notice)


def plan_close(work: Work, notice: Row[Any]) -> None:
    """What needs nothing more closes by itself."""
    due = work.provider.add_business_days(work.now, CLOSE_DAYS)
    bulk.plan_all(work.tx, [announcing.timer(work, notice, f"close:{notice.version}", 0, "close", due)])


def close(work: Work, notice: Row[Any], why: str) -> None:
    """resolved -> closed: nothing more happens by itself, and nobody has to do anything about it."""
    notices.change_notice(work.tx, notice.id, state="closed", closed_at=work.now, closed_why=why)
    timers.cancel(work.tx, f"notice:{notice.id}")
    summoning.over(work, notice, ("root_cause", "root_cause_late", *summoning.DUE, *summoning.CALLS))
    broadcasts.wake_boards(work.tx, notice.id, work.now)
    ids = [row.id for row in notices.clients_in(work.tx, notice.id)]
    steering.note(work, notice, "close", {"state": "closed", "why": why}, clients=ids)


def root_cause_late(work: Work, notice: Row[Any]) -> None:
    """The day has come and nobody has said why it happened."""
    if notice.state != "resolved":
        return
    client_id = summoning.first_client(work, notice)
    summoning.summon(
        work,
        notice,
        "root_cause_late",
        f"{notice.ref}: the root cause is overdue",
        client_id=client_id,
        owner=summoning.supervisor_of(work, client_id),
        key=f"round:{notice.round}",
        due_at=work.now,
    )
    broadcasts.wake_boards(work.tx, notice.id, work.now)
    steering.note(work, notice, "root_cause_late", {"due": notice.root_cause_due_at})


def cause_of(work: Work, outage: Row[Any], findings: dict[str, str]) -> Row[Any]:
    """A notice that says why an outage happened: information, with nothing to be solved about it."""
    notice_id = work.new_id("ntc")
    notices.add_notice(
        work.tx,
        {
            "id": notice_id,
            "ref": bulk.next_ref(work.tx),
            "kind": "root_cause",
            "severity": 4,
            "state": "resolved",
            "version": 1,
            "round": 1,
            "title": f"Root cause: {outage.title}"[:LONGEST_TITLE],
            "services": outage.services,
            "impact": findings["summary"],
            "workaround": "",
            "started_at": outage.started_at,
            "owner_id": outage.owner_id,
            "raised_by": work.who.name,
            "about_id": outage.id,
            "findings": findings,
            "external_ref": outage.external_ref,
            "created_at": work.now,
            "sent_at": work.now,
            "resolved_at": work.now,
            "closed_why": "",
        },
    )
    made = notices.notice(work.tx, notice_id)
    assert made is not None
    return made


def rate(work: Work, ref: Ref, score: int, comment: str) -> Outcome:
    """requested | unanswered -> received, once; a comment may follow. A low score is a task for the CSM."""
    row = bulk.feedback_of(work.tx, ref.id) if ref.kind == "feedback" and storable(ref.id) else None
    if row is None or not work.who.acts_for(row.client_id):
        raise Refused("This question does not exist (any more).", code="not_found")
    if row.person_id != work.who.person_id:
        raise Refused("This question was put to somebody else.", code="not_entitled")
    if isinstance(score, bool) or score not in range(1, 6):
        raise Refused("Please choose 1 to 5.", field="score", code="invalid")
    words = cleaned(comment, "comment", "the comment", 1000, empty=True)
    if row.state == "received":
        if words and not row.comment:
            bulk.change_feedback(work.tx, row.id, comment=words)
            _noted(work, ref, row, row.score, words)
            return Outcome(ref, "Thank you for telling us more.")
        return Outcome(ref, "You have answered already. Thank you.", repeated=True)
    bulk.change_feedback(work.tx, row.id, state="received", score=score, comment=words, answered_at=work.now)
    _noted(work, ref, row, score, words)
    return Outcome(ref, "Thank you for your answer.")


def _noted(work: Work, ref: Ref, row: Row[Any], score: int, words: str) -> None:
    work.redraw(ref)
    about = Ref.parse(row.subject)
    notice, person = notices.notice(work.tx, about.id), directory.person(work.tx, row.person_id)
    client = directory.client(work.tx, row.client_id)
    assert notice is not None and person is not None and client is not None
    if score <= LOW:
        found = [task for task in bulk.tasks_about(work.tx, row.subject, "low_score") if task.key == row.id]
        if found:
            summoning.say_more(work, found[0].id, words)
        else:
            summoning.summon(
                work,
                notice,
                "low_score",
                f"{notice.ref}: {person.name} gave {score} of 5",
                client_id=client.id,
                owner=summoning.csm_of_each(work, {client.id: client}).get(client.id),
                key=row.id,
                detail=words,
                due_at=work.provider.add_business_days(work.now, LOW_SCORE_DAYS),
            )
    after = {"ref": notice.ref, "score": score, "comment": words}
    work.note("feedback.received", chain=client.id, subject=ref, after=after)


def _ask_how_it_went(work: Work, notice: Row[Any]) -> None:
    """Everybody who has read it is asked, nobody twice within a week."""
    readers = bulk.readers_to_ask(work.tx, notice.id, work.now - ASKED_ONCE_IN)
    rows = [
        {
            "id": work.new_id("fbk"),
            "client_id": reader.client_id,
            "person_id": reader.person_id,
            "subject": f"notice:{notice.id}",
            "kind": "csat",
            "state": "requested",
            "score": None,
            "comment": "",
            "asked_at": work.now,
            "answered_at": None,
        }
        for reader in readers
    ]
    if not rows:
        return
    bulk.add_feedback(work.tx, rows)
    cards = [(Ref("feedback", row["id"]), row["person_id"], row["client_id"]) for row in rows]
    night = announcing.night_of(work, notice)
    announcing.owe_each(work, cards, "ask", priority=NORMAL, quiet=night, later=AFTER_OPENING)
    end = work.now + ANSWER_WITHIN
    bulk.plan_all(work.tx, [announcing.timer(work, notice, f"asked:{notice.round}", 0, "unanswered", end)])
