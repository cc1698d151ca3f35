"""Forms: opened by a press, filled by label as a person reads them, checked as Slack's client does, answered."""

from __future__ import annotations

from typing import Any

import pytest

from bot.playground.slack import Timing
from tests.playground_slack.house import House, card, form, living, opens, options, question

Json = dict[str, Any]
DANA = "Dana Whitlock"


async def test_a_press_with_inputs_fills_the_form_it_opens(house: House) -> None:
    submitted = opens(house, form(private_metadata="about 7"))
    message = await house.post(blocks=card())
    assert await house.double.press(DANA, message, "Approve", {"Why": "Too dear"}) == {"status": 200, "body": ""}
    [view] = submitted
    assert view["state"]["values"] == {"why": {"value": {"type": "plain_text_input", "value": "Too dear"}}}
    assert (view["private_metadata"], view["callback_id"]) == ("about 7", "decline")
    assert {"id", "hash", "root_view_id", "previous_view_id", "app_installed_team_id", "external_id"} <= set(view)
    assert house.double.modal(DANA) is None


async def test_a_press_without_inputs_leaves_the_form_open(house: House) -> None:
    opens(house, form())
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve", {})
    modal = house.double.modal(DANA)
    assert modal is not None
    assert modal["view"]["title"]["text"] == "Title"
    assert modal["id"].startswith("slack-V")
    assert house.double.modal("Priya Raman") is None
    await house.double.submit(DANA, {"Why": "Later"})
    assert house.double.modal(DANA) is None


async def test_every_kind_of_field_is_filled_by_what_the_person_sees(house: House) -> None:
    kinds: list[tuple[str, Json, Any, Any]] = [
        ("Amount", {"type": "number_input", "is_decimal_allowed": True}, 12.5, {"value": "12.5"}),
        ("Mail", {"type": "email_text_input"}, "a@b.example", {"value": "a@b.example"}),
        ("Site", {"type": "url_text_input"}, "https://x.example", {"value": "https://x.example"}),
        ("Day", {"type": "datepicker"}, "2026-06-12", {"selected_date": "2026-06-12"}),
        ("Hour", {"type": "timepicker"}, "09:30", {"selected_time": "09:30"}),
        ("Moment", {"type": "datetimepicker"}, "2026-06-12T09:30", {"selected_date_time": 1781271000}),
        ("Zoned", {"type": "datetimepicker"}, "2026-06-12T13:30:00Z", {"selected_date_time": 1781271000}),
        ("One", {"type": "static_select", "options": options("Red", "Blue")}, "Blue", {"selected_option": "blue"}),
        ("Radio", {"type": "radio_buttons", "options": options("Yes", "No")}, "No", {"selected_option": "no"}),
        ("Boxes", {"type": "checkboxes", "options": options("A", "B")}, ["A", "B"], {"selected_options": ["a", "b"]}),
        (
            "Many",
            {"type": "multi_static_select", "options": options("A", "B")},
            "A, B",
            {"selected_options": ["a", "b"]},
        ),
        ("Who", {"type": "users_select"}, "Priya Raman", {"selected_user": "U0PRIYA"}),
        (
            "Grouped",
            {
                "type": "static_select",
                "option_groups": [{"label": {"type": "plain_text", "text": "g"}, "options": options("X")}],
            },
            "X",
            {"selected_option": "x"},
        ),
    ]
    blocks = []
    for label, element, _, _ in kinds:
        blocks.append(
            {
                "type": "input",
                "block_id": label,
                "label": {"type": "plain_text", "text": label},
                "element": {**element, "action_id": "value"},
            }
        )
    submitted = opens(house, form(*blocks))
    message = await house.post(blocks=card())
    done = await house.double.press(DANA, message, "Approve", {label: entered for label, _, entered, _ in kinds})
    assert done["status"] == 200, done
    values = submitted[0]["state"]["values"]
    for label, element, _, expected in kinds:
        [(key, value)] = expected.items()
        got = values[label]["value"]
        assert got["type"] == element["type"]
        sent = got[key]
        if key == "selected_option":
            sent = sent["value"]
        elif key == "selected_options":
            sent = [option["value"] for option in sent]
        assert sent == value, label


