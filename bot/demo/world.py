"""The demo's world: made-up secrets, the playground's view of the cast, and the seeding of the directory."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.cast import PEOPLE, STAFF_CHANNEL, WISHES, Cast, Company, Player, Wish, guid
from handlers.commands import (
    Chat,
    Command,
    Duty,
    Grant,
    Purchase,
    PurchaseLine,
    PutBlackout,
    PutClient,
    PutLocation,
    PutPerson,
    PutPolicy,
    PutPreferredTime,
    PutWorkspace,
    RaiseApproval,
)
from handlers.timetable import KINDS

START = datetime(2026, 6, 8, 9, 5, tzinfo=ZoneInfo("America/New_York"))
"""Monday morning, when story 1 begins."""

OFF = {"on": False}
QUIET = {
    "timetable": {
        "case_report": OFF,
        "exec_summary": OFF,
        "pulse": OFF,
        "talks": {kind: {"every": "never"} for kind in KINDS},
    }
}
"""The policy of a client to whom nothing comes by itself but what a story is about."""

Perform = Callable[[Command, str], Awaitable[Any]]


def _token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class World:
    """One playground: who is where, at which addresses, with which throw-away secrets."""

    cast: Cast
    bot_url: str
    stage_url: str
    signing_secret: str = field(default_factory=_token)
    client_secret: str = field(default_factory=_token)
    app_secret: str = field(default_factory=_token)
    clock_secret: str = field(default_factory=_token)
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    token_part: str = field(default_factory=lambda: secrets.token_hex(8))
    start: datetime = START
    """When its clock begins."""

    @property
    def app_id(self) -> str:
        """The demo bot's Entra application."""
        return guid("app")

    def bot_token(self, company: Company) -> str:
        """The demo bot's token in one Slack workspace."""
        return f"xoxb-play-{company.key}-{self.token_part}"

    def environment(self) -> dict[str, str]:
        """The settings of a bot that lives in this world."""
        return {
            "KEYLINE_PUBLIC_URL": self.bot_url,
            "KEYLINE_SECRET_KEY": self.secret_key,
            "KEYLINE_MSP_NAME": self.cast.companies[0].name,
            "KEYLINE_SLACK_SIGNING_SECRET": self.signing_secret,
            "KEYLINE_SLACK_CLIENT_ID": "play",
            "KEYLINE_SLACK_CLIENT_SECRET": self.client_secret,
            "KEYLINE_SLACK_API_URL": f"{self.stage_url}/slack/api/",
            "KEYLINE_TEAMS_APP_ID": self.app_id,
            "KEYLINE_TEAMS_APP_SECRET": self.app_secret,
            "KEYLINE_TEAMS_TENANT_ID": self.cast.companies[0].tenant,
            "KEYLINE_TEAMS_LOGIN_URL": f"{self.stage_url}/teams/login",
            "KEYLINE_TEAMS_OPENID_URL": f"{self.stage_url}/teams/openid/.well-known/openidconfiguration",
        }

    def for_playground(self, *, clock: bool = True) -> dict[str, Any]:
        """What the playground is told, as JSON."""
        return {
            "start": self.start.isoformat(),
            "clock": {"url": f"{self.bot_url}/_play/clock", "secret": self.clock_secret} if clock else None,
            "slack": {
                "bot_url": self.bot_url,
                "signing_secret": self.signing_secret,
                "api_app_id": "A0KEYLINE",
                "client_id": "play",
                "client_secret": self.client_secret,
                "command": "/keyline",
                "workspaces": [
                    {
                        "team": company.team,
                        "name": company.name,
                        "bot_token": self.bot_token(company),
                        "bot_user": f"U0BOT{company.key.upper()}",
                        "bot_id": f"B0BOT{company.key.upper()}",
                        "channels": self._channels(company),
                    }
                    for company in self.cast.orgs("slack")
                ],
                "people": [_for_slack(player, self.cast.of(player)) for player in self.cast.on("slack")],
            },
            "teams": {
                "bot_url": self.bot_url,
                "app_id": self.app_id,
                "app_secret": self.app_secret,
                "home_tenant": self.cast.companies[0].tenant,
                "tenants": [
                    {"tenant": one.tenant, "name": one.name, "teams": self._teams(one)}
                    for one in self.cast.orgs("teams")
                ],
                "people": [_for_teams(player, self.cast.of(player)) for player in self.cast.on("teams")],
            },
        }

    def _channels(self, company: Company) -> list[dict[str, Any]]:
        """A Slack workspace's channels, in which the app is."""
        members = self.cast.readers(company, "slack")
        if not members:
            return []
        name = STAFF_CHANNEL["slack"]
        return [{"id": f"C0STAFF{company.key.upper()}", "name": name, "members": list(members), "bot": True}]

    def _teams(self, company: Company) -> list[dict[str, Any]]:
        """A tenant's teams, in which the app is."""
        members = self.cast.readers(company, "teams")
        if not members:
            return []
        team, staff = (
            f"19:{guid(f'{what}/{company.key}').replace('-', '')}@thread.tacv2" for what in ("team", "staff")
        )
        channels = [{"id": staff, "name": STAFF_CHANNEL["teams"]}]
        return [{"id": team, "name": company.name, "channels": channels, "members": list(members), "bot": True}]

    async def seed(self, perform: Perform, *, rhythm: bool = True) -> None:
        """The directory: workspaces, clients, listed people with roles and accounts, wishes. Safe to repeat.

        `rhythm`: reports, meetings and pulses come by themselves.
        """
        for company in self.cast.companies:
            if company.slug:
                await perform(_client(company), f"client:{company.slug}")
                if not rhythm:
                    await perform(PutPolicy(company.slug, QUIET), f"quiet:{company.slug}")
        for platform in ("slack", "teams"):
            for company in self.cast.orgs(platform):
                org = company.team if platform == "slack" else company.tenant
                await perform(PutWorkspace(platform, org, company.name, company.slug), f"workspace:{org}")
        for player in (one for one in self.cast.players if one.listed):
            await perform(self._person(player), f"person:{player.email}")
        slugs = {company.slug for company in self.cast.companies}
        for number, wish in enumerate(one for one in WISHES if one.client in slugs):
            await perform(_wished(wish), f"wish:{number}")

    def _person(self, player: Player) -> PutPerson:
        company = self.cast.of(player)
        accounts = tuple(
            Chat("slack", company.team, player.user) if place == "slack" else Chat("teams", company.tenant, player.aad)
            for place in self.cast.places(player)
        )
        client = bool(company.slug)
        return PutPerson(
            client=company.slug,
            name=player.name,
            email=player.email,
            title=player.title,
            phone=player.phone,
            timezone=player.timezone,
            location=player.location,
            language=player.language,
            preferred_channel=player.preferred,
            default=player.default,
            grants=tuple(Grant(role, rank, place) for role, rank, place in player.grants) if client else None,
            duties=tuple(Duty(role) for role in player.duties) if not client else None,
            accounts=accounts,
        )


