"""Payload -> Press: what a person did, in the house's words, beside the place where the answer belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.conversation import Press
from bot.slack import forms
from bot.slack.claims import Claim, Malformed, unpack
from bot.slack.names import from_handle
from bot.slack.payloads import Payload, enterprise_of, identifier, installed_in, key, needed, part, person, string
from bot.slack.rooms import RoomNews, news_of
from bot.slack.text import typed

Kind = Literal[
    "click",
    "stale",
    "submission",
    "command",
    "shortcut",
    "message",
    "mention",
    "home",
    "left",
    "closed",
    "alive",
    "room",
    "options",
    "nothing",
]

HOME_WORDS = "waiting"
"""What the Home tab shows: the page of this name."""


@dataclass(frozen=True)
class Place:
    """Where an answer belongs. Empty strings for what this payload does not offer."""

    user: str = ""
    channel: str = ""
    thread: str = ""
    trigger: str = ""
    response_url: str = ""
    ephemeral: bool = False
    surface: Literal["message", "modal", "home"] = "message"
    title: str = ""
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Heard:
    """One signed payload understood. `orgs`: where its installation may be kept; `press`: None where none is due.

    `account`: the workspace and user whose account was closed, or lives (kinds "closed" and "alive"). `room`: what
    happened to a channel (kind "room").
    """

    kind: Kind
    orgs: tuple[str, ...]
    press: Press | None = None
    place: Place = field(default_factory=Place)
    account: tuple[str, str] = ("", "")
    room: RoomNews | None = None


def hear(payload: Payload) -> Heard:
    """Malformed for what Slack would not send; kind "nothing" for what is not for us and is simply acknowledged."""
    part(payload, "event"), part(payload, "view")
    kind = "command" if "command" in payload and "type" not in payload else string(payload, "type")
    return _KINDS.get(kind, _nothing)(payload)


def _nothing(payload: Payload) -> Heard:
    return Heard("nothing", installed_in(payload))


def _click(payload: Payload) -> Heard:
    actions = payload.get("actions")
    if not isinstance(actions, list) or not actions or not isinstance(actions[0], dict):
        raise Malformed("no action")
    action, container, view = actions[0], part(payload, "container"), part(payload, "view")
    action_id = needed(string(action, "action_id"), "the action's id")
    if string(action, "type") != "button":
        return _nothing(payload)
    org, user = person(payload)
    channel = identifier(part(payload, "channel"), "id") or identifier(container, "channel_id")
    where = string(container, "message_ts") or identifier(container, "view_id") or identifier(view, "id")
    place = Place(
        user,
        channel=channel,
        trigger=string(payload, "trigger_id"),
        response_url=string(payload, "response_url"),
        ephemeral=container.get("is_ephemeral") is True,
        surface="message" if not view else "home" if string(view, "type") == "home" else "modal",
        title=string(part(view, "title"), "text"),
    )
    orgs = installed_in(payload)
    action_ts = needed(string(action, "action_ts"), "the action's time")
    try:
        claim = unpack(action.get("value"))
    except Malformed:
        return Heard("stale", orgs, None, place)
    team = next(iter(orgs), "")
    press_key = key("click", team, f"{channel}/{where}", org, user, action_id, action_ts)
    press = _press(press_key, org, user, claim, name=_name(payload))
    # The courier redraws the card in the person's chat; only a page or a private message is the answer's to redraw.
    return Heard("click", orgs, replace(press, wants_card=place.ephemeral or place.surface != "message"), place)


def _submission(payload: Payload) -> Heard:
    view = part(payload, "view")
    string(view, "callback_id")
    org, user = person(payload)
    press_key = key("view", org, user, needed(identifier(view, "id"), "the view"), string(view, "hash"))
    title = string(part(view, "title"), "text")
    place = Place(user, surface="modal", title=title)
    inputs = forms.inputs(part(view, "state").get("values", {}))
    try:
        claim = unpack(view.get("private_metadata"))
    except Malformed:
        return Heard("stale", installed_in(payload), None, place)
    place = Place(user, channel=claim.channel, surface="modal", title=title, fields=frozenset(inputs))
    press = _press(press_key, org, user, claim, inputs, _name(payload))
    return Heard("submission", installed_in(payload), press, place)


def _press(
    press_key: str, org: str, user: str, claim: Claim, inputs: dict[str, str] | None = None, name: str = ""
) -> Press:
    """A "say" button opens a page: its words are the page's name."""
    words = claim.ref.id if claim.verb == "say" and claim.ref and claim.ref.kind == "page" else ""
    seen = (claim.verb, claim.ref, claim.version, claim.revision)
    return Press(press_key, "slack", org, user, *seen, inputs=inputs, words=words, name=name)


