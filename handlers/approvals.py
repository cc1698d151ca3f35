"""Approvals as a subject (F02, F03): who may raise what for whom, and which mechanism each command sets in motion.

The states and their transitions are the decision's (`handlers.mechanisms.decision` and the files beside it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from handlers import commands
from handlers.commands import Outcome, Purchase, RaiseApproval, Ref, Refused
from handlers.context import URGENT, Work
from handlers.mechanisms import asking, changes, decision, hesitation, meanings, objections, phone, rerouting, tasks
from handlers.mechanisms.meanings import Meaning
from handlers.mechanisms.standing import Standing, load, stand
from handlers.policy import Policy, policy_of
from handlers.words import LONGEST_TITLE, cleaned
from storage.queries import approvals, deliveries, directory
from storage.rows import Row

STAGES_WITH_BILLING = ("onboarding", "active")
MOST_ATTACHMENTS = 10


def raise_approval(command: RaiseApproval, work: Work) -> Outcome:
    """draft -> pending: writes the request and asks the right key contacts at once (or the CSM first, by policy)."""
    client = _client(work, command.client)
    title = cleaned(command.title, "title", "a title", LONGEST_TITLE)
    why = cleaned(command.why, "why", "why this is needed")
    requester = _requester(work, client, command.requested_by)
    policy = policy_of(client.policy)
    meaning, marks = _meaning(work, client, policy, command, requester.id if requester is not None else None)
    request_id = work.new_id("apr")
    ref = Ref("approval", request_id)
    number = directory.take_number(work.tx, client.id)
    by_employee = _asks_csm_first(work, client, policy)
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
            "replaces": "",
            "marks": {**marks, "attachments": _attachments(command)},
            **changes.columns(meaning),
        },
    )
    changes.first_version(work, request_id, title, why, meaning)
    if command.replaces.strip():
        _replace(work, client, request_id, number, command.replaces.strip())
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
    return _send(work, standing)


def change_approval(command: commands.ChangeApproval, work: Work) -> Outcome:
    """Changed facts: a new version asks again; after the approval a small change of price, or a new request."""
    standing = decision.locked(work, command.ref)
    decision.only_provider(work, "change a request")
    request, client = standing.request, standing.client
    if not standing.is_open and request.state not in ("draft", "approved"):
        raise Refused(f"{request.ref} is {decision.closed(standing)}: it can no longer be changed.", code="conflict")
    raised = RaiseApproval(
        client=client.slug,
        kind=request.kind,
        title=command.title if command.title is not None else request.title,
        why=command.why if command.why is not None else request.why,
        urgency=command.urgency or request.urgency,
        external_ref=request.external_ref,
        purchase=command.purchase or meanings.purchase_of(request.facts),
        access=command.access or meanings.access_of(request.facts),
    )
    title = cleaned(raised.title, "title", "a title", LONGEST_TITLE)
    why = cleaned(raised.why, "why", "why this is needed")
    policy = policy_of(client.policy)
    meaning, _ = _meaning(work, client, policy, raised, request.requester_id, but=request.id)
    same = meaning.fingerprint == request.facts_hash and (title, why) == (request.title, request.why)
    if same and meaning.urgency == request.urgency:
        return Outcome(command.ref, "Nothing has changed.", repeated=True)
    if request.state != "approved":
        changes.next_version(work, standing, title, why, meaning)
        _plan_facts(work, stand(work.tx, decision.reread(work, standing), work.now))
        return Outcome(
            command.ref, f"{request.ref} has changed. Everybody is asked again; earlier approvals do not count."
        )
    if changes.within_tolerance(policy, request, meaning):
        changes.adjusted(work, standing, meaning)
        return Outcome(command.ref, "The price moved within the tolerance: the approval stands.")
    asker = request.requester_id or ""
    work.follow_ups.append(replace(raised, requested_by=asker, replaces=request.id))
    return Outcome(
        command.ref, f"{request.ref} is no longer valid as approved. It is asked again with the changed facts."
    )


def send_on(command: commands.SendOn, work: Work) -> Outcome:
    """draft -> pending: the CSM passes an employee's request on."""
    standing = decision.locked(work, command.ref)
    decision.only_provider(work, "pass a request on")
    if standing.request.state != "draft":
        return Outcome(command.ref, f"{standing.request.ref} was passed on or closed before.", repeated=True)
    approvals.change_request(work.tx, standing.request.id, state="pending")
    decision.journal(work, standing, "send_on")
    outcome = _send(work, stand(work.tx, decision.reread(work, standing), work.now))
    work.redraw(command.ref)
    return outcome


