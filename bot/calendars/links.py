"""The addresses of calendars: one event and live feeds, signed for one person, who alone can have been given them.

A calendar fetches its address for years, so these links do not run out: each fetch looks whether the person still
works there and may still see what the link is for (`bot.web.calendars`). They hold no moment, so a card that is drawn
again has the same address, but the person's number: whoever's address got into wrong hands is given another number, and
all the addresses before end. Another secret key ends everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.signing import BadLink, Signer

PATH = "/calendar"
PURPOSE = "calendar"
ENDLESS = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """What a link is for: one downtime or talk (its id), or everything of a client, or (both "") the person's own."""

    person: str
    downtime: str = ""
    client: str = ""
    number: int = 0


def event_link(signer: Signer, public_url: str, downtime_id: str, person_id: str, number: int = 0) -> str:
    """Puts one downtime or talk into a person's calendar; "" without a public address. `number` is the person's."""
    return _link(signer, public_url, Wanted(person_id, downtime=downtime_id, number=number))


def feed_link(signer: Signer, public_url: str, person_id: str, client_id: str = "", number: int = 0) -> str:
    """A person's live calendar: what concerns the person, or everything of a client; "" without a public address."""
    return _link(signer, public_url, Wanted(person_id, client=client_id, number=number))


def wanted(signer: Signer, token: str, now: datetime) -> Wanted:
    """What a token of these links is for. `now` is real time. Raises BadLink."""
    said = signer.open(PURPOSE, token, now)
    try:
        return Wanted(said["p"], said.get("d", ""), said.get("c", ""), said.get("n", 0))
    except KeyError:
        raise BadLink("This link is not valid. Ask for a new one in chat.") from None


def _link(signer: Signer, public_url: str, what: Wanted) -> str:
    if not public_url:
        return ""
    named = {"p": what.person, "d": what.downtime, "c": what.client, "n": what.number}
    token = signer.sign(PURPOSE, {name: value for name, value in named.items() if value}, ENDLESS)
    return f"{public_url.rstrip('/')}{PATH}/{token}.ics"
