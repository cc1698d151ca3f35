"""When those asked are gone (away, left, unreachable), somebody else is asked at once."""

from __future__ import annotations

from handlers.authority import whom_to_ask
from handlers.context import Work
from handlers.mechanisms import asking
from handlers.mechanisms.standing import Standing, StepStanding, stand
from handlers.mechanisms.telling import tasks_over
from storage.queries import approvals, deliveries


def reroute(work: Work, request_id: str) -> None:
    """Looks at one undecided request again and asks whoever can answer now."""
    row = approvals.lock(work.tx, request_id)
    assert row is not None
    standing = stand(work.tx, row, work.now)
    if not standing.is_open:
        return
    work.redraw(standing.ref)  # who may press what, and who is waited for, may have changed for those asked before
    if not any(step.state == "open" for step in standing.steps):
        asking.open_stage(work, standing)
        return
    _ask_who_is_back(work, standing)
    if all(_somebody_listens(standing, step) for step in standing.steps if step.state == "open"):
        tasks_over(work, standing.ref, {"find_holder"})
    else:
        look_again(work, standing)
        asking.replan_ladder(work, _reread(work, standing))


def look_again(work: Work, standing: Standing) -> None:
    """Every open voice needs somebody asked who may give it and can be reached."""
    for position in range(len(standing.steps)):
        step = standing.steps[position]
        if step.state == "open" and not _somebody_listens(standing, step):
            _ask_another(work, standing, step)
            standing = _reread(work, standing)


def _reread(work: Work, standing: Standing) -> Standing:
    row = approvals.request(work.tx, standing.request.id)
    assert row is not None
    return stand(work.tx, row, work.now, standing)


def _ask_who_is_back(work: Work, standing: Standing) -> None:
    """Somebody who was asked and whose card never arrived can be reached again."""
    card = asking.card_of(standing)
    for step in standing.steps:
        may = {row.id for row in step.deciders}
        for row in step.asked if step.state == "open" else ():
            back = row.person_id in may and standing.roster.members[row.person_id].reachable
            if back and deliveries.died(work.tx, str(standing.ref), card, row.person_id):
                asking.ask(work, standing, step.id, row.person_id, why=row.why)


def _somebody_listens(standing: Standing, step: StepStanding) -> bool:
    """Whether at least one of those asked for this voice may still give it and can be reached."""
    may = {row.id for row in step.deciders}
    return any(row.person_id in may and standing.roster.members[row.person_id].reachable for row in step.asked)


def _ask_another(work: Work, standing: Standing, step: StepStanding) -> None:
    """The next in line for this voice; else those asked change places, if that serves every voice; else the CSM."""
    gone = step.asked[0].person_id if step.asked else ""
    found = asking.next_in_line(standing, {step.id})
    if not found:
        served = whom_to_ask(standing.roster, standing.question)
        asked = {(row.step_id, row.person_id) for one in standing.steps for row in one.asked}
        open_steps = {one.id for one in standing.steps if one.state == "open"}
        if step.id in served:
            found = [pair for pair in served.items() if pair[0] in open_steps and pair not in asked]
    if not found:
        title = f"{standing.request.ref}: nobody at {standing.client.name} who is asked can answer at the moment"
        asking.find_holder(work, standing, title)
        return
    for step_id, person_id in found:
        asking.ask(work, standing, step_id, person_id, why=f"for:{gone}" if gone else "backup")
        work.note(
            "approval.reroute",
            chain=standing.client.id,
            subject=standing.ref,
            version=standing.request.version,
            after={"from": gone, "to": person_id},
        )
    work.redraw(standing.ref)
