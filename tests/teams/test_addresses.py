"""Where people can be reached is learned from what they do in their own chat, and costs nothing."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.teams.handler import WELCOME
from tests.teams.world import (
    BOT,
    CHANNEL,
    CHAT,
    DATA,
    MRI,
    TENANT,
    TOM,
    body_of,
    world,
)


async def test_an_installation_is_remembered_and_greeted_once() -> None:
    async with world() as w:
        added = w.microsoft.activity("conversationUpdate", membersAdded=[{"id": BOT}, {"id": MRI}])
        for activity in (w.microsoft.activity("installationUpdate", action="add"), added):
            assert (await w.deliver(activity)).status_code == 200
        (account,) = w.book.remembered
        assert (account.platform, account.org, account.user) == ("teams", TENANT, TOM)
        assert account.address == {
            "service_url": w.microsoft.service_url,
            "conversation": CHAT,
            "mri": MRI,
            "bot": BOT,
        }
        assert [sent["text"] for sent in w.sent] == [WELCOME]


async def test_an_upgrade_or_another_member_greets_nobody_and_forgets_nobody() -> None:
    async with world() as w:
        for action in ("remove-upgrade", "add-upgrade"):
            await w.deliver(w.microsoft.activity("installationUpdate", action=action))
        await w.deliver(w.microsoft.activity("conversationUpdate", membersAdded=[{"id": "29:jill"}]))
        await w.deliver(w.microsoft.activity("conversationUpdate", membersRemoved=[{"id": "29:jill"}]))
        assert w.sent == [] and w.book.forgotten == []


@pytest.mark.parametrize("how", ["installation", "member"])
async def test_a_removed_app_forgets_the_address_until_it_is_back(how: str) -> None:
    async with world() as w:
        await w.deliver(w.microsoft.activity(text="hi"))
        removed = (
            w.microsoft.activity("installationUpdate", action="remove")
            if how == "installation"
            else w.microsoft.activity("conversationUpdate", membersRemoved=[{"id": BOT}])
        )
        await w.deliver(removed)
        ((account, reason),) = w.book.forgotten
        assert account.user == TOM and reason
        assert len(w.book.remembered) == 1, "leaving is no sign of life"
        await w.deliver(w.microsoft.activity("installationUpdate", action="add"))
        assert len(w.book.remembered) == 2
        assert w.sent[-1]["text"] == WELCOME


async def test_an_address_is_written_when_it_changes_and_costs_nothing_otherwise() -> None:
    clock = [time.time()]
    async with world(now=lambda: clock[0]) as w:
        for _ in range(5):
            await w.deliver(w.microsoft.execute(DATA))
        assert len(w.book.remembered) == 1
        await w.deliver(w.microsoft.execute(DATA) | {"conversation": {"id": "a:new", "tenantId": TENANT}})
        assert [account.address["conversation"] for account in w.book.remembered] == [CHAT, "a:new"]
        clock[0] += 601
        await w.deliver(w.microsoft.execute(DATA) | {"conversation": {"id": "a:new", "tenantId": TENANT}})
        assert len(w.book.remembered) == 3, "another process may have marked the person unreachable"
        await w.deliver(w.microsoft.execute(DATA) | CHANNEL)
        assert len(w.book.remembered) == 3, "a channel is no way to one person"


async def test_a_store_that_fails_to_remember_fails_no_click() -> None:
    async def fails(account: Any) -> None:
        raise OSError("disk full")

    async with world() as w:
        w.book.remember = fails  # type: ignore[method-assign]
        assert (await body_of(w, w.microsoft.execute(DATA)))["value"] == "Noted."
