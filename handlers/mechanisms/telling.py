"""Tells somebody of the provider what to do: a task with a card, once per (subject, kind, key)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from handlers.commands import Ref
from handlers.context import URGENT, Work
from storage.queries import bulk, directory, timers

PASSED_ON_AFTER = 1
"""Business days of the provider that a task stays open before whoever is above its owner hears of it."""


def tell(
    work: Work,
    client_id: str,
    owner_id: str | None,
    subject: Ref,
    kind: str,
    title: str,
    *,
    key: str,
    detail: str = "",
    due_at: datetime | None = None,
) -> str | None:
    """A new task and its card; answers its id, or None when the same was told before. `due_at`: by then it is done."""
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
            "due_at": due_at,
        },
    )
    if task_id:
        timers.plan(work.tx, passing_on(work, task_id, client_id, due_at))
    if task_id and owner_id:
        work.owe(Ref("task", task_id), "task", [owner_id], client_id=client_id, priority=URGENT)
    return task_id


def tasks_over(work: Work, subject: Ref | str, kinds: Collection[str]) -> None:
    """Nobody has to do these about a subject any more, and their cards say so."""
    for task_id in timers.finish_tasks(work.tx, str(subject), work.now, kinds):
        work.redraw(Ref("task", task_id))


def keyed_over(work: Work, subject: Ref | str, kinds: Collection[str], keys: Collection[str]) -> None:
    """The same of tasks of these kinds, by what each was keyed with when it was told."""
    for task_id in bulk.finish_keyed(work.tx, str(subject), kinds, keys, work.now):
        work.redraw(Ref("task", task_id))


def passing_on(work: Work, task_id: str, client_id: str, due_at: datetime | None = None) -> dict[str, Any]:
    """A row for the moment at which a task has been open too long; one that is due later has time until then."""
    since = max(work.now, due_at) if due_at is not None else work.now
    return work.timer(
        Ref("task", task_id),
        "open",
        "pass_on",
        work.provider.add_business_days(since, PASSED_ON_AFTER),
        client_id=client_id,
    )


def csm_of(work: Work, client_id: str) -> str | None:
    """The client's CSM, else who else of the provider is there for it; a duty for this client before one for all."""
    duties = directory.duties_for(work.tx, client_id)
    for role in ("csm", "vcio", "supervisor"):
        for duty in duties:
            if duty.role == role:
                return str(duty.person_id)
    return None
