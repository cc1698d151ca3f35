"""The guard: nothing unsigned is read, nothing signed makes us fall over, nothing of it reaches the log."""

from __future__ import annotations

import json
import logging
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack import limits
from bot.slack.guard import SIGNATURE, TIMESTAMP, parse, sign
from tests.slack.house import NOW, SECRET, house, signed
from tests.slack.payloads import a_click, a_command, a_message, a_reason, a_submission, an_event

BODY = json.dumps(an_event(**a_message("waiting"))).encode()


@pytest.mark.parametrize(
    ("what", "headers"),
    [
        ("no headers", {}),
        ("no signature", {TIMESTAMP: str(int(NOW))}),
        ("no timestamp", {SIGNATURE: sign(SECRET, str(int(NOW)), BODY)}),
        ("another body's signature", signed(b"{}")),
        ("another secret", signed(BODY, secret="guess")),
        ("stale", signed(BODY, NOW - 301)),
        ("from the future", signed(BODY, NOW + 301)),
        ("not a number", {TIMESTAMP: "soon", SIGNATURE: sign(SECRET, "soon", BODY)}),
        ("a number of another script", {TIMESTAMP: "١٧٨١٠٠٠٠٠٠".encode(), SIGNATURE: "v0=0"}),
        ("negative", {TIMESTAMP: "-1", SIGNATURE: sign(SECRET, "-1", BODY)}),
        ("a very long number", {TIMESTAMP: "9" * 5000, SIGNATURE: "v0=0"}),
        ("a signature beyond ASCII", {TIMESTAMP: str(int(NOW)), SIGNATURE: "v0=ü".encode()}),
        (
            "an older version",
            {TIMESTAMP: str(int(NOW)), SIGNATURE: sign(SECRET, str(int(NOW)), BODY).replace("v0", "v1")},
        ),
        ("upper case", {TIMESTAMP: str(int(NOW)), SIGNATURE: sign(SECRET, str(int(NOW)), BODY).upper()}),
    ],
)
async def test_what_slack_did_not_sign_is_401(what: str, headers: dict, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with house(offline=True) as it:
        response = await it.http.post("/slack/events", content=BODY, headers=headers)
        assert response.status_code == 401, what
        assert response.headers["x-slack-no-retry"] == "1"
        assert it.talk.presses == []
        assert "waiting" not in caplog.text and "v0=" not in caplog.text


@pytest.mark.parametrize(
    "body", [b"", b"{", b"ssl_check=1&token=x", b"\xff\xfe", b"payload=%7B", b"[" * 5000, b"a" * 900_000]
)
async def test_nonsense_without_a_signature_is_401(body: bytes) -> None:
    async with house(offline=True) as it:
        for content_type in ("application/json", "application/x-www-form-urlencoded", "x"):
            response = await it.http.post("/slack/events", content=body, headers={"content-type": content_type})
            assert response.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"5",
        b"\xff\xfe",
        b"payload=",
        b"payload=%7B",
        b"payload=[]",
        b"payload=5",
        b"just words",
        b"[" * 5000,
        b'{"a":' * 5000,
        b"&".join(b"a%d=1" % n for n in range(200)),
    ],
)
async def test_signed_nonsense_is_400_and_never_500(body: bytes) -> None:
    async with house(offline=True) as it:
        for content_type in ("application/json", "application/x-www-form-urlencoded"):
            response = await it.send(body, content_type)
            assert response.status_code == 400
        assert it.talk.presses == [] and it.slack.calls == []


@pytest.mark.parametrize(
    "payload",
    [
        a_click(actions=[]),
        a_click(actions=None),
        a_click(actions=["x"]),
        a_click(action={"action_id": 5}),
        a_click(action={"action_ts": ""}),
        a_click(user="U0DANA", team=None, team_id=7),
        a_click(user={"id": None, "team_id": "T0HARBOR"}),
        a_click(user={"id": "U 0;DROP", "team_id": "T0HARBOR"}),
        a_click(container="here"),
        a_click(channel=[]),
        a_click(view=5),
        a_click(enterprise=5),
        a_submission([]),  # type: ignore[arg-type]
        a_submission({"a": 5}),
        a_submission({}, id=""),
        a_submission({}, callback_id=5),
        {**a_submission({}), "view": None},
        an_event(type="message", channel_type="im", user=5, text="x"),
        an_event(type=5),
        {**an_event(type="message"), "event": "x"},
        {**an_event(**a_message("x")), "event_id": None},
        {"command": 5, "team_id": "T0HARBOR", "user_id": "U1"},
    ],
)
async def test_signed_payloads_of_a_wrong_shape_are_400(payload: dict) -> None:
    async with house(offline=True) as it:
        response = await it.send(json.dumps(payload).encode(), "application/json")
        assert response.status_code == 400
        assert it.talk.presses == []


