"""What a new downtime says, where and when it is to be and who answers for it, checked before anybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.commands import ChangeDowntime, RaiseDowntime, Refused, Window
from handlers.context import Work
from handlers.mechanisms.places import EVERYBODY, offices_named
from handlers.mechanisms.telling import csm_of
from handlers.mechanisms.windows import rules
from handlers.mechanisms.windows.spans import exact
from handlers.mechanisms.windows.steering import SCOPE
from handlers.mechanisms.windows.weighing import Weighed
from handlers.words import LONGEST_TITLE, cleaned, storable
from storage.queries import directory, downtimes
from storage.rows import Row

LONGEST = 1000


def side_of(work: Work) -> str:
    """provider or client; refused for an employee without a role, and for a token without the right."""
    who = work.who
    if who.service and SCOPE not in who.scopes:
        raise Refused("This token may not offer downtimes.", code="not_entitled")
    if who.staff or who.service or who.system or who.person_id is None or who.client_id is None:
        return "provider"
    holds = any(row.person_id == who.person_id for row in directory.roles_of(work.tx, who.client_id))
    client = directory.client(work.tx, who.client_id)
    if not holds and (client is None or client.default_contact_id != who.person_id):
        contact = directory.person(work.tx, client.default_contact_id) if client and client.default_contact_id else None
        whom = f" Please ask {contact.name}." if contact is not None else ""
        raise Refused(f"Only your company's key contacts can ask for downtime.{whom}", code="not_entitled")
    return "client"


def touched(work: Work, command: RaiseDowntime) -> tuple[Row[Any], list[str]]:
    """The client it is for and the ids of the offices it touches, in the order of their names."""
    name = command.client.strip()
    if not name and work.who.client_id:
        own = directory.client(work.tx, work.who.client_id)
        name = own.slug if own is not None else ""
    if name.casefold() == EVERYBODY:
        raise Refused("A downtime is agreed with one client at a time.", field="client", code="invalid")
    try:
        offices = offices_named(work.tx, [name], command.locations, work.who)
    except Refused as refused:
        field = "client" if refused.field == "clients" else refused.field
        sentence = refused.sentence.replace("at least one client", "a client").replace("notices need", "downtimes need")
        raise Refused(sentence, field=field, code=refused.code) from None
    return offices[0].client, [office.location_id for office in offices]


def times(work: Work, windows: Sequence[Window]) -> tuple[Window, ...]:
    """The times as they came, when they can be offered; `Refused` with what is wrong with them."""
    if wrong := rules.mistake_in(windows, work.now):
        raise Refused(wrong, field="windows", code="invalid")
    return tuple(sorted(map(exact, windows), key=lambda one: (one.starts_at, one.ends_at)))


def write(work: Work, command: RaiseDowntime, side: str, client: Row[Any], locations: list[str]) -> str:
    """Writes the draft, without its times; -> its id."""
    said = words(command.work, command.implications, command.prep_steps)
    engineer = engineer_of(work, command.engineer) if side == "provider" else None
    owner = work.who.person_id if work.who.staff else csm_of(work, client.id)
    downtime_id = work.new_id("dwn")
    downtimes.add_downtime(
        work.tx,
        {
            "id": downtime_id,
            "ref": downtimes.next_ref(work.tx),
            "client_id": client.id,
            "state": "draft",
            "life": "",
            "side": side,
            "version": 1,
            "revision": 1,
            **said,
            "locations": locations,
            "override": cleaned(command.override, "override", "why it is offered all the same", LONGEST, empty=True),
            "owner_id": owner,
            "engineer_id": engineer,
            "asker_id": work.who.person_id if side == "client" else None,
            "raised_by": work.who.name,
            "external_ref": cleaned(command.external_ref, "external_ref", "the reference", 200, empty=True),
            "created_at": work.now,
            "decided_why": "",
            "closed_why": "",
            "closed_by": "",
            "steps": [],
            "sequence": 0,
        },
    )
    return downtime_id


def words(work: str | None, implications: str | None, prep_steps: str | None) -> dict[str, str]:
    """The columns of what is given; `Refused` for what no downtime can say."""
    said = {}
    if work is not None:
        said["work"] = cleaned(work, "work", "what will be done", LONGEST_TITLE)
    if implications is not None:
        what = "what will not work meanwhile and what people can do"
        said["implications"] = cleaned(implications, "implications", what, LONGEST)
    if prep_steps is not None:
        said["prep_steps"] = cleaned(prep_steps, "prep_steps", "what to do before", LONGEST, empty=True)
    return said


def changes(work: Work, row: Row[Any], command: ChangeDowntime) -> dict[str, Any]:
    """The columns that a change gives another value."""
    given: dict[str, Any] = dict(words(command.work, command.implications, command.prep_steps))
    if command.engineer is not None:
        given["engineer_id"] = engineer_of(work, command.engineer)
    if command.override is not None:
        given["override"] = cleaned(command.override, "override", "why it is offered all the same", LONGEST, empty=True)
    return {name: value for name, value in given.items() if getattr(row, name) != value}


def engineer_of(work: Work, named: str) -> str | None:
    """Somebody of the provider by id or e-mail; None for nobody."""
    wanted = named.strip()
    if not wanted:
        return None
    found: list[Row[Any] | None] = []
    if storable(wanted):
        by_mail = "@" in wanted
        found = list(directory.people_by_email(work.tx, wanted)) if by_mail else [directory.person(work.tx, wanted)]
    for row in found:
        if row is not None and row.client_id is None and row.state == "active":
            return str(row.id)
    raise Refused("Please choose somebody of your own team for the work.", field="engineer", code="invalid")


def put_times(
    work: Work,
    subject: str,
    revision: int,
    weighed: Sequence[Weighed],
    *,
    side: str,
    by: tuple[str | None, str],
    text: str,
) -> None:
    """Writes the times of one revision; `by` is the author's id (None for a service) and name."""
    author_id, name = by
    downtimes.add_windows(
        work.tx,
        [
            {
                "id": work.new_id("win"),
                "subject": subject,
                "revision": revision,
                "number": number,
                "starts_at": one.window.starts_at,
                "ends_at": one.window.ends_at,
                "state": "open",
                "side": side,
                "offered_by": name,
                "author_id": author_id,
                "text": text,
                "offered_at": one.offered_at,
                "size": one.rated.size,
                "needed_days": one.rated.needed_days,
                "given_days": one.rated.given_days,
                "conflicts": one.sentences,
            }
            for number, one in enumerate(weighed, 1)
        ],
    )
