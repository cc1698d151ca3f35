"""Approvals as a subject (F02, F03): raises purchases and access changes, and climbs their ladder on silence.

The states and their transitions are the decision's (`handlers.mechanisms.decision`); here is what a purchase and an
access change add: the commitment that chooses the tier, the class of an access change, who may raise, the gate.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers import amounts
from handlers.commands import (
    Access,
    Approve,
    Climb,
    DeliveryFailed,
    Fulfil,
    Outcome,
    Purchase,
    RaiseApproval,
    Reconsider,
    Ref,
    Refused,
    Reject,
    Withdraw,
)
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms import asking, decision
from handlers.mechanisms.standing import load, stand
from handlers.policy import ACCESS_KINDS, CATEGORIES, Policy, StepPolicy, access_class, policy_of, tier_for
from storage.queries import approvals, directory, timers
from storage.queries import deliveries as deliveries_queries
from storage.rows import Row

STAGES_WITH_BILLING = ("onboarding", "active")
LONGEST_TITLE, LONGEST_TEXT = 150, 3000
EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")


@dataclass(frozen=True)
class Asked:
    """What a purchase or an access change means for the decision."""

    category: str
    tier: str
    steps: tuple[StepPolicy, ...]
    requester_counts: bool
    urgency: str
    facts: dict[str, Any]
    currency: str = ""
    first_year_minor: int | None = None
    commitment_minor: int | None = None
    subjects: tuple[str, ...] = ()


def raise_approval(command: RaiseApproval, work: Work) -> Outcome:
    """draft -> pending: writes the request and asks the right key contacts at once."""
    client = _client(work, command.client)
    title = _text(command.title, "title", "a title", LONGEST_TITLE)
    why = _text(command.why, "why", "why this is needed", LONGEST_TEXT)
    requester = _requester(work, client, command.requested_by)
    policy = policy_of(client.policy)
    if command.kind == "purchase" and command.purchase and not command.access:
        meaning = _purchase(policy, command.purchase, command.urgency, work.now)
    elif command.kind == "access" and command.access and not command.purchase:
        meaning = _access(work, client, policy, command.access, command.urgency, work.now)
    else:
        raise Refused("Give either the purchase or the access change, matching the kind.", field="kind", code="invalid")
    request_id = work.new_id("apr")
    ref = Ref("approval", request_id)
    approvals.add_request(
        work.tx,
        {
            "id": request_id,
            "ref": directory.take_number(work.tx, client.id),
            "client_id": client.id,
            "kind": command.kind,
            "category": meaning.category,
            "title": title,
            "why": why,
            "urgency": meaning.urgency,
            "external_ref": command.external_ref.strip()[:200],
            "state": "pending",
            "version": 1,
            "revision": 1,
            "requester_id": requester.id if requester is not None else None,
            "raised_by": work.who.person_id or f"service:{work.who.service or work.who.name}",
            "csm_id": csm_of(work, client.id),
            "subjects": list(meaning.subjects),
            "location_id": (requester.location_id or "") if requester is not None else "",
            "facts": meaning.facts,
            "facts_hash": facts_hash(meaning.facts),
            "currency": meaning.currency,
            "first_year_minor": meaning.first_year_minor,
            "commitment_minor": meaning.commitment_minor,
            "tier": meaning.tier,
            "policy": {"requester_counts": meaning.requester_counts},
            "policy_version": client.policy_version,
            "created_at": work.now,
            "expires_at": work.now,
            "closed_why": "",
        },
    )
    approvals.add_steps(
        work.tx,
        [
            {
                "id": work.new_id("stp"),
                "request_id": request_id,
                "version": 1,
                "position": position,
                "stage": step.stage,
                "roles": list(step.roles),
                "state": "waiting",
            }
            for position, step in enumerate(meaning.steps)
        ],
    )
    standing = load(work.tx, request_id, work.now)
    assert standing is not None
    asking.open_stage(work, standing)
    watchers = {standing.request.csm_id, work.who.person_id if work.who.staff else None} - {None}
    work.owe(ref, "board", [id_ for id_ in watchers if id_], client_id=client.id)
    work.note(
        "approval.raise",
        chain=client.id,
        subject=ref,
        version=1,
        after={"ref": standing.request.ref, "tier": meaning.tier, "facts": meaning.facts, "title": title},
    )
    return Outcome(ref, f"{standing.request.ref} has been sent.", {"id": request_id, "ref": standing.request.ref})


def approve(command: Approve, work: Work) -> Outcome:
    """One person's yes."""
    return decision.approve(work, command.ref, command.version)


def reject(command: Reject, work: Work) -> Outcome:
    """One person's no."""
    return decision.reject(work, command.ref, command.version, command.reason[:LONGEST_TEXT])


