"""How the connector says no: the documented codes, in the documented envelope.

Source: "Status codes from bot conversational APIs" of the Teams documentation; the body of a blocked write is the
sample on its page about proactive messages. The sentences are ours.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

CODES: Mapping[str, tuple[int, str]] = {
    "BadArgument": (400, "The request is not valid."),
    "BotNotRegistered": (401, "No registration found for this bot."),
    "BotDisabledByAdmin": (403, "The tenant admin disabled this bot."),
    "BotNotInConversationRoster": (403, "The bot is not part of the conversation roster."),
    "ConversationBlockedByUser": (403, "User blocked the conversation with the bot."),
    "ForbiddenOperationException": (403, "Bot is not installed in user's personal scope"),
    "InvalidBotApiHost": (403, "Invalid bot API host. For GCC tenants, call the GCC host."),
    "MessageWritesBlocked": (403, "Thread is blocked from message writes."),
    "NotEnoughPermissions": (403, "The bot may not do this."),
    "NotFound": (404, "The user was not found in the tenant."),
    "ActivityNotFoundInConversation": (404, "Conversation not found."),
    "ConversationNotFound": (404, "Conversation not found."),
    "PreconditionFailed": (412, "Precondition failed, please try again."),
    "MessageSizeTooBig": (413, "Message size too large."),
    "Throttled": (429, "Too many requests."),
    "ServiceError": (500, "The service failed."),
}


def refuse(code: str, message: str = "", *, status: int = 0, retry_after: float | None = None) -> Response:
    """The answer for one code of CODES; `message` and `status` replace the usual ones, `retry_after` is in seconds."""
    usual_status, usual_message = CODES[code]
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    if code == "MessageWritesBlocked":
        inner = {"subCode": code, "details": usual_message, "errorCode": None, "errorSubCode": None}
        # This one code comes without the usual envelope, and with JSON inside a string.
        return JSONResponse({"errorCode": 209, "message": json.dumps(inner, indent=2)}, status_code=usual_status)
    body = {"error": {"code": code, "message": message or usual_message}}
    return JSONResponse(body, status_code=status or usual_status, headers=headers)


def denied() -> Response:
    """No token, or one that was not issued here or has expired."""
    return JSONResponse({"message": "Authorization has been denied for this request."}, status_code=401)
