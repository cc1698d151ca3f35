"""What people see and read, and timestamps that only grow."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.playground.slack.reading import read_blocks, read_mrkdwn
from tests.playground_slack.house import OTHER_TOKEN, House, card, question


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*bold* _slanted_ ~gone~ `code`", "bold slanted gone code"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("<https://x.example|the quote>, <https://y.example>", "the quote, https://y.example"),
        ("<@U0DANA> in <#C1|general>, <!here>", "@Dana in #general, @here"),
        ("<!date^1781271000^{date_short}|12 June>", "12 June"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
    ],
)
def test_markup_is_read_as_a_person_reads_it(written: str, read: str) -> None:
    assert read_mrkdwn(written, {"U0DANA": "Dana"}.get) == read  # type: ignore[arg-type]


def test_every_block_is_read_in_order() -> None:
    run = {"type": "text", "text": "Laptop   "}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Order *7*"}},
        {"type": "divider"},
        *card(),
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "*Vendor*"}, {"type": "plain_text", "text": "North"}],
        },
        {"type": "context", "elements": [{"type": "plain_text", "text": "small"}]},
        {"type": "image", "image_url": "u", "alt_text": "A chart"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [run, {"type": "text", "text": "$9", "style": {"bold": True}}],
                        }
                    ],
                },
                {
                    "type": "rich_text_quote",
                    "elements": [{"type": "link", "url": "https://x.example", "text": "quote"}],
                },
            ],
        },
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
        question(initial_value="as before"),
    ]
    assert read_blocks(blocks).splitlines() == [
        "Order *7*",
        "Six laptops for Boston & you",
        "[Approve] [Decline]",
        "Vendor",
        "North",
        "small",
        "A chart",
        "• Laptop   $9",
        "quote",
        "a  b",
        "Why: as before",
    ]


async def test_times_come_from_the_playgrounds_clock_and_ids_only_grow(house: House) -> None:
    clock, client = house.double.state.clock, house.client(OTHER_TOKEN)
    first = await client.chat_postMessage(channel="U0DANA", text="one")
    await clock.advance(timedelta(hours=4))
    second = await client.chat_postMessage(channel="U0DANA", text="two")
    await clock.to(datetime.fromisoformat("2026-06-01T08:00:00-04:00"))
    third = await client.chat_postMessage(channel="U0DANA", text="three")
    assert float(first["ts"]) < float(second["ts"]) < float(third["ts"])
    seen = house.double.screen("Dana Whitlock")
    assert [m["text"] for m in seen] == ["one", "two", "three"]
    assert [m["posted_at"][:16] for m in seen] == ["2026-06-08T09:05", "2026-06-08T13:05", "2026-06-01T08:00"]
    assert all(m["posted_at"].endswith("-04:00") for m in seen)
    assert all(m["message"].startswith("slack-") and m["platform"] == "slack" for m in seen)


async def test_each_change_tells_whose_screen_changed(house: House) -> None:
    told: list[str] = []
    house.double.on_change = told.append
    sent = await house.client(OTHER_TOKEN).chat_postMessage(channel="U0DANA", text="one")
    assert told == ["Dana Whitlock"]
    await house.client(OTHER_TOKEN).chat_update(channel=sent["channel"], ts=sent["ts"], text="two")
    assert told == ["Dana Whitlock"] * 2
    await house.client(OTHER_TOKEN).chat_postMessage(channel="#general", text="all")
    assert set(told) == {"Dana Whitlock", "Priya Raman"}


async def test_a_restarted_playground_knows_the_channels_that_the_bot_remembers(house: House) -> None:
    from bot.playground.clock import Clock
    from bot.playground.slack import SlackDouble
    from tests.playground_slack.house import cast

    sent = await house.client(OTHER_TOKEN).chat_postMessage(channel="U0DANA", text="one")
    again = SlackDouble(cast(), Clock(cast()), house.url)
    assert sent["channel"] in again.state.world.conversations


def test_the_people_are_those_of_the_cast(house: House) -> None:
    assert house.double.people()[0] == {
        "name": "Dana Whitlock",
        "title": "Manager",
        "company": "Marlow & Finch LLP",
        "platform": "slack",
        "timezone": "America/New_York",
    }
    with pytest.raises(LookupError, match="Nobody called “Eve”"):
        house.double.screen("Eve")