def reconsider(command: commands.Reconsider, work: Work) -> Outcome:
    """The directory has changed: requests that nobody is there to answer may have somebody now, and the other way."""
    for row in approvals.open_of_client(work.tx, command.client_id):
        rerouting.reroute(work, row.id)
    return Outcome()


def replan(command: commands.Replan, work: Work) -> Outcome:
    """The calendar or the ladders have changed: what is still to come is planned anew from when it was asked."""
    for row in approvals.open_of_client(work.tx, command.client_id):
        locked = approvals.lock(work.tx, row.id)
        assert locked is not None
        standing = stand(work.tx, locked, work.now)
        if standing.is_open:
            asking.replan_ladder(work, standing)
            work.redraw(standing.ref)
    return Outcome()


def delivery_failed(command: commands.DeliveryFailed, work: Work) -> Outcome:
    """A card could not reach a person: somebody else is asked, and the CSM knows at once."""
    row = deliveries.delivery(work.tx, command.delivery)
    if row is None or not row.subject.startswith("approval:"):
        return Outcome(repeated=True)
    standing = decision.locked(work, Ref.parse(row.subject))
    if not deliveries.take_up(work.tx, row.id, work.now):
        return Outcome(standing.ref, repeated=True)  # reported before (its teller died), or owed anew meanwhile
    name = standing.name(row.person_id)
    what = {"person": row.person_id, "purpose": row.purpose, "what": command.what, "reason": command.reason}
    decision.journal(work, standing, "undeliverable", what)
    if not standing.is_open or row.purpose == "board":
        return Outcome(standing.ref)
    if not deliveries.alive(work.tx, row.subject, row.purpose, row.person_id):
        if row.purpose == asking.card_of(standing):
            mine = {step.id for step in standing.steps for one in step.asked if one.person_id == row.person_id}
            for step_id, person_id in asking.next_in_line(standing):
                if step_id in mine:
                    asking.ask(work, standing, step_id, person_id, why="backup")
        title = f"{standing.request.ref}: {name} could not be reached in chat"
        asking.tell_csm(work, standing, "undeliverable", title, f"v{standing.request.version}.{row.person_id}")
        work.redraw(standing.ref)
    return Outcome(standing.ref)


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.RaiseApproval: raise_approval,
    commands.ChangeApproval: change_approval,
    commands.SendOn: send_on,
    commands.Reconsider: reconsider,
    commands.Replan: replan,
    commands.DeliveryFailed: delivery_failed,
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


# ------------------------------------------------------------------ sending


def _send(work: Work, standing: Standing) -> Outcome:
    """Asks (unless it is a draft for the CSM), and gives everybody concerned a card to follow."""
    request, client, ref = standing.request, standing.client, standing.ref
    _watchers(work, standing)
    if request.state == "draft":
        if request.csm_id:
            work.owe(ref, "draft", [request.csm_id], client_id=client.id, priority=URGENT)
        return Outcome(ref, f"{request.ref} has gone to your provider first.", {"id": request.id, "ref": request.ref})
    if not standing.steps:
        return _from_catalogue(work, standing)
    asking.open_stage(work, standing)
    _plan_facts(work, standing)
    if request.policy.get("call_back"):
        whom = _whom_to_call(standing)
        title = f"{request.ref}: call {whom} at the number on file before anything is changed"
        asking.tell_csm(work, standing, "call_back", title, "call_back")
    return Outcome(ref, f"{request.ref} has been sent.", {"id": request.id, "ref": request.ref})


