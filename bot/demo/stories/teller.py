"""Tells a story through the playground's control API: people press and type, the clock moves, screens are looked at."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

Say = Callable[[str, str, str], None]
"""(local time, who, what happened) -> the transcript."""

PATIENCE_SECONDS = 10.0
"""Of real time, for what follows a press without being owed: a private sentence."""


class At(str):
    """A moment that somebody picks in a form: a wall time like 2026-06-20T18:00. Slack has one picker for it; on Teams
    day and hour are two."""

    __slots__ = ()


class Differs(Exception):
    """Something is not as the story has it."""


@dataclass
class Teller:
    """One story being told. Times are "Mon 09:11" style words on the story's own wall clock."""

    control: str
    session: aiohttp.ClientSession
    say: Say
    pressed: dict[str, str] = field(default_factory=dict)

    async def at(self, moment: str) -> None:
        """The clock goes on to this moment (ISO 8601 with zone); everything that comes due on the way happens."""
        await self._post("/control/clock", {"to": moment})

    async def press(self, who: str, label: str, *, on: str, inputs: Mapping[str, str] | None = None) -> None:
        """Somebody presses a button on the newest message that shows these words."""
        message = await self._message(who, on)
        filled = _picked(inputs or {}, str(message["platform"]))
        body = {"person": who, "message": message["message"], "label": label, "inputs": filled}
        await self._line(who, f"presses {label}" + (f": “{'; '.join(inputs.values())}”" if inputs else ""))
        answer = await self._post("/control/press", body)
        if answer.get("status") != 200:
            raise Differs(
                f"{who}'s press on {label} was answered with {answer.get('status')}: {answer.get('body', answer)}"
            )
        await self._settled()

    async def post_to(self, who: str, channel: str, *, on: str) -> None:
        """Somebody has a draft posted: a form asks for the channel, or the button names the only one there is."""
        shown = labels((await self._message(who, on))["native"])
        only = next((label for label in shown if label.startswith("Post to #")), "")
        await self.press(who, only or "Post to a channel", on=on, inputs={} if only else {"Channel": channel})

    async def fill_in(self, who: str, inputs: Mapping[str, str], *, on: str, send: str) -> None:
        """Somebody fills in the form that was asked for: it stands in the chat itself, or a button there opens it."""
        shown = labels((await self._message(who, on))["native"])
        await self.press(who, send if send in shown else "Open the form", on=on, inputs=inputs)

    async def offers(self, who: str, on: str, *buttons: str) -> None:
        """The newest message with these words has exactly these buttons."""
        message = await self._message(who, on)
        found = labels(message["native"])
        if found != set(buttons):
            raise Differs(f"{who} should have the buttons {sorted(buttons)}, but has {sorted(found)}")
        await self._line(who, "may press " + ", ".join(buttons))

    async def press_unseen(self, who: str, label: str, *, of: str, on: str) -> None:
        """Somebody presses a button on a message only another person has, on a platform where both are."""
        message = await self._message(of, on, places=await self._places(who))
        await self._line(who, f"presses {label} on {of}'s card")
        body = {"person": who, "message": message["message"], "label": label}
        answer = await self._post("/control/press", body)
        if answer.get("status") != 200:
            raise Differs(f"{who}'s press on {of}'s card was answered with {answer}")
        await self._settled()

    async def type(self, who: str, words: str) -> None:
        """Somebody types."""
        await self._line(who, f"types “{words}”")
        await self._post("/control/say", {"person": who, "text": words})
        await self._settled()

    async def sees(
        self, who: str, on: str, *words: str, but_not: tuple[str, ...] = (), buttons: bool | None = None
    ) -> None:
        """The newest message with the words `on` shows all of `words`, in this order, and none of `but_not`."""
        message = await self._message(who, on)
        text, place = str(message["text"]), 0
        for wanted in words:
            place = text.find(wanted, place)
            if place < 0:
                raise Differs(f"{who} should read “{wanted}”, but reads:\n{text}")
        for unwanted in but_not:
            if unwanted in text:
                raise Differs(f"{who} should not read “{unwanted}”, but reads:\n{text}")
        if buttons is not None and buttons != ("Approve" in labels(message["native"])):
            raise Differs(f"{who} should {'' if buttons else 'not '}have an Approve button on:\n{text}")
        await self._line(who, "reads " + " … ".join(f"“{word}”" for word in words))

    async def has_not(self, who: str, words: str) -> None:
        """Nothing on this person's screen says so (yet)."""
        found = [message["text"] for message in await self.screen(who) if words in message["text"]]
        if found:
            raise Differs(f"{who} should not read “{words}” yet, but reads:\n{found[-1]}")

    async def is_told(self, who: str, words: str) -> None:
        """A private sentence for this person. On Slack it follows the acknowledgement, so it may take a moment."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            seen = [message["text"] for message in await self.screen(who)]
            if any(words in text for text in seen):
                await self._line(who, f"is told “{words}”")
                return
            if time.monotonic() > end:
                raise Differs(f"{who} should be told “{words}”, but reads: {seen}")
            await asyncio.sleep(0.02)

    async def screen(self, who: str) -> list[dict[str, Any]]:
        """What somebody sees, newest last."""
        async with self.session.get(f"{self.control}/control/screen", params={"person": who}) as answer:
            return list(await answer.json())

    async def _places(self, who: str) -> set[str]:
        """The platforms somebody is on."""
        async with self.session.get(f"{self.control}/control/people") as answer:
            return {place for one in await answer.json() if one["name"] == who for place in one["platforms"]}

    async def _message(self, who: str, words: str, *, places: set[str] | None = None) -> dict[str, Any]:
        screen = await self.screen(who)
        seen = [message for message in reversed(screen) if places is None or message["platform"] in places]
        titled = (message for message in seen if _title(message).startswith(words))
        named = (message for message in seen if words in message["text"])
        for message in (*titled, *named):
            return message
        raise Differs(f"{who} has no message with “{words}”: {[message['text'][:80] for message in seen]}")

    async def _settled(self) -> None:
        """Everything owed because of the last step has been sent."""
        await self._post("/control/clock", {"advance": "1s"})

    async def _line(self, who: str, what: str) -> None:
        async with self.session.get(f"{self.control}/control/clock") as answer:
            now = datetime.fromisoformat((await answer.json())["now"])
        self.say(f"{now:%a %b} {now.day} {now:%H:%M}", who, what)

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self.session.post(f"{self.control}{path}", json=body) as answer:
            if answer.status >= 400 and path != "/control/press":
                raise Differs(f"{path} answered {answer.status}: {await answer.text()}")
            return await answer.json()


def _title(message: Mapping[str, Any]) -> str:
    """What a message begins with. On Teams the answer to a press stands in a box above the title until the card is next
    edited, and an edit may be there before the answer."""
    box, *below = message["native"].get("body") or [{}]
    if box.get("type") == "Container" and below and "inlines" in below[0]:
        return "".join(str(run["text"]) for run in below[0]["inlines"])
    return str(message["text"])


def _picked(inputs: Mapping[str, str], platform: str) -> dict[str, str]:
    """What is filled in as this platform asks for it."""
    filled: dict[str, str] = {}
    for label, value in inputs.items():
        if isinstance(value, At) and platform == "teams":
            day, _, hour = value.partition("T")
            filled |= {label: day, f"{label}, time": hour}
        else:
            filled[label] = str(value)
    return filled


def labels(native: Any) -> set[str]:
    """Every button's visible text in Block Kit or Adaptive Card JSON."""
    found: set[str] = set()
    if isinstance(native, dict):
        if native.get("type") == "button":
            found.add(native["text"]["text"])
        if str(native.get("type", "")).startswith("Action."):
            found.add(str(native.get("title", "")))
        for value in native.values():
            found |= labels(value)
    elif isinstance(native, list):
        for value in native:
            found |= labels(value)
    return found
