"""The decision: a question with ordered steps, votes and an end that silence can only make a no.

    request  draft -> pending -> approved | rejected | expired | withdrawn | superseded
             pending <-> info_requested          approved -> fulfilled | void
    step     waiting -> open -> approved | rejected | skipped

Each function is one transition, made under the lock of the request's row. A duplicate is a legal input: it changes
nothing and answers with the present truth. What people do when they hesitate is in `hesitation`, what changes the
facts in `changes`, what stops or doubts a decision in `objections`, what was said on the phone in `phone`.
"""

from __future__ import annotations

from typing import Any

from handlers.authority import No, either, may_decide
from handlers.commands import Outcome, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import rerouting
from handlers.mechanisms.asking import ENDED, LADDER_DEEDS, MOOT, card_of, open_stage
from handlers.mechanisms.rights import Rights, missing
from handlers.mechanisms.standing import Standing, stand
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.verdicts import closed, refusal
from handlers.words import cleaned, storable
from storage import outbox
from storage.queries import approvals, timers
from storage.rows import Row

only_provider = Rights("approvals:write").only_provider


def locked(work: Work, ref: Ref) -> Standing:
    """Locks the request and says where it stands; refused for a subject that is none of this actor's business."""
    request = approvals.lock(work.tx, ref.id) if ref.kind == "approval" and storable(ref.id) else None
    if request is None:
        raise missing("request")
    if not work.who.acts_for(request.client_id):
        raise Refused(
            "This request belongs to another company. Only that company's own key contacts can decide it.",
            code="not_found" if work.who.service else "not_entitled",
        )
    return stand(work.tx, request, work.now)


def approve(work: Work, ref: Ref, version: int, *, comment: str = "") -> Outcome:
    """pending -> pending | approved: one person's yes fills the first open voice that fits."""
    standing = locked(work, ref)
    if repeated := already(work, standing):
        return repeated
    voice_id = entitled(work, standing, version)
    _vote(work, standing, voice_id, "approve", comment)
    approvals.decide_step(work.tx, voice_id, "approved", voter(work), work.now)
    if all(step.state == "approved" for step in standing.steps if step.id != voice_id):
        close(work, standing, "approved")
        say = f"Approved. {standing.request.ref} is decided."
    else:
        approvals.change_request(work.tx, standing.request.id)
        after = stand(work.tx, reread(work, standing), work.now, standing)
        if not any(step.state == "open" for step in after.steps):
            open_stage(work, after)
        else:
            rerouting.look_again(work, after)
        left = either(_silent(work, standing))
        say = f"Your approval counts: {after.given} of {after.needed}." + (
            f" {left} still has to decide." if left else ""
        )
    _keep_receipt(work, standing)
    work.redraw(ref)
    journal(work, standing, "approve", {"voice": voice_id})
    return Outcome(ref, say)


def reject(work: Work, ref: Ref, version: int, reason: str) -> Outcome:
    """pending -> rejected: one no ends it."""
    standing = locked(work, ref)
    if repeated := already(work, standing):
        return repeated
    voice_id = entitled(work, standing, version)
    if not reason.strip():
        raise Refused(
            "Please say why, so that the people who asked know what to change.", field="reason", code="invalid"
        )
    text = cleaned(reason, "reason", "the reason")
    _vote(work, standing, voice_id, "reject", text)
    approvals.decide_step(work.tx, voice_id, "rejected", voter(work), work.now)
    close(work, standing, "rejected", why=text)
    _keep_receipt(work, standing)
    work.redraw(ref)
    journal(work, standing, "reject", {"voice": voice_id, "reason": text})
    return Outcome(ref, f"Rejected. {standing.request.ref} is closed and your reason has been passed on.")


