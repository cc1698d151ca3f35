"""The decision: a question with ordered steps, votes and an end that silence can only make a no.

    request  pending -> approved | rejected | expired | withdrawn          approved -> fulfilled
    step     waiting -> open -> approved | rejected | skipped

Each function below is one transition, made under the lock of the request's row. A duplicate is a legal input: it
changes nothing and answers with the present truth.
"""

from __future__ import annotations

from typing import Any

from handlers.authority import No, either, may_decide
from handlers.commands import Outcome, Ref, Refused
from handlers.context import Work
from handlers.mechanisms.asking import open_stage
from handlers.mechanisms.standing import Standing, load, stand
from storage.queries import approvals, timers
from storage.rows import Row

CLOSED_WORDS = {
    "approved": "approved",
    "rejected": "rejected",
    "expired": "closed without an answer, so it was not approved",
    "withdrawn": "withdrawn",
    "fulfilled": "approved and done",
}


def locked(work: Work, ref: Ref) -> Standing:
    """Locks the request and says where it stands; refused for a subject that is none of this actor's business."""
    request = approvals.lock(work.tx, ref.id) if ref.kind == "approval" else None
    if request is None:
        raise Refused("This request does not exist (any more).", code="not_found")
    if not work.who.acts_for(request.client_id):
        raise Refused(
            "This request belongs to another company. Only that company's own key contacts can decide it.",
            code="not_found" if work.who.service else "not_entitled",
        )
    return stand(work.tx, request, work.now)


def approve(work: Work, ref: Ref, version: int) -> Outcome:
    """pending -> pending | approved: one person's yes fills the first open voice that fits."""
    standing = locked(work, ref)
    if repeated := _already(work, standing):
        return repeated
    voice_id = _entitled(work, standing, version)
    _vote(work, standing, voice_id, "approve", "")
    approvals.decide_step(work.tx, voice_id, "approved", _voter(work), work.now)
    after = stand(work.tx, _reread(work, standing), work.now)
    if all(step.state == "approved" for step in after.steps):
        _close(work, after, "approved")
        say = f"Approved. {after.request.ref} is decided."
    else:
        approvals.change_request(work.tx, standing.request.id)
        if not any(step.state == "open" for step in after.steps):
            open_stage(work, after)
        left = either(load_names(work, standing))
        say = f"Your approval counts: {after.given} of {after.needed}." + (
            f" {left} still has to decide." if left else ""
        )
    work.redraw(ref)
    _journal(work, standing, "approve", {"voice": voice_id})
    return Outcome(ref, say)


def reject(work: Work, ref: Ref, version: int, reason: str) -> Outcome:
    """pending -> rejected: one no ends it."""
    standing = locked(work, ref)
    if repeated := _already(work, standing):
        return repeated
    voice_id = _entitled(work, standing, version)
    text = reason.strip()
    if not text:
        raise Refused(
            "Please say why, so that the people who asked know what to change.", field="reason", code="invalid"
        )
    _vote(work, standing, voice_id, "reject", text)
    approvals.decide_step(work.tx, voice_id, "rejected", _voter(work), work.now)
    _close(work, standing, "rejected", why=text)
    work.redraw(ref)
    _journal(work, standing, "reject", {"voice": voice_id, "reason": text})
    return Outcome(ref, f"Rejected. {standing.request.ref} is closed and your reason has been passed on.")


def withdraw(work: Work, ref: Ref, reason: str) -> Outcome:
    """pending -> withdrawn: the provider no longer asks."""
    standing = locked(work, ref)
    _only_provider(work, "withdraw a request")
    if not reason.strip():
        raise Refused(
            "Please say why it is withdrawn: everybody who was asked will read it.", field="reason", code="invalid"
        )
    if not standing.is_open:
        if standing.request.state == "withdrawn":
            return Outcome(ref, f"{standing.request.ref} was withdrawn before.", repeated=True)
        raise Refused(f"{standing.request.ref} is {_closed(standing)}: it can no longer be withdrawn.", code="conflict")
    _close(work, standing, "withdrawn", why=reason.strip())
    work.redraw(ref)
    _journal(work, standing, "withdraw", {"reason": reason.strip()})
    return Outcome(ref, f"{standing.request.ref} is withdrawn. Everybody who was asked can see it.")


def expire(work: Work, standing: Standing) -> None:
    """pending -> expired: nobody answered in time, which is never a yes."""
    _close(work, standing, "expired")
    work.redraw(standing.ref)
    _journal(work, standing, "expire", {})


def fulfil(work: Work, ref: Ref, note: str) -> Outcome:
    """approved -> fulfilled: the approved thing was bought or done."""
    standing = locked(work, ref)
    _only_provider(work, "mark a request as done")
    if standing.request.state == "fulfilled":
        return Outcome(ref, f"{standing.request.ref} was marked as done before.", repeated=True)
    if standing.request.state != "approved":
        raise Refused(f"{standing.request.ref} is not approved, so there is nothing to carry out.", code="conflict")
    approvals.change_request(work.tx, standing.request.id, state="fulfilled", closed_why=note.strip())
    work.redraw(ref)
    _journal(work, standing, "fulfil", {"note": note.strip()})
    return Outcome(ref, f"{standing.request.ref} is marked as done.")


