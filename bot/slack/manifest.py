"""The app manifest: paste it at Slack to create the app with the right URLs, command, events and scopes.

Limits of manifest v2 (slackapi/manifest-schema): name 35, description 140, long description 175..4,000, command 32.
"""

from __future__ import annotations

from typing import Any, Protocol

from bot.slack.rooms import NEWS
from bot.slack.text import cut, one_line

EVENTS = "/slack/events"
INSTALL = "/slack/install"
OAUTH_REDIRECT = "/slack/oauth_redirect"

SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
"""What the bot needs. A scope added later needs everybody's consent again; im:history is for direct messages to it,
channels:read and groups:read say in which channels it is, so that a contact can have a note to the staff posted there.
"""

BOT_EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    *sorted(NEWS),
    "message.im",
    "tokens_revoked",
    "user_change",
)

_ABOUT = (
    "Asks the right person at a client company for a decision and records it: purchases, access changes, outage "
    "notices, downtime and reviews. Every request says what happens if nobody answers. Decisions are made by people, "
    "with the buttons of the message, and are kept in a journal that can be exported and verified."
)


class _Public(Protocol):
    @property
    def url(self) -> str: ...


class _Slack(Protocol):
    @property
    def command(self) -> str: ...


class Settings(Protocol):
    """What the manifest needs to know of the settings."""

    @property
    def public(self) -> _Public: ...

    @property
    def slack(self) -> _Slack: ...


def manifest(settings: Settings, *, name: str = "Keyline", socket: bool = False) -> dict[str, Any]:
    """The manifest as JSON-ready data. ValueError for settings Slack would refuse, in a sentence that names the key.

    `socket`: for Socket Mode, where Slack calls no address of ours; a public address then serves OAuth alone.
    """
    url, command = settings.public.url.rstrip("/"), settings.slack.command
    public = url.startswith("https://")
    called = {} if socket else {"request_url": url + EVENTS}
    if not public and not socket:
        raise ValueError("public.url must be an https:// address: Slack calls nothing else.")
    if (
        not command.startswith("/")
        or not 2 <= len(command) <= 32
        or not command[1:].replace("-", "").replace("_", "").isalnum()
    ):
        raise ValueError("slack.command must look like /keyline and be at most 32 characters long.")
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": cut(one_line(name), 35),
            "description": "Approvals, notices and reviews for the clients of a managed service provider",
            "long_description": _ABOUT,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": cut(one_line(name), 80), "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    **({} if socket else {"url": url + EVENTS}),
                    "description": "See what waits for you, or ask for something",
                    "usage_hint": "waiting | request | outage | downtime | contacts | help",
                    "should_escape": False,
                }
            ],
            "shortcuts": [
                {
                    "name": "What waits for me",
                    "type": "global",
                    "callback_id": "waiting",
                    "description": "Everything that needs an answer from you",
                }
            ],
        },
        "oauth_config": {
            **({"redirect_urls": [url + OAUTH_REDIRECT]} if public else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**called, "bot_events": list(BOT_EVENTS)},
            "interactivity": {"is_enabled": True, **called},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
