"""What a reader says: I have read this, my staff knows, we have a problem too, call me.

queued -> (overdue ->) acknowledged -> relayed
queued | overdue -> covered (somebody else of the place has acknowledged) -> acknowledged
queued | overdue -> undeliverable -> acknowledged (on the phone, or when the account is back)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.authority import either
from handlers.commands import Outcome, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import announcing, noticerelays, relays, summoning
from handlers.mechanisms.broadcast import READ, place_of
from handlers.mechanisms.enlisting import ladder_of, receipt
from handlers.mechanisms.rights import missing
from handlers.mechanisms.steering import only_provider, read
from handlers.mechanisms.telling import keyed_over
from handlers.words import cleaned, storable
from storage.queries import broadcasts, bulk, directory, notices
from storage.queries.notice_readers import Reader, reader_of
from storage.queries.relays import relay_at
from storage.rows import Row

PHONE = "phone"


def acknowledge(work: Work, ref: Ref) -> Outcome:
    """queued | overdue | covered -> acknowledged. It counts for the notice, whatever version the card showed."""
    notice = read(work, ref)
    reader, here = _own(work, notice)
    if reader.receipt.state in READ:
        return Outcome(ref, f"You have acknowledged {notice.ref} before.", repeated=True)
    if notice.state == "cancelled":
        return Outcome(ref, f"{notice.ref} was a false alarm: there is nothing to do.", repeated=True)
    return _acknowledged(work, notice, reader, here, via=work.channel)


def record(work: Work, ref: Ref, person_id: str, note: str) -> Outcome:
    """Somebody of the provider told a contact on the phone: it counts, and the journal says who called."""
    only_provider(work, "record a call")
    notice = read(work, ref)
    person = directory.person(work.tx, person_id) if storable(person_id) else None
    client_id = person.client_id if person is not None and person.state == "active" else None
    mine = client_id is not None and work.who.acts_for(client_id)
    places = notices.lock_part(work.tx, notice.id, str(client_id)) if mine else []
    if person is None or not places:
        raise Refused("Please choose somebody of a client that this is about.", field="person", code="invalid")
    words = cleaned(note, "note", "what was said", empty=True)
    if notice.state == "cancelled":
        raise Refused(f"{notice.ref} was cancelled: there is nothing to acknowledge.", code="conflict")
    reader = reader_of(work.tx, notice.id, person.id)
    if reader is None:
        client = directory.client(work.tx, person.client_id)
        assert client is not None
        fresh = receipt(work, notice, place_of(places[0], client), person, "backup")
        notices.add_receipts(work.tx, [{**fresh, "places": [place.id for place in places]}])
        reader = reader_of(work.tx, notice.id, person.id)
        assert reader is not None
    if reader.receipt.state in READ:
        return Outcome(ref, f"{person.name} has acknowledged {notice.ref} before.", repeated=True)
    _acknowledged(work, notice, reader, places, via=PHONE, recorded_by=work.who.person_id, note=words)
    return Outcome(ref, f"Recorded: {person.name} knows of {notice.ref}.")


def staff_informed(work: Work, ref: Ref) -> Outcome:
    """acknowledged -> relayed: the staff knows the latest. Who says so has read it."""
    if ref.kind == "relay":
        return relays.informed(work, ref)
    notice = read(work, ref)
    if notice.kind == "root_cause":
        raise Refused("There is nothing to tell your staff about this.", code="conflict")
    reader, here = _own(work, notice)
    if reader.receipt.state not in READ:
        if notice.state == "cancelled":
            return Outcome(ref, f"{notice.ref} was a false alarm: there is nothing to do.", repeated=True)
        _acknowledged(work, notice, reader, here, via=work.channel)
    latest = reader.update.number if reader.update is not None else 0
    relay = relay_at(work.tx, f"notice:{notice.id}", reader.person.id, latest)
    if relay is None:
        raise Refused("There is nothing to tell your staff about this.", code="conflict")
    outcome = relays.informed(work, Ref("relay", relay.id))
    return Outcome(ref, outcome.say, repeated=outcome.repeated)


def report_trouble(work: Work, ref: Ref, text: str) -> Outcome:
    """The client's CSM is told that there is more, with the contact's words; said again it is added to the task."""
    notice = read(work, ref)
    reader, _ = _own(work, notice)
    mine = reader.receipt
    words = cleaned(text, "text", "what is wrong", 1000, empty=True)
    if mine.trouble_at is not None and words in ("", mine.trouble):
        return Outcome(ref, "Your provider knows already that you have a problem too.", repeated=True)
    notices.change_receipts(work.tx, [mine.id], trouble=words, trouble_at=work.now)
    title = f"{notice.ref}: {reader.person.name} has a problem too"
    _call_for_help(work, notice, reader, "trouble", title, words)
    return Outcome(ref, "Thank you. Your provider has been told and will get back to you.")


def call_me(work: Work, ref: Ref) -> Outcome:
    """The client's CSM is asked to call the number on file."""
    notice = read(work, ref)
    reader, _ = _own(work, notice)
    mine, person = reader.receipt, reader.person
    if mine.call_me_at is not None and _open_task(work, notice, mine, "call_me") is not None:
        return Outcome(ref, "Your provider has been asked to call you already.", repeated=True)
    notices.change_receipts(work.tx, [mine.id], call_me_at=work.now)
    number = f" at {person.phone}" if person.phone else ": there is no number on file"
    _call_for_help(work, notice, reader, "call_me", f"{notice.ref}: call {person.name}{number}", "")
    if not person.phone:
        return Outcome(ref, "Noted. There is no number of yours on file: please write it to your provider.")
    return Outcome(ref, f"Your provider will call you at {person.phone}.")


