"""What was typed into the forms of notices, read back as commands; what does not fit is refused at its field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

from bot.cards.card import Form
from bot.cards.inputs import instant, whole
from bot.cards.notices.forms import ALL, USUAL
from handlers.commands import (
    ChangeNotice,
    NoticeKind,
    NoticeState,
    RaiseNotice,
    Ref,
    Refused,
    ReopenNotice,
    UpdateNotice,
)
from storage.rows import Row

Inputs = Mapping[str, str]
_HOUR_ALONE = re.compile(r"\d\d:\d\d")
LONGEST_WAIT = 14 * 24 * 60
"""Minutes."""


def read_raise(inputs: Inputs, clients: Sequence[Row[Any]], now: datetime, zone: ZoneInfo) -> RaiseNotice:
    """A new notice, not sent yet."""
    clients_meant, where = whom(inputs.get("clients", ""), clients)
    return RaiseNotice(
        kind=_kind(inputs),
        clients=clients_meant,
        locations=where,
        severity=_severity(inputs),
        services=inputs.get("services", ""),
        impact=inputs.get("impact", ""),
        title=inputs.get("title", ""),
        workaround=inputs.get("workaround", ""),
        started_at=moment(inputs, "started_at", now, zone),
        next_update_at=next_update(inputs, now, zone),
    )


def read_update(ref: Ref, inputs: Inputs, now: datetime, zone: ZoneInfo) -> UpdateNotice:
    """A progress line."""
    state = inputs.get("state") or None
    if state is not None and state not in get_args(NoticeState):
        raise Refused("Please choose how it stands.", field="state", code="invalid")
    return UpdateNotice(
        ref,
        inputs.get("text", ""),
        state,  # type: ignore[arg-type]
        inputs.get("workaround", ""),  # Teams leaves emptied fields out, and the form always has this one
        next_update(inputs, now, zone),
    )


def read_reopen(ref: Ref, inputs: Inputs, now: datetime, zone: ZoneInfo) -> ReopenNotice:
    """It came back."""
    return ReopenNotice(ref, inputs.get("text", ""), next_update(inputs, now, zone))


def read_change(ref: Ref, inputs: Inputs, form: Form) -> ChangeNotice:
    """What the form, as it is drawn now, says; an emptied field that Teams leaves out is empty."""
    own = [field.id for field in form.fields if field.id.startswith("impact/")]
    impacts = {id_.partition("/")[2]: inputs.get(id_, "") for id_ in own}
    return ChangeNotice(
        ref,
        severity=_severity(inputs) if "severity" in inputs else None,
        title=inputs.get("title"),
        services=inputs.get("services"),
        impact=inputs.get("impact"),
        workaround=inputs.get("workaround", ""),
        impacts=impacts or None,
    )


def next_update(inputs: Inputs, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The exact moment if there is one, else so many minutes from now; None: as the severity asks for."""
    exact = moment(inputs, "next_update_at", now, zone)
    if exact is not None or inputs.get("next", "").strip() in ("", USUAL):
        return exact
    minutes = whole(inputs, "next", "Next update")
    if not 0 < minutes <= LONGEST_WAIT:
        raise Refused("Please choose when the next update comes.", field="next", code="invalid")
    return now + timedelta(minutes=minutes)


def moment(inputs: Inputs, field: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A moment on the sender's own wall; an hour alone (Teams asks for day and hour one by one) is one of today."""
    typed = inputs.get(field, "").strip()
    if _HOUR_ALONE.fullmatch(typed):
        typed = f"{now.astimezone(zone).date().isoformat()}T{typed}"
    return instant({field: typed}, field, zone.key)


def _kind(inputs: Inputs) -> NoticeKind:
    kind = inputs.get("kind", "")
    if kind not in get_args(NoticeKind):
        raise Refused("Please choose what kind of notice it is.", field="kind", code="invalid")
    return kind  # type: ignore[return-value]


def _severity(inputs: Inputs) -> int:
    severity = inputs.get("severity", "")
    if severity not in ("1", "2", "3", "4"):
        raise Refused("Please choose how bad it is.", field="severity", code="invalid")
    return int(severity)


def whom(typed: str, clients: Sequence[Row[Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(clients, "client/office"): whoever is chosen as a whole is not narrowed by an office chosen besides."""
    names = {name.casefold(): row.slug for row in clients for name in (row.slug, row.code, row.name)}
    whom: dict[str, bool] = {}
    where: list[tuple[str, str]] = []
    for one in _pieces(typed, names):
        client, slash, office = one.partition("/")
        if one.casefold() in names or not slash:
            whom[names.get(one.casefold(), one)] = True
        else:
            slug = names.get(client.strip().casefold(), client.strip())
            whom.setdefault(slug, False)
            where.append((slug, office.strip()))
    if any(name.casefold() in (ALL, "all clients") for name in whom):
        return (ALL,), ()
    if not whom:
        raise Refused("Please say which clients it is for.", field="clients", code="invalid")
    return tuple(whom), tuple(f"{slug}/{office}" for slug, office in where if not whom[slug])


def _pieces(typed: str, names: Mapping[str, str]) -> list[str]:
    """One name a line or after a semicolon; a line that is no name ("MF, NF") is taken apart at its commas."""
    found: list[str] = []
    for line in re.split(r"[\n;]+", typed):
        whole_line = line.strip()
        found += [whole_line] if whole_line.casefold() in names else [part.strip() for part in line.split(",")]
    return list(dict.fromkeys(one for one in found if one))