def _watchers(work: Work, standing: Standing) -> None:
    """The CSM and whoever raised it follow on the board (once it is no draft, which is a card of its own); who asked,
    and who it is about, on a card of their own."""
    request, ref = standing.request, standing.ref
    provider = {request.csm_id, request.raised_by} - {None}
    staff = sorted(id_ for id_ in provider if id_ in standing.people and standing.people[id_].client_id is None)
    if request.state != "draft":
        work.owe(ref, "board", staff, client_id=standing.client.id)
    concerned = {request.requester_id, *request.subjects} - {None}
    own = sorted(id_ for id_ in concerned if id_ in standing.roster.members)
    work.owe(ref, "about", own, client_id=standing.client.id)


def _from_catalogue(work: Work, standing: Standing) -> Outcome:
    """pending -> approved without a voice: the client opted in to this item; the contact is told afterwards."""
    request = standing.request
    approvals.change_request(work.tx, request.id, state="approved", closed_at=work.now, closed_why="catalogue")
    told = standing.roster.chain("purchasing", request.location_id)[:1]
    work.owe(standing.ref, "catalogue", told, client_id=standing.client.id)
    decision.journal(work, standing, "catalogue", {"item": request.marks["catalogue"]})
    say = f"{request.ref} is pre-approved by {standing.client.name}'s catalogue."
    return Outcome(standing.ref, say, {"id": request.id, "ref": request.ref})


def _plan_facts(work: Work, standing: Standing) -> None:
    """A quote runs out at the end of its last day; access for a time ends at its time."""
    facts, plan = standing.request.facts, f"facts:v{standing.request.version}"
    zone = ZoneInfo(standing.client.timezone)
    if day := facts.get("purchase", {}).get("quote_valid_until"):
        end = datetime.combine(datetime.fromisoformat(day).date() + timedelta(days=1), time(0), zone)
        asking.plan_timer(work, standing, "quote_expiry", end.astimezone(UTC), plan=plan)
    if until := facts.get("access", {}).get("until"):
        asking.plan_timer(work, standing, "removal", datetime.fromisoformat(until), plan=plan, position=1)


def _replace(work: Work, client: Row, request_id: str, number: str, old: str) -> None:
    row = approvals.by_ref(work.tx, client.id, old) or approvals.request(work.tx, old)
    if row is None or row.client_id != client.id:
        raise Refused(f"There is no request {old} to replace.", field="replaces", code="invalid")
    changes.replace(work, decision.locked(work, Ref("approval", row.id)), number, f"Replaced by {number}.")
    approvals.change_request(work.tx, request_id, replaces=row.id)


def _whom_to_call(standing: Standing) -> str:
    """The person the change is about, else who asked, else the first key contact; never a number from the request."""
    for person_id in (*standing.request.subjects, standing.request.requester_id, standing.client.default_contact_id):
        person = standing.people.get(person_id or "")
        if person is not None and person.client_id and person.phone:
            return f"{person.name} ({person.phone})"
    return "somebody you know at the company"


# ------------------------------------------------------------------ what is asked, and by whom


