"""The JSON that Slack sends to an app, one function a kind of payload; each says where its shape comes from."""

from __future__ import annotations

import secrets
import time
from typing import Any

from bot.playground.slack.chat import message_json
from bot.playground.slack.state import State
from bot.playground.slack.things import Conversation, Message, Person
from bot.playground.slack.tickets import Trigger
from bot.playground.slack.view import View

Json = dict[str, Any]
VERIFICATION_TOKEN = "legacy-verification-token"  # noqa: S105 - the deprecated `token` field, which proves nothing


def _team(state: State, team: str) -> Json:
    known = state.world.workspaces.get(team)
    return {"id": team, "domain": known.domain if known else team.lower()}


def _user(person: Person) -> Json:
    return {"id": person.user, "username": person.handle, "name": person.handle, "team_id": person.home}


def _common(state: State, kind: str, person: Person, team: str) -> Json:
    return {
        "type": kind,
        "team": _team(state, team),
        "user": _user(person),
        "api_app_id": state.world.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def message_actions(
    state: State,
    trigger: Trigger,
    conversation: Conversation,
    message: Message,
    action: Json,
    values: Json,
    response_url: str,
) -> Json:
    """A press in a message: docs.slack.dev/reference/interaction-payloads/block_actions-payload.

    `team` is the workspace where the app is installed even when a guest from elsewhere presses; `user.team_id` is the
    guest's own (slackapi/bolt-js#1614).
    """
    person = trigger.person
    private = message.only_for is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": private,
    }
    found = {
        **_common(state, "block_actions", person, person.team),
        "container": container,
        "trigger_id": trigger.id,
        "channel": {"id": conversation.id, "name": "directmessage" if conversation.person else conversation.name},
        "message": message_json(state, message),
        "state": {"values": values},
        "response_url": response_url,
        "actions": [action],
    }
    if private:  # an ephemeral message is stored nowhere, so its content does not come back
        del found["message"]
    return found


def view_actions(state: State, trigger: Trigger, view: View, action: Json, values: Json) -> Json:
    """A press in a modal or in App Home (same page): a view container, no channel, no response_url."""
    person = trigger.person
    return {
        **_common(state, "block_actions", person, person.home),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger.id,
        "view": view.payload(values),
        "actions": [action],
    }


def view_submission(state: State, trigger: Trigger, view: View, values: Json) -> Json:
    """docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission.

    `team` is the submitter's own workspace; the app's stands in `view.app_installed_team_id` (slackapi/bolt-js#1614).
    """
    person = trigger.person
    return {
        **_common(state, "view_submission", person, person.home),
        "trigger_id": trigger.id,
        "view": view.payload(values),
        "response_urls": [],
    }


def view_closed(state: State, person: Person, view: View, *, cleared: bool) -> Json:
    """The same page, #view_closed: only for views with notify_on_close."""
    found = {**_common(state, "view_closed", person, person.home), "view": view.payload()}
    return {**found, "is_cleared": cleared}


def block_suggestion(state: State, person: Person, view: View, block_id: str, action_id: str, typed: str) -> Json:
    """docs.slack.dev/reference/interaction-payloads/block_suggestion-payload: options for what was typed so far."""
    return {
        **_common(state, "block_suggestion", person, person.home),
        "container": {"type": "view", "view_id": view.id},
        "action_id": action_id,
        "block_id": block_id,
        "value": typed,
        "view": view.payload(),
    }


def slash_command(
    state: State, trigger: Trigger, conversation: Conversation, command: str, text: str, response_url: str
) -> dict[str, str]:
    """docs.slack.dev/interactivity/implementing-slash-commands: a plain form, no `payload` field."""
    person = trigger.person
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team,
        "team_domain": str(_team(state, person.team)["domain"]),
        "channel_id": conversation.id,
        "channel_name": "directmessage" if conversation.person else conversation.name,
        "user_id": person.user,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": state.world.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger.id,
    }


def event_callback(state: State, team: str, event: Json, *, shared: bool = False) -> Json:
    """The envelope of every event: docs.slack.dev/apis/events-api (callback field overview)."""
    workspace = state.world.workspaces[team]
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "context_team_id": team,
        "context_enterprise_id": None,
        "api_app_id": state.world.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team,
                "user_id": workspace.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": "4-" + secrets.token_hex(16),
    }


def url_verification() -> Json:
    """docs.slack.dev/apis/events-api/using-http-request-urls: sent when the address is entered."""
    return {"type": "url_verification", "token": VERIFICATION_TOKEN, "challenge": secrets.token_urlsafe(24)}


def message_event(message: Message, person: Person | None) -> Json:
    """docs.slack.dev/reference/events/message.im; with a bot_id when it is the app's own message coming back."""
    found: Json = {
        "type": "message",
        "channel": message.channel,
        "channel_type": "im",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "event_ts": message.ts,
        "team": person.home if person else message.team,
        "blocks": message.blocks,
    }
    if message.bot_id is not None:
        return {**found, "bot_id": message.bot_id}
    return {**found, "client_msg_id": secrets.token_hex(16)}


def user_change(state: State, person: Person, *, deleted: bool) -> Json:
    """docs.slack.dev/reference/events/user_change: the whole user, of which a few fields are here."""
    stamp = int(time.time())
    user: Json = {
        "id": person.user,
        "team_id": person.home,
        "name": person.handle,
        "deleted": deleted,
        "real_name": person.name,
        "tz": person.timezone,
        "profile": {"real_name": person.name, "email": person.email, "team": person.home},
        "is_bot": False,
        "updated": stamp,
    }
    event = {"type": "user_change", "user": user, "cache_ts": stamp, "event_ts": state.world.ts()}
    return event_callback(state, person.team, event)


def app_home_opened(person: Person, conversation: Conversation, tab: str, ts: str, view: View | None) -> Json:
    """docs.slack.dev/reference/events/app_home_opened."""
    found: Json = {
        "type": "app_home_opened",
        "user": person.user,
        "channel": conversation.id,
        "tab": tab,
        "event_ts": ts,
    }
    return {**found, "view": view.payload()} if view is not None and tab == "home" else found


def action_of(block: Json, element: Json, option: Json | None) -> Json:
    """One entry of `actions`: what was pressed, with its ids, its value or choice, and when."""
    found: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    for name in ("text", "value", "style", "placeholder"):
        if element.get(name) is not None:
            found[name] = element[name]
    if option is not None:
        many = element["type"] in ("checkboxes", "multi_static_select")
        found["selected_options" if many else "selected_option"] = [option] if many else option
    now = time.time_ns() // 1000
    return {**found, "action_ts": f"{now // 1_000_000}.{now % 1_000_000:06d}"}
