"""Ladders: what happens on silence, and when, as data planned on a calendar.

The defaults are here; `handlers.ladder_policy` reads a client's own from its policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from handlers.calendar import BusinessCalendar
from handlers.walltime import in_utc

Deed = Literal["remind_primary", "add_backup", "remind_both", "tell_csm", "tell_supervisor", "expire"]
Unit = Literal["business_hours", "business_days", "clock_minutes"]


@dataclass(frozen=True)
class Rung:
    """One thing done on silence, `after` so many of its ladder's units since the card was sent."""

    after: Fraction
    deed: Deed


@dataclass(frozen=True)
class Ladder:
    """Rungs in order, counted in one unit: business hours, business days, or minutes of the clock at any hour."""

    unit: Unit
    rungs: tuple[Rung, ...]


@dataclass(frozen=True)
class Planned:
    """One rung of a sent card: what, the UTC instant, and which rung of the ladder (from 0)."""

    deed: Deed
    due_at: datetime
    position: int


def ladder(unit: Unit, **after: float | str) -> Ladder:
    """`ladder("business_hours", remind_primary=4, expire=40)`, in the order written."""
    return Ladder(unit, tuple(Rung(Fraction(str(count)), deed) for deed, count in after.items()))  # type: ignore[arg-type]


NORMAL = ladder("business_hours", remind_primary=4, add_backup=8, remind_both=12, tell_csm=16, expire=40)
URGENT = ladder("business_hours", remind_primary="0.5", add_backup=1, remind_both="1.5", tell_csm=2, expire=8)
EMERGENCY = ladder("clock_minutes", add_backup=10, tell_csm=20, tell_supervisor=30, expire=240)
SEV1 = ladder("clock_minutes", add_backup=10, tell_csm=20, tell_supervisor=30)
SEV2 = ladder("clock_minutes", add_backup=30, tell_csm=60, tell_supervisor=90)
SEV3 = ladder("business_hours", add_backup=4)
SEV4 = ladder("business_hours")
RELAY1 = ladder("clock_minutes", remind_primary=15, tell_csm=30)
RELAY2 = ladder("clock_minutes", remind_primary=30, tell_csm=60)
RELAY3 = ladder("business_hours", remind_primary=4, tell_csm=8)
RELAY4 = ladder("business_hours")
DOWNTIME = ladder("business_days", remind_primary=2, add_backup=3, tell_csm=4)
TOUCHPOINT = ladder("business_days", remind_primary=2, add_backup=4, tell_csm=5)

DEFAULTS: Mapping[str, Ladder] = MappingProxyType(
    {
        "normal": NORMAL,
        "urgent": URGENT,
        "emergency": EMERGENCY,
        "sev1": SEV1,
        "sev2": SEV2,
        "sev3": SEV3,
        "sev4": SEV4,
        "relay1": RELAY1,
        "relay2": RELAY2,
        "relay3": RELAY3,
        "relay4": RELAY4,
        "downtime": DOWNTIME,
        "touchpoint": TOUCHPOINT,
    }
)
"""The provider's ladders by name: approvals (normal, urgent, emergency), acknowledgements (sev1-4), telling the staff
(relay1-4, by the same severity), the rest.

Nothing happens to a sev4 notice on silence. A downtime proposal and a touchpoint expire by their own dates.
"""


def plan(steps: Ladder, sent_at: datetime, calendar: BusinessCalendar) -> tuple[Planned, ...]:
    """When each rung is due for a card sent at `sent_at`; ValueError for a naive datetime.

    A card sent outside business time starts to count at the next opening; clock minutes run at any hour.
    """
    sent = in_utc(sent_at)
    return tuple(
        Planned(rung.deed, due(steps.unit, rung.after, sent, calendar), position)
        for position, rung in enumerate(steps.rungs)
    )


def due(unit: Unit, after: Fraction, sent: datetime, calendar: BusinessCalendar) -> datetime:
    """The UTC instant `after` so many units."""
    if unit == "clock_minutes":
        return sent + timedelta(microseconds=round(after * 60_000_000))
    if unit == "business_days":
        return calendar.add_business_days(sent, int(after))
    return calendar.add_business_hours(sent, after)
