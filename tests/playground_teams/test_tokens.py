"""Who may speak: the tokens that the bot gets, and those with which Teams speaks to the bot."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from botframework.connector.auth import AuthenticationConfiguration, ChannelValidation, SimpleCredentialProvider
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor, _OpenIdMetadata
from jwt import PyJWKSet

from bot.playground.teams.cast import read_world
from bot.playground.teams.keys import ISSUER
from tests.playground_teams.house import APP, CEDAR, HOME, TOM, Stage, cast, on_stage


async def published(stage: Stage) -> Any:
    openid = (await stage.http.get(f"{stage.url}/teams/openid/.well-known/openidconfiguration")).json()
    return (await stage.http.get(openid["jwks_uri"])).json()


def verify(token: str, jwks: Any) -> dict[str, Any]:
    """As a careful bot does it, with PyJWT and the published keys."""
    kid = jwt.get_unverified_header(token)["kid"]
    key = next((key for key in PyJWKSet.from_dict(jwks).keys if key.key_id == kid), None)
    if key is None:
        raise jwt.InvalidKeyError("unknown kid")
    endorsed = next(entry for entry in jwks["keys"] if entry["kid"] == kid).get("endorsements", [])
    if "msteams" not in endorsed:
        raise jwt.InvalidKeyError("not endorsed")
    needs = {"require": ["exp", "iss", "aud", "nbf", "serviceurl"]}
    return jwt.decode(token, key, algorithms=["RS256"], audience=APP, issuer=ISSUER, leeway=300, options=needs)


async def test_what_teams_sends_verifies_against_the_published_keys(stage: Stage) -> None:
    await stage.double.say(TOM, "waiting")
    scheme, _, token = stage.bot.headers[-1]["authorization"].partition(" ")
    claims = verify(token, await published(stage))
    assert scheme == "Bearer"
    assert claims["serviceurl"] == stage.bot.last["serviceUrl"] == stage.double.service_url


async def test_the_sdk_of_microsoft_accepts_what_teams_sends(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await stage.double.say(TOM, "waiting")
    keys = (await published(stage))["keys"]
    metadata = _OpenIdMetadata("unused")

    async def refresh() -> None:
        metadata.keys = keys

    monkeypatch.setattr(metadata, "_refresh", refresh)
    monkeypatch.setattr(JwtTokenExtractor, "get_open_id_metadata", staticmethod(lambda url: metadata))
    sent = stage.bot.last
    identity = await ChannelValidation.authenticate_channel_token_with_service_url(
        stage.bot.headers[-1]["authorization"],
        SimpleCredentialProvider(APP, ""),
        sent["serviceUrl"],
        sent["channelId"],
        AuthenticationConfiguration(),
    )
    assert identity.is_authenticated


async def test_every_bad_token_is_bad_and_each_for_its_own_reason(stage: Stage) -> None:
    jwks = await published(stage)
    good = stage.double.token()
    accepted = []
    bad = stage.double.bad_tokens()
    for name, header in bad.items():
        scheme, _, token = (header or "").partition(" ")
        if scheme != "Bearer":
            continue
        try:
            claims = verify(token, jwks)
        except (jwt.InvalidTokenError, jwt.InvalidKeyError, jwt.PyJWKError, KeyError, ValueError):
            continue
        if claims["serviceurl"] == stage.double.service_url:
            accepted.append(name)
    assert accepted == []
    assert verify(good, jwks)["aud"] == APP
    assert len(set(bad.values())) == len(bad) >= 25
    assert bad["missing"] is None


async def test_the_forged_token_names_a_published_key_and_differs_in_its_signature_only(stage: Stage) -> None:
    forged = str(stage.double.bad_tokens()["forged"]).removeprefix("Bearer ")
    kids = [key["kid"] for key in (await published(stage))["keys"]]
    assert jwt.get_unverified_header(forged)["kid"] in kids
    with pytest.raises(jwt.InvalidSignatureError):
        verify(forged, await published(stage))


async def test_any_header_can_be_sent_to_the_bot(stage: Stage) -> None:
    activity = stage.double.activity(TOM, "message", text="hello")
    for header in stage.double.bad_tokens().values():
        answer = await stage.double.deliver(activity, authorization=header)
        assert answer.status == 201
    await stage.double.deliver([1, 2], authorization=None)
    assert "authorization" not in stage.bot.headers[-1]
    assert stage.bot.last == [1, 2]


async def test_after_a_rotation_old_tokens_still_verify_but_not_after_a_hard_one(stage: Stage) -> None:
    old = stage.double.token()
    stage.double.fault({"platform": "teams", "kind": "rotate_keys"})
    middle = stage.double.token()
    jwks = await published(stage)
    assert verify(old, jwks) and verify(middle, jwks)
    assert jwt.get_unverified_header(old)["kid"] != jwt.get_unverified_header(middle)["kid"]
    stage.double.fault({"platform": "teams", "kind": "rotate_keys_hard"})
    jwks = await published(stage)
    assert verify(stage.double.token(), jwks)
    with pytest.raises(jwt.InvalidKeyError):
        verify(middle, jwks)


async def test_the_home_tenant_gives_a_token_that_the_connector_takes(stage: Stage) -> None:
    answer = await stage.ask_token()
    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer" and answer.json()["expires_in"] == 3599
    message = {"type": "message", "text": "hi"}
    sent = await stage.call("POST", "/a:tom/activities", message, token=answer.json()["access_token"])
    assert sent.status_code == 201
    tokens = [call for call in stage.double.calls() if call["op"] == "token"]
    assert tokens[0]["count"] == 1 and tokens[0]["statuses"] == {"200": 1}


@pytest.mark.parametrize(
    ("tenant", "fields", "status", "error"),
    [
        (CEDAR, {}, 400, "unauthorized_client"),
        ("botframework.com", {}, 400, "unauthorized_client"),
        ("nobody", {}, 400, "invalid_request"),
        (HOME, {"client_secret": "abc8Q~not-ours"}, 401, "invalid_client"),
        (HOME, {"client_id": CEDAR}, 400, "unauthorized_client"),
        (HOME, {"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
        (HOME, {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (HOME, {"client_secret": ""}, 400, "invalid_request"),
    ],
)
async def test_only_the_cast_gets_a_token(
    stage: Stage, tenant: str, fields: dict[str, str], status: int, error: str
) -> None:
    answer = await stage.ask_token(tenant, **fields)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"].startswith("AADSTS")
    assert "abc8Q" not in answer.text


async def test_a_token_that_was_not_issued_or_has_expired_is_refused(stage: Stage) -> None:
    for token in ("none", "xoxb-play", stage.double.token()):
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{stage.double.service_url}v3/conversations/a:tom/activities"
        assert (await stage.http.post(url, json={"type": "message"}, headers=headers)).status_code == 401
    stage.double.login.lifetime = 0.0
    assert (await stage.call("POST", "/a:tom/activities", {"type": "message", "text": "late"})).status_code == 401
    assert stage.double.screen(TOM) == []


async def test_the_token_endpoint_can_be_told_to_fail(stage: Stage) -> None:
    stage.double.fault({"platform": "teams", "op": "token", "kind": "429", "retry_after": 2})
    answer = await stage.ask_token()
    assert answer.status_code == 429 and answer.headers["retry-after"] == "2"
    assert (await stage.ask_token()).status_code == 200


@pytest.mark.parametrize("url", ["https://bot.example.com", "http://10.0.0.7:8700", "http://127.0.0.1.example.com"])
def test_a_bot_elsewhere_is_never_spoken_to(url: str) -> None:
    with pytest.raises(ValueError, match="on this machine"):
        read_world(cast(url))


async def test_a_bot_that_is_down_is_an_answer_not_an_error() -> None:
    async with on_stage() as stage:
        stage.double.channel._url = "http://127.0.0.1:9/api/messages"
        assert (await stage.double.say(TOM, "hello"))["status"] == 502
