"""What the bot called and how it was answered, counted; and what the double has to complain of."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

KEPT = 20_000


class Journal:
    """Counts per path and operation; the last requests one by one; the bot's breaches of the protocol."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._over: Counter[str] = Counter()
        self._struck: Counter[str] = Counter()
        self.requests: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.complaints: list[dict[str, str]] = []

    def note(self, method: str, path: str, op: str, status: int, **details: Any) -> None:
        """One call of the bot; `status` 0 means that the connection was dropped."""
        entry = self._counts.setdefault(
            (method, path, op),
            {"platform": "teams", "method": method, "path": path, "op": op, "count": 0, "statuses": {}},
        )
        entry["count"] += 1
        entry["statuses"][str(status)] = entry["statuses"].get(str(status), 0) + 1
        self.requests.append({"method": method, "path": path, "op": op, "status": status, **details})

    def exceed(self, op: str) -> None:
        """A call came faster than the limits allow."""
        self._over[op] += 1

    def strike(self, op: str) -> None:
        """A call met an ordered fault."""
        self._struck[op] += 1

    def calls(self) -> list[dict[str, Any]]:
        """`{platform, method, path, op, count, statuses: {status: count}, over, struck}`, in the order of first use.

        `over`: how many calls of this operation came faster than the limits allow; `struck`: how many met a fault.
        """
        return [
            entry
            | {
                "statuses": dict(entry["statuses"]),
                "over": self._over[entry["op"]],
                "struck": self._struck[entry["op"]],
            }
            for entry in self._counts.values()
        ]

    def complain(self, why: str, *, person: str = "", about: str = "") -> None:
        """The bot did what Teams would not understand: `why` is a sentence, `about` the activity or message meant."""
        self.complaints.append({"why": why, "person": person, "about": about})

    def clear(self) -> None:
        """Forgets everything."""
        self._counts.clear()
        self._over.clear()
        self._struck.clear()
        self.requests.clear()
        self.complaints.clear()
