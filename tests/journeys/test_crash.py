"""A process dies between any two steps, without warning: no decision is lost or doubled, and every card ends true.

Each test is one database with many lives: the bot dies at one step of its work after another.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.cast import Cast
from tests.journeys.bots import STEPS_OF_DECIDING, STEPS_OF_DELIVERING, Bots, bots
from tests.journeys.scene import buttons, order, told, until

DANA, PRIYA, SOFIA = "Dana Whitlock", "Priya Raman", "Sofia Marchetti"
SILENCE = (0, 502)
"""What a platform notes when the connection broke instead of an answer."""


def on(*places: str) -> pytest.MarkDecorator:
    """The test's `url` and `platform`, as "sqlite-slack"."""
    chosen = [pytest.param(*place.split("-"), id=place) for place in places]
    return pytest.mark.parametrize(("url", "platform"), chosen, indirect=["url"])


@on("sqlite-slack", "sqlite-teams", "postgresql-slack")
async def test_a_death_while_deciding_neither_loses_nor_doubles_the_decision(
    url: str, platform: Any, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        for step in STEPS_OF_DECIDING:
            title = f"Toner, {step}"
            await it.order(order(title))
            await it.quiet()
            click, second = await it.click(DANA, title), await it.click(DANA, title)

            it.doom(step)
            assert await click.send() in SILENCE, step
            await it.died()

            decided = step == "committed"
            assert len(it.facts.votes(title)) == len(it.facts.journal("approval.approve", title)) == decided, step
            assert it.facts.state(title) == ("approved" if decided else "pending"), step

            await it.start()
            assert await asyncio.gather(click.send(), click.send(), second.send()) == [200, 200, 200], step
            await it.quiet()
            _approved_once(it, title)
            assert [copy.repeats for copy in it.facts.deliveries(title)] == [0, 0], step


@on("sqlite-slack", "sqlite-teams", "postgresql-teams")
async def test_a_death_while_sending_repeats_only_what_was_on_its_way(url: str, platform: Any, tmp_path: Path) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        for step in STEPS_OF_DELIVERING:
            title = f"Toner, {step}"
            it.doom(step)
            await _raise(it, title)
            await it.died()

            await it.start()
            if url.startswith(
                "sqlite"
            ):  # elsewhere another process may still carry the first call out: 409 for a while
                await _raise(it, title)
            await it.quiet()

            assert len(it.facts.journal("approval.raise", title)) == 1, step
            _repeated_as_counted(it, title, step)
            stale = [await it.click(DANA, title, card=card) for card in it.cards(DANA, title)]
            assert await stale.pop().send() == 200
            await it.quiet()
            _approved_once(it, title)
            for click in stale:  # the copy whose name died with the process: its button tells the truth
                assert await click.send() == 200
                await it.quiet()
                _approved_once(it, title)
                if platform == "slack":
                    await until(lambda: told(it.slack, DANA, "nothing was done twice"), "the stale button's answer")


@on("sqlite-slack", "sqlite-teams", "postgresql-slack")
async def test_a_death_while_redrawing_leaves_every_card_true(url: str, platform: Any, tmp_path: Path) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        for step in STEPS_OF_DELIVERING:
            title = f"Toner, {step}"
            await it.order(order(title))
            await it.quiet()
            click = await it.click(DANA, title)

            it.doom(step)
            assert await click.send() in (200, *SILENCE), step  # the courier may be faster than the answer
            await it.died()

            assert len(it.facts.votes(title)) == 1, step
            await it.start()
            await it.quiet()
            _approved_once(it, title)
            assert [len(it.cards(person, title)) for person in (DANA, SOFIA)] == [1, 1], step
            assert [copy.repeats for copy in it.facts.deliveries(title)] == [0, 0], "an edit repeats no message"


@pytest.mark.parametrize("step", ["settled", "committed", "reported"])
@on("sqlite-slack", "sqlite-teams", "postgresql-teams")
async def test_a_death_before_a_failure_is_reported_still_reports_it_and_once(
    url: str, platform: Any, step: str, tmp_path: Path
) -> None:
    async with bots(url, tmp_path, Cast(everyone=platform)) as it:
        await it.order(order("An earlier one"))  # from now on everybody's address is known: no command remembers it
        await it.quiet()
        if platform == "slack":
            # her chat stays closed: a call that died with the process is made again
            (hers,) = [copy.message for copy in it.facts.deliveries("An earlier one") if copy.name == DANA]
            chat = (json.loads(hers) if isinstance(hers, str) else hers)["channel"]
            closed = {"kind": "messages_tab_disabled", "method": "chat.postMessage", "channel": chat}
            it.slack.fault(closed | {"times": None})
        else:
            it.teams.fault({"block": DANA})

        it.doom(step, 2 if step in STEPS_OF_DECIDING else 1)  # the first passage is the order's
        await _raise(it, "One toner")
        await it.died()

        await it.start()
        await it.quiet()
        assert len(it.facts.journal("approval.undeliverable")) == 1
        tasks = it.facts.rows("SELECT title FROM task WHERE kind = 'undeliverable'")
        assert [task.title for task in tasks] == ["MF-2: Dana Whitlock could not be reached in chat"]
        assert [len(it.cards(person, "could not be reached")) for person in (SOFIA, PRIYA)] == [1, 0]
        copies = {copy.name: copy.state for copy in it.facts.deliveries("One toner")}
        assert copies == {DANA: "dead", PRIYA: "settled", SOFIA: "settled"}
        assert [len(it.cards(person, "One toner")) for person in (DANA, PRIYA)] == [0, 1]
        it.facts.sound()


async def _raise(it: Bots, title: str) -> None:
    """One order with one key; the bot may die before it has answered."""
    try:
        await it.order(order(title), key=title.replace(" ", "-"))
    except aiohttp.ClientError:
        return


def _approved_once(it: Bots, title: str) -> None:
    assert [vote.name for vote in it.facts.votes(title)] == [DANA]
    assert it.facts.state(title) == "approved"
    assert len(it.facts.journal("approval.approve", title)) == 1
    assert it.facts.journal("refused.Approve") == []
    it.facts.shown(title)
    it.facts.sound()
    for person in (DANA, SOFIA):
        newest = it.cards(person, title)[-1]
        assert "Approved" in newest["text"], newest["text"]
        assert not {"Approve", "Reject", "Withdraw"} & buttons(newest)


def _repeated_as_counted(it: Bots, title: str, step: str) -> None:
    """No message more than the store says may have been repeated, and none less than one."""
    it.facts.shown(title)
    seen = {copy.name: (len(it.cards(copy.name, title)), copy.repeats) for copy in it.facts.deliveries(title)}
    assert set(seen) == {DANA, SOFIA}
    assert all(1 <= messages <= 1 + repeats <= 2 for messages, repeats in seen.values()), (step, seen)
    if step in ("claimed", "drawn"):
        assert set(seen.values()) == {(1, 0)}, "nothing was on its way yet"
    if step == "sending":
        assert {messages for messages, _ in seen.values()} == {1}, "nothing had left the house"
        assert (1, 1) in seen.values(), "nobody can know that it had not, and so it is counted"
    if step == "sent":
        assert (2, 1) in seen.values(), "it had arrived, and nothing on disk says so"
    if step == "settled":
        assert (1, 0) in seen.values()
