"""When those asked are gone (away, left, unreachable), somebody else is asked at once."""

from __future__ import annotations

from handlers.context import Work
from handlers.mechanisms import asking
from handlers.mechanisms.decision import journal
from handlers.mechanisms.standing import Standing, StepStanding, stand
from storage.queries import approvals


def reroute(work: Work, request_id: str) -> None:
    """Looks at one undecided request again and asks whoever can answer now."""
    row = approvals.lock(work.tx, request_id)
    assert row is not None
    standing = stand(work.tx, row, work.now)
    if not standing.is_open:
        return
    if not any(step.state == "open" for step in standing.steps):
        asking.open_stage(work, standing)
        work.redraw(standing.ref)
        return
    for step in standing.steps:
        if step.state == "open" and not _somebody_listens(standing, step):
            _ask_another(work, standing, step)


def look_again(work: Work, standing: Standing, step_id: str) -> None:
    """A voice is open again: whoever was asked for it is asked, or somebody else who may give it."""
    for step in standing.steps:
        if step.id == step_id and step.state == "open" and not _somebody_listens(standing, step):
            _ask_another(work, standing, step)


def _somebody_listens(standing: Standing, step: StepStanding) -> bool:
    """Whether at least one of those asked for this voice may still give it and can be reached."""
    may = {row.id for row in step.deciders}
    return any(row.person_id in may and standing.roster.members[row.person_id].reachable for row in step.asked)


def _ask_another(work: Work, standing: Standing, step: StepStanding) -> None:
    gone = step.asked[0].person_id if step.asked else ""
    for step_id, person_id in asking.next_in_line(standing):
        if step_id == step.id:
            asking.ask(work, standing, step.id, person_id, why=f"for:{gone}" if gone else "backup")
            work.redraw(standing.ref)
            journal(work, standing, "reroute", {"from": gone, "to": person_id})
            return
    title = f"{standing.request.ref}: nobody at {standing.client.name} who is asked can answer at the moment"
    asking.find_holder(work, standing, title)
