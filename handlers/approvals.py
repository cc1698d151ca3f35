"""Approvals as a subject (F02, F03): who may raise what for whom, and which mechanism each command sets in motion.

The states and their transitions are the decision's (`handlers.mechanisms.decision` and the files beside it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import commands
from handlers.commands import Attachment, Outcome, RaiseApproval, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import (
    asking,
    changes,
    decision,
    hesitation,
    meanings,
    objections,
    phone,
    raising,
    rerouting,
    sending,
    tasks,
    undelivered,
)
from handlers.mechanisms.standing import Standing, load, stand
from handlers.mechanisms.telling import csm_of
from handlers.mechanisms.verdicts import closed
from handlers.policy import CATALOGUE_TIER, policy_of
from handlers.words import LONGEST_TITLE, cleaned
from storage.queries import approvals, deliveries, directory
from storage.rows import Row


def raise_approval(command: RaiseApproval, work: Work) -> Outcome:
    """draft -> pending: writes the request and asks the right key contacts at once (or the CSM first, by policy).

    What it replaces is locked before the client is, and the client before anything is summed: two halves of a purchase
    that come at the same moment see each other.
    """
    client = raising.client_of(work, command.client)
    title = cleaned(command.title, "title", "a title", LONGEST_TITLE)
    why = cleaned(command.why, "why", "why this is needed")
    requester = raising.requester_of(work, client, command.requested_by)
    old = raising.replaced(work, client, command.replaces.strip())
    number = directory.take_number(work.tx, client.id)
    client = raising.client_of(work, command.client)
    if old is not None:
        changes.replace(work, old, number, f"Replaced by {number}.")
    policy = policy_of(client.policy)
    meaning, marks = raising.meaning_of(work, client, policy, command, requester.id if requester is not None else None)
    if item := raising.pre_approved(work, client, policy, command, meaning, marks):
        meaning, marks = replace(meaning, steps=(), tier=CATALOGUE_TIER), {"catalogue": item}
    request_id = work.new_id("apr")
    ref = Ref("approval", request_id)
    by_employee = raising.asks_csm_first(work, client, policy)
    approvals.add_request(
        work.tx,
        {
            "id": request_id,
            "ref": number,
            "client_id": client.id,
            "kind": command.kind,
            "title": title,
            "why": why,
            "external_ref": cleaned(command.external_ref, "external_ref", "the reference", 200, empty=True),
            "state": "draft" if by_employee else "pending",
            "version": 1,
            "revision": 1,
            "requester_id": requester.id if requester is not None else None,
            "raised_by": work.who.person_id or f"service:{work.who.service or work.who.name}",
            "csm_id": csm_of(work, client.id),
            "location_id": (requester.location_id or "") if requester is not None else "",
            "policy_version": client.policy_version,
            "created_at": work.now,
            "expires_at": work.now,
            "closed_why": "",
            "replaces": old.request.id if old is not None else "",
            "marks": {**marks, "attachments": raising.attachments_of(command)},
            **changes.columns(meaning),
        },
    )
    changes.first_version(work, request_id, title, why, meaning)
    standing = load(work.tx, request_id, work.now)
    assert standing is not None
    work.note(
        "approval.raise",
        chain=client.id,
        subject=ref,
        version=1,
        after={
            "ref": number,
            "state": standing.request.state,
            "tier": meaning.tier,
            "facts": meaning.facts,
            "title": title,
        },
    )
    return sending.send(work, standing)


def change_approval(command: commands.ChangeApproval, work: Work) -> Outcome:
    """Changed facts: a new version asks again; after the approval a small change of price, or a new request."""
    standing = decision.locked(work, command.ref)
    decision.only_provider(work, "change a request")
    request, client = standing.request, standing.client
    if not standing.is_open and request.state not in ("draft", "approved"):
        raise Refused(f"{request.ref} is {closed(standing)}: it can no longer be changed.", code="conflict")
    asker = standing.people.get(request.requester_id or "")
    raised = RaiseApproval(
        client=client.slug,
        kind=request.kind,
        requested_by=asker.id if asker is not None and asker.state == "active" else "",
        title=command.title if command.title is not None else request.title,
        why=command.why if command.why is not None else request.why,
        urgency=command.urgency or request.urgency,
        external_ref=request.external_ref,
        purchase=command.purchase or meanings.purchase_of(request.facts),
        access=command.access or meanings.access_of(request.facts),
        attachments=tuple(Attachment(**one) for one in request.marks.get("attachments", ())),
        replaces=request.id,
    )
    title = cleaned(raised.title, "title", "a title", LONGEST_TITLE)
    why = cleaned(raised.why, "why", "why this is needed")
    policy = policy_of(client.policy)
    meaning, summed = raising.meaning_of(work, client, policy, raised, request.requester_id, but=request.id)
    words_same = (title, why) == (request.title, request.why)
    same = words_same and meaning.fingerprint == request.facts_hash
    if same and (meaning.urgency == request.urgency or request.state == "approved"):
        return Outcome(command.ref, "Nothing has changed.", repeated=True)
    if request.state != "approved":
        changes.next_version(work, standing, title, why, meaning, summed)
        sending.follow(work, stand(work.tx, decision.reread(work, standing), work.now))
        told = (
            "Everybody is asked again; earlier approvals do not count." if standing.is_open else "Nobody is asked yet."
        )
        return Outcome(command.ref, f"{request.ref} has changed. {told}")
    if words_same and changes.within_tolerance(policy, standing, meaning):
        changes.adjusted(work, standing, meaning)
        sending.plan_facts(work, stand(work.tx, decision.reread(work, standing), work.now), again=True)
        return Outcome(command.ref, "The price moved within the tolerance: the approval stands.")
    asked = raise_approval(raised, work)
    say = f"{request.ref} is no longer valid as approved. It is asked again as {asked.facts['ref']}."
    return Outcome(command.ref, say, {"replaced_by": asked.facts["ref"], "replaced_by_id": asked.facts["id"]})


def send_on(command: commands.SendOn, work: Work) -> Outcome:
    """draft -> pending: the CSM passes an employee's request on."""
    standing = decision.locked(work, command.ref)
    decision.only_provider(work, "pass a request on")
    if standing.request.state != "draft":
        return Outcome(command.ref, f"{standing.request.ref} was passed on or closed before.", repeated=True)
    raising.serves(standing.client)
    if standing.overdue:
        raise Refused(f"The time for {standing.request.ref} is over. Change it first.", code="conflict")
    approvals.change_request(work.tx, standing.request.id, state="pending")
    decision.journal(work, standing, "send_on")
    outcome = sending.send(work, stand(work.tx, decision.reread(work, standing), work.now))
    work.redraw(command.ref)
    return outcome