async def test_what_was_prefilled_is_sent_and_what_is_optional_may_stay_empty(house: House) -> None:
    prefilled = question("Why", "why", initial_value="As before")
    empty = {**question("Note", "note"), "optional": True}
    submitted = opens(house, form(prefilled, empty))
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    await house.double.submit(DANA, {})
    values = submitted[0]["state"]["values"]
    assert (values["why"]["value"]["value"], values["note"]["value"]["value"]) == ("As before", None)


async def test_the_client_keeps_a_form_that_is_not_filled_in(house: House) -> None:
    choice = {
        "type": "input",
        "block_id": "pick",
        "label": {"type": "plain_text", "text": "Pick"},
        "element": {"type": "static_select", "action_id": "value", "options": options("Red")},
    }
    mail = {**question("Mail", "mail"), "element": {"type": "email_text_input", "action_id": "value"}}
    submitted = opens(house, form(question(max_length=3), choice, mail))
    message = await house.post(blocks=card())
    done = await house.double.press(DANA, message, "Approve", {"Why": "long", "Mail": "nobody"})
    assert (done["status"], done["sent"]) == (0, False)
    assert set(done["body"]["errors"]) == {"why", "pick", "mail"}
    done = await house.double.submit(DANA, {"Pick": "Green"})
    assert done["body"]["errors"]["pick"] == "“Green” is not one of the options: Red."
    assert house.double.modal(DANA)["errors"] == done["body"]["errors"]  # type: ignore[index]
    assert submitted == []


async def test_a_test_can_send_what_no_client_would(house: House) -> None:
    submitted = opens(house, form())
    message = await house.post(blocks=card())
    house.double.fault({"platform": "slack", "client_checks": "off"})
    await house.double.press(DANA, message, "Approve", {"Why": ""})
    assert submitted[0]["state"]["values"]["why"]["value"]["value"] is None
    house.double.fault({"platform": "slack", "client_checks": "on"})
    await house.double.press(DANA, message, "Approve", {"Why": ""})
    assert len(submitted) == 1


async def test_a_field_that_is_not_there_is_named_with_those_that_are() -> None:
    async with living(Timing(form=0.1)) as house:
        opens(house, form())
        message = await house.post(blocks=card())
        with pytest.raises(LookupError, match=r"no field “Reason”.*Why"):
            await house.double.press(DANA, message, "Approve", {"Reason": "x"})
        with pytest.raises(LookupError, match="no form open"):
            await house.double.submit("Priya Raman", {})


async def test_the_page_sends_native_state_by_ids(house: House) -> None:
    submitted = opens(house, form())
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    await house.double.submit(DANA, {"why": {"value": {"type": "plain_text_input", "value": "typed"}}}, by="id")
    await house.double.press(DANA, message, "Approve")
    await house.double.submit(DANA, {"why": "plain"}, by="id")
    assert [v["state"]["values"]["why"]["value"]["value"] for v in submitted] == ["typed", "plain"]


async def test_the_bots_errors_stand_at_their_fields(house: House) -> None:
    opens(house, form(), respond={"response_action": "errors", "errors": {"why": "Say more."}})
    message = await house.post(blocks=card())
    done = await house.double.press(DANA, message, "Approve", {"Why": "x"})
    assert done["body"]["errors"] == {"why": "Say more."}
    modal = house.double.modal(DANA)
    assert modal is not None
    assert modal["errors"] == {"why": "Say more."}
    assert modal["view"]["state"]["values"]["why"]["value"]["value"] == "x"


@pytest.mark.parametrize(
    "respond",
    [
        {"response_action": "errors", "errors": {"value": "keyed by action_id"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
async def test_an_answer_slack_cannot_use_leaves_the_form_open_with_a_sentence(house: House, respond: Json) -> None:
    opens(house, form(), respond=respond)
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve", {"Why": "x"})
    modal = house.double.modal(DANA)
    assert modal is not None
    assert modal["errors"] == {"": "Keyline had trouble with this. Please try again."}
