"""People as a subject (F01): contacts with roles and a successor, the provider's staff, employees, their accounts."""

from __future__ import annotations

import re
from typing import Any

from handlers.authority import ROLES, STAFF_ROLES, either, uncovered
from handlers.commands import (
    AddEmployee,
    Chat,
    Duty,
    Grant,
    Outcome,
    PlanDigests,
    PutPerson,
    Reconsider,
    Ref,
    Refused,
    RemovePerson,
    ReplaceCalendar,
)
from handlers.context import BULK, Who, Work
from handlers.entries import PLATFORMS, client_named, given, location_named, one_of, only_operator, zone
from handlers.mechanisms.rosters import roster_of
from handlers.words import cleaned
from storage.queries import directory, downtimes
from storage.rows import Row

EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
CALENDARS = "downtimes:write"
"""What a token has to be allowed to replace the address of a calendar."""
PREFERRED = ("chat", "phone", "email", "in_person")


def put_person(command: PutPerson, work: Work) -> Outcome:
    """Adds or changes a person of a client or of the provider, with roles, duties and accounts."""
    only_operator(work)
    client = client_named(work, command.client) if command.client else None
    name = given(command.name, "name", "The person needs a name.")
    email = command.email.strip().lower()
    if not EMAIL.fullmatch(email):
        raise Refused(f"{command.email or 'An empty text'} is not an e-mail address.", field="email", code="invalid")
    if client is None and command.grants:
        raise Refused("People of the provider hold duties, not key contact roles.", field="grants", code="invalid")
    if client is not None and command.duties:
        raise Refused("A client's people hold key contact roles, not duties.", field="duties", code="invalid")
    place = location_named(work, client, command.location)
    known = next(
        (
            r
            for r in directory.people_by_email(work.tx, email)
            if r.client_id == (client.id if client is not None else None)
        ),
        None,
    )
    if not command.timezone and client is None:
        raise Refused("A person of the provider needs a time zone.", field="timezone", code="invalid")
    default_zone = place.timezone if place is not None else client.timezone if client is not None else ""
    values = {
        "client_id": client.id if client is not None else None,
        "location_id": place.id if place is not None else None,
        "name": name,
        "title": command.title.strip(),
        "email": email,
        "phone": command.phone.strip(),
        "language": command.language,
        "timezone": zone(command.timezone or default_zone, "timezone"),
        "preferred_channel": one_of(PREFERRED, command.preferred_channel, "preferred_channel"),
        "ask_last": command.ask_last,
        "state": "active",
    }
    person_id = known.id if known is not None else work.new_id("per")
    if known is not None:
        directory.change_person(work.tx, person_id, **values)
    else:
        directory.put(work.tx, directory.people, {"id": person_id, **values}, on=["id"])
    if client is not None and (command.default or (client.default_contact_id is None and command.grants is not None)):
        directory.change_client(work.tx, client.id, default_contact_id=person_id)
    if command.grants is not None and client is not None:
        _grant(work, client, person_id, command.grants)
    if command.duties is not None:
        _assign(work, person_id, command.duties)
    if command.accounts is not None:
        _link(work, person_id, command.accounts)
    chain = client.id if client is not None else "msp"
    work.note(
        "person.put",
        chain=chain,
        subject=f"person:{person_id}",
        after={"name": name, "email": email, "roles": [g.role for g in command.grants or ()]},
    )
    work.follow_ups.append(Reconsider(client.id) if client is not None else PlanDigests(person_id=person_id))
    return Outcome(Ref("person", person_id), f"{name} is in the directory.", {"id": person_id})


def remove_person(command: RemovePerson, work: Work) -> Outcome:
    """A person leaves; roles that would be uncovered need a successor first."""
    only_operator(work)
    person = _person(work, command.person)
    if person.client_id is None:
        directory.change_person(work.tx, person.id, state="left")
        directory.unlink_accounts(work.tx, person.id, [])
        directory.replace_duties(work.tx, person.id, [])
        return Outcome(Ref("person", person.id), f"{person.name} has left.")
    client = directory.client(work.tx, person.client_id)
    assert client is not None
    roster = roster_of(work.tx, client, work.now)
    lost = uncovered(roster, person.id)
    successor = _person(work, command.successor) if command.successor else None
    if lost and successor is None:
        raise Refused(
            f"{person.name} cannot be removed yet: {len(lost)} roles would be uncovered ({', '.join(lost)}). "
            "Name a successor.",
            field="successor",
            code="blocked",
        )
    if successor is not None:
        if successor.client_id != client.id or successor.id == person.id or successor.state != "active":
            raise Refused(f"The successor has to be somebody else of {client.name}.", field="successor", code="invalid")
        kept = [r for r in directory.roles_of(work.tx, client.id) if r.person_id == successor.id and r.role not in lost]
        explicit = [role for role in lost if any(g.role == role and g.person_id == person.id for g in roster.given)]
        grants = [Grant(r.role, r.rank, _slug(work, client, r.location_id)) for r in kept]
        _grant(work, client, successor.id, (*grants, *(Grant(role) for role in explicit)))
        if client.default_contact_id == person.id:
            directory.change_client(work.tx, client.id, default_contact_id=successor.id)
    directory.replace_roles(work.tx, person.id, [])
    directory.unlink_accounts(work.tx, person.id, [])
    directory.change_person(work.tx, person.id, state="left")
    work.note(
        "person.remove",
        chain=client.id,
        subject=f"person:{person.id}",
        before={"roles": list(lost)},
        after={"successor": successor.id if successor is not None else None},
    )
    work.follow_ups.append(Reconsider(client.id))
    return Outcome(Ref("person", person.id), f"{person.name} has left.")


