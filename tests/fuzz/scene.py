"""What a forger could know or guess: people, accounts, requests with their versions, tasks, the verbs of buttons."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from bot.demo.cast import BY_KEY, PLAYERS, Cast, guid
from bot.verbs import VERBS as KNOWN_VERBS
from handlers.mechanisms.hesitation import SNOOZE_CHOICES
from handlers.policy import ACCESS_KINDS, CATEGORIES
from tests.fuzz.junk import junk

VERBS = (*sorted(KNOWN_VERBS), "refresh", "say", "cancel", "page:next")
STRANGERS = ("U0NOBODY", "U0INTERN", "U0EXSTAFF")
NOTHING = (
    "approval:apr_none",
    "task:tsk_none",
    "page:waiting",
    "person:per_1",
    "notice:ntc_none",
    "board:ntc_none",
    "relay:rly_none",
    "feedback:fbk_none",
    "downtime:dwn_none",
    "blackout:blk_none",
)
WORDS = (
    "outage",
    "downtime",
    "downtime new",
    "downtime blackout",
    "help",
    "waiting",
    "waiting 2",
    "contacts",
    "contacts marlow-finch",
    "request",
    "request purchase",
    "hello",
)


@dataclass(frozen=True)
class Sender:
    """Whoever a payload is really from. `client` is a slug, "" for the provider, None for an org nobody serves."""

    platform: str
    org: str
    user: str
    client: str | None
    name: str
    known: bool = True


@dataclass(frozen=True)
class Known:
    """A request or a task as somebody may have seen it."""

    ref: str
    client: str
    version: int
    revision: int
    asked: frozenset[tuple[str, str, str]] = frozenset()
    """The accounts (platform, org, user) of whoever is asked at the moment."""


def senders(cast: Cast) -> list[Sender]:
    """Everybody of the cast on every platform they are on, strangers in each company, and somebody from nowhere."""
    found = []
    for player in PLAYERS:
        company = BY_KEY[player.company]
        for place in cast.places(player):
            org, user = (company.team, player.user) if place == "slack" else (company.tenant, player.aad)
            found.append(Sender(place, org, user, company.slug, player.name))
    for platform in ("slack", "teams"):
        for company in cast.orgs("slack" if platform == "slack" else "teams"):
            org = company.team if platform == "slack" else company.tenant
            for name in STRANGERS:
                user = name if platform == "slack" else guid(name)
                found.append(Sender(platform, org, user, company.slug, name, known=False))
    found.append(Sender("slack", "T0EVIL", "U0DANA", None, "Dana of elsewhere", known=False))
    found.append(Sender("teams", guid("evil"), guid("evil person"), None, "Tom of elsewhere", known=False))
    return found


@dataclass
class Scene:
    """What payloads are made from. `known` is looked up anew from time to time."""

    rng: random.Random
    senders: list[Sender]
    known: list[Known] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    def sender(self, client: str | None = "any") -> Sender:
        """Somebody, or somebody of one client."""
        pool = self.senders if client == "any" else [one for one in self.senders if one.client == client]
        return self.rng.choice(pool)

    def subject(self, sender: Sender) -> Known:
        """Mostly something of the sender's own company, sometimes another's, sometimes nothing there is."""
        chance = self.rng.random()
        if chance < 0.08 or not self.known:
            return Known(self.rng.choice(NOTHING), "", 1, 1)
        mine = [one for one in self.known if (sender.platform, sender.org, sender.user) in one.asked]
        own = [one for one in self.known if one.client == sender.client]
        return self.rng.choice((mine if chance < 0.5 else own if chance < 0.8 else self.known) or own or self.known)

    def verb(self) -> str:
        """A button's, most often a decision; now and then one that no button has."""
        chance = self.rng.random()
        if chance < 0.35:  # however many other verbs there are: what nobody may is most of all to decide
            return "approve" if chance < 0.3 else "reject"
        # one draw however many verbs there are: else one verb more would make other payloads of all that follow
        return VERBS[int(self.rng.random() * len(VERBS))] if chance < 0.95 else str(junk(self.rng))

    def version(self, known: Known) -> int:
        """Mostly the one in force, else a stale one or one that never was."""
        return (
            known.version
            if self.rng.random() < 0.75
            else self.rng.choice((0, known.version - 1, known.version + 1, 99))
        )

    def inputs(self, verb: str) -> dict[str, Any]:
        """What a form of this verb is filled with, well or badly."""
        rng = self.rng
        words = rng.choice(("Because it is needed.", "ok", "…", "𝔘𝔫𝔦", " ", str(junk(rng))[:4_000]))
        if verb == "request:purchase":
            return self._purchase(words)
        if verb == "request:access":
            return self._access(words)
        if verb.startswith("notice:"):
            return self._notice(words)
        if verb.partition(":")[0] in ("window", "downtime", "blackout", "preferred"):
            return self._downtime(words)
        filled = {"reason": words, "text": words, "note": words, "to": self.person(), "person": self.person()}
        filled |= {"room": self.person(), "comment": words}
        filled["choice"] = rng.choice((*SNOOZE_CHOICES, "never"))
        return {name: filled[name] for name in rng.sample(sorted(filled), rng.randint(0, len(filled)))}

    def person(self) -> str:
        """A person's id, of any company, or none."""
        return self.rng.choice(self.people) if self.people and self.rng.random() < 0.9 else "per_none"

    def _purchase(self, words: str) -> dict[str, Any]:
        rng = self.rng
        return {
            "client": rng.choice(("marlow-finch", "cedar-ridge", "northgate", "nobody")),
            "title": f"Toner {words}"[:200],
            "why": words,
            "category": rng.choice((*CATEGORIES, "yacht")),
            "vendor": f"Vendor {rng.randrange(40)}",
            "description": "Toner",
            "quantity": rng.choice(("1", "2", "0", "-1", "9999999999", "１", "1e3")),
            "unit": rng.choice(("89.00", "1349", "0", "-5", "1e400", "NaN", "12,50", "99999999999999999")),
            "recurrence": rng.choice(("once", "monthly", "yearly", "always")),
            "term_months": rng.choice(("", "12", "36", "0", "x")),
            "quote_url": rng.choice(("", "https://quotes.example/1", "javascript:alert(1)", "http://[")),
            "quote_valid_until": rng.choice(("", "2026-06-30", "2026-02-30", "0001-01-01", "9999-12-31")),
            "urgency": rng.choice(("normal", "urgent", "now")),
        }

    def _notice(self, words: str) -> dict[str, Any]:
        """Every field of the provider's forms about a notice, some of them."""
        rng = self.rng
        filled = {
            "kind": rng.choice(("outage", "advisory", "msp_change", "critical_patch", "party")),
            "clients": rng.choice(("all", "marlow-finch", "northgate/leipzig", "MF, NF", "nobody/nowhere", words)),
            "severity": rng.choice(("1", "2", "3", "4", "5", "")),
            "state": rng.choice(("investigating", "monitoring", "closed")),
            "next": rng.choice(("usual", "30", "0", "１", "1e3", "99999999")),
            "next_update_at": rng.choice(("", "11:30", "25:61", "2026-06-09T11:30", "9999-12-31T23:59:59Z", "x")),
            "started_at": rng.choice(("", "2026-06-08T09:00:00-04:00", "0001-01-01T00:00:00Z", words[:40])),
            "person": rng.choice((self.person(), "Tom Beckett", words[:80])),
            "impact/marlow-finch": words,
            "impact/nobody": "x",
        }
        said = ("text", "reason", "title", "services", "impact", "workaround", "summary", "fix", "prevent", "note")
        filled |= dict.fromkeys(said, words)
        return {name: filled[name] for name in rng.sample(sorted(filled), rng.randint(0, len(filled)))}

    def _downtime(self, words: str) -> dict[str, Any]:
        """Every field of the forms about downtimes, some of them."""
        rng = self.rng
        times = ("", "06:00", "2026-06-27T18:00", "2026-07-04T22:00:00Z", "2099-01-01T00:00", "9999-12-31T23:59", "x")
        lengths = ("", "15", "240", "10080", "0", "-1", "１", "1e3", "99999999999")
        filled = {
            "client": rng.choice(("marlow-finch", "northgate/leipzig", "all", "cedar-ridge", words)),
            "where": rng.choice(("marlow-finch", "northgate/leipzig", "marlow-finch/nowhere", "", words)),
            "locations": rng.choice(("", "boston", "boston,providence", "toledo", words)),
            "engineer": self.person(),
            "numbers": rng.choice(("", "1", "1,2", "2-1", "9", "x", "1,1,1")),
            "consent": rng.choice(("", "yes")),
            "longer": rng.choice(lengths),
            "weekday": rng.choice(("once", *map(str, range(8)), "x")),
            "weekdays": rng.choice(("", "0", "5,6", "9", "x")),
        }
        filled |= {name: rng.choice(times) for name in ("windows", "windows_2", "windows_3", "until")}
        filled |= {name: rng.choice(times) for name in ("starts_at", "ends_at", "from_wall", "until_wall")}
        filled |= {name: rng.choice(lengths) for name in ("length", "length_2", "length_3")}
        filled |= dict.fromkeys(("work", "implications", "prep_steps", "override", "reason", "text", "why"), words)
        return {name: filled[name] for name in rng.sample(sorted(filled), rng.randint(0, len(filled)))}

    def _access(self, words: str) -> dict[str, Any]:
        rng = self.rng
        names = [one.name for one in self.senders]
        return {
            "client": rng.choice(("marlow-finch", "cedar-ridge", "northgate", "")),
            "title": f"Access {words}"[:200],
            "why": words,
            "kind": rng.choice((*ACCESS_KINDS, "root")),
            "subject": rng.choice((*names, "x@evil.example", words)),
            "resource": words,
            "before": "None",
            "after": "Everything",
            "until": rng.choice(
                ("", "2026-07-31T17:00:00-04:00", "2026-07-31T17:00", "9999-12-31T23:59:59+00:00", "x")
            ),
            "external": rng.choice(("", "yes")),
            "urgency": "normal",
        }
