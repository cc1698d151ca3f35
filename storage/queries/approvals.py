"""Selects and writes of the decision mechanism."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared, among
from storage.store import Tx
from storage.tables import ApprovalRequest, ApprovalStep, ApprovalVersion, Asked, Inquiry, PhoneVoice, Vote
from storage.tables.types import core

requests = core(ApprovalRequest)
steps = core(ApprovalStep)
asked = core(Asked)
votes = core(Vote)
versions = core(ApprovalVersion)
inquiries = core(Inquiry)
phone_voices = core(PhoneVoice)

_OF_ID = select(requests).where(requests.c.id == bindparam("id"))
REQUEST = Prepared(_OF_ID)
REQUEST_LOCKED = Prepared(_OF_ID.with_for_update())
STEPS = Prepared(
    select(steps)
    .where(steps.c.request_id == bindparam("request"), steps.c.version == bindparam("version"))
    .order_by(steps.c.position)
)
PROGRESS = Prepared(
    select(requests.c.state, func.count(steps.c.id).label("given"))
    .select_from(
        requests.outerjoin(
            steps,
            (steps.c.request_id == requests.c.id)
            & (steps.c.version == requests.c.version)
            & (steps.c.state == "approved"),
        )
    )
    .where(requests.c.id == bindparam("id"))
    .group_by(requests.c.state)
)
ASKED = Prepared(select(asked).where(asked.c.request_id == bindparam("request")).order_by(asked.c.since, asked.c.id))
VOTES = Prepared(select(votes).where(votes.c.request_id == bindparam("request")).order_by(votes.c.at, votes.c.id))
VERSIONS = Prepared(select(versions).where(versions.c.request_id == bindparam("request")).order_by(versions.c.version))
INQUIRIES = Prepared(
    select(inquiries).where(inquiries.c.request_id == bindparam("request")).order_by(inquiries.c.at, inquiries.c.id)
)
PHONE_VOICES = Prepared(
    select(phone_voices)
    .where(phone_voices.c.request_id == bindparam("request"))
    .order_by(phone_voices.c.at, phone_voices.c.id)
)


def _vote(insert: Any) -> Any:
    given = [column.name for column in votes.c if column.name != "withdrawn_at"]
    new = insert(votes).values(withdrawn_at=None, **{name: bindparam(name) for name in given})
    once = ["step_id", "person_id"]
    again = {name: new.excluded[name] for name in (*given, "withdrawn_at") if name not in ("id", *once)}
    return new.on_conflict_do_update(index_elements=once, set_=again, where=votes.c.withdrawn_at.is_not(None))


ADD_VOTE = Prepared(sqlite=_vote(sqlite_insert), postgresql=_vote(pg_insert))
DECIDE_STEP = Prepared(
    update(steps)
    .where(steps.c.id == bindparam("step"))
    .values(
        state=bindparam("verdict"),
        decided_by=bindparam("person"),
        decided_at=bindparam("now", type_=steps.c.decided_at.type),
    )
)
CLOSE_STEPS = Prepared(
    update(steps)
    .where(
        steps.c.request_id == bindparam("request"),
        steps.c.version == bindparam("of_version"),
        among(steps.c.state, ("waiting", "open")),
    )
    .values(state=bindparam("end"))
)
LAPSE_PHONE_VOICES = Prepared(
    update(phone_voices)
    .where(phone_voices.c.request_id == bindparam("request"), phone_voices.c.state == "waiting")
    .values(state="lapsed")
)
BY_REF = Prepared(
    select(requests).where(requests.c.client_id == bindparam("client"), requests.c.ref == bindparam("ref"))
)
SINCE = select(requests).where(
    requests.c.client_id == bindparam("client"),
    requests.c.kind == "purchase",
    requests.c.created_at > bindparam("since"),
    requests.c.state.in_(("draft", "pending", "info_requested", "approved", "fulfilled")),
)
OPEN_FOR_PERSON = Prepared(
    select(requests)
    .join(steps, (steps.c.request_id == requests.c.id) & (steps.c.version == requests.c.version))
    .join(asked, asked.c.step_id == steps.c.id)
    .where(
        asked.c.person_id == bindparam("person"),
        steps.c.state == "open",
        among(requests.c.state, ("pending", "info_requested")),
    )
    .order_by(requests.c.expires_at, requests.c.id)
    .distinct()
)
OPEN_OF_CLIENT = Prepared(
    select(requests)
    .where(requests.c.client_id == bindparam("client"), among(requests.c.state, ("pending", "info_requested")))
    .order_by(requests.c.expires_at, requests.c.id)
)
OPEN_FOR_CSM = Prepared(
    select(requests)
    .where(requests.c.csm_id == bindparam("person"), among(requests.c.state, ("pending", "info_requested")))
    .order_by(requests.c.expires_at, requests.c.id)
)


def request(tx: Tx, id_: str) -> Row[Any] | None:
    """A request by id."""
    return REQUEST.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """A request by id, its row locked until the transaction ends: every decision begins here."""
    return REQUEST_LOCKED.run(tx, id=id_).one_or_none()


def steps_of(tx: Tx, request_id: str, version: int) -> Sequence[Row[Any]]:
    """The steps of one version in order."""
    return STEPS.run(tx, request=request_id, version=version).all()


def progress(tx: Tx, id_: str) -> Row[Any]:
    """A request's state now and how many voices of the version in force have said yes: (state, given)."""
    return PROGRESS.run(tx, id=id_).one()


def asked_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """Who was asked, oldest first, of all versions."""
    return ASKED.run(tx, request=request_id).all()


def votes_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """Every vote, oldest first, of all versions, also the withdrawn."""
    return VOTES.run(tx, request=request_id).all()


