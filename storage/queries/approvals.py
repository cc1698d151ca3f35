"""Selects and writes of the decision mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from storage.store import Tx
from storage.tables import ApprovalRequest, ApprovalStep, Asked, Vote
from storage.tables.types import core

requests = core(ApprovalRequest)
steps = core(ApprovalStep)
asked = core(Asked)
votes = core(Vote)

REQUEST = select(requests).where(requests.c.id == bindparam("id"))
REQUEST_LOCKED = REQUEST.with_for_update()
STEPS = (
    select(steps)
    .where(steps.c.request_id == bindparam("request"), steps.c.version == bindparam("version"))
    .order_by(steps.c.position)
)
ASKED = select(asked).where(asked.c.request_id == bindparam("request")).order_by(asked.c.since, asked.c.id)
VOTES = select(votes).where(votes.c.request_id == bindparam("request")).order_by(votes.c.at, votes.c.id)
OPEN_FOR_PERSON = (
    select(requests)
    .join(steps, (steps.c.request_id == requests.c.id) & (steps.c.version == requests.c.version))
    .join(asked, asked.c.step_id == steps.c.id)
    .where(
        asked.c.person_id == bindparam("person"),
        steps.c.state == "open",
        requests.c.state.in_(("pending", "info_requested")),
    )
    .order_by(requests.c.expires_at, requests.c.id)
    .distinct()
)
OPEN_OF_CLIENT = (
    select(requests)
    .where(requests.c.client_id == bindparam("client"), requests.c.state.in_(("pending", "info_requested")))
    .order_by(requests.c.expires_at, requests.c.id)
)
OPEN_FOR_CSM = (
    select(requests)
    .where(requests.c.csm_id == bindparam("person"), requests.c.state.in_(("pending", "info_requested")))
    .order_by(requests.c.expires_at, requests.c.id)
)


def request(tx: Tx, id_: str) -> Row[Any] | None:
    """A request by id."""
    return tx.execute(REQUEST, {"id": id_}).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """A request by id, its row locked until the transaction ends: every decision begins here."""
    return tx.execute(REQUEST_LOCKED, {"id": id_}).one_or_none()


def steps_of(tx: Tx, request_id: str, version: int) -> Sequence[Row[Any]]:
    """The steps of one version in order."""
    return tx.execute(STEPS, {"request": request_id, "version": version}).all()


def asked_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """Who was asked, oldest first, of all versions."""
    return tx.execute(ASKED, {"request": request_id}).all()


def votes_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """Every vote, oldest first, of all versions, also the withdrawn."""
    return tx.execute(VOTES, {"request": request_id}).all()


def open_for_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What waits for this contact, the earliest deadline first."""
    return tx.execute(OPEN_FOR_PERSON, {"person": person_id}).all()


def open_for_csm(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What this CSM waits for, the earliest deadline first."""
    return tx.execute(OPEN_FOR_CSM, {"person": person_id}).all()


def open_of_client(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """A client's undecided requests, the earliest deadline first."""
    return tx.execute(OPEN_OF_CLIENT, {"client": client_id}).all()


def add_request(tx: Tx, values: Mapping[str, Any]) -> None:
    """A new request."""
    tx.execute(requests.insert(), dict(values))


def add_steps(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """The steps of one version."""
    tx.execute(steps.insert(), list(rows))


def add_asked(tx: Tx, values: Mapping[str, Any]) -> None:
    """One more person is asked."""
    tx.execute(asked.insert(), dict(values))


def add_vote(tx: Tx, values: Mapping[str, Any]) -> None:
    """One person's yes or no."""
    tx.execute(votes.insert(), dict(values))


def change_request(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a request; its revision goes up by one."""
    tx.execute(update(requests).where(requests.c.id == id_).values(revision=requests.c.revision + 1, **values))


def open_steps(tx: Tx, request_id: str, version: int, stage: int, now: datetime) -> None:
    """Opens the waiting steps of one stage."""
    where = (steps.c.request_id == request_id) & (steps.c.version == version) & (steps.c.stage == stage)
    tx.execute(update(steps).where(where & (steps.c.state == "waiting")).values(state="open", opened_at=now))


def close_steps(tx: Tx, request_id: str, version: int, state: str) -> None:
    """Ends every step of a version that has not been decided."""
    where = (steps.c.request_id == request_id) & (steps.c.version == version)
    tx.execute(update(steps).where(where & steps.c.state.in_(("waiting", "open"))).values(state=state))


def decide_step(tx: Tx, step_id: str, state: str, person_id: str, now: datetime) -> None:
    """Records who decided a step."""
    tx.execute(update(steps).where(steps.c.id == step_id).values(state=state, decided_by=person_id, decided_at=now))
