"""What a contact tells the staff: drafted at every step, edited, posted in a room or told by other means.

draft -> posted | informed | replaced (something newer is to be told) | withdrawn (it is off) | over (it is done)
posted -> draft (it did not arrive in the room)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.commands import DeliveryFailed, Outcome, Ref, Refused
from handlers.context import CLICK, Work
from handlers.mechanisms import noticerelays, summoning, undelivered
from handlers.mechanisms.relaying import CARD, TOLD, Kind, Matter
from handlers.mechanisms.rights import missing
from handlers.mechanisms.telling import csm_of, keyed_over, tell
from handlers.mechanisms.windows import staffnotes
from handlers.words import cleaned, storable
from storage.queries import deliveries, directory, relays, rooms, timers
from storage.rows import Row

BY_OTHER_MEANS = "by other means"
POST = "post"
SILENT = "relay_silent"
"""The task to ask somebody who has told the staff nothing."""

KINDS: Mapping[str, Kind] = {"notice": noticerelays.KIND, "downtime": staffnotes.KIND}
"""What differs by the kind of the subject."""
OVER: Mapping[str, str] = {
    "replaced": "There is news since: please use the latest message for your staff.",
    "withdrawn": "This is off: there is nothing to tell your staff any more.",
    "over": "The work is done: there is nothing to tell your staff any more.",
}
"""Why a draft is no longer anybody's to send, by its state."""


def edit(work: Work, ref: Ref, text: str) -> Outcome:
    """draft -> draft: the contact's own words."""
    _, matter, relay = _own(work, ref)
    words = cleaned(text, "text", "the message")
    if relay.state in TOLD:
        raise Refused("Your staff has been told this already.", code="conflict")
    if words == relay.text:
        return Outcome(ref, "The message says this already.", repeated=True)
    relays.change_relay(work.tx, relay.id, text=words, edited=True)
    work.redraw(ref)
    work.note(
        "relay.edit",
        chain=relay.client_id,
        subject=ref,
        before={"text": relay.text},
        after={"ref": matter.name, "text": words},
    )
    return Outcome(ref, "Saved. Nothing has been sent yet.")


def post(work: Work, ref: Ref, room_id: str) -> Outcome:
    """draft -> posted: in a room of the contact's own company; the only one when none is named."""
    kind, matter, relay = _own(work, ref)
    if relay.state in TOLD:
        return Outcome(ref, f"Your staff was told before: {relay.place}.", repeated=True)
    room = _room(work, relay, room_id)
    if not work.post(ref, POST, room.id, client_id=relay.client_id, priority=matter.priority):
        raise Refused(
            f"The bot is not in {_called(room)} (any more). Please choose another.", field="room", code="blocked"
        )
    _told(work, kind, matter, relay, "posted", _called(room), room.id)
    return Outcome(ref, f"Posted in {_called(room)}.")


def informed(work: Work, ref: Ref) -> Outcome:
    """draft -> informed: the contact has told the staff by other means."""
    kind, matter, relay = _own(work, ref)
    if relay.state in TOLD:
        return Outcome(ref, f"Your staff was told before: {relay.place}.", repeated=True)
    _told(work, kind, matter, relay, "informed", BY_OTHER_MEANS, None)
    return Outcome(ref, "Noted: your staff knows the latest.")


