"""The console's door: a link from chat that is good for ten minutes, and the session that it opens for one person.

All times here are real time: a link runs out by the wall clock, whatever the playground's clock says.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.signing import BadLink, Signer

LINK, SESSION = "console link", "console session"
LINK_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(hours=8)
KEY = "key"
"""The query parameter that holds a link's token; the console takes it out of the address at once."""


def console_link(signer: Signer, public_url: str, path: str, person_id: str, now: datetime) -> str:
    """The address of a console page ("/console/notices/ntc_1") for one person; "" where there is no public address."""
    if not public_url:
        return ""
    token = signer.sign(LINK, {"person": person_id, "path": path}, now + LINK_LASTS)
    return f"{public_url.rstrip('/')}{path}?{KEY}={token}"


def person_of_link(signer: Signer, token: str, path: str, now: datetime) -> str:
    """Whom a link to this page is for. Raises BadLink."""
    said = signer.open(LINK, token, now)
    if said.get("path") != path:
        raise BadLink("This link is for another page. Ask for a new one in chat.")
    return str(said["person"])


def person_of_expired(bad: BadLink, path: str) -> str:
    """Whom a link of ours that has run out was for, "" for any other."""
    return str(bad.said["person"]) if bad.expired and bad.said.get("path") == path else ""


def new_session(signer: Signer, person_id: str, now: datetime) -> str:
    """What the browser keeps: who it is, until when."""
    return signer.sign(SESSION, {"person": person_id}, now + SESSION_LASTS)


def person_of_session(signer: Signer, token: str, now: datetime) -> str:
    """Whose session this is, "" when it is none of ours or over."""
    try:
        return str(signer.open(SESSION, token, now)["person"])
    except BadLink:
        return ""
