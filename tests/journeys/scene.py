"""A whole house with both doubles over real HTTP: orders come in by REST, people press, tests ask what is true."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import aiohttp

from bot.cli.theatre import Theatre, free_port, theatre
from bot.demo.cast import Cast
from bot.demo.stories.teller import labels
from bot.playground.slack import SlackDouble
from bot.playground.slack.wire import Reply
from bot.playground.teams import TeamsDouble, activities
from bot.web.callers import digest_of
from handlers.commands import CreateToken
from storage import journal
from storage.store import Store
from tests.rows import rows

Json = dict[str, Any]
TOKEN = "keyline_journeys"
SCOPES = ("approvals:write", "notices:write", "downtimes:write", "cases:write", "read")
PATIENCE = 20.0
"""Seconds until a condition that is waited for counts as never coming."""


@dataclass
class Facts:
    """What the store holds, read for the test's questions."""

    store: Store

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self.store.glance() as tx:
            return rows(tx, sql, values)

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) AS n FROM {table}")[0].n)

    def counts(self, *tables: str) -> dict[str, int]:
        return {table: self.count(table) for table in tables or ("vote", "inbox", "journal", "delivery")}

    def journal(self, what: str, title: str = "") -> list[Any]:
        """Its entries of a kind, in order; with `title` those about one request."""
        about = " AND subject IN (SELECT 'approval:' || id FROM approval_request WHERE title = :title)" if title else ""
        named = {"title": title} if title else {}
        return self.rows(
            f"SELECT * FROM journal WHERE what = :what{about} ORDER BY chain, position", what=what, **named
        )

    def state(self, title: str) -> str:
        (row,) = self.rows("SELECT state FROM approval_request WHERE title = :title", title=title)
        return str(row.state)

    def votes(self, title: str = "") -> list[Any]:
        """Every vote with whose it is, oldest first; with `title` those on one request."""
        return self.rows(
            "SELECT v.*, p.name FROM vote v JOIN person p ON p.id = v.person_id JOIN approval_request r"
            " ON r.id = v.request_id WHERE :title IN ('', r.title) ORDER BY v.at",
            title=title,
        )

    def deliveries(self, title: str) -> list[Any]:
        """Every copy of the cards about a request, with whose it is."""
        return self.rows(
            "SELECT d.*, p.name, i.platform FROM delivery d JOIN person p ON p.id = d.person_id"
            " JOIN identity i ON i.id = d.identity_id"
            " JOIN approval_request r ON d.subject = 'approval:' || r.id WHERE r.title = :title ORDER BY d.id",
            title=title,
        )

    def sound(self) -> None:
        """The journal holds, entry by entry, in every chain."""
        with self.store.read() as tx:
            assert [broken for chain in journal.chains(tx) for broken in journal.verify(tx, chain)] == []

    def shown(self, title: str) -> None:
        """Nothing is owed any more: what was wanted last is what the platform has confirmed."""
        copies = self.deliveries(title)
        assert copies
        assert {(copy.state, copy.wanted - copy.shown) for copy in copies} == {("settled", 0)}, copies


