"""Installing by OAuth: the consent page, one-time codes, and the token they buy."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground_slack.house import OTHER_TOKEN, House


def link(house: House, **more: str) -> str:
    """The link as slack_sdk writes it."""
    back = more.get("back", f"{house.bot_url}/slack/oauth_redirect")
    generator = AuthorizeUrlGenerator(
        client_id=more.get("client_id", "1.2"),
        scopes=["chat:write", "commands"],
        redirect_uri=back,
        authorization_url=f"{house.url}/slack/oauth/v2/authorize",
    )
    return generator.generate(state="s3cret")


async def decide(house: House, url: str, **form: str) -> dict[str, list[str]]:
    async with house.session.post(url, data=form, allow_redirects=False) as answer:
        assert answer.status == 302
        assert answer.headers["Location"].startswith(house.bot_url)
        return parse_qs(urlsplit(answer.headers["Location"]).query)


async def exchange(house: House, code: str, secret: str = "shh") -> str:
    client: AsyncWebClient = house.client("")
    back = f"{house.bot_url}/slack/oauth_redirect"
    try:
        found = await client.oauth_v2_access(client_id="1.2", client_secret=secret, code=code, redirect_uri=back)
    except SlackApiError as refusal:
        return str(refusal.response["error"])
    assert (found["team"]["id"], found["bot_user_id"], found["scope"]) == (
        "T0MARLOW",
        "U0KEYBOT2",
        "chat:write,commands",
    )
    return str(found["access_token"])


async def test_a_workspace_installs_the_app_and_its_code_works_once(house: House) -> None:
    async with house.session.get(link(house)) as page:
        assert page.status == 200
        assert "Harborline IT" in await page.text()
    told = await decide(house, link(house), team="T0MARLOW", decision="allow")
    assert told["state"] == ["s3cret"]
    assert await exchange(house, told["code"][0], "wrong") == "bad_client_secret"
    token = await exchange(house, told["code"][0])
    assert token == OTHER_TOKEN
    assert await exchange(house, told["code"][0]) == "code_already_used"
    assert await exchange(house, "made-up") == "invalid_code"
    assert token not in str(house.double.calls())


async def test_a_new_install_after_an_uninstall_has_a_new_token(house: House) -> None:
    house.double.fault({"kind": "uninstall", "team": "T0MARLOW"})
    told = await decide(house, link(house), team="T0MARLOW", decision="allow")
    token = await exchange(house, told["code"][0])
    assert token.startswith("xoxb-play-")
    assert token != OTHER_TOKEN
    assert (await house.client(token).auth_test())["team_id"] == "T0MARLOW"


async def test_a_refusal_goes_back_as_access_denied(house: House) -> None:
    told = await decide(house, link(house), team="T0MARLOW", decision="cancel")
    assert told == {"error": ["access_denied"], "state": ["s3cret"]}


@pytest.mark.parametrize("more", [{"client_id": "9.9"}, {"back": "https://evil.example/"}])
async def test_a_wrong_app_or_redirect_goes_nowhere(house: House, more: dict[str, str]) -> None:
    for send in (house.session.get, house.session.post):
        async with send(link(house, **more), allow_redirects=False) as answer:
            assert answer.status == 400
            assert "Location" not in answer.headers
