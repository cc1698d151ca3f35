"""What the bot says in answer to one interaction: by response_url, or in the body of a slash command's answer."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bot.playground.slack.blocks import Refused
from bot.playground.slack.chat import Call, content_of
from bot.playground.slack.http import Answer, faulty
from bot.playground.slack.state import State
from bot.playground.slack.things import Conversation, Message, Person

METHOD = "response_url"
"""The name under which faults and calls() know it."""


def deliver(
    state: State, person: Person, conversation: Conversation, original: Message | None, body: dict[str, Any]
) -> None:
    """Does what an answer says: docs.slack.dev/interactivity/handling-user-interaction#message_responses.

    Ephemeral unless `response_type` is in_channel; `replace_original` and `delete_original` act on the pressed message.
    `Refused` for content Slack would not take.
    """
    workspace = state.world.workspaces[person.team]
    if body.get("delete_original") is True:
        if original is not None and original.ts in state.world.conversations[original.channel].messages:
            readers = state.world.readers(state.world.conversations[original.channel], original)
            del state.world.conversations[original.channel].messages[original.ts]
            state.tell(readers)
        return
    content = content_of(Call(state, workspace, METHOD, body))
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise Refused("no_text")
    if body.get("replace_original") is True and original is not None:
        state.world.edit(original, **{"blocks": [], "attachments": [], "text": "", **content})
        state.tell_readers(state.world.conversations[original.channel], original)
        return
    if conversation.team != person.team:  # a forged click answers in the forger's own place
        conversation = state.world.direct(person.team, person.user)
    only_for = None if body.get("response_type") == "in_channel" else person.user
    content.setdefault("text", "")
    thread = body.get("thread_ts") if isinstance(body.get("thread_ts"), str) else None
    message = state.world.post(
        conversation,
        user=workspace.bot_user,
        bot_id=workspace.bot_id,
        only_for=only_for,
        thread_ts=thread,
        **content,
    )
    state.tell_readers(conversation, message)


class ResponseUrls:
    """An ASGI endpoint for /slack/response/{token}. Slack answers "ok", or 404 with used_url or expired_url."""

    def __init__(self, state: State, note: Any) -> None:
        self._state = state
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(Request(scope, receive))
        await answer.send(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return Answer("invalid_payload", 400)
        fault = self._state.faults.take(METHOD, None)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault is not None and not fault.stored:
            return self._noted("", body, faulty(fault))
        try:
            url = self._state.tickets.use(request.path_params["token"])
        except Refused as refusal:
            return self._noted("", body, Answer({"ok": False, "error": refusal.error}, 404))
        try:
            deliver(self._state, url.person, url.conversation, url.message, body)
        except Refused as refusal:
            return self._noted(url.person.team, body, Answer(refusal.error, 400))
        url.trigger.answered = True
        url.trigger.news.set()
        return self._noted(url.person.team, body, faulty(fault) if fault and fault.stored else Answer("ok"))

    def _noted(self, team: str, body: dict[str, Any], answer: Answer) -> Answer:
        error = "dropped" if answer.drop else "" if answer.status == 200 else str(answer.body)
        self._note(METHOD, team, body, error, self._state.clock.now().isoformat())
        return answer
