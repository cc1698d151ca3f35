"""Reads for the cards and pages around planned talks: what somebody is to do, has put on agendas, or has to answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from storage.prepared import Prepared, among
from storage.queries.touchpoints import ALIVE
from storage.store import Tx
from storage.tables import ActionItem, AgendaItem, Client, Feedback, Person, Touchpoint
from storage.tables.types import core

actions = core(ActionItem)
items = core(AgendaItem)
talks = core(Touchpoint)
feedback = core(Feedback)
people = core(Person)
clients = core(Client)

ACTION = Prepared(select(actions).where(actions.c.id == bindparam("id")))
ACTIONS_OF = Prepared(
    select(actions)
    .where(actions.c.owner_id == bindparam("person"), actions.c.state == "open")
    .order_by(actions.c.due_on.is_(None), actions.c.due_on, actions.c.at, actions.c.id)
)
ITEMS_OF = Prepared(
    select(items, talks.c.kind, talks.c.title)
    .join(talks, talks.c.id == items.c.touchpoint_id)
    .where(items.c.person_id == bindparam("person"), items.c.state == "open", among(talks.c.state, ALIVE))
    .order_by(items.c.at, items.c.id)
)
TO_ANSWER = (
    select(feedback, people.c.name.label("person"), clients.c.name.label("client"))
    .join(people, people.c.id == feedback.c.person_id)
    .join(clients, clients.c.id == feedback.c.client_id)
    .where(feedback.c.state == "follow_up")
    .order_by(feedback.c.asked_at, feedback.c.id)
    .limit(bindparam("most"))
)


def action(tx: Tx, id_: str) -> Row[Any] | None:
    """An action item by id, not locked."""
    return ACTION.run(tx, id=id_).one_or_none()


def actions_of_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What this person is to do, the next due first."""
    return ACTIONS_OF.run(tx, person=person_id).all()


def items_by(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What this person has put on the agendas of talks to come, each with the talk's `kind` and `title`."""
    return ITEMS_OF.run(tx, person=person_id).all()


def feedback_to_answer(tx: Tx, most: int = 20) -> Sequence[Row[Any]]:
    """What waits for the provider's answer, each with the `person`'s and the `client`'s name, the oldest first."""
    return tx.execute(TO_ANSWER, {"most": most}).all()
