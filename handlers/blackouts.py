"""Blackouts and preferred times as a subject (F07): when a client or an office of it wants no work, or likes it done.

The provider's people say it for any client; of a client its default key contact and whoever holds `downtime` or
`liaison` for all of it, and a coordinator for the own office.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers.authority import either
from handlers.commands import Outcome, PutBlackout, PutPreferredTime, Ref, Refused, RemoveBlackout
from handlers.context import Work
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.windows import yielding
from handlers.mechanisms.windows.conflicts import blackout_said, no_work
from handlers.mechanisms.windows.spans import Weekly
from handlers.mechanisms.windows.standing import may_speak_for
from handlers.mechanisms.windows.wishes import columns_of, wall, weekday
from handlers.words import cleaned, storable
from storage.queries import audiences, blackouts, directory, downtimes
from storage.rows import Row

SCOPE = "downtimes:write"
ROLES = ("downtime", "liaison")
MOST, LONGEST_WHY = 200, 200


def put_blackout(command: PutBlackout, work: Work) -> Outcome:
    """No work is wanted then. The same time again only changes why; what is agreed for that time stands."""
    client, place = _where(work, command.client, command.location)
    why = " ".join(cleaned(command.why, "why", "the reason", LONGEST_WHY).split())
    values = {**columns_of(command, work.now), "location_id": place.id if place is not None else ""}
    known = blackouts.active_of(work.tx, client.id, work.now)
    same = next((row for row in known if all(getattr(row, name) == values[name] for name in values)), None)
    if same is None and len(known) >= MOST:
        raise Refused(f"{client.name} has {MOST} blackouts already. Please remove one first.", code="blocked")
    if same is not None and same.why == why:
        return Outcome(Ref("blackout", same.id), f"That is known already: {_said(same)}", {"id": same.id}, True)
    if same is not None:
        blackouts.change(work.tx, same.id, why=why)
        _tell_again(work, client.id, same.id)
    id_ = same.id if same is not None else work.new_id("blk")
    if same is None:
        kept = {"id": id_, "client_id": client.id, "why": why, "added_by": work.who.name, "created_at": work.now}
        blackouts.add(work.tx, {**kept, **values, "state": "active"})
    row = blackouts.blackout(work.tx, id_)
    assert row is not None
    before = {"why": same.why} if same is not None else {}
    work.note("blackout.put", chain=client.id, subject=f"blackout:{id_}", before=before, after=_plain(row))
    refs = yielding.in_doubt(work, client.id, row) if same is None else []
    stands = f" It falls on {either(refs).replace(' or ', ' and ')}: whoever is concerned is told." if refs else ""
    return Outcome(Ref("blackout", id_), f"Noted: {_said(row)}{stands}", {"id": id_, "concerns": refs})


def remove_blackout(command: RemoveBlackout, work: Work) -> Outcome:
    """Work is welcome then again."""
    row = blackouts.blackout(work.tx, command.ref.id) if command.ref.kind == "blackout" else None
    if row is None or not work.who.acts_for(row.client_id):
        raise Refused("There is no such blackout.", code="not_found")
    client, _ = _where(work, row.client_slug, row.location_id)
    row = blackouts.blackout(work.tx, command.ref.id)  # again, for now nobody else can change it
    assert row is not None
    if row.state != "active":
        return Outcome(command.ref, "That blackout is gone already.", {"id": row.id}, True)
    blackouts.change(work.tx, row.id, state="removed")
    _tell_again(work, client.id, row.id)
    work.note("blackout.remove", chain=client.id, subject=command.ref, before=_plain(row))
    return Outcome(command.ref, f"Gone: {_said(row)} Work is welcome then again.", {"id": row.id})


def put_preferred_time(command: PutPreferredTime, work: Work) -> Outcome:
    """When work is liked to be done; without weekdays there is no preference any more."""
    client, place = _where(work, command.client, command.location)
    location_id, whose = (place.id, place.name) if place is not None else ("", client.name)
    known = next((row for row in blackouts.preferred_of(work.tx, client.id) if row.location_id == location_id), None)
    before = _liking(known) if known is not None else {}
    if not command.weekdays:
        if known is None:
            return Outcome(None, f"{whose} has no preferred times.", repeated=True)
        blackouts.drop_preferred(work.tx, known.id)
        ref = Ref("preferred", known.id)
        work.note("preferred.remove", chain=client.id, subject=ref, before=before)
        return Outcome(ref, f"{whose} has no preferred times any more.", {"id": known.id})
    weekly = Weekly(
        tuple(sorted({weekday(one, "weekdays") for one in command.weekdays})),
        wall(command.from_wall, "from_wall"),
        wall(command.until_wall, "until_wall"),
    )
    wanted = {"weekdays": list(weekly.weekdays), "from_wall": command.from_wall, "until_wall": command.until_wall}
    said = weekly.said(place.timezone if place is not None else client.timezone)
    if before == wanted:
        assert known is not None
        return Outcome(Ref("preferred", known.id), f"{whose} prefers that already: {said}.", {"id": known.id}, True)
    kept = {"client_id": client.id, "location_id": location_id, "added_by": work.who.name, "created_at": work.now}
    id_ = blackouts.put_preferred(work.tx, {"id": work.new_id("pft"), **kept, **wanted})
    ref = Ref("preferred", id_)
    work.note("preferred.put", chain=client.id, subject=ref, before=before, after={**wanted, "location": location_id})
    return Outcome(ref, f"Noted: {whose} prefers {said}.", {"id": id_})


DEEDS: Mapping[type, Callable[[Any, Work], Outcome]] = {
    PutBlackout: put_blackout,
    RemoveBlackout: remove_blackout,
    PutPreferredTime: put_preferred_time,
}


# ------------------------------------------------------------------ parts


def _where(work: Work, named: str, office: str) -> tuple[Row[Any], Row[Any] | None]:
    """The client, its row locked, and the office that is meant; a refusal for what is unknown or not this person's."""
    who = work.who
    if who.service and SCOPE not in who.scopes:
        raise Refused(f"This token lacks the scope {SCOPE}.", code="not_entitled")
    if not named.strip() and who.client_id is None:
        raise Refused("Please choose the client.", field="client", code="invalid")
    found = _client(work, named.strip())
    if found is None or not who.acts_for(found.id):
        raise Refused(f"There is no client called {named.strip()[:60]}.", field="client", code="not_found")
    client = directory.lock_client(work.tx, found.id)
    place = _office(work, client, office.strip()) if office.strip() else None
    if who.person_id is not None and not who.staff:
        _may(work, client, place)
    return client, place


