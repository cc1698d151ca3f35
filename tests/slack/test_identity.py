"""Who acted, in which workspace, and whether we serve it."""

from __future__ import annotations

import pytest

from bot.conversation import Answer
from tests.slack import samples
from tests.slack.house import house, installation
from tests.slack.payloads import TEAM, a_click, a_command, a_message, a_reason, a_submission

PAGE = Answer(card=samples.WAITING)
FORM = Answer(form=samples.REJECT)


async def test_a_guest_through_slack_connect_acts_as_the_guests_own_workspace() -> None:
    async with house() as it:
        await it.interaction(a_click(it.response_url, user={"id": "U0DANA", "team_id": "T0MARLOW"}))
        assert (it.talk.presses[0].org, it.talk.presses[0].user) == ("T0MARLOW", "U0DANA")


async def test_a_guests_chat_is_kept_with_the_workspace_whose_bot_talks_there() -> None:
    async with house() as it:
        await it.event(**a_message("waiting", user_team="T0MARLOW"))
        (account,) = it.installations.remembered
        assert account.org == "T0MARLOW" and account.address == {"channel": "D0DANA", "team": TEAM}


async def test_a_pressed_card_does_not_show_whose_chat_it_stands_in() -> None:
    async with house() as it:
        await it.interaction(a_click(it.response_url, user={"id": "U0PRIYA", "team_id": TEAM}))
        assert it.talk.presses[0].user == "U0PRIYA" and it.installations.remembered == []


async def test_the_token_is_never_picked_by_the_clickers_workspace() -> None:
    async with house(offline=True) as it:
        it.installations.found = {"T0MARLOW": installation("T0MARLOW")}
        response = await it.interaction(a_click(user={"id": "U0DANA", "team_id": "T0MARLOW"}))
        assert response.status_code == 401 and it.talk.presses == []


async def test_an_org_wide_installation_is_found_by_its_enterprise() -> None:
    async with house() as it:
        it.installations.found = {"E0ORG": installation("E0ORG")}
        changes = {"team": None, "enterprise": {"id": "E0ORG"}, "is_enterprise_install": True}
        response = await it.interaction(a_click(it.response_url, user={"id": "U1", "team_id": "T0SALES"}, **changes))
        assert response.status_code == 200 and it.talk.presses[0].org == "T0SALES"


@pytest.mark.parametrize("why", ["unknown", "not allowed"])
async def test_a_workspace_we_do_not_serve_is_401_and_nothing_is_asked(why: str) -> None:
    async with house(offline=True) as it:
        if why == "unknown":
            it.installations.found.clear()
        else:
            it.installations.not_allowed.add(TEAM)
        for response in (
            await it.interaction(a_click()),
            await it.interaction(a_submission(a_reason())),
            await it.form(a_command("waiting")),
            await it.event(**a_message("waiting")),
        ):
            assert response.status_code == 401 and response.headers["x-slack-no-retry"] == "1"
        assert it.talk.presses == [] and it.installations.remembered == []


async def test_an_event_met_by_a_broken_store_may_come_again() -> None:
    async with house(offline=True) as it:
        it.installations.broken = True
        response = await it.event(**a_message("waiting"))
        assert response.status_code == 500 and "x-slack-no-retry" not in response.headers
        it.installations.broken = False
        assert (await it.event(**a_message("waiting"))).status_code == 200
        assert len(it.talk.presses) == 1
