"""A form while it is open: updated, pushed on, closed, filled late, opened twice; and App Home."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.playground.slack import Timing
from tests.playground_slack.house import (
    OTHER_TOKEN,
    House,
    acked,
    button,
    card,
    error_of,
    form,
    living,
    opens,
    options,
    question,
)

Json = dict[str, Any]
DANA = "Dana Whitlock"


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
    house.bolt.action("no")(acked)
    await house.double.press(DANA, message, "Decline")
    fresh = house.bodies[-1]["trigger_id"]
    assert await error_of(house.client().views_open(trigger_id=fresh, view=form())) == "invalid_trigger_id"
    house.double.state.tickets.real = lambda: time.monotonic() + 3.1
    assert await error_of(client.views_open(trigger_id=fresh, view=form())) == "expired_trigger_id"


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

    house.bolt.action("approve")(acked)
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
    house.bolt.action("no")(acked)
    await house.double.press("Priya Raman", message, "Decline")
    again = house.client(OTHER_TOKEN).views_open(
        trigger_id=house.bodies[-1]["trigger_id"], view=form(external_id="one")
    )
    assert await error_of(again) == "duplicate_external_id"
    assert (await house.client(OTHER_TOKEN).views_update(external_id="one", view=form()))["ok"]
