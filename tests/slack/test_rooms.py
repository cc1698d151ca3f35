"""Threads and channels on Slack: what is called, and what each refusal means for the room."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards.card import Card
from bot.platform import Account, Gone, Result, Shown
from tests.slack import samples
from tests.slack.house import House, house
from tests.slack.payloads import TEAM

DANA = Account("slack", TEAM, "U0DANA", {"channel": "D0DANA"})
STAFF = Account("slack", TEAM, "C0STAFF", {"channel": "C0STAFF"}, room="all-staff")
OUTAGE = {"channel": "D0DANA", "ts": "1781000000.000001"}
NOTE = {"channel": "C0STAFF", "ts": "1781000000.000002"}


async def post(it: House, account: Account, follows: dict[str, str] | None, card: Card = samples.DECIDED) -> Result:
    return await it.adapter.messenger.post(account, card, delivery="del_1", follows=follows)


def refused(it: House, error: str, when: Any = lambda args: True) -> None:
    it.slack.replies["chat.postMessage"] = lambda method, args: (
        {"ok": False, "error": error}
        if when(args)
        else {"ok": True, "channel": args["channel"], "ts": "1781000009.000001"}
    )


async def test_a_follow_up_stands_in_the_thread_of_what_it_follows() -> None:
    async with house() as it:
        assert isinstance(await post(it, DANA, OUTAGE), Shown)
        (sent,) = it.slack.of("chat.postMessage")
        assert (sent["channel"], sent["thread_ts"]) == ("D0DANA", OUTAGE["ts"])


async def test_a_message_of_its_own_names_no_thread() -> None:
    async with house() as it:
        await post(it, DANA, None)
        assert "thread_ts" not in it.slack.of("chat.postMessage")[0]


@pytest.mark.parametrize("error", ["thread_not_found", "cannot_reply_to_message", "message_not_found"])
async def test_a_follow_up_of_a_message_that_is_gone_stands_alone(error: str) -> None:
    async with house() as it:
        refused(it, error, lambda args: "thread_ts" in args)
        assert await post(it, DANA, OUTAGE) == Shown(
            {"channel": "D0DANA", "ts": "1781000009.000001"}, {"channel": "D0DANA"}
        )
        assert [call.get("thread_ts") for call in it.slack.of("chat.postMessage")] == [OUTAGE["ts"], None]


async def test_a_follow_up_in_a_chat_that_is_no_more_opens_it_anew() -> None:
    async with house() as it:
        refused(it, "channel_not_found", lambda args: args["channel"] == "D0DANA")
        result = await post(it, DANA, OUTAGE)
        assert isinstance(result, Shown) and result.message["channel"] == "U0DANA"


async def test_a_room_is_posted_to_by_its_channel_and_teaches_no_address() -> None:
    async with house() as it:
        it.slack.replies["chat.postMessage"] = lambda method, args: {"ok": True, **NOTE}
        assert await post(it, STAFF, None) == Shown(NOTE)
        assert it.slack.of("chat.postMessage")[0]["channel"] == "C0STAFF"
        await post(it, STAFF, NOTE)
        assert it.slack.of("chat.postMessage")[1]["thread_ts"] == NOTE["ts"]


@pytest.mark.parametrize(
    ("error", "meant"),
    [
        ("not_in_channel", Gone("opted_out", "the app was taken out of this channel")),
        ("is_archived", Gone("opted_out", "this channel was archived")),
        (
            "channel_not_found",
            Gone("opted_out", "this channel does not exist any more, or the app was taken out of it"),
        ),
        (
            "restricted_action_read_only_channel",
            Gone("target", "this channel does not let the app write (restricted_action_read_only_channel)"),
        ),
        ("token_revoked", Gone("installation", "token_revoked")),
    ],
)
async def test_a_room_that_takes_nothing_says_why(error: str, meant: Gone) -> None:
    async with house() as it:
        refused(it, error)
        assert await post(it, STAFF, None) == meant
        assert len(it.slack.of("chat.postMessage")) == 1


async def test_a_card_for_many_is_drawn_once_and_sent_whole_to_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.slack import messenger, printing

    drawn: list[Card] = []
    printed = printing.printed
    monkeypatch.setattr(printing, "printed", lambda card: (drawn.append(card), printed(card))[1])
    messenger._whole.cache_clear()
    async with house() as it:
        for n in range(5):
            card = Card("Internet is down", f"Providence, {n // 4}")
            await post(it, Account("slack", TEAM, f"U{n}"), None, card)
        sent = [call["blocks"] for call in it.slack.of("chat.postMessage")]
        assert len(drawn) == 2 and len(sent) == 5 and all(one == sent[0] for one in sent)
