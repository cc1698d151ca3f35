"""The key of an event: the same for a retry, another for another event, and one that any database holds."""

from __future__ import annotations

import pytest

from tests.slack.house import house
from tests.slack.payloads import a_click, a_command, a_submission


@pytest.mark.parametrize("strange", ["\x00", "a\x00b", "\ud800", "\udfff\ud800", "é" * 90, "x" * 255, "\u202e", "\n"])
async def test_a_strange_identity_of_an_event_is_still_a_key(strange: str) -> None:
    async with house(offline=True) as slack:
        for action_id in (strange, strange + "y", strange):
            await slack.interaction(a_click(action={"action_id": action_id, "action_ts": "1781000001.000100"}))
        first, other = slack.talk.presses[0].key, slack.talk.presses[1].key
    for key in (first, other):
        assert key.isascii() and key.isprintable() and len(key) <= 200, key
    assert first != other and {press.key for press in slack.talk.presses} == {first, other}


async def test_a_plain_key_can_be_read() -> None:
    async with house(offline=True) as slack:
        await slack.interaction(a_click())
    assert slack.talk.presses[0].key.startswith("slack:click:T0HARBOR:D0DANA/1781000000.000100:T0HARBOR:U0DANA:approve")


async def test_two_people_never_share_a_key() -> None:
    forms = [a_submission({}, id="V0FORM", hash=""), a_submission({}, id="V0FORM", hash="")]
    forms[1]["user"] = {**forms[1]["user"], "id": "U0PRIYA"}
    commands = [a_command("waiting"), a_command("waiting", user_id="U0PRIYA")]
    async with house(offline=True) as slack:
        for form in forms:
            await slack.interaction(form)
        for command in commands:
            await slack.form(command)
    assert len({press.key for press in slack.talk.presses}) == 4