def laptops() -> RaiseApproval:
    """Story 1's order: 6 × $1,349.00 + $60.00 shipping + $505.88 tax = $8,659.88."""
    return RaiseApproval(
        client="marlow-finch",
        kind="purchase",
        title="Six laptops for the litigation team",
        why="The current ones are five years old, out of warranty, and two have failed this month.",
        requested_by=PEOPLE["Sofia Marchetti"].email,
        purchase=Purchase(
            category="computer",
            vendor="Tidewater Supply",
            currency="USD",
            lines=(PurchaseLine("Laptop, 14 inch, 32 GB", 6, 134_900),),
            shipping_minor=6_000,
            tax_minor=50_588,
            for_whom="Litigation, Boston",
            quote_url="https://quotes.tidewater.example/20417",
            budget_line="2026 hardware",
        ),
    )


def _client(company: Company) -> PutClient:
    return PutClient(
        slug=company.slug,
        name=company.name,
        code=company.code,
        timezone=company.timezone,
        country=company.country,
        subdivision=company.subdivision,
        locations=tuple(PutLocation(slug, name, zone, country) for slug, name, zone, country in company.locations),
    )


def _wished(wish: Wish) -> PutBlackout | PutPreferredTime:
    hours: dict[str, Any] = {"from_wall": wish.from_wall, "until_wall": wish.until_wall}
    if not wish.why:
        return PutPreferredTime(wish.client, wish.location, wish.weekdays, **hours)
    return PutBlackout(wish.why, wish.client, wish.location, wish.weekdays[0], **hours)


def _common(player: Player, company: Company) -> dict[str, str]:
    zone = player.timezone or next((p[2] for p in company.locations if p[0] == player.location), company.timezone)
    return {
        "name": player.name,
        "title": player.title,
        "company": company.name,
        "email": player.email,
        "timezone": zone,
    }


def _for_slack(player: Player, company: Company) -> dict[str, str]:
    return {**_common(player, company), "team": company.team, "user": player.user}


def _for_teams(player: Player, company: Company) -> dict[str, str]:
    mri, conversation = f"29:{guid(f'mri/{player.email}')}", f"a:{guid(f'chat/{player.email}')}"
    return {
        **_common(player, company),
        "tenant": company.tenant,
        "aad": player.aad,
        "mri": mri,
        "conversation": conversation,
    }