async def test_a_large_body_is_413_whether_announced_or_not() -> None:
    async with house(offline=True) as it:
        body = b"x" * (limits.BODY_BYTES + 1)
        assert (await it.send(body, "application/json")).status_code == 413

        async def chunks():  # type: ignore[no-untyped-def]
            for _ in range(20):
                yield b"x" * 100_000

        response = await it.http.post("/slack/events", content=chunks(), headers=signed(b""))
        assert response.status_code == 413


async def test_the_edges_of_the_five_minutes_are_good() -> None:
    async with house(offline=True) as it:
        for at in (NOW - 300, NOW + 300):
            body = json.dumps(an_event(event_id=f"Ev{at}", **a_message("help"))).encode()
            assert (await it.send(body, "application/json", at=at)).status_code == 200


async def test_a_signed_ssl_check_and_url_verification_are_answered() -> None:
    async with house(offline=True) as it:
        assert (await it.form({"ssl_check": "1", "token": "x"})).status_code == 200
        it.installations.found.clear()
        body = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"}).encode()
        response = await it.send(body, "application/json")
        assert response.status_code == 200 and response.json() == {"challenge": "3eZbrw1a"}


async def test_a_replayed_request_does_nothing_twice() -> None:
    async with house() as it:
        body = urlencode({"payload": json.dumps(a_click(it.response_url))}).encode()
        first = await it.send(body, "application/x-www-form-urlencoded")
        second = await it.send(body, "application/x-www-form-urlencoded")
        assert first.status_code == second.status_code == 200
        assert len({press.key for press in it.talk.presses}) == 1
        assert len(it.slack.of("response")) == 1
        it.now[0] += 301
        assert (await it.send(body, "application/x-www-form-urlencoded", at=NOW)).status_code == 401


async def test_the_word_payload_in_a_command_is_only_a_word() -> None:
    async with house(offline=True) as it:
        await it.form(a_command("payload={}"))
        assert it.talk.presses[0].words == "payload={}"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
shapes = [
    a_click(),
    a_submission(a_reason()),
    an_event(**a_message("waiting")),
    an_event(type="app_home_opened", tab="home", user="U0DANA"),
    an_event(type="tokens_revoked", tokens={"oauth": [], "bot": ["U1"]}),
    {
        "type": "shortcut",
        "callback_id": "waiting",
        "trigger_id": "1.2",
        "user": {"id": "U1"},
        "team": {"id": "T0HARBOR"},
    },
    {"type": "view_closed", "view": {"callback_id": "x"}, "team": {"id": "T0HARBOR"}, "user": {"id": "U1"}},
    {"type": "block_suggestion", "action_id": "a", "team": {"id": "T0HARBOR"}, "user": {"id": "U1"}},
    a_command("waiting"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(shapes), st.data())
async def test_no_twisted_payload_gives_a_500(shape: dict, data: st.DataObject) -> None:
    payload = json.loads(json.dumps(shape))
    for _ in range(data.draw(st.integers(1, 3))):
        level = payload
        while True:
            name = data.draw(st.sampled_from(sorted(level)))
            if isinstance(level[name], dict) and level[name] and data.draw(st.booleans()):
                level = level[name]
                continue
            level[name] = data.draw(json_values)
            break
    async with house(offline=True) as it:
        response = await it.send(json.dumps(payload).encode(), "application/json")
        assert response.status_code in (200, 400, 401)


AWKWARD = st.text(st.one_of(st.sampled_from("=%&+\n\r\t .é€😀"), st.characters(exclude_categories=("Cs",))))


@given(AWKWARD)
def test_a_press_is_read_as_urllib_reads_it(text: str) -> None:
    body = urlencode({"payload": json.dumps({"text": text}, ensure_ascii=False)})
    read = parse(body.encode(), "application/x-www-form-urlencoded")
    assert read == json.loads(dict(parse_qsl(body))["payload"]) == {"text": text}
