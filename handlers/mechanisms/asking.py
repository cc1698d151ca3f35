"""Asking: opens the next voices of a request, chooses whom to ask, plans what silence does, finds the next in line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

from handlers import ladder_policy, ladders
from handlers.authority import eligible, whom_to_ask
from handlers.context import NORMAL, URGENT, Work
from handlers.hours import calendar_of
from handlers.mechanisms.standing import Standing, StepStanding
from handlers.mechanisms.telling import tasks_over, tell
from handlers.policy import Policy, policy_of
from storage.queries import approvals, timers

LADDER_DEEDS = frozenset(get_args(ladders.Deed))
"""What a ladder plans; other timers of a request (a quote's end, an access's end) live on their own."""

MOOT = frozenset({"call", "find_holder", "question", "undeliverable", "phone_lapsed"})
"""Tasks to get an answer: nobody has to do them once there is one. Suspicions stay until somebody looks at them."""

ENDED = MOOT | {"call_back"}
"""Tasks that nobody has to do once nothing will be carried out."""


def stands_in_for(standing: Standing) -> dict[str, str]:
    """step id -> the person who would have been asked first and is away."""
    everybody = replace(standing.roster, away={})
    wished = whom_to_ask(everybody, standing.question)
    return {step_id: person for step_id, person in wished.items() if person in standing.roster.away}


def priority_of(standing: Standing) -> int:
    """Urgent requests go before others."""
    return URGENT if standing.request.urgency == "urgent" else NORMAL


def card_of(standing: Standing) -> str:
    """The purpose of a decider's card: every version of the facts has a card (a message) of its own."""
    version = standing.request.version
    return "ask" if version == 1 else f"ask:v{version}"


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
        _find_holders(work, standing, blocked)
        return
    tasks_over(work, standing.ref, {"find_holder"})
    approvals.open_steps(work.tx, request.id, request.version, stage, work.now)
    opened = [step for step in waiting if step.row.stage == stage]
    away = stands_in_for(standing)
    for step in opened:
        ask(work, standing, step.id, chosen[step.id], why=f"for:{away[step.id]}" if step.id in away else "primary")
    expires_at = plan_ladder(work, standing, chosen[opened[0].id], stage)
    approvals.change_request(work.tx, request.id, expires_at=expires_at)


def ask(work: Work, standing: Standing, step_id: str, person_id: str, *, why: str) -> None:
    """Asks one person for one voice, on every account the person has; who is asked for it already is asked again."""
    if any(row.person_id == person_id for step in standing.steps if step.id == step_id for row in step.asked):
        _owe_card(work, standing, person_id)
        return
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
    _owe_card(work, standing, person_id)


def _owe_card(work: Work, standing: Standing, person_id: str) -> None:
    work.owe(standing.ref, card_of(standing), [person_id], client_id=standing.client.id, priority=priority_of(standing))


def plan_ladder(work: Work, standing: Standing, first_asked: str, stage: int) -> datetime:
    """Plans what happens on silence from now on; answers when the request ends without an answer."""
    request, client = standing.request, standing.client
    policy = policy_of(client.policy)
    member = standing.roster.members[first_asked]
    calendar = calendar_of(work.tx, client, policy, member.location_id)
    planned = ladders.plan(ladder_policy.ladders_from_policy(policy.ladders)[request.urgency], work.now, calendar)
    timers.cancel(work.tx, str(standing.ref), LADDER_DEEDS)
    plan = f"v{request.version}.{stage}"
    if timers.planned(work.tx, str(standing.ref), plan):  # a voice of the stage before was taken back and given again
        plan = f"{plan}.r{request.revision}"
    for rung in planned:
        plan_timer(work, standing, rung.deed, rung.due_at, plan=plan, position=rung.position)
    if request.state == "info_requested":  # a question about the stage before is still open
        pause_ladder(work, standing)
    return next(rung.due_at for rung in planned if rung.deed == "expire")


def replan_ladder(work: Work, standing: Standing) -> None:
    """The rungs still to come, planned anew from when the stage was opened; what has happened stays as it was.

    They go by the hours of the first of those asked who is there. A rung whose new time has passed is due at once. A
    paused ladder is planned when it goes on.
    """
    opened = [step for step in standing.steps if step.state == "open" and step.row.opened_at]
    asked = [row for step in opened for row in step.asked]
    running = [timer for timer in standing.timers if timer.deed in LADDER_DEEDS]
    if not asked or not running or standing.request.state != "pending" or "paused" in standing.request.marks:
        return  # a ladder that once stood still for a question keeps the time it was given back
    policy = _policy(standing)
    members, away = standing.roster.members, standing.roster.away
    there = [row for row in asked if row.person_id not in away and members[row.person_id].reachable]
    first = members[(there or asked)[0].person_id]
    calendar = calendar_of(work.tx, standing.client, policy, first.location_id)
    steps = ladder_policy.ladders_from_policy(policy.ladders)[standing.request.urgency]
    planned = ladders.plan(steps, min(step.row.opened_at for step in opened), calendar)
    ref, plan = str(standing.ref), running[0].plan
    done = timers.positions_done(work.tx, ref, plan)
    coming = {rung.position: (rung.deed, rung.due_at) for rung in planned if rung.position not in done}
    if coming == {timer.position: (timer.deed, timer.due_at) for timer in running}:
        return
    timers.drop_waiting(work.tx, ref, LADDER_DEEDS)
    for rung in planned:
        if rung.position not in done:
            plan_timer(work, standing, rung.deed, rung.due_at, plan=plan, position=rung.position)
    expires_at = next(rung.due_at for rung in planned if rung.deed == "expire")
    approvals.change_request(work.tx, standing.request.id, expires_at=expires_at)


