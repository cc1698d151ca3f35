"""Where a talk stands: everything a card, a REST answer, a calendar or a transition needs to know, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.mechanisms.subjects import Situation, Subject, around
from handlers.mechanisms.talks.names import recorded, titled
from handlers.mechanisms.windows.shapes import DECIDER, Asked, Offer
from handlers.policy import policy_of
from handlers.timetable import Talk
from storage.queries import downtimes, timers, touchpoints
from storage.rows import Row
from storage.store import Tx

ASKING = ("proposed",)
"""States in which a contact is to choose a time."""


@dataclass(frozen=True, kw_only=True)
class Standing(Situation):
    """A talk with its client, the people of both sides (by id), the times on offer, who is asked and what comes next.

    `offers` are the times of the revision in force; of `rescheduled` that is the time a contact has named, if one.
    """

    kind = "touchpoint"
    rule: Talk
    """With whom, what it needs: the client's timetable for this kind."""
    every: str
    """How often this kind comes round for this client, as people write it: "2 weeks", "never"."""
    offers: tuple[Offer, ...]
    asked: tuple[Asked, ...]
    """Who was asked to choose among the times of the revision in force, the first one first."""
    everybody_asked: tuple[Asked, ...]
    """The same of all revisions."""
    items: tuple[Row[Any], ...]
    """What people have put on the agenda (agenda_item rows)."""
    actions: tuple[Row[Any], ...]
    """What it left to do (action_item rows), in whatever state."""
    records: tuple[Row[Any], ...]
    """What is on file or waived (meeting_record rows)."""

    @property
    def title(self) -> str:
        """What it is called: "Check-in"."""
        return titled(self.row.kind, self.row.title)

    @property
    def comes_again(self) -> bool:
        """Whether the next one of this kind is planned without anybody asking for it."""
        return self.every != "never"

    @property
    def by_chat(self) -> bool:
        """Whether the client is written to; else somebody of the provider calls."""
        return bool(self.row.channel == "chat")

    @property
    def is_open(self) -> bool:
        """Whether no time is agreed yet and it is still to be."""
        return self.state in touchpoints.OPEN

    @property
    def is_ahead(self) -> bool:
        """Whether a time is agreed that has not come."""
        return self.state == "confirmed" and bool(self.row.starts_at > self.now)

    @property
    def is_over(self) -> bool:
        """Whether the agreed time has passed and nobody has said how it was."""
        return self.state == "confirmed" and bool(self.row.ends_at <= self.now)

    @property
    def lapsed(self) -> bool:
        """Every time on offer has begun and none was chosen: it is left out, which is only not written down yet."""
        return self.state == "proposed" and bool(self.offers) and all(one.over for one in self.offers)

    @property
    def lapses_at(self) -> datetime | None:
        """When it is left out if nobody chooses: the last time on offer begins. None when it is not so."""
        if self.state != "proposed" or not self.offers:
            return None
        return max(one.row.starts_at for one in self.offers)

    @property
    def owner(self) -> str:
        """The name of who holds it at the provider."""
        return self.name(self.row.owner_id)

    @property
    def named(self) -> Offer | None:
        """The time that a contact has named and the provider has not answered."""
        if self.state != "rescheduled":
            return None
        return next((one for one in self.offers if one.row.side == "client"), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """What it still needs on file before it may close, as a sentence names it: ("hardware warranty report",)."""
        there = {one.kind for one in self.records}
        return tuple(recorded(kind) for kind in self.rule.records if kind not in there)

    def offer(self, number: int) -> Offer | None:
        """The time with this number that is on offer now."""
        return next((one for one in self.offers if one.number == number and one.row.state == "open"), None)

    def deciders(self) -> tuple[str, ...]:
        """Who may say yes for the client now, the one to ask first at the head."""
        return self.roster.chain(self.rule.role)

    def may_choose(self, person_id: str) -> bool:
        """Whether a press of this person on a time would count now."""
        return self.state == "proposed" and not self.lapsed and person_id in self.deciders()

    def may_reschedule(self, person_id: str) -> bool:
        """Whether this contact may say that it does not suit: who decides, and who has agreed."""
        mine = person_id in self.deciders() or person_id == self.row.decided_by
        return mine and ((self.state == "proposed" and not self.lapsed) or self.is_ahead)

    def may_skip(self, person_id: str) -> bool:
        """Whether this contact may leave it out."""
        mine = person_id in self.deciders() or person_id == self.row.decided_by
        return mine and (self.is_open or self.is_ahead)

    def may_add(self, person_id: str) -> bool:
        """Whether this contact may put something on the agenda: who decides or was asked, and every key contact."""
        if not (self.is_open or self.state == "confirmed"):
            return False
        member = self.roster.members.get(person_id)
        key = person_id == self.roster.default_id or any(one.person_id == person_id for one in self.roster.given)
        return member is not None and member.active and key

    def waiting_on(self) -> list[tuple[str, datetime]]:
        """Who is asked, has not answered and could, with since when; (person id, since)."""
        if self.state != "proposed":
            return []
        able = set(self.deciders())
        return [
            (one.person_id, one.since)
            for one in self.asked
            if one.person_id in able or one.person_id in self.roster.away
        ]


def stand(tx: Tx, row: Row[Any], now: datetime, known: Standing | None = None) -> Standing:
    """Where a talk stands, from a row just read (and locked, when something is about to change).

    `known` is where it stood a moment ago in this transaction: client and people are taken from there.
    """
    client, people, roster = around(tx, row.client_id, now, known)
    subject = f"touchpoint:{row.id}"
    offers = [Offer(one, over=one.starts_at <= now) for one in downtimes.windows_of(tx, subject)]
    everybody, current = _asked(tx, subject, row.revision, people)
    rule, own = policy_of(client.policy).timetable.talks[row.kind], touchpoints.cadence(tx, client.id, row.kind)
    return Standing(
        row=row,
        client=client,
        rule=rule,
        every=own.every if own is not None else rule.every,
        offers=tuple(one for one in offers if one.row.revision == row.revision),
        asked=current,
        everybody_asked=everybody,
        items=tuple(touchpoints.items_of(tx, row.id)),
        actions=tuple(touchpoints.actions_of(tx, row.id)),
        records=tuple(touchpoints.records_of(tx, row.id)),
        people=people,
        roster=roster,
        timers=tuple(timers.waiting_of(tx, subject)),
        now=now,
    )


TALK = Subject(
    read=touchpoints.talk,
    stand=stand,
    before=("state",),
    after=("ref", "kind", "state", "revision"),
    facts=("id", "ref", "state", "version", "revision"),
)
load = TALK.load


def _asked(
    tx: Tx, subject: str, revision: int, people: Mapping[str, Row[Any]]
) -> tuple[tuple[Asked, ...], tuple[Asked, ...]]:
    now_in_force = {one.id for one in downtimes.voices_of(tx, subject) if one.revision == revision}
    everybody, current = [], []
    for one in downtimes.asked_of(tx, subject):
        name = people[one.person_id].name if one.person_id in people else ""
        everybody.append(Asked(one.person_id, name, one.since, one.why))
        if one.voice_id in now_in_force:
            current.append(everybody[-1])
    return tuple(everybody), tuple(current)


__all__ = ["DECIDER", "TALK", "Asked", "Offer", "Standing", "load", "stand"]
