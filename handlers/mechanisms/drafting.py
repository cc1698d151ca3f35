"""What a new notice says and where it applies, checked word by word before anybody is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args

from handlers.commands import ChangeNotice, NoticeKind, RaiseNotice, Refused
from handlers.context import Work
from handlers.mechanisms import summoning, updating
from handlers.mechanisms.places import Office, offices_named
from handlers.words import LONGEST_TITLE, cleaned
from storage.queries import bulk, notices
from storage.rows import Row

AHEAD = timedelta(minutes=5)
"""So far may a clock be ahead that says when an outage began."""
LONGEST_IMPACT = 1000


def write(work: Work, command: RaiseNotice) -> str:
    """Writes the draft with its places; -> its id."""
    if command.kind not in get_args(NoticeKind):
        raise Refused("A notice is an outage, an advisory, a change of ours or a critical patch.", field="kind")
    severity_of(command.severity)
    services = cleaned(command.services, "services", "what is affected", LONGEST_TITLE)
    impact = cleaned(command.impact, "impact", "what it means for people", LONGEST_IMPACT)
    title = cleaned(command.title, "title", "the title", LONGEST_TITLE, empty=True) or services
    next_update_at = command.next_update_at
    if next_update_at is not None:
        updating.promised(work, command.kind, command.severity, next_update_at)
    offices = offices_named(work.tx, command.clients, command.locations, work.who)
    clients = {office.client.id: office.client for office in offices}
    csm = summoning.csm_of_each(work, clients)
    owner = work.who.person_id if work.who.staff else csm.get(offices[0].client.id)
    said = _impacts(list(clients.values()), command.impacts)
    notice_id = work.new_id("ntc")
    notices.add_notice(
        work.tx,
        {
            "id": notice_id,
            "ref": bulk.next_ref(work.tx),
            "kind": command.kind,
            "severity": command.severity,
            "state": "draft",
            "version": 1,
            "round": 1,
            "title": title,
            "services": services,
            "impact": impact,
            "workaround": cleaned(command.workaround, "workaround", "the workaround", LONGEST_IMPACT, empty=True),
            "started_at": _started(work, command),
            "next_update_at": next_update_at,
            "owner_id": owner,
            "raised_by": work.who.name,
            "about_id": None,
            "findings": {},
            "external_ref": cleaned(command.external_ref, "external_ref", "the reference", 200, empty=True),
            "created_at": work.now,
            "closed_why": "",
        },
    )
    notices.add_places(
        work.tx, [_place(work, notice_id, office, said, csm.get(office.client.id)) for office in offices]
    )
    return notice_id


def changes(notice: Row[Any], command: ChangeNotice) -> dict[str, Any]:
    """The columns that a change gives another value; `Refused` for what no notice can say."""
    given: dict[str, Any] = {}
    if command.severity is not None:
        given["severity"] = severity_of(command.severity)
    if command.title is not None:
        given["title"] = cleaned(command.title, "title", "a title", LONGEST_TITLE)
    if command.services is not None:
        given["services"] = cleaned(command.services, "services", "what is affected", LONGEST_TITLE)
    if command.impact is not None:
        given["impact"] = cleaned(command.impact, "impact", "what it means for people", LONGEST_IMPACT)
    if command.workaround is not None:
        given["workaround"] = cleaned(command.workaround, "workaround", "the workaround", LONGEST_IMPACT, empty=True)
    return {name: value for name, value in given.items() if getattr(notice, name) != value}


def change_impacts(work: Work, notice: Row[Any], impacts: Mapping[str, str] | None) -> bool:
    """What it means for single clients is said anew; -> whether that is something else than before."""
    said = _impacts(list(notices.clients_in(work.tx, notice.id)), impacts or {})
    changed = False
    for client_id, words in said.items():
        rows = [row for row in notices.places_of(work.tx, notice.id, client_id) if row.impact != words]
        if rows:
            notices.change_places(work.tx, [row.id for row in rows], impact=words)
            changed = True
    return changed


def severity_of(value: int) -> int:
    """1 to 4."""
    if isinstance(value, bool) or value not in range(1, 5):
        raise Refused("A severity is 1, 2, 3 or 4.", field="severity", code="invalid")
    return value


def _started(work: Work, command: RaiseNotice) -> datetime:
    started = command.started_at
    if started is None:
        return work.now
    if started.tzinfo is None:
        raise Refused("The time at which it began needs a zone.", field="started_at", code="invalid")
    if command.kind == "outage" and started > work.now + AHEAD:
        raise Refused("An outage cannot begin later than now.", field="started_at", code="invalid")
    if abs(started - work.now) > updating.FURTHEST:
        raise Refused("That is more than a year away.", field="started_at", code="invalid")
    return started


def _impacts(clients: Sequence[Row[Any]], impacts: Mapping[str, str]) -> dict[str, str]:
    said = {}
    for name, words in impacts.items():
        low = name.strip().casefold()
        for row in clients:
            if low in (row.slug.casefold(), row.code.casefold(), row.name.casefold()):
                said[row.id] = cleaned(words, "impacts", f"what it means for {row.name}", LONGEST_IMPACT, empty=True)
                break
        else:
            raise Refused(f"{name[:60]} is none of the clients that this is about.", field="impacts", code="invalid")
    return said


def _place(work: Work, notice_id: str, office: Office, said: Mapping[str, str], csm: str | None) -> dict[str, Any]:
    return {
        "id": work.new_id("plc"),
        "notice_id": notice_id,
        "client_id": office.client.id,
        "location_id": office.location_id,
        "impact": said.get(office.client.id, ""),
        "csm_id": csm,
        "acked_by": None,
        "acked_at": None,
    }