def _acknowledged(
    work: Work,
    notice: Row[Any],
    reader: Reader,
    here: Sequence[Row[Any]],
    *,
    via: str,
    recorded_by: str | None = None,
    note: str = "",
) -> Outcome:
    """The first of a place stops its ladder and covers its other readers; only this reader's card changes.

    `here`: the client's places, locked. Nothing is looked at twice: after an outage a thousand people do this at once.
    """
    mine, person = reader.receipt, reader.person
    values = {"state": "acknowledged", "acked_at": work.now, "via": via, "recorded_by": recorded_by}
    notices.change_receipts(work.tx, [mine.id], **values)
    first = [row.id for row in here if row.id in mine.places and row.acked_by is None]
    if first:
        settle_places(work, notice, mine.client_id, first, mine.person_id)
    quiet = announcing.quiet_of(work, notice, [reader.client], reader.offices)
    updates = [reader.update] if reader.update is not None else []
    noticerelays.replace_older(work, notice, updates[-1].number if updates else 0, person.id)
    noticerelays.draft_for(
        work, notice, [mine], {person.id: person}, quiet, updates=updates, places=here, accounts=reader.accounts
    )
    broadcasts.wake_reader(work.tx, notice.id, person.id, work.now, first=announcing.FIRST)
    work.boards.add(notice.id)
    calls = [f"{person.id}.{notice.round}", *calls_at(notice, first)]
    keyed_over(work, summoning.about(notice), summoning.CALLS, calls)
    after: dict[str, Any] = {"ref": notice.ref, "person": person.id, "name": person.name, "via": via, "first": first}
    if via == PHONE:
        after |= {"recorded_by": recorded_by, "note": note}
    subject, before = Ref("notice", notice.id), {"state": mine.state}
    work.note(
        "notice.acknowledge",
        chain=mine.client_id,
        subject=subject,
        version=notice.version,
        before=before,
        after=after,
    )
    told = " Please tell your staff next." if notice.kind == "outage" else ""
    return Outcome(subject, f"Thank you, {notice.ref} is acknowledged.{told}")


def settle_places(work: Work, notice: Row[Any], client_id: str, places: list[str], person_id: str) -> None:
    """Somebody has acknowledged these: nobody else is chased, and those who have no other place are covered.

    Whoever calls this has locked the client's places.
    """
    notices.change_places(work.tx, places, acked_by=person_id, acked_at=work.now)
    bulk.cancel_plans(work.tx, f"notice:{notice.id}", [ladder_of(place, notice.round) for place in places])
    bulk.cover(work.tx, notice.id, client_id, person_id)


def calls_at(notice: Row[Any], places: Sequence[str]) -> list[str]:
    """What the tasks are keyed with by which somebody is called because these places are silent."""
    return [f"{ladder_of(place, notice.round)}.{deed}" for place in places for deed in ("tell_csm", "tell_supervisor")]


def _own(work: Work, notice: Row[Any]) -> tuple[Reader, Sequence[Row[Any]]]:
    """This reader and the company's places, nobody else of it at them; a refusal names readers only to their
    colleagues."""
    here = notices.lock_part(work.tx, notice.id, work.who.client_id) if work.who.client_id else []
    reader = reader_of(work.tx, notice.id, work.who.person_id) if work.who.person_id else None
    if reader is not None:
        of = reader.receipt.client_id
        return reader, here if of == work.who.client_id else notices.lock_part(work.tx, notice.id, of)
    if work.who.staff or work.who.service:
        raise Refused("Only the people it was sent to can do this. Record a call instead.", code="not_entitled")
    client_id = work.who.client_id
    names = {row.id: row.name for row in notices.readers_of(work.tx, notice.id, client_id)} if client_id else {}
    if not names:
        raise missing("notice")
    raise Refused(f"This was sent to {either(sorted(names.values()))}. They can answer it.", code="not_entitled")


def _call_for_help(work: Work, notice: Row[Any], reader: Reader, kind: str, title: str, words: str) -> None:
    mine = reader.receipt
    open_ = _open_task(work, notice, mine, kind)
    if open_ is not None:
        summoning.say_more(work, open_.id, words)
    else:
        owner = summoning.csm_of_each(work, {mine.client_id: reader.client}).get(mine.client_id)
        key = f"{mine.id}.{len(_tasks(work, notice, mine, kind))}"
        summoning.summon(
            work,
            notice,
            kind,
            title,
            client_id=mine.client_id,
            owner=owner,
            key=key,
            detail=words,
            due_at=work.now,
        )
    broadcasts.wake_reader(work.tx, notice.id, mine.person_id, work.now)
    work.boards.add(notice.id)
    after = {"ref": notice.ref, "person": mine.person_id, "text": words}
    work.note(
        f"notice.{kind}", chain=mine.client_id, subject=Ref("notice", notice.id), version=notice.version, after=after
    )


def _tasks(work: Work, notice: Row[Any], mine: Row[Any], kind: str) -> list[Row[Any]]:
    found = bulk.tasks_about(work.tx, str(summoning.about(notice)), kind)
    return [row for row in found if row.key.startswith(f"{mine.id}.")]


def _open_task(work: Work, notice: Row[Any], mine: Row[Any], kind: str) -> Row[Any] | None:
    return next((row for row in _tasks(work, notice, mine, kind) if row.state == "open"), None)
