"""Bolt parses every payload the double sends, and the double judges what the bot answers and how fast."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.playground.slack.wire import signature
from tests.playground_slack.house import OTHER_TOKEN, SECRET, TOKEN, House, acked, button, card

Json = dict[str, Any]


async def test_a_press_reaches_bolt_with_all_it_needs(house: House) -> None:
    got: list[Json] = []

    @house.bolt.action("approve")
    async def approve(ack: Any, body: Json, action: Json, context: Any, respond: Any) -> None:
        got.append({"action": action, "team": context.team_id, "user": context.user_id, "url": context.response_url})
        await ack()
        await respond("Thank you")

    message = await house.post(blocks=card())
    assert await house.double.press("Dana Whitlock", message, "Approve") == {"status": 200, "body": ""}
    [press] = got
    assert (press["team"], press["user"]) == ("T0MARLOW", "U0DANA")
    assert (press["action"]["value"], press["action"]["block_id"]) == ("v1", "row")
    assert float(press["action"]["action_ts"]) > 0
    [body] = house.bodies
    assert body["container"] == {
        "type": "message",
        "message_ts": message.split("-")[-1],
        "channel_id": message.split("-")[1],
        "is_ephemeral": False,
    }
    assert body["message"]["bot_id"] == "B0KEY2"
    assert body["user"] == {
        "id": "U0DANA",
        "username": "dana.whitlock",
        "name": "dana.whitlock",
        "team_id": "T0MARLOW",
    }
    assert {"api_app_id", "trigger_id", "state", "channel", "enterprise", "is_enterprise_install"} <= set(body)
    assert house.double.screen("Dana Whitlock")[-1]["text"] == "Thank you"
    assert house.double.screen("Dana Whitlock")[-1]["private"]


async def test_an_unknown_button_person_or_message_is_a_sentence(house: House) -> None:
    message = await house.post(blocks=card())
    with pytest.raises(LookupError, match=r"no button “Accept”.*Approve, Decline"):
        await house.double.press("Dana Whitlock", message, "Accept")
    with pytest.raises(LookupError, match="Nobody called “Eve”"):
        await house.double.press("Eve", message, "Approve")
    with pytest.raises(LookupError, match="no Slack message"):
        await house.double.press("Dana Whitlock", "slack-D1-2.3", "Approve")
    assert house.bodies == []


async def test_a_forged_click_carries_the_forgers_identity(house: House) -> None:
    @house.bolt.action("approve")
    async def approve(ack: Any, respond: Any) -> None:
        await ack()
        await respond("That is not yours to decide.")

    message = await house.post("U0DANA", blocks=card())
    await house.double.press("Priya Raman", message, "Approve")
    await house.double.press("Sofia Marchetti", message, "Approve")
    assert [(b["user"]["id"], b["team"]["id"]) for b in house.bodies] == [
        ("U0PRIYA", "T0MARLOW"),
        ("U0SOFIA", "T0HARBOR"),
    ]
    for forger in ("Priya Raman", "Sofia Marchetti"):
        assert [m["text"] for m in house.double.screen(forger)] == ["That is not yours to decide."]
    assert len(house.double.screen("Dana Whitlock")) == 1


async def test_a_command_reaches_bolt_and_its_answer_is_private(house: House) -> None:
    @house.bolt.command("/keyline")
    async def keyline(ack: Any, command: Json) -> None:
        await ack(f"You said {command['text']} in {command['channel_name']}")

    assert (await house.double.say("Dana Whitlock", "/keyline  waiting "))["status"] == 200
    [command] = house.bodies
    assert command["team_id"] == "T0MARLOW"
    assert command["user_id"] == "U0DANA"
    assert command["trigger_id"]
    assert command["response_url"].startswith(house.url)
    seen = house.double.screen("Dana Whitlock")[-1]
    assert (seen["text"], seen["private"]) == ("You said waiting in directmessage", True)


async def test_another_command_never_reaches_the_app(house: House) -> None:
    assert (await house.double.say("Dana Whitlock", "/giphy cat"))["status"] == 0
    assert house.double.screen("Dana Whitlock")[-1]["text"] == "/giphy is not a command here."
    assert house.bodies == []


async def test_a_message_arrives_as_an_event(house: House) -> None:
    events: list[Json] = []

    @house.bolt.event("message")
    async def message(event: Json, say: Any) -> None:
        events.append(event)
        await say(f"Hello <@{event['user']}>")

    assert (await house.double.say("Dana Whitlock", "a < b & c"))["status"] == 200
    [event] = events
    assert (event["channel_type"], event["text"], event["user"]) == ("im", "a &lt; b &amp; c", "U0DANA")
    assert house.bodies[0]["authorizations"][0]["team_id"] == "T0MARLOW"
    assert house.bodies[0]["event_id"].startswith("Ev")
    assert [(m["from"], m["text"]) for m in house.double.screen("Dana Whitlock")] == [
        ("Dana Whitlock", "a < b & c"),
        ("Keyline", "Hello @Dana Whitlock"),
    ]


async def test_with_echo_on_the_app_hears_itself_as_in_slack(house: House) -> None:
    house.bolt.event("message")(_nothing)
    house.double.fault({"platform": "slack", "echo": "on"})
    await house.client(OTHER_TOKEN).chat_postMessage(channel="U0DANA", text="Mine")
    await house.double.settled()
    # Bolt's own middleware swallows it (ignoring_self_events), so only the wire knows
    assert [(s["kind"], s["status"]) for s in house.double.wire.sent] == [("message", 200)]


async def _nothing(**given: Any) -> None:
    """A listener that only acknowledges; Bolt passes arguments by name."""


async def test_a_double_click_is_two_presses_or_one_sent_twice(house: House) -> None:
    house.bolt.action("approve")(acked)
    message = await house.post(blocks=card())
    twice = await house.double.press_often("Dana Whitlock", message, "Approve", times=3)
    assert [r["status"] for r in twice] == [200, 200, 200]
    assert len({body["trigger_id"] for body in house.bodies}) == 3
    assert len({body["actions"][0]["action_ts"] for body in house.bodies}) == 3
    house.bodies.clear()
    await house.double.press_often("Dana Whitlock", message, "Approve", identical=True)
    assert len(house.bodies) == 2
    assert house.bodies[0] == house.bodies[1]


async def test_menus_and_accessories_are_pressed_by_what_they_show(house: House) -> None:
    @house.bolt.action("more")
    async def more(ack: Any, action: Json) -> None:
        await ack()

    house.bolt.action("side")(acked)
    texts = [{"text": {"type": "plain_text", "text": t}, "value": t[0]} for t in ("Edit", "Withdraw")]
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": button("Side", "side")}
    menu = {"type": "actions", "elements": [{"type": "overflow", "action_id": "more", "options": texts}]}
    message = await house.post(blocks=[section, menu])
    await house.double.press("Dana Whitlock", message, "Withdraw")
    await house.double.press("Dana Whitlock", message, "Side")
    assert house.bodies[0]["actions"][0]["selected_option"]["value"] == "W"
    assert house.bodies[1]["actions"][0]["action_id"] == "side"


async def test_the_page_presses_by_the_native_element(house: House) -> None:
    house.bolt.action("approve")(acked)
    message = await house.post(blocks=card())
    pressed = {**button(), "block_id": "row"}
    assert (await house.double.act("Dana Whitlock", message, pressed, None))["status"] == 200
    with pytest.raises(LookupError, match="no longer"):
        await house.double.act("Dana Whitlock", message, {**pressed, "action_id": "gone"}, None)


async def test_a_private_answer_can_be_replaced_and_deleted_by_its_press(house: House) -> None:
    await house.client(OTHER_TOKEN).chat_postEphemeral(
        channel=(await house.client(OTHER_TOKEN).conversations_open(users="U0DANA"))["channel"]["id"],
        user="U0DANA",
        text="Sure?",
        blocks=card(button("Yes", "yes"), button("Away", "away")),
    )

    @house.bolt.action("yes")
    async def yes(ack: Any, respond: Any, body: Json) -> None:
        assert body["container"]["is_ephemeral"]
        assert "message" not in body
        await ack()
        await respond("Done", replace_original=True, blocks=card(button("Away", "away")))

    @house.bolt.action("away")
    async def away(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    [message] = [m["message"] for m in house.double.screen("Dana Whitlock")]
    await house.double.press("Dana Whitlock", message, "Yes")
    [seen] = house.double.screen("Dana Whitlock")
    assert seen["message"] == message
    assert "[Away]" in seen["text"]
    await house.double.press("Dana Whitlock", message, "Away")
    assert house.double.screen("Dana Whitlock") == []


async def test_a_response_url_works_five_times(house: House) -> None:
    house.bolt.action("approve")(acked)
    message = await house.post(blocks=card())
    await house.double.press("Dana Whitlock", message, "Approve")
    url = house.bodies[0]["response_url"]
    for _ in range(5):
        async with house.session.post(url, json={"text": "again"}) as answer:
            assert (answer.status, await answer.text()) == (200, "ok")
    async with house.session.post(url, json={"text": "again"}) as answer:
        assert (answer.status, await answer.json()) == (404, {"ok": False, "error": "used_url"})
    async with house.session.post(f"{house.url}/slack/response/guess", json={"text": "x"}) as answer:
        assert answer.status == 404


async def test_a_response_url_kept_for_domain_hours_has_expired(house: House) -> None:
    from datetime import timedelta

    house.bolt.action("approve")(acked)
    message = await house.post(blocks=card())
    await house.double.press("Dana Whitlock", message, "Approve")
    await house.double.state.clock.advance(timedelta(minutes=31))
    async with house.session.post(house.bodies[0]["response_url"], json={"text": "late"}) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "expired_url")


async def test_an_uninstall_kills_the_token_and_sends_both_events(house: House) -> None:
    events: list[Json] = []

    @house.bolt.event("app_uninstalled")
    async def gone(event: Json) -> None:
        events.append(event)

    @house.bolt.event("tokens_revoked")
    async def revoked(event: Json) -> None:
        events.append(event)

    house.double.fault({"platform": "slack", "kind": "uninstall", "team": "T0MARLOW"})
    await house.double.settled()
    assert sorted(event["type"] for event in events) == ["app_uninstalled", "tokens_revoked"]
    assert next(e for e in events if "tokens" in e)["tokens"] == {"oauth": [], "bot": ["U0KEYBOT2"]}
    answer = await house.session.post(f"{house.url}/slack/api/auth.test", data={"token": OTHER_TOKEN})
    assert (await answer.json())["error"] == "account_inactive"
    assert (await house.client(TOKEN).auth_test())["ok"]
    assert (await house.double.say("Dana Whitlock", "/keyline waiting"))["body"] == {"error": "invalid_command"}
    with pytest.raises(ValueError, match="which workspace"):
        house.double.fault({"kind": "uninstall"})


async def test_the_events_address_is_verified_by_its_challenge(house: House) -> None:
    assert (await house.double.verify_url())["verified"]


async def test_a_guest_presses_with_their_own_team_in_the_apps_workspace(house: House) -> None:
    teams: list[Any] = []

    @house.bolt.action("approve")
    async def approve(ack: Any, context: Any, body: Json, client: Any) -> None:
        teams.append((context.team_id, body["user"]["team_id"]))
        await client.views_open(trigger_id=body["trigger_id"], view=_tiny())
        await ack()

    @house.bolt.view("tiny")
    async def tiny(ack: Any, context: Any, body: Json) -> None:
        teams.append((context.team_id, body["team"]["id"], body["view"]["app_installed_team_id"]))
        await ack()

    message = await house.post("U0GUS", TOKEN, blocks=card())
    await house.double.press("Gus Guest", message, "Approve", {"Why": "Because"})
    assert teams == [("T0HARBOR", "T0ELSE"), ("T0HARBOR", "T0ELSE", "T0HARBOR")]
    assert (await house.double.say("Gus Guest", "/keyline waiting"))["body"] == {"error": "invalid_command"}


def _tiny() -> Json:
    from tests.playground_slack.house import form

    return form(callback_id="tiny")


def test_the_signature_is_what_slacks_sdk_verifies() -> None:
    body, stamp = b"payload=%7B%7D", str(int(time.time()))
    assert SignatureVerifier(SECRET).is_valid(body, stamp, signature(SECRET, stamp, body))