def refusal(standing: Standing, no: No) -> str:
    """The sentence for a person who may not decide: why, and who can."""
    who = either(standing.deciders())
    can = f" {who} can decide." if who else " Your provider has been told that nobody can decide it at the moment."
    return {
        "subject": "This change is about your own access, so somebody else has to decide it." + can,
        "requester": "You asked for this, so your own approval does not count here." + can,
        "away": "You are marked as away, so this is not yours to decide just now." + can,
        "left": "Only key contacts of this company can decide." + can,
        "voted": "You have given your voice already; this needs another person too." + can,
    }.get(no.why, "You are not one of the people who can decide this." + can)


def load_names(work: Work, standing: Standing) -> list[str]:
    """Names of the people now asked and still silent."""
    after = load(work.tx, standing.request.id, work.now)
    assert after is not None
    return list(dict.fromkeys(after.name(person_id) for person_id, _ in after.waiting_on()))


# ------------------------------------------------------------------ the parts transitions share


def _already(work: Work, standing: Standing) -> Outcome | None:
    """The present truth for somebody who has decided, or for a request that is decided."""
    request = standing.request
    vote = standing.live_vote_of(work.who.person_id or "")
    if vote is not None:
        verb = "approved" if vote.verdict == "approve" else "rejected"
        progress = f" {standing.given} of {standing.needed} have approved." if standing.is_open else ""
        ended = "" if standing.is_open else f" {request.ref} is {_closed(standing)}."
        return Outcome(
            standing.ref, f"You have already {verb} this; nothing was done twice.{progress}{ended}", repeated=True
        )
    if standing.is_open:
        return None
    entitled = any(work.who.person_id in {row.id for row in step.deciders} for step in standing.steps)
    known = any(row.person_id == work.who.person_id for step in standing.steps for row in step.asked)
    if not (entitled or known):
        return None
    return Outcome(standing.ref, f"{request.ref} is already {_closed(standing)}.", repeated=True)


def _closed(standing: Standing) -> str:
    by = either(standing.name(vote.person_id) for vote in standing.votes).replace(" or ", " and ")
    return CLOSED_WORDS[standing.request.state] + (
        f" (by {by})" if by and standing.request.state != "withdrawn" else ""
    )


def _entitled(work: Work, standing: Standing, version: int) -> str:
    """The voice this person fills, or a refusal that names who can; never for the provider's own people."""
    if work.who.person_id is None or work.who.staff:
        who = either(standing.deciders())
        raise Refused(f"Only the client's key contacts can decide this: {who}.", code="not_entitled")
    answer = may_decide(standing.roster, standing.question, work.who.person_id)
    if isinstance(answer, No):
        raise Refused(refusal(standing, answer), code="not_entitled")
    if not standing.is_open:
        raise Refused(f"{standing.request.ref} is already {_closed(standing)}.", code="conflict")
    if version != standing.request.version:
        raise Refused(
            "The request has changed since this card was drawn. Please read the current card and decide there.",
            code="conflict",
        )
    return answer.id


def _voter(work: Work) -> str:
    assert work.who.person_id is not None
    return work.who.person_id


def _vote(work: Work, standing: Standing, step_id: str, verdict: str, comment: str) -> None:
    approvals.add_vote(
        work.tx,
        {
            "id": work.new_id("vot"),
            "request_id": standing.request.id,
            "step_id": step_id,
            "person_id": _voter(work),
            "verdict": verdict,
            "comment": comment,
            "version": standing.request.version,
            "identity_id": work.who.identity_id,
            "channel": work.channel,
            "at": work.now,
        },
    )


def _close(work: Work, standing: Standing, state: str, *, why: str = "") -> None:
    request = standing.request
    approvals.change_request(work.tx, request.id, state=state, closed_at=work.now, closed_why=why)
    approvals.close_steps(work.tx, request.id, request.version, "skipped")
    timers.cancel(work.tx, str(standing.ref))
    timers.finish_tasks(work.tx, str(standing.ref), work.now)
    asker = standing.people.get(request.requester_id or "")
    asked = {row.person_id for step in standing.steps for row in step.asked}
    if asker is not None and asker.client_id and asker.id not in asked:  # the provider's own people have the board
        work.owe(standing.ref, "outcome", [asker.id], client_id=standing.client.id)


def _reread(work: Work, standing: Standing) -> Row[Any]:
    row = approvals.request(work.tx, standing.request.id)
    assert row is not None
    return row


def _only_provider(work: Work, what: str) -> None:
    if not (work.who.staff or work.who.service or work.who.system):
        raise Refused(f"Only your provider can {what}.", code="not_entitled")


def _journal(work: Work, before: Standing, what: str, extra: dict[str, Any]) -> None:
    after = _reread(work, before)
    work.note(
        f"approval.{what}",
        chain=before.client.id,
        subject=before.ref,
        version=before.request.version,
        before={"state": before.request.state, "given": before.given},
        after={"state": after.state, "given": load(work.tx, after.id, work.now).given, **extra},  # type: ignore[union-attr]
    )
