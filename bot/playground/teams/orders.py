"""Carries out what the control API orders: faults, and switches of limits, checks, clients, keys and deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.playground.teams.channel import Channel
from bot.playground.teams.chats import Chats
from bot.playground.teams.client import Habits
from bot.playground.teams.faults import Faults
from bot.playground.teams.keys import Keys
from bot.playground.teams.limits import Pace
from bot.playground.teams.login import Login


@dataclass
class Orders:
    """Everything that can be told to misbehave."""

    faults: Faults
    pace: Pace
    habits: Habits
    keys: Keys
    login: Login
    channel: Channel
    chats: Chats

    def give(self, spec: Mapping[str, Any]) -> None:
        """One order. Raises ValueError with a sentence for what is not known, LookupError for an unknown person.

        `{"op", "kind", "times", "fraction", "seed", "retry_after", "seconds", "tenant", "person"}` is a fault to come
        (see `faults`);
        `{"kind": "rotate_keys" | "rotate_keys_hard" | "revoke_tokens"}` happens at once; `{"clear": true}` ends all;
        `{"limits": "off"}` (or `{"unlimited": true}`), `{"client_checks": "off"}`, `{"legacy_client": person}`,
        `{"block": person}`, `{"unblock": person}` and `{"patience": seconds}` last until cleared or switched back.
        """
        kind = spec.get("kind")
        if spec.get("clear"):
            self._clear()
        elif kind in ("rotate_keys", "rotate_keys_hard"):
            self.keys.rotate(hard=kind == "rotate_keys_hard")
        elif kind == "revoke_tokens":
            self.login.revoke_all()
        elif kind is not None:
            self.faults.order(spec)
        elif not self._switch(spec):
            raise ValueError(f"Teams knows no such fault: {dict(spec)!r}.")

    def _clear(self) -> None:
        self.faults.clear()
        self.pace.clear()
        self.pace.on = self.habits.checks = True
        self.habits.legacy.clear()
        self.channel.patience = self.channel.usual
        for chat in self.chats.all():
            chat.blocked = False

    def _switch(self, spec: Mapping[str, Any]) -> bool:
        known = False
        for name, value in spec.items():
            if name == "limits":
                self.pace.on = _is_on(value)
            elif name == "unlimited":
                self.pace.on = not _is_on(value)
            elif name == "client_checks":
                self.habits.checks = _is_on(value)
            elif name == "legacy_client":
                self.habits.legacy.add(self.chats.named(value).person.name)
            elif name in ("block", "unblock"):
                self.chats.named(value).blocked = name == "block"
            elif name == "patience":
                self.channel.patience = float(value)
            else:
                continue
            known = True
        return known


def _is_on(value: Any) -> bool:
    return value not in ("off", False)
