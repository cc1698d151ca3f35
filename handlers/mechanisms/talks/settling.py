"""What follows from a pulse: a suggestion from what was said and noticed, and the rhythm when a person takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.commands.shapes import EPOCH
from handlers.context import Work
from handlers.mechanisms.talks import rhythm
from handlers.mechanisms.talks.names import titled
from handlers.mechanisms.talks.suggesting import Said, Signs, suggest
from handlers.policy import policy_of
from storage.queries import pulses, touchpoints
from storage.rows import Row

KINDS = (rhythm.PULSE, "vcio_meeting")
LONGEST_WHY = 500


def suggestion(work: Work, client: Row[Any], said: Said) -> dict[str, Any]:
    """What follows from it, {} when everything is so already."""
    before = pulses.last_logged(work.tx, client.id)
    since = before.logged_at if before is not None else EPOCH
    signs = Signs(
        unreviewed=pulses.unreviewed_in_a_row(work.tx, client.id),
        lowest=pulses.lowest_opinion(work.tx, client.id, since),
        missed=touchpoints.missed_since(work.tx, client.id, since),
    )
    plan = policy_of(client.policy).timetable
    found = suggest(said, signs, plan.pulse, work.who.name)
    own = touchpoints.cadence(work.tx, client.id, rhythm.PULSE)
    in_force = own.every if own is not None else rhythm.by_colour(found["temperature"], plan)
    meeting = rhythm.rhythm_of(work.tx, client, "vcio_meeting")
    same = found["temperature"] == said.temperature and found["pulse"] == in_force
    return {} if same and found["vcio_meeting"] == meeting.every else found


def take(work: Work, client: Row[Any], suggested: Mapping[str, Any], why: str) -> list[str]:
    """The suggested rhythms become the client's own; -> what has changed, in words."""
    found = []
    for kind in KINDS:
        now = rhythm.rhythm_of(work.tx, client, kind)
        if now.every != suggested[kind]:
            kept = touchpoints.cadence(work.tx, client.id, kind)
            rhythm.put(
                work,
                client,
                kind,
                suggested[kind],
                reason=why[:LONGEST_WHY],
                weekday=kept.weekday if kept is not None else None,
                wall=kept.wall if kept is not None else "",
                minutes=kept.minutes if kept is not None else None,
            )
            found.append(f"{titled(kind).lower() if kind == rhythm.PULSE else titled(kind)} every {suggested[kind]}")
    return found
