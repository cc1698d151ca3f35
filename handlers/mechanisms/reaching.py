"""When a reader cannot be reached, is away or has left: the next contact is asked, and the CSM knows at once."""

from __future__ import annotations

from typing import Any

from handlers.commands import DeliveryFailed, Outcome, Ref
from handlers.context import Work
from handlers.mechanisms import announcing, summoning, undelivered
from handlers.mechanisms.broadcast import OPEN_STATES, READ, Place
from handlers.mechanisms.enlisting import Audience, audience_of, office_of, receipt
from handlers.mechanisms.receipts import calls_at, settle_places
from handlers.mechanisms.telling import keyed_over
from storage.queries import broadcasts, deliveries, directory, notices
from storage.rows import Row

WAITED_FOR = (*notices.SILENT, "covered")
GONE = "cannot be reached in chat any more"
LEFT = "has left"


def delivery_failed(command: DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """A card of a notice did not arrive: unless another account has it, the next contact is asked."""
    ref = Ref.parse(row.subject)
    notice = notices.share(work.tx, ref.id)
    if notice is not None and row.client_id is not None:
        notices.lock_part(work.tx, notice.id, row.client_id)
    return undelivered.note(command, work, row, lambda: notice is not None and _unread(work, notice, row, command))


def _unread(work: Work, notice: Row[Any], row: Row[Any], command: DeliveryFailed) -> bool:
    """Whether the CSM was told of it."""
    mine = notices.receipt_of(work.tx, notice.id, row.person_id) if row.person_id else None
    over = notice.state not in (*OPEN_STATES, "resolved")
    if mine is None or over or deliveries.alive(work.tx, row.subject, row.purpose, row.person_id):
        return False
    first = row.purpose == announcing.FIRST
    lost = command.what in undelivered.LOST
    if not first and not lost and deliveries.alive(work.tx, row.subject, announcing.FIRST, row.person_id):
        return False
    if mine.state in WAITED_FOR:
        notices.change_receipts(work.tx, [mine.id], state="undeliverable", reason=command.reason[:300])
        if notice.state in OPEN_STATES and mine.state != "covered":
            audience = audience_of(work, notice, mine.client_id)
            for place in _unanswered(work, notice, audience):
                if place.id in mine.places:
                    ask_next(work, notice, audience, place, why="next")
    _tell_csm(work, notice, mine)
    work.boards.add(notice.id)
    return True


def ask_next(work: Work, notice: Row[Any], audience: Audience, place: Place, *, why: str) -> Row[Any] | None:
    """Adds the next in line to those who read it for a place; None when nobody is left. Nobody is taken away."""
    rows = notices.receipts_of(work.tx, notice.id, place.client.id)
    asked = {row.person_id for row in rows if place.id in row.places}
    person = audience.known.next_for(office_of(place), asked)
    if person is None:
        return None
    known = next((row for row in rows if row.person_id == person.id), None)
    if known is None:
        notices.add_receipts(work.tx, [receipt(work, notice, place, person, why)])
        announcing.announce(work, notice, announcing.FIRST, quiet=audience.quiet, readers=[person], states=("queued",))
    else:
        state = "queued" if known.state == "covered" else known.state
        notices.change_receipts(work.tx, [known.id], places=[*known.places, place.id], state=state)
        if known.state in READ:
            settle_places(work, notice, place.client.id, [place.id], person.id)
            keyed_over(work, summoning.about(notice), ("notice_call",), calls_at(notice, [place.id]))
        broadcasts.wake_reader(work.tx, notice.id, person.id, work.now)
    work.note(
        "notice.ask",
        chain=place.client.id,
        subject=Ref("notice", notice.id),
        version=notice.version,
        after={"ref": notice.ref, "place": place.name, "person": person.id, "why": why},
    )
    return person


def reconsider(work: Work, client_id: str) -> None:
    """The directory has changed: where nobody listens any more, somebody else is asked, or whoever is back."""
    for row in notices.open_of_client(work.tx, client_id):
        notice = notices.share(work.tx, row.id)
        if notice is not None and notice.state in OPEN_STATES:
            notices.lock_part(work.tx, notice.id, client_id)
            look_again(work, notice, client_id)


def look_again(work: Work, notice: Row[Any], client_id: str) -> None:
    """The same of one notice at one client."""
    audience = audience_of(work, notice, client_id)
    people = {row.id: row for row in notices.readers_of(work.tx, notice.id, client_id)}
    for row in notices.receipts_of(work.tx, notice.id, client_id):
        there = _there(audience, people[row.person_id])
        if row.state == "undeliverable" and there:
            notices.change_receipts(work.tx, [row.id], state="queued", reason="")
            work.owe(
                Ref("notice", notice.id),
                announcing.FIRST,
                [row.person_id],
                client_id=client_id,
                priority=announcing.priority_of(notice),
                due_at=audience.quiet.until(people[row.person_id]),
            )
        elif row.state in WAITED_FOR and not there:
            left = people[row.person_id].state != "active"
            if left or not _reachable(work, row.person_id):
                notices.change_receipts(work.tx, [row.id], state="undeliverable", reason=LEFT if left else GONE)
    rows = notices.receipts_of(work.tx, notice.id, client_id)
    for place in _unanswered(work, notice, audience):
        mine = [row for row in rows if place.id in row.places]
        if any(row.state in notices.SILENT and audience.known.listens(row.person_id, client_id) for row in mine):
            continue
        why = f"for:{mine[0].person_id}" if mine else "primary"
        if ask_next(work, notice, audience, place, why=why) is None:
            key = f"{place.id}.{notice.round}.nobody"
            title = f"{notice.ref}: nobody of {office_of(place).title} can be reached in chat. Call the numbers on file"
            owner = place.row.csm_id
            summoning.summon(work, notice, "notice_undeliverable", title, client_id=client_id, owner=owner, key=key)
    work.boards.add(notice.id)


def _there(audience: Audience, person: Row[Any]) -> bool:
    return audience.known.listens(person.id, person.client_id)


def _reachable(work: Work, person_id: str) -> bool:
    return bool(directory.accounts_of(work.tx, [person_id]))


def _unanswered(work: Work, notice: Row[Any], audience: Audience) -> list[Place]:
    """The places that nobody has acknowledged."""
    clients = sorted(audience.clients)
    rows = [row for client_id in clients for row in notices.places_of(work.tx, notice.id, client_id)]
    silent = {row.id for row in rows if row.acked_by is None}
    return [place for place in audience.places if place.id in silent]


def _tell_csm(work: Work, notice: Row[Any], mine: Row[Any]) -> None:
    person, client = directory.person(work.tx, mine.person_id), directory.client(work.tx, mine.client_id)
    assert person is not None and client is not None
    owner = summoning.csm_of_each(work, {client.id: client}).get(client.id)
    title = f"{notice.ref}: {person.name} could not be reached in chat"
    key = f"{person.id}.{notice.round}"
    summoning.summon(work, notice, "notice_undeliverable", title, client_id=client.id, owner=owner, key=key)
