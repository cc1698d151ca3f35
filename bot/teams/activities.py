"""Reads an activity of the Bot Framework into who did what where, and into the Press it means.

Only the fields used are read and checked: Teams adds fields, event types and entity types at any time, and an unknown
one must change nothing. Shapes: the Bot Framework activity schema and the Teams pages on conversation events, universal
actions and dialogs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from bot.conversation import Press
from bot.platform import Account
from bot.teams import forms
from bot.teams.elements import MARK
from bot.teams.text import line, sound
from handlers.commands import Ref

LONGEST_WORDS = 10_000
LONGEST_NAME = 100
_MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)


class Malformed(ValueError):
    """The body is no activity, or an action is none of ours."""


@dataclass(frozen=True)
class Named:
    """A team or channel: its id and what people call it, "" where Teams does not say."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Arrival:
    """One verified activity. `user` is the aadObjectId ("" when Teams names nobody), `mri` the person's 29:... id.

    `event`, `team` and `channel` are what `channelData` says of a team.
    """

    activity: Activity
    tenant: str
    user: str
    mri: str
    bot: str
    service_url: str
    conversation: str
    personal: bool
    event: str = ""
    team: Named = Named()
    channel: Named = Named()

    @property
    def account(self) -> Account:
        """Where this person can be reached from now on."""
        address = {
            "service_url": self.service_url,
            "conversation": self.conversation,
            "mri": self.mri,
            "bot": self.bot,
        }
        return Account("teams", self.tenant, self.user, address)


def read(body: Mapping[str, Any]) -> Arrival:
    """The activity of a parsed body; Malformed when a field that is needed has a wrong shape."""
    kind = _text(body, "type")
    if not kind:
        raise Malformed("an activity has a type")
    sender, recipient = _account(body, "from"), _account(body, "recipient")
    conversation = _object(body, "conversation")
    conversation_id = _text(conversation, "id")
    conversation_type = _text(conversation, "conversationType")
    activity = Activity(
        type=kind,
        id=_text(body, "id"),
        name=_text(body, "name"),
        action=_text(body, "action"),
        channel_id=_text(body, "channelId"),
        service_url=_text(body, "serviceUrl"),
        from_property=sender,
        recipient=recipient,
        conversation=ConversationAccount(id=conversation_id, conversation_type=conversation_type),
        members_added=_accounts(body, "membersAdded"),
        members_removed=_accounts(body, "membersRemoved"),
        reply_to_id=_text(body, "replyToId"),
        text=_text(body, "text"),
        value=body.get("value"),
    )
    return Arrival(
        activity=activity,
        tenant=_tenant(body, conversation),
        user=sender.aad_object_id or "",
        mri=sender.id or "",
        bot=recipient.id or "",
        service_url=activity.service_url,
        conversation=conversation_id,
        # an old client leaves the type out; personal conversations are called a:...
        personal=conversation_type == "personal" or (not conversation_type and conversation_id.startswith("a:")),
        event=_text(_object(body, "channelData"), "eventType"),
        team=_named(_object(body, "channelData"), "team"),
        channel=_named(_object(body, "channelData"), "channel"),
    )


def said(arrival: Arrival) -> Press:
    """A message: what was typed, without mentions."""
    words = _MENTION.sub(" ", arrival.activity.text or "").replace("\xa0", " ").strip()
    key = _key("message", arrival.tenant, arrival.conversation, arrival.activity.id or words)
    return Press(
        key, "teams", arrival.tenant, arrival.user, verb="say", words=words[:LONGEST_WORDS], name=_name(arrival)
    )


def pressed(arrival: Arrival, data: Any, *, verb: str = "", submits: bool = False) -> Press:
    """A button or form by its action's data; Malformed for data that no card of ours carries.

    `submits`: a dialog was submitted, so the inputs count whatever the data says. Teams gives a click no id of its own,
    so the key is what was pressed on which message by whom; the same press again has the same key.
    """
    claims = data.get(MARK) if isinstance(data, Mapping) else None
    if not isinstance(claims, Mapping):
        raise Malformed("not one of our buttons")
    verb = _text(claims, "verb") or verb
    if not verb or len(verb) > 100 or not verb.isprintable():
        raise Malformed("a button names what it does")
    ref = _text(claims, "ref")
    filled = forms.inputs(data) if submits or claims.get("submits") is True else None
    version, revision = _count(claims, "version"), _count(claims, "revision")
    where = [arrival.conversation, arrival.activity.reply_to_id or ""]
    return Press(
        key=_key("press", arrival.tenant, arrival.user, *where, verb, ref, version, revision, filled),
        platform="teams",
        org=arrival.tenant,
        user=arrival.user,
        verb=verb,
        ref=Ref.parse(ref) if ref else None,
        version=version,
        revision=revision,
        inputs=filled,
        name=_name(arrival),
    )


def _name(arrival: Arrival) -> str:
    """What Teams calls the person."""
    return line(arrival.activity.from_property.name or "", LONGEST_NAME)


def _key(*parts: object) -> str:
    written = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    return "teams:" + hashlib.sha256(written.encode()).hexdigest()


def _tenant(body: Mapping[str, Any], conversation: Mapping[str, Any]) -> str:
    """Personal chats may carry only one of the two places; two different ones mean that something is wrong: ""."""
    named = {_text(_object(_object(body, "channelData"), "tenant"), "id"), _text(conversation, "tenantId")} - {""}
    return named.pop() if len(named) == 1 else ""


def _named(body: Mapping[str, Any], name: str) -> Named:
    found = _object(body, name)
    return Named(_text(found, "id"), _text(found, "name"))


def _account(body: Mapping[str, Any], name: str) -> ChannelAccount:
    found = _object(body, name)
    return ChannelAccount(id=_text(found, "id"), name=_text(found, "name"), aad_object_id=_text(found, "aadObjectId"))


def _accounts(body: Mapping[str, Any], name: str) -> list[ChannelAccount]:
    listed = body.get(name)
    if listed is None:
        return []
    if not isinstance(listed, list):
        raise Malformed(f"{name} is a list")
    return [ChannelAccount(id=_text(each, "id")) for each in listed if isinstance(each, Mapping)]


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Malformed(f"{name} is an object")
    return found


def _text(body: Mapping[str, Any], name: str) -> str:
    found = body.get(name)
    if found is None:
        return ""
    if not isinstance(found, str):
        raise Malformed(f"{name} is a text")
    return sound(found)


def _count(claims: Mapping[str, Any], name: str) -> int:
    found = claims.get(name, 0)
    if isinstance(found, str) and found.isdecimal() and found.isascii() and len(found) < 10:
        found = int(found)
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**31:
        raise Malformed(f"{name} is a count")
    return found
