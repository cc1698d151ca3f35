"""Where we are and where people are on the platforms: installations, addresses, rooms, REST tokens."""

from __future__ import annotations

from handlers.commands import (
    CreateToken,
    ForgetAddress,
    ForgetRoom,
    Outcome,
    Reconsider,
    Ref,
    Refused,
    RememberAddress,
    RememberRoom,
    RemoveInstallation,
    RevokeToken,
    SaveInstallation,
)
from handlers.context import Work
from handlers.mechanisms.telling import csm_of, tell
from storage.queries import directory, rooms, tokens
from storage.rows import Row

LONGEST_ROOM = 200
"""Slack's channels have 80 characters, Teams' 50 and a team's name before them."""
SCOPES = (
    "approvals:write",
    "policies:write",
    "notices:write",
    "downtimes:write",
    "cases:write",
    "touchpoints:write",
    "read",
)


def save_installation(command: SaveInstallation, work: Work) -> Outcome:
    """Our app is in a workspace or tenant that was allowed before."""
    known = directory.workspace(work.tx, command.platform, command.org)
    if known is None:
        raise Refused(
            f"The {command.platform} workspace {command.name or command.org} is not known here. "
            "Your provider has to add it first.",
            code="not_entitled",
        )
    directory.change_workspace(
        work.tx,
        command.platform,
        command.org,
        state="installed",
        sealed=command.sealed or known.sealed,
        facts=dict(command.facts),
    )
    if known.state == "removed" and command.platform == "slack":  # a Slack account can be written to by its id at once
        directory.rejoin_org(work.tx, command.platform, command.org)
    work.note(
        "workspace.install",
        chain=known.client_id or "msp",
        subject=f"workspace:{known.id}",
        before={"state": known.state},
        after={"state": "installed"},
    )
    if known.client_id:
        work.follow_ups.append(Reconsider(known.client_id))
    return Outcome(Ref("workspace", known.id))


def remove_installation(command: RemoveInstallation, work: Work) -> Outcome:
    """Our app left: secrets are deleted and its people are unreachable there."""
    known = directory.workspace(work.tx, command.platform, command.org)
    if known is None or known.state == "removed":
        return Outcome(repeated=True)
    directory.change_workspace(work.tx, command.platform, command.org, state="removed", sealed="")
    directory.leave_org(work.tx, command.platform, command.org)
    rooms.leave_rooms(work.tx, command.platform, command.org)
    work.note(
        "workspace.remove",
        chain=known.client_id or "msp",
        subject=f"workspace:{known.id}",
        before={"state": known.state},
        after={"state": "removed", "reason": command.reason},
    )
    if known.client_id:
        work.follow_ups.append(Reconsider(known.client_id))
    return Outcome(Ref("workspace", known.id))


def remember_address(command: RememberAddress, work: Work) -> Outcome:
    """A person can be reached there; nothing for an account nobody has."""
    before = directory.identity(work.tx, command.platform, command.org, command.user)
    if before is None:
        return Outcome(repeated=True)
    directory.change_identity(
        work.tx,
        command.platform,
        command.org,
        command.user,
        address=command.sealed or before.address,
        reachable=before.state == "active",
    )
    if not before.reachable and before.client_id:
        work.follow_ups.append(Reconsider(before.client_id))
    return Outcome()


def forget_address(command: ForgetAddress, work: Work) -> Outcome:
    """A person removed or blocked the app, or is gone from there: nobody is asked where nothing arrives."""
    row = directory.identity(work.tx, command.platform, command.org, command.user)
    if row is None or not row.reachable:
        return Outcome(repeated=True)
    directory.change_identity(work.tx, command.platform, command.org, command.user, reachable=False)
    person = directory.person(work.tx, row.person_id)
    assert person is not None
    work.note(
        "account.lost",
        chain=person.client_id or "msp",
        subject=f"person:{person.id}",
        after={"platform": command.platform, "reason": command.reason},
    )
    if person.client_id and not directory.accounts_of(work.tx, [person.id]):
        if not command.told and _is_key_contact(work, person):
            title = f"{person.name} can no longer be reached in chat: {command.reason}"
            whom, about = csm_of(work, person.client_id), Ref("person", person.id)
            tell(work, person.client_id, whom, about, "account_lost", title, key=f"{work.now:%Y-%m-%d}")
        work.follow_ups.append(Reconsider(person.client_id))
    return Outcome()


