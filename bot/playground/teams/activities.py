"""The Activities that Teams posts to a bot, as plain JSON.

Shapes: the Bot Framework activity schema as `botbuilder.schema.Activity` reads it; what Teams adds (`channelData`,
`clientInfo`, `aadObjectId`, `conversation.tenantId`, the text/html attachment of a typed message) as the samples on the
Teams pages about conversation events, Universal Actions and dialogs show it.
"""

from __future__ import annotations

import html
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.teams.cast import Person, World

Json = dict[str, Any]


def stamp(moment: datetime) -> str:
    """A UTC time with milliseconds, as the service writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def activity(world: World, person: Person, kind: str, now: datetime, service_url: str, **fields: Any) -> Json:
    """What every activity from a personal chat has; `fields` come on top (an explicit id too)."""
    local = now.astimezone(ZoneInfo(person.timezone))
    return {
        "type": kind,
        "id": f"f:{uuid.uuid4()}",
        "timestamp": stamp(now),
        "localTimestamp": local.isoformat(timespec="milliseconds"),
        "localTimezone": person.timezone,
        "serviceUrl": service_url,
        "channelId": "msteams",
        "from": {"id": person.mri, "name": person.name, "aadObjectId": person.aad},
        "conversation": {"conversationType": "personal", "tenantId": person.tenant, "id": person.conversation},
        "recipient": {"id": world.bot, "name": world.bot_name},
        "entities": [
            {
                "type": "clientInfo",
                "locale": person.locale,
                "country": person.locale.partition("-")[2] or "US",
                "platform": "Web",
                "timezone": person.timezone,
            }
        ],
        "channelData": {"tenant": {"id": person.tenant}},
        "locale": person.locale,
    } | fields


def typed_message(text: str) -> Json:
    """The fields of a message that a person typed. Teams sends the words again as an HTML attachment."""
    paragraph = f"<p>{html.escape(text)}</p>"
    return {
        "text": text,
        "textFormat": "plain",
        "attachments": [{"contentType": "text/html", "content": paragraph}],
    }


def submitted_message(value: Any, reply_to: str) -> Json:
    """The fields of a message that an Action.Submit sends: a `value` and no text."""
    return {"value": value, "replyToId": reply_to}


def invoke(name: str, value: Json, reply_to: str | None) -> Json:
    """The fields of an invoke. A dialog's submit names no message: nothing on the page about dialogs assures it."""
    fields: Json = {"name": name, "value": value}
    return fields if reply_to is None else fields | {"replyToId": reply_to}


def execute_value(action: Json, data: Any, trigger: str) -> Json:
    """The value of `adaptiveCard/action`; `trigger` is manual for a click, automatic for a refresh."""
    sent: Json = {"type": "Action.Execute", "verb": action.get("verb"), "data": data}
    if "id" in action:
        sent["id"] = action["id"]
    return {"action": sent, "trigger": trigger}


def dialog_value(data: Any) -> Json:
    """The value of `task/fetch` and `task/submit`."""
    return {"data": data, "context": {"theme": "default"}}


def bot_added(world: World) -> Json:
    """The fields of the conversationUpdate after an installation: the one member added is the bot itself."""
    return {"membersAdded": [{"id": world.bot, "name": world.bot_name}]}
