"""The misbehaviour a test or a newcomer orders: throttling, failures, dropped connections, slowness."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from bot.playground.teams.errors import CODES, refuse

OTHER_NAMES = {"ratelimited": "429"}
OPS = ("send", "update", "delete", "create", "members", "channels", "token", "*")
DROPS = ("drop_after_store", "drop_before_store")
SERVER_ERRORS = {"5xx": 503, "500": 500, "502": 502, "503": 503, "504": 504}


@dataclass
class Fault:
    """One ordered fault, for the next `times` calls (None: until cleared) that match `op`, `tenant` and `person`.

    `fraction` of the calls that match are struck, chosen by `chance` in the order in which they come.
    """

    op: str
    kind: str
    times: int | None = 1
    retry_after: float | None = None
    seconds: float = 0.0
    tenant: str = ""
    person: str = ""
    fraction: float = 1.0
    chance: random.Random = field(default_factory=random.Random)

    def fits(self, op: str, tenant: str, person: str) -> bool:
        """Whether it is meant for this call."""
        return self.op in (op, "*") and self.tenant in ("", tenant) and self.person in ("", person)

    def strikes(self) -> bool:
        """Whether it is this call's turn."""
        return self.fraction >= 1 or self.chance.random() < self.fraction

    @property
    def drops(self) -> bool:
        """Whether the connection is closed without an answer."""
        return self.kind in DROPS

    def response(self) -> Response | None:
        """The error to answer with, or None when the call goes through (late, or to be dropped afterwards)."""
        if self.drops or self.kind == "slow":
            return None
        if self.kind == "429":
            return refuse("Throttled", retry_after=self.retry_after)
        if self.kind == "412":
            return refuse("PreconditionFailed")
        if self.kind in SERVER_ERRORS:
            return refuse("ServiceError", status=SERVER_ERRORS[self.kind], retry_after=self.retry_after)
        status, _, code = self.kind.partition(":")
        return refuse(code, status=int(status))


def read_fault(spec: Mapping[str, Any]) -> Fault:
    """A fault from its JSON. Raises ValueError with a sentence for an unknown op or kind."""
    op, kind = str(spec.get("op", "*")), str(spec["kind"])
    kind = OTHER_NAMES.get(kind, kind)
    if op not in OPS:
        raise ValueError(f"No operation {op!r}: there are {', '.join(OPS)}.")
    status, _, code = kind.partition(":")
    named = status.isdigit() and code in CODES
    if not (named or kind in DROPS or kind in SERVER_ERRORS or kind in ("429", "412", "slow")):
        raise ValueError(f"No fault {kind!r}: 429, 412, 5xx, slow, {', '.join(DROPS)} or <status>:<code>.")
    retry_after = spec.get("retry_after", 1 if spec["kind"] == "ratelimited" else None)
    fraction = float(spec.get("fraction", 1.0))
    if not 0 <= fraction <= 1:
        raise ValueError("A fraction of the calls is between 0 and 1.")
    times = spec.get("times", None if "fraction" in spec else 1)
    return Fault(
        op=op,
        kind=kind,
        times=None if times is None else int(times),
        retry_after=None if retry_after is None else float(retry_after),
        seconds=float(spec.get("seconds", 1.0 if kind == "slow" else 0.0)),
        tenant=str(spec.get("tenant", "")),
        person=str(spec.get("person", "")),
        fraction=fraction,
        chance=random.Random(spec.get("seed", 0)),  # noqa: S311 - to be repeated, not to be secret
    )


class Faults:
    """The faults still to come, first ordered first met."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def order(self, spec: Mapping[str, Any]) -> None:
        """Adds one. Raises ValueError."""
        self._waiting.append(read_fault(spec))

    def clear(self) -> None:
        """Nothing fails any more."""
        self._waiting.clear()

    async def meet(self, op: str, *, tenant: str = "", person: str = "") -> Fault | None:
        """The fault that strikes this call, if any, used up once; a slow one has already been waited out."""
        for fault in self._waiting:
            if fault.fits(op, tenant, person) and fault.strikes():
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                await asyncio.sleep(fault.seconds)
                return fault
        return None