def _is_key_contact(work: Work, person: Row) -> bool:
    client = directory.client(work.tx, person.client_id)
    holds = any(row.person_id == person.id for row in directory.roles_of(work.tx, person.client_id))
    return holds or (client is not None and client.default_contact_id == person.id)


def remember_room(command: RememberRoom, work: Work) -> Outcome:
    """Our app is in a channel of a workspace or tenant that was allowed before: whose that is, the room is."""
    home = directory.workspace(work.tx, command.platform, command.org)
    if home is None:
        raise Refused(f"The {command.platform} workspace {command.org} is not known here.", code="not_entitled")
    said = "".join(letter for letter in command.name if letter.isprintable()).strip()[:LONGEST_ROOM]
    known = {"name": "", "address": "", "state": "", "client_id": None}
    before = rooms.room_at(work.tx, command.platform, command.org, command.channel)
    if before is not None:
        known = {name: before._mapping[name] for name in known}
    values = {
        "name": said or known["name"] or command.channel,
        "address": command.sealed or known["address"],
        "state": "in",
        "client_id": home.client_id,
    }
    if before is not None and values == known:
        return Outcome(Ref("room", before.id), repeated=True)
    at = {"platform": command.platform, "org": command.org, "channel": command.channel}
    ref = Ref("room", rooms.put_room(work.tx, {"id": work.new_id("roo"), **at, **values}))
    what = "room.join" if known["state"] != "in" else "room.rename" if known["name"] != values["name"] else ""
    if what:
        told = {"name": values["name"], "state": "in", "platform": command.platform}
        was = {"name": known["name"], "state": known["state"]} if before is not None else {}
        work.note(what, chain=home.client_id or "msp", subject=ref, before=was, after=told)
    return Outcome(ref)


def forget_room(command: ForgetRoom, work: Work) -> Outcome:
    """Nothing can be posted there any more."""
    room = rooms.room_at(work.tx, command.platform, command.org, command.channel)
    if room is None or room.state != "in":
        return Outcome(repeated=True)
    rooms.leave_room(work.tx, room.id)
    work.note(
        "room.leave",
        chain=room.client_id or "msp",
        subject=Ref("room", room.id),
        before={"name": room.name, "state": "in"},
        after={"name": room.name, "state": "left", "reason": command.reason},
    )
    return Outcome(Ref("room", room.id))


def create_token(command: CreateToken, work: Work) -> Outcome:
    """A REST caller's token, of which only the digest is kept."""
    if not command.name.strip():
        raise Refused("The token needs a name.", field="name", code="invalid")
    for scope in command.scopes:
        if scope not in SCOPES:
            raise Refused(f"{scope} is not a scope; the scopes are {', '.join(SCOPES)}.", field="scope", code="invalid")
    client = directory.client_by_slug(work.tx, command.client) if command.client else None
    if command.client and client is None:
        raise Refused(f"There is no client called {command.client}.", field="client", code="not_found")
    id_ = work.new_id("tok")
    added = tokens.add(
        work.tx,
        {
            "id": id_,
            "name": command.name.strip(),
            "digest": command.digest,
            "scopes": list(command.scopes),
            "client_id": client.id if client is not None else None,
            "created_at": work.now,
        },
    )
    if not added:
        raise Refused(
            f"There is a token called {command.name.strip()} already, or was one: in the journal a name stands for one "
            "token only. Choose another name.",
            field="name",
            code="conflict",
        )
    work.note(
        "token.create",
        chain=client.id if client is not None else "msp",
        subject=f"token:{id_}",
        after={"name": command.name},
    )
    return Outcome(Ref("token", id_))


def revoke_token(command: RevokeToken, work: Work) -> Outcome:
    """Whoever holds the token is nobody now. Its name stays taken, so that the journal says which token did what."""
    name = command.name.strip()
    known = tokens.by_name(work.tx, name)
    if known is None:
        raise Refused(f"There is no token called {name}.", field="name", code="not_found")
    ref = Ref("token", known.id)
    if not tokens.revoke(work.tx, known.id, work.now):
        return Outcome(ref, f"The token {name} had been revoked before.", repeated=True)
    work.note("token.revoke", chain=known.client_id or "msp", subject=ref, before={"name": name})
    return Outcome(ref, f"The token {name} is revoked.")
