"""Installing the app by OAuth, and the manifest that creates it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.slack.install import COOKIE
from bot.slack.manifest import SCOPES, manifest
from tests.slack.house import House, house

GRANTED = {
    "ok": True,
    "access_token": "xoxb-new",
    "token_type": "bot",
    "scope": ",".join(SCOPES),
    "bot_user_id": "U0NEWBOT",
    "app_id": "A0KEYLINE",
    "team": {"id": "T0MARLOW", "name": "Marlow & Finch <LLP>"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U0DANA"},
}


def ready(it: House) -> None:
    it.slack.replies["oauth.v2.access"] = lambda method, args: GRANTED
    it.slack.replies["auth.test"] = lambda method, args: {"ok": True, "bot_id": "B0NEW", "user_id": "U0NEWBOT"}


async def state(it: House) -> str:
    response = await it.http.get("/slack/install")
    assert response.status_code == 302
    return parse_qs(urlsplit(response.headers["location"]).query)["state"][0]


async def finish(it: House, **query: str) -> httpx.Response:
    return await it.http.get("/slack/oauth_redirect", params={"code": "c0de", **query})


async def test_installing_begins_at_slack() -> None:
    async with house(offline=True, api_url=None) as it:
        response = await it.http.get("/slack/install")
        url = urlsplit(response.headers["location"])
        asked = parse_qs(url.query)
        assert f"{url.scheme}://{url.netloc}{url.path}" == "https://slack.com/oauth/v2/authorize"
        assert asked["client_id"] == ["1.2"] and asked["scope"] == [",".join(SCOPES)]
        assert asked["redirect_uri"] == ["https://bot.example/slack/oauth_redirect"]
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=lax" in cookie


async def test_the_consent_page_stands_beside_the_api() -> None:
    async with house(offline=True, api_url="http://127.0.0.1:8701/slack/api/") as it:
        response = await it.http.get("/slack/install")
        assert response.headers["location"].startswith("http://127.0.0.1:8701/slack/oauth/v2/authorize?")


async def test_a_granted_installation_is_saved_with_its_token() -> None:
    async with house() as it:
        ready(it)
        response = await finish(it, state=await state(it))
        assert response.status_code == 200 and "Marlow &amp; Finch &lt;LLP&gt;" in response.text
        (saved,) = it.installations.saved
        assert (saved.org, saved.name) == ("T0MARLOW", "Marlow & Finch <LLP>")
        assert saved.secrets == {"bot_token": "xoxb-new"}
        assert saved.facts == {"bot_user": "U0NEWBOT", "bot_id": "B0NEW", "app_id": "A0KEYLINE"}
        assert it.slack.of("oauth.v2.access")[0]["code"] == "c0de"


async def test_a_workspace_of_nobody_is_refused_and_its_token_given_back() -> None:
    async with house() as it:
        ready(it)
        it.installations.not_allowed.add("T0MARLOW")
        response = await finish(it, state=await state(it))
        assert response.status_code == 403 and "T0MARLOW" in response.text
        assert it.installations.saved == [] and len(it.slack.of("auth.revoke")) == 1


@pytest.mark.parametrize("bad", ["", "x", "a.b.c", "n.1781000000.0", "ü.1.2", "n.²²²²²²²²²².0"])
async def test_a_state_we_did_not_give_is_refused(bad: str) -> None:
    async with house(offline=True) as it:
        await state(it)
        assert (await finish(it, state=bad)).status_code == 400
        assert it.installations.saved == []


async def test_a_state_of_another_browser_or_of_long_ago_is_refused() -> None:
    async with house(offline=True) as it:
        good = await state(it)
        it.http.cookies.delete(COOKIE)
        assert (await finish(it, state=good)).status_code == 400
        good = await state(it)
        it.now[0] += 601
        assert (await finish(it, state=good)).status_code == 400


@pytest.mark.parametrize(
    ("query", "answer"), [({"error": "access_denied"}, None), ({"code": ""}, None), ({}, "invalid_code")]
)
async def test_a_no_is_told_in_a_sentence(query: dict, answer: str | None) -> None:
    async with house() as it:
        it.slack.replies["oauth.v2.access"] = lambda method, args: {"ok": False, "error": answer}
        response = await finish(it, state=await state(it), **query)
        assert response.status_code == 400 and "<h1>Not installed</h1>" in response.text
        assert it.installations.saved == []


async def test_an_unreachable_slack_is_told_in_a_sentence() -> None:
    async with house() as it:
        it.slack.replies["oauth.v2.access"] = lambda method, args: ConnectionError()
        assert (await finish(it, state=await state(it))).status_code == 502
        it.slack.replies["oauth.v2.access"] = lambda method, args: {"ok": True}
        assert (await finish(it, state=await state(it))).status_code == 400


async def test_a_bot_of_one_workspace_has_nothing_to_install() -> None:
    async with house(offline=True, client_id=None, client_secret=None) as it:
        assert (await it.http.get("/slack/install")).status_code == 404
        assert (await finish(it, state="x")).status_code == 404


def settings(url: str = "https://bot.example/", command: str = "/keyline") -> SimpleNamespace:
    return SimpleNamespace(public=SimpleNamespace(url=url), slack=SimpleNamespace(command=command))


def test_the_manifest_keeps_slacks_limits_and_names_our_urls() -> None:
    made = manifest(settings(), name="A name that is far too long for an app of Slack")
    shown = made["display_information"]
    assert (
        len(shown["name"]) <= 35 and len(shown["description"]) <= 140 and 175 <= len(shown["long_description"]) <= 4000
    )
    (command,) = made["features"]["slash_commands"]
    assert command["command"] == "/keyline" and command["url"] == "https://bot.example/slack/events"
    assert all(len(shortcut["name"]) <= 24 for shortcut in made["features"]["shortcuts"])
    assert made["settings"]["interactivity"]["request_url"] == made["settings"]["event_subscriptions"]["request_url"]
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example/slack/oauth_redirect"]
    assert "im:history" in made["oauth_config"]["scopes"]["bot"]
    assert json.loads(json.dumps(made)) == made


def test_the_manifest_for_socket_mode_names_no_address_that_slack_would_call() -> None:
    made = manifest(settings(""), socket=True)
    assert made["settings"]["socket_mode_enabled"] is True and "http" not in json.dumps(made)
    assert made["settings"]["interactivity"] == {"is_enabled": True}
    with_install = manifest(settings(), socket=True)
    assert with_install["oauth_config"]["redirect_urls"] == ["https://bot.example/slack/oauth_redirect"]
    assert "/slack/events" not in json.dumps(with_install)


@pytest.mark.parametrize(
    ("url", "command", "key"),
    [("http://x", "/k", "public.url"), ("https://x", "k", "slack.command"), ("https://x", "/a b", "slack.command")],
)
def test_a_manifest_slack_would_refuse_is_refused_here(url: str, command: str, key: str) -> None:
    with pytest.raises(ValueError, match=key):
        manifest(settings(url, command))
