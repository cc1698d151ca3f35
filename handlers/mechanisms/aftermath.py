"""What follows when it works again: why it happened, how people found it, and the end of the notice."""

from __future__ import annotations

from typing import Any

from handlers.context import Work
from handlers.mechanisms import announcing, opinions, steering, summoning
from handlers.mechanisms.telling import tasks_over
from handlers.words import LONGEST_TITLE
from storage.queries import bulk, notices, timers
from storage.rows import Row

ROOT_CAUSE_DAYS, CLOSE_DAYS = 5, 5
"""Business days of the provider."""
SEVERE = 2
"""An outage of this severity or worse is closed only with its root cause."""


def owes_root_cause(notice: Row[Any]) -> bool:
    """Whether the provider has to say why it happened."""
    return notice.kind == "outage" and notice.severity <= SEVERE


def resolved(work: Work, notice: Row[Any]) -> None:
    """Plans the end of a notice that has just been resolved."""
    if owes_root_cause(notice):
        due = work.provider.add_business_days(work.now, ROOT_CAUSE_DAYS)
        notices.change_notice(work.tx, notice.id, root_cause_due_at=due)
        title = f"{notice.ref}: say why it happened, by {due.astimezone(work.provider.zone):%a %b} "
        title += str(due.astimezone(work.provider.zone).day)
        summoning.summon(
            work,
            notice,
            "root_cause",
            title,
            client_id=summoning.first_client(work, notice),
            owner=notice.owner_id,
            key=f"round:{notice.round}",
            due_at=due,
        )
        bulk.plan_all(work.tx, [work.timer(f"notice:{notice.id}", f"cause:{notice.round}", "root_cause_late", due)])
    else:
        plan_close(work, notice)
    if notice.kind == "outage":
        _ask_how_it_went(work, notice)


def plan_close(work: Work, notice: Row[Any]) -> None:
    """What needs nothing more closes by itself."""
    due = work.provider.add_business_days(work.now, CLOSE_DAYS)
    bulk.plan_all(work.tx, [work.timer(f"notice:{notice.id}", f"close:{notice.version}", "close", due)])


def close(work: Work, notice: Row[Any], why: str) -> None:
    """resolved -> closed: nothing more happens by itself, and nobody has to do anything about it."""
    notices.change_notice(work.tx, notice.id, state="closed", closed_at=work.now, closed_why=why)
    timers.cancel(work.tx, f"notice:{notice.id}")
    tasks_over(work, summoning.about(notice), ("root_cause", "root_cause_late", *summoning.DUE, *summoning.CALLS))
    work.boards.add(notice.id)
    ids = [row.id for row in notices.clients_in(work.tx, notice.id)]
    steering.note(work, notice, "close", {"state": "closed", "why": why}, clients=ids)


def root_cause_late(work: Work, notice: Row[Any]) -> None:
    """The day has come and nobody has said why it happened."""
    if notice.state != "resolved":
        return
    client_id = summoning.first_client(work, notice)
    summoning.summon(
        work,
        notice,
        "root_cause_late",
        f"{notice.ref}: the root cause is overdue",
        client_id=client_id,
        owner=summoning.supervisor_of(work, client_id),
        key=f"round:{notice.round}",
        due_at=work.now,
    )
    work.boards.add(notice.id)
    steering.note(work, notice, "root_cause_late", {"due": notice.root_cause_due_at})


def cause_of(work: Work, outage: Row[Any], findings: dict[str, str]) -> Row[Any]:
    """A notice that says why an outage happened: information, with nothing to be solved about it."""
    notice_id = work.new_id("ntc")
    notices.add_notice(
        work.tx,
        {
            "id": notice_id,
            "ref": bulk.next_ref(work.tx),
            "kind": "root_cause",
            "severity": 4,
            "state": "resolved",
            "version": 1,
            "round": 1,
            "title": f"Root cause: {outage.title}"[:LONGEST_TITLE],
            "services": outage.services,
            "impact": findings["summary"],
            "workaround": "",
            "started_at": outage.started_at,
            "owner_id": outage.owner_id,
            "raised_by": work.who.name,
            "about_id": outage.id,
            "findings": findings,
            "external_ref": outage.external_ref,
            "created_at": work.now,
            "sent_at": work.now,
            "resolved_at": work.now,
            "closed_why": "",
        },
    )
    made = notices.notice(work.tx, notice_id)
    assert made is not None
    return made


def _ask_how_it_went(work: Work, notice: Row[Any]) -> None:
    """Everybody who has read it is asked, nobody more often than the own company wants."""
    about, night = f"notice:{notice.id}", announcing.night_of(work, notice)
    asked = [(about, reader.person_id, reader.client_id) for reader in bulk.readers(work.tx, notice.id)]
    if opinions.ask(work, opinions.rested(work, asked, night), night):
        end = work.now + opinions.ANSWER_WITHIN
        bulk.plan_all(work.tx, [work.timer(f"notice:{notice.id}", f"asked:{notice.round}", "unanswered", end)])
