"""Money, times, names and links as an office manager reads them; pure, for every drawing in `bot.cards`.

`locale` is a language tag as Slack and Teams send it ("en-US", "de-DE", "de"); an unknown one is read as English.
Babel is imported at the first word: it costs more than a tenth of a second of a start. One thread imports it: of two
that begin at once, one may be given half of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from handlers.currencies import minor_digits

if TYPE_CHECKING:
    from types import ModuleType

    from babel import Locale

NO_BREAK_SPACE = "\u00a0"
CODE_BEFORE_DIGIT = re.compile(r"(?<=[A-Z]{3})(?=\d)")
LONGEST_HOST = 40

OR = {"en": "or", "de": "oder"}
AND = {"en": "and", "de": "und"}
MOMENT = {"en": "less than a minute", "de": "weniger als eine Minute"}
GERMAN_ZONES = {"CET": "MEZ", "CEST": "MESZ", "WET": "WEZ", "WEST": "WESZ", "EET": "OEZ", "EEST": "OESZ"}

_importing = Lock()


def _babel() -> ModuleType:
    with _importing:
        import babel.dates
        import babel.numbers
        import babel.units
    return babel


@lru_cache(maxsize=256)
def _locale(tag: str) -> Locale:
    babel = _babel()
    try:
        return babel.Locale.parse(tag.replace("-", "_"))
    except (babel.UnknownLocaleError, ValueError, TypeError):
        return babel.Locale("en")


@lru_cache(maxsize=4096)
def money(minor: int, currency: str, locale: str = "en") -> str:
    """865988, "USD" -> "$8,659.88". `minor` is in minor units of an ISO 4217 currency (yen have none, dinars three)."""
    digits = minor_digits(currency)
    known = _locale(locale)
    # CLDR's own digits are those of the shops (none for the Iraqi dinar); the integers we keep follow ISO 4217.
    pattern = known.currency_formats["standard"].pattern.replace(".00", "." + "0" * digits if digits else "")
    text = _babel().numbers.format_currency(
        Decimal(minor).scaleb(-digits), currency, pattern, locale=known, currency_digits=False
    )
    return CODE_BEFORE_DIGIT.sub(NO_BREAK_SPACE, text)


@lru_cache(maxsize=1024)
def when(instant: datetime, zone: str, locale: str = "en", now: datetime | None = None) -> str:
    """An instant on the reader's wall: "Mon Jun 15, 4:30 PM EDT", "Mo., 15. Juni, 22:30 MESZ".

    `zone` is an IANA name. The year is named when it is not `now`'s. ValueError for a naive datetime.
    """
    if instant.tzinfo is None:
        raise ValueError(f"The time {instant.isoformat()} does not say which time zone it is in.")
    there = instant.astimezone(ZoneInfo(zone))
    today = now.astimezone(there.tzinfo).date() if now else None
    clock = _clock(there.hour, there.minute, locale)
    return f"{day(there.date(), locale, today)}, {clock} {_zone_name(there, _locale(locale))}"


def hour(instant: datetime, zone: str, locale: str = "en") -> str:
    """The same without the day, where a card has named it: "4:30 PM EDT", "22:30 MESZ"."""
    there = instant.astimezone(ZoneInfo(zone))
    return f"{_clock(there.hour, there.minute, locale)} {_zone_name(there, _locale(locale))}"


def clock(instant: datetime, zone: str, locale: str = "en") -> str:
    """The hour on the reader's wall where the page names the zone: "4:30 PM", "22:30"."""
    there = instant.astimezone(ZoneInfo(zone))
    return _clock(there.hour, there.minute, locale)


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, locale: str) -> str:
    known, shape = _locale(locale), "h:mm a" if _american(_locale(locale)) else "short"
    return str(_babel().dates.format_time(time(hour, minute), shape, locale=known)).replace("\u202f", " ")


@lru_cache(maxsize=4096)
def day(date_: date, locale: str = "en", today: date | None = None) -> str:
    """A date: "Mon Jun 15", "Mo., 15. Juni"; with the year when it is not that of `today`."""
    known = _locale(locale)
    with_year = today is not None and today.year != date_.year
    if _american(known):
        return _babel().dates.format_date(date_, "EEE MMM d, yyyy" if with_year else "EEE MMM d", locale=known)
    return _babel().dates.format_skeleton("yMMMEd" if with_year else "MMMEd", date_, locale=known)


