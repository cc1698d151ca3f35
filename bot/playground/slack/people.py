"""The Web API's methods about who and where: auth.test, users.*, conversations.*."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground.slack.blocks import Refused
from bot.playground.slack.chat import Call, conversation_of
from bot.playground.slack.things import Conversation, Person


def auth_test(call: Call) -> dict[str, Any]:
    """auth.test"""
    workspace = call.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": call.state.world.app_name.lower(),
        "team_id": workspace.team,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def _user_json(call: Call, person: Person) -> dict[str, Any]:
    """A user object (docs.slack.dev/reference/objects/user-object); a stranger's profile has no locale or e-mail."""
    now = call.state.clock.now().astimezone(ZoneInfo(person.timezone))
    stranger = person.home != person.team
    offset = now.utcoffset()
    found: dict[str, Any] = {
        "id": person.user,
        "team_id": person.home,
        "name": person.handle,
        "deleted": False,
        "real_name": person.name,
        "tz": person.timezone,
        "tz_label": now.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": {
            "title": person.title,
            "real_name": person.name,
            "real_name_normalized": person.name,
            "display_name": person.name,
            "team": person.home,
        },
        "is_bot": False,
        "is_app_user": False,
        "is_restricted": False,
        "updated": int(now.astimezone(UTC).timestamp()),
    }
    if stranger:
        found["is_stranger"] = False  # they share a channel with the app's workspace, else it could not see them
    else:
        found["profile"]["email"] = person.email
        if call.args.get("include_locale") in (True, "1", "true"):
            found["locale"] = "en-US"
    return found


def users_info(call: Call) -> dict[str, Any]:
    """users.info"""
    call.need("user")
    wanted, workspace = call.text_of("user"), call.workspace
    if wanted == workspace.bot_user:
        name = call.state.world.app_name
        profile = {"real_name": name, "bot_id": workspace.bot_id, "api_app_id": call.state.world.app_id}
        return {
            "user": {"id": wanted, "team_id": workspace.team, "name": name.lower(), "is_bot": True, "profile": profile}
        }
    person = call.state.world.user(workspace.team, wanted)
    if person is None:
        raise Refused("user_not_found")
    return {"user": _user_json(call, person)}


def users_lookup_by_email(call: Call) -> dict[str, Any]:
    """users.lookupByEmail: only people of the app's own workspace are found."""
    call.need("email")
    wanted = call.text_of("email").casefold()
    for person in call.state.world.people.values():
        own = person.team == call.workspace.team == person.home
        if own and person.email.casefold() == wanted:
            return {"user": _user_json(call, person)}
    raise Refused("users_not_found")


def conversations_open(call: Call) -> dict[str, Any]:
    """conversations.open with one user (a direct message) or an existing channel; group messages are not simulated."""
    if call.text_of("channel"):
        conversation = conversation_of(call)
    else:
        users = [u for u in call.text_of("users").split(",") if u]
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 1:
            raise Refused("too_many_users")
        if call.state.world.user(call.workspace.team, users[0]) is None:
            raise Refused("user_not_found")
        conversation = call.state.world.direct(call.workspace.team, users[0])
    full = call.args.get("return_im") in (True, "1", "true")
    return {"channel": _channel_json(conversation) if full else {"id": conversation.id}}


def conversations_info(call: Call) -> dict[str, Any]:
    """conversations.info"""
    call.need("channel")
    return {"channel": _channel_json(conversation_of(call))}


def _channel_json(conversation: Conversation) -> dict[str, Any]:
    if conversation.person:
        return {
            "id": conversation.id,
            "is_im": True,
            "user": conversation.person,
            "is_archived": False,
            "is_open": True,
        }
    return {
        "id": conversation.id,
        "name": conversation.name,
        "is_channel": True,
        "is_im": False,
        "is_private": False,
        "is_archived": conversation.archived,
        "is_member": conversation.has_app,
        "num_members": len(conversation.members),
    }
