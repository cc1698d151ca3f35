"""Tokens and addresses: sealed in the store, written by commands, read from memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, insert, select, update

from bot.installations import FRESH_SECONDS, HouseInstallations
from bot.platform import Account, Installation
from bot.sealing import Sealer, Unreadable
from handlers.commands import (
    Command,
    ForgetAddress,
    Refused,
    RememberAddress,
    RemoveInstallation,
    SaveInstallation,
)
from storage.store import Store
from storage.tables import metadata

workspace, identity = metadata.tables["workspace"], metadata.tables["identity"]
KEY = "a secret key of thirty-two letters"


class House:
    """A store with one allowed Slack workspace and one person, and a stand-in for the desk that writes as it does."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.commands: list[Command] = []
        self.reads = 0
        self.clock = 1000.0
        with store.write() as tx:
            tx.execute(
                insert(workspace).values(
                    id="w1", platform="slack", org="T0", name="Marlow", state="allowed", sealed="", facts={}
                )
            )
            tx.execute(
                insert(metadata.tables["person"]).values(
                    id="p1", name="Dana", title="", email="", phone="", language="en", timezone="UTC",
                    preferred_channel="chat", ask_last=False, state="active",
                )
            )  # fmt: skip
            tx.execute(
                insert(identity).values(
                    id="i1", person_id="p1", platform="slack", org="T0", user="U1", address="", reachable=True
                )
            )
        event.listen(store.engine, "before_cursor_execute", self._count)

    def _count(self, _c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.reads += statement.startswith("SELECT")

    async def perform(self, command: Command) -> None:
        self.commands.append(command)
        with self.store.write() as tx:
            if isinstance(command, SaveInstallation):
                known = tx.execute(select(workspace.c.id).where(workspace.c.org == command.org)).first()
                if known is None:
                    raise Refused(f"{command.name} is not known here.", code="not_entitled")
                tx.execute(
                    update(workspace)
                    .where(workspace.c.org == command.org)
                    .values(state="installed", sealed=command.sealed, facts=dict(command.facts))
                )
            elif isinstance(command, RemoveInstallation):
                tx.execute(update(workspace).values(state="removed", sealed=""))
                tx.execute(update(identity).values(reachable=False))
            elif isinstance(command, RememberAddress):
                tx.execute(update(identity).values(address=command.sealed, reachable=True))
            elif isinstance(command, ForgetAddress):
                tx.execute(update(identity).values(reachable=False))

    def installations(self, **more: Any) -> HouseInstallations:
        return HouseInstallations(self.store, self.perform, KEY, clock=lambda: self.clock, **more)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


MARLOW = Installation("slack", "T0", "Marlow", {"bot_token": "xoxb-1"}, {"bot_user": "U9"})


async def test_a_saved_installation_is_found_and_its_token_is_not_readable_in_the_store(house: House) -> None:
    ours = house.installations()
    assert await ours.find("slack", "T0") is None, "allowed, not installed"
    await ours.save(MARLOW)
    assert await ours.find("slack", "T0") == MARLOW
    with house.store.read() as tx:
        sealed = tx.scalar(select(workspace.c.sealed))
    assert sealed and "xoxb" not in sealed
    assert "xoxb" not in repr(house.commands)


async def test_another_process_finds_it_too_but_not_with_another_key(house: House) -> None:
    await house.installations().save(MARLOW)
    assert await house.installations().find("slack", "T0") == MARLOW
    stranger = HouseInstallations(house.store, house.perform, "another secret key altogether")
    assert await stranger.find("slack", "T0") is None


async def test_a_workspace_nobody_allowed_is_refused_with_a_sentence(house: House) -> None:
    ours = house.installations()
    assert not await ours.allowed("slack", "T666")
    assert await ours.allowed("slack", "T0")
    assert not await ours.allowed("teams", "T0")
    with pytest.raises(LookupError, match="Mallory is not known here"):
        await ours.save(Installation("slack", "T666", "Mallory", {"bot_token": "x"}))


async def test_finding_is_answered_from_memory_until_it_may_have_changed(house: House) -> None:
    ours = house.installations()
    await ours.save(MARLOW)
    await ours.find("slack", "T0")
    before = house.reads
    for _ in range(5):
        assert await ours.find("slack", "T0") == MARLOW
        assert await ours.allowed("slack", "T0")
    assert house.reads == before
    await house.installations().remove("slack", "T0", "uninstalled")  # another process
    assert await ours.find("slack", "T0") == MARLOW
    house.clock += FRESH_SECONDS
    assert await ours.find("slack", "T0") is None


async def test_our_own_removal_is_seen_at_once(house: House) -> None:
    ours = house.installations()
    await ours.save(MARLOW)
    await ours.find("slack", "T0")
    await ours.remove("slack", "T0", "uninstalled")
    assert await ours.find("slack", "T0") is None
    assert house.commands[-1] == RemoveInstallation("slack", "T0", "uninstalled")


async def test_a_single_workspaces_token_serves_an_allowed_workspace_without_one(house: House) -> None:
    ours = house.installations(single_slack_token="xoxb-only")
    found = await ours.find("slack", "T0")
    assert found is not None and found.secrets == {"bot_token": "xoxb-only"} and found.name == "Marlow"
    assert await ours.find("slack", "T666") is None
    assert await ours.find("teams", "T0") is None
    await ours.remove("slack", "T0", "tokens_revoked")
    assert await ours.find("slack", "T0") is None
    again = house.installations(single_slack_token="xoxb-new")
    assert await again.find("slack", "T0") is not None, "a restart with a new token works"
    await ours.save(MARLOW)
    assert await ours.find("slack", "T0") == MARLOW, "a token of its own goes first"


async def test_only_a_new_address_is_worth_a_command(house: House) -> None:
    ours = house.installations()
    dana = Account("slack", "T0", "U1", {"channel": "D1"})
    await ours.remember(dana)
    (command,) = house.commands
    assert isinstance(command, RememberAddress)
    assert ours.open(command.sealed) == {"channel": "D1"} and "D1" not in command.sealed
    for _ in range(3):
        await ours.remember(dana)
    await ours.remember(Account("slack", "T0", "U1"))
    assert len(house.commands) == 1
    await ours.remember(Account("slack", "T0", "U1", {"channel": "D2"}))
    assert len(house.commands) == 2


async def test_an_account_nobody_has_is_not_worth_a_command(house: House) -> None:
    await house.installations().remember(Account("slack", "T0", "U-stranger", {"channel": "D1"}))
    assert house.commands == []


async def test_whoever_was_unreachable_is_reachable_again_when_heard_from(house: House) -> None:
    ours = house.installations()
    dana = Account("slack", "T0", "U1", {"channel": "D1"})
    await ours.remember(dana)
    await ours.forget(dana, "blocked")
    assert house.commands[-1] == ForgetAddress("slack", "T0", "U1", "blocked")
    await ours.remember(Account("slack", "T0", "U1"))
    last = house.commands[-1]
    assert isinstance(last, RememberAddress)
    assert ours.open(last.sealed) == {"channel": "D1"}, "the address known before still stands"


async def test_an_address_sealed_with_a_lost_key_is_replaced(house: House) -> None:
    with house.store.write() as tx:
        tx.execute(update(identity).values(address=Sealer("the key before").seal({"channel": "D0"})))
    ours = house.installations()
    await ours.remember(Account("slack", "T0", "U1", {"channel": "D1"}))
    command = house.commands[0]
    assert isinstance(command, RememberAddress) and ours.open(command.sealed) == {"channel": "D1"}


@pytest.mark.parametrize("damage", [lambda s: s[:-3] + "AAA", lambda s: "x", lambda s: s.swapcase()])
def test_a_damaged_seal_is_unreadable_and_says_what_to_do(damage: Callable[[str], str]) -> None:
    sealer = Sealer(KEY)
    with pytest.raises(Unreadable, match="KEYLINE_SECRET_KEY"):
        sealer.open(damage(sealer.seal({"a": "b"})))


def test_sealing_needs_a_key_and_never_says_the_same_twice() -> None:
    with pytest.raises(ValueError, match="secret key"):
        Sealer("")
    assert Sealer(KEY).seal({"a": "b"}) != Sealer(KEY).seal({"a": "b"})
    assert Sealer(KEY).open("") == {}
