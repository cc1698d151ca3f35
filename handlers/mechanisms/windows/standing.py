"""Where a downtime stands: everything a card, a REST answer, a calendar or a decision needs to know, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.authority import Roster
from handlers.mechanisms.subjects import Situation, Subject, around
from handlers.mechanisms.windows.shapes import DECIDER, PLACE, PROVIDER, Answer, Asked, Offer, Place, Voice
from storage.queries import directory, downtimes, timers
from storage.rows import Row
from storage.store import Tx

__all__ = [
    "DECIDER",
    "DOWNTIME",
    "PLACE",
    "PROVIDER",
    "Answer",
    "Asked",
    "Offer",
    "Place",
    "Standing",
    "Voice",
    "load",
    "may_speak_for",
    "places_of",
    "stand",
]

OPEN_STATES = downtimes.OPEN
AHEAD = downtimes.AHEAD
UNDER_WAY = downtimes.UNDER_WAY
ROLE = "downtime"


@dataclass(frozen=True, kw_only=True)
class Standing(Situation):
    """A downtime with its client, offices, times, voices and people (by id, also the provider's), and what comes next.

    `offers` are the times of the revision in force, `earlier` those of older ones; `voices` are of the revision in
    force and `before` those of older ones.
    """

    kind = "downtime"
    places: tuple[Place, ...]
    offers: tuple[Offer, ...]
    earlier: tuple[Offer, ...]
    voices: tuple[Voice, ...]
    before: tuple[Voice, ...]

    @property
    def life(self) -> str:
        return str(self.row.life)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be agreed."""
        return self.state in OPEN_STATES

    @property
    def overdue(self) -> bool:
        """Its end has come and is only not written down yet: nobody agrees to it any more."""
        return self.is_open and self.row.expires_at is not None and bool(self.row.expires_at <= self.now)

    @property
    def is_ahead(self) -> bool:
        """Whether it is agreed and has not begun."""
        return self.state == "accepted" and self.life in AHEAD

    @property
    def decider(self) -> Voice | None:
        """The key contact's voice in this revision; None when the provider has to answer first."""
        return self._voice(DECIDER)

    @property
    def provider(self) -> Voice | None:
        """The provider's voice: what a client asked for or suggested waits for it."""
        return self._voice(PROVIDER)

    @property
    def place_voices(self) -> tuple[Voice, ...]:
        """The offices that answer for themselves."""
        return tuple(voice for voice in self.voices if voice.kind == PLACE)

    @property
    def ready(self) -> bool:
        """Whether it is the key contact's turn: every office has answered, or is waited for no longer."""
        return self.decider is not None and self.decider.state == "open" and self.state == "proposed"

    @property
    def chosen(self) -> Offer | None:
        """The agreed time."""
        return next((one for one in self.offers if one.row.state == "chosen"), None)

    @property
    def ladder_ends_at(self) -> datetime | None:
        """When offices that have not answered are waited for no longer; None when none is."""
        plans = {voice.id for voice in self.place_voices if voice.state == "open"}
        ends = [row.due_at for row in self.timers if row.plan in plans]
        return max(ends, default=None)

    def offer(self, number: int) -> Offer | None:
        """The time with this number that is on offer now."""
        return next((one for one in self.offers if one.number == number and one.row.state == "open"), None)

    @property
    def owner(self) -> str:
        """The name of who is accountable at the provider."""
        return self.name(self.row.owner_id)

    @property
    def engineer(self) -> str:
        """The name of who does the work; the owner's where nobody else was named."""
        return self.name(self.row.engineer_id) or self.owner

    @property
    def asker(self) -> str:
        """The name of the contact who asked for it, "" when the provider offered it."""
        return self.name(self.row.asker_id)

    def is_decider(self, person_id: str) -> bool:
        """Whether this person may decide for the client now, whoever's turn it is."""
        return person_id in self.deciders()

    def deciders(self) -> tuple[str, ...]:
        """Who may decide for the client now, the one to ask first at the head."""
        return self.roster.chain(ROLE)

    def may_choose(self, person_id: str) -> bool:
        """Whether a yes of this person would count now."""
        return self.ready and not self.overdue and self.decider is not None and person_id in self.decider.may

    def may_suggest(self, person_id: str) -> bool:
        """Whether this person may name another time, or decline: the key contact, as soon as times are offered."""
        open_ = self.state == "proposed" and self.decider is not None and not self.overdue
        return open_ and self.decider is not None and person_id in self.decider.may

    def may_answer(self, person_id: str) -> tuple[Voice, ...]:
        """The offices for which an answer of this person would count now."""
        if self.state != "proposed" or self.overdue:
            return ()
        return tuple(voice for voice in self.place_voices if voice.state != "over" and person_id in voice.may)

    def objections(self, number: int) -> tuple[Voice, ...]:
        """The offices that are against this time."""
        return tuple(voice for voice in self.place_voices if voice.objects_to(number))

    def unanswered(self, number: int) -> tuple[Voice, ...]:
        """The offices that have not said whether this time is fine."""
        return tuple(voice for voice in self.place_voices if number not in voice.answers)

    def waiting_on(self) -> list[tuple[str, datetime]]:
        """Who is asked, has not answered and could, with since when; (person id, since)."""
        if not self.is_open:
            return []
        found: dict[str, datetime] = {}
        for voice in self.voices:
            if voice.state == "open":
                for one in voice.asked:
                    if one.person_id in voice.may or one.person_id in self.roster.away:
                        found.setdefault(one.person_id, one.since)
        return list(found.items())

    def _voice(self, kind: str) -> Voice | None:
        return next((voice for voice in self.voices if voice.kind == kind), None)


def stand(tx: Tx, row: Row[Any], now: datetime, known: Standing | None = None) -> Standing:
    """Where a downtime stands, from a row just read (and locked, when something is about to change).

    `known` is where it stood a moment ago in this transaction: client, offices and people are taken from there.
    """
    client, people, roster = around(tx, row.client_id, now, known)
    places = known.places if known is not None else places_of(tx, client, row.locations)
    subject = f"downtime:{row.id}"
    offers = [Offer(one, over=one.starts_at <= now) for one in downtimes.windows_of(tx, subject)]
    voices = _voices(tx, subject, row, places, people, roster)
    return Standing(
        row=row,
        client=client,
        places=places,
        offers=tuple(one for one in offers if one.row.revision == row.revision),
        earlier=tuple(one for one in offers if one.row.revision < row.revision),
        voices=tuple(one for one in voices if one.row.revision == row.revision),
        before=tuple(one for one in voices if one.row.revision < row.revision),
        people=people,
        roster=roster,
        timers=tuple(timers.waiting_of(tx, subject)),
        now=now,
    )


DOWNTIME = Subject(
    read=downtimes.downtime,
    stand=stand,
    before=("state", "life"),
    after=("ref", "state", "life", "revision"),
    facts=("id", "ref", "state", "life", "version", "revision"),
)
load = DOWNTIME.load


def places_of(tx: Tx, client: Row[Any], locations: list[str]) -> tuple[Place, ...]:
    """The touched offices in the order of their names."""
    offices = {one.id: one for one in directory.locations_of(tx, client.id)}
    if not any(locations):
        return (Place("", client.name, client.timezone, client),)
    return tuple(Place(one.id, one.name, one.timezone, one) for one in offices.values() if one.id in locations)


def may_speak_for(roster: Roster, location_id: str) -> tuple[str, ...]:
    """Who coordinates at this office, or stands in for them, the one to ask first at the head; present people only."""
    own = sorted((one for one in roster.given if one.role == ROLE and one.location_id == location_id), key=_rank)
    found: dict[str, None] = {}
    for one in own if location_id else ():
        away = roster.away.get(one.person_id)
        if roster.present(one.person_id):
            found.setdefault(one.person_id)
        elif away is not None and away.delegate_id and roster.present(away.delegate_id):
            found.setdefault(away.delegate_id)
    return tuple(sorted(found, key=lambda id_: roster.members[id_].ask_last))


def _rank(given: Any) -> int:
    return int(given.rank)


def _voices(
    tx: Tx,
    subject: str,
    row: Row[Any],
    places: tuple[Place, ...],
    people: Mapping[str, Row[Any]],
    roster: Roster,
) -> list[Voice]:
    rows = downtimes.voices_of(tx, subject)
    if not rows:
        return []
    asked: dict[str, list[Asked]] = {}
    for one in downtimes.asked_of(tx, subject):
        name = people[one.person_id].name if one.person_id in people else ""
        asked.setdefault(one.voice_id, []).append(Asked(one.person_id, name, one.since, one.why))
    said: dict[str, dict[int, Answer]] = {}
    for one in downtimes.answers_of(tx, subject):
        by = people[one.person_id].name if one.person_id in people else ""
        said.setdefault(one.voice_id, {})[one.number] = Answer(one.verdict, one.reason, by, one.at, one.person_id)
    named = {place.location_id: place for place in places}
    team = tuple(id_ for id_, person in people.items() if person.client_id is None and person.state == "active")
    found = []
    for one in rows:
        place = named.get(one.location_id) if one.kind == PLACE else None
        may = team if one.kind == PROVIDER else roster.chain(ROLE)
        if one.kind == PLACE:
            may = may_speak_for(roster, one.location_id)
        found.append(
            Voice(one, one.kind, place, one.state, tuple(asked.get(one.id, ())), said.get(one.id, {}), tuple(may))
        )
    return found
