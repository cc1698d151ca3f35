"""Both doubles as one stage: who is in the cast, and which double a person or a message belongs to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from starlette.routing import BaseRoute


class Double(Protocol):
    """What the stage needs of a platform's double. An unknown person or message raises LookupError, a malformed
    argument ValueError; the text of either is a sentence for the caller."""

    on_change: Callable[[str], None]

    def routes(self) -> list[BaseRoute]: ...
    def people(self) -> list[dict[str, Any]]: ...
    def screen(self, person: str) -> list[dict[str, Any]]: ...
    def modal(self, person: str) -> dict[str, Any] | None: ...
    def fault(self, spec: dict[str, Any]) -> dict[str, Any]: ...
    def calls(self) -> list[dict[str, Any]]: ...
    async def press(self, person: str, message: str, label: str, inputs: dict[str, Any] | None) -> dict[str, Any]: ...
    async def submit(self, person: str, inputs: dict[str, Any], by: str = "label") -> dict[str, Any]: ...
    async def close(self, person: str) -> None: ...
    async def act(
        self, person: str, message: str, action: dict[str, Any], state: dict[str, Any] | None
    ) -> dict[str, Any]: ...
    async def say(self, person: str, text: str) -> dict[str, Any]: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@runtime_checkable
class WithHome(Protocol):
    """A platform where the app has a page of its own for everybody (Slack's App Home)."""

    def home(self, person: str) -> dict[str, Any] | None: ...
    async def open_home(self, person: str) -> dict[str, Any]: ...


class Clock(Protocol):
    """The domain clock; moving it returns once all that became due is done, ConnectionError if the bot is away."""

    def now(self) -> datetime: ...
    async def sync(self) -> datetime: ...
    async def advance(self, by: timedelta) -> datetime: ...
    async def to(self, when: datetime) -> datetime: ...


class Wrong(Exception):
    """A request that cannot be done: an HTTP status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class Ensemble:
    """The doubles by platform name, in the order the page shows them."""

    def __init__(self, doubles: dict[str, Double], clock: Clock) -> None:
        self.doubles = doubles
        self.clock = clock

    def people(self) -> list[dict[str, Any]]:
        """One entry a person, in the order of the cast: `platforms` lists where the person is, the first is home."""
        found: dict[str, dict[str, Any]] = {}
        for platform, double in self.doubles.items():
            for person in double.people():
                entry = found.setdefault(person["name"], {**person, "platform": platform, "platforms": []})
                entry["platforms"].append(platform)
        return list(found.values())

    def of(self, person: str) -> dict[str, Double]:
        """The doubles this person lives in, home first; Wrong 404 for a stranger."""
        for entry in self.people():
            if entry["name"] == person:
                return {platform: self.doubles[platform] for platform in entry["platforms"]}
        names = ", ".join(entry["name"] for entry in self.people())
        raise Wrong(404, f"Nobody in the cast is called {person or '(no name)'}. The cast: {names}.")

    def on(self, person: str, platform: str | None) -> Double:
        """The double this person uses there, home when no platform is named."""
        homes = self.of(person)
        if platform is None:
            return next(iter(homes.values()))
        if platform not in homes:
            raise Wrong(422, f"{person} is not on {platform!r}, only on {' and '.join(homes)}.")
        return homes[platform]

    def showing(self, person: str, message: str) -> Double:
        """The double whose message this is; the person needs an account there to press anything in it."""
        platform, _, rest = message.partition("-")
        if platform not in self.doubles or not rest:
            raise Wrong(404, f"There is no message {message!r}: ids come from /control/screen.")
        return self.on(person, platform)

    def screen(self, person: str) -> list[dict[str, Any]]:
        """Everything the person sees now on every platform, newest last; `author` is who wrote it, as far as known."""
        seen = [
            {**message, "platform": platform, "author": message.get("author", message.get("from"))}
            for platform, double in self.of(person).items()
            for message in double.screen(person)
        ]
        return sorted(seen, key=lambda message: datetime.fromisoformat(message["posted_at"]))

    def modals(self, person: str) -> list[dict[str, Any]]:
        """The forms open on the person's screens, at most one a platform."""
        found = ((platform, double.modal(person)) for platform, double in self.of(person).items())
        return [{**modal, "platform": platform} for platform, modal in found if modal is not None]

    def homes(self, person: str) -> list[dict[str, Any]]:
        """The app's own page for this person, where the platform has one and the bot drew it."""
        found = [
            (platform, double.home(person))
            for platform, double in self.of(person).items()
            if isinstance(double, WithHome)
        ]
        return [{**home, "platform": platform} for platform, home in found if home is not None]

    def calls(self) -> list[dict[str, Any]]:
        """What the bot called on each platform, with counts."""
        return [{"platform": platform, **call} for platform, double in self.doubles.items() for call in double.calls()]
