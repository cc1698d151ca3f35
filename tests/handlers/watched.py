"""An office where every command is watched: what it changed, whether it might, and that a refusal left no trace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from handlers import commands
from handlers.commands import Chat, Command, Event, Outcome, Ref, Refused, Service, System
from handlers.desk import Desk
from storage import journal
from storage.store import Store
from tests.handlers.office import Office
from tests.handlers.reckoning import ARROWS, Demand, Given, Roster, demanded, enough, instant
from tests.rows import rows

FACTS = (
    *("approval_request", "approval_version", "approval_step", "asked", "vote", "inquiry", "phone_voice", "timer"),
    *("task", "delivery", "client", "person", "role_assignment", "absence", "identity"),
)
OPEN = ("pending", "info_requested")
LADDER = ("remind_primary", "add_backup", "remind_both", "tell_csm", "tell_supervisor", "expire")
STAY = {"approved": {"quote_expiry", "removal"}, "fulfilled": {"removal"}, "draft": {"quote_expiry", "removal"}}
"""What may still come by itself for a request that nobody is asked about."""


@dataclass
class Asked:
    """What the watcher knows of one request by itself."""

    demand: Demand
    vendor: str
    requester: str | None
    minor: int
    version: int = 1
    given: list[Given] = field(default_factory=list)


class Door:
    """Stands where the desk stands, for the office's own commands and for every button pressed."""

    def __init__(self, office: Watched) -> None:
        self.perform = office.perform
        self.recognise, self.refuse = office.real.recognise, office.real.refuse


