"""Only the Bot Service gets in: everything else is 401 with an empty body, and nothing of it reaches the house."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.teams.adapter import MOST_BYTES, create_teams
from bot.teams.keys import BURST
from tests.teams.world import APP, HOME, STRANGER, Book, Microsoft, Notes, world

OTHER_KEY = rsa.generate_private_key(65537, 2048)
Make = Callable[[Microsoft], str | None]


def _unsigned(microsoft: Microsoft) -> str:
    _, claims, _ = microsoft.bearer().split(" ")[1].split(".")
    forged = jwt.utils.base64url_encode(json.dumps({"alg": "none", "kid": "k1", "typ": "JWT"}).encode()).decode()
    return f"Bearer {forged}.{claims}."


def _hs256(microsoft: Microsoft) -> str:
    """The classic confusion: the public key used as an HMAC secret."""
    claims = jwt.decode(microsoft.bearer().split(" ")[1], options={"verify_signature": False})
    return "Bearer " + jwt.encode(claims, "k" * 40, algorithm="HS256", headers={"kid": "k1"})


def _es256(microsoft: Microsoft) -> str:
    return microsoft.bearer(key=ec.generate_private_key(ec.SECP256R1()), alg="ES256")


def _tampered(microsoft: Microsoft) -> str:
    head, _, signature = microsoft.bearer().split(".")
    other = microsoft.bearer(exp=int(time.time() + 9999)).split(".")[1]
    return f"{head}.{other}.{signature}"


def _signed(microsoft: Microsoft, claims: Any) -> str:
    """Signed with the right key, whatever the claims are."""
    key = microsoft.keys[0][1]
    return "Bearer " + jwt.PyJWS().encode(json.dumps(claims).encode(), key, "RS256", headers={"kid": "k1"})


def _listed(microsoft: Microsoft, name: str) -> str:
    claims = jwt.decode(microsoft.bearer().split(" ")[1], options={"verify_signature": False})
    return _signed(microsoft, claims | {name: [claims[name]]})


BAD: dict[str, Make] = {
    "no header": lambda m: None,
    "not bearer": lambda m: "Basic " + m.bearer().split(" ")[1],
    "empty": lambda m: "Bearer ",
    "two dots": lambda m: "Bearer a.b.c",
    "garbage": lambda m: "Bearer \x7f\x7f",
    "too long": lambda m: "Bearer " + "a" * 20_000,
    "unsigned": _unsigned,
    "hs256": _hs256,
    "es256": _es256,
    "tampered": _tampered,
    "other key, known kid": lambda m: m.bearer(key=OTHER_KEY),
    "unknown kid": lambda m: m.bearer(kid="nobody"),
    "no kid": lambda m: m.bearer(kid=None),
    "expired": lambda m: m.bearer(exp=int(time.time() - 301)),
    "no exp": lambda m: m.bearer(exp=None),
    "exp is text": lambda m: m.bearer(exp="tomorrow"),
    "exp is huge": lambda m: m.bearer(exp=10**400),
    "not yet": lambda m: m.bearer(nbf=int(time.time() + 400)),
    "nbf is a list": lambda m: m.bearer(nbf=[1]),
    "no iss": lambda m: m.bearer(iss=None),
    "wrong iss": lambda m: m.bearer(iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"),
    "iss is a list": lambda m: _listed(m, "iss"),
    "claims are a list": lambda m: _signed(m, ["https://api.botframework.com"]),
    "no aud": lambda m: m.bearer(aud=None),
    "wrong aud": lambda m: m.bearer(aud="00000000-0000-4000-8000-000000000000"),
    "aud is a list": lambda m: m.bearer(aud=[APP]),
    "no serviceurl": lambda m: m.bearer(serviceurl=None),
    "other serviceurl": lambda m: m.bearer(serviceurl="https://evil.example/"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_token_is_401_and_reaches_nobody(name: str) -> None:
    async with world() as w:
        answer = await w.deliver(w.microsoft.activity(text="waiting"), bearer=BAD[name](w.microsoft))
        assert (answer.status_code, answer.json()) == (401, {})
        assert w.talk.presses == [] and w.book.untouched and w.microsoft.calls == []


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(token=st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=300))
def test_no_header_whatever_makes_a_500(token: str) -> None:
    async def run() -> None:
        async with world() as w:
            for scheme in ("", "Bearer ", "bearer  "):
                headers = {b"authorization": (scheme + token).encode("latin-1")}
                answer = await w.http.post("/api/messages", content=b"{}", headers=headers)
                assert answer.status_code == 401
            assert w.talk.presses == []

    asyncio.run(run())


ODD: dict[str, dict[str, Any]] = {
    "no serviceUrl": {"serviceUrl": None},
    "empty serviceUrl": {"serviceUrl": ""},
    "other serviceUrl": {"serviceUrl": "https://evil.example/"},
    "serviceUrl is a list": {"serviceUrl": []},
    "no channel": {"channelId": None},
    "other channel": {"channelId": "webchat"},
    "channel is a number": {"channelId": 7},
    "stranger": {"channelData": {"tenant": {"id": STRANGER}}, "conversation": {"id": "a:x", "tenantId": STRANGER}},
    "no tenant": {"channelData": {}, "conversation": {"id": "a:x"}},
    "two tenants": {"channelData": {"tenant": {"id": HOME}}},
    "broken tenant": {"channelData": {"tenant": {"id": "\ud800"}}, "conversation": {"id": "a:x"}},
}


@pytest.mark.parametrize("name", ODD)
async def test_an_activity_the_token_does_not_vouch_for_is_401(name: str) -> None:
    async with world() as w:
        for kind in ("message", "installationUpdate"):
            answer = await w.deliver(w.microsoft.activity(kind, action="add", text="hi") | ODD[name])
            assert (answer.status_code, answer.json()) == (401, {})
        assert w.talk.presses == [] and w.book.untouched and w.microsoft.calls == []


async def test_a_key_without_the_channels_endorsement_is_not_enough() -> None:
    async with world() as w:
        kid, key, _ = w.microsoft.keys[0]
        w.microsoft.keys = [(kid, key, ["webchat"])]
        assert (await w.deliver(w.microsoft.activity())).status_code == 401


async def test_a_good_token_gets_in_and_a_slash_at_the_end_is_no_matter() -> None:
    async with world() as w:
        url = w.microsoft.service_url.rstrip("/")
        answer = await w.deliver(w.microsoft.activity(text="waiting", serviceUrl=url))
        assert (answer.status_code, answer.content) == (200, b"")
        assert [press.words for press in w.talk.presses] == ["waiting"]


async def test_five_minutes_of_skew_are_allowed() -> None:
    async with world() as w:
        late = w.microsoft.bearer(exp=int(time.time() - 280), nbf=int(time.time() + 280))
        assert (await w.deliver(w.microsoft.activity(), bearer=late)).status_code == 200


async def test_a_malformed_body_is_400_only_for_someone_who_may_speak() -> None:
    async with world() as w:
        deep = b"[" * 100_000
        for raw in (b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", deep):
            assert (await w.deliver(None, raw=raw)).status_code == 400
            assert (await w.deliver(None, raw=raw, bearer=None)).status_code == 401
        cases: tuple[dict[str, Any], ...] = (
            {"type": None},
            {"type": 3},
            {"from": "Tom"},
            {"conversation": []},
            {"membersAdded": "x"},
            {"text": {}},
        )
        for odd in cases:
            assert (await w.deliver(w.microsoft.activity() | odd)).status_code == 400
        assert w.talk.presses == [] and w.book.untouched


async def test_a_body_that_is_too_large_is_413() -> None:
    async with world() as w:
        assert (await w.deliver(None, raw=b" " * (MOST_BYTES + 1))).status_code == 413

        async def drip() -> Any:
            for _ in range(MOST_BYTES // 1000 + 2):
                yield b" " * 1000

        answer = await w.http.post("/api/messages", content=drip(), headers={"Authorization": w.microsoft.bearer()})
        assert answer.status_code == 413


async def test_a_new_key_is_picked_up_without_a_restart() -> None:
    async with world() as w:
        assert (await w.deliver(w.microsoft.activity())).status_code == 200
        w.microsoft.rotate()
        bearer = w.microsoft.bearer(kid="k2")
        answers = await asyncio.gather(*(w.deliver(w.microsoft.activity(), bearer=bearer) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert w.microsoft.key_fetches == 2, "twenty requests with the new key share one fetch"
        old = w.microsoft.bearer(kid="k1", key=OTHER_KEY)
        assert (await w.deliver(w.microsoft.activity(), bearer=old)).status_code == 401


async def test_a_token_that_was_good_before_is_refused_once_it_is_too_old_or_its_key_is_another() -> None:
    clock = [time.time()]
    async with world(now=lambda: clock[0]) as w:
        bearer = w.microsoft.bearer(exp=int(clock[0] + 600))
        for _ in range(2):
            assert (await w.deliver(w.microsoft.activity(), bearer=bearer)).status_code == 200
        clock[0] += 905
        assert (await w.deliver(w.microsoft.activity(), bearer=bearer)).status_code == 401
    async with world() as w:
        bearer = w.microsoft.bearer()
        assert (await w.deliver(w.microsoft.activity(), bearer=bearer)).status_code == 200
        w.microsoft.keys = [("k1", OTHER_KEY, ["msteams"]), ("k3", OTHER_KEY, ["msteams"])]
        new = w.microsoft.bearer(kid="k3", key=OTHER_KEY)
        assert (await w.deliver(w.microsoft.activity(), bearer=new)).status_code == 200, "the new set is fetched"
        assert (await w.deliver(w.microsoft.activity(), bearer=bearer)).status_code == 401


async def test_junk_keys_do_not_hammer_the_key_server() -> None:
    async with world() as w:
        for index in range(40):
            assert (await w.deliver({}, bearer=w.microsoft.bearer(kid=f"junk{index}"))).status_code == 401
        assert w.microsoft.key_fetches == BURST


async def test_a_dead_key_server_stops_nobody_who_is_known_and_lets_nobody_new_in() -> None:
    clock = [time.time()]
    async with world(now=lambda: clock[0]) as w:
        w.microsoft.keys_broken = True
        assert (await w.deliver(w.microsoft.activity())).status_code == 401
        w.microsoft.keys_broken = False
        assert (await w.deliver(w.microsoft.activity())).status_code == 200
        w.microsoft.keys_broken = True
        clock[0] += 25 * 3600
        fresh: dict[str, Any] = {"exp": int(clock[0] + 600), "nbf": int(clock[0] - 5)}
        for _ in range(3):
            assert (await w.deliver(w.microsoft.activity(), bearer=w.microsoft.bearer(**fresh))).status_code == 200
            await asyncio.sleep(0.02)
        assert w.microsoft.key_fetches > 2, "an old set is renewed in the background"


@pytest.mark.parametrize("missing", ["app_id", "app_secret", "home_tenant"])
def test_an_empty_setting_refuses_to_start(missing: str) -> None:
    given: dict[str, Any] = {"app_id": APP, "app_secret": "x", "home_tenant": HOME} | {missing: " "}
    with pytest.raises(ValueError, match=r"Teams needs the .* of the bot's Entra registration"):
        create_teams(Notes(), Book(), **given)


async def test_nothing_of_a_token_or_body_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with world() as w:
        good, bad = w.microsoft.bearer(), w.microsoft.bearer(aud="x")
        w.talk.answer = _fail
        for bearer in (good, bad):
            await w.deliver(w.microsoft.activity(text="my secret words"), bearer=bearer)
            await w.deliver({"text": "my secret words"}, bearer=bearer)
    for secret in (good[7:], bad[7:], "my secret words", "out-1", "s3cret"):
        assert secret not in caplog.text


def _fail(press: Any) -> Any:
    raise RuntimeError("the house is on fire")
