"""Who of the provider may steer what, and the refusals that everybody else hears: alike for every kind of subject."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.commands import Refused
from handlers.context import Work


def missing(called: str) -> Refused:
    """There is no such thing, or it is none of this actor's business; `called` as people call it: "meeting"."""
    return Refused(f"This {called} does not exist (any more).", code="not_found")


@dataclass(frozen=True)
class Rights:
    """Steered by the provider's people, and by its services whose tokens have the scope."""

    scope: str

    def only_provider(self, work: Work, what: str) -> None:
        """Refused for everybody else; `what` is what they cannot do: "close a meeting"."""
        if not work.who.is_provider:
            raise Refused(f"Only your provider can {what}.", code="not_entitled")
        if work.who.service and self.scope not in work.who.scopes:
            raise Refused(f"This token may not {what}.", code="not_entitled")
