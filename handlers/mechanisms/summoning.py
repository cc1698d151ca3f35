"""Tells the provider's people what to do about a notice: whom to call, what is due, who asked for help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.commands import Ref
from handlers.context import URGENT, Work
from handlers.mechanisms.announcing import owe_each
from handlers.mechanisms.broadcast import Place
from handlers.mechanisms.telling import passing_on, tell
from storage.queries import audiences, bulk, directory, notices, timers
from storage.rows import Row

CALLS = ("notice_call", "notice_undeliverable")
"""Tasks to reach somebody on the phone."""
DUE = ("update_due", "update_late")
"""Tasks to say something new."""
SOUGHT = ("csm", "vcio", "supervisor")
ABOVE = ("supervisor", "vcio", "csm")


def about(notice: Row[Any]) -> Ref:
    """What the tasks of a notice are about."""
    return Ref("notice", notice.id)


def summon(
    work: Work,
    notice: Row[Any],
    kind: str,
    title: str,
    *,
    client_id: str,
    owner: str | None,
    key: str,
    detail: str = "",
    due_at: datetime | None = None,
) -> str | None:
    """A task about a notice, once per key; answers its id when it is new."""
    whose, of = owner or notice.owner_id, about(notice)
    return tell(work, client_id, whose, of, kind, title[:300], key=key, detail=detail, due_at=due_at)


def say_more(work: Work, task_id: str, words: str) -> None:
    """An open task says what was said last."""
    timers.change_task(work.tx, task_id, detail=words)
    work.redraw(Ref("task", task_id))


def out_of_reach(
    work: Work,
    notice: Row[Any],
    clients: Mapping[str, Row[Any]],
    lost: Mapping[str, Sequence[Row[Any]]],
    empty: Sequence[Place],
) -> None:
    """A task for each client's CSM at once: who has no way to be written to, and where nobody has."""
    nobody: dict[str, list[str]] = {}
    for place in empty:
        nobody.setdefault(place.client.id, []).append(place.name)
    csm = csm_of_each(work, clients)
    rows: list[dict[str, Any]] = []
    for client_id in sorted({*nobody, *(key for key, people in lost.items() if people)}):
        client, owner = clients[client_id], csm.get(client_id) or notice.owner_id
        names = ", ".join(sorted(person.name for person in lost.get(client_id, ())))
        words = [f"{notice.ref}: "]
        if client_id in nobody:
            words.append(f"nobody at {client.name} can be reached in chat")
            words.append(f" for {', '.join(nobody[client_id])}" if nobody[client_id] != [client.name] else "")
            words.append(f". Call {names}" if names else ". Call the numbers on file")
        else:
            words.append(f"{names} could not be reached in chat")
        rows.append(
            {
                "id": work.new_id("tsk"),
                "client_id": client_id,
                "owner_id": owner,
                "subject": str(about(notice)),
                "kind": "notice_undeliverable",
                "key": f"{client_id}.{notice.round}",
                "title": "".join(words)[:300],
                "detail": "",
                "state": "open",
                "created_at": work.now,
            }
        )
    bulk.add_tasks(work.tx, rows)
    bulk.plan_all(work.tx, [passing_on(work, row["id"], row["client_id"]) for row in rows])
    cards = [(Ref("task", row["id"]), row["owner_id"], row["client_id"]) for row in rows if row["owner_id"]]
    owe_each(work, cards, "task", priority=URGENT)


def csm_of_each(work: Work, clients: Mapping[str, Row[Any]], sought: Sequence[str] = SOUGHT) -> dict[str, str]:
    """client -> its CSM, else who else is there for it; a duty for this client before one for all."""
    own: dict[tuple[str, str], str] = {}
    for duty in audiences.duties(work.tx, list(clients)):
        own.setdefault((duty.client_id, duty.role), duty.person_id)
    found = {}
    for client_id in clients:
        for role in sought:
            person = own.get((client_id, role)) or own.get(("", role))
            if person:
                found[client_id] = person
                break
    return found


def supervisor_of(work: Work, client_id: str) -> str | None:
    """Who stands above the client's CSM."""
    duties = directory.duties_for(work.tx, client_id)
    return next((str(duty.person_id) for role in ABOVE for duty in duties if duty.role == role), None)


def first_client(work: Work, notice: Row[Any]) -> str:
    """The client in whose name a task about the whole notice is kept."""
    return str(notices.clients_in(work.tx, notice.id)[0].id)
