"""What else was bought: the split guard that sums halves of one purchase, and the catalogue with its caps."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.commands import Purchase
from handlers.policy import CATALOGUE_TIER, Policy
from storage.queries import approvals
from storage.rows import Row
from storage.store import Tx


def bought_lately(
    tx: Tx, client: Row, policy: Policy, purchase: Purchase, requester_id: str | None, now: datetime, *, but: str = ""
) -> list[Row]:
    """The same person's other purchases from the same vendor within the policy's days, except the request `but`."""
    vendor = vendor_key(purchase.vendor)
    return [
        row
        for row in approvals.purchases_since(tx, client.id, now - timedelta(days=policy.split_guard_days))
        if row.id != but
        and row.requester_id == requester_id
        and row.currency == purchase.currency
        and row.tier != CATALOGUE_TIER
        and vendor_key(row.facts["purchase"]["vendor"]) == vendor
    ]


def catalogue_item(tx: Tx, client: Row, policy: Policy, purchase: Purchase, cost_minor: int, now: datetime) -> str:
    """The name of the opted-in item that this order is, if it is exactly that and within both caps; else ""."""
    catalogue = policy.catalogue
    if not catalogue.on or len(purchase.lines) != 1 or purchase.currency != client.currency:
        return ""
    line = purchase.lines[0]
    wanted = (line.description.strip().casefold(), vendor_key(purchase.vendor))
    item = next((i for i in catalogue.items if (i.name.strip().casefold(), vendor_key(i.vendor)) == wanted), None)
    if item is None or line.recurrence != "once" or line.unit_minor > item.unit_minor:
        return ""
    if cost_minor > catalogue.order_max_minor:
        return ""
    local = now.astimezone(ZoneInfo(client.timezone))
    month = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    this_month = approvals.purchases_since(tx, client.id, month.astimezone(UTC) - timedelta(microseconds=1))
    spent = sum(row.commitment_minor or 0 for row in this_month if row.tier == CATALOGUE_TIER)
    return item.name if spent + cost_minor <= catalogue.month_cap_minor else ""


def vendor_key(vendor: str) -> str:
    """One vendor however it is typed: capitals, spaces, punctuation and look-alike letters make no other vendor."""
    plain = unicodedata.normalize("NFKC", vendor).casefold()
    return "".join(letter for letter in plain if letter.isalnum()) or plain.strip()
