"""Doubles of the doubles: they keep the contract, remember what was asked of them, and answer from prepared screens."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Route

from tests.playground_stage.samples import DIALOG, MODAL, SLACK_BLOCKS, TEAMS_CARD

START = datetime.fromisoformat("2026-06-08T09:05:00-04:00")

PEOPLE = {
    "slack": [
        ("Sofia Marchetti", "Client success manager", "Harborline IT", "America/New_York"),
        ("Dana Whitlock", "Office manager", "Marlow & Finch LLP", "America/New_York"),
        ("Priya Raman", "Chief operating officer", "Marlow & Finch LLP", "America/New_York"),
        ("Hannah Cole", "Head of HR", "Marlow & Finch LLP", "America/New_York"),
    ],
    "teams": [
        ("Ben Okafor", "vCIO", "Harborline IT", "America/New_York"),
        ("Priya Raman", "Chief operating officer", "Marlow & Finch LLP", "America/New_York"),
        ("Tom Beckett", "Practice manager", "Cedar Ridge Pediatrics", "America/Denver"),
        ("Anja Vogel", "Plant coordinator", "Northgate Fabrication", "Europe/Berlin"),
    ],
}


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """As on the first morning."""
        self.moment = START
        self.away = False

    def now(self) -> datetime:
        return self.moment

    async def sync(self) -> datetime:
        return self.moment

    async def advance(self, by: timedelta) -> datetime:
        return await self.to(self.moment + by)

    async def to(self, when: datetime) -> datetime:
        if self.away:
            raise ConnectionError("The bot's clock does not answer.")
        self.moment = when
        return when


class FakeDouble:
    """One platform: everybody has the approval; a press redraws it, Reject opens the form, words are echoed."""

    def __init__(self, platform: str, clock: FakeClock) -> None:
        self.platform = platform
        self.clock = clock
        self.on_change: Callable[[str], None] = lambda name: None
        self.running = False
        self.begin()

    def begin(self) -> None:
        """Everybody has the one message again, and nothing was asked."""
        self.log: list[tuple[Any, ...]] = []
        self.forms: dict[str, dict[str, Any]] = {}
        self.refuse: Exception | None = None
        self.answer: dict[str, Any] = {"status": 200, "body": ""}
        native = {"blocks": SLACK_BLOCKS} if self.platform == "slack" else TEAMS_CARD
        self.screens = {
            name: [self._message(f"{at}", "Six laptops", copy.deepcopy(native))]
            for at, (name, *_) in enumerate(PEOPLE[self.platform])
        }

    def _message(self, identity: str, text: str, native: dict[str, Any], **more: Any) -> dict[str, Any]:
        shown = {"platform": self.platform, "message": f"{self.platform}-{identity}", "channel": "D1", "text": text}
        times = {"posted_at": self.clock.now().isoformat(), "edited_at": None}
        return {**shown, **times, "native": native, "private": False, "author": "Keyline", **more}

    def routes(self) -> list[BaseRoute]:
        async def hello(request: Request) -> PlainTextResponse:
            return PlainTextResponse(self.platform)

        return [Route(f"/{self.platform}/api/hello", hello, methods=["GET", "POST"])]

    def people(self) -> list[dict[str, Any]]:
        keys = ("name", "title", "company", "timezone")
        return [{**dict(zip(keys, row, strict=True)), "platform": self.platform} for row in PEOPLE[self.platform]]

    def screen(self, person: str) -> list[dict[str, Any]]:
        return self.screens[person]

    def modal(self, person: str) -> dict[str, Any] | None:
        return self.forms.get(person)

    async def press(self, person: str, message: str, label: str, inputs: dict[str, Any] | None) -> dict[str, Any]:
        return self._did(person, "press", message, label, inputs)

    async def act(
        self, person: str, message: str, action: dict[str, Any], state: dict[str, Any] | None
    ) -> dict[str, Any]:
        self._did(person, "act", message, action, state)
        label = action.get("title") or action["text"]["text"]
        if label == "Reject":
            shown = {"view": MODAL} if self.platform == "slack" else {"card": DIALOG, "title": "Reject"}
            self.forms[person] = {"platform": self.platform, "id": f"{self.platform}-form", "errors": {}, **shown}
        elif label == "Send":
            self.forms.pop(person, None)
        else:
            self._redraw(person, message, f"{label}: noted")
        return self.answer

    async def submit(self, person: str, inputs: dict[str, Any], by: str = "label") -> dict[str, Any]:
        self._did(person, "submit", inputs, by)
        if inputs.get("reason", {}).get("value", {}).get("value") == "no":
            self.forms[person] = {**self.forms[person], "errors": {"reason": "Please write a sentence."}}
        else:
            self.forms.pop(person, None)
        return self.answer

    async def close(self, person: str) -> None:
        self._did(person, "close")
        self.forms.pop(person, None)

    async def say(self, person: str, text: str) -> dict[str, Any]:
        self._did(person, "say", text)
        native: dict[str, Any] = {"blocks": []} if self.platform == "slack" else {"type": "message", "text": text}
        self.screens[person].append(self._message(f"said-{len(self.log)}", f"You said {text}", native, private=True))
        self.on_change(person)
        return self.answer

    def fault(self, spec: dict[str, Any]) -> dict[str, Any]:
        if spec.get("kind") != "slow":
            raise ValueError("This double only knows the fault slow.")
        return {"set": spec["kind"]}

    def calls(self) -> list[dict[str, Any]]:
        return [{"method": "chat.postMessage", "count": len(self.log)}]

    async def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False

    def _did(self, person: str, *what: Any) -> dict[str, Any]:
        if self.refuse is not None:
            raise self.refuse
        self.log.append((*what[:1], person, *what[1:]))
        return self.answer

    def _redraw(self, person: str, message: str, text: str) -> None:
        native: dict[str, Any] = (
            {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": f"*{text}*"}}]}
            if self.platform == "slack"
            else {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": f"**{text}**"}]}
        )
        self.screens[person] = [
            {**old, "native": native, "text": text, "edited_at": self.clock.now().isoformat()}
            if old["message"] == message
            else old
            for old in self.screens[person]
        ]
        self.on_change(person)


class FakeSlack(FakeDouble):
    """Slack, where the app has a Home."""

    def home(self, person: str) -> dict[str, Any] | None:
        """Drawn once it was opened."""
        if not any(entry[:2] == ("home", person) for entry in self.log):
            return None
        button = {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Look again"}}
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": "Waiting for you"}},
            {"type": "actions", "block_id": "again", "elements": [button]},
        ]
        return {"id": f"slack-home-{person}", "view": {"type": "home", "blocks": blocks}}

    async def open_home(self, person: str) -> dict[str, Any]:
        return self._did(person, "home")
