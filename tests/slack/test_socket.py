"""Socket Mode: the same presses by another way, with the same answers, the same keys and the same doors."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from bot.app import House
from bot.conversation import Answer, Press
from bot.platform import Installation
from bot.sections import Settings
from bot.slack.adapter import create_slack
from tests.slack import samples
from tests.slack.house import SECRET, FakeInstallations, FakeTalk, house, signed
from tests.slack.payloads import a_click, a_command, a_message, a_reason, a_submission, an_event
from tests.slack.sockets import APP_TOKEN, COMMAND, SocketSlack, wire, works


async def test_a_command_is_answered_in_its_acknowledgement() -> None:
    async with wire() as it:
        ack = await it.slack.ack(await it.slack.push(COMMAND, a_command("waiting")))
        (press,) = it.talk.presses
        assert (press.verb, press.words, press.user) == ("say", "waiting", "U0DANA")
        assert ack["payload"]["text"].endswith("Done.") and ack["payload"]["response_type"] == "ephemeral"
        assert it.slack.opened == [f"Bearer {APP_TOKEN}"]


async def test_a_click_is_acknowledged_empty_and_answered_to_the_presser() -> None:
    async with wire() as it:
        envelope = await it.slack.push("interactive", a_click(f"{it.slack.url}/response"), accepts=False)
        assert await it.slack.ack(envelope) == {"envelope_id": envelope}
        await it.adapter.settle()
        assert [press.verb for press in it.talk.presses] == ["approve"]
        assert it.slack.of("response")[0]["text"].endswith("Done.")


async def test_a_forms_error_stands_at_its_field() -> None:
    async with wire() as it:
        it.talk.answers["reject"] = Answer(form=replace(samples.REJECT, errors={"reason": "Please say why."}))
        ack = await it.slack.ack(await it.slack.push("interactive", a_submission(a_reason("no"))))
        assert ack["payload"] == {"response_action": "errors", "errors": {"reason": "Please say why."}}
        it.talk.answers["reject"] = Answer(say="Rejected.", tone="good")
        ack = await it.slack.ack(await it.slack.push("interactive", a_submission(a_reason("no"), hash="2.h4sh")))
        assert ack["payload"] == {"response_action": "clear"}


async def test_a_menu_gets_its_options() -> None:
    async with wire() as it:
        asks = {"type": "block_suggestion", "action_id": "who", "value": "d", "team": {"id": "T0HARBOR"}}
        assert (await it.slack.ack(await it.slack.push("interactive", asks)))["payload"] == {"options": []}


async def test_an_event_that_slack_repeats_is_answered_once() -> None:
    async with wire() as it:
        message = an_event(**a_message("waiting"))
        for attempt in (0, 1):
            envelope = await it.slack.push("events_api", message, accepts=False, retry_attempt=attempt)
            assert await it.slack.ack(envelope) == {"envelope_id": envelope}
        await it.adapter.settle()
        assert len(it.talk.presses) == 1 and len(it.slack.of("chat.postMessage")) == 1


async def test_the_same_press_has_the_same_key_by_socket_and_by_http() -> None:
    """So where both ways are open, the inbox admits it once."""

    def keys(presses: list[Press]) -> list[str]:
        return [press.key for press in presses]

    async with wire() as it:
        await it.slack.ack(await it.slack.push("interactive", a_click()))
        await it.slack.ack(await it.slack.push("interactive", a_submission(a_reason())))
        await it.slack.ack(await it.slack.push("events_api", an_event(**a_message("waiting"))))
        await it.slack.ack(await it.slack.push(COMMAND, a_command("waiting")))
        by_socket = it.talk.presses
    async with house() as it:
        await it.interaction(a_click())
        await it.interaction(a_submission(a_reason()))
        await it.event(**a_message("waiting"))
        await it.form(a_command("waiting"))
        assert keys(it.talk.presses) == keys(by_socket) and len(set(keys(by_socket))) == 4


async def test_who_is_not_served_by_http_is_not_served_by_socket() -> None:
    async with wire() as it:
        it.installations.not_allowed.add("T0HARBOR")
        click = await it.slack.push("interactive", a_click())
        message = await it.slack.push("events_api", an_event(**a_message("waiting")))
        assert await it.slack.ack(message) == {"envelope_id": message}  # else Slack would repeat it
        assert it.talk.presses == [] and click not in it.slack.acknowledged()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        [],
        None,
        "text",
        7,
        {"type": "block_actions"},
        {"type": "block_actions", "actions": [1]},
        {"type": ["view_submission"]},
        {"type": "view_submission", "view": 7},
        {"command": 1},
        {"type": "event_callback", "event": "x"},
    ],
    ids=str,
)
async def test_nonsense_neither_presses_nor_ends_the_connection(payload: object) -> None:
    async with wire() as it:
        await it.slack.push("interactive", payload)
        await it.slack.lines[-1].ws.send_str("{not json")
        await it.slack.lines[-1].ws.send_str("not json")
        await it.slack.lines[-1].ws.send_json({"type": "interactive"})
        await works(it, "1.1.after")
        assert len(it.talk.presses) == 1 and len(it.slack.lines) == 1


async def test_what_failed_on_our_side_is_not_acknowledged_and_works_when_slack_repeats_it() -> None:
    async with wire() as it:
        asked, find = asyncio.Event(), it.installations.find

        async def away(platform: str, org: str) -> Installation | None:
            asked.set()
            raise ConnectionError("the store is away")

        it.installations.find = away  # type: ignore[method-assign]
        message = an_event(**a_message("waiting"))
        lost = await it.slack.push("events_api", message)
        await asyncio.wait_for(asked.wait(), 5)
        it.installations.find = find  # type: ignore[method-assign]
        await it.slack.ack(await it.slack.push("events_api", message, retry_attempt=1))
        assert lost not in it.slack.acknowledged() and len(it.talk.presses) == 1


async def test_without_a_signing_secret_there_is_nothing_to_post_to() -> None:
    async with wire(start=False) as it:
        transport = httpx.ASGITransport(Starlette(routes=it.adapter.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="https://bot.example") as http:
            body = urlencode(a_command("waiting")).encode()
            for secret in ("", SECRET):
                answer = await http.post("/slack/events", content=body, headers=signed(body, secret=secret))
                assert answer.status_code == 404
        assert it.talk.presses == []
    with pytest.raises(ValueError, match="signing secret"):
        create_slack(FakeTalk(), FakeInstallations())


async def test_the_house_opens_its_socket_and_closes_it(sqlite_url: str) -> None:
    slack = SocketSlack()
    async with slack.serving():
        settings = {
            "database": {"url": sqlite_url},
            "secret": {"key": "k" * 32},
            "slack": {"app_token": APP_TOKEN, "bot_token": "xoxb-1", "api_url": f"{slack.url}/"},
        }
        app = House(Settings.model_validate(settings)).web
        async with app.router.lifespan_context(app):
            line = await slack.connected()
            stranger = await slack.push(COMMAND, a_command("waiting", team_id="T0NOBODY"))
            await slack.push("events_api", an_event(team="T0NOBODY", **a_message("waiting")), envelope_id="last")
            await slack.ack("last")
        await slack.until(lambda: line.ws.closed)
    assert stranger not in slack.acknowledged()
