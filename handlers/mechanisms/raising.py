"""What a new request is and whose: the client it is for, who asks, what it replaces, what it means for the decision."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from handlers.commands import RaiseApproval, Ref, Refused
from handlers.context import Work
from handlers.mechanisms import decision, meanings, spending
from handlers.mechanisms.meanings import Meaning
from handlers.mechanisms.standing import Standing
from handlers.policy import Policy
from handlers.words import cleaned, storable
from storage.queries import approvals, directory
from storage.rows import Row

STAGES_WITH_BILLING = ("onboarding", "active")
MOST_ATTACHMENTS = 10


def meaning_of(
    work: Work, client: Row, policy: Policy, command: RaiseApproval, requester_id: str | None, *, but: str = ""
) -> tuple[Meaning, dict[str, object]]:
    """What is asked, with the marks of the split guard (the references that were summed for the tier)."""
    if command.urgency not in ("normal", "urgent"):
        raise Refused("A request is normal or urgent.", field="urgency", code="invalid")
    if command.kind == "purchase" and command.purchase and not command.access:
        lately = spending.bought_lately(work.tx, client, policy, command.purchase, requester_id, work.now, but=but)
        total = sum(row.commitment_minor or 0 for row in lately)
        today = work.now.astimezone(ZoneInfo(client.timezone)).date()
        meaning = meanings.of_purchase(policy, command.purchase, command.urgency, today, bought_lately_minor=total)
        return meaning, {"with": [row.ref for row in lately]} if lately else {}
    if command.kind == "access" and command.access and not command.purchase:
        people = directory.people_of(work.tx, client.id)
        return meanings.of_access(policy, command.access, command.urgency, work.now, people), {}
    raise Refused("Give either the purchase or the access change, matching the kind.", field="kind", code="invalid")


def pre_approved(
    work: Work, client: Row, policy: Policy, command: RaiseApproval, meaning: Meaning, marks: dict[str, object]
) -> str:
    """The catalogue's item this is, "" for what somebody has to decide; a split purchase never is one."""
    if command.purchase is None or marks:
        return ""
    cost = meaning.commitment_minor or 0
    return spending.catalogue_item(work.tx, client, policy, command.purchase, cost, work.now)


def replaced(work: Work, client: Row, name: str) -> Standing | None:
    """The request, by reference or id, that gives way to the new one; locked."""
    if not name:
        return None
    decision.only_provider(work, "replace a request")
    row = None
    if storable(name):
        row = approvals.by_ref(work.tx, client.id, name) or approvals.request(work.tx, name)
    if row is None or row.client_id != client.id:
        raise Refused(f"There is no request {name[:40]} to replace.", field="replaces", code="invalid")
    return decision.locked(work, Ref("approval", row.id))


def asks_csm_first(work: Work, client: Row, policy: Policy) -> bool:
    """Somebody of the client without any role asks the CSM first, unless the policy says direct."""
    person = work.who.person_id
    if person is None or work.who.staff or policy.employee_requests == "direct":
        return False
    holds = any(row.person_id == person for row in directory.roles_of(work.tx, client.id))
    return not holds and client.default_contact_id != person


def client_of(work: Work, slug: str) -> Row:
    """The client, as far as it is this actor's business and served; `Refused` otherwise."""
    client = directory.client_by_slug(work.tx, slug) if storable(slug) else None
    if client is None or not work.who.acts_for(client.id):
        raise Refused(f"There is no client called {slug}.", field="client", code="not_found")
    if work.who.service and "approvals:write" not in work.who.scopes:
        raise Refused("This token may not raise approvals.", code="not_entitled")
    serves(client)
    return client


def serves(client: Row) -> None:
    """Refused for a client without an agreement in force."""
    if client.stage not in STAGES_WITH_BILLING:
        raise Refused(
            f"{client.name} is {client.stage}: approvals need an active service agreement.",
            field="client",
            code="blocked",
        )


def requester_of(work: Work, client: Row, asked_by: str) -> Row | None:
    """Who asked: a person of the client, or of the provider. Somebody of the client always asks in the own name."""
    if work.who.person_id and not work.who.staff:
        return directory.person(work.tx, work.who.person_id)
    wanted = asked_by.strip()
    if not wanted:
        return directory.person(work.tx, work.who.person_id) if work.who.person_id else None
    found = (
        []
        if not storable(wanted)
        else (
            [directory.person(work.tx, wanted)]
            if "@" not in wanted
            else list(directory.people_by_email(work.tx, wanted))
        )
    )
    for row in found:
        if row is not None and row.state == "active" and row.client_id in (client.id, None):
            return row
    raise Refused(f"{client.name} has nobody with the e-mail or id {wanted}.", field="requested_by", code="invalid")


def attachments_of(command: RaiseApproval) -> list[dict[str, str]]:
    """The documents as they are kept; `Refused` for too many and for addresses that are none."""
    if len(command.attachments) > MOST_ATTACHMENTS:
        raise Refused(f"At most {MOST_ATTACHMENTS} attachments, please.", field="attachments", code="invalid")
    kept = []
    for one in command.attachments:
        name = cleaned(one.name, "attachments", "each attachment's name", 200)
        url = cleaned(one.url, "attachments", "each attachment's address", 1000)
        if not url.startswith("https://") or not url.isprintable() or " " in url:
            raise Refused("An attachment's address starts with https://.", field="attachments", code="invalid")
        kept.append({"name": name, "url": url})
    return kept
