"""What Slack refuses as blocks, the double refuses too, with the place."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as sdk

from bot.playground.slack.blocks import Refused, check_message
from bot.playground.slack.view import check_view
from tests.playground_slack.house import OTHER_TOKEN, House, button, card, form, question

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": marked(text), **more}


def row(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def option(text: str = "One", value: str = "1") -> Json:
    return {"text": plain(text), "value": value}


def select(*options: Json, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": list(options), **more}


GOOD = [
    card(),
    [{"type": "header", "text": plain("Hello")}, {"type": "divider"}],
    [{"type": "context", "elements": [marked("a"), plain("b")]}],
    [{"type": "section", "fields": [marked("*Vendor*"), plain("Northwind")]}],
    [section(accessory=button())],
    [{"type": "image", "image_url": "http://127.0.0.1/x.png", "alt_text": "A chart"}],
    [row(select(option(), initial_option=option()))],
    [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
    [{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}],
    [{"type": "markdown", "text": "**bold**"}],
    [section("x" * 3000)] * 4,
]

BAD: list[tuple[Any, str]] = [
    ([section()] * 51, "no more than 50 items allowed [json-pointer:/blocks]"),
    ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ([section("")], "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    ([{"type": "section", "fields": [marked("x" * 2001)]}], "must be less than 2001"),
    ([{"type": "section", "fields": [marked("x")] * 11}], "no more than 10 items"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151"),
    ([{"type": "header", "text": marked("x")}], "unsupported type: mrkdwn"),
    ([{"type": "context", "elements": [plain("x")] * 11}], "no more than 10 items"),
    ([row(*[button(action_id=str(n)) for n in range(26)])], "no more than 25 items"),
    ([row()], "no fewer than 1 items"),
    ([row({**button(), "text": marked("Approve")})], "unsupported type: mrkdwn"),
    ([row(button("x" * 76))], "must be less than 76"),
    ([row({**button(), "value": "x" * 2001})], "must be less than 2001"),
    ([row({**button(), "style": "default"})], "value must be one of: primary, danger"),
    ([row(button(), button("Other"))], "action_id `approve` already exists"),
    ([section(block_id="b"), section(block_id="b")], "block_id `b` already exists [json-pointer:/blocks/1/block_id]"),
    ([section(block_id="b" * 256)], "must be less than 256"),
    ([row(select(option("x" * 76)))], "must be less than 76"),
    ([row(select(option("x", "v" * 76)))], "must be less than 76"),
    ([row(select(*[option(str(n), str(n)) for n in range(101)]))], "no more than 100 items"),
    ([row(select(option(), initial_option=option("Two", "2")))], "the initial option must be one of the options"),
    ([row(select(option(), option_groups=[{"label": plain("g"), "options": [option()]}]))], "must define either"),
    ([row({"type": "radio_buttons", "options": [option(str(n), str(n)) for n in range(11)]})], "no more than 10"),
    ([row({"type": "overflow", "options": [option(str(n), str(n)) for n in range(6)]})], "no more than 5 items"),
    ([row({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    ([row({"type": "datepicker", "initial_date": "8 June"})], "must be a date YYYY-MM-DD"),
    ([section(colour="red")], "additional property: colour [json-pointer:/blocks/0]"),
    ([{"type": "alert", "text": plain("x")}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    ([{"type": "image", "image_url": "u"}], "missing required field: alt_text"),
    ([{"type": "carousel"}], "unsupported type: carousel"),
    ([{"block_id": "x"}], "missing required field: type"),
    (["text"], "missing required field: type"),
    ([section(accessory={"type": "image", "image_url": "u", "alt_text": 7})], "must be a string"),
    (
        [section(accessory=button(confirm={"title": plain("x" * 101), "text": plain("y")}))],
        "must be less than 101 characters [json-pointer:/blocks/0/accessory/confirm/title/text]",
    ),
]


@pytest.mark.parametrize("blocks", GOOD)
def test_what_slack_shows_is_taken(blocks: list[Json]) -> None:
    stored = check_message(blocks)
    assert [block["type"] for block in stored] == [block["type"] for block in blocks]


@pytest.mark.parametrize(("blocks", "problem"), BAD)
def test_what_slack_would_refuse_is_refused_with_its_place(blocks: Any, problem: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_message(blocks)
    assert refusal.value.error == "invalid_blocks"
    assert any(problem in said for said in refusal.value.problems), refusal.value.problems


def test_too_much_json_has_its_own_word() -> None:
    with pytest.raises(Refused, match="msg_blocks_too_long"):
        check_message([section("x" * 2900)] * 5)
    with pytest.raises(Refused, match="only_one_table_allowed"):
        check_message([{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}] * 2)


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        ({**form(), "title": plain("x" * 25)}, "must be less than 25"),
        ({**form(), "submit": None}, "`submit` is required"),
        ({**form(), "private_metadata": "x" * 3001}, "must be less than 3001"),
        ({**form(), "blocks": [question(block_id=str(n)) for n in range(101)]}, "no more than 100 items"),
        ({**form(), "colour": "red"}, "additional property: colour [json-pointer:/view]"),
        ({**form(), "type": "home"}, "type must be modal"),
        ({**form(), "title": None}, "missing required field: title"),
        ({**form(), "blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
        ("{", "invalid JSON"),
        ([], "type must be modal"),
    ],
)
def test_a_view_slack_would_refuse_is_refused_with_its_place(view: Any, problem: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_view(view)
    assert refusal.value.error == "invalid_arguments"
    assert any(problem in said for said in refusal.value.problems), refusal.value.problems


def test_a_view_of_a_quarter_megabyte_is_too_large() -> None:
    fields = [marked("x" * 2000)] * 10
    with pytest.raises(Refused, match="view_too_large"):
        check_view({**form(), "blocks": [{"type": "section", "fields": fields}] * 13})


def test_what_the_sdks_models_write_is_taken() -> None:
    drawn = [
        sdk.HeaderBlock(text="Order"),
        sdk.SectionBlock(text="*Six laptops*", accessory=sdk.ButtonElement(text="Open", action_id="a", value="v")),
        sdk.ActionsBlock(
            elements=[
                sdk.StaticSelectElement(action_id="s", placeholder="Pick", options=[sdk.Option(text="One", value="1")]),
                sdk.DatePickerElement(action_id="d", initial_date="2026-06-08"),
                sdk.CheckboxesElement(action_id="c", options=[sdk.Option(text="Yes", value="y")]),
                sdk.OverflowMenuElement(action_id="o", options=[sdk.Option(text="Yes", value="y")]),
            ]
        ),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="small")]),
        sdk.DividerBlock(),
    ]
    assert len(check_message([block.to_dict() for block in drawn])) == 5


async def test_the_sdk_reads_the_places_of_what_is_wrong(house: House) -> None:
    with pytest.raises(SlackApiError) as caught:
        await house.client(OTHER_TOKEN).chat_postMessage(channel="U0DANA", text="x", blocks=[{"type": "section"}])
    response = caught.value.response
    assert response["error"] == "invalid_blocks"
    assert response["response_metadata"]["messages"][0].startswith("[ERROR] must define either `text` or `fields`")
    assert house.double.screen("Dana Whitlock") == []