def reconsider(command: commands.Reconsider, work: Work) -> Outcome:
    """The directory has changed: requests that nobody is there to answer may have somebody now, and the other way."""
    for row in sorted(approvals.open_of_client(work.tx, command.client_id), key=lambda row: str(row.id)):
        rerouting.reroute(work, row.id)
    return Outcome()


def replan(command: commands.Replan, work: Work) -> Outcome:
    """The calendar or the ladders have changed: what is still to come is planned anew from when it was asked."""
    for row in sorted(approvals.open_of_client(work.tx, command.client_id), key=lambda row: str(row.id)):
        locked = approvals.lock(work.tx, row.id)
        assert locked is not None
        standing = stand(work.tx, locked, work.now)
        if standing.is_open:
            asking.replan_ladder(work, standing)
            work.redraw(standing.ref)
    return Outcome()


def delivery_failed(command: commands.DeliveryFailed, work: Work, row: Row) -> Outcome:
    """A card could not reach a person: somebody else is asked, and the CSM knows at once.

    An account where nothing arrives is asked no more until it is heard of; whoever is asked instead is found for every
    open request in turn (see `reconsider`), so none of them is locked here.
    """
    if row.person_id is None:
        return undelivered.note(command, work, row)
    ref, lost = Ref.parse(row.subject), command.what in undelivered.LOST
    standing = load(work.tx, ref.id, work.now) if lost else decision.locked(work, ref)
    if not deliveries.take_up(work.tx, row.id, work.now):
        return Outcome(ref, repeated=True)  # reported before (its teller died), or owed anew meanwhile
    if undelivered.known_lost(work, row, command):
        return Outcome(ref)
    told = standing is not None and _tell_of_failure(work, standing, row, command)
    undelivered.forget(work, row, command, told=told)
    return Outcome(ref)


def _tell_of_failure(work: Work, standing: Standing, row: Row, command: commands.DeliveryFailed) -> bool:
    """The journal, and unless the person has the card elsewhere the CSM and the next in line; -> whether the CSM is."""
    what = {"person": row.person_id, "purpose": row.purpose, "what": command.what, "reason": command.reason}
    decision.journal(work, standing, "undeliverable", what)
    if not standing.is_open or row.purpose == "board":
        return False
    if deliveries.alive(work.tx, row.subject, row.purpose, row.person_id):
        return False
    if command.what not in undelivered.LOST and row.purpose == asking.card_of(standing):
        mine = {step.id for step in standing.steps for one in step.asked if one.person_id == row.person_id}
        for step_id, person_id in asking.next_in_line(standing, mine):
            asking.ask(work, standing, step_id, person_id, why="backup")
    title = f"{standing.request.ref}: {standing.name(row.person_id)} could not be reached in chat"
    asking.tell_csm(work, standing, "undeliverable", title, f"v{standing.request.version}.{row.person_id}")
    work.redraw(standing.ref)
    return True


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.RaiseApproval: raise_approval,
    commands.ChangeApproval: change_approval,
    commands.SendOn: send_on,
    commands.Reconsider: reconsider,
    commands.Approve: lambda c, work: decision.approve(work, c.ref, c.version),
    commands.Reject: lambda c, work: decision.reject(work, c.ref, c.version, c.reason),
    commands.Withdraw: lambda c, work: decision.withdraw(work, c.ref, c.reason),
    commands.Fulfil: lambda c, work: decision.fulfil(work, c.ref, c.note),
    commands.AskQuestion: lambda c, work: hesitation.question(work, c.ref, c.version, c.text),
    commands.AnswerQuestion: lambda c, work: hesitation.answer(work, c.ref, c.text),
    commands.HandOver: lambda c, work: hesitation.hand_over(work, c.ref, c.version, c.to),
    commands.Snooze: lambda c, work: hesitation.snooze(work, c.ref, c.version, c.choice),
    commands.TakeBack: lambda c, work: hesitation.take_back(work, c.ref),
    commands.RemindNow: lambda c, work: hesitation.remind_now(work, c.ref),
    commands.Disown: lambda c, work: objections.disown(work, c.ref),
    commands.Regret: lambda c, work: objections.regret(work, c.ref, c.text),
    commands.SettleMistake: lambda c, work: objections.settle(work, c.ref, c.stands, c.text),
    commands.FinishTask: lambda c, work: tasks.finish_task(work, c.ref, c.confirmed),
    commands.SnoozeTask: lambda c, work: tasks.snooze_task(work, c.ref),
    commands.HandTask: lambda c, work: tasks.hand_task(work, c.ref, c.to),
    commands.RecordPhone: lambda c, work: phone.record(work, c.ref, c.version, c.person, c.note),
    commands.ConfirmPhone: lambda c, work: phone.confirm(work, c.ref, c.version, c.right),
}
"""Which command sets what in motion."""
