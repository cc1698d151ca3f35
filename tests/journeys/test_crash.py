"""A process dies between any two steps, without warning: no decision is lost or doubled, and every card ends true."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.cast import Cast
from tests.journeys.bots import STEPS_OF_DECIDING, STEPS_OF_DELIVERING, Bots, bots
from tests.journeys.scene import buttons, order, told, until

TITLE = "One toner"
DANA, PRIYA, SOFIA = "Dana Whitlock", "Priya Raman", "Sofia Marchetti"
SILENCE = (0, 502)
"""What a platform notes when the connection broke instead of an answer."""


def deaths(*steps: str, postgresql: tuple[str, ...]) -> pytest.MarkDecorator:
    """Every step on SQLite for both platforms; a few on PostgreSQL, on either in turn."""
    cases = [("sqlite", platform, step) for platform in ("slack", "teams") for step in steps]
    cases += [("postgresql", ("slack", "teams")[turn % 2], step) for turn, step in enumerate(postgresql)]
    return pytest.mark.parametrize(
        ("url", "platform", "step"), [pytest.param(*case, id="-".join(case)) for case in cases], indirect=["url"]
    )


@deaths(*STEPS_OF_DECIDING, postgresql=("journalled", "committed"))
async def test_a_death_while_deciding_neither_loses_nor_doubles_the_decision(
    url: str, platform: Any, step: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        await it.order(order(TITLE))
        await it.quiet()
        click, second = await it.click(DANA, TITLE), await it.click(DANA, TITLE)

        it.doom(step)
        assert await click.send() in SILENCE
        await it.died()

        decided = step == "committed"
        assert len(it.facts.votes()) == len(it.facts.journal("approval.approve")) == int(decided)
        assert it.facts.state(TITLE) == ("approved" if decided else "pending")

        await it.start()
        answers = await asyncio.gather(click.send(), click.send(), second.send())
        assert answers == [200, 200, 200]
        await it.quiet()
        _approved_once(it)
        assert [copy.repeats for copy in it.facts.deliveries(TITLE)] == [0, 0]


@deaths(*STEPS_OF_DELIVERING, postgresql=("sending", "sent", "settled"))
async def test_a_death_while_sending_repeats_only_what_was_on_its_way(
    url: str, platform: Any, step: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        it.doom(step)
        await _raise(it)
        await it.died()

        await it.start()
        if url.startswith("sqlite"):  # elsewhere another process may still carry the first call out: 409 for a while
            await _raise(it)
        await it.quiet()

        assert it.facts.count("approval_request") == 1
        assert len(it.facts.journal("approval.raise")) == 1
        _repeated_as_counted(it, step)
        stale = [await it.click(DANA, TITLE, card=card) for card in it.cards(DANA, TITLE)]
        newest = stale.pop()
        assert await newest.send() == 200
        await it.quiet()
        _approved_once(it)
        for click in stale:  # the copy whose name died with the process: its button tells the truth
            assert await click.send() == 200
        await it.quiet()
        _approved_once(it)
        if stale and platform == "slack":
            await until(lambda: told(it.slack, DANA, "nothing was done twice"), "the answer to the stale button")


@deaths(*STEPS_OF_DELIVERING, postgresql=("drawn", "sent"))
async def test_a_death_while_redrawing_leaves_every_card_true(
    url: str, platform: Any, step: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        await it.order(order(TITLE))
        await it.quiet()
        click = await it.click(DANA, TITLE)

        it.doom(step)
        assert await click.send() in (200, *SILENCE)  # the courier may be faster than the answer
        await it.died()

        assert len(it.facts.votes()) == 1
        await it.start()
        await it.quiet()
        _approved_once(it)
        assert [len(it.cards(person, TITLE)) for person in (DANA, SOFIA)] == [1, 1]
        assert [copy.repeats for copy in it.facts.deliveries(TITLE)] == [0, 0], "an edit repeats no message"


@deaths("settled", "handled", "journalled", "committed", "reported", postgresql=("settled", "committed"))
async def test_a_death_before_a_failure_is_reported_still_reports_it_and_once(
    url: str, platform: Any, step: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        await it.order(order("An earlier one"))  # from now on everybody's address is known: no command remembers it
        await it.quiet()
        if platform == "slack":
            it.slack.fault({"kind": "messages_tab_disabled", "method": "chat.postMessage", "team": "T0MARLOW"})
        else:
            it.teams.fault({"block": DANA})

        it.doom(step, 2 if step in STEPS_OF_DECIDING else 1)  # the first passage is the order's
        await _raise(it)
        await it.died()

        await it.start()
        await it.quiet()
        assert len(it.facts.journal("approval.undeliverable")) == 1
        assert [task.title for task in it.facts.rows("SELECT title FROM task WHERE kind = 'undeliverable'")] == [
            "MF-2: Dana Whitlock could not be reached in chat"
        ]
        assert [len(it.cards(person, "could not be reached")) for person in (SOFIA, PRIYA)] == [1, 0]
        copies = {copy.name: copy.state for copy in it.facts.deliveries(TITLE)}
        assert copies == {DANA: "dead", PRIYA: "settled", SOFIA: "settled"}
        assert len(it.cards(PRIYA, TITLE)) == 1 and it.cards(DANA, TITLE) == []
        it.facts.sound()


async def _raise(it: Bots) -> None:
    """One order with one key; the bot may die before it has answered."""
    try:
        await it.order(order(TITLE), key="one-toner")
    except aiohttp.ClientError:
        return


def _approved_once(it: Bots) -> None:
    assert [vote.name for vote in it.facts.votes()] == [DANA]
    assert it.facts.state(TITLE) == "approved"
    assert len(it.facts.journal("approval.approve")) == 1
    assert it.facts.journal("refused.Approve") == []
    it.facts.shown(TITLE)
    it.facts.sound()
    for person in (DANA, SOFIA):
        newest = it.cards(person, TITLE)[-1]
        assert "Approved" in newest["text"], newest["text"]
        assert not {"Approve", "Reject", "Withdraw"} & buttons(newest)


def _repeated_as_counted(it: Bots, step: str) -> None:
    """No message more than the store says may have been repeated, and none less than one."""
    it.facts.shown(TITLE)
    seen = {copy.name: (len(it.cards(copy.name, TITLE)), copy.repeats) for copy in it.facts.deliveries(TITLE)}
    assert set(seen) == {DANA, SOFIA}
    assert all(1 <= messages <= 1 + repeats <= 2 for messages, repeats in seen.values()), seen
    if step in ("claimed", "drawn"):
        assert set(seen.values()) == {(1, 0)}, "nothing was on its way yet"
    if step == "sending":
        assert {messages for messages, _ in seen.values()} == {1}, "nothing had left the house"
        assert (1, 1) in seen.values(), "nobody can know that it had not, and so it is counted"
    if step == "sent":
        assert (2, 1) in seen.values(), "it had arrived, and nothing on disk says so"
    if step == "settled":
        assert (1, 0) in seen.values()
