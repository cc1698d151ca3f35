"""Forms: opened by a press, filled by label as a person reads them, checked as Slack's client does, answered."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.playground.slack import Timing
from tests.playground_slack.house import OTHER_TOKEN, House, button, card, form, living, question

Json = dict[str, Any]
DANA = "Dana Whitlock"


def options(*texts: str) -> list[Json]:
    return [{"text": {"type": "plain_text", "text": text}, "value": text.lower()} for text in texts]


def opens(house: House, *views: Json, respond: Json | None = None) -> list[Json]:
    """The bot opens the first view on Approve and answers its submission with `respond`; what was submitted."""
    submitted: list[Json] = []

    @house.bolt.action("approve")
    async def approve(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=views[0])
        await ack()

    @house.bolt.view("decline")
    async def decline(ack: Any, view: Json) -> None:
        submitted.append(view)
        await ack(**(respond or {}))

    return submitted


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


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


async def test_a_form_can_be_updated_pushed_on_and_cleared(house: House) -> None:
    answers = iter(
        [
            {"response_action": "update", "view": form(question("Second", "two"))},
            {"response_action": "push", "view": form(question("Third", "three"))},
            {},
            {"response_action": "clear"},
        ]
    )
    seen: list[Json] = []

    @house.bolt.action("approve")
    async def approve(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=form())
        await ack()

    @house.bolt.view("decline")
    async def decline(ack: Any, view: Json) -> None:
        seen.append(view)
        await ack(**next(answers))

    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve", {"Why": "x"})
    await house.double.submit(DANA, {"Second": "x"})
    third = house.double.modal(DANA)
    assert third is not None
    assert third["view"]["previous_view_id"] == third["view"]["root_view_id"] == seen[0]["id"]
    await house.double.submit(DANA, {"Third": "x"})
    assert house.double.modal(DANA)["view"]["id"] == seen[0]["id"]  # type: ignore[index]
    await house.double.submit(DANA, {"Second": "y"})
    assert house.double.modal(DANA) is None
    assert seen[0]["hash"] != seen[1]["hash"]


async def test_a_trigger_works_once_and_for_a_moment(house: House) -> None:
    opens(house, form())
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    client, used = house.client(OTHER_TOKEN), house.bodies[0]["trigger_id"]
    assert await error_of(client.views_open(trigger_id=used, view=form())) == "exchanged_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.abc", view=form())) == "invalid_trigger_id"
    house.bolt.action("no")(_acked)
    await house.double.press(DANA, message, "Decline")
    fresh = house.bodies[-1]["trigger_id"]
    assert await error_of(house.client().views_open(trigger_id=fresh, view=form())) == "invalid_trigger_id"
    house.double.state.tickets.real = lambda: time.monotonic() + 3.1
    assert await error_of(client.views_open(trigger_id=fresh, view=form())) == "expired_trigger_id"


async def _acked(ack: Any) -> None:
    await ack()


async def test_a_stale_hash_is_a_conflict_and_what_was_typed_survives_an_update(house: House) -> None:
    opens(house, form(question(), question("Note", "note")))
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    await house.double.submit(DANA, {"Why": "typed"})  # Note is missing: the form stays
    modal = house.double.modal(DANA)
    assert modal is not None
    client, view = house.client(OTHER_TOKEN), modal["view"]
    updated = await client.views_update(
        view_id=view["id"], hash=view["hash"], view=form(question(), question("New", "n"))
    )
    assert updated["view"]["hash"] != view["hash"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=form())
    assert await error_of(stale) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V404", view=form())) == "not_found"
    values = house.double.modal(DANA)["view"]["state"]["values"]  # type: ignore[index]
    assert values["why"]["value"]["value"] == "typed"
    assert "note" not in values


async def test_three_forms_stand_on_each_other_and_no_more(house: House) -> None:
    more = {"type": "actions", "block_id": "more", "elements": [button("More", "more")]}
    opens(house, form(question(), more))
    problems: list[str] = []

    @house.bolt.action("more")
    async def push(ack: Any, body: Json, client: Any) -> None:
        assert body["container"]["type"] == "view"
        try:
            await client.views_push(trigger_id=body["trigger_id"], view=form(question(), more))
        except SlackApiError as error:
            problems.append(error.response["error"])
        await ack()

    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    for _ in range(3):
        await house.double.press(DANA, house.double.modal(DANA)["id"], "More")  # type: ignore[index]
    assert problems == ["push_limit_reached"]
    for _ in range(3):
        await house.double.close(DANA)
    assert house.double.modal(DANA) is None


async def test_closing_is_told_when_the_form_asks_for_it(house: House) -> None:
    opens(house, form(notify_on_close=True))
    closed: list[Json] = []

    @house.bolt.view_closed("decline")
    async def close(ack: Any, body: Json) -> None:
        closed.append(body)
        await ack()

    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    await house.double.close(DANA)
    await house.double.press(DANA, message, "Approve")
    await house.double.close(DANA, cleared=True)
    assert [body["is_cleared"] for body in closed] == [False, True]


async def test_a_skeleton_that_is_filled_later_is_waited_for(house: House) -> None:
    submitted = opens(house, form())
    plain = {"type": "section", "text": {"type": "plain_text", "text": "One moment"}}

    @house.bolt.action("no")
    async def skeleton(ack: Any, body: Json, client: Any) -> None:
        await ack()
        opened = await client.views_open(trigger_id=body["trigger_id"], view=form(plain))
        await asyncio.sleep(0.05)
        await client.views_update(view_id=opened["view"]["id"], view=form())

    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Decline", {"Why": "No budget"})
    assert submitted[0]["state"]["values"]["why"]["value"]["value"] == "No budget"


async def test_an_answer_instead_of_a_form_ends_the_waiting() -> None:
    async with living(Timing(form=60.0)) as house:

        @house.bolt.action("approve")
        async def approve(ack: Any, respond: Any) -> None:
            await ack()
            await respond("Not yours.")

        message = await house.post(blocks=card())
        async with asyncio.timeout(20):
            assert (await house.double.press(DANA, message, "Approve", {"Why": "x"}))["status"] == 200
        assert house.double.screen(DANA)[-1]["text"] == "Not yours."


async def test_two_presses_at_once_fill_their_own_forms(house: House) -> None:
    submitted = opens(house, form())
    message = await house.post(blocks=card())
    done = await house.double.press_often(DANA, message, "Approve", {"Why": "x"}, times=2)
    assert [r["status"] for r in done] == [200, 200]
    assert len({view["id"] for view in submitted}) == 2


async def test_options_are_looked_up_as_the_person_types(house: House) -> None:
    asset = {
        "type": "input",
        "block_id": "asset",
        "label": {"type": "plain_text", "text": "Asset"},
        "element": {"type": "external_select", "action_id": "value", "min_query_length": 1},
    }
    submitted = opens(house, form(asset))

    @house.bolt.options("value")
    async def offer(ack: Any, payload: Json) -> None:
        await ack(options=options(f"{payload['value']} 7"))

    message = await house.post(blocks=card())
    done = await house.double.press(DANA, message, "Approve", {"Asset": "Laptop"})
    assert done["body"]["errors"] == {"asset": "“Laptop” is not one of the options: Laptop 7."}
    await house.double.submit(DANA, {"Asset": {"type": "external_select", "selected_option": options("Laptop 7")[0]}})
    assert submitted[0]["state"]["values"]["asset"]["value"]["selected_option"]["value"] == "laptop 7"


async def test_app_home_is_published_and_its_buttons_work(house: House) -> None:
    view = {"type": "home", "blocks": card()}

    @house.bolt.event("app_home_opened")
    async def opened(event: Json, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view=view)

    house.bolt.action("approve")(_acked)
    assert house.double.home(DANA) is None
    assert (await house.double.open_home(DANA))["status"] == 200
    await asyncio.sleep(0.05)
    home = house.double.home(DANA)
    assert home is not None
    assert (await house.double.press(DANA, home["id"], "Approve"))["status"] == 200
    assert house.bodies[-1]["view"]["type"] == "home"
    stale = house.client(OTHER_TOKEN).views_publish(user_id="U0DANA", view=view, hash="old")
    assert await error_of(stale) == "hash_conflict"


async def test_an_external_id_is_unique_while_its_form_is_open(house: House) -> None:
    opens(house, form(external_id="one"))
    message = await house.post(blocks=card())
    await house.double.press(DANA, message, "Approve")
    house.bolt.action("no")(_acked)
    await house.double.press("Priya Raman", message, "Decline")
    again = house.client(OTHER_TOKEN).views_open(
        trigger_id=house.bodies[-1]["trigger_id"], view=form(external_id="one")
    )
    assert await error_of(again) == "duplicate_external_id"
    assert (await house.client(OTHER_TOKEN).views_update(external_id="one", view=form()))["ok"]
