"""A downtime that comes in by REST: cards on both platforms, either copy of which closes the other."""

from __future__ import annotations

import json
import re
from typing import Any

import aiohttp
import pytest

from bot.demo.cast import Cast
from tests.journeys.scene import Scene, buttons, scene

MARCUS, ANJA, SOFIA = "Marcus Hale", "Anja Vogel", "Sofia Marchetti"
WORK, PICK = "Upgrade of the firewalls", "Pick Sun Jun 28, 6:00 AM EDT"
BODY: dict[str, Any] = {
    "client": "northgate",
    "work": WORK,
    "implications": "No internet and no phones.",
    "windows": [{"start": "2026-06-28T06:00:00-04:00", "end": "2026-06-28T10:00:00-04:00"}],
    "engineer": "kai@harborline.example",
}
BOTH = Cast(moved={MARCUS: ("slack", "teams"), ANJA: ("slack",)})


@pytest.mark.parametrize(
    ("url", "pressed"), [("sqlite", "slack"), ("postgresql", "teams")], indirect=["url"], ids=["slack", "teams"]
)
async def test_what_a_ticket_system_offers_is_asked_on_both_platforms_and_agreed_on_one(url: str, pressed: str) -> None:
    async with scene(url, BOTH) as it:
        status, seen = await it.rest("POST", "/downtimes?dry_run=true", BODY)
        assert status == 200, seen
        assert [one["name"] for voice in seen["voices"] for one in voice["asked"]] == [MARCUS, ANJA]
        assert it.facts.rows("SELECT * FROM downtime") == []

        status, made = await it.rest("POST", "/downtimes", BODY, key="change-118")
        assert status == 201, made
        status, again = await it.rest("POST", "/downtimes", BODY, key="change-118")
        assert (status, again) == (201, made), "the same key offers nothing twice"
        await it.quiet()
        for platform in ("slack", "teams"):
            assert buttons(it.card(MARCUS, WORK, platform)) == {"Suggest another time", "Decline"}
        assert buttons(it.card(ANJA, WORK)) == {"OK here", "Object"}
        assert "0 of 1 office answered" in it.card(SOFIA, WORK)["text"]

        page = re.search(rf"{it.bot}/console/downtimes/[^\"|> ]+", json.dumps(it.card(SOFIA, WORK)["native"]))
        assert page is not None, "her card links to everything on one page"
        jar = aiohttp.CookieJar(unsafe=True)  # which takes cookies from an address that is a number
        async with aiohttp.ClientSession(cookie_jar=jar) as browser, browser.get(page[0]) as answer:
            assert answer.status == 200 and "0 of 2 answered" in await answer.text()

        await _press(it, ANJA, "slack", "OK here")
        for platform in ("slack", "teams"):
            assert PICK in buttons(it.cards(MARCUS, WORK, platform)[-1])
        other = "teams" if pressed == "slack" else "slack"
        late = await it.click(MARCUS, WORK, PICK, platform=other, card=it.cards(MARCUS, WORK, other)[-1])
        await _press(it, MARCUS, pressed, PICK)
        for platform in ("slack", "teams"):
            assert not any(PICK in buttons(one) for one in it.cards(MARCUS, WORK, platform)), "no stale button stays"
        assert await late.send() == 200, "and one that was pressed late changes nothing"
        await it.quiet()
        status, body = await it.rest("GET", f"/downtimes/{made['id']}")
        assert (body["state"], body["life"], body["decided_by"]["name"]) == ("accepted", "scheduled", MARCUS)
        assert len(it.facts.journal("downtime.agree")) == 1

        status, body = await it.rest("POST", f"/downtimes/{made['id']}/cancel", {"reason": "The vendor withdrew it."})
        assert (status, body["life"]) == (200, "cancelled")
        await it.quiet()
        for name in (MARCUS, ANJA):
            assert any("The vendor withdrew it." in one["text"] for one in it.cards(name, WORK)), name
        it.facts.sound()
        assert it.teams.complaints() == []


async def _press(it: Scene, who: str, platform: str, label: str) -> None:
    message = next(one for one in reversed(it.cards(who, WORK, platform)) if label in buttons(one))
    answer = await it.on(who, platform).press(who, message["message"], label, None)
    assert answer["status"] == 200, answer
    await it.quiet()
