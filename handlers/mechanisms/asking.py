"""Asking: opens the next voices of a request, chooses whom to ask, plans what silence does, finds the next in line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import ladder_policy, ladders
from handlers.authority import eligible, whom_to_ask
from handlers.commands import Ref
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms.rosters import calendar_of
from handlers.mechanisms.standing import Standing, StepStanding
from handlers.policy import policy_of
from storage.queries import approvals, timers


def open_stage(work: Work, standing: Standing) -> None:
    """Opens the next stage and asks the first person of each of its voices, or tells the CSM that nobody can be asked.

    While one voice has nobody, no card goes out (never half an approval), and the CSM has a task.
    """
    request = standing.request
    waiting = [step for step in standing.steps if step.state in ("waiting", "open")]
    stage = min(step.row.stage for step in waiting)
    chosen = whom_to_ask(standing.roster, standing.question)
    blocked = [step for step in waiting if step.id not in chosen]
    if blocked:
        find_holders(work, standing, blocked)
        return
    approvals.open_steps(work.tx, request.id, request.version, stage, work.now)
    priority = URGENT if request.urgency == "urgent" else NORMAL
    for step in waiting:
        if step.row.stage == stage:
            ask(work, standing, step.id, chosen[step.id], why="primary", priority=priority)
    first = chosen[next(step.id for step in waiting if step.row.stage == stage)]
    expires_at = plan_ladder(work, standing, first, stage)
    approvals.change_request(work.tx, request.id, expires_at=expires_at)


def ask(work: Work, standing: Standing, step_id: str, person_id: str, *, why: str, priority: int = NORMAL) -> None:
    """Asks one person for one voice, on every account the person has."""
    approvals.add_asked(
        work.tx,
        {
            "id": work.new_id("ask"),
            "step_id": step_id,
            "request_id": standing.request.id,
            "person_id": person_id,
            "since": work.now,
            "why": why,
        },
    )
    work.owe(standing.ref, "ask", [person_id], client_id=standing.client.id, priority=priority)


def plan_ladder(work: Work, standing: Standing, first_asked: str, stage: int) -> datetime:
    """Plans what happens on silence from now on; answers when the request ends without an answer."""
    request, client = standing.request, standing.client
    policy = policy_of(client.policy)
    member = standing.roster.members[first_asked]
    calendar = calendar_of(work.tx, client, policy, member.location_id)
    planned = ladders.plan(ladder_policy.ladders_from_policy(policy.ladders)[request.urgency], work.now, calendar)
    timers.cancel(work.tx, str(standing.ref))
    timers.plan(
        work.tx,
        [
            {
                "id": work.new_id("tmr"),
                "client_id": client.id,
                "subject": str(standing.ref),
                "plan": f"v{request.version}.{stage}",
                "position": rung.position,
                "deed": rung.deed,
                "due_at": rung.due_at,
                "state": "waiting",
            }
            for rung in planned
        ],
    )
    return next(rung.due_at for rung in planned if rung.deed == "expire")


def find_holders(work: Work, standing: Standing, blocked: Sequence[StepStanding]) -> None:
    """Nobody can fill these voices: the CSM has to find somebody; the request waits and is never dropped."""
    request = standing.request
    roles = sorted({" or ".join(step.roles) for step in blocked})
    title = f"{request.ref}: nobody at {standing.client.name} can be asked for {', '.join(roles)}"
    tell_csm(work, standing, "find_holder", title, f"v{request.version}")


def tell_csm(work: Work, standing: Standing, kind: str, title: str, key: str) -> None:
    """A task for the client's CSM, once per key, with a card of its own."""
    request = standing.request
    task_id = timers.add_task(
        work.tx,
        {
            "id": work.new_id("tsk"),
            "client_id": standing.client.id,
            "owner_id": request.csm_id,
            "subject": str(standing.ref),
            "kind": kind,
            "key": key,
            "title": title,
            "detail": "",
            "state": "open",
            "created_at": work.now,
        },
    )
    if task_id and request.csm_id:
        work.owe(Ref("task", task_id), "task", [request.csm_id], client_id=standing.client.id, priority=URGENT)


def next_in_line(standing: Standing) -> list[tuple[str, str]]:
    """(step id, person id) of the next person to add to each open voice; voices with nobody left are missing."""
    busy = {row.person_id for step in standing.steps for row in step.asked}
    found = []
    for step, voice in zip(standing.steps, standing.question.voices, strict=True):
        if step.state != "open":
            continue
        for person_id in eligible(standing.roster, standing.question, voice):
            if person_id not in busy and standing.roster.members[person_id].reachable:
                found.append((step.id, person_id))
                busy.add(person_id)
                break
    return found
