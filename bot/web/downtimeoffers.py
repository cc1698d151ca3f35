"""The times on the console's page of a downtime: on whose clock, how big, what speaks against them, what was before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from bot.cards.downtimes.words import elsewhere
from bot.cards.parts import Viewer
from bot.web.downtimewords import TIMES, notice_said, span
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import at
from handlers.mechanisms.windows.standing import Offer, Standing, Voice


def times(standing: Standing, viewer: Viewer) -> Markup:
    """The times of the present revision."""
    if not standing.offers:
        return join()
    return tag("ul", [_offer(one, standing, viewer) for one in standing.offers], class_="times")


def _offer(offer: Offer, standing: Standing, viewer: Viewer) -> Markup:
    row = offer.row
    words, tone = TIMES[row.state]
    if offer.over and row.state == "open":
        words, tone = "Its beginning has passed", "bad"
    whose = f"Named by {row.offered_by}, {at(row.offered_at, viewer)}" + (f": {row.text}" if row.text else "")
    return tag(
        "li",
        tag(
            "p",
            tag("b", f"{offer.number}. ", spanning(row.starts_at, row.ends_at, viewer)),
            " ",
            tag("span", words, class_=f"pill {tone}".rstrip()),
        ),
        there(row.starts_at, row.ends_at, standing, viewer),
        tag("small", said(whose), class_="soft"),
        tag("small", notice_said(offer), class_="note" if offer.short else "soft"),
        [tag("small", said(one), class_="note") for one in offer.conflicts],
        class_="panel",
    )


def earlier(standing: Standing, viewer: Viewer) -> Markup | None:
    """What was on offer before, and what offices said to it."""
    if not standing.earlier:
        return None
    groups = groupby(reversed(standing.earlier), key=lambda one: one.row.revision)
    items = [_revision(standing, number, list(offers), viewer) for number, offers in groups]
    return tag(
        "details",
        tag("summary", f"Earlier times ({len(standing.earlier)})"),
        tag("ul", items, class_="news"),
        class_="panel",
    )


def _revision(standing: Standing, number: int, offers: Sequence[Offer], viewer: Viewer) -> Markup:
    voices = [voice for voice in standing.before if voice.row.revision == number and voice.place is not None]
    return tag(
        "li",
        tag("small", time_of(offers[0].row.offered_at, viewer), " · ", said(offers[0].row.offered_by), class_="soft"),
        [
            tag("span", f"{one.number}. ", spanning(one.row.starts_at, one.row.ends_at, viewer))
            for one in sorted(offers, key=_number)
        ],
        [tag("span", said(sentence), class_="soft") for voice in voices for sentence in _answers(voice)],
    )


def _answers(voice: Voice) -> Iterable[str]:
    for number, one in sorted(voice.answers.items()):
        verdict = "fine" if one.verdict == "ok" else f"no, {one.reason}"
        yield f"{voice.place.name if voice.place else ''}, time {number}: {verdict} ({one.by})"


def _number(offer: Offer) -> int:
    return offer.number


def spanning(starts_at: datetime, ends_at: datetime, viewer: Viewer) -> Markup:
    """From when until when on the viewer's wall, with the zone, and for machines."""
    return tag("time", span(starts_at, ends_at, viewer), datetime=starts_at.isoformat(timespec="seconds"))


def there(starts_at: datetime, ends_at: datetime, standing: Standing, viewer: Viewer) -> list[Markup]:
    """The same on the walls of offices with another clock, a line each."""
    return [tag("small", said(one), class_="soft") for one in elsewhere(standing, starts_at, ends_at, viewer)]


def time_of(moment: datetime, viewer: Viewer) -> Markup:
    """A moment on the viewer's wall, and for machines."""
    return tag("time", at(moment, viewer), datetime=moment.isoformat(timespec="seconds"))
