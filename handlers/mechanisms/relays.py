"""What a contact tells the staff: drafted at every step, edited, posted in a room or told by other means.

draft -> posted | informed | replaced (something newer is to be told); posted -> draft (it did not arrive in the room)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.commands import DeliveryFailed, Outcome, Ref, Refused
from handlers.context import CLICK, Work
from handlers.mechanisms import announcing, summoning, undelivered
from handlers.mechanisms.broadcast import READ, TOLD, Place, place_of
from handlers.mechanisms.plainwords import draft
from handlers.mechanisms.quiet import Quiet
from handlers.words import cleaned, storable
from storage.queries import broadcasts, bulk, deliveries, directory, notices, rooms, timers
from storage.rows import Row

BY_OTHER_MEANS = "by other means"
POST = "post"


def draft_for(
    work: Work, notice: Row[Any], receipts: Sequence[Row[Any]], people: Mapping[str, Row[Any]], quiet: Quiet
) -> None:
    """Drafts of the latest step for these readers, in place of their older ones, and what happens if nobody is told.

    A root cause is for those who asked, not for everybody.
    """
    if notice.kind == "root_cause" or not receipts:
        return
    updates = notices.updates_of(work.tx, notice.id)
    update = updates[-1] if updates else None
    only = receipts[0].client_id if len(receipts) == 1 else None
    named = {row.id: place_of(row, quiet.clients[row.client_id]) for row in notices.places_of(work.tx, notice.id, only)}
    rows, plans, cards = [], [], []
    for receipt in receipts:
        person = people[receipt.person_id]
        places = [named[place] for place in receipt.places]
        relay_id = work.new_id("rly")
        rows.append(
            {
                "id": relay_id,
                "notice_id": notice.id,
                "client_id": receipt.client_id,
                "person_id": person.id,
                "number": update.number if update is not None else 0,
                "text": draft(notice, update, places, _impact(notice, places), person.timezone, work.now),
                "state": "draft",
                "edited": False,
                "room_id": None,
                "place": "",
                "created_at": work.now,
                "told_at": None,
            }
        )
        cards.append((Ref("relay", relay_id), person.id, receipt.client_id))
        plans += _ladder(work, notice, relay_id, person, places, quiet)
    bulk.add_relays(work.tx, rows)
    bulk.plan_all(work.tx, plans)
    announcing.owe_each(work, cards, "relay", priority=announcing.priority_of(notice), quiet=quiet)


def replace_older(work: Work, notice: Row[Any], number: int, person_id: str = "") -> None:
    """Drafts about earlier steps lose their buttons: something newer is to be told."""
    broadcasts.wake_relays(work.tx, bulk.replace_drafts(work.tx, notice.id, number, person_id), work.now)


def edit(work: Work, ref: Ref, text: str) -> Outcome:
    """draft -> draft: the contact's own words."""
    notice, relay = _own(work, ref)
    words = cleaned(text, "text", "the message")
    if relay.state in TOLD:
        raise Refused("Your staff has been told this already.", code="conflict")
    if words == relay.text:
        return Outcome(ref, "The message says this already.", repeated=True)
    bulk.change_relay(work.tx, relay.id, text=words, edited=True)
    work.redraw(ref)
    work.note(
        "relay.edit",
        chain=relay.client_id,
        subject=ref,
        before={"text": relay.text},
        after={"ref": notice.ref, "text": words},
    )
    return Outcome(ref, "Saved. Nothing has been sent yet.")


def post(work: Work, ref: Ref, room_id: str) -> Outcome:
    """draft -> posted: in a room of the contact's own company; the only one when none is named."""
    notice, relay = _own(work, ref)
    if relay.state in TOLD:
        return Outcome(ref, f"Your staff was told before: {relay.place}.", repeated=True)
    room = _room(work, relay, room_id)
    if not work.post(ref, POST, room.id, client_id=relay.client_id, priority=announcing.priority_of(notice)):
        raise Refused(
            f"The bot is not in {_called(room)} (any more). Please choose another.", field="room", code="blocked"
        )
    _told(work, notice, relay, "posted", _called(room), room.id)
    return Outcome(ref, f"Posted in {_called(room)}.")


def informed(work: Work, ref: Ref) -> Outcome:
    """draft -> informed: the contact has told the staff by other means."""
    notice, relay = _own(work, ref)
    if relay.state in TOLD:
        return Outcome(ref, f"Your staff was told before: {relay.place}.", repeated=True)
    _told(work, notice, relay, "informed", BY_OTHER_MEANS, None)
    return Outcome(ref, "Noted: your staff knows the latest.")


def climb(work: Work, timer: Row) -> Outcome:
    """Nobody has told the staff: a nudge, then the CSM; of two that are due at once only the later one."""
    ref = Ref.parse(timer.subject)
    relay = bulk.relay(work.tx, ref.id, lock=True)
    if relay is None or timers.take(work.tx, timer.id, work.now) is None or relay.state != "draft":
        return Outcome(ref, repeated=True)
    notice, person = notices.notice(work.tx, relay.notice_id), directory.person(work.tx, relay.person_id)
    assert notice is not None and person is not None
    if person.state != "active":
        return Outcome(ref)
    if timer.deed.startswith("remind"):
        later = [one for one in timers.waiting_of(work.tx, timer.subject) if one.due_at <= work.now]
        if later:
            timers.skip(work.tx, timer.id)
            return Outcome(ref)
        urgent = announcing.priority_of(notice)
        purpose = f"nudge:{timer.position}"
        work.owe(ref, purpose, [relay.person_id], client_id=relay.client_id, priority=urgent, follows="relay")
    elif timer.deed in ("tell_csm", "tell_supervisor"):
        above = timer.deed == "tell_supervisor"
        owner = summoning.supervisor_of(work, relay.client_id) if above else _csm(work, relay)
        title = f"{notice.ref}: {person.name} has not told the staff"
        key = f"{relay.id}.{timer.deed}"
        summoning.summon(work, notice, "relay_silent", title, client_id=relay.client_id, owner=owner, key=key)
    broadcasts.wake_boards(work.tx, notice.id, work.now)
    work.note(f"relay.{timer.deed}", chain=relay.client_id, subject=ref, after={"ref": notice.ref})
    return Outcome(ref)


