"""What a purchase or an access change means for the decision: its tier, the voices it takes, the people it concerns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from handlers import amounts
from handlers.commands import Access, Purchase, PurchaseLine, Refused
from handlers.mechanisms.mentions import mentioned, outsiders
from handlers.policy import ACCESS_KINDS, CATEGORIES, Policy, StepPolicy, TierPolicy, access_class, tier_for
from handlers.walltime import FIRST_YEAR, LAST_YEAR
from handlers.words import cleaned
from storage.rows import Row


@dataclass(frozen=True)
class Meaning:
    """What is asked, as the decision sees it. Money in minor units of `currency`."""

    category: str
    tier: str
    steps: tuple[StepPolicy, ...]
    requester_counts: bool
    urgency: str
    facts: dict[str, Any]
    currency: str = ""
    first_year_minor: int | None = None
    commitment_minor: int | None = None
    subjects: tuple[str, ...] = ()
    call_back: bool = False

    @property
    def fingerprint(self) -> str:
        """The hash of what is asked: a vote is for exactly these facts."""
        text = json.dumps(self.facts, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def of_purchase(
    policy: Policy, purchase: Purchase, urgency: str, today: date, *, bought_lately_minor: int = 0
) -> Meaning:
    """`bought_lately_minor`: what else was asked from the same vendor by the same person within the split guard's days.

    It counts for the tier only, so that one purchase in two halves takes the voices of the whole. `today` is the
    client's: a quote is good until the end of its last day there.
    """
    if purchase.category not in CATEGORIES:
        raise Refused(f"The category is one of {', '.join(CATEGORIES)}.", field="category", code="invalid")
    totals = amounts.totals(purchase)
    tier = tier_for(policy, totals.commitment_minor + bought_lately_minor)
    _backed(tier, purchase)
    if purchase.quote_valid_until and purchase.quote_valid_until < today:
        raise Refused("The quote has run out. Ask the vendor for a new one.", field="quote_valid_until", code="invalid")
    return Meaning(
        category=purchase.category,
        tier=tier.name,
        steps=tier.steps,
        requester_counts=tier.requester_counts,
        urgency=urgency,
        facts={"purchase": plain(asdict(purchase))},
        currency=purchase.currency,
        first_year_minor=totals.first_year_minor,
        commitment_minor=totals.commitment_minor,
    )


def of_access(policy: Policy, access: Access, urgency: str, now: datetime, people: Iterable[Row[Any]]) -> Meaning:
    """`people` are the client's: the subjects among them never decide, and their addresses tell who is an outsider."""
    if access.kind not in ACCESS_KINDS:
        raise Refused(f"The kind of access is one of {', '.join(ACCESS_KINDS)}.", field="access.kind", code="invalid")
    texts = {
        name: cleaned(getattr(access, name), f"access.{name}", what, 500)
        for name, what in (
            ("subject", "whose access changes"),
            ("resource", "what it is about"),
            ("before", "the access there is now"),
            ("after", "the access there will be"),
        )
    }
    if access.until is not None and access.until.tzinfo is None:
        raise Refused("The end of the access needs a time zone.", field="access.until", code="invalid")
    if access.until is not None and access.until.year > LAST_YEAR:
        raise Refused(f"The end of the access lies beyond the year {LAST_YEAR}.", field="access.until", code="invalid")
    if access.until is not None and (access.until.year < FIRST_YEAR or access.until <= now):
        raise Refused("The end date of the access is in the past.", field="access.until", code="invalid")
    known = list(people)
    external = access.external or outsiders(texts.values(), known)
    name = access_class(access.kind, external=external)
    rules = policy.access[name]
    return Meaning(
        category=access.kind,
        tier=name,
        steps=rules.steps,
        requester_counts=rules.requester_counts,
        urgency="urgent" if rules.urgency == "urgent" else urgency,
        facts={"access": plain({**asdict(access), **texts, "external": external})},
        subjects=tuple(mentioned(texts["subject"], known)),
        call_back=rules.call_back,
    )


def _backed(tier: TierPolicy, purchase: Purchase) -> None:
    """Larger commitments need papers: a proposal, a quote."""
    if tier.proposal_required and not purchase.proposal.strip():
        raise Refused(
            f"A commitment of this size ({tier.name}) needs a proposal with options first. "
            "Publish the proposal and raise the approval from it.",
            field="proposal",
            code="blocked",
        )
    if tier.quote_required and not purchase.quote_url.strip():
        raise Refused(
            f"A commitment of this size ({tier.name}) needs the vendor's quote attached. Add the link to the quote.",
            field="quote_url",
            code="invalid",
        )


def purchase_of(facts: Mapping[str, Any]) -> Purchase | None:
    """The stored facts of a purchase as the command's shape again."""
    if "purchase" not in facts:
        return None
    kept = dict(facts["purchase"])
    lines = tuple(PurchaseLine(**line) for line in kept.pop("lines"))
    valid = kept.pop("quote_valid_until")
    return Purchase(**kept, lines=lines, quote_valid_until=date.fromisoformat(valid) if valid else None)


def access_of(facts: Mapping[str, Any]) -> Access | None:
    """The stored facts of an access change as the command's shape again."""
    if "access" not in facts:
        return None
    kept = dict(facts["access"])
    until = kept.pop("until")
    return Access(**kept, until=datetime.fromisoformat(until) if until else None)


def plain(value: Any) -> Any:
    """As JSON keeps it: tuples as lists, days and moments as ISO 8601."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
