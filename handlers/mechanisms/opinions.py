"""How something was handled, asked of whoever it concerned: one question, 1 to 5, and what follows from a low answer.

    csat  requested -> received                         asked after an outage (`notice:ID`) or a case (`case:ID`)
          requested -> unanswered -> received           after a week; a later answer still counts

The purpose of its card is "ask"; its reference is `feedback:ID`. Nobody is asked more often than once in the days that
the client's timetable says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from handlers.commands import Outcome, Ref, Refused
from handlers.context import NORMAL, Work
from handlers.mechanisms import summoning
from handlers.mechanisms.announcing import owe_each
from handlers.mechanisms.quiet import Quiet
from handlers.mechanisms.rights import missing
from handlers.mechanisms.telling import csm_of, tell
from handlers.words import cleaned, storable
from storage.queries import bulk, cases, directory, notices
from storage.rows import Row

PURPOSE = "ask"
ANSWER_WITHIN = timedelta(days=7)
AFTER_OPENING = timedelta(hours=1)
"""An opinion is not asked in the first minutes of somebody's day, nor merged into the list of what waits then."""
LOW, LOW_SCORE_DAYS = 2, 1
"""Such a score or a lower one is a task, due so many business days of the provider later."""


Asking = tuple[str, str, str]
"""(subject, person, client)."""


def ask(work: Work, subjects: Sequence[Asking], quiet: Quiet) -> list[Ref]:
    """Puts the question about each (subject, person, client); answers the questions."""
    rows: list[dict[str, Any]] = [
        {
            "id": work.new_id("fbk"),
            "client_id": client_id,
            "person_id": person_id,
            "subject": subject,
            "kind": "csat",
            "state": "requested",
            "score": None,
            "comment": "",
            "asked_at": work.now,
            "answered_at": None,
        }
        for subject, person_id, client_id in subjects
    ]
    if rows:
        bulk.add_feedback(work.tx, rows)
        cards = [(Ref("feedback", row["id"]), row["person_id"], row["client_id"]) for row in rows]
        owe_each(work, cards, PURPOSE, priority=NORMAL, quiet=quiet, later=AFTER_OPENING)
    return [Ref("feedback", row["id"]) for row in rows]


def rate(work: Work, ref: Ref, score: int, comment: str) -> Outcome:
    """requested | unanswered -> received, once; a comment may follow. A low score is a task for the CSM."""
    row = bulk.feedback_of(work.tx, ref.id) if ref.kind == "feedback" and storable(ref.id) else None
    if row is None or not work.who.acts_for(row.client_id) or row.kind != "csat":
        raise missing("question")
    if row.person_id != work.who.person_id:
        raise Refused("This question was put to somebody else.", code="not_entitled")
    if isinstance(score, bool) or score not in range(1, 6):
        raise Refused("Please choose 1 to 5.", field="score", code="invalid")
    words = cleaned(comment, "comment", "the comment", 1000, empty=True)
    if row.state in ("received", "closed"):
        if words and not row.comment:
            bulk.change_feedback(work.tx, row.id, comment=words)
            _noted(work, row, row.score, words)
            return Outcome(ref, "Thank you for telling us more.")
        return Outcome(ref, "You have answered already. Thank you.", repeated=True)
    bulk.change_feedback(work.tx, row.id, state="received", score=score, comment=words, answered_at=work.now)
    _noted(work, row, score, words)
    return Outcome(ref, "Thank you for your answer.")


def hear(work: Work, answers: Iterable[Mapping[str, Any]]) -> int:
    """Takes in what a ticket system was answered itself: {case_id, client_id, person_id, score, at, comment}.

    What this person has answered about the case before stays. Answers how many were new.
    """
    given = {(f"case:{one['case_id']}", one["person_id"]): one for one in answers}
    known = {(row.subject, row.person_id): row for row in bulk.csat_about(work.tx, [subject for subject, _ in given])}
    fresh, heard = [], 0
    for key, one in given.items():
        row = known.get(key)
        said = {"state": "received", "score": one["score"], "comment": one["comment"], "answered_at": one["at"]}
        if row is not None and row.score is not None:
            continue
        heard += 1
        if row is None:
            names = {"client_id": one["client_id"], "person_id": one["person_id"], "subject": key[0], "kind": "csat"}
            fresh.append({"id": work.new_id("fbk"), **names, "asked_at": one["at"], **said})
        else:
            bulk.change_feedback(work.tx, row.id, **said)
        id_ = fresh[-1]["id"] if row is None else row.id
        if work.now - one["at"] < ANSWER_WITHIN:
            _low(work, id_, key[0], one["client_id"], one["person_id"], one["score"], one["comment"])
        work.redraw(Ref("feedback", id_))
    bulk.add_feedback(work.tx, fresh)
    return heard


def take_back(work: Work, subjects: Iterable[str]) -> None:
    """It is not over after all: who has not answered yet is not waited for."""
    for row in bulk.csat_about(work.tx, list(subjects)):
        if row.state == "requested":
            bulk.change_feedback(work.tx, row.id, state="unanswered")
            work.redraw(Ref("feedback", row.id))


def rested(work: Work, subjects: Sequence[Asking], quiet: Quiet) -> list[Asking]:
    """Those of (subject, person, client) who may be asked: not asked within the days that their client's policy says,
    and never about the same before."""
    if not subjects:
        return []
    days = {client_id: quiet.survey_days(client_id) for client_id in {client_id for _, _, client_id in subjects}}
    people = sorted({person_id for _, person_id, _ in subjects})
    lately = bulk.last_asked(work.tx, people, work.now - timedelta(days=max(days.values())))
    known = {(row.subject, row.person_id) for row in bulk.csat_about(work.tx, [one for one, _, _ in subjects])}
    return [
        (subject, person_id, client_id)
        for subject, person_id, client_id in subjects
        if (subject, person_id) not in known
        and not (person_id in lately and lately[person_id] > work.now - timedelta(days=days[client_id]))
    ]


def _noted(work: Work, row: Row[Any], score: int, words: str) -> None:
    work.redraw(Ref("feedback", row.id))
    name = _low(work, row.id, row.subject, row.client_id, row.person_id, score, words)
    after = {"ref": name, "score": score, "comment": words}
    work.note("feedback.received", chain=row.client_id, subject=Ref("feedback", row.id), after=after)


def _low(work: Work, id_: str, subject: str, client_id: str, person_id: str, score: int, words: str) -> str:
    """A low score is a task for the CSM, which says what was written with it; answers what it is about."""
    about = Ref.parse(subject)
    name, owner = _about(work, about)
    if score > LOW:
        return name
    found = [task for task in bulk.tasks_about(work.tx, subject, "low_score") if task.key == id_]
    if found:
        summoning.say_more(work, found[0].id, words)
        return name
    person = directory.person(work.tx, person_id)
    assert person is not None
    due = work.provider.add_business_days(work.now, LOW_SCORE_DAYS)
    title = f"{name}: {person.name} gave {score} of 5"[:300]
    whose = csm_of(work, client_id) or owner
    tell(work, client_id, whose, about, "low_score", title, key=id_, detail=words, due_at=due)
    return name


def _about(work: Work, about: Ref) -> tuple[str, str | None]:
    """What people call it, and who of the provider is accountable for it."""
    if about.kind == "notice":
        notice = notices.notice(work.tx, about.id)
        assert notice is not None
        return str(notice.ref), notice.owner_id
    case = cases.case(work.tx, about.id)
    return (str(case.external_id) if case is not None else ""), None
