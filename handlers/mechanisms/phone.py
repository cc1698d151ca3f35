"""What was said on the phone: the CSM records it, the person confirms it in chat, and only then it is a voice."""

from __future__ import annotations

from handlers.authority import No, may_decide
from handlers.commands import Outcome, Ref, Refused
from handlers.context import URGENT, Work
from handlers.mechanisms import asking
from handlers.mechanisms.decision import approve, journal, locked, voter
from handlers.mechanisms.standing import Standing
from handlers.mechanisms.verdicts import closed, refusal
from handlers.words import cleaned
from storage.queries import approvals, timers
from storage.rows import Row

CONFIRM_DAYS = 1


def record(work: Work, ref: Ref, version: int, person_id: str, note: str) -> Outcome:
    """The CSM heard a yes at the number on file. It does not count yet: the person is asked in chat."""
    standing = locked(work, ref)
    if not work.who.staff:
        raise Refused("Only your provider can record a call.", code="not_entitled")
    if not standing.is_open:
        raise Refused(f"{standing.request.ref} is {closed(standing)}.", code="conflict")
    if standing.overdue:
        raise Refused(f"The deadline of {standing.request.ref} has passed.", code="conflict")
    if version != standing.request.version:
        raise Refused("The request has changed since. Please tell the person what it says now.", code="conflict")
    answer = may_decide(standing.roster, standing.question, person_id)
    if isinstance(answer, No):
        raise Refused(refusal(standing, answer), field="person", code="invalid")
    person = standing.people[person_id]
    if not person.phone:
        raise Refused(
            f"There is no phone number on file for {person.name}. A call to another number proves nothing.",
            field="person",
            code="blocked",
        )
    if not standing.roster.members[person_id].reachable:
        raise Refused(
            f"{person.name} has no chat account and could not confirm the call.", field="person", code="blocked"
        )
    words = cleaned(note, "note", "what was said", empty=True)
    if _waiting(standing, person_id) is not None:
        return Outcome(ref, f"{person.name} has been asked to confirm the call already.", repeated=True)
    voice = work.new_id("phv")
    due_at = asking.business_days(work, standing, CONFIRM_DAYS)
    approvals.add_phone_voice(
        work.tx,
        {
            "id": voice,
            "request_id": standing.request.id,
            "version": version,
            "person_id": person_id,
            "recorded_by": voter(work),
            "number": person.phone,
            "note": words,
            "at": work.now,
            "due_at": due_at,
            "state": "waiting",
        },
    )
    asking.plan_timer(work, standing, "phone_lapse", due_at, plan=f"phone:{voice}")
    work.owe(ref, f"phone:{voice}", [person_id], client_id=standing.client.id, priority=URGENT)
    approvals.change_request(work.tx, standing.request.id)
    work.redraw(ref)
    journal(work, standing, "phone", {"person": person_id, "number": person.phone, "note": words})
    return Outcome(ref, f"Recorded. It counts when {person.name} confirms it in chat, within one business day.")


def confirm(work: Work, ref: Ref, version: int, right: bool) -> Outcome:
    """The person says in chat whether the call was right; a yes is then that person's vote."""
    standing = locked(work, ref)
    heard = _waiting(standing, work.who.person_id or "")
    if heard is None or work.now >= heard.due_at:
        raise Refused("There is no call of yours to confirm (any more).", code="conflict")
    if right:
        return approve(work, ref, version, comment=f"By phone on {heard.number}, confirmed in chat.")
    approvals.settle_phone_voice(work.tx, heard.id, "denied")
    timers.cancel_plan(work.tx, str(ref), f"phone:{heard.id}")
    approvals.change_request(work.tx, standing.request.id)
    name = standing.name(work.who.person_id)
    title = f"{standing.request.ref}: {name} says that the recorded phone approval is not right"
    asking.tell_csm(work, standing, "phone_denied", title, heard.id)
    work.redraw(ref)
    journal(work, standing, "phone_denied", {"person": work.who.person_id})
    return Outcome(ref, "Thank you. The call does not count, and your provider has been told.")


def lapse(work: Work, standing: Standing, voice_id: str) -> None:
    """Nobody confirmed within a business day: what was heard does not count."""
    if not approvals.settle_phone_voice(work.tx, voice_id, "lapsed"):
        return
    heard = next(row for row in standing.phone_voices if row.id == voice_id)
    approvals.change_request(work.tx, standing.request.id)
    title = f"{standing.request.ref}: {standing.name(heard.person_id)} has not confirmed the phone approval in chat"
    asking.tell_csm(work, standing, "phone_lapsed", title, voice_id)
    work.redraw(standing.ref)
    journal(work, standing, "phone_lapsed", {"person": heard.person_id})


def _waiting(standing: Standing, person_id: str) -> Row | None:
    version = standing.request.version
    for row in standing.phone_voices:
        if row.person_id == person_id and row.state == "waiting" and row.version == version:
            return row
    return None
