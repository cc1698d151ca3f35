"""The provider's own business days, from its settings: when its people's digests and put-off tasks come."""

from __future__ import annotations

from bot.sections import Msp
from handlers.calendar import BusinessCalendar


def business_days(msp: Msp) -> BusinessCalendar:
    """Weekdays except the public holidays there. ValueError with a sentence for a time zone nobody knows."""
    return BusinessCalendar(msp.timezone, country=msp.country, subdivision=msp.subdivision)
