"""Somebody objects: "I didn't ask for this", "that was a mistake", the call-back that was not confirmed.

pending -> withdrawn (stopped; the CSM is told to phone)      approved -> void (the mistake is settled against it)
"""

from __future__ import annotations

from handlers.commands import Outcome, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import asking
from handlers.mechanisms.decision import close, journal, locked, only_provider, reread
from handlers.mechanisms.standing import Standing, stand
from handlers.mechanisms.survey import disowns, open_mistake, stoppable
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.verdicts import closed
from handlers.words import cleaned
from storage.queries import approvals, timers


def disown(work: Work, ref: Ref) -> Outcome:
    """pending -> withdrawn: the person in whose name or about whom it was asked stops it; the CSM phones."""
    standing = locked(work, ref)
    request = standing.request
    person = work.who.person_id or ""
    if work.who.staff or not disowns(standing, person):
        raise Refused("This was not asked in your name and is not about you.", code="not_entitled")
    name, phone = standing.name(person), standing.people[person].phone
    title = f"{request.ref}: {name} says “I didn't ask for this”. Phone {name}{f' at {phone}' if phone else ''}"
    stops = stoppable(standing)
    if request.state == "approved":
        void(work, standing, f"{name}: “I didn't ask for this.”")
    elif stops:
        close(work, standing, "withdrawn", why=f"{name}: “I didn't ask for this.”")
    task = asking.tell_csm(work, standing, "disowned", title, person)
    if not stops and task is None:
        return Outcome(ref, f"{request.ref} is {closed(standing)}. Your provider knows already.", repeated=True)
    work.redraw(ref)
    journal(work, standing, "disown", {"person": person})
    if not stops:
        return Outcome(ref, f"{request.ref} is {closed(standing)}. Your provider has been told and will call you.")
    return Outcome(ref, "Stopped. Nothing will be done, and your provider will call you.")


def regret(work: Work, ref: Ref, text: str) -> Outcome:
    """approved -> approved, held: nothing is carried out until the CSM settles it with the person."""
    standing = locked(work, ref)
    request = standing.request
    vote = standing.live_vote_of(work.who.person_id or "")
    if vote is None or vote.verdict != "approve":
        raise Refused("Only somebody who approved this can call it a mistake.", code="not_entitled")
    if request.state not in ("approved", "fulfilled"):
        how = "take your approval back" if standing.is_open else f"nothing has to be stopped: it is {closed(standing)}"
        raise Refused(f"{request.ref} is not approved yet; {how}." if standing.is_open else f"{how}.", code="conflict")
    mistake = request.marks.get("mistake")
    if mistake and not mistake.get("settled"):
        return Outcome(ref, "Your provider has been told already and nothing is carried out meanwhile.", repeated=True)
    words = cleaned(text, "text", "what was wrong")
    record = {"person": work.who.person_id, "text": words, "at": work.now.isoformat()}
    approvals.change_request(work.tx, request.id, marks={**request.marks, "mistake": record})
    person = standing.people[work.who.person_id or ""]
    late = " It has been carried out already." if request.state == "fulfilled" else ""
    title = f"{request.ref}: {person.name} says the approval was a mistake.{late}"
    asking.tell_csm(work, standing, "mistake", title, work.new_id("m"), words)
    work.redraw(ref)
    journal(work, standing, "regret", {"text": words})
    done = "It has been carried out already, so they will call you." if late else "Nothing is carried out meanwhile."
    return Outcome(ref, f"Your provider has been told. {done}")


def settle(work: Work, ref: Ref, stands: bool, text: str) -> Outcome:
    """approved, held -> approved | void: the CSM has spoken with the person."""
    standing = locked(work, ref)
    only_provider(work, "settle a mistake")
    mistake = open_mistake(standing)
    if mistake is None:
        return Outcome(ref, "There is nothing to settle (any more).", repeated=True)
    words = cleaned(text, "text", "what was agreed")
    settled = {**mistake, "settled": {"stands": stands, "text": words, "by": work.who.name}}
    approvals.change_request(work.tx, standing.request.id, marks={**standing.request.marks, "mistake": settled})
    if not stands and standing.request.state == "approved":
        void(work, standing, words)
    tasks_over(work, standing.ref, {"mistake"})
    work.redraw(ref)
    journal(work, standing, "settle_mistake", {"stands": stands, "text": words})
    how = "The approval stands" if stands else f"{standing.request.ref} is no longer valid"
    if standing.request.state == "fulfilled" and not stands:
        how = f"{standing.request.ref} was carried out before, so it stays on record as done, with what was agreed"
    return Outcome(ref, f"{how}. Everybody concerned can see it.")


def quote_ran_out(work: Work, standing: Standing, day: str) -> None:
    """approved -> void, pending -> expired: the price that was approved can no longer be had."""
    why = f"The quote was valid until {day}."
    if standing.request.state == "approved":
        void(work, standing, why)
        title = f"{standing.request.ref}: the quote ran out before it was carried out"
        asking.tell_csm(work, standing, "quote", title, "quote")
    elif standing.is_open or standing.request.state == "draft":
        close(work, standing, "expired", why=why)
    else:
        return
    work.redraw(standing.ref)
    journal(work, standing, "quote_ran_out")


def void(work: Work, standing: Standing, why: str) -> None:
    approvals.change_request(work.tx, standing.request.id, state="void", closed_why=why, closed_at=work.now)
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, asking.ENDED | {"mistake"})
    after = stand(work.tx, reread(work, standing), work.now)
    people = {vote.person_id for vote in after.votes}
    work.owe(standing.ref, "void", sorted(people), client_id=standing.client.id)