def add_employee(command: AddEmployee, work: Work) -> Outcome:
    """Somebody unknown in a client's own workspace or tenant: known from now on, without any role."""
    home = directory.workspace(work.tx, command.platform, command.org)
    if home is None or home.client_id is None or home.state == "removed":
        raise Refused("Only people of a client's own workspace can ask.", code="not_entitled")
    client = directory.client(work.tx, home.client_id)
    assert client is not None
    if (known := directory.identity(work.tx, command.platform, command.org, command.user)) is not None:
        return Outcome(Ref("person", known.person_id), repeated=True)
    person_id = work.new_id("per")
    name = cleaned(command.name[:200] or "Somebody in your company", "name", "the name", 200)
    values = {
        "id": person_id,
        "client_id": client.id,
        "location_id": None,
        "name": name,
        "title": "",
        "email": "",
        "phone": "",
        "language": "en",
        "timezone": client.timezone,
        "preferred_channel": "chat",
        "ask_last": False,
        "state": "active",
    }
    directory.put(work.tx, directory.people, values, on=["id"])
    _link(work, person_id, (Chat(command.platform, command.org, command.user),))
    work.note("person.join", chain=client.id, subject=f"person:{person_id}", after={"name": name})
    return Outcome(Ref("person", person_id), f"{name} may ask now.")


def replace_calendar(command: ReplaceCalendar, work: Work) -> Outcome:
    """Whoever has an old address sees nothing there any more; the person's cards lead to the new ones."""
    who = work.who
    if who.service and CALENDARS not in who.scopes:
        raise Refused("This token may not replace the addresses of calendars.", code="not_entitled")
    person = _person(work, command.person or who.person_id or "")
    if person.id != who.person_id and not _looks_after(who, person):
        sentence = f"{command.person} names nobody; please give the person's id."
        raise Refused(sentence, field="person", code="not_found")
    number = person.calendar_number + 1
    directory.change_person(work.tx, person.id, calendar_number=number)
    client_id = person.client_id
    shown = downtimes.alive_of_client(work.tx, client_id) if client_id else downtimes.for_staff(work.tx, person.id)
    for row in shown:
        work.redraw(Ref("downtime", row.id), priority=BULK)
    work.note("calendar.replace", chain=client_id or "msp", subject=f"person:{person.id}", after={"number": number})
    whose = "your calendars" if person.id == who.person_id else f"{person.name}'s calendars"
    say = f"The old addresses of {whose} have ended. Calendars need the new one to stay up to date."
    return Outcome(Ref("person", person.id), say, {"id": person.id})


# ------------------------------------------------------------------ parts


def _grant(work: Work, client: Row[Any], person_id: str, grants: tuple[Grant, ...]) -> None:
    rows = []
    for grant in grants:
        place = location_named(work, client, grant.location)
        if grant.rank < 1:
            raise Refused("A rank is 1 (primary) or more.", field="grants", code="invalid")
        rows.append(
            {
                "id": work.new_id("rol"),
                "client_id": client.id,
                "person_id": person_id,
                "role": one_of(ROLES, grant.role, "grants"),
                "rank": grant.rank,
                "location_id": place.id if place is not None else "",
            }
        )
    if len({(row["role"], row["location_id"]) for row in rows}) < len(rows):
        raise Refused("A person holds a role once at a location.", field="grants", code="invalid")
    directory.replace_roles(work.tx, person_id, rows)


def _assign(work: Work, person_id: str, duties: tuple[Duty, ...]) -> None:
    rows = []
    for duty in duties:
        client = client_named(work, duty.client) if duty.client else None
        rows.append(
            {
                "id": work.new_id("dut"),
                "person_id": person_id,
                "client_id": client.id if client is not None else "",
                "role": one_of(STAFF_ROLES, duty.role, "duties"),
                "technology": duty.technology,
            }
        )
    directory.replace_duties(work.tx, person_id, rows)


def _link(work: Work, person_id: str, accounts: tuple[Chat, ...]) -> None:
    keep = []
    for account in accounts:
        platform = one_of(PLATFORMS, account.platform, "accounts")
        known = directory.identity(work.tx, platform, account.org, account.user)
        if known is not None and known.person_id != person_id:
            raise Refused(
                f"The {platform} account {account.user} belongs to {known.name} already.",
                field="accounts",
                code="conflict",
            )
        if known is None and directory.workspace(work.tx, platform, account.org) is None:
            raise Refused(
                f"The {platform} workspace {account.org} is not allowed yet. Add the workspace first.",
                field="accounts",
                code="invalid",
            )
        if known is not None:
            keep.append(known.id)
            continue
        row = {
            "id": work.new_id("idn"),
            "person_id": person_id,
            "platform": platform,
            "org": account.org,
            "user": account.user,
            "address": "",
            "reachable": True,
            "linked": True,
        }
        keep.append(directory.put(work.tx, directory.identities, row, on=["platform", "org", "user"]))
    directory.unlink_accounts(work.tx, person_id, keep)


def _person(work: Work, who: str) -> Row[Any]:
    found = list(directory.people_by_email(work.tx, who)) if "@" in who else [directory.person(work.tx, who)]
    people = [row for row in found if row is not None and row.state == "active"]
    if len(people) != 1:
        names = either(row.name for row in people)
        raise Refused(
            f"{who} names {names or 'nobody'}; please give the person's id.", field="person", code="not_found"
        )
    return people[0]


def _looks_after(who: Who, person: Row[Any]) -> bool:
    """Whether this actor may do something for somebody else: of the provider for contacts, services within theirs."""
    if who.system or who.service:
        return who.acts_for(person.client_id or "")
    return who.staff and person.client_id is not None


def _slug(work: Work, client: Row[Any], location_id: str) -> str:
    return next((row.slug for row in directory.locations_of(work.tx, client.id) if row.id == location_id), "")