def not_posted(command: DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """posted -> draft: the room did not get it, so the staff does not know; the contact sees it at once."""
    if row.purpose != POST:
        return undelivered.note(command, work, row)
    ref = Ref.parse(row.subject)
    if not deliveries.take_up(work.tx, row.id, work.now):
        return Outcome(ref, repeated=True)
    relay = bulk.relay(work.tx, ref.id, lock=True)
    if relay is None or relay.state != "posted":
        return Outcome(ref, repeated=True)
    undelivered.forget(work, row, command)
    bulk.change_relay(work.tx, relay.id, state="draft", place="", told_at=None)
    notice = notices.notice(work.tx, relay.notice_id)
    assert notice is not None
    work.owe(
        ref, f"failed:{row.id}"[:60], [relay.person_id], client_id=relay.client_id, priority=CLICK, follows="relay"
    )
    work.redraw(ref)
    broadcasts.wake_boards(work.tx, notice.id, work.now)
    work.note("relay.failed", chain=relay.client_id, subject=ref, after={"ref": notice.ref, "reason": command.reason})
    return Outcome(ref)


def _told(work: Work, notice: Row[Any], relay: Row[Any], state: str, place: str, room_id: str | None) -> None:
    ref = Ref("relay", relay.id)
    bulk.change_relay(work.tx, relay.id, state=state, place=place, room_id=room_id, told_at=work.now)
    receipt = notices.receipt_of(work.tx, notice.id, relay.person_id)
    if receipt is not None and receipt.state in READ:
        notices.change_receipts(work.tx, [receipt.id], state="relayed")
    timers.cancel(work.tx, str(ref))
    summoning.over_keyed(work, notice, "relay_silent", [f"{relay.id}.tell_csm", f"{relay.id}.tell_supervisor"])
    work.redraw(ref)
    broadcasts.wake_reader(work.tx, notice.id, relay.person_id, work.now)
    broadcasts.wake_boards(work.tx, notice.id, work.now)
    after = {"ref": notice.ref, "step": relay.number, "place": place, "text": relay.text}
    work.note(f"relay.{state}", chain=relay.client_id, subject=ref, after=after)


def _own(work: Work, ref: Ref) -> tuple[Row[Any], Row[Any]]:
    """The notice and the contact's own relay, locked; refused for somebody else's and for what is out of date."""
    relay = bulk.relay(work.tx, ref.id) if ref.kind == "relay" and storable(ref.id) else None
    if relay is not None:  # the notice stands still, and one person's clicks come one after the other
        notices.share(work.tx, relay.notice_id)
        notices.lock_part(work.tx, relay.notice_id, relay.client_id)
        relay = bulk.relay(work.tx, ref.id, lock=True)
    if relay is None or not work.who.acts_for(relay.client_id):
        raise Refused("This message does not exist (any more).", code="not_found")
    if relay.person_id != work.who.person_id:
        person = directory.person(work.tx, relay.person_id)
        name = person.name if person is not None else "the contact"
        raise Refused(f"This message is {name}'s to send.", code="not_entitled")
    if relay.state == "replaced":
        raise Refused("There is news since: please use the latest message for your staff.", code="conflict")
    notice = notices.notice(work.tx, relay.notice_id)
    assert notice is not None
    return notice, relay


def _room(work: Work, relay: Row[Any], room_id: str) -> Row[Any]:
    own = rooms.rooms_of(work.tx, relay.client_id)
    if not own:
        raise Refused(
            "The bot is in no channel of your company yet. Invite it to one first.", field="room", code="blocked"
        )
    if not room_id.strip():
        if len(own) > 1:
            raise Refused("Please choose the channel.", field="room", code="invalid")
        return own[0]
    for row in own:
        if row.id == room_id:
            return row
    raise Refused("Please choose a channel of your own company.", field="room", code="invalid")


def _called(room: Row[Any]) -> str:
    return str(room.name) if str(room.name).startswith("#") or room.platform != "slack" else f"#{room.name}"


def _csm(work: Work, relay: Row[Any]) -> str | None:
    client = directory.client(work.tx, relay.client_id)
    return summoning.csm_of_each(work, {relay.client_id: client}).get(relay.client_id) if client is not None else None


def _impact(notice: Row[Any], places: Sequence[Place]) -> str:
    return next((place.row.impact for place in places if place.row.impact), "") or str(notice.impact)


def _ladder(
    work: Work, notice: Row[Any], relay_id: str, person: Row[Any], places: Sequence[Place], quiet: Quiet
) -> list[dict[str, Any]]:
    since, place = quiet.until(person), places[0]
    planned = quiet.plan(f"relay{notice.severity}", place.client, place.row.location_id, since)
    return [
        {
            **announcing.timer(work, notice, "told", rung.position, rung.deed, rung.due_at, client_id=place.client.id),
            "subject": f"relay:{relay_id}",
        }
        for rung in planned
    ]