def withdraw(command: Withdraw, work: Work) -> Outcome:
    """The provider no longer asks."""
    return decision.withdraw(work, command.ref, command.reason[:LONGEST_TEXT])


def fulfil(command: Fulfil, work: Work) -> Outcome:
    """The approved thing was done."""
    return decision.fulfil(work, command.ref, command.note[:LONGEST_TEXT])


def reconsider(command: Reconsider, work: Work) -> Outcome:
    """The directory has changed: requests that had nobody to ask may have somebody now."""
    for row in approvals.open_of_client(work.tx, command.client_id):
        locked = approvals.lock(work.tx, row.id)
        assert locked is not None
        standing = stand(work.tx, locked, work.now)
        if standing.is_open and not any(step.state == "open" for step in standing.steps):
            asking.open_stage(work, standing)
            work.redraw(standing.ref)
    return Outcome()


def climb(command: Climb, work: Work) -> Outcome:
    """One due rung: remind, add the backup, tell the CSM, expire. Done once, whoever ticks."""
    timer = timers.timer(work.tx, command.timer)
    if timer is None:
        return Outcome(repeated=True)
    ref = Ref.parse(timer.subject)
    standing = decision.locked(work, ref)
    if timers.take(work.tx, timer.id, work.now) is None or not standing.is_open:
        return Outcome(ref, repeated=True)
    silent = list(dict.fromkeys(person_id for person_id, _ in standing.waiting_on()))
    priority = URGENT if standing.request.urgency == "urgent" else NORMAL
    if timer.deed in ("remind_primary", "remind_both"):
        work.owe(ref, f"remind:{timer.plan}.{timer.position}", silent, client_id=standing.client.id, priority=priority)
    elif timer.deed == "add_backup":
        for step_id, person_id in asking.next_in_line(standing):
            asking.ask(work, standing, step_id, person_id, why="backup", priority=priority)
    elif timer.deed in ("tell_csm", "tell_supervisor"):
        names = ", ".join(standing.name(id_) for id_ in silent)
        asking.tell_csm(
            work,
            standing,
            "call",
            f"{standing.request.ref}: call {names}, who has not answered",
            f"{timer.plan}.{timer.deed}",
        )
    elif timer.deed == "expire":
        decision.expire(work, standing)
        return Outcome(ref)
    work.redraw(ref)
    work.note(
        f"approval.{timer.deed}",
        chain=standing.client.id,
        subject=ref,
        version=standing.request.version,
        after={"silent": silent},
    )
    return Outcome(ref)


def delivery_failed(command: DeliveryFailed, work: Work) -> Outcome:
    """A card could not reach a person: somebody else is asked, and the CSM knows at once."""
    row = deliveries_queries.delivery(work.tx, command.delivery)
    if row is None or not row.subject.startswith("approval:"):
        return Outcome(repeated=True)
    standing = decision.locked(work, Ref.parse(row.subject))
    name = standing.name(row.person_id)
    work.note(
        "delivery.failed",
        chain=standing.client.id,
        subject=standing.ref,
        version=standing.request.version,
        after={"person": row.person_id, "purpose": row.purpose, "what": command.what, "reason": command.reason},
    )
    if not standing.is_open or row.purpose == "board":
        return Outcome(standing.ref)
    if not deliveries_queries.alive(work.tx, row.subject, row.purpose, row.person_id):
        if row.purpose == "ask":
            for step_id, person_id in asking.next_in_line(standing):
                if any(one.person_id == row.person_id for s in standing.steps if s.id == step_id for one in s.asked):
                    asking.ask(work, standing, step_id, person_id, why="backup", priority=URGENT)
        title = f"{standing.request.ref}: {name} could not be reached in chat"
        asking.tell_csm(work, standing, "undeliverable", title, f"v{standing.request.version}.{row.person_id}")
        work.redraw(standing.ref)
    return Outcome(standing.ref)


# ------------------------------------------------------------------ what is asked


def _purchase(policy: Policy, purchase: Purchase, urgency: str, now: datetime) -> Asked:
    if purchase.category not in CATEGORIES:
        raise Refused(f"The category is one of {', '.join(CATEGORIES)}.", field="category", code="invalid")
    totals = amounts.totals(purchase)
    tier = tier_for(policy, totals.commitment_minor)
    if tier.proposal_required and not purchase.proposal.strip():
        raise Refused(
            f"A commitment of this size ({tier.name}) needs a proposal with options first. "
            "Publish the proposal and raise the approval from it.",
            field="proposal",
            code="blocked",
        )
    if tier.quote_required and not purchase.quote_url.strip():
        raise Refused(
            f"A commitment of this size ({tier.name}) needs the vendor's quote attached. Add the link to the quote.",
            field="quote_url",
            code="invalid",
        )
    if purchase.quote_valid_until and purchase.quote_valid_until < now.date() - timedelta(days=1):
        raise Refused("The quote has run out. Ask the vendor for a new one.", field="quote_valid_until", code="invalid")
    return Asked(
        category=purchase.category,
        tier=tier.name,
        steps=tier.steps,
        requester_counts=tier.requester_counts,
        urgency=urgency,
        facts={"purchase": _plain(asdict(purchase))},
        currency=purchase.currency,
        first_year_minor=totals.first_year_minor,
        commitment_minor=totals.commitment_minor,
    )


