"""Clients as a subject (F01): companies with their offices, the workspaces they may talk from, their own policy."""

from __future__ import annotations

import re
from typing import Any

from handlers.commands import (
    Outcome,
    PlanDigests,
    PutClient,
    PutPolicy,
    PutWorkspace,
    Reconsider,
    Ref,
    Refused,
    Replan,
)
from handlers.context import Work
from handlers.entries import PLATFORMS, client_named, given, matching, one_of, only_operator, zone
from handlers.policy import policy_of
from storage.queries import directory, rooms, timers
from storage.rows import Row

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
CODE = re.compile(r"[A-Z][A-Z0-9]{0,7}")
STAGES = ("prospect", "onboarding", "active", "ended")


def put_client(command: PutClient, work: Work) -> Outcome:
    """Adds or changes a client and its offices."""
    only_operator(work)
    slug = matching(SLUG, command.slug, "slug", "The slug has small letters, digits and dashes, like marlow-finch.")
    code = matching(CODE, command.code, "code", "The code has capital letters and digits, like MF.")
    name = given(command.name, "name", "The client needs a name.")
    stage = one_of(STAGES, command.stage, "stage")
    before = directory.client_by_slug(work.tx, slug)
    values = {
        "code": code,
        "name": name,
        "stage": stage,
        "timezone": zone(command.timezone, "timezone"),
        "country": command.country,
        "subdivision": command.subdivision,
        "locale": command.locale,
        "currency": command.currency,
    }
    if command.csm_title:
        values["csm_title"] = command.csm_title
    client_id = before.id if before is not None else work.new_id("cli")
    if before is not None:
        directory.change_client(work.tx, client_id, **values)
    else:
        directory.add_client(work.tx, {"id": client_id, "slug": slug, **values})
    for place in command.locations:
        directory.put(
            work.tx,
            directory.locations,
            {
                "id": work.new_id("loc"),
                "client_id": client_id,
                "slug": matching(SLUG, place.slug, "locations", "A location's slug has small letters, digits, dashes."),
                "name": given(place.name, "locations", "A location needs a name."),
                "timezone": zone(place.timezone, "locations"),
                "country": place.country or command.country,
                "subdivision": place.subdivision,
            },
            on=["client_id", "slug"],
        )
    work.note(
        "client.put", chain=client_id, subject=f"client:{client_id}", after={"slug": slug, "name": name, "stage": stage}
    )
    work.follow_ups += [Replan(client_id), Reconsider(client_id), PlanDigests(client_id=client_id)]
    return Outcome(Ref("client", client_id), f"{name} is in the directory.", {"id": client_id})


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """A migration has brought what comes by itself to a client that was there before: it is planned, once."""
    ref = Ref.parse(timer.subject)
    directory.lock_client(work.tx, ref.id)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    work.follow_ups += [Replan(ref.id), PlanDigests(client_id=ref.id)]
    return Outcome(ref)


def put_workspace(command: PutWorkspace, work: Work) -> Outcome:
    """Allows a Slack workspace or an Entra tenant to talk to us."""
    only_operator(work)
    platform = one_of(PLATFORMS, command.platform, "platform")
    org = given(command.org, "org", "The workspace or tenant needs its id.")
    client = client_named(work, command.client) if command.client else None
    known = directory.workspace(work.tx, platform, org)
    values: dict[str, Any] = {"name": command.name or org, "client_id": client.id if client is not None else None}
    if known is not None:
        directory.change_workspace(work.tx, platform, org, **values)
        rooms.rehome(work.tx, platform, org, values["client_id"])
        return Outcome(Ref("workspace", known.id), f"{values['name']} may talk to us.")
    id_ = work.new_id("wsp")
    row = {"id": id_, "platform": platform, "org": org, "state": "allowed", "sealed": "", "facts": {}, **values}
    directory.put(work.tx, directory.workspaces, row, on=["platform", "org"])
    chain = client.id if client is not None else "msp"
    work.note("workspace.allow", chain=chain, subject=f"workspace:{id_}", after={"platform": platform, "org": org})
    return Outcome(Ref("workspace", id_), f"{values['name']} may talk to us.")


def put_policy(command: PutPolicy, work: Work) -> Outcome:
    """A client's own policy, checked whole, with a new version; open requests keep the voices they were asked with."""
    if not (work.who.system or (work.who.service and "policies:write" in work.who.scopes)):
        raise Refused("A policy is changed by the provider's operator.", code="not_entitled")
    client = directory.lock_client(work.tx, client_named(work, command.client).id)
    if not work.who.acts_for(client.id):
        raise Refused(f"There is no client called {command.client}.", field="client", code="not_found")
    if command.based_on and command.based_on != client.policy_version:
        raise Refused(
            f"The policy is at version {client.policy_version} now, not {command.based_on}. Read it again first.",
            field="based_on",
            code="conflict",
        )
    try:
        policy_of(command.policy)
    except ValueError as problem:
        raise Refused(f"The policy cannot be used: {problem}", field="policy", code="invalid") from None
    if dict(command.policy) == client.policy:
        return Outcome(
            Ref("client", client.id), "Nothing has changed.", {"version": client.policy_version}, repeated=True
        )
    version = client.policy_version + 1
    directory.change_client(work.tx, client.id, policy=dict(command.policy), policy_version=version)
    work.note(
        "policy.put",
        chain=client.id,
        subject=f"client:{client.id}",
        before={"version": client.policy_version, "policy": client.policy},
        after={"version": version, "policy": dict(command.policy)},
    )
    work.follow_ups += [Replan(client.id), PlanDigests(client_id=client.id)]
    return Outcome(Ref("client", client.id), f"Policy {version} of {client.name} is in force.", {"version": version})
