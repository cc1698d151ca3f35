"""Slack's refusals and a network's failures, sorted by what can be done about them."""

from __future__ import annotations

from typing import Literal

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.platform import Gone, Later, Result, Unsure
from bot.slack.api import code_of

Call = Literal["post", "update"]

SOON = 5.0
"""Seconds to wait after a passing failure when Slack does not say."""
MIGRATION = 300.0

# Error codes: docs.slack.dev/reference/methods/chat.postMessage#errors and chat.update#errors.
RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
NOT_NOW = frozenset({"service_unavailable", "team_added_to_org", "external_channel_migrating"})
MAYBE_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack's words: "It's possible some aspect of the operation succeeded before the error was raised"."""
MESSAGE_GONE = frozenset(
    {"message_not_found", "edit_window_closed", "cant_update_message", "is_inactive", "block_mismatch"}
)
TARGET_GONE = frozenset(
    {
        "channel_not_found", "user_not_found", "users_not_found", "user_not_visible", "user_disabled",
        "invalid_user_combination", "cannot_dm_bot", "cant_dm_bot", "is_archived", "not_in_channel",
        "messages_tab_disabled", "ekm_access_denied", "channel_is_archived", "user_not_in_channel",
    }
)  # fmt: skip
THREAD_GONE = frozenset(
    {
        "thread_not_found", "message_not_found", "cannot_reply_to_message", "invalid_thread_ts",
        "restricted_action_non_threadable_channel", "restricted_action_thread_locked",
    }
)  # fmt: skip
"""The message in whose thread it was to stand is gone, or takes no replies; without a thread it may be posted."""
ROOM_GONE = {
    "not_in_channel": "the app was taken out of this channel",
    "channel_not_found": "this channel does not exist any more, or the app was taken out of it",
    "is_archived": "this channel was archived",
    "channel_is_archived": "this channel was archived",
}
INSTALLATION_GONE = frozenset(
    {
        "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed", "team_access_not_granted",
        "missing_scope", "no_permission", "not_allowed_token_type", "access_denied", "org_login_required",
        "two_factor_setup_required", "team_not_found", "app_not_found",
    }
)  # fmt: skip


def classify(error: Exception, call: Call, *, room: bool = False) -> Result:
    """What became of one chat.postMessage or chat.update that raised, in a person's chat or (`room`) in a channel.

    An edit may be repeated harmlessly, so what leaves a post unsure only delays an edit.
    """
    if isinstance(error, SlackApiError):
        result = _refused(error, call)
        return _of_room(code_of(error)) if room and isinstance(result, Gone) and result.what == "target" else result
    # Raised before anything was written: name resolution, refused or slow connection, TLS.
    if isinstance(
        error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientProxyConnectionError)
    ):
        return Later(SOON, "org", f"cannot connect: {type(error).__name__}")
    if isinstance(error, (aiohttp.ClientError, TimeoutError, OSError)):
        return _unsure(f"no answer: {type(error).__name__}", call)
    return Gone("payload", f"cannot be written: {type(error).__name__}")


def _refused(error: SlackApiError, call: Call) -> Result:
    code = code_of(error)
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", 0)
    if status == 429 or code in RATE_LIMITED:
        return _limited(error, call)
    if code in MAYBE_DONE:
        return _unsure(code, call)
    if code in NOT_NOW:
        return Later(SOON if code == "service_unavailable" else MIGRATION, "org", code)
    if not code and status == 503:
        return Later(SOON, "org", "HTTP 503")
    if not code:
        return _unsure(f"HTTP {status}", call)
    if code in MESSAGE_GONE:
        return Gone("message", code)
    if code in TARGET_GONE or code.startswith(("restricted_action", "slack_connect_")):
        return Gone("target", code)
    if code in INSTALLATION_GONE:
        return Gone("installation", code)
    return Gone("payload", code)


def _of_room(code: str) -> Gone:
    if code in ROOM_GONE:
        return Gone("opted_out", ROOM_GONE[code])
    return Gone("target", f"this channel does not let the app write ({code})")


def _unsure(reason: str, call: Call) -> Result:
    return Unsure(reason) if call == "post" else Later(SOON, "conversation", reason)


def _limited(error: SlackApiError, call: Call) -> Later:
    """Posting is limited to about one a second and channel, and more widely per workspace; editing only per workspace.

    Slack does not say which limit was hit. A second's wait is the channel's; a longer one is taken as the workspace's.
    """
    headers = getattr(error.response, "headers", None) or {}
    found = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = max(1.0, float(found))
    except ValueError:
        seconds = 30.0
    own = call == "post" and seconds <= 1.0
    return Later(seconds, "conversation" if own else "org", "ratelimited")
