"""A client's policy as data: tiers, required voices, ladders. Defaults here, a client's own values laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from handlers.authority import ROLES


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StepPolicy(_Part):
    """One required voice: any holder of one of `roles`. Steps of one stage are asked at once, stages in order."""

    roles: tuple[str, ...] = Field(min_length=1)
    stage: int = Field(default=1, ge=1, le=9)

    @field_validator("roles")
    @classmethod
    def _known(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        for role in roles:
            if role not in ROLES:
                raise ValueError(f"{role} is not a role; the roles are {', '.join(ROLES)}")
        return roles


class TierPolicy(_Part):
    """One band of commitment. `up_to_minor` is inclusive, in minor units; null for the last band."""

    name: str
    up_to_minor: int | None = Field(default=None, gt=0)
    steps: tuple[StepPolicy, ...] = Field(min_length=1)
    quote_required: bool = False
    proposal_required: bool = False
    requester_counts: bool = False


class AccessPolicy(_Part):
    """The voices of one class of access change."""

    steps: tuple[StepPolicy, ...] = Field(min_length=1)
    urgency: Literal["normal", "urgent"] = "normal"
    requester_counts: bool = False


class Policy(_Part):
    """What a client's decisions need. Money thresholds are in minor units of the client's currency."""

    tiers: tuple[TierPolicy, ...] = Field(min_length=1)
    access: dict[str, AccessPolicy]
    ladders: dict[str, Any] = Field(default_factory=dict)
    opening: str = "09:00"
    closing: str = "17:00"
    holidays: tuple[str, ...] = ()

    @field_validator("tiers")
    @classmethod
    def _ascending(cls, tiers: tuple[TierPolicy, ...]) -> tuple[TierPolicy, ...]:
        bounds = [tier.up_to_minor for tier in tiers]
        if bounds[-1] is not None or None in bounds[:-1]:
            raise ValueError("only the last tier is without an upper bound")
        if bounds[:-1] != sorted(set(bounds[:-1]), key=lambda b: b or 0):
            raise ValueError("tiers go from the smallest bound to the largest")
        return tiers


DEFAULTS: dict[str, Any] = {
    "tiers": [
        {"name": "T1", "up_to_minor": 250_000, "steps": [{"roles": ["purchasing"]}], "requester_counts": True},
        {
            "name": "T2",
            "up_to_minor": 1_000_000,
            "steps": [{"roles": ["purchasing"]}, {"roles": ["billing", "strategy"]}],
        },
        {
            "name": "T3",
            "up_to_minor": 2_500_000,
            "steps": [{"roles": ["purchasing"]}, {"roles": ["strategy"], "stage": 2}],
            "quote_required": True,
        },
        {
            "name": "T4",
            "steps": [{"roles": ["purchasing"]}, {"roles": ["strategy"], "stage": 2}],
            "quote_required": True,
            "proposal_required": True,
        },
    ],
    "access": {
        "standard": {"steps": [{"roles": ["security"]}], "requester_counts": True},
        "privileged": {"steps": [{"roles": ["security"]}, {"roles": ["security"]}], "urgency": "urgent"},
    },
}

PRIVILEGED_KINDS = frozenset({"privileged", "mfa_or_password_reset", "shared_mailbox"})
ACCESS_KINDS = (
    "folder_permission",
    "distribution_list",
    "shared_mailbox",
    "group",
    "privileged",
    "mfa_or_password_reset",
)
CATEGORIES = (
    "computer",
    "printer",
    "peripheral",
    "infrastructure",
    "software_license",
    "service_license",
    "onsite_charge",
    "project",
    "other",
)


def policy_of(own: Mapping[str, Any]) -> Policy:
    """The policy in force: the defaults with the client's own values over them; ValueError with a sentence if wrong."""
    access = {**DEFAULTS["access"], **own.get("access", {})}
    try:
        return Policy.model_validate({**DEFAULTS, **own, "access": access})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "policy"
        raise ValueError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None


def tier_for(policy: Policy, commitment_minor: int) -> TierPolicy:
    """The band of a commitment."""
    for tier in policy.tiers:
        if tier.up_to_minor is None or commitment_minor <= tier.up_to_minor:
            return tier
    raise AssertionError("the last tier has no upper bound")


def access_class(kind: str, *, external: bool) -> str:
    """standard or privileged: admin rights, anything external, mailbox delegation and MFA resets are privileged."""
    return "privileged" if external or kind in PRIVILEGED_KINDS else "standard"
