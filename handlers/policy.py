"""A client's policy as data: tiers, required voices, ladders. Defaults here, a client's own values laid over them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from handlers.authority import ROLES
from handlers.ladder_policy import ladders_from_policy
from handlers.sla import Sla
from handlers.timetable import Timetable
from handlers.words import storable

CATALOGUE_TIER = "catalogue"
"""The tier of what a client has pre-approved; no band of a policy may be called so."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _kept(text: str) -> str:
    if not storable(text):
        raise ValueError("it holds a character that cannot be kept")
    return text


Name = Annotated[str, AfterValidator(_kept), Field(min_length=1, max_length=200)]


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

    name: Name
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
    call_back: bool = False
    """Somebody calls a number on file before the change is carried out."""


class CatalogueItem(_Part):
    """One thing that may be bought without asking, up to this price for one."""

    name: Name
    vendor: Name
    unit_minor: int = Field(gt=0)


class Catalogue(_Part):
    """Pre-approved small purchases: off unless the client opted in; capped for one order and for a month."""

    on: bool = False
    order_max_minor: int = Field(default=15_000, gt=0, le=15_000)
    month_cap_minor: int = Field(default=50_000, gt=0, le=50_000)
    items: tuple[CatalogueItem, ...] = ()


class NoticeDays(_Part):
    """How many business days before a downtime it has to be offered, by the size of the work."""

    minor: int = Field(default=3, ge=0, le=60)
    normal: int = Field(default=5, ge=0, le=60)
    major: int = Field(default=10, ge=0, le=60)

    @model_validator(mode="after")
    def _growing(self) -> NoticeDays:
        if not self.minor <= self.normal <= self.major:
            raise ValueError("larger work needs no less notice than smaller")
        return self


class Policy(_Part):
    """What a client's decisions need. Money thresholds are in minor units of the client's currency."""

    tiers: tuple[TierPolicy, ...] = Field(min_length=1)
    access: dict[str, AccessPolicy]
    ladders: dict[str, Any] = Field(default_factory=dict)
    catalogue: Catalogue = Catalogue()
    employee_requests: Literal["csm", "direct"] = "csm"
    """Where a request of somebody without a role goes first."""
    sev2_at_night: bool = False
    """Whether an outage of severity 2 is told in quiet hours too."""
    notice_days: NoticeDays = NoticeDays()
    """The notice that downtimes need; less is short notice, to which the key contact has to consent."""
    timetable: Timetable = Field(default_factory=lambda: Timetable.model_validate({}))
    """When reports, talks and pulses come by themselves."""
    sla: Sla = Field(default_factory=lambda: Sla.model_validate({}))
    """By when cases are to be answered and solved."""
    split_guard_days: int = Field(default=7, ge=0, le=90)
    price_rise_percent: int = Field(default=5, ge=0, le=100)
    price_rise_minor: int = Field(default=10_000, ge=0)
    opening: str = "09:00"
    closing: str = "17:00"
    holidays: tuple[str, ...] = ()
    """Days off besides the public holidays of the country."""
    working_days: tuple[str, ...] = ()
    """Days worked besides: a Saturday, a public holiday."""
    quiet_from: str = "18:00"
    quiet_until: str = "08:00"
    """Between these hours nothing that can wait is sent, nor on days off; two equal hours: only on days off."""

    @field_validator("tiers")
    @classmethod
    def _ascending(cls, tiers: tuple[TierPolicy, ...]) -> tuple[TierPolicy, ...]:
        names = [tier.name.strip().casefold() for tier in tiers]
        if len(set(names)) < len(names) or CATALOGUE_TIER in names or "" in names:
            raise ValueError("every tier has a name of its own, and none is called catalogue")
        bounds = [tier.up_to_minor for tier in tiers]
        if bounds[-1] is not None or None in bounds[:-1]:
            raise ValueError("only the last tier is without an upper bound")
        if bounds[:-1] != sorted(set(bounds[:-1]), key=lambda b: b or 0):
            raise ValueError("tiers go from the smallest bound to the largest")
        if any(tier.requester_counts and len(tier.steps) > 1 for tier in tiers):
            raise ValueError("requester_counts is for tiers of one voice: a second person has to mean two people")
        return tiers

    @field_validator("access")
    @classmethod
    def _two_for_power(cls, access: dict[str, AccessPolicy]) -> dict[str, AccessPolicy]:
        if set(access) != {"standard", "privileged"}:
            raise ValueError("access has standard and privileged, nothing else")
        powerful = access["privileged"]
        if len(powerful.steps) < 2 or powerful.requester_counts:
            raise ValueError("a privileged change takes two different people, and never the one who asked")
        if access["standard"].requester_counts and len(access["standard"].steps) > 1:
            raise ValueError("requester_counts is for changes of one voice")
        return access

    @field_validator("opening", "closing", "quiet_from", "quiet_until")
    @classmethod
    def _wall(cls, value: str) -> str:
        time.fromisoformat(value)
        return value

    @field_validator("holidays", "working_days")
    @classmethod
    def _days(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        for one in days:
            date.fromisoformat(one)
        return days


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
        "privileged": {
            "steps": [{"roles": ["security"]}, {"roles": ["security"]}],
            "urgency": "urgent",
            "call_back": True,
        },
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


MOST_READ = 512
_read: OrderedDict[str, Policy] = OrderedDict()
"""Policies by what the client's own values say, the latest last: one is asked for many times in each command."""


def policy_of(own: Mapping[str, Any]) -> Policy:
    """The policy in force: the defaults with the client's own values over them; ValueError with a sentence if wrong.

    What says the same is the same object, which nobody may change.
    """
    said = repr(own)
    policy = _read.get(said)
    if policy is None:
        policy = _read[said] = _policy_of(own)
        if len(_read) > MOST_READ:
            _read.popitem(last=False)
    return policy


def _policy_of(own: Mapping[str, Any]) -> Policy:
    try:
        access = {**DEFAULTS["access"], **own.get("access", {})}
        policy = Policy.model_validate({**DEFAULTS, **own, "access": access})
        ladders_from_policy(policy.ladders)
        _hours(policy)
        return policy
    except TypeError:
        raise ValueError("access: a mapping of standard and privileged") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "policy"
        raise ValueError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None


def _hours(policy: Policy) -> None:
    names = ("opening", "closing", "quiet_from", "quiet_until")
    opening, closing, *quiet = (time.fromisoformat(getattr(policy, name)) for name in names)
    if any(wall.tzinfo is not None for wall in (opening, closing, *quiet)):
        raise ValueError(f"{', '.join(names)} are hours of the client's own day, like 09:00, without a zone")
    if closing <= opening:
        raise ValueError("business hours begin before they end")
    off, worked = ({date.fromisoformat(day) for day in days} for days in (policy.holidays, policy.working_days))
    if both := off & worked:
        raise ValueError(f"{min(both).isoformat()} is given as a holiday and as a working day")


def tier_for(policy: Policy, commitment_minor: int) -> TierPolicy:
    """The band of a commitment."""
    for tier in policy.tiers:
        if tier.up_to_minor is None or commitment_minor <= tier.up_to_minor:
            return tier
    raise AssertionError("the last tier has no upper bound")


def access_class(kind: str, *, external: bool) -> str:
    """standard or privileged: admin rights, anything external, mailbox delegation and MFA resets are privileged."""
    return "privileged" if external or kind in PRIVILEGED_KINDS else "standard"