@dataclass
class Street:
    """Both platforms as the test sees them: people with their cards, and a bot somewhere at the address `bot`."""

    doubles: Mapping[str, Any]
    facts: Facts
    http: aiohttp.ClientSession
    bot: str

    @property
    def slack(self) -> SlackDouble:
        return self.doubles["slack"]  # type: ignore[no-any-return]

    @property
    def teams(self) -> TeamsDouble:
        return self.doubles["teams"]  # type: ignore[no-any-return]

    def on(self, person: str, platform: str = "") -> SlackDouble | TeamsDouble:
        """The double this person is on."""
        for name, double in self.doubles.items():
            if platform in ("", name) and any(one["name"] == person for one in double.people()):
                return double  # type: ignore[no-any-return]
        raise LookupError(f"{person} is not on {platform or 'any platform'}")

    def cards(self, person: str, title: str, platform: str = "") -> list[Json]:
        """The messages about a request that this person has (there), oldest first."""
        screen = self.on(person, platform).screen(person)
        return [one for one in screen if title in one["text"] and not one["private"]]

    def card(self, person: str, title: str, platform: str = "") -> Json:
        """The only one of them."""
        (message,) = self.cards(person, title, platform)
        return message

    async def click(
        self,
        person: str,
        title: str,
        label: str = "Approve",
        *,
        of: str = "",
        platform: str = "",
        card: Json | None = None,
    ) -> Click:
        """A press on the person's own card (on a card of somebody else's: `of`; or on this one), ready to be sent."""
        card = card or self.card(of or person, title, platform)
        if card["platform"] == "slack":
            return Click(self, person, payload=await slack_press(self.slack, person, card["message"], label))
        return Click(self, person, activity=teams_press(self.teams, person, card, label))

    async def order(self, body: Json, *, key: str = "") -> str:
        """An order comes in by REST; -> its id."""
        status, answer = await self.rest("POST", "/approvals", body, key=key)
        assert status == 201, answer
        return str(answer["id"])

    async def rest(
        self, method: str, path: str, body: Json | None = None, *, token: str | None = TOKEN, key: str = ""
    ) -> tuple[int, Any]:
        """One call of /api/v1; -> status and body."""
        headers = {"Idempotency-Key": key or uuid4().hex} if method == "POST" else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        async with self.http.request(method, f"{self.bot}/api/v1{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json()


@dataclass
class Scene(Street):
    """The house in this process, on a stage."""

    stage: Theatre

    async def quiet(self) -> None:
        """Everything that is due has been done and sent."""
        await self.stage.house.catch_up()

    async def raise_(self, title: str, **changes: Any) -> str:
        """An order comes in by REST; -> its id, once every card of it has been sent."""
        made = await self.order(order(title, **changes))
        await self.quiet()
        return made


@dataclass
class Click:
    """One press, which can be sent more than once: what a platform does that did not hear our answer."""

    street: Street
    person: str
    payload: Json | None = None
    activity: Json | None = None

    async def send(self) -> int:
        """-> the status of the answer; 0 or 502 when nobody answered."""
        if self.payload is not None:
            return (await self.street.slack.wire.interaction(self.payload)).status
        return (await self.street.teams.deliver(self.activity)).status


@asynccontextmanager
async def scene(url: str, cast: Cast | None = None, *, order: bool = False) -> AsyncIterator[Scene]:
    """The house on a database with the demo cast, and a REST token for everything."""
    async with (
        theatre(url, bot_port=free_port(), stage_port=free_port(), cast=cast, order=order) as stage,
        aiohttp.ClientSession() as http,
    ):
        await stage.house.perform(CreateToken("journeys", digest_of(TOKEN), SCOPES))
        yield Scene(stage.doubles, Facts(stage.house.store), http, stage.world.bot_url, stage)


async def until(true: Callable[[], Any], what: str) -> Any:
    """Waits for a condition, never for a time; -> what it found."""
    end = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < end, f"It never happened: {what}"
        await asyncio.sleep(0.02)
    return found


# ------------------------------------------------------------------ what people see


def edits(it: Street) -> Counter[str]:
    """How often each message was edited, as the platforms counted it."""
    found: Counter[str] = Counter()
    for call in it.slack.calls():
        if call["method"] == "chat.update":
            assert call["count"] == len(call["recent"]), "the double keeps the last calls only"
            found.update(one["arguments"]["ts"] for one in call["recent"])
    found.update(one["ids"]["aid"] for one in it.teams.journal.requests if one["op"] == "update")
    return found


def told(double: SlackDouble | TeamsDouble, person: str, words: str) -> bool:
    """Whether the person was told so: privately, or at the top of the pressed card."""
    return any(words in one["text"] for one in double.screen(person))


def buttons(message: Json) -> set[str]:
    return labels(message["native"])


# ------------------------------------------------------------------ what the platforms send


async def slack_press(slack: SlackDouble, person: str, message: str, label: str) -> Json:
    """The payload of a press as Slack would send it, without sending it: for sending it twice, late or twisted."""
    kept: list[Json] = []

    async def keep(payload: Json) -> Reply:
        kept.append(payload)
        return Reply(200)

    with patch.object(slack.wire, "interaction", keep):
        await slack.press(person, message, label)
    return kept[0]


def teams_press(teams: TeamsDouble, person: str, message: Json, label: str) -> Json:
    """The activity of a press as Teams would send it: the same one again is Teams delivering it again."""
    action = next(one for one in actions(message["native"]) if one.get("title") == label)
    value = activities.execute_value(action, action.get("data"), "manual")
    reply_to = str(message["message"]).removeprefix("teams-")
    return teams.activity(person, "invoke", **activities.invoke("adaptiveCard/action", value, reply_to))


def actions(native: Any) -> Iterable[Json]:
    """Every action of an Adaptive Card."""
    if isinstance(native, dict):
        if str(native.get("type", "")).startswith("Action."):
            yield native
        for value in native.values():
            yield from actions(value)
    elif isinstance(native, list):
        for value in native:
            yield from actions(value)


# ------------------------------------------------------------------ REST


def order(title: str, *, unit: int = 8_900, client: str = "marlow-finch", **more: Any) -> Json:
    """A small order, which one voice decides (above $2,500.00: two)."""
    lines = [{"description": "Toner", "quantity": 1, "unit_minor": unit}]
    purchase = {"category": "peripheral", "vendor": "Tidewater Supply", "currency": "USD", "lines": lines}
    why = "The old one is empty."
    return {"client": client, "kind": "purchase", "title": title, "why": why, "purchase": purchase, **more}


def access(title: str, subject: str, *, kind: str = "privileged", client: str = "marlow-finch") -> Json:
    """A change of access about a person."""
    change = {"kind": kind, "subject": subject, "resource": "Mail administration", "before": "None", "after": "Admin"}
    return {"client": client, "kind": "access", "title": title, "why": "Holiday cover.", "access": change}
