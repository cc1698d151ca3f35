"""Pace and trouble: the published limits, and the faults that can be ordered."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from bot.playground.teams.limits import READING, SENDING, TENANT, Pace
from tests.playground_teams.house import BEN, CEDAR, HOME, JILL, TOM, Stage, on_stage

HELLO = {"type": "message", "text": "hello"}


class Stopwatch:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("most", "seconds"), [*SENDING, *READING, *TENANT])
def test_each_window_admits_its_number_and_no_more(most: int, seconds: float) -> None:
    watch = Stopwatch()
    pace = Pace(watch)
    window = ((most, seconds),)
    for _ in range(most):
        assert pace.admit(("chat", window)) == 0.0
    watch.now += seconds / 4
    assert pace.admit(("chat", window)) == pytest.approx(seconds * 3 / 4)
    assert pace.admit(("other", window)) == 0.0
    watch.now += seconds * 3 / 4
    assert pace.admit(("chat", window)) == 0.0


def test_a_refused_call_is_not_counted() -> None:
    watch = Stopwatch()
    pace = Pace(watch)
    window = ((2, 10.0),)
    assert [pace.admit(("chat", window)) for _ in range(2)] == [0.0, 0.0]
    for _ in range(50):
        assert pace.admit(("chat", window)) > 0
    watch.now += 10
    assert pace.admit(("chat", window)) == 0.0


async def test_the_eighth_message_of_a_second_is_throttled_with_a_time_to_wait(stage: Stage) -> None:
    token = await stage.token()
    answers = [await stage.call("POST", "/a:tom/activities", HELLO, token=token) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 7 + [429]
    assert answers[-1].json()["error"]["code"] == "Throttled"
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await stage.call("POST", "/a:jill/activities", HELLO, token=token)).status_code == 201
    stage.double.fault({"platform": "teams", "limits": "off"})
    assert (await stage.call("POST", "/a:tom/activities", HELLO, token=token)).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("412", 412, "PreconditionFailed"),
        ("5xx", 503, "ServiceError"),
        ("502", 502, "ServiceError"),
        ("504", 504, "ServiceError"),
        ("500", 500, "ServiceError"),
        ("429", 429, "Throttled"),
        ("403:ConversationBlockedByUser", 403, "ConversationBlockedByUser"),
        ("403:BotNotInConversationRoster", 403, "BotNotInConversationRoster"),
        ("403:InvalidBotApiHost", 403, "InvalidBotApiHost"),
        ("404:ActivityNotFoundInConversation", 404, "ActivityNotFoundInConversation"),
        ("404:ConversationNotFound", 404, "ConversationNotFound"),
    ],
)
async def test_an_ordered_fault_strikes_once(stage: Stage, kind: str, status: int, error: str) -> None:
    stage.double.fault({"platform": "teams", "op": "send", "kind": kind, "retry_after": 2})
    answer = await stage.call("POST", "/a:tom/activities", HELLO)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, error)
    assert answer.headers.get("retry-after") == ("2" if kind in ("429", "5xx", "500", "502", "504") else None)
    assert stage.double.screen(TOM) == []
    assert (await stage.call("POST", "/a:tom/activities", HELLO)).status_code == 201


async def test_blocked_writes_come_in_their_own_envelope(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "op": "send", "kind": "403:MessageWritesBlocked"})
    answer = await stage.call("POST", "/a:tom/activities", HELLO)
    assert answer.status_code == 403
    assert answer.json()["errorCode"] == 209 and '"subCode": "MessageWritesBlocked"' in answer.json()["message"]


async def test_a_fault_can_be_for_one_tenant_one_operation_and_several_times(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "op": "*", "kind": "5xx", "tenant": CEDAR, "times": 2})
    create = {"members": [{"id": "29:ben"}], "tenantId": HOME}
    assert (await stage.call("POST", "/a:ben/activities", HELLO)).status_code == 201
    assert (await stage.call("POST", "", create)).status_code == 201
    assert (await stage.call("POST", "/a:tom/activities", HELLO)).status_code == 503
    assert (await stage.call("GET", "/a:jill/members")).status_code == 503
    assert (await stage.call("POST", "/a:tom/activities", HELLO)).status_code == 201


async def test_clearing_ends_every_fault(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "op": "send", "kind": "5xx", "times": 9})
    stage.double.fault({"platform": "teams", "block": TOM})
    stage.double.fault({"platform": "teams", "clear": True})
    assert (await stage.call("POST", "/a:tom/activities", HELLO)).status_code == 201


@pytest.mark.parametrize(("kind", "stored"), [("drop_after_store", 1), ("drop_before_store", 0)])
async def test_a_dropped_connection_gives_no_answer(stage: Stage, kind: str, stored: int) -> None:
    token = await stage.token()
    stage.double.fault({"platform": "teams", "op": "send", "kind": kind})
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        await stage.call("POST", "/a:tom/activities", HELLO, token=token)
    assert len(stage.double.screen(TOM)) == stored
    assert stage.double.calls()[-1]["statuses"] == {"0": 1}
    assert (await stage.call("POST", "/a:tom/activities", HELLO, token=token)).status_code == 201


async def test_a_dropped_edit_was_made_all_the_same(stage: Stage) -> None:
    token = await stage.token()
    identity = (await stage.call("POST", "/a:tom/activities", HELLO, token=token)).json()["id"]
    stage.double.fault({"platform": "teams", "op": "update", "kind": "drop_after_store"})
    with pytest.raises(httpx.RemoteProtocolError):
        await stage.call("PUT", f"/a:tom/activities/{identity}", {"type": "message", "text": "edited"}, token=token)
    assert stage.double.screen(TOM)[0]["text"] == "edited"


async def test_a_slow_call_arrives_late(stage: Stage) -> None:
    token = await stage.token()
    stage.double.fault({"platform": "teams", "op": "send", "kind": "slow", "seconds": 0.2})
    began = time.monotonic()
    assert (await stage.call("POST", "/a:tom/activities", HELLO, token=token)).status_code == 201
    assert time.monotonic() - began >= 0.2


async def test_revoked_tokens_are_refused(stage: Stage) -> None:
    token = await stage.token()
    stage.double.fault({"platform": "teams", "kind": "revoke_tokens"})
    assert (await stage.call("POST", "/a:tom/activities", HELLO, token=token)).status_code == 401


@pytest.mark.parametrize(
    "spec",
    [{}, {"kind": "teapot"}, {"op": "dance", "kind": "5xx"}, {"kind": "403:NoSuchCode"}, {"kind": "429", "times": "x"}],
)
async def test_an_order_nobody_understands_is_a_sentence(stage: Stage, spec: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        stage.double.fault({"platform": "teams"} | spec)


async def test_nobody_of_that_name(stage: Stage) -> None:
    for spec in ({"uninstall": "Zed"}, {"legacy_client": "Zed"}, {"block": "Zed"}):
        with pytest.raises(LookupError, match="Zed is not on Teams"):
            stage.double.fault({"platform": "teams"} | spec)


async def test_a_silent_bot_gets_the_same_activity_once_more() -> None:
    async with on_stage(patience=0.15) as stage:
        stage.bot.delay = 0.4
        answer = await stage.double.say(JILL, "are you there?")
        assert answer["status"] == 504
        assert len(stage.bot.received) == 2
        assert stage.bot.received[0] == stage.bot.received[1]
        assert {found["why"] for found in stage.double.complaints()} >= {"The bot did not answer in time."}


async def test_a_bot_slow_once_is_heard_the_second_time() -> None:
    async with on_stage(patience=0.15) as stage:

        async def slow_once(activity: object) -> tuple[int, None]:
            await asyncio.sleep(0.4 if len(stage.bot.received) == 1 else 0)
            return 201, None

        stage.bot.answer = slow_once
        assert (await stage.double.say(BEN, "hello"))["status"] == 201
        assert len(stage.bot.received) == 2
