"""Reads what people typed into single fields of forms: whole numbers, amounts, days, moments; each names its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from handlers.commands import Refused
from handlers.currencies import minor_digits

END_OF_DAY = time(17)


def whole(inputs: Mapping[str, str], field: str, label: str) -> int:
    """A count; `Refused` for anything else."""
    text = inputs.get(field, "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(f"{label}: please give a whole number.", field=field, code="invalid")
    return int(text)


def minor(inputs: Mapping[str, str], field: str, currency: str) -> int:
    """An amount in minor units of a currency, 0 where nothing was typed; `Refused` for anything else."""
    text = inputs.get(field, "").strip().replace(" ", "")
    if not text:
        return 0
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Refused(
            "Please give an amount like 1349.00, without thousands separators.", field=field, code="invalid"
        ) from None
    scaled = (
        amount.scaleb(minor_digits(currency))
        if amount.is_finite() and abs(amount) < Decimal(10) ** 15
        else Decimal("NaN")
    )
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise Refused(f"Please give an amount in {currency}, like 1349.00.", field=field, code="invalid")
    return int(scaled)


def day(inputs: Mapping[str, str], field: str) -> date | None:
    """A date, None where nothing was typed; `Refused` for anything else."""
    text = inputs.get(field, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("Please give a date like 2026-06-30.", field=field, code="invalid") from None


def instant(inputs: Mapping[str, str], field: str, zone: str) -> datetime | None:
    """Slack sends an instant, Teams what the clock on the wall says; a day alone ends with the working day."""
    text = inputs.get(field, "").strip()
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise Refused("Please give a date and a time.", field=field, code="invalid") from None
    if moment is None or moment.tzinfo is not None:
        return moment
    if "T" not in text:
        moment = datetime.combine(moment, END_OF_DAY)
    return moment.replace(tzinfo=ZoneInfo(zone))
