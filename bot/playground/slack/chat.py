"""The Web API's chat.* methods: what becomes a message, and what Slack refuses to make one of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.playground.slack import limits
from bot.playground.slack.blocks import Refused, check_message
from bot.playground.slack.state import State
from bot.playground.slack.things import Conversation, Message, Workspace


@dataclass
class Call:
    """One authenticated call of a Web API method. `args` are strings (form, query) or JSON values."""

    state: State
    workspace: Workspace
    method: str
    args: dict[str, Any]

    def need(self, *names: str) -> None:
        """Refuses a call without these arguments, as Slack words it."""
        lacking = [f"missing required field: {name}" for name in names if self.args.get(name) in (None, "")]
        if lacking:
            raise Refused("invalid_arguments", lacking)

    def text_of(self, name: str) -> str:
        """A string argument, "" when it is missing or no string."""
        value = self.args.get(name)
        return value if isinstance(value, str) else ""

    def json_of(self, name: str, error: str) -> Any:
        """A structured argument, sent as JSON or as a string of JSON; None when missing."""
        value = self.args.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value) if value else None
            except (ValueError, RecursionError):
                raise Refused(error) from None
        return value


def conversation_of(call: Call, *, open_direct: bool = False) -> Conversation:
    """The conversation that `channel` names. Only chat.postMessage takes a user id (and opens the direct message)."""
    name, world, team = call.text_of("channel"), call.state.world, call.workspace.team
    if open_direct and world.user(team, name) is not None:
        return world.direct(team, name)
    found = world.conversations.get(name)
    if found is None and open_direct:
        found = next((c for c in world.conversations.values() if c.team == team and f"#{c.name}" == name), None)
    if found is None or found.team != team:
        raise Refused("channel_not_found")
    return found


def content_of(call: Call) -> dict[str, Any]:
    """text, blocks, attachments and metadata as Slack stores them; absent ones are left out."""
    found: dict[str, Any] = {}
    if isinstance(call.args.get("text"), str):
        found["text"] = call.args["text"][: limits.TEXT_TRUNCATED]
    blocks = call.json_of("blocks", "invalid_blocks_format")
    if blocks is not None:
        if not isinstance(blocks, list):
            raise Refused("invalid_blocks_format")
        found["blocks"] = check_message(blocks)
    attachments = call.json_of("attachments", "invalid_attachments")
    if attachments is not None:
        if not isinstance(attachments, list) or not all(isinstance(a, dict) for a in attachments):
            raise Refused("invalid_attachments")
        if len(attachments) > limits.ATTACHMENTS:
            raise Refused("too_many_attachments")
        found["attachments"] = [
            {**a, "blocks": check_message(a["blocks"], f"/attachments/{i}/blocks")} if a.get("blocks") else a
            for i, a in enumerate(attachments)
        ]
    metadata = call.json_of("metadata", "invalid_metadata_format")
    if metadata is not None:
        found["metadata"] = _metadata(metadata)
    return found


def _metadata(metadata: Any) -> dict[str, Any]:
    """docs.slack.dev/messaging/message-metadata: an event_type and an object."""
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not 0 < len(kind) <= limits.METADATA_EVENT_TYPE or not isinstance(payload, dict):
        raise Refused("invalid_metadata_schema")
    return metadata


def _own(call: Call, refusal: str) -> tuple[Conversation, Message]:
    """The app's own message that channel and ts name."""
    call.need("channel", "ts")
    conversation = conversation_of(call)
    message = conversation.messages.get(call.text_of("ts"))
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    if message.bot_id != call.workspace.bot_id:
        raise Refused(refusal)
    return conversation, message


def message_json(state: State, message: Message) -> dict[str, Any]:
    """A message as the API and payloads carry it (shape: chat.postMessage's example response)."""
    found: dict[str, Any] = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.bot_id is not None:
        found |= {
            "bot_id": message.bot_id,
            "app_id": state.world.app_id,
            "bot_profile": {
                "id": message.bot_id,
                "app_id": state.world.app_id,
                "name": state.world.app_name,
                "deleted": False,
                "team_id": message.team,
            },
        }
    found["team"] = message.team
    for name in ("blocks", "attachments", "metadata", "thread_ts"):
        if getattr(message, name):
            found[name] = getattr(message, name)
    if message.edited_ts is not None:
        found["edited"] = {"user": message.user, "ts": message.edited_ts}
    return found


def post_message(call: Call) -> dict[str, Any]:
    """chat.postMessage"""
    conversation = conversation_of(call, open_direct=True)
    if conversation.archived:
        raise Refused("is_archived")
    if not conversation.has_app:
        raise Refused("not_in_channel")
    content = content_of(call)
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise Refused("no_text")
    content.setdefault("text", "")
    thread = call.text_of("thread_ts") or None
    if thread is not None:
        thread = call.state.world.root(conversation, thread).ts
    workspace = call.workspace
    message = call.state.world.post(
        conversation, user=workspace.bot_user, bot_id=workspace.bot_id, thread_ts=thread, **content
    )
    call.state.tell_readers(conversation, message)
    call.state.posted(message)
    return {"channel": conversation.id, "ts": message.ts, "message": message_json(call.state, message)}


def update(call: Call) -> dict[str, Any]:
    """chat.update: what is left out stays (blocks, attachments, metadata); the text is limited more than in a post."""
    conversation, message = _own(call, "cant_update_message")
    if len(call.text_of("text")) > limits.UPDATE_TEXT:
        raise Refused("msg_too_long")
    content = content_of(call)
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise Refused("no_text")
    call.state.world.edit(message, **content)
    call.state.tell_readers(conversation, message)
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(call.state, message),
    }


def post_ephemeral(call: Call) -> dict[str, Any]:
    """chat.postEphemeral: only one person sees it, who has to be in the conversation."""
    call.need("user")
    conversation = conversation_of(call)
    if call.text_of("user") not in conversation.members:
        raise Refused("user_not_in_channel")
    content = content_of(call)
    if not (content.get("text") or content.get("blocks") or content.get("attachments")):
        raise Refused("no_text")
    content.setdefault("text", "")
    workspace = call.workspace
    message = call.state.world.post(
        conversation, user=workspace.bot_user, bot_id=workspace.bot_id, only_for=call.text_of("user"), **content
    )
    call.state.tell_readers(conversation, message)
    return {"message_ts": message.ts}


def delete(call: Call) -> dict[str, Any]:
    """chat.delete"""
    conversation, message = _own(call, "cant_delete_message")
    readers = call.state.world.readers(conversation, message)
    del conversation.messages[message.ts]
    call.state.tell(readers)
    return {"channel": conversation.id, "ts": message.ts}
