"""What an answer of the Bot Connector means for the message: later, gone, or nobody knows.

The table is the "status codes from the conversational APIs" page's, together with the error codes that are documented
or were seen in `error.code`, `errorCode` and `subCode`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from bot.platform import Gone, Later, Unsure

Method = Literal["GET", "POST", "PUT", "DELETE"]

_OPTED_OUT = ("MessageWritesBlocked", "ConversationBlockedByUser", '"errorCode":209', '"errorCode": 209')
_DEAD_APP = ("BotNotRegistered", "BotDisabledByAdmin", "NotEnoughPermissions")


def classify(
    method: Method, status: int, headers: Mapping[str, str], body: str, *, backoff: float, room: bool = False
) -> Failure:
    """`backoff` seconds are the wait when the answer names none. A POST that may have arrived is Unsure, a PUT or a
    DELETE may be repeated freely. `room`: in a channel, where one that forbids to write says nothing of the others."""
    if status == 429:
        seconds = retry_after(headers.get("Retry-After", ""))
        return Later(backoff if seconds is None else seconds, "conversation", "Teams asks to slow down (429).")
    if status == 412:
        return Later(backoff, "conversation", "Teams is busy with this conversation (412).")
    if status in (408, 502, 503, 504):
        if method == "POST":
            return Unsure(f"Teams answered {status}; the message may have arrived.")
        seconds = retry_after(headers.get("Retry-After", ""))
        return Later(backoff if seconds is None else seconds, "org", f"Teams is not available ({status}).")
    if room and status in (403, 404) and (gone := _of_room(method, body)):
        return gone
    if any(code in body for code in _OPTED_OUT):
        return Gone("opted_out", "This person blocked or removed the app in Teams.")
    if "BotNotInConversationRoster" in body:
        return Gone("target", "The app is no longer part of this conversation in Teams.")
    if "ForbiddenOperationException" in body:
        return Gone("target", "This person does not have the app in Teams.")
    if "ActivityNotFoundInConversation" in body:
        return Gone("message", "This message no longer exists in Teams.")
    if "ConversationNotFound" in body:
        return Gone("target", "This conversation no longer exists in Teams.")
    if status == 401 or any(code in body for code in _DEAD_APP):
        return Gone("installation", f"Teams no longer accepts the app ({status}); look at its registration.")
    if status == 404:
        return Gone("message" if method == "PUT" else "target", "Teams does not know this conversation (404).")
    if status == 403:
        return Gone("target", "Teams forbids the app to write to this person (403).")
    if status == 413:
        return Gone("payload", "Teams says the message is too large (413).")
    # also 500, of which the page says: do not try again
    return Gone("payload", f"Teams refused the message ({status}).")


def _of_room(method: Method, body: str) -> Gone | None:
    if "BotDisabledByAdmin" in body:
        return None
    if "ActivityNotFoundInConversation" in body:
        return Gone("message", "This message no longer exists in Teams.")
    if any(code in body for code in ("BotNotInConversationRoster", "NotFound")):
        return Gone("opted_out", "the app is not in this channel any more, or the channel is gone")
    return Gone("target", "Teams does not let the app write in this channel")


Failure = Later | Gone | Unsure


def retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header, a number or an HTTP date; None when there is none to understand."""
    value = value.strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.1), 3600.0) if seconds == seconds else None
