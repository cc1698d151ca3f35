"""What people want to talk about, and what a talk leaves to do: added, taken off, done, dropped, asked for when due."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from handlers.commands import (
    AddActionItem,
    AddAgendaItem,
    FinishActionItem,
    Outcome,
    Ref,
    Refused,
    RemoveAgendaItem,
)
from handlers.context import Work
from handlers.hours import calendar_of
from handlers.mechanisms.mornings import owe_apart
from handlers.mechanisms.rights import missing
from handlers.mechanisms.talks.standing import Standing, load
from handlers.mechanisms.talks.steering import (
    SCOPE,
    done,
    journal,
    locked,
    not_now,
    only_provider,
)
from handlers.policy import policy_of
from handlers.words import cleaned, storable
from storage.queries import directory, timers, touchpoints
from storage.rows import Row

LONGEST = 300
MOST = 30
"""Items of one agenda, and action items of one talk."""
NUDGED_AT = time(9)
FURTHEST = 730
"""Days."""


def add_item(command: AddAgendaItem, work: Work) -> Outcome:
    """Somebody of either side wants to talk about it."""
    standing = locked(work, command.ref)
    person_id = work.who.person_id
    if work.who.is_provider:
        only_provider(work, "add to an agenda")
    elif person_id is None or person_id not in standing.roster.members:
        raise missing("meeting")
    if standing.state not in touchpoints.ALIVE:
        raise not_now(standing, "added to")
    if person_id is not None and not work.who.staff and not standing.may_add(person_id):
        raise Refused("Only your company's key contacts add to this agenda.", code="not_entitled")
    text = " ".join(cleaned(command.text, "text", "what you want to talk about", LONGEST).split())
    if any(one.text.casefold() == text.casefold() for one in standing.items):
        return done(work, standing, "That is on the agenda already.", repeated=True)
    if len(standing.items) >= MOST:
        raise Refused("The agenda is full. Please take something off first.", field="text", code="blocked")
    item_id = work.new_id("agi")
    touchpoints.add_item(
        work.tx,
        {
            "id": item_id,
            "touchpoint_id": standing.row.id,
            "text": text,
            "person_id": person_id,
            "by": work.who.name,
            "at": work.now,
            "state": "open",
        },
    )
    touchpoints.change_talk(work.tx, standing.row.id)
    journal(work, standing, "item_add", {"item": item_id, "text": text})
    return done(work, standing, "It is on the agenda.")


def remove_item(command: RemoveAgendaItem, work: Work) -> Outcome:
    """Whoever added it, or the provider, takes it off."""
    known = command.ref.kind == "agenda_item" and storable(command.ref.id)
    item = touchpoints.item(work.tx, command.ref.id) if known else None
    if item is None:
        raise Refused("This is not on the agenda (any more).", code="not_found")
    standing = locked(work, Ref("touchpoint", item.touchpoint_id))
    if work.who.is_provider:
        only_provider(work, "take something off an agenda")
    elif item.person_id is None or item.person_id != work.who.person_id:
        raise Refused(f"{item.by} wants to talk about this, and can take it off.", code="not_entitled")
    if standing.state not in touchpoints.ALIVE:
        raise not_now(standing, "changed")
    if all(one.id != item.id for one in standing.items):
        return done(work, standing, "It is off the agenda already.", repeated=True)
    touchpoints.remove_item(work.tx, item.id)
    touchpoints.change_talk(work.tx, standing.row.id)
    journal(work, standing, "item_remove", {"item": item.id, "text": item.text})
    return done(work, standing, "It is off the agenda.")


def add_action(command: AddActionItem, work: Work) -> Outcome:
    """Somebody of either side is to do something; that one hears of it, and again on the day when it is due."""
    standing = locked(work, command.ref)
    only_provider(work, "give somebody something to do")
    begun = standing.state == "confirmed" and standing.row.starts_at <= work.now
    if not begun and standing.state not in ("held", "closed"):
        raise not_now(standing, "followed by something to do")
    text = " ".join(cleaned(command.text, "text", "what is to be done", LONGEST).split())
    person = standing.people.get(command.owner) if storable(command.owner) else None
    if person is None or person.state != "active":
        raise Refused("Please choose who does it.", field="owner", code="invalid")
    due = _due(work, standing, command.due_on)
    same = (text.casefold(), person.id, "open")
    if any((one.text.casefold(), one.owner_id, one.state) == same for one in standing.actions):
        return done(work, standing, f"{person.name} has this to do already.", repeated=True)
    if len(standing.actions) >= MOST:
        raise Refused("That is enough for one meeting.", field="text", code="blocked")
    ref = Ref("action_item", work.new_id("act"))
    touchpoints.add_action(
        work.tx,
        {
            "id": ref.id,
            "touchpoint_id": standing.row.id,
            "client_id": standing.client.id,
            "text": text,
            "owner_id": person.id,
            "due_on": due,
            "state": "open",
            "added_by": work.who.name,
            "at": work.now,
            "done_at": None,
            "done_by": "",
        },
    )
    touchpoints.change_talk(work.tx, standing.row.id)
    if person.id != work.who.person_id:
        _tell(work, standing, ref, "action", person)
    _plan_nudge(work, standing, ref, person, due)
    journal(work, standing, "action_add", {"action": ref.id, "text": text, "owner": person.id, "due": _iso(due)})
    return done(work, standing, f"{person.name} has this to do.")


def finish_action(command: FinishActionItem, work: Work) -> Outcome:
    """open -> done, or dropped: by whoever has it to do, or the provider."""
    known = command.ref.kind == "action_item" and storable(command.ref.id)
    row = touchpoints.lock_action(work.tx, command.ref.id) if known else None
    if row is None or not work.who.acts_for(row.client_id):
        raise Refused("There is nothing like this to do (any more).", code="not_found")
    if row.owner_id != work.who.person_id and not work.who.is_provider:
        owner = directory.person(work.tx, row.owner_id)
        raise Refused(f"{owner.name if owner else 'Somebody else'} has this to do.", code="not_entitled")
    if work.who.service and SCOPE not in work.who.scopes:
        raise Refused("This token may not finish what somebody has to do.", code="not_entitled")
    if row.state != "open":
        word = "done" if row.state == "done" else "dropped"
        return Outcome(command.ref, f"This is {word} already (by {row.done_by}).", repeated=True)
    state = "dropped" if command.dropped else "done"
    touchpoints.change_action(work.tx, row.id, state=state, done_at=work.now, done_by=work.who.name)
    timers.cancel(work.tx, str(command.ref))
    for ref in (command.ref, Ref("touchpoint", row.touchpoint_id)):
        work.redraw(ref)
    work.note(
        f"action.{'drop' if command.dropped else 'finish'}",
        chain=row.client_id,
        subject=command.ref,
        before={"state": "open"},
        after={"state": state, "text": row.text, "owner": row.owner_id},
    )
    return Outcome(command.ref, "Dropped." if command.dropped else "Done.", {"id": row.id, "state": state})


def nudge(work: Work, timer: Row[Any]) -> Outcome:
    """It is due today and not done: whoever has it to do hears of it once more; one who has left is not asked."""
    ref = Ref.parse(timer.subject)
    row = touchpoints.lock_action(work.tx, ref.id)
    if timers.take(work.tx, timer.id, work.now) is None or row is None or row.state != "open":
        return Outcome(ref, repeated=True)
    standing = load(work.tx, row.touchpoint_id, work.now)
    person = directory.person(work.tx, row.owner_id)
    if standing is not None and person is not None:
        _tell(work, standing, ref, f"nudge:{row.due_on:%Y-%m-%d}", person, follows="action")
        work.redraw(ref)
        work.note("action.nudge", chain=row.client_id, subject=ref, after={"owner": person.id, "text": row.text})
    return Outcome(ref)


def _tell(work: Work, standing: Standing, ref: Ref, purpose: str, person: Row[Any], *, follows: str = "") -> None:
    """A card to whoever has it to do; a contact who is called instead of written to hears it in the next talk."""
    theirs = person.client_id is not None
    if person.state != "active" or (theirs and not standing.by_chat):
        return
    owe_apart(work, ref, purpose, [person.id], standing, follows=follows)


def _due(work: Work, standing: Standing, due_on: date | None) -> date | None:
    if due_on is None:
        return None
    calendar = calendar_of(work.tx, standing.client, policy_of(standing.client.policy))
    today = calendar.local_day(work.now)
    if due_on < today:
        raise Refused("That day has passed.", field="due_on", code="invalid")
    if (due_on - today).days > FURTHEST:
        raise Refused("That is more than two years ahead.", field="due_on", code="invalid")
    return due_on


def _plan_nudge(work: Work, standing: Standing, ref: Ref, person: Row[Any], due: date | None) -> None:
    """In the morning of the day when it is due, on the owner's calendar; a day without business: the day before."""
    if due is None:
        return
    calendar = work.provider
    if person.client_id is not None:
        policy = policy_of(standing.client.policy)
        calendar = calendar_of(work.tx, standing.client, policy, person.location_id or "")
    moment = calendar.at(calendar.at_or_before_business_day(due), NUDGED_AT)
    if moment <= work.now:
        return
    timers.plan(work.tx, work.timer(ref, "due", "nudge", moment, client_id=standing.client.id))


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
