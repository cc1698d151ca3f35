"""Selects and writes of downtimes: the times on offer, the voices about them, and the agreed windows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, String, and_, bindparam, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage.prepared import Prepared, add_once, among
from storage.store import Tx
from storage.tables import Delivery, Downtime, OfferedWindow, VoiceAsked, WindowAnswer, WindowVoice
from storage.tables.delivery import AGAIN, LISTED, LIVE
from storage.tables.types import core

downtimes = core(Downtime)
windows = core(OfferedWindow)
voices = core(WindowVoice)
asked = core(VoiceAsked)
answers = core(WindowAnswer)
deliveries = core(Delivery)

OPEN = ("proposed", "countered")
"""States of a proposal that is neither agreed nor over."""
AHEAD = ("scheduled", "announced")
"""An agreed window before it begins."""
UNDER_WAY = ("in_progress", "extended", "verifying")
"""An agreed window from its beginning until everything works again."""
EDITED = 5
"""The priority with which messages are drawn again that nobody waits for."""

_OF_ID = select(downtimes).where(downtimes.c.id == bindparam("id"))
DOWNTIME = Prepared(_OF_ID)
LOCKED = Prepared(_OF_ID.with_for_update())
DROP_WINDOWS = Prepared(
    update(windows)
    .where(windows.c.subject == bindparam("of"), windows.c.state == "open", windows.c.id != bindparam("but"))
    .values(state="dropped")
)
END_VOICES = Prepared(
    update(voices)
    .where(voices.c.subject == bindparam("of"), among(voices.c.state, ("waiting", "open")))
    .values(state="over")
)
WINDOWS = Prepared(
    select(windows).where(windows.c.subject == bindparam("of")).order_by(windows.c.revision, windows.c.number)
)
VOICES = Prepared(
    select(voices).where(voices.c.subject == bindparam("of")).order_by(voices.c.revision, voices.c.kind, voices.c.id)
)
ASKED = Prepared(
    select(asked)
    .where(asked.c.subject == bindparam("of"))
    .order_by(asked.c.since, case((asked.c.why == "primary", 0), else_=1), asked.c.id)
)
ANSWERS = Prepared(select(answers).where(answers.c.subject == bindparam("of")).order_by(answers.c.at, answers.c.id))
_ALIVE = or_(
    among(downtimes.c.state, OPEN), and_(downtimes.c.state == "accepted", among(downtimes.c.life, (*AHEAD, *UNDER_WAY)))
)
ALIVE_OF_CLIENT = Prepared(
    select(downtimes).where(downtimes.c.client_id == bindparam("client"), _ALIVE).order_by(downtimes.c.id)
)
BY_REF = Prepared(select(downtimes).where(downtimes.c.ref == bindparam("ref")))
FOR_PERSON = Prepared(
    select(downtimes)
    .where(
        _ALIVE,
        or_(
            downtimes.c.asker_id == bindparam("person"),
            downtimes.c.decided_by == bindparam("person"),
            select(asked.c.id)
            .join(voices, voices.c.id == asked.c.voice_id)
            .where(
                asked.c.subject == "downtime:" + downtimes.c.id,
                asked.c.person_id == bindparam("person"),
                or_(downtimes.c.state == "accepted", voices.c.revision == downtimes.c.revision),
            )
            .exists(),
        ),
    )
    .order_by(func.coalesce(downtimes.c.starts_at, downtimes.c.expires_at), downtimes.c.id)
)
FOR_STAFF = Prepared(
    select(downtimes)
    .where(
        or_(_ALIVE, downtimes.c.state == "draft"),
        or_(downtimes.c.owner_id == bindparam("person"), downtimes.c.engineer_id == bindparam("person")),
    )
    .order_by(func.coalesce(downtimes.c.starts_at, downtimes.c.expires_at), downtimes.c.id)
)
_d = deliveries.c
_MINE = _d.person_id == bindparam("whose", type_=String)
WAKE = Prepared(
    update(deliveries)
    .where(_d.subject == bindparam("of", type_=String), LIVE)
    .values(**AGAIN, priority=case((_d.message.is_(None), _d.priority), (_MINE, 0), else_=EDITED))
)
_NUMBER_LOCK = (7_201, 2)
"""Two downtimes raised at once do not get one reference."""


def downtime(tx: Tx, id_: str) -> Row[Any] | None:
    """A downtime by id."""
    return DOWNTIME.run(tx, id=id_).one_or_none()


def lock(tx: Tx, id_: str) -> Row[Any] | None:
    """A downtime by id, its row locked until the transaction ends: every transition begins here."""
    return LOCKED.run(tx, id=id_).one_or_none()


def by_ref(tx: Tx, ref: str) -> Row[Any] | None:
    """A downtime by the reference people use, "D-4"."""
    return BY_REF.run(tx, ref=ref).one_or_none()


def next_ref(tx: Tx) -> str:
    """The provider's next reference, "D-7". Downtimes are never deleted, and two are not raised side by side."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(*_NUMBER_LOCK)))
    return f"D-{(tx.scalar(select(func.count()).select_from(downtimes)) or 0) + 1}"