def _name(payload: Payload) -> str:
    """The handle that interactions carry ("nora.blake"), made readable; events carry none."""
    user = part(payload, "user")
    return from_handle(string(user, "username") or string(user, "name"))


def _command(payload: Payload) -> Heard:
    org, user = person(payload)
    string(payload, "command")
    trigger = needed(string(payload, "trigger_id"), "the trigger")
    press = Press(key("command", org, user, trigger), "slack", org, user, "say", words=typed(string(payload, "text")))
    press = replace(press, name=from_handle(string(payload, "user_name")))
    place = Place(
        user,
        channel=identifier(payload, "channel_id"),
        trigger=trigger,
        response_url=string(payload, "response_url"),
    )
    return Heard("command", installed_in(payload), press, place)


def _shortcut(payload: Payload) -> Heard:
    """A shortcut's callback id is the word it stands for ("waiting", "request")."""
    org, user = person(payload)
    trigger = needed(string(payload, "trigger_id"), "the trigger")
    words = string(payload, "callback_id").replace("_", " ")
    press = Press(key("shortcut", org, user, trigger), "slack", org, user, "say", words=words, name=_name(payload))
    return Heard("shortcut", installed_in(payload), press, Place(user, trigger=trigger))


def _event(payload: Payload) -> Heard:
    event = part(payload, "event")
    name = string(event, "type")
    if name in ("app_uninstalled", "tokens_revoked"):
        # Only a revoked bot token ends an installation; people may revoke tokens of their own.
        over = name == "app_uninstalled" or bool(part(event, "tokens").get("bot"))
        return Heard("left" if over else "nothing", installed_in(payload))
    if name == "user_change":
        return _account(payload, part(event, "user"))
    if room := news_of(payload):
        return Heard("room", installed_in(payload), room=room)
    kind: Kind = "nothing"
    if name == "message" and string(event, "channel_type") == "im":
        # Our own messages carry bot_id; edits, joins and the like carry a subtype; a file is still a message.
        spoken = not event.get("bot_id") and string(event, "subtype") in ("", "file_share")
        kind = "message" if spoken and event.get("user") else "nothing"
    elif name == "app_mention" and not event.get("bot_id"):
        kind = "mention"
    elif name == "app_home_opened" and string(event, "tab") in ("", "home"):
        kind = "home"
    if kind == "nothing":
        return _nothing(payload)
    org, user = person(payload)
    words = HOME_WORDS if kind == "home" else typed(string(event, "text"))
    press_key = key("event", org, user, needed(string(payload, "event_id"), "the event's id"))
    place = Place(
        user,
        channel="" if kind == "home" else identifier(event, "channel"),
        thread=string(event, "thread_ts"),
        surface="home" if kind == "home" else "message",
    )
    return Heard(kind, installed_in(payload), Press(press_key, "slack", org, user, "say", words=words), place)


def _account(payload: Payload, user: Payload) -> Heard:
    """Somebody was deactivated, or something else about a living account changed: docs.slack.dev/reference/events/
    user_change. Deactivating and bringing back send no other event."""
    home, orgs = identifier(user, "team_id"), installed_in(payload)
    if not home or home == enterprise_of(payload):
        home = next(iter(orgs), "")
    account = (needed(home, "the workspace"), needed(identifier(user, "id"), "the user"))
    return Heard("closed" if user.get("deleted") is True else "alive", orgs, account=account)


def _options(payload: Payload) -> Heard:
    needed(string(payload, "action_id"), "the action's id")
    return Heard("options", installed_in(payload))


_KINDS: dict[str, Callable[[Payload], Heard]] = {
    "block_actions": _click,
    "view_submission": _submission,
    "command": _command,
    "shortcut": _shortcut,
    "message_action": _shortcut,
    "event_callback": _event,
    "block_suggestion": _options,
}
