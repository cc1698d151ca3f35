"""Changed facts: a new version voids the votes and asks again; a new request may take an old one's place.

draft, pending -> the same (version + 1, nobody has approved)      pending -> superseded (replaced)
approved -> approved (a price within the tolerance)        approved -> void (replaced, or the price rose)
"""

from __future__ import annotations

from typing import Any

from handlers.commands import Refused
from handlers.context import Work
from handlers.mechanisms import asking
from handlers.mechanisms.decision import close, journal, reread
from handlers.mechanisms.meanings import Meaning
from handlers.mechanisms.standing import Standing, stand
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.verdicts import closed
from handlers.policy import CATALOGUE_TIER, Policy
from storage import outbox
from storage.queries import approvals, timers

OF_A_VERSION = frozenset({"with", "paused", "called_back", "adjusted"})
"""Marks that go with the version they were made for."""


def first_version(work: Work, request_id: str, title: str, why: str, meaning: Meaning) -> None:
    """What a new request says, and the voices that takes."""
    _keep(work, request_id, 1, title, why, meaning)
    _add_steps(work, request_id, 1, meaning)


def next_version(
    work: Work, standing: Standing, title: str, why: str, meaning: Meaning, summed: dict[str, object]
) -> None:
    """pending -> pending: votes on the old version no longer count, its cards lose their buttons.

    It takes the voices of the policy in force now; `summed` are the marks of the split guard.
    """
    request = standing.request
    version = request.version + 1
    approvals.close_steps(work.tx, request.id, request.version, "skipped")
    approvals.lapse_phone_voices(work.tx, request.id)
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, asking.ENDED)
    outbox.drop_held(work.tx, str(standing.ref), work.now)
    _keep(work, request.id, version, title, why, meaning)
    _add_steps(work, request.id, version, meaning)
    approvals.change_request(
        work.tx,
        request.id,
        state="pending" if standing.is_open else request.state,
        version=version,
        title=title,
        why=why,
        policy_version=standing.client.policy_version,
        marks={**{name: mark for name, mark in request.marks.items() if name not in OF_A_VERSION}, **summed},
        **columns(meaning),
    )
    after = stand(work.tx, reread(work, standing), work.now)
    if standing.is_open:
        asking.open_stage(work, after)
    work.redraw(standing.ref)
    journal(work, standing, "change", {"version": version, "title": title, "facts": meaning.facts})


def adjusted(work: Work, standing: Standing, meaning: Meaning) -> None:
    """approved -> approved: the price moved within the tolerance, so what was approved still is."""
    request = standing.request
    moved = {"from": approved_minor(standing), "to": meaning.commitment_minor, "at": work.now.isoformat()}
    facts = {"facts": meaning.facts, "facts_hash": meaning.fingerprint, "commitment_minor": meaning.commitment_minor}
    approvals.change_request(
        work.tx,
        request.id,
        first_year_minor=meaning.first_year_minor,
        marks={**request.marks, "adjusted": moved},
        **facts,
    )
    work.redraw(standing.ref)
    journal(work, standing, "adjust", {**moved, "facts": meaning.facts})


def within_tolerance(policy: Policy, standing: Standing, meaning: Meaning) -> bool:
    """Whether an approved order is still the same order: only its prices differ, and they did not rise too far.

    Measured from what was approved, however often it has moved since. What a catalogue pre-approved has no tolerance.
    """
    request, approved = standing.request, approved_minor(standing)
    if request.kind != "purchase" or meaning.commitment_minor is None or request.tier == CATALOGUE_TIER:
        return False
    if _goods(request.facts["purchase"]) != _goods(meaning.facts["purchase"]):
        return False
    rise = meaning.commitment_minor - approved
    return rise <= policy.price_rise_minor and rise * 100 <= policy.price_rise_percent * approved


def approved_minor(standing: Standing) -> int:
    """What the people who approved were asked to commit to."""
    moved = standing.request.marks.get("adjusted")
    return int(moved["from"] if moved else standing.request.commitment_minor or 0)


def replace(work: Work, standing: Standing, by: str, why: str) -> None:
    """pending -> superseded, approved -> void: the request `by` (a reference) takes its place."""
    request = standing.request
    if standing.is_open or request.state == "draft":
        state = "superseded"
        close(work, standing, state, why=why)
    elif request.state == "approved":
        state = "void"
        approvals.change_request(work.tx, request.id, state=state, closed_why=why, closed_at=work.now)
        timers.cancel(work.tx, str(standing.ref))
        tasks_over(work, standing.ref, asking.ENDED | {"mistake"})
        work.owe(standing.ref, "void", [vote.person_id for vote in standing.votes], client_id=standing.client.id)
    else:
        raise Refused(f"{request.ref} is {closed(standing)} and cannot be replaced.", field="replaces", code="conflict")
    approvals.change_request(work.tx, request.id, marks={**request.marks, "replaced_by": by})
    work.redraw(standing.ref)
    journal(work, standing, state, {"by": by, "why": why})


def columns(meaning: Meaning) -> dict[str, Any]:
    """The columns of a request that follow from what is asked."""
    return {
        "category": meaning.category,
        "urgency": meaning.urgency,
        "subjects": list(meaning.subjects),
        "facts": meaning.facts,
        "facts_hash": meaning.fingerprint,
        "currency": meaning.currency,
        "first_year_minor": meaning.first_year_minor,
        "commitment_minor": meaning.commitment_minor,
        "tier": meaning.tier,
        "policy": {"requester_counts": meaning.requester_counts, "call_back": meaning.call_back},
    }


def _goods(purchase: dict[str, Any]) -> dict[str, Any]:
    """An order without its prices and papers."""
    kept = {name: purchase[name] for name in ("category", "vendor", "currency", "for_whom", "proposal")}
    lines = [{name: line[name] for name in line if name != "unit_minor"} for line in purchase["lines"]]
    return {**kept, "lines": lines}


def _keep(work: Work, request_id: str, version: int, title: str, why: str, meaning: Meaning) -> None:
    approvals.add_version(
        work.tx,
        {
            "id": work.new_id("ver"),
            "request_id": request_id,
            "version": version,
            "title": title,
            "why": why,
            "facts": meaning.facts,
            "facts_hash": meaning.fingerprint,
            "commitment_minor": meaning.commitment_minor,
            "author": work.who.name,
            "at": work.now,
        },
    )


def _add_steps(work: Work, request_id: str, version: int, meaning: Meaning) -> None:
    if not meaning.steps:
        return
    approvals.add_steps(
        work.tx,
        [
            {
                "id": work.new_id("stp"),
                "request_id": request_id,
                "version": version,
                "position": position,
                "stage": step.stage,
                "roles": list(step.roles),
                "state": "waiting",
            }
            for position, step in enumerate(meaning.steps)
        ],
    )