def withdraw(work: Work, ref: Ref, reason: str) -> Outcome:
    """draft | pending -> withdrawn: the provider no longer asks, or does not pass an employee's request on."""
    standing = locked(work, ref)
    only_provider(work, "withdraw a request")
    if not reason.strip():
        raise Refused(
            "Please say why it is withdrawn: everybody who was asked will read it.", field="reason", code="invalid"
        )
    if not standing.is_open and standing.request.state != "draft":
        if standing.request.state == "withdrawn":
            return Outcome(ref, f"{standing.request.ref} was withdrawn before.", repeated=True)
        raise Refused(f"{standing.request.ref} is {closed(standing)}: it can no longer be withdrawn.", code="conflict")
    text = cleaned(reason, "reason", "the reason")
    close(work, standing, "withdrawn", why=text)
    work.redraw(ref)
    journal(work, standing, "withdraw", {"reason": text})
    return Outcome(ref, f"{standing.request.ref} is withdrawn. Everybody who was asked can see it.")


def expire(work: Work, standing: Standing, why: str = "") -> None:
    """draft | pending -> expired: nobody answered in time (or the quote ran out), which is never a yes."""
    close(work, standing, "expired", why=why)
    work.redraw(standing.ref)
    journal(work, standing, "expire", {"why": why})


def fulfil(work: Work, ref: Ref, note: str) -> Outcome:
    """approved -> fulfilled: the approved thing was bought or done."""
    standing = locked(work, ref)
    only_provider(work, "mark a request as done")
    request = standing.request
    if request.state == "fulfilled":
        return Outcome(ref, f"{request.ref} was marked as done before.", repeated=True)
    if request.state != "approved":
        raise Refused(f"{request.ref} is not approved, so there is nothing to carry out.", code="conflict")
    mistake = request.marks.get("mistake")
    if mistake and not mistake.get("settled"):
        name = standing.name(mistake["person"])
        raise Refused(
            f"{name} says that approving {request.ref} was a mistake. Settle that before anything is carried out.",
            code="blocked",
        )
    if needs_call(request):
        raise Refused(f"{request.ref} has to be confirmed by a call first: see your task.", code="blocked")
    text = cleaned(note, "note", "the note", empty=True)
    approvals.change_request(work.tx, request.id, state="fulfilled", closed_why=text)
    timers.cancel(work.tx, str(ref), {"quote_expiry"})
    work.redraw(ref)
    journal(work, standing, "fulfil", {"note": text})
    return Outcome(ref, f"{request.ref} is marked as done.")


# ------------------------------------------------------------------ the parts transitions share


def already(work: Work, standing: Standing) -> Outcome | None:
    """The present truth for somebody who has decided, or for a request that is decided."""
    request = standing.request
    vote = standing.live_vote_of(work.who.person_id or "")
    if vote is not None:
        verb = "approved" if vote.verdict == "approve" else "rejected"
        progress = f" {standing.given} of {standing.needed} have approved." if standing.is_open else ""
        ended = "" if standing.is_open else f" {request.ref} is {closed(standing)}."
        say = f"You have already {verb} this; nothing was done twice.{progress}{ended}"
        return Outcome(standing.ref, say, repeated=True)
    if standing.is_open or request.state == "draft" or not _involved(work, standing):
        return None
    return Outcome(standing.ref, f"{request.ref} is already {closed(standing)}.", repeated=True)


def entitled(work: Work, standing: Standing, version: int) -> str:
    """The voice this person fills, or a refusal that names who can; never for the provider's own people."""
    if work.who.person_id is None or work.who.staff:
        who = either(standing.deciders()) if standing.is_open else ""
        raise Refused(f"Only the client's key contacts can decide this{who and ': '}{who}.", code="not_entitled")
    if not standing.is_open and standing.request.state != "draft" and _involved(work, standing):
        raise Refused(f"{standing.request.ref} is already {closed(standing)}.", code="conflict")
    answer = may_decide(standing.roster, standing.question, work.who.person_id)
    if isinstance(answer, No):
        raise Refused(refusal(standing, answer), code="not_entitled")
    if standing.overdue:
        raise Refused(f"The deadline of {standing.request.ref} has passed, so it is not approved.", code="conflict")
    if version != standing.request.version:
        raise Refused(
            "The request has changed since this card was drawn. Please read the current card and decide there.",
            code="conflict",
        )
    return answer.id