def windows_of(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """Every time that was ever on offer, by revision and number."""
    return WINDOWS.run(tx, of=subject).all()


def voices_of(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """Whose answers were needed, of all revisions."""
    return VOICES.run(tx, of=subject).all()


def asked_of(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """Who was asked, oldest first, of all revisions."""
    return ASKED.run(tx, of=subject).all()


def answers_of(tx: Tx, subject: str) -> Sequence[Row[Any]]:
    """What offices said, oldest first, of all revisions."""
    return ANSWERS.run(tx, of=subject).all()


def alive_of_client(tx: Tx, client_id: str) -> Sequence[Row[Any]]:
    """A client's downtimes that are on offer, agreed or under way, in the order in which they are locked."""
    return ALIVE_OF_CLIENT.run(tx, client=client_id).all()


def open_windows_of(tx: Tx, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """The times now on offer of these downtimes, of the revision in force."""
    return tx.execute(
        select(windows, downtimes.c.id.label("downtime_id"))
        .join(downtimes, windows.c.subject == "downtime:" + downtimes.c.id)
        .where(downtimes.c.id.in_(list(ids)), windows.c.revision == downtimes.c.revision, windows.c.state == "open")
        .order_by(windows.c.subject, windows.c.number)
    ).all()


def for_person(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """The downtimes on offer or agreed about which this contact was asked or has asked, the next one first."""
    return FOR_PERSON.run(tx, person=person_id).all()


def for_staff(tx: Tx, person_id: str) -> Sequence[Row[Any]]:
    """What this person of the provider owns or carries out, drafts too."""
    return FOR_STAFF.run(tx, person=person_id).all()


def told_since(tx: Tx, subject: str, prefix: str) -> datetime | None:
    """When the latest message whose purpose begins so was owed."""
    where = (deliveries.c.subject == subject) & deliveries.c.purpose.startswith(prefix, autoescape=True)
    return (
        tx.execute(select(deliveries.c.created_at).where(where).order_by(deliveries.c.created_at.desc()))
        .scalars()
        .first()
    )


def told(tx: Tx, subject: str, purpose: str) -> set[str]:
    """The people who got, or are to get, this message."""
    where = (deliveries.c.subject == subject) & (deliveries.c.purpose == purpose)
    return set(tx.execute(select(deliveries.c.person_id).where(where)).scalars())


def wake(tx: Tx, subject: str, now: datetime, person_id: str) -> None:
    """Every message about it shows what is true now: this person's at once, the others' behind what is new.

    A downtime leaves many messages: were all of them as urgent as a click, their edits would use up what a platform
    allows a minute, and whoever is to be told something new would wait for it.
    """
    WAKE.run(tx, of=subject, now=now, whose=person_id)


def add_downtime(tx: Tx, values: Mapping[str, Any]) -> None:
    """A new downtime."""
    tx.execute(downtimes.insert(), dict(values))


def change_downtime(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a downtime; its version goes up by one unless it is given."""
    _changing(*sorted(values)).run(tx, downtime=id_, **{f"new_{name}": value for name, value in values.items()})


@cache
def _changing(*names: str) -> Prepared:
    new = {name: bindparam(f"new_{name}", type_=downtimes.c[name].type) for name in names}
    statement = update(downtimes).where(downtimes.c.id == bindparam("downtime"))
    return Prepared(statement.values(**{"version": downtimes.c.version + 1, **new}))


def add_windows(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Times on offer."""
    tx.execute(windows.insert(), [dict(row) for row in rows])


def change_window(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a time."""
    tx.execute(update(windows).where(windows.c.id == id_).values(**values))


def disown_windows(tx: Tx, subject: str) -> None:
    """The words have changed since these times were named: naming one was no yes to it as it is now."""
    mine = (windows.c.subject == subject) & (windows.c.state == "open")
    tx.execute(update(windows).where(mine).values(author_id=None))


def drop_windows(tx: Tx, subject: str, *, but: str = "") -> None:
    """The times on offer are on offer no more; `but` is the id of the chosen one."""
    DROP_WINDOWS.run(tx, of=subject, but=but)
    if but:
        tx.execute(update(windows).where(windows.c.id == but).values(state="chosen"))


def forget_windows(tx: Tx, subject: str) -> None:
    """The times of a draft are written anew."""
    tx.execute(windows.delete().where(windows.c.subject == subject))


def add_voices(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Whose answers a revision needs."""
    tx.execute(voices.insert(), [dict(row) for row in rows])


def change_voice(tx: Tx, id_: str, **values: Any) -> None:
    """Sets columns of a voice."""
    tx.execute(update(voices).where(voices.c.id == id_).values(**values))


def end_voices(tx: Tx, subject: str) -> None:
    """Nobody has to answer any more."""
    END_VOICES.run(tx, of=subject)


def add_asked(tx: Tx, values: Mapping[str, Any]) -> None:
    """One more person is asked; nothing new for somebody asked for this voice before."""
    add_once(tx, asked, values)


def put_answers(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """What an office says to these times; what it said before to the same ones is replaced (the journal keeps it)."""
    insert = pg_insert if tx.dialect.name == "postgresql" else sqlite_insert
    statement = insert(answers).values([dict(row) for row in rows])
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in ("id", "voice_id", "number")}
    tx.execute(statement.on_conflict_do_update(index_elements=["voice_id", "number"], set_=fresh))


def reached(tx: Tx, subject: str, now: datetime) -> set[str]:
    """The people who have got a message of this subject, or are about to.

    What was dropped or died does not count, but for a message that gave way to the list that has come since.
    """
    listed = (deliveries.c.state == "dropped") & (deliveries.c.error == LISTED) & (deliveries.c.due_at <= now)
    where = (deliveries.c.subject == subject) & (deliveries.c.state.not_in(("dropped", "dead")) | listed)
    return {id_ for id_ in tx.execute(select(deliveries.c.person_id).where(where).distinct()).scalars() if id_}
