"""The Bot Connector's REST API over one shared aiohttp session: always a result, never an exception for the network."""

from __future__ import annotations

import json
import logging
import random
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.platform import Gone, Later, Unsure
from bot.teams.adaptive import WRITER
from bot.teams.failures import Failure, Method, classify
from bot.teams.links import web_host
from bot.teams.tokens import Refused, Tokens, Unreachable
from bot.teams.web import Web, read

GCC_URL = "https://smba.infra.gcc.teams.microsoft.com/gcc"
"""Where government-cloud tenants live; the worldwide host answers them 403 InvalidBotApiHost."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
REMEMBERED = 2_000

log = logging.getLogger("keyline.teams")


@dataclass(frozen=True)
class Sent:
    """Teams has it: `id` of the activity or conversation ("" if Teams did not say), `service_url` it went to.

    `activity`: the first message of a conversation that was begun with one; `said`: all that Teams answered.
    """

    id: str
    service_url: str
    activity: str = ""
    said: Mapping[str, Any] = field(default_factory=dict, compare=False)


class Connector:
    """Calls v3/conversations and v3/teams. Every method answers Sent or what else came of it."""

    def __init__(
        self, web: Web, tokens: Tokens, *, gcc_url: str = GCC_URL, chance: Callable[[], float] = random.random
    ) -> None:
        self._web, self._tokens, self._gcc_url, self._chance = web, tokens, gcc_url, chance
        self._refusals: OrderedDict[str, int] = OrderedDict()

    async def post(self, service_url: str, conversation: str, activity: Mapping[str, Any]) -> Sent | Failure:
        """A new activity."""
        path = f"/conversations/{_part(conversation)}/activities"
        return await self._call("POST", service_url, path, activity, room=_is_channel(conversation))

    async def put(
        self, service_url: str, conversation: str, message: str, activity: Mapping[str, Any]
    ) -> Sent | Failure:
        """Replaces an activity."""
        path = f"/conversations/{_part(conversation)}/activities/{_part(message)}"
        return await self._call("PUT", service_url, path, {**activity, "id": message}, room=_is_channel(conversation))

    async def delete(self, service_url: str, conversation: str, message: str) -> Sent | Failure:
        """Takes an activity away."""
        path = f"/conversations/{_part(conversation)}/activities/{_part(message)}"
        return await self._call("DELETE", service_url, path, None)

    async def channels(self, service_url: str, team: str) -> Sent | Failure:
        """`said["conversations"]`: [{id, name}] of a team's channels; the General one has no name."""
        return await self._call("GET", service_url, f"/teams/{_part(team)}/conversations", None, room=True)

    async def open(self, service_url: str, *, bot: str, person: str, tenant: str) -> Sent | Failure:
        """The one-to-one conversation with a person (their MRI, 29:...). The same again for the same person, so that
        nothing is lost by asking twice; without a tenant id the API answers 400."""
        body = {
            "bot": {"id": bot},
            "members": [{"id": person}],
            "isGroup": False,
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        result = await self._call("POST", service_url, "/conversations", body)
        if isinstance(result, Unsure):
            return Later(FIRST_WAIT, "conversation", result.reason)
        if isinstance(result, Sent) and not result.id:
            return Gone("target", "Teams opened no conversation with this person.")
        return result

    async def begin(
        self, service_url: str, *, bot: str, channel: str, tenant: str, activity: Mapping[str, Any]
    ) -> Sent | Failure:
        """A new thread in a channel: its `id` is `<channel>;messageid=<activity>` ("create the conversation" on the
        page about proactive messages)."""
        body = {
            "bot": {"id": bot},
            "isGroup": True,
            "tenantId": tenant,
            "channelData": {"channel": {"id": channel}, "tenant": {"id": tenant}},
            "activity": activity,
        }
        return await self._call("POST", service_url, "/conversations", body, room=True)

    async def _call(
        self, method: Method, service_url: str, path: str, body: Mapping[str, Any] | None, *, room: bool = False
    ) -> Sent | Failure:
        if not web_host(service_url):
            return Gone("target", "Teams gave no address that can be trusted for this person.")
        renewed = moved = False
        while True:
            try:
                token = await self._tokens.get()
            except Refused as refused:
                return Gone("installation", str(refused))
            except Unreachable as unreachable:
                return Later(unreachable.seconds, "org", f"No token for Teams: {unreachable}.")
            answer = await self._once(method, service_url, path, body, token)
            if not isinstance(answer, tuple):
                return answer
            status, headers, text = answer
            if 200 <= status < 300:
                self._refusals.pop(path, None)
                said = _said(text)
                return Sent(_id(said, "id"), service_url, _id(said, "activityId"), said)
            if status == 401 and not renewed and "BotNotRegistered" not in text:
                self._tokens.drop(token)
                renewed = True
            elif status == 403 and "InvalidBotApiHost" in text and not moved:
                service_url, moved = self._gcc_url, True
            else:
                log.info("teams %s answered %d", method, status)
                return classify(method, status, headers, text, backoff=self._backoff(path, status), room=room)

    async def _once(
        self, method: Method, service_url: str, path: str, body: Mapping[str, Any] | None, token: str
    ) -> tuple[int, Mapping[str, str], str] | Failure:
        url = URL(f"{service_url.rstrip('/')}/v3{path}", encoded=True)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        data = None if body is None else WRITER.write(body).encode()
        try:
            # a redirect would carry the token to an address nobody verified
            async with self._web.session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as response:
                try:
                    text = (await read(response)).decode("utf-8", "replace")
                except (aiohttp.ClientError, TimeoutError):
                    text = ""  # the status has been said; a body cut off changes nothing
                return response.status, response.headers, text
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Later(self._wait(0), "org", f"Teams cannot be reached ({type(error).__name__}).")
        except aiohttp.InvalidURL:
            return Gone("target", "Teams gave no usable address for this person.")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            reason = f"The connection to Teams broke before an answer came ({type(error).__name__})."
            return Unsure(reason) if method == "POST" else Later(self._wait(0), "conversation", reason)

    def _backoff(self, path: str, status: int) -> float:
        """Doubles with every refusal in a row of one conversation, with jitter, up to a minute."""
        if status not in (412, 429, 408, 502, 503, 504):
            return 0.0
        so_far = self._refusals.pop(path, 0)
        self._refusals[path] = so_far + 1
        while len(self._refusals) > REMEMBERED:
            self._refusals.popitem(last=False)
        return self._wait(so_far)

    def _wait(self, so_far: int) -> float:
        return min(FIRST_WAIT * 2.0 ** min(so_far, 10), LONGEST_WAIT) * (0.75 + 0.5 * self._chance())


def _part(text: str) -> str:
    return quote(text, safe="")


def _is_channel(conversation: str) -> bool:
    """Channels are called 19:...@thread.tacv2, with `;messageid=` for one of their threads; personal chats a:..."""
    return conversation.startswith("19:")


def _said(text: str) -> Mapping[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _id(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return found if isinstance(found, str) else ""