def plan_timer(work: Work, standing: Standing, deed: str, due_at: datetime, *, plan: str, position: int = 0) -> None:
    """One thing that happens by itself; planned once per (plan, position)."""
    timers.plan(work.tx, work.timer(standing.ref, plan, deed, due_at, client_id=standing.client.id, position=position))


def pause_ladder(work: Work, standing: Standing) -> None:
    """An open question stops the ladder where it is, and what is left of it is counted from now."""
    timers.pause(work.tx, str(standing.ref), LADDER_DEEDS)
    row = approvals.request(work.tx, standing.request.id)
    assert row is not None
    approvals.change_request(work.tx, row.id, marks={**row.marks, "paused": work.now.isoformat()})


def resume_ladder(work: Work, standing: Standing) -> None:
    """The ladder goes on with the time that was left when it stopped, counted as it was planned."""
    policy = policy_of(standing.client.policy)
    asked = [row for step in standing.steps if step.state == "open" for row in step.asked]
    place = standing.roster.members[asked[0].person_id].location_id if asked else ""
    calendar = calendar_of(work.tx, standing.client, policy, place)
    unit = ladder_policy.ladders_from_policy(policy.ladders)[standing.request.urgency].unit
    stopped = datetime.fromisoformat(standing.request.marks["paused"])
    for timer in timers.paused_of(work.tx, str(standing.ref)):
        if unit == "clock_minutes":
            due_at = work.now + max(timer.due_at - stopped, timedelta())
        else:
            left = calendar.business_hours_between(stopped, timer.due_at)
            due_at = calendar.add_business_hours(work.now, max(left, type(left)(0)))
        timers.resume(work.tx, timer.id, due_at)
        if timer.deed == "expire":
            approvals.change_request(work.tx, standing.request.id, expires_at=due_at)


def next_in_line(standing: Standing, of: Collection[str] | None = None) -> list[tuple[str, str]]:
    """(step id, person id) of the next person to add to each open voice (of these steps, if given).

    Voices with nobody left are missing.
    """
    busy = {row.person_id for step in standing.steps for row in step.asked}
    found = []
    for step, voice in zip(standing.steps, standing.question.voices, strict=True):
        if step.state != "open" or (of is not None and step.id not in of):
            continue
        for person_id in eligible(standing.roster, standing.question, voice):
            if person_id not in busy and standing.roster.members[person_id].reachable:
                found.append((step.id, person_id))
                busy.add(person_id)
                break
    return found


def tell_csm(work: Work, standing: Standing, kind: str, title: str, key: str, detail: str = "") -> str | None:
    """A task for the client's CSM, once per key, with a card of its own; answers its id when it is new."""
    owner = standing.request.csm_id
    return tell(work, standing.client.id, owner, standing.ref, kind, title, key=key, detail=detail)


def business_days(work: Work, standing: Standing, count: int) -> datetime:
    """This time so many of the client's business days on."""
    return calendar_of(work.tx, standing.client, _policy(standing)).add_business_days(work.now, count)


def business_hours(work: Work, standing: Standing, since: datetime, count: int) -> datetime:
    """That time and so many of the client's business hours on."""
    return calendar_of(work.tx, standing.client, _policy(standing)).add_business_hours(since, count)


def _policy(standing: Standing) -> Policy:
    return policy_of(standing.client.policy)


def _find_holders(work: Work, standing: Standing, blocked: Sequence[StepStanding]) -> None:
    """Nobody can fill these voices: the CSM has to find somebody; the request waits and is never dropped."""
    request = standing.request
    timers.cancel(work.tx, str(standing.ref), LADDER_DEEDS)  # the clock of a stage that is over does not end this one
    roles = sorted({" or ".join(step.roles) for step in blocked})
    find_holder(work, standing, f"{request.ref}: nobody at {standing.client.name} can be asked for {', '.join(roles)}")


def find_holder(work: Work, standing: Standing, title: str) -> None:
    """The CSM has to find somebody who can answer, unless that is to be done already."""
    if timers.open_task(work.tx, str(standing.ref), "find_holder") is None:
        tell_csm(work, standing, "find_holder", title, work.new_id("find"))
