"""An outage by hand over both platforms: typed, looked at, sent, acknowledged, told to the staff, resolved, judged."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.cast import Cast
from tests.journeys.scene import Json, Scene, buttons, scene, told

DANA, LUIS, SOFIA, TOM = "Dana Whitlock", "Luis Ortega", "Sofia Marchetti", "Tom Beckett"
TITLE = "No internet in Providence"
TYPED = {
    "Who is affected": "Marlow & Finch LLP — Providence",
    "How bad": "SEV1: a location or a core service is down",
    "What is affected": "Internet",
    "What it means for them": "Nobody in the office can reach e-mail.",
    "Headline": TITLE,
}
READER = {"Acknowledge", "Staff informed", "We have a problem too", "Call me"}


async def clock(it: Scene, wall: str) -> None:
    """It becomes this time of Tuesday in New York."""
    to = {"to": f"2026-06-09T{wall}:00-04:00"}
    async with it.http.post(f"{it.stage.world.stage_url}/control/clock", json=to) as answer:
        assert answer.status == 200, await answer.text()


async def raise_(it: Scene, who: str, inputs: Json) -> Json:
    """Types the word and fills in the form: a window on Slack, a card with fields in the Teams chat."""
    double = it.on(who)
    await double.say(who, "/keyline outage" if double is it.slack else "outage")
    await it.quiet()
    if double is it.slack:
        answer = await it.slack.submit(who, inputs)
    else:
        form = next(one for one in reversed(it.teams.screen(who)) if "Who is affected" in one["text"])
        answer = await it.teams.press(who, form["message"], "Preview", inputs)
    await it.quiet()
    return answer


def with_button(it: Scene, who: str, label: str) -> Json:
    """The newest message of a person that has this button."""
    return next(one for one in reversed(it.on(who).screen(who)) if label in buttons(one))


async def press(it: Scene, who: str, label: str, inputs: Any = None) -> None:
    answer = await it.on(who).press(who, with_button(it, who, label)["message"], label, inputs)
    assert answer["status"] == 200, answer
    await it.quiet()


def staff_channel(it: Scene) -> str:
    """What the staff's channel of Marlow & Finch is called."""
    sql = "SELECT r.name FROM room r JOIN client c ON c.id = r.client_id WHERE c.slug = 'marlow-finch' ORDER BY r.name"
    return next(str(row.name) for row in it.facts.rows(sql) if "general" not in row.name.lower())


@pytest.mark.parametrize(
    ("url", "platform"),
    [pytest.param("sqlite", "slack", id="sqlite-slack"), pytest.param("postgresql", "teams", id="postgresql-teams")],
    indirect=["url"],
)
async def test_an_outage_from_the_first_word_to_the_last(url: str, platform: Any) -> None:
    async with scene(url, Cast(everyone=platform)) as it:
        await clock(it, "10:42")
        await raise_(it, SOFIA, TYPED)
        preview = with_button(it, SOFIA, "Send now")
        assert "1 client, 2 people" in preview["text"] and buttons(preview) == {"Send now", "Change", "Discard"}
        assert not it.cards(DANA, TITLE)
        await press(it, SOFIA, "Send now")
        assert any("Sent to 2 people at 1 client." in one["text"] for one in it.cards(SOFIA, TITLE))
        assert buttons(it.card(DANA, TITLE)) == READER == buttons(it.card(LUIS, TITLE))
        assert not it.cards(TOM, TITLE)
        await clock(it, "10:45")
        await press(it, DANA, "Acknowledge")
        assert told(it.on(DANA), DANA, "You acknowledged at 10:45 AM EDT.")
        assert any("1 of 2 acknowledged" in one["text"] for one in it.cards(SOFIA, TITLE))
        await press(it, LUIS, "We have a problem too", {"What do you see?": "The door does not open."})
        assert told(it.on(SOFIA), SOFIA, "Luis Ortega has a problem too")
        await clock(it, "10:51")
        channel = next(label for label in buttons(with_button(it, DANA, "Copy text")) if label.startswith("Post to"))
        inputs = {"Channel": staff_channel(it)} if channel == "Post to a channel" else None
        await press(it, DANA, channel, inputs)
        assert any("Your staff was told at 10:51 AM EDT." in one["text"] for one in it.cards(DANA, TITLE))
        assert any("There is a problem with Internet in Providence" in one["text"] for one in it.on(LUIS).screen(LUIS))
        await clock(it, "11:12")
        await press(it, SOFIA, "No change")
        assert any("We are still working on it." in one["text"] for one in it.cards(LUIS, TITLE))
        await clock(it, "11:40")
        news = {"What is new": "You are online over 4G.", "How it stands": "Monitoring: it works, we are watching"}
        await press(it, SOFIA, "Update", news)
        assert any("it works, we are watching" in one["text"] for one in it.cards(DANA, TITLE))
        await clock(it, "12:30")
        await press(it, SOFIA, "Resolve", {"What do you tell them?": "The line is repaired."})
        assert any("10:42 AM EDT to 12:30 PM EDT" in one["text"] for one in it.cards(DANA, TITLE))
        await clock(it, "13:35")
        await press(it, DANA, "5")
        assert told(it.on(DANA), DANA, "You gave 5 of 5: very good")
        assert [row.score for row in it.facts.rows("SELECT score FROM feedback WHERE score IS NOT NULL")] == [5]


@pytest.mark.parametrize("url", [pytest.param("sqlite", id="sqlite-slack")], indirect=True)
async def test_what_is_wrong_is_said_at_the_field_and_the_form_stays(url: str) -> None:
    async with scene(url, Cast(everyone="slack")) as it:
        answer = await raise_(it, SOFIA, TYPED | {"Or exactly at": "2026-06-01T09:00"})
        assert "The next update has to lie ahead." in str(answer)
        assert it.facts.count("notice") == 0
