"""The demo cast: one provider, three clients and their people, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

Platform = Literal["slack", "teams"]


@dataclass(frozen=True)
class Company:
    """A client, or the provider (`slug` empty), with its usual platform."""

    key: str
    name: str
    platform: Platform
    slug: str = ""
    code: str = ""
    timezone: str = "America/New_York"
    country: str = "US"
    subdivision: str = ""
    locations: tuple[tuple[str, str, str, str], ...] = ()
    """(slug, name, time zone, country)"""

    @property
    def team(self) -> str:
        """Its Slack workspace."""
        return f"T0{self.key.upper()}"

    @property
    def tenant(self) -> str:
        """Its Entra tenant."""
        return guid(f"tenant/{self.key}")


@dataclass(frozen=True)
class Player:
    """A person. `grants` are (role, rank, location slug), `duties` what people of the provider do for all clients."""

    name: str
    title: str
    company: str
    timezone: str = ""
    phone: str = ""
    location: str = ""
    default: bool = False
    grants: tuple[tuple[str, int, str], ...] = ()
    duties: tuple[str, ...] = ()
    platform: Platform | None = None
    preferred: str = "chat"
    listed: bool = True
    """Whether the directory knows the person; somebody new is known from the first request on."""
    mail: str = ""
    """The address of somebody outside the demo's companies."""
    language: str = "en"
    """In which the person's own staff is told something."""

    @property
    def first(self) -> str:
        """What colleagues call the person."""
        words = self.name.split()
        return words[1] if words[0].endswith(".") else words[0]

    @property
    def email(self) -> str:
        """An address that leads nowhere."""
        return self.mail or f"{self.first.lower()}@{DOMAINS[self.company]}"

    @property
    def user(self) -> str:
        """The Slack user id."""
        return f"U0{self.first.upper()}"

    @property
    def aad(self) -> str:
        """The Entra object id."""
        return guid(f"person/{self.email}")


def guid(name: str) -> str:
    """A stable id in the form of Microsoft's."""
    return str(uuid5(NAMESPACE_URL, f"keyline-demo/{name}"))


DOMAINS = {
    "harbor": "harborline.example",
    "marlow": "marlowfinch.example",
    "cedar": "cedarridge.example",
    "north": "northgate.example",
}

COMPANIES = (
    Company("harbor", "Harborline IT", "slack"),
    Company(
        "marlow",
        "Marlow & Finch LLP",
        "slack",
        "marlow-finch",
        "MF",
        subdivision="MA",
        locations=(
            ("boston", "Boston", "America/New_York", "US"),
            ("providence", "Providence", "America/New_York", "US"),
        ),
    ),
    Company(
        "cedar", "Cedar Ridge Pediatrics", "teams", "cedar-ridge", "CR", timezone="America/Denver", subdivision="CO"
    ),
    Company(
        "north",
        "Northgate Fabrication",
        "teams",
        "northgate",
        "NF",
        subdivision="OH",
        locations=(
            ("toledo", "Toledo", "America/New_York", "US"),
            ("leipzig", "Leipzig", "Europe/Berlin", "DE"),
        ),
    ),
)

