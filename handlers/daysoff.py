"""The public holidays of a country or one of its parts, from the `holidays` package, read once a year and place."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1024)
def public_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """The dates that are off in `year`, weekend holidays' observed days included.

    `country` is ISO 3166-1 alpha-2 ("US"), `subdivision` the package's code for a part of it ("OH") or "".
    ValueError when the package does not know the place. It is imported here because it costs a tenth of a second.
    """
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=year, expand=False)
    except (NotImplementedError, AttributeError, TypeError):
        place = f"{country}/{subdivision}" if subdivision else country
        raise ValueError(f"No holidays are known for {place}; leave it empty or use codes like US and OH.") from None
    return frozenset(found)