def climb(work: Work, timer: Row) -> Outcome:
    """Nobody has told the staff: a nudge, then the CSM; of two that are due at once only the later one."""
    ref = Ref.parse(timer.subject)
    relay = _held(work, ref)
    if relay is None or timers.take(work.tx, timer.id, work.now) is None or relay.state != "draft":
        return Outcome(ref, repeated=True)
    (kind, matter), person = _about(work, relay), directory.person(work.tx, relay.person_id)
    assert person is not None
    if person.state != "active":
        return Outcome(ref)
    if timer.deed.startswith("remind"):
        later = [one for one in timers.waiting_of(work.tx, timer.subject) if one.due_at <= work.now]
        if later:
            timers.skip(work.tx, timer.id)
            return Outcome(ref)
        purpose = f"nudge:{timer.position}"
        work.owe(ref, purpose, [person.id], client_id=relay.client_id, priority=matter.priority, follows=CARD)
    elif timer.deed in ("tell_csm", "tell_supervisor"):
        above = timer.deed == "tell_supervisor"
        owner = summoning.supervisor_of(work, relay.client_id) if above else csm_of(work, relay.client_id)
        title = f"{matter.name}: {person.name} has not told the staff"[:300]
        key = f"{relay.id}.{timer.deed}"
        tell(work, relay.client_id, owner or matter.owner, matter.ref, SILENT, title, key=key)
    kind.shown(work, relay)
    work.note(f"relay.{timer.deed}", chain=relay.client_id, subject=ref, after={"ref": matter.name})
    return Outcome(ref)


def not_posted(command: DeliveryFailed, work: Work, row: Row[Any]) -> Outcome:
    """posted -> draft: the room did not get it, so the staff does not know; the contact sees it at once."""
    if row.purpose != POST:
        return undelivered.note(command, work, row)
    ref = Ref.parse(row.subject)
    relay = _held(work, ref)
    if not deliveries.take_up(work.tx, row.id, work.now):
        return Outcome(ref, repeated=True)
    if relay is None or relay.state != "posted":
        return Outcome(ref, repeated=True)
    undelivered.forget(work, row, command)
    relays.change_relay(work.tx, relay.id, state="draft", place="", told_at=None)
    kind, matter = _about(work, relay)
    work.owe(ref, f"failed:{row.id}"[:60], [relay.person_id], client_id=relay.client_id, priority=CLICK, follows=CARD)
    work.redraw(ref)
    kind.shown(work, relay)
    work.note("relay.failed", chain=relay.client_id, subject=ref, after={"ref": matter.name, "reason": command.reason})
    return Outcome(ref)


def _told(work: Work, kind: Kind, matter: Matter, relay: Row[Any], state: str, place: str, room_id: str | None) -> None:
    ref = Ref("relay", relay.id)
    relays.change_relay(work.tx, relay.id, state=state, place=place, room_id=room_id, told_at=work.now)
    kind.told(work, relay)
    timers.cancel(work.tx, str(ref))
    done = [f"{relay.id}.tell_csm", f"{relay.id}.tell_supervisor"]
    keyed_over(work, matter.ref, (SILENT,), done)
    work.redraw(ref)
    kind.shown(work, relay)
    after = {"ref": matter.name, "step": relay.number, "place": place, "text": relay.text}
    work.note(f"relay.{state}", chain=relay.client_id, subject=ref, after=after)


def _about(work: Work, relay: Row[Any]) -> tuple[Kind, Matter]:
    subject = Ref.parse(relay.subject)
    kind = KINDS[subject.kind]
    matter = kind.matter(work.tx, subject.id)
    assert matter is not None
    return kind, matter


def _held(work: Work, ref: Ref) -> Row[Any] | None:
    """A relay, locked: its subject stands still, and one person's clicks come one after the other."""
    relay = relays.relay(work.tx, ref.id)
    if relay is None:
        return None
    KINDS[Ref.parse(relay.subject).kind].hold(work, relay)
    return relays.relay(work.tx, ref.id, lock=True)


def _own(work: Work, ref: Ref) -> tuple[Kind, Matter, Row[Any]]:
    """The contact's own relay, locked, and what it is about; refused for somebody else's and for what is over."""
    relay = _held(work, ref) if ref.kind == "relay" and storable(ref.id) else None
    if relay is None or not work.who.acts_for(relay.client_id):
        raise missing("message")
    if relay.person_id != work.who.person_id:
        person = directory.person(work.tx, relay.person_id)
        name = person.name if person is not None else "the contact"
        raise Refused(f"This message is {name}'s to send.", code="not_entitled")
    if relay.state in OVER:
        raise Refused(OVER[relay.state], code="conflict")
    return *_about(work, relay), relay


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