def _tell_again(work: Work, client_id: str, blackout_id: str) -> None:
    """Whoever was told that it falls on a downtime sees what has become of it."""
    for row in downtimes.alive_of_client(work.tx, client_id):
        ref = Ref("downtime", row.id)
        if downtimes.told(work.tx, str(ref), f"blackout:{blackout_id}"):
            work.redraw(ref)


def _client(work: Work, named: str) -> Row[Any] | None:
    if not named:
        assert work.who.client_id is not None
        return directory.client(work.tx, work.who.client_id)
    rows = audiences.clients_named(work.tx, [named]) if storable(named) else ()
    return next(iter(sorted(rows, key=lambda row: row.slug != named.casefold())), None)


def _office(work: Work, client: Row[Any], named: str) -> Row[Any]:
    for row in directory.locations_of(work.tx, client.id):
        if named.casefold() in (row.slug.casefold(), row.name.casefold(), row.id):
            return row
    raise Refused(f"{client.name} has no office called {named[:60]}.", field="location", code="not_found")


def _may(work: Work, client: Row[Any], place: Row[Any] | None) -> None:
    """Refuses a contact who holds nothing here, with the names of those who do."""
    roster = roster_of(work.tx, client, work.now)
    allowed = {client.default_contact_id: None, **dict.fromkeys(id_ for role in ROLES for id_ in roster.chain(role))}
    given = [one for one in roster.given if one.role in ROLES and not one.location_id]
    allowed |= dict.fromkeys(one.person_id for one in given)
    if place is not None:
        own = [one.person_id for one in roster.given if one.role == "downtime" and one.location_id == place.id]
        allowed |= dict.fromkeys((*may_speak_for(roster, place.id), *own))
    if work.who.person_id not in allowed:
        here = [roster.members[id_].name for id_ in allowed if id_ in roster.members and roster.present(id_)]
        whose = place.name if place is not None else client.name
        raise Refused(f"{either(here) or 'Your provider'} can say when {whose} wants work done.", code="not_entitled")


def _said(row: Row[Any]) -> str:
    """ "Leipzig wants no work on Sat 22:00 to 06:00: the night shift works." """
    timezone = row.location_timezone or row.client_timezone
    whose, on = row.location_name or row.client_name, "on " if row.weekday is not None else ""
    why = row.why if row.why.endswith((".", "!", "?")) else f"{row.why}."
    return f"{whose} wants no work {on}{blackout_said(no_work(row), timezone)}: {why}"


def _plain(row: Row[Any]) -> dict[str, Any]:
    names = ("location_id", "weekday", "from_wall", "until_wall", "why")
    instants = {name: getattr(row, name).isoformat() for name in ("starts_at", "ends_at") if getattr(row, name)}
    return {name: getattr(row, name) for name in names} | instants


def _liking(row: Row[Any]) -> dict[str, Any]:
    return {"weekdays": list(row.weekdays), "from_wall": row.from_wall, "until_wall": row.until_wall}
