"""What REST callers are answered about notices: facts of storage as plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.web.histories import moment
from bot.web.receipts import Line
from handlers.mechanisms.broadcast import READ, Broadcast, Expected, Place, Preview
from storage.queries.notice_pages import Counts


def notice_body(notice: Any, clients: Iterable[str], counts: Counts | None) -> dict[str, Any]:
    """One notice as it stands in a list; no counts: nobody was told."""
    plain = ("id", "ref", "kind", "state", "version", "round", "title", "services", "impact", "workaround")
    times = ("started_at", "next_update_at", "created_at", "sent_at", "resolved_at", "root_cause_due_at", "closed_at")
    return {
        **{name: getattr(notice, name) for name in (*plain, "external_ref", "raised_by", "closed_why")},
        **{name: moment(getattr(notice, name)) for name in times},
        "severity": f"sev{notice.severity}",
        "clients": list(clients),
        "counts": asdict(counts or Counts()),
    }


def detail_body(broadcast: Broadcast, names: Mapping[str, str], offices: Mapping[str, str]) -> dict[str, Any]:
    """One notice with its places and updates. `names`: person -> name, for those who acknowledged for a place;
    `offices`: location -> slug."""
    notice, about = broadcast.notice, broadcast.about
    slugs = sorted({place.client.slug for place in broadcast.places})
    findings = notice.findings if notice.kind == "root_cause" else None
    return {
        **notice_body(notice, slugs, counts_of(broadcast)),
        "owner": _person(broadcast.owner),
        "places": [_place(place, names, offices) for place in broadcast.places],
        "updates": [_update(row) for row in broadcast.updates],
        "about": {"id": about.id, "ref": about.ref} if about is not None else None,
        "findings": {name: findings.get(name, "") for name in ("summary", "fix", "prevent")} if findings else None,
    }


def counts_of(broadcast: Broadcast) -> Counts:
    """How many readers, and how many of them came how far."""
    stages = [reader.stage for reader in broadcast.readers]
    return Counts(
        recipients=len(stages),
        reached=sum(reader.reached_at is not None for reader in broadcast.readers),
        acknowledged=sum(stage in READ for stage in stages),
        **{stage: stages.count(stage) for stage in ("relayed", "covered", "overdue", "undeliverable")},
    )


def recipients_told(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Everybody a notice went to."""
    return [
        {
            "id": line.reader.person.id,
            "name": line.reader.person.name,
            "client": line.reader.client.slug,
            "places": line.places,
            "why": line.why,
            "platforms": list(line.reader.platforms),
            "problem": line.reader.receipt.reason if line.reader.stage == "undeliverable" else "",
        }
        for line in lines
    ]


def preview_body(preview: Preview) -> dict[str, Any]:
    """Who would get it."""
    return {
        "dry_run": True,
        "clients": [client.slug for client in preview.clients],
        "people": preview.reachable,
        "held": preview.held,
        "recipients": recipients_expected(preview.expected),
        "problems": list(preview.problems),
    }


def recipients_expected(expected: Sequence[Expected]) -> list[dict[str, Any]]:
    """Everybody a notice would go to."""
    return [
        {
            "id": one.person.id,
            "name": one.person.name,
            "client": one.client.slug,
            "places": list(one.places),
            "why": "stand_in" if one.why.startswith("for:") else one.why,
            "platforms": list(one.platforms),
            "problem": one.problem,
        }
        for one in expected
    ]


def _person(row: Any) -> dict[str, str] | None:
    return {"id": row.id, "name": row.name} if row is not None else None


def _place(place: Place, names: Mapping[str, str], offices: Mapping[str, str]) -> dict[str, Any]:
    row = place.row
    return {
        "client": place.client.slug,
        "location": offices.get(row.location_id) if row.location_id else None,
        "name": place.name,
        "timezone": place.timezone,
        "impact": row.impact,
        "acknowledged_by": {"id": row.acked_by, "name": names.get(row.acked_by, "")} if row.acked_by else None,
        "acknowledged_at": moment(row.acked_at),
    }


def _update(row: Any) -> dict[str, Any]:
    plain = ("number", "what", "state", "text", "workaround", "author")
    return {
        **{name: getattr(row, name) for name in plain},
        "next_update_at": moment(row.next_update_at),
        "at": moment(row.at),
    }
