"""An office where everything that becomes of a downtime is judged: who said yes to what, and what may follow."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from handlers.commands import (
    ChooseWindow,
    Command,
    Event,
    Outcome,
    RaiseDowntime,
    Refused,
    StartDowntime,
    SuggestWindow,
    TakeWindow,
)
from handlers.desk import Desk
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.reckoning import instant
from tests.handlers.windows import ANJA, GRETA, MARCUS

STATES = {
    "": {"draft", "proposed"},
    "draft": {"draft", "proposed", "withdrawn"},
    "proposed": {"proposed", "countered", "accepted", "declined", "expired", "withdrawn"},
    "countered": {"countered", "proposed", "accepted", "declined", "expired", "withdrawn"},
    **{state: {state} for state in ("accepted", "declined", "expired", "withdrawn")},
}
LIVES = {
    "": {"", "scheduled"},
    "scheduled": {"scheduled", "announced", "in_progress", "postponed", "cancelled"},
    "announced": {"announced", "in_progress", "postponed", "cancelled"},
    "in_progress": {"in_progress", "extended", "verifying", "completed"},
    "extended": {"extended", "verifying", "completed"},
    "verifying": {"verifying", "completed"},
    **{life: {life} for life in ("completed", "postponed", "cancelled")},
}
OVER = ("declined", "expired", "withdrawn")
ENDED = ("completed", "postponed", "cancelled")
WORK = ("in_progress", "extended", "verifying", "completed")
AGREED = ("downtime", "offered_window", "window_answer")
DUMPED = (*AGREED, "window_voice", "voice_asked", "timer", "task", "delivery", "relay", "absence", "blackout")
EARLY = timedelta(minutes=15)


def words(row: Any) -> tuple[str, str, str]:
    """What a downtime says."""
    return row.work, row.implications, row.prep_steps


@dataclass
class Yes:
    """Who said yes to which time, as the command that said so was seen to do."""

    person: str
    starts_at: datetime
    ends_at: datetime


@dataclass
class Ledger:
    """What the watcher knows by itself."""

    yes: dict[str, Yes] = field(default_factory=dict)
    named: dict[str, set[tuple[Any, ...]]] = field(default_factory=dict)
    """downtime -> (person, from, until, words of the downtime) that somebody of the client named."""
    deaf: dict[str, set[str]] = field(default_factory=dict)
    """downtime -> who could not be told of its end when it came."""


class Agreements(Office):
    """Northgate's office; every command goes through `perform`."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.real = Desk(store, new_id=self._number)
        self._ids = 0
        self.ledger = Ledger()
        watch = self

        class Door:
            perform = staticmethod(lambda command, event: watch.perform(command, event))
            recognise, refuse, store = self.real.recognise, self.real.refuse, self.real.store

        self.desk = Door()  # type: ignore[assignment]

    def _number(self, prefix: str, _milliseconds: int) -> str:
        """Ids in order, so that a failure can be told again."""
        self._ids += 1
        return f"{prefix}_{self._ids:08d}"

    def perform(self, command: Command, event: Event) -> Outcome:
        """What the desk does, with everything before and after compared."""
        before, was = self.dump(), self.downtimes()
        offers = self.rows("SELECT * FROM offered_window")
        heard = self.heard()
        try:
            outcome = self.real.perform(command, event)
        except Refused as refused:
            assert refused.sentence.strip() and "None" not in refused.sentence
            assert self.dump() == before, f"{command} was refused and left something behind"
            raise
        now = self.downtimes()
        if outcome.repeated:
            said = f"{command} was said to be repeated and changed something"
            assert self.dump()[: len(AGREED)] == before[: len(AGREED)], said  # who is heard of again may be asked
        for id_, row in now.items():
            self._moved(command, event, was.get(id_), row, offers, heard)
        return outcome

    def _moved(
        self, command: Command, event: Event, was: Any, now: Any, offers: list[Any], heard: dict[str, Any]
    ) -> None:
        state, life = (was.state, was.life) if was is not None else ("", "")
        assert now.state in STATES[state], f"{state} -> {now.state} by {command}"
        assert now.life in LIVES[life], f"{life} -> {now.life} by {command}"
        assert bool(now.life) == (now.state == "accepted")
        who = getattr(event.actor, "user", "") and self._name(event.actor)
        self._remember(command, who, now, was)
        if now.state == "accepted" and state != "accepted":
            self._agreed(command, who, was, now, offers, heard)
        if now.life in WORK and life not in WORK:
            assert isinstance(command, StartDowntime) and who not in (MARCUS, GRETA, ANJA)
            assert instant(now.starts_at) - EARLY <= self.now < instant(now.ends_at), "work outside the agreed time"
        if (now.state in OVER and state not in OVER) or (now.life in ENDED and life not in ENDED):
            self.ledger.deaf[now.id] = self._unreachable() | self._gone() | {now.closed_by}
        if (was is not None and was.state in OVER) or life in ENDED:
            assert (now.starts_at, now.ends_at, now.decided_by) == (was.starts_at, was.ends_at, was.decided_by)

    def _remember(self, command: Command, who: str, now: Any, was: Any) -> None:
        named = self.ledger.named.setdefault(now.id, set())
        if isinstance(command, SuggestWindow) and command.ref.id == now.id:
            named.add((who, command.window.starts_at, command.window.ends_at, *words(was)))
        if isinstance(command, RaiseDowntime) and was is None and now.side == "client":
            named.update((who, one.starts_at, one.ends_at, *words(now)) for one in command.windows)

    def _agreed(self, command: Command, who: str, was: Any, now: Any, offers: list[Any], heard: dict[str, Any]) -> None:
        """Only by an explicit yes of somebody who may give it, at that moment, to that very time."""
        starts, ends = instant(now.starts_at), instant(now.ends_at)
        decider = self._person(now.decided_by)
        assert decider in self.deciders(), f"{decider} may not decide at {self.now}"
        assert self.now < instant(was.expires_at) and self.now < starts
        if isinstance(command, ChooseWindow):
            offer = next(
                row
                for row in offers
                if (row.subject, row.revision, row.number) == (f"downtime:{now.id}", was.revision, command.number)
            )
            assert command.revision == was.revision and was.state == "proposed" and decider == who
            assert (instant(offer.starts_at), instant(offer.ends_at), offer.state) == (starts, ends, "open")
            assert command.consent or offer.given_days >= offer.needed_days, "short notice without consent"
            said = heard.get(now.id, {}).get(command.number, set())
            assert command.reason.strip() or said <= {"ok"}, f"agreed over {said} without a word"
        else:
            assert isinstance(command, TakeWindow), f"agreed by {command}"
            assert who not in (MARCUS, GRETA, ANJA)
            said_so = (decider, starts, ends, *words(now))
            assert said_so in self.ledger.named[now.id], "nobody of the client named this time for this work"
            assert not self._leipzig(now) - {decider}, "Leipzig was not asked"
        for other in self.downtimes().values():
            if other.id != now.id and other.state == "accepted" and other.life in ("scheduled", "announced"):
                shared = set(self._offices(other)) & set(self._offices(now))
                at_once = instant(other.starts_at) < ends and starts < instant(other.ends_at)
                assert not (shared and at_once) or now.override, "two works at one office at one time, by surprise"
        self.ledger.yes[now.id] = Yes(decider, starts, ends)

    # ------------------------------------------------------------------ what holds after every step

    def holds(self) -> None:
        """No work without a yes, nobody waits for what is over, everybody who was asked hears how it ended."""
        waiting = self.rows(
            "SELECT subject, plan, deed FROM timer WHERE state = 'waiting' AND subject LIKE 'downtime:%'"
        )
        tasks = self.rows("SELECT subject, kind FROM task WHERE state = 'open' AND subject LIKE 'downtime:%'")
        voices = self.rows("SELECT * FROM window_voice")
        for row in self.downtimes().values():
            subject = f"downtime:{row.id}"
            mine = [one for one in waiting if one.subject == subject]
            if row.life:
                yes = self.ledger.yes[row.id]
                assert (yes.starts_at, yes.ends_at) == (instant(row.starts_at), instant(row.ends_at))
                assert yes.person == self._person(row.decided_by)
            else:
                assert row.starts_at is None and row.decided_by is None and row.began_at is None
            if row.state in OVER or row.life in ENDED or row.state == "draft":
                assert not mine, "what is over does nothing by itself"
            now = [one for one in voices if one.subject == subject and one.revision == row.revision]
            if row.state in OVER or row.life:
                assert all(one.state in ("answered", "silent", "over") for one in now)
                assert not {one.kind for one in tasks if one.subject == subject} & {"call", "find_holder"}
            if row.state in ("proposed", "countered"):
                self._voices(row, now, mine)

    def _voices(self, row: Any, now: list[Any], timers: list[Any]) -> None:
        kinds = [one.kind for one in now]
        assert kinds.count("decider") + kinds.count("provider") == 1
        assert (row.state == "countered") <= ("provider" in kinds)
        assert {one.plan for one in timers if one.deed != "expire"} <= {one.id for one in now if one.state == "open"}
        assert [one.plan for one in timers if one.deed == "expire"] == [f"r{row.revision}"], (
            "every offer ends by itself"
        )
        decider = next((one for one in now if one.kind == "decider"), None)
        if decider is not None:
            waited_for = any(one.kind == "place" and one.state == "open" for one in now)
            assert decider.state == ("waiting" if waited_for else "open"), "whose turn it is"

    def told(self) -> None:
        """At the end: nobody twice, nobody of another company, and everybody who was asked knows how it ended."""
        rows = self.rows(
            "SELECT d.subject, d.purpose, d.identity_id, d.state, p.name, c.slug FROM delivery d "
            "JOIN person p ON p.id = d.person_id LEFT JOIN client c ON c.id = p.client_id "
            "WHERE d.subject LIKE 'downtime:%'"
        )
        assert {row.slug for row in rows} <= {"northgate", None}
        for row in self.downtimes().values():
            end = row.life if row.life in ENDED else row.state if row.state in OVER else ""
            mine = [one for one in rows if one.subject == f"downtime:{row.id}"]
            if end in ("", "withdrawn") and not any(one.purpose.startswith("offer:") for one in mine):
                continue
            if end:
                asked = {one.name for one in mine if one.purpose.startswith("offer:") and one.slug}
                asked = {one.name for one in mine if one.name in asked and one.state not in ("dropped", "dead")}
                knows = {one.name for one in mine if one.purpose == end}
                assert asked - knows <= self.ledger.deaf[row.id], f"{asked - knows} never heard: {end}"

    # ------------------------------------------------------------------ reckoned a second time

    def deciders(self) -> set[str]:
        """Nobody holds the role for all of Northgate, so it is Marcus, or who stands in for him."""
        away = self._away()
        if MARCUS not in away:
            return {MARCUS} - self._gone()
        stand_in = away[MARCUS]
        return {stand_in} - set(away) - self._gone() if stand_in else set()

    def heard(self) -> dict[str, dict[int, set[str]]]:
        """downtime -> number -> what the offices that are asked say about it; "" for one that has not answered."""
        found: dict[str, dict[int, set[str]]] = {}
        said = {(one.voice_id, one.number): one.verdict for one in self.rows("SELECT * FROM window_answer")}
        for row in self.rows(
            "SELECT v.id, d.id AS downtime, w.number FROM window_voice v "
            "JOIN downtime d ON v.subject = 'downtime:' || d.id "
            "JOIN offered_window w ON w.subject = v.subject AND w.revision = v.revision "
            "WHERE v.kind = 'place' AND v.revision = d.revision"
        ):
            found.setdefault(row.downtime, {}).setdefault(row.number, set()).add(said.get((row.id, row.number), ""))
        return found

    def downtimes(self) -> dict[str, Any]:
        """The rows by id."""
        return {row.id: row for row in self.rows("SELECT * FROM downtime ORDER BY id")}

    def dump(self) -> list[Any]:
        """Everything that a command may change, but for the journal and the inbox."""
        return [sorted(map(str, self.rows(f"SELECT * FROM {table}"))) for table in DUMPED]

    def _away(self) -> dict[str, str]:
        sql = (
            "SELECT p.name, s.name AS stand_in, a.starts_at, a.ends_at FROM absence a "
            "JOIN person p ON p.id = a.person_id LEFT JOIN person s ON s.id = a.delegate_id"
        )
        return {
            row.name: row.stand_in or ""
            for row in self.rows(sql)
            if instant(row.starts_at) <= self.now < instant(row.ends_at)
        }

    def _leipzig(self, row: Any) -> set[str]:
        """Who would have to be asked for Leipzig, if that is touched."""
        names = {one.name for one in self.rows("SELECT id, name FROM location") if one.id in self._offices(row)}
        if "Leipzig" not in names:
            return set()
        away = self._away()
        speaks = {away[ANJA]} - set(away) if ANJA in away else {ANJA}
        return speaks - self._unreachable() - self._gone() - {""}

    def _unreachable(self) -> set[str]:
        sql = "SELECT name FROM person WHERE id NOT IN (SELECT person_id FROM identity WHERE reachable)"
        return {row.name for row in self.rows(sql)}

    def _gone(self) -> set[str]:
        return {row.name for row in self.rows("SELECT name FROM person WHERE state = 'left'")}

    def _offices(self, row: Any) -> list[str]:
        return list(json.loads(row.locations) if isinstance(row.locations, str) else row.locations)

    def _name(self, actor: Any) -> str:
        sql = "SELECT p.name FROM identity i JOIN person p ON p.id = i.person_id WHERE i.org = :org AND i.user = :user"
        found = self.rows(sql.replace("i.user", 'i."user"'), org=actor.org, user=actor.user)
        return str(found[0].name) if found else ""

    def _person(self, id_: str | None) -> str:
        return str(self.rows("SELECT name FROM person WHERE id = :id", id=id_)[0].name) if id_ else ""