PLAYERS = (
    Player("Sofia Marchetti", "Client success manager", "harbor", "America/New_York", duties=("csm",)),
    Player("Rita Nowak", "Service supervisor", "harbor", "America/New_York", duties=("supervisor",)),
    Player("Ben Okafor", "vCIO", "harbor", "America/New_York", duties=("vcio",), platform="teams"),
    Player("Kai Turner", "Engineer", "harbor", "America/New_York", duties=("cse",), platform="teams"),
    Player("Dana Whitlock", "Office manager", "marlow", phone="+1 617 555 0110", location="boston", default=True),
    Player(
        "Priya Raman",
        "Chief operating officer",
        "marlow",
        phone="+1 617 555 0111",
        location="boston",
        grants=(("strategy", 1, ""), ("purchasing", 2, ""), ("security", 2, "")),
    ),
    Player(
        "Hannah Cole",
        "Head of HR",
        "marlow",
        phone="+1 617 555 0112",
        location="boston",
        grants=(("people", 1, ""), ("security", 3, "")),
    ),
    Player(
        "Luis Ortega",
        "Office coordinator",
        "marlow",
        phone="+1 401 555 0113",
        location="providence",
        grants=(("downtime", 1, "providence"), ("emergency", 1, "providence")),
    ),
    Player("Nora Blake", "Paralegal", "marlow", location="boston", listed=False),
    Player("Tom Beckett", "Practice manager", "cedar", phone="+1 303 555 0120", default=True, preferred="phone"),
    Player(
        "Jill Sandoval",
        "Billing lead",
        "cedar",
        phone="+1 303 555 0121",
        grants=(
            ("billing", 1, ""),
            *(
                (role, 2, "")
                for role in ("liaison", "emergency", "downtime", "purchasing", "security", "people", "vendor")
            ),
        ),
    ),
    Player("Dr. Amara Osei", "Owner", "cedar", phone="+1 303 555 0122", grants=(("strategy", 1, ""),)),
    Player("Marcus Hale", "Operations manager", "north", phone="+1 419 555 0130", location="toledo", default=True),
    Player(
        "Greta Lindqvist",
        "Chief financial officer",
        "north",
        phone="+1 419 555 0131",
        location="toledo",
        grants=(("strategy", 1, ""), ("billing", 1, ""), ("security", 2, "")),
    ),
    Player(
        "Anja Vogel",
        "Plant coordinator",
        "north",
        "Europe/Berlin",
        phone="+49 341 555 0132",
        location="leipzig",
        grants=(("downtime", 1, "leipzig"), ("emergency", 1, "leipzig")),
        language="de",
    ),
    Player("Theo Lang", "Shift lead", "north", location="toledo", listed=False),
)


@dataclass(frozen=True)
class Wish:
    """When a client, or an office of it (slug), wants no work, or without `why` likes it; weekday 0 is Monday."""

    client: str
    weekdays: tuple[int, ...]
    from_wall: str
    until_wall: str
    why: str = ""
    location: str = ""


WISHES = (
    Wish("cedar-ridge", (0,), "07:00", "12:00", "Monday mornings are full of patients."),
    Wish("northgate", (5, 6), "06:00", "22:00"),
)
"""Cedar Ridge sees most patients on Monday mornings; Northgate likes work on weekends."""

STAFF_CHANNEL: Mapping[Platform, str] = {"slack": "all-staff", "teams": "All staff"}
"""What each client calls the channel in which it tells its own people something."""

PEOPLE = {player.name: player for player in PLAYERS}
BY_KEY = {company.key: company for company in COMPANIES}


@dataclass(frozen=True)
class Cast:
    """Who there is, and where: on the company's own platform, all on one (`everyone`), some elsewhere (`moved`).

    The first company is the provider.
    """

    everyone: Platform | None = None
    moved: Mapping[str, tuple[Platform, ...]] | None = None
    companies: tuple[Company, ...] = COMPANIES
    players: tuple[Player, ...] = PLAYERS

    @cached_property
    def by_key(self) -> Mapping[str, Company]:
        """The companies by their keys."""
        return {company.key: company for company in self.companies}

    def of(self, player: Player) -> Company:
        """The company of a person."""
        return self.by_key[player.company]

    def places(self, player: Player) -> tuple[Platform, ...]:
        """The platforms a person is on."""
        if self.moved and player.name in self.moved:
            return self.moved[player.name]
        return (self.everyone or player.platform or self.of(player).platform,)

    def on(self, platform: Platform) -> list[Player]:
        """Who is on a platform."""
        return [player for player in self.players if platform in self.places(player)]

    def readers(self, company: Company, platform: Platform) -> tuple[str, ...]:
        """Who reads the company's staff channel on this platform; nobody where it has none."""
        if not company.slug:
            return ()
        return tuple(one.name for one in self.on(platform) if one.company == company.key and one.listed)

    def orgs(self, platform: Platform) -> list[Company]:
        """The workspaces or tenants in use; the provider's is always there."""
        keys = {player.company for player in self.on(platform)} | {self.companies[0].key}
        return [company for company in self.companies if company.key in keys]
