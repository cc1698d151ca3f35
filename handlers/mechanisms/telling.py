"""Tells somebody of the provider what to do: a task with a card, once per (subject, kind, key)."""

from __future__ import annotations

from handlers.commands import Ref
from handlers.context import URGENT, Work
from storage.queries import directory, timers


def tell(
    work: Work, client_id: str, owner_id: str | None, subject: Ref, kind: str, title: str, *, key: str, detail: str = ""
) -> str | None:
    """A new task and its card; answers its id, or None when the same was told before."""
    task_id = timers.add_task(
        work.tx,
        {
            "id": work.new_id("tsk"),
            "client_id": client_id,
            "owner_id": owner_id,
            "subject": str(subject),
            "kind": kind,
            "key": key,
            "title": title,
            "detail": detail,
            "state": "open",
            "created_at": work.now,
        },
    )
    if task_id and owner_id:
        work.owe(Ref("task", task_id), "task", [owner_id], client_id=client_id, priority=URGENT)
    return task_id


def csm_of(work: Work, client_id: str) -> str | None:
    """The client's CSM, else who else of the provider is there for it; a duty for this client before one for all."""
    duties = directory.duties_for(work.tx, client_id)
    for role in ("csm", "vcio", "supervisor"):
        for duty in duties:
            if duty.role == role:
                return str(duty.person_id)
    return None
