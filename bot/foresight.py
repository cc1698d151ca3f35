"""What a request would mean if it were sent now: its tier, who is asked in which order, what silence does and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.cards.wording import all_of, when
from handlers import ladder_policy, ladders
from handlers.authority import Question, Roster, Voice, eligible, whom_to_ask
from handlers.hours import calendar_of
from handlers.mechanisms.rosters import roster_of
from handlers.policy import Policy, StepPolicy, policy_of, tier_for
from storage.queries import directory
from storage.rows import Row
from storage.store import Tx


@dataclass(frozen=True)
class Wish:
    """What would be asked. `amount_minor` (in minor units of `currency`) for a purchase, None for an access change.

    `requester` and `subject` are rows of people, where known: the subject never decides, the requester not always.
    """

    amount_minor: int | None = None
    currency: str = ""
    privileged: bool = False
    urgent: bool = False
    requester: Row[Any] | None = None
    subject: Row[Any] | None = None


def foresee(tx: Tx, client: Row[Any], wish: Wish, now: datetime) -> dict[str, Any]:
    """As JSON: tier, urgency, papers, stages of voices (whom to ask first, who could step in), silence with dates.

    Moments are ISO 8601 in UTC and, as `local`, in words on the client's wall. `blocked` are the roles nobody fills:
    then no card goes out at all.
    """
    policy = policy_of(client.policy)
    found, steps, counts = _rules(policy, wish)
    roster = roster_of(tx, client, now)
    question = _question(steps, counts, wish)
    scene = _Scene(roster, question, whom_to_ask(roster, question), _csm(tx, client.id))
    blocked = [" or ".join(voice.roles) for voice in question.voices if voice.id not in scene.chosen]
    stages: dict[int, list[Voice]] = {}
    for voice, step in sorted(zip(question.voices, steps, strict=True), key=lambda pair: pair[1].stage):
        stages.setdefault(step.stage, []).append(voice)
    silence: list[dict[str, Any]] = []
    if not blocked:
        first = next(iter(stages.values()))
        place = roster.members[scene.chosen[first[0].id]].location_id
        ladder = ladder_policy.ladders_from_policy(policy.ladders)[found["urgency"]]
        planned = ladders.plan(ladder, now, calendar_of(tx, client, policy, place))
        silence = [
            {
                "deed": rung.deed,
                "at": rung.due_at.isoformat(),
                "local": when(rung.due_at, client.timezone, client.locale, now),
                "sentence": sentence,
            }
            for rung, sentence in zip(planned, scene.sentences(first, planned), strict=True)
        ]
    return {
        "client": client.slug,
        "policy_version": client.policy_version,
        "at": now.astimezone(UTC).isoformat(),
        "local": when(now, client.timezone, client.locale),
        **found,
        "requester_counts": counts,
        "stages": [
            {"stage": stage, "voices": [scene.voice(voice, voices) for voice in voices]}
            for stage, voices in stages.items()
        ],
        "blocked": blocked,
        "csm": scene.csm,
        "silence": silence,
    }


@dataclass(frozen=True)
class _Scene:
    """Who there is, what is asked, who is chosen for each voice, and who of the provider looks after the client."""

    roster: Roster
    question: Question
    chosen: Mapping[str, str]
    csm: str

    def voice(self, voice: Voice, beside: Sequence[Voice]) -> dict[str, Any]:
        """One voice; `beside` are those of its stage: whoever is asked for one of them is no backup for another."""
        busy = {self.chosen.get(one.id) for one in beside}
        others = [id_ for id_ in eligible(self.roster, self.question, voice) if id_ not in busy]
        asked = self.chosen.get(voice.id)
        return {
            "roles": list(voice.roles),
            "asked": self._person(asked) if asked is not None else None,
            "could_step_in": [self._person(id_) for id_ in others if self.roster.members[id_].reachable],
            "without_account": [self._person(id_) for id_ in others if not self.roster.members[id_].reachable],
        }

    def sentences(self, first: Sequence[Voice], planned: Sequence[ladders.Planned]) -> Iterator[str]:
        """What each rung of the first stage's ladder does, and to whom."""
        asked = [self.chosen[voice.id] for voice in first]
        for rung in planned:
            names, are = self._names(asked), "are" if len(asked) > 1 else "is"
            if rung.deed == "add_backup":
                added = self._backups(first, asked)
                asked += added
                verb = "are" if len(added) > 1 else "is"
                yield f"{self._names(added)} {verb} asked as well." if added else "Nobody is left to be asked as well."
            elif rung.deed in ("remind_primary", "remind_both"):
                yield f"{names} {are} reminded."
            elif rung.deed == "expire":
                yield "It ends without an answer, and that is not an approval."
            else:
                who = "The supervisor" if rung.deed == "tell_supervisor" else self.csm or "The provider"
                yield f"{who} is told to call {names}."

    def _backups(self, first: Sequence[Voice], asked: Sequence[str]) -> list[str]:
        """One more person for each voice, as far as there is one."""
        added: list[str] = []
        for voice in first:
            able = eligible(self.roster, self.question, voice)
            free = [id_ for id_ in able if id_ not in (*asked, *added) and self.roster.members[id_].reachable]
            added += free[:1]
        return added

    def _names(self, ids: Sequence[str]) -> str:
        return all_of([self.roster.members[id_].name for id_ in ids])

    def _person(self, id_: str) -> dict[str, str]:
        return {"id": id_, "name": self.roster.members[id_].name}


def _rules(policy: Policy, wish: Wish) -> tuple[dict[str, Any], tuple[StepPolicy, ...], bool]:
    urgency = "urgent" if wish.urgent else "normal"
    if wish.amount_minor is None:
        rules = policy.access["privileged" if wish.privileged else "standard"]
        said: dict[str, Any] = {
            "kind": "access",
            "tier": "privileged" if wish.privileged else "standard",
            "urgency": "urgent" if rules.urgency == "urgent" else urgency,
            "call_back": rules.call_back,
        }
        return said, rules.steps, rules.requester_counts
    tier = tier_for(policy, wish.amount_minor)
    said = {
        "kind": "purchase",
        "amount_minor": wish.amount_minor,
        "currency": wish.currency,
        "tier": tier.name,
        "up_to_minor": tier.up_to_minor,
        "urgency": urgency,
        "quote_required": tier.quote_required,
        "proposal_required": tier.proposal_required,
        "catalogue": policy.catalogue.on and wish.amount_minor <= policy.catalogue.order_max_minor,
        "split_guard_days": policy.split_guard_days,
    }
    return said, tier.steps, tier.requester_counts


def _question(steps: Sequence[StepPolicy], counts: bool, wish: Wish) -> Question:
    """The request as authority would see it: the first stage open, the others waiting."""
    opening = min(step.stage for step in steps)
    return Question(
        voices=tuple(
            Voice(str(index), step.roles, "open" if step.stage == opening else "waiting")
            for index, step in enumerate(steps)
        ),
        subjects=frozenset([wish.subject.id] if wish.subject is not None else []),
        requester_id=wish.requester.id if wish.requester is not None else None,
        requester_counts=counts,
        location_id=(wish.requester.location_id or "") if wish.requester is not None else "",
    )


def _csm(tx: Tx, client_id: str) -> str:
    """The name of whoever of the provider looks after this client, as a new request would have it."""
    duties = directory.duties_for(tx, client_id)
    names = {row.id: row.name for row in directory.staff_people(tx)}
    ranks = ("csm", "vcio", "supervisor")
    found = [names.get(duty.person_id, "") for role in ranks for duty in duties if duty.role == role]
    return found[0] if found else ""
