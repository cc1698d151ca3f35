"""What a coordinator may tell the staff about planned work, drafted plainly: what, where, when, what stops, what to do.

The provider's own words stay as they were written; what stands around them is in the coordinator's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from handlers.commands import Window
from handlers.mechanisms.windows.shapes import Place
from handlers.mechanisms.windows.spans import window_said, zone_said
from handlers.walltime import zone_named
from handlers.words import LONGEST_TEXT
from storage.rows import Row

WEEKDAYS_DE = ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So.")
MONTHS_DE = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
ZONES_DE = {"CET": "MEZ", "CEST": "MESZ", "WET": "WEZ", "WEST": "WESZ", "EET": "OEZ", "EEST": "OESZ"}


class Tongue(NamedTuple):
    """The sentences around the provider's words. `when` names a window on a wall; the rest is filled in by name."""

    when: Callable[[Window, str], str]
    in_: str
    and_: str
    agreed: tuple[str, ...]
    changed: tuple[str, ...]
    extended: tuple[str, ...]
    cancelled: tuple[str, ...]
    postponed: tuple[str, ...]


def in_german(window: Window, timezone: str) -> str:
    """ "So., 21. Juni, 12:00 bis 16:00 Uhr MESZ", with the second day where it is another."""
    zone = zone_named(timezone)
    starts, ends = window.starts_at.astimezone(zone), window.ends_at.astimezone(zone)
    first, last = (f"{WEEKDAYS_DE[at.weekday()]}, {at.day}. {MONTHS_DE[at.month - 1]}" for at in (starts, ends))
    end = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{last}, {ends:%H:%M}"
    name = zone_said(ends)
    return f"{first}, {starts:%H:%M} bis {end} Uhr {ZONES_DE.get(name, name)}"


ENGLISH = Tongue(
    when=window_said,
    in_=" in ",
    and_=" and ",
    agreed=("Planned IT work{where}: {work}", "When: {when}", "What stops working: {stops}", "What to do: {todo}"),
    changed=("News about the planned IT work{where}: {work}", "When, as before: {when}", "What to do now: {todo}"),
    extended=(
        "The IT work{where} takes longer than planned: {work}",
        "Now: {when}",
        "What does not work until then: {stops}",
        "{news}",
    ),
    cancelled=("The planned IT work{where} is cancelled: {work}", "It was planned for: {when}", "Nothing will stop."),
    postponed=(
        "The planned IT work{where} is put off: {work}",
        "It was planned for: {when}",
        "Nothing will stop then. We will hear of a new time.",
    ),
)
GERMAN = Tongue(
    when=in_german,
    in_=" in ",
    and_=" und ",
    agreed=(
        "Geplante IT-Arbeiten{where}: {work}",
        "Wann: {when}",
        "Was in dieser Zeit nicht geht: {stops}",
        "Was zu tun ist: {todo}",
    ),
    changed=(
        "Neues zu den geplanten IT-Arbeiten{where}: {work}",
        "Wann, wie bisher: {when}",
        "Was jetzt zu tun ist: {todo}",
    ),
    extended=(
        "Die IT-Arbeiten{where} dauern länger als geplant: {work}",
        "Jetzt: {when}",
        "Was bis dahin nicht geht: {stops}",
        "{news}",
    ),
    cancelled=(
        "Die geplanten IT-Arbeiten{where} fallen aus: {work}",
        "Geplant waren sie für: {when}",
        "Es fällt nichts aus, alles läuft wie gewohnt.",
    ),
    postponed=(
        "Die geplanten IT-Arbeiten{where} sind verschoben: {work}",
        "Geplant waren sie für: {when}",
        "Zu dieser Zeit läuft alles wie gewohnt. Ein neuer Termin folgt.",
    ),
)
TONGUES: Mapping[str, Tongue] = {"en": ENGLISH, "de": GERMAN}
"""By the first letters of a person's language; every other one is drafted in English."""


def draft(what: str, row: Row[Any], window: Window, places: Sequence[Place], language: str, news: str = "") -> str:
    """The words for the staff of these offices. `what`: agreed, changed, extended, cancelled or postponed; `news` is
    what the provider said about it."""
    tongue = TONGUES.get(language.partition("_")[0].partition("-")[0].lower(), ENGLISH)
    names = [place.name for place in places if place.location_id]
    said = {
        "where": f"{tongue.in_}{_listed(names, tongue.and_)}" if names else "",
        "work": row.work,
        "when": _when(tongue, window, places),
        "stops": row.implications,
        "todo": row.prep_steps,
        "news": news,
    }
    lines = [line.format(**said) for line in getattr(tongue, what) if not _empty(line, said)]
    return "\n".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)[:LONGEST_TEXT]


def _empty(line: str, said: Mapping[str, str]) -> bool:
    """Whether a line has nothing to say: the provider has written nothing for it."""
    return any(f"{{{name}}}" in line and not said[name].strip() for name in ("todo", "news"))


def _when(tongue: Tongue, window: Window, places: Sequence[Place]) -> str:
    """On the wall of each office; said once where the walls show the same."""
    shown: dict[str, list[str]] = {}
    for place in places:
        shown.setdefault(tongue.when(window, place.timezone), []).append(place.name)
    if len(shown) == 1:
        return next(iter(shown))
    return "; ".join(f"{when} ({_listed(names, tongue.and_)})" for when, names in shown.items())


def _listed(names: Sequence[str], and_: str) -> str:
    return and_.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