@lru_cache(maxsize=4096)
def day_of_month(date_: date, locale: str = "en", *, numeric: bool = False) -> str:
    """A day without its weekday: "Jun 15", "15. Juni"; `numeric`: "6/15", "15.6."."""
    return str(_babel().dates.format_skeleton("Md" if numeric else "MMMd", date_, locale=_locale(locale)))


@lru_cache(maxsize=4096)
def month_name(date_: date, locale: str = "en", *, whole: bool = False) -> str:
    """A month: "Jun"; `whole`: "June 2026", "Juni 2026"."""
    known = _locale(locale)
    if whole:
        return str(_babel().dates.format_skeleton("yMMMM", date_, locale=known))
    return str(_babel().dates.format_date(date_, "LLL", locale=known))


def decimal(count: int, locale: str = "en") -> str:
    """How many, with this locale's groups: "1,234", "1.234"."""
    return str(_babel().numbers.format_decimal(count, locale=_locale(locale)))


def percentage(said: str, locale: str = "en", digits: int = 1) -> str:
    """ "92.9" -> "92.9%", "92,9 %"; at most so many digits, a whole number loses its ".0"; "" stays ""."""
    if not said:
        return ""
    pattern = re.sub("0(?!.*0)", f"0.{'#' * digits}", _locale(locale).percent_formats[None].pattern)
    return str(_babel().numbers.format_percent(Decimal(said) / 100, pattern, locale=_locale(locale)))


def duration(span: timedelta, locale: str = "en") -> str:
    """How long, in its two largest units: "20 minutes", "1 hour 30 minutes", "3 days", "less than a minute"."""
    minutes = round(abs(span).total_seconds() / 60)
    if minutes == 0:
        return _word(MOMENT, locale)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counts = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    largest = next(index for index, (count, _) in enumerate(counts) if count)
    known = _locale(locale)
    parts = [
        _babel().units.format_unit(n, f"duration-{unit}", locale=known)
        for n, unit in counts[largest : largest + 2]
        if n
    ]
    return " ".join(parts)


def any_of(names: Sequence[str], locale: str = "en") -> str:
    """Who can do it: "Dana", "Dana or Priya", "Dana, Priya or Hannah"; "" for nobody."""
    return _list(names, _word(OR, locale))


def all_of(names: Sequence[str], locale: str = "en") -> str:
    """Who has to do it: "Dana and Priya", "Dana, Priya and Hannah"; "" for nobody."""
    return _list(names, _word(AND, locale))


def quantity(count: int, locale: str = "en") -> str:
    """How many, before the name of the thing: "6 × "."""
    return f"{_babel().numbers.format_decimal(count, locale=_locale(locale))} × "


def host(url: str) -> str:
    """Where a link leads: "quotes.example.com", in ASCII so that no letter poses as another; "" for no web address.

    A long host keeps its end, which is the part that says whose it is.
    """
    if any(letter.isspace() or letter == "\\" or not letter.isprintable() for letter in url):
        return ""  # browsers and libraries read such addresses differently
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").encode("idna").decode("ascii").removeprefix("www.")
        port = parts.port
    except ValueError:  # also UnicodeError
        return ""
    if parts.scheme not in ("http", "https") or not name:
        return ""
    if len(name) > LONGEST_HOST:
        name = "…" + name[-LONGEST_HOST:]
    return name if port in (None, 80, 443) else f"{name}:{port}"


def _american(known: Locale) -> bool:
    return known.language == "en" and known.territory in (None, "US")


def _zone_name(there: datetime, known: Locale) -> str:
    """The abbreviation people use there (EDT, IST), else the distance from UTC: CLDR has most of them only at home."""
    name = there.tzname() or ""
    if name.isalpha():
        return GERMAN_ZONES.get(name, name) if known.language == "de" else name
    minutes = int((there.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _word(words: dict[str, str], locale: str) -> str:
    return words.get(_locale(locale).language, words["en"])


def _list(names: Sequence[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