def voter(work: Work) -> str:
    """The person who acts."""
    assert work.who.person_id is not None
    return work.who.person_id


def close(work: Work, standing: Standing, state: str, *, why: str = "") -> None:
    """Ends the question. After a yes, the ends of its quote and of its access still come."""
    request = standing.request
    approvals.change_request(work.tx, request.id, state=state, closed_at=work.now, closed_why=why)
    if state != "approved":  # else every step is approved
        approvals.close_steps(work.tx, request.id, request.version, "skipped")
    if any(row.state == "waiting" for row in standing.phone_voices):
        approvals.lapse_phone_voices(work.tx, request.id)
    outbox.drop_held(work.tx, str(standing.ref), work.now)
    done = {*LADDER_DEEDS, "question_timeout", "phone_lapse"} if state == "approved" else None
    timers.cancel(work.tx, str(standing.ref), done)
    tasks_over(work, standing.ref, MOOT if state == "approved" else ENDED)
    asker = standing.people.get(request.requester_id or "")
    asked = {row.person_id for step in standing.steps for row in step.asked}
    if asker is not None and asker.client_id and asker.id not in asked:  # the provider's own people have the board
        work.owe(standing.ref, "outcome", [asker.id], client_id=standing.client.id)


def needs_call(request: Row[Any]) -> bool:
    """Whether somebody still has to call a number on file before this version is carried out."""
    return bool(request.policy.get("call_back")) and request.marks.get("called_back") != request.version


def reread(work: Work, standing: Standing) -> Row[Any]:
    """The request's row as it is now."""
    row = approvals.request(work.tx, standing.request.id)
    assert row is not None
    return row


def journal(work: Work, before: Standing, what: str, extra: dict[str, Any] | None = None) -> None:
    """One line about a transition, with the state before and after."""
    after = approvals.progress(work.tx, before.request.id)
    work.note(
        f"approval.{what}",
        chain=before.client.id,
        subject=before.ref,
        version=before.request.version,
        before={"state": before.request.state, "given": before.given},
        after={"state": after.state, "given": after.given, **(extra or {})},
    )


def _involved(work: Work, standing: Standing) -> bool:
    """Whether this person was asked, or could have decided: somebody who may know how it ended."""
    deciders = {row.id for step in standing.steps for row in step.deciders}
    return work.who.person_id in deciders | {row.person_id for row in standing.ever_asked}


def _vote(work: Work, standing: Standing, step_id: str, verdict: str, comment: str) -> None:
    """Keeps what was said. What was heard on the phone before is answered by it."""
    for heard in standing.phone_voices:
        if heard.person_id == voter(work) and heard.state == "waiting":
            approvals.settle_phone_voice(work.tx, heard.id, "confirmed" if verdict == "approve" else "denied")
            timers.cancel_plan(work.tx, str(standing.ref), f"phone:{heard.id}")
    approvals.add_vote(
        work.tx,
        {
            "id": work.new_id("vot"),
            "request_id": standing.request.id,
            "step_id": step_id,
            "person_id": voter(work),
            "verdict": verdict,
            "comment": comment,
            "version": standing.request.version,
            "identity_id": work.who.identity_id,
            "channel": work.channel,
            "at": work.now,
        },
    )


def _keep_receipt(work: Work, standing: Standing) -> None:
    """Whoever decides keeps a card that says so, also who was asked in a list, or decided before the card went out."""
    outbox.wake_dropped(work.tx, str(standing.ref), card_of(standing), voter(work), work.now)


def _silent(work: Work, standing: Standing) -> list[str]:
    """Names of the people now asked who have not answered."""
    after = stand(work.tx, reread(work, standing), work.now, standing)
    return list(dict.fromkeys(after.name(person_id) for person_id, _ in after.waiting_on()))