class Watched(Office):
    """Everything goes through `perform`; the reckoning is kept beside the house's own."""

    def __init__(self, store: Store, slug: str = "marlow-finch") -> None:
        super().__init__(store)
        self.real = Desk(store, new_id=self._number)
        self.desk = Door(self)  # type: ignore[assignment]
        self.slug = slug
        self.known: dict[str, Asked] = {}
        self._ids = 0
        self._done = 0
        self._found_sound: tuple[int, object] | None = None

    def _number(self, prefix: str, _milliseconds: int) -> str:
        """Ids in order, so that a failure can be told again."""
        self._ids += 1
        return f"{prefix}_{self._ids:08d}"

    def perform(self, command: Command, event: Event) -> Outcome:
        """What the desk does, with everything before and after compared."""
        who, before = event.actor, self.dump()
        was, roster = self.requests(), Roster(self.store, self.slug, self.now)
        try:
            outcome = self.real.perform(command, event)
        except Refused as refused:
            assert refused.sentence.strip() and "None" not in refused.sentence, refused.sentence
            assert self.dump() == before, f"{command} was refused and left something behind"
            self._rightly_refused(who, command, was, roster)
            raise
        self._done += 1
        now = self.requests()
        self._moves(who, command, was, now, roster)
        if outcome.repeated:
            assert {i: r.state for i, r in now.items()} == {i: r.state for i, r in was.items()}, command
        return outcome

    def dump(self) -> dict[str, Any]:
        """Every fact there is."""
        with self.store.read() as tx:
            return {table: rows(tx, f"SELECT * FROM {table} ORDER BY id") for table in FACTS}

    def requests(self) -> dict[str, Any]:
        """Every request by id."""
        return {row.id: row for row in self.rows("SELECT * FROM approval_request ORDER BY id")}

    # -------------------------------------------------------------- what a command did

    def _moves(self, who: Any, command: Command, was: Any, now: Any, roster: Roster) -> None:
        verb = type(command).__name__
        self._reckon(who, command, was, now, roster)
        for id_, row in now.items():
            before = was[id_].state if id_ in was else ""
            if before == row.state:
                continue
            assert verb in ARROWS.get((before, row.state), ()), f"{verb} moved {row.ref} from {before} to {row.state}"
            if row.state == "approved":
                known = self.known[id_]
                assert enough(known.demand, known.given), f"{row.ref} was approved by {known.given} of {known.demand}"
            if row.state == "fulfilled":
                assert not self._held(was[id_]), f"{row.ref} was carried out while it was held"
            if row.state in ("withdrawn", "fulfilled") and verb != "Disown":
                assert self._provider(who), f"{who} ended {row.ref}"
        for id_, known in self.known.items():
            if now[id_].state in OPEN:
                assert not enough(known.demand, known.given), f"{now[id_].ref} has every voice and is not approved"

    def _reckon(self, who: Any, command: Command, was: Any, now: Any, roster: Roster) -> None:
        """Keeps the own books: new requests, new versions, votes given and taken back."""
        for id_, row in now.items():
            if id_ not in was or was[id_].version != row.version:
                standing = self.standing(Ref("approval", id_))
                facts = standing.request.facts
                self.known[id_] = self._asked(standing.request, facts, now, id_)
        ref = getattr(command, "ref", None)
        known = self.known.get(ref.id) if ref is not None else None
        if known is None or not isinstance(who, Chat) or was[ref.id].revision == now[ref.id].revision:
            return
        person = self._person(who)
        if isinstance(command, commands.Approve) or (isinstance(command, commands.ConfirmPhone) and command.right):
            assert person is not None and command.version == known.version, f"{who} voted on {command.version}"
            assert was[ref.id].state in OPEN, f"{who} voted on what is {was[ref.id].state}"
            assert person not in {one.person for one in known.given}, f"{who} voted twice"
            could = self.could(known, person, roster, was[ref.id].location_id)
            assert could, f"{who} may not give any voice of {known.demand}"
            known.given.append(Given(person, frozenset(could)))
        elif isinstance(command, commands.TakeBack):
            assert person in {one.person for one in known.given}
            known.given = [one for one in known.given if one.person != person]
        elif isinstance(command, (commands.Reject, commands.AskQuestion, commands.HandOver, commands.Snooze)):
            assert person is not None and command.version == known.version
            assert self.could(known, person, roster, was[ref.id].location_id), f"{who} has no voice in {command}"

    def _asked(self, request: Any, facts: Any, now: Any, id_: str) -> Asked:
        people = Roster(self.store, self.slug, self.now).people
        if "access" in facts:
            subject = facts["access"]["subject"]
            about = {id_ for name, id_ in people.items() if name in subject}
            privileged = facts["access"]["kind"] == "privileged"
            demand = demanded(None, privileged, about, request.requester_id)
            return Asked(demand, "", request.requester_id, 0, request.version)
        order = facts["purchase"]
        minor = sum(line["quantity"] * line["unit_minor"] for line in order["lines"])
        vendor, since = order["vendor"], self.now.timestamp() - 7 * 86_400
        lately = sum(
            other.minor
            for other_id, other in self.known.items()
            if other_id != id_
            and (other.vendor, other.requester) == (vendor, request.requester_id)
            and now[other_id].state in ("draft", *OPEN, "approved", "fulfilled")
            and self.standing(Ref("approval", other_id)).request.created_at.timestamp() > since
        )
        demand = demanded(minor + lately, False, (), request.requester_id)
        return Asked(demand, vendor, request.requester_id, minor, request.version)

    def could(self, known: Asked, person: str, roster: Roster, place: str) -> set[int]:
        """Which of the demanded voices somebody may give now, by their place."""
        turns = [len(known.given)] if known.demand.in_turn else range(len(known.demand.voices))
        if person not in roster.present:
            return set()
        return {
            turn
            for turn in turns
            if turn < len(known.demand.voices)
            and roster.may(person, known.demand.voices[turn], place, known.demand.barred)
        }

    def _rightly_refused(self, who: Any, command: Command, was: Any, roster: Roster) -> None:
        """Nobody is refused a yes that the rules allow: there is an open voice this person may give."""
        if not isinstance(command, commands.Approve) or command.ref.id not in self.known:
            return
        known, row, person = self.known[command.ref.id], was[command.ref.id], self._person(who)
        if person is None or row.state not in OPEN or command.version != known.version:
            return
        if person in {one.person for one in known.given}:
            return
        steps = [s for s in self.standing(command.ref).steps if s.state == "open"]
        open_roles = [frozenset(step.row.roles) for step in steps]
        overdue = self.standing(command.ref).overdue
        may = any(roster.may(person, voice, row.location_id, known.demand.barred) for voice in open_roles)
        assert overdue or person not in roster.present or not may, f"{who} was refused a voice in {row.ref}"

    def _account(self, who: Any) -> Any:
        """The person behind a chat account, if somebody is."""
        if not isinstance(who, Chat):
            return None
        rows = self.rows(
            "SELECT p.id, p.client_id FROM identity i JOIN person p ON p.id = i.person_id "
            'WHERE i.platform = :platform AND i.org = :org AND i."user" = :user',
            platform=who.platform,
            org=who.org,
            user=who.user,
        )
        return rows[0] if rows else None

    def _person(self, who: Any) -> str | None:
        row = self._account(who)
        return str(row.id) if row is not None else None

    def _provider(self, who: Any) -> bool:
        row = self._account(who)
        return isinstance(who, (Service, System)) or (row is not None and row.client_id is None)

    def _held(self, row: Any) -> bool:
        standing = self.standing(Ref("approval", row.id))
        mistake = standing.request.marks.get("mistake")
        calls = self.rows(
            "SELECT * FROM task WHERE kind = 'call_back' AND state = 'open' AND subject = :of", of=f"approval:{row.id}"
        )
        return bool(mistake and not mistake.get("settled")) or bool(calls)

    # -------------------------------------------------------------- what always holds

    def sound(self) -> None:
        """Timers, steps, votes and askings fit the states of their requests."""
        if self._found_sound == (self._done, self.now):
            return  # all was refused since, and a refusal leaves every fact as it was: `perform` has compared them
        self._found_sound = (self._done, self.now)
        for id_, row in self.requests().items():
            standing = self.standing(Ref("approval", id_))
            timers = self.rows("SELECT * FROM timer WHERE subject = :of", of=f"approval:{id_}")
            waiting = {t.deed for t in timers if t.state == "waiting"}
            paused = {t.deed for t in timers if t.state == "paused"}
            opened = any(step.state == "open" for step in standing.steps)
            if row.state in OPEN:
                ends = [t for t in timers if t.deed == "expire" and t.state in ("waiting", "paused")]
                assert len(ends) == (1 if opened else 0), f"{row.ref} has {len(ends)} ends"
                assert ("expire" in paused) == (opened and row.state == "info_requested"), f"{row.ref}: {paused}"
                assert ("question_timeout" in waiting) == (row.state == "info_requested")
                if opened and row.state == "pending":
                    assert standing.request.expires_at == instant(ends[0].due_at)
            else:
                assert waiting <= STAY.get(row.state, set()), f"{row.ref} is {row.state} and {waiting} still come"
                assert not paused
                assert not any(step.state == "open" for step in standing.steps)
            self._voices(row, standing)

    def _voices(self, row: Any, standing: Any) -> None:
        votes = {vote.step_id: vote.person_id for vote in standing.votes}
        assert len(set(votes.values())) == len(votes)
        for step in standing.steps:
            if step.state in ("approved", "rejected"):
                assert votes.get(step.id) == step.row.decided_by
            else:
                assert step.id not in votes and step.row.decided_by is None
            if step.state == "open":
                assert step.asked, f"nobody was asked for an open voice of {row.ref}"
        if row.state in ("approved", "fulfilled"):
            assert all(step.state == "approved" for step in standing.steps)
        for voice in standing.phone_voices:
            if voice.state == "waiting":
                assert row.state in OPEN and voice.version == row.version

    def verified(self) -> None:
        """Every chain of the journal holds."""
        with self.store.read() as tx:
            for chain in journal.chains(tx):
                assert journal.verify(tx, chain) == []
