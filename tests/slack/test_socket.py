"""Socket Mode: the same presses by another way, and a connection that comes back whatever ended it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from urllib.parse import urlencode

import httpx
import pytest
from aiohttp import web
from starlette.applications import Starlette

from bot.app import House
from bot.conversation import Answer, Press
from bot.platform import Installation
from bot.sections import Settings
from bot.slack.adapter import create_slack
from tests.slack import samples
from tests.slack.house import SECRET, FakeInstallations, FakeTalk, house, signed
from tests.slack.payloads import a_click, a_command, a_message, a_reason, a_submission, an_event
from tests.slack.sockets import APP_TOKEN, BRISK, QUICK, SocketSlack, Wire, wire

COMMAND = "slash_commands"


async def works(it: Wire, trigger: str) -> None:
    """A command on the newest connection is answered."""
    ack = await it.slack.ack(await it.slack.push(COMMAND, a_command("help", trigger_id=trigger)))
    assert ack["payload"]["text"].endswith("Done.")


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


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_slack_asks_to_connect_anew(reason: str) -> None:
    async with wire() as it:
        await works(it, "1.1.before")
        await it.slack.lines[0].ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        second = await it.slack.connected(2)
        assert second.ticket == "ticket-2"
        await works(it, "1.1.after")
        assert it.slack.lines[0].ws.closed


async def test_a_press_under_way_while_slack_asks_to_connect_anew_is_acknowledged() -> None:
    async with wire() as it:
        gate = asyncio.Event()
        slow(it.talk, gate)
        envelope = await it.slack.push(COMMAND, a_command("waiting"))
        await it.slack.lines[0].ws.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await it.slack.connected(2)
        gate.set()
        assert (await it.slack.ack(envelope))["payload"]["text"].endswith("Done.")


async def test_a_connection_that_slack_closes_comes_back() -> None:
    async with wire() as it:
        await it.slack.lines[0].ws.close()
        await it.slack.connected(2)
        await works(it, "1.1.after")


async def test_a_connection_that_breaks_off_comes_back() -> None:
    async with wire(pace=BRISK) as it:
        transport = it.slack.lines[0].ws._req.transport  # type: ignore[union-attr]
        transport.abort()  # type: ignore[union-attr]
        await it.slack.connected(2)
        await works(it, "1.1.after")


async def test_a_connection_that_falls_silent_is_replaced() -> None:
    async with wire(start=False, pace=BRISK) as it:
        it.slack.deaf = True
        assert it.adapter.socket is not None
        it.adapter.socket.start()
        await it.slack.connected()
        it.slack.deaf = False
        await it.slack.connected(2)
        await works(it, "1.1.after")


async def test_where_the_sdk_does_not_come_back_the_watch_starts_a_new_one(caplog: pytest.LogCaptureFixture) -> None:
    async def never() -> web.StreamResponse:
        await asyncio.sleep(60)
        raise AssertionError("nobody waits that long")

    async with wire() as it:
        it.slack.opening = [never]
        await it.slack.lines[0].ws.close()
        await it.slack.connected(2)
        await works(it, "1.1.after")
        assert len(it.slack.opened) == 3 and "fell silent" in caplog.text


async def test_slack_refuses_and_does_not_answer_and_the_bot_goes_on_asking(caplog: pytest.LogCaptureFixture) -> None:
    async def refused() -> web.StreamResponse:
        return web.json_response({"ok": False, "error": "invalid_auth"})

    async def limited() -> web.StreamResponse:
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})

    async def broken() -> web.StreamResponse:
        return web.Response(status=500, text="<html>")

    async def elsewhere() -> web.StreamResponse:
        return web.json_response({"ok": True, "url": f"{it.slack.url.replace('http', 'ws', 1)}/link?ticket=stale"})

    caplog.set_level(logging.DEBUG)
    async with wire(start=False, pace=replace(QUICK, connect=0.2)) as it:
        it.slack.opening = [refused, limited, broken, elsewhere]
        assert it.adapter.socket is not None
        it.adapter.socket.start()
        await it.slack.connected()
        await works(it, "1.1.after")
    said = " ".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access")
    assert "refuses the app-level token, which needs connections:write (invalid_auth)" in said
    assert APP_TOKEN not in said and "ticket" not in said and "U0DANA" not in said


async def test_the_end_answers_what_is_under_way_and_takes_nothing_new() -> None:
    async with wire() as it:
        gate = asyncio.Event()
        slow(it.talk, gate)
        under_way = await it.slack.push(COMMAND, a_command("waiting"))
        await asyncio.wait_for(it.talk.entered.wait(), 5)  # type: ignore[attr-defined]
        assert it.adapter.socket is not None
        stopping = asyncio.create_task(it.adapter.socket.stop())
        await asyncio.sleep(0)
        late = await it.slack.push(COMMAND, a_command("request", trigger_id="2.2.late"))
        gate.set()
        await stopping
        await it.slack.ack(under_way)
        await it.slack.until(lambda: it.slack.lines[0].ws.closed)
        assert late not in it.slack.acknowledged() and len(it.talk.presses) == 1
        assert len(it.slack.opened) == 1


async def test_the_end_does_not_wait_for_a_slack_that_is_gone() -> None:
    async with wire(start=False) as it:
        it.slack.url = "http://127.0.0.1:9"
        gone = create_slack(it.talk, it.installations, app_token=APP_TOKEN, api_url=f"{it.slack.url}/", pace=QUICK)
        assert gone.socket is not None
        gone.socket.start()
        await asyncio.sleep(0.05)
        await asyncio.wait_for(gone.socket.stop(), 2)
        await gone.close()


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


def slow(talk: FakeTalk, gate: asyncio.Event) -> None:
    """Every press waits for the gate."""
    press, talk.entered = talk.press, asyncio.Event()  # type: ignore[attr-defined]

    async def wait(given: Press) -> Answer:
        talk.entered.set()  # type: ignore[attr-defined]
        await gate.wait()
        return await press(given)

    talk.press = wait  # type: ignore[method-assign]