def _meaning(
    work: Work, client: Row, policy: Policy, command: RaiseApproval, requester_id: str | None, *, but: str = ""
) -> tuple[Meaning, dict[str, object]]:
    """What is asked, with what cards say besides (the requests summed for the tier, the catalogue's item)."""
    if command.kind == "purchase" and command.purchase and not command.access:
        lately = _bought_lately(work, client, policy, command.purchase, requester_id, but)
        total = sum(row.commitment_minor or 0 for row in lately)
        meaning = meanings.of_purchase(policy, command.purchase, command.urgency, work.now, bought_lately_minor=total)
        item = "" if lately else _catalogue_item(work, client, policy, command.purchase, meaning)
        if item:
            return replace(meaning, steps=(), tier="catalogue"), {"catalogue": item}
        return meaning, {"with": [row.ref for row in lately]} if lately else {}
    if command.kind == "access" and command.access and not command.purchase:
        people = directory.people_of(work.tx, client.id)
        return meanings.of_access(policy, command.access, command.urgency, work.now, people), {}
    raise Refused("Give either the purchase or the access change, matching the kind.", field="kind", code="invalid")


def _bought_lately(
    work: Work, client: Row, policy: Policy, purchase: Purchase, requester_id: str | None, but: str
) -> list[Row]:
    """Split guard: the same person's other purchases from the same vendor within the days of the policy."""
    since = work.now - timedelta(days=policy.split_guard_days)
    vendor = " ".join(purchase.vendor.casefold().split())
    return [
        row
        for row in approvals.purchases_since(work.tx, client.id, since)
        if row.id != but
        and row.requester_id == requester_id
        and row.currency == purchase.currency
        and row.tier != "catalogue"
        and " ".join(row.facts["purchase"]["vendor"].casefold().split()) == vendor
    ]


def _catalogue_item(work: Work, client: Row, policy: Policy, purchase: Purchase, meaning: Meaning) -> str:
    """The name of the opted-in item this order is, if it is exactly that and within both caps."""
    catalogue, cost = policy.catalogue, meaning.commitment_minor or 0
    if not catalogue.on or len(purchase.lines) != 1 or purchase.currency != client.currency:
        return ""
    line = purchase.lines[0]
    item = next((i for i in catalogue.items if i.name.casefold() == line.description.strip().casefold()), None)
    if (
        item is None
        or line.recurrence != "once"
        or line.unit_minor > item.unit_minor
        or cost > catalogue.order_max_minor
    ):
        return ""
    if item.vendor.casefold() != purchase.vendor.strip().casefold():
        return ""
    local = work.now.astimezone(ZoneInfo(client.timezone))
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    spent = sum(
        row.commitment_minor or 0
        for row in approvals.purchases_since(work.tx, client.id, month.astimezone(UTC))
        if row.tier == "catalogue"
    )
    return item.name if spent + cost <= catalogue.month_cap_minor else ""


def _asks_csm_first(work: Work, client: Row, policy: Policy) -> bool:
    """Somebody of the client without any role asks the CSM first, unless the policy says direct."""
    person = work.who.person_id
    if person is None or work.who.staff or policy.employee_requests == "direct":
        return False
    holds = any(row.person_id == person for row in directory.roles_of(work.tx, client.id))
    return not holds and client.default_contact_id != person


def csm_of(work: Work, client_id: str) -> str | None:
    """The client's CSM, else who else of the provider is there for it; a duty for this client before one for all."""
    duties = directory.duties_for(work.tx, client_id)
    for role in ("csm", "vcio", "supervisor"):
        for duty in duties:
            if duty.role == role:
                return str(duty.person_id)
    return None


def _client(work: Work, slug: str) -> Row:
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


def _requester(work: Work, client: Row, asked_by: str) -> Row | None:
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


def _attachments(command: RaiseApproval) -> list[dict[str, str]]:
    if len(command.attachments) > MOST_ATTACHMENTS:
        raise Refused(f"At most {MOST_ATTACHMENTS} attachments, please.", field="attachments", code="invalid")
    for one in command.attachments:
        cleaned(one.name, "attachments", "each attachment's name", 200)
        if not cleaned(one.url, "attachments", "each attachment's address", 1000).startswith("https://"):
            raise Refused("An attachment's address starts with https://.", field="attachments", code="invalid")
    return [asdict(one) for one in command.attachments]
