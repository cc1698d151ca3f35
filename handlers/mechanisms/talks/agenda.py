"""What a talk is about, drawn from live data until it is held, when it is kept as it was.

In this order: the form before it, what the last one left to do, urgent cases and the oldest, decisions that wait for
the client, projects, downtimes to come, and what people have added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from handlers.mechanisms.talks.standing import Standing
from storage.queries import agendas, feedback, touchpoints
from storage.rows import Row
from storage.store import Tx

LIVE = ("due", "proposed", "rescheduled", "confirmed")
"""States of a talk whose agenda is drawn from live data; of a later one it is what it was."""


@dataclass(frozen=True)
class Line:
    """One thing to talk about. `kind`: form, action, case, approval, project, downtime or item.

    `ref` is what it is about ("case:ID", "agenda_item:ID", "feedback:ID", ...), `name` how people know that
    ("CASE-4471", "MF-12", "D-3"; "" for none), `note` what is to be said beside it in a few words ("P1, open for 3
    days", "due Jun 12, Dana Whitlock"), `at` a day or an instant in ISO 8601 that belongs to it, or "".
    """

    kind: str
    text: str
    ref: str = ""
    name: str = ""
    note: str = ""
    at: str = ""


def agenda_of(tx: Tx, standing: Standing) -> tuple[Line, ...]:
    """The agenda as it is now, or as it was when the talk was held."""
    if standing.state not in LIVE and standing.row.agenda:
        return tuple(_kept(one) for one in standing.row.agenda)
    return live(tx, standing)


def live(tx: Tx, standing: Standing) -> tuple[Line, ...]:
    """The agenda drawn from what is true now."""
    client_id = standing.client.id
    cases = list(agendas.open_cases(tx, client_id))
    projects = [one for one in cases if one.category.strip().casefold() == "project"]
    others = [one for one in cases if one not in projects]
    urgent = [one for one in others if one.priority in agendas.URGENT]
    oldest = [one for one in others if one not in urgent][:1]
    return (
        *_forms(feedback.forms_of(tx, standing.row.id)),
        *_actions(tx, standing),
        *(_case(one, standing, "case") for one in (*urgent, *oldest)),
        *(Line("approval", one.title, f"approval:{one.id}", one.ref) for one in agendas.pending(tx, client_id)),
        *(_case(one, standing, "project") for one in projects),
        *(
            Line("downtime", one.work, f"downtime:{one.id}", one.ref, at=one.starts_at.isoformat())
            for one in agendas.downtimes_to_come(tx, client_id, standing.now)
        ),
        *(Line("item", one.text, f"agenda_item:{one.id}", note=one.by) for one in standing.items),
    )


def frozen(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The same as it is stored."""
    return [asdict(one) for one in lines]


def _kept(stored: Mapping[str, Any]) -> Line:
    return Line(**{name: str(stored.get(name, "")) for name in Line.__dataclass_fields__})


def _forms(rows: Iterable[Row[Any]]) -> list[Line]:
    found = []
    for one in rows:
        if one.state in ("requested", "unanswered"):
            found.append(Line("form", "How are we doing?", f"feedback:{one.id}", note=f"not answered by {one.person}"))
            continue
        said = [f"{one.score} of 10", *(str(one.answers.get(name) or "") for name in ("fix", "went_well"))]
        text = "; ".join(part for part in said if part)
        note = f"{one.person}; our answer: {one.reply}" if one.reply else str(one.person)
        found.append(Line("form", text, f"feedback:{one.id}", note=note))
    return found


def _actions(tx: Tx, standing: Standing) -> list[Line]:
    """What earlier talks left to do and is not done."""
    found = []
    for one in touchpoints.open_actions(tx, standing.client.id):
        if one.touchpoint_id != standing.row.id:
            at = one.due_on.isoformat() if one.due_on is not None else ""
            found.append(Line("action", one.text, f"action_item:{one.id}", note=standing.name(one.owner_id), at=at))
    return found


def _case(row: Row[Any], standing: Standing, kind: str) -> Line:
    days = (standing.now - row.opened_at).days
    age = "opened today" if days == 0 else f"open for {days} day{'s' if days != 1 else ''}"
    waits = ", waits on you" if row.state == "waiting_on_client" else ""
    return Line(kind, row.title, f"case:{row.id}", row.external_id, f"{row.priority}, {age}{waits}")
