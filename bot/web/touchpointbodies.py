"""Meetings as REST and the command line tell them: plain JSON of a row, and of where one stands."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from handlers.mechanisms.talks.agenda import agenda_of
from handlers.mechanisms.talks.names import titled
from handlers.mechanisms.talks.standing import Standing
from storage.rows import Row
from storage.store import Tx

PLAIN = ("id", "ref", "kind", "state", "version", "revision", "channel")


def meeting_body(row: Row[Any], client: str) -> dict[str, Any]:
    """A row as a list has it; `client` is the slug."""
    return {
        **{name: getattr(row, name) for name in PLAIN},
        "client": client,
        "title": titled(row.kind, row.title),
        "due_on": row.due_on.isoformat(),
        "start": moment(row.starts_at),
        "end": moment(row.ends_at),
        "created_at": moment(row.created_at),
    }


def detail_body(tx: Tx, standing: Standing) -> dict[str, Any]:
    """All of a meeting."""
    row = standing.row

    def person(id_: str | None) -> dict[str, str] | None:
        return {"id": id_, "name": standing.name(id_)} if id_ else None

    return {
        **meeting_body(row, standing.client.slug),
        **{name: getattr(row, name) for name in ("link", "place", "notes", "ended_by", "ended_why")},
        "owner": person(row.owner_id),
        "stands_in_for": person(row.stands_in_for),
        "decided_by": person(row.decided_by),
        "moved_by": person(row.moved_by),
        "moved_why": row.moved_why,
        **{name: moment(getattr(row, name)) for name in ("decided_at", "ended_at", "closed_at")},
        "times": [
            {
                "number": one.number,
                "start": moment(one.row.starts_at),
                "end": moment(one.row.ends_at),
                "state": one.row.state,
                "side": one.row.side,
            }
            for one in standing.offers
        ],
        "waiting_on": [person(id_) for id_, _ in standing.waiting_on()],
        "agenda": [asdict(one) for one in agenda_of(tx, standing)],
        "actions": [
            {
                "id": one.id,
                "text": one.text,
                "owner": person(one.owner_id),
                "due_on": day(one.due_on),
                "state": one.state,
            }
            for one in standing.actions
        ],
        "records": [
            {"kind": one.kind, "url": one.url, "on": day(one.on), "waived_why": one.waived_why}
            for one in standing.records
        ],
        "missing": list(standing.missing),
    }


def moment(value: datetime | None) -> str | None:
    """An instant as callers read it, in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value is not None else None


def day(value: date | None) -> str | None:
    """A date as callers read it."""
    return value.isoformat() if value is not None else None