def _access(work: Work, client: Row[Any], policy: Policy, access: Access, urgency: str, now: datetime) -> Asked:
    if access.kind not in ACCESS_KINDS:
        raise Refused(f"The kind of access is one of {', '.join(ACCESS_KINDS)}.", field="access.kind", code="invalid")
    cleaned = {
        name: _text(getattr(access, name), f"access.{name}", what, 500)
        for name, what in (
            ("subject", "whose access changes"),
            ("resource", "what it is about"),
            ("before", "the access there is now"),
            ("after", "the access there will be"),
        )
    }
    if access.until is not None and access.until <= now:
        raise Refused("The end date of the access is in the past.", field="access.until", code="invalid")
    people = directory.people_of(work.tx, client.id)
    external = access.external or _outside(cleaned, people)
    name = access_class(access.kind, external=external)
    rules = policy.access[name]
    facts = {"access": _plain({**asdict(access), **cleaned, "external": external})}
    return Asked(
        category=access.kind,
        tier=name,
        steps=rules.steps,
        requester_counts=rules.requester_counts,
        urgency="urgent" if rules.urgency == "urgent" else urgency,
        facts=facts,
        subjects=tuple(_mentioned(cleaned["subject"], people)),
    )


def _mentioned(subject: str, people: Any) -> list[str]:
    """Everybody whose id, e-mail or full name stands in the subject: none of them may decide about themselves."""
    words = " ".join(subject.casefold().split())
    return [
        row.id
        for row in people
        if row.id.casefold() in words
        or (row.email and row.email.casefold() in words)
        or " ".join(row.name.casefold().split()) in words
    ]


def _outside(texts: dict[str, str], people: Any) -> bool:
    """Whether an address of another domain than the company's own is named."""
    own = {row.email.rpartition("@")[2].casefold() for row in people if row.email}
    named = {domain.casefold() for text in texts.values() for domain in EMAIL.findall(text)}
    return bool(own) and bool(named - own)


# ------------------------------------------------------------------ who asks


def csm_of(work: Work, client_id: str) -> str | None:
    """The client's CSM, else who else of the provider is there for it; a duty for this client before one for all."""
    duties = directory.duties_for(work.tx, client_id)
    for role in ("csm", "vcio", "supervisor"):
        for duty in duties:
            if duty.role == role:
                return str(duty.person_id)
    return None


def _client(work: Work, slug: str) -> Row[Any]:
    client = directory.client_by_slug(work.tx, slug)
    if client is None or not work.who.acts_for(client.id):
        raise Refused(f"There is no client called {slug}.", field="client", code="not_found")
    if work.who.service and "approvals:write" not in work.who.scopes:
        raise Refused("This token may not raise approvals.", code="not_entitled")
    if client.stage not in STAGES_WITH_BILLING:
        raise Refused(
            f"{client.name} is {client.stage}: approvals need an active service agreement.",
            field="client",
            code="blocked",
        )
    return client


def _requester(work: Work, client: Row[Any], asked_by: str) -> Row[Any] | None:
    """Who asked: a person of the client, or of the provider. Somebody of the client always asks in the own name."""
    if work.who.person_id and not work.who.staff:
        return directory.person(work.tx, work.who.person_id)
    wanted = asked_by.strip()
    if not wanted:
        return directory.person(work.tx, work.who.person_id) if work.who.person_id else None
    found = (
        [directory.person(work.tx, wanted)] if "@" not in wanted else list(directory.people_by_email(work.tx, wanted))
    )
    for row in found:
        if row is not None and row.state == "active" and row.client_id in (client.id, None):
            return row
    raise Refused(f"{client.name} has nobody with the e-mail or id {wanted}.", field="requested_by", code="invalid")


def _text(value: str, field: str, what: str, longest: int) -> str:
    text = value.strip()
    if not text:
        raise Refused(f"Please give {what}.", field=field, code="invalid")
    if len(text) > longest:
        raise Refused(f"Please shorten {what} to {longest} characters.", field=field, code="invalid")
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def facts_hash(facts: dict[str, Any]) -> str:
    """The fingerprint of what is asked: a vote is for exactly these facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