def open_for_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What waits for this contact, the earliest deadline first."""
    return OPEN_FOR_PERSON.run(tx, person=person_id).all()


def open_for_csm(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What this CSM waits for, the earliest deadline first."""
    return OPEN_FOR_CSM.run(tx, person=person_id).all()


def open_of_client(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """A client's undecided requests, the earliest deadline first."""
    return OPEN_OF_CLIENT.run(tx, client=client_id).all()


def add_request(tx: Tx, values: Mapping[str, Any]) -> None:
    """A new request."""
    tx.execute(requests.insert(), dict(values))


def add_steps(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """The steps of one version."""
    tx.execute(steps.insert(), list(rows))


def add_asked(tx: Tx, values: Mapping[str, Any]) -> None:
    """One more person is asked; nothing new for somebody asked for this step before."""
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    tx.execute(insert(asked).values(**values).on_conflict_do_nothing())


def versions_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """What a request said at each version, the first one first."""
    return VERSIONS.run(tx, request=request_id).all()


def inquiries_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """The questions about a request, oldest first."""
    return INQUIRIES.run(tx, request=request_id).all()


def phone_voices_of(tx: Tx, request_id: str) -> Sequence[Row[Any]]:
    """What was heard on the phone about a request, oldest first."""
    return PHONE_VOICES.run(tx, request=request_id).all()


def by_ref(tx: Tx, client_id: str, ref: str) -> Row[Any] | None:
    """A client's request by the reference people use."""
    return BY_REF.run(tx, client=client_id, ref=ref).one_or_none()


def purchases_since(tx: Tx, client_id: str, since: datetime) -> Sequence[Row[Any]]:
    """A client's purchases raised after a moment that are alive or were carried out."""
    return tx.execute(SINCE, {"client": client_id, "since": since}).all()


def add_version(tx: Tx, values: Mapping[str, Any]) -> None:
    """What a request says from now on."""
    tx.execute(versions.insert(), dict(values))


def add_inquiry(tx: Tx, values: Mapping[str, Any]) -> None:
    """A new question."""
    tx.execute(inquiries.insert(), {"answer": "", **values})


def answer_inquiries(tx: Tx, request_id: str, answer: str, by: str | None, now: datetime) -> Sequence[Row[Any]]:
    """Answers every open question of a request; -> the questions it answered."""
    where = (inquiries.c.request_id == request_id) & inquiries.c.answered_at.is_(None)
    change = update(inquiries).where(where).values(answer=answer, answered_by=by, answered_at=now)
    return tx.execute(change.returning(*inquiries.c)).all()


def add_phone_voice(tx: Tx, values: Mapping[str, Any]) -> None:
    """What was heard on the phone."""
    tx.execute(phone_voices.insert(), dict(values))


def settle_phone_voice(tx: Tx, id_: str, state: str) -> bool:
    """waiting -> confirmed | denied | lapsed; False when it was settled."""
    where = (phone_voices.c.id == id_) & (phone_voices.c.state == "waiting")
    return (
        tx.execute(update(phone_voices).where(where).values(state=state).returning(phone_voices.c.id)).first()
        is not None
    )


def lapse_phone_voices(tx: Tx, request_id: str) -> None:
    """The request is over, or says something else now: what was heard no longer counts."""
    LAPSE_PHONE_VOICES.run(tx, request=request_id)


def add_vote(tx: Tx, values: Mapping[str, Any]) -> None:
    """One person's yes or no; after a vote taken back, the same row again (the journal keeps the history)."""
    ADD_VOTE.run(tx, **values)


def withdraw_vote(tx: Tx, id_: str, now: datetime) -> None:
    """A voter takes the own yes back."""
    tx.execute(update(votes).where(votes.c.id == id_).values(withdrawn_at=now))


def change_asked(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of one asking."""
    tx.execute(update(asked).where(asked.c.id == id_).values(**values))


def shut_stages_after(tx: Tx, request_id: str, version: int, stage: int) -> None:
    """Undecided later stages wait again."""
    where = (steps.c.request_id == request_id) & (steps.c.version == version) & (steps.c.stage > stage)
    tx.execute(update(steps).where(where & (steps.c.state == "open")).values(state="waiting"))


def reopen_step(tx: Tx, step_id: str) -> None:
    """A decided step is open again."""
    tx.execute(update(steps).where(steps.c.id == step_id).values(state="open", decided_by=None, decided_at=None))


def change_request(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a request; its revision goes up by one."""
    _changing(*sorted(values)).run(tx, request=id_, **{f"new_{name}": value for name, value in values.items()})


@cache
def _changing(*names: str) -> Prepared:
    new = {name: bindparam(f"new_{name}", type_=requests.c[name].type) for name in names}
    return Prepared(
        update(requests).where(requests.c.id == bindparam("request")).values(revision=requests.c.revision + 1, **new)
    )


def open_steps(tx: Tx, request_id: str, version: int, stage: int, now: datetime) -> None:
    """Opens the waiting steps of one stage."""
    where = (steps.c.request_id == request_id) & (steps.c.version == version) & (steps.c.stage == stage)
    tx.execute(update(steps).where(where & (steps.c.state == "waiting")).values(state="open", opened_at=now))


def close_steps(tx: Tx, request_id: str, version: int, state: str) -> None:
    """Ends every step of a version that has not been decided."""
    CLOSE_STEPS.run(tx, request=request_id, of_version=version, end=state)


def decide_step(tx: Tx, step_id: str, state: str, person_id: str, now: datetime) -> None:
    """Records who decided a step."""
    DECIDE_STEP.run(tx, step=step_id, verdict=state, person=person_id, now=now)
