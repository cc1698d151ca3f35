"""Opinions: what people said unasked, the forms before talks, and what the provider answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from storage.prepared import Prepared
from storage.store import Tx
from storage.tables import Feedback, Person, Touchpoint
from storage.tables.types import core

feedback = core(Feedback)
people = core(Person)
talks = core(Touchpoint)

EMPTY: Mapping[str, Any] = {
    "score": None,
    "comment": "",
    "answered_at": None,
    "on_behalf_of": "",
    "anonymous": False,
    "answers": {},
    "reply": "",
    "replied_by": "",
    "replied_at": None,
}
FORMS = Prepared(
    select(feedback, people.c.name.label("person"))
    .join(people, people.c.id == feedback.c.person_id)
    .where(feedback.c.kind == "formal", feedback.c.subject == bindparam("subject"))
    .order_by(feedback.c.asked_at, feedback.c.id)
)
BY_ID = Prepared(select(feedback).where(feedback.c.id == bindparam("id")))
OF_PERSON = Prepared(
    select(feedback)
    .where(feedback.c.person_id == bindparam("person"), feedback.c.kind == "ongoing")
    .order_by(feedback.c.asked_at.desc(), feedback.c.id.desc())
    .limit(bindparam("most"))
)
FORMS_OF_PERSON = Prepared(
    select(feedback)
    .where(feedback.c.person_id == bindparam("person"), feedback.c.kind == "formal", feedback.c.state == "requested")
    .order_by(feedback.c.asked_at, feedback.c.id)
)


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """One opinion, or one question for it."""
    tx.execute(insert(feedback).values({**EMPTY, **values}))


def opinion(tx: Tx, id_: str) -> Row[Any] | None:
    """One by id, not locked."""
    return BY_ID.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """One by id, locked until the transaction ends."""
    return tx.execute(select(feedback).where(feedback.c.id == id_).with_for_update()).one_or_none()


def change(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of one."""
    tx.execute(update(feedback).where(feedback.c.id == id_).values(**values))


def forms_of(tx: Tx, touchpoint_id: str) -> Sequence[Row[Any]]:
    """The formal ones before a talk, each with the `person`'s name, in the order in which they were asked for."""
    return FORMS.run(tx, subject=f"touchpoint:{touchpoint_id}").all()


def said_by(tx: Tx, person_id: str, most: int = 10) -> Sequence[Row[Any]]:
    """What this person has said unasked, the newest first."""
    return OF_PERSON.run(tx, person=person_id, most=most).all()


def asked_of(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The forms before talks that wait for this person, the oldest first."""
    return FORMS_OF_PERSON.run(tx, person=person_id).all()


def talk_state(tx: Tx, subject: str) -> str:
    """How the talk that a form (by its subject) is about stands; "" where there is none."""
    kind, _, id_ = subject.partition(":")
    found = tx.scalar(select(talks.c.state).where(talks.c.id == id_)) if kind == "touchpoint" else None
    return found or ""


def leave(tx: Tx, touchpoint_id: str) -> Sequence[str]:
    """requested -> unanswered of the forms before a talk; -> their ids."""
    where = (feedback.c.subject == f"touchpoint:{touchpoint_id}") & (feedback.c.kind == "formal")
    silent = update(feedback).where(where, feedback.c.state == "requested").values(state="unanswered")
    return list(tx.execute(silent.returning(feedback.c.id)).scalars())
