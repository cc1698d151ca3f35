"""Sends a request out: who is asked or told at once, who follows it, and what its facts bring about by themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.commands import Outcome
from handlers.context import URGENT, Work
from handlers.mechanisms import asking, decision
from handlers.mechanisms.standing import Standing
from storage.queries import approvals, timers


def send(work: Work, standing: Standing) -> Outcome:
    """Asks (unless it is a draft for the CSM), and gives everybody concerned a card to follow."""
    request, ref, facts = standing.request, standing.ref, {"id": standing.request.id, "ref": standing.request.ref}
    if request.state != "draft" and not standing.steps:
        _watchers(work, standing)
        return _from_catalogue(work, standing)
    if request.state != "draft":
        asking.open_stage(work, standing)
    follow(work, standing)
    if request.state == "draft":
        if request.csm_id:
            work.owe(ref, "draft", [request.csm_id], client_id=standing.client.id, priority=URGENT)
        return Outcome(ref, f"{request.ref} has gone to your provider first.", facts)
    return Outcome(ref, f"{request.ref} has been sent.", facts)


def follow(work: Work, standing: Standing) -> None:
    """What comes with the facts of a version: who follows it, its own ends, the call before it is carried out."""
    _watchers(work, standing)
    plan_facts(work, standing)
    if standing.is_open and standing.request.policy.get("call_back"):
        whom = _whom_to_call(standing)
        title = f"{standing.request.ref}: call {whom} at the number on file before anything is changed"
        asking.tell_csm(work, standing, "call_back", title, f"v{standing.request.version}")


def plan_facts(work: Work, standing: Standing, *, again: bool = False) -> None:
    """A quote runs out at the end of its last day; access for a time ends at its time.

    `again`: the facts of an approved request have moved, and what was planned before no longer holds.
    """
    request = standing.request
    plan = f"facts:v{request.version}" + (f".r{request.revision}" if again else "")
    if again:
        timers.cancel(work.tx, str(standing.ref), {"quote_expiry", "removal"})
    zone = ZoneInfo(standing.client.timezone)
    if day := request.facts.get("purchase", {}).get("quote_valid_until"):
        end = datetime.combine(datetime.fromisoformat(day).date() + timedelta(days=1), time(0), zone)
        asking.plan_timer(work, standing, "quote_expiry", end.astimezone(UTC), plan=plan)
    if until := request.facts.get("access", {}).get("until"):
        asking.plan_timer(work, standing, "removal", datetime.fromisoformat(until), plan=plan, position=1)


def _watchers(work: Work, standing: Standing) -> None:
    """The CSM and whoever raised it follow on the board; who asked, and who it is about, on a card of their own.

    A draft is on the CSM's screen already, with its own buttons: the board comes when it is sent on.
    """
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
    request, client = standing.request, standing.client
    told = list(standing.roster.chain("purchasing", request.location_id)[:1])
    marks = {**request.marks, "told": told}
    values = {"state": "approved", "closed_at": work.now, "closed_why": "catalogue", "marks": marks}
    approvals.change_request(work.tx, request.id, **values)
    plan_facts(work, standing)
    work.owe(standing.ref, "catalogue", told, client_id=client.id)
    asker = standing.people.get(request.requester_id or "")
    if asker is not None and asker.client_id and asker.id not in told:
        work.owe(standing.ref, "outcome", [asker.id], client_id=client.id)
    decision.journal(work, standing, "catalogue", {"item": request.marks["catalogue"], "told": told})
    say = f"{request.ref} is pre-approved by {client.name}'s catalogue."
    return Outcome(standing.ref, say, {"id": request.id, "ref": request.ref})


def _whom_to_call(standing: Standing) -> str:
    """The person the change is about, else who asked, else the first key contact; never a number from the request."""
    for person_id in (*standing.request.subjects, standing.request.requester_id, standing.client.default_contact_id):
        person = standing.people.get(person_id or "")
        if person is not None and person.client_id and person.state == "active" and person.phone:
            return f"{person.name} ({person.phone})"
    return "somebody you know at the company"
