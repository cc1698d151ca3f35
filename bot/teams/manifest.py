"""Makes the app package that an administrator uploads to Teams: a zip of manifest.json and two icons."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from typing import Any
from urllib.parse import urlsplit

from bot.teams.icons import ACCENT, colour_icon, outline_icon

MANIFEST_VERSION = "1.22"
"""Any newer Teams takes it: older manifest versions stay valid, and nothing of a later one is used."""
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
FILE_NAME = "keyline-teams.zip"

_COMMANDS = (
    ("waiting", "What waits for your answer"),
    ("request", "Ask for something to be bought or changed"),
    ("outage", "What is down at the moment; providers tell their clients"),
    ("downtime", "Work that is planned: agree on times, ask for some, say when none is wanted"),
    ("contacts", "Who decides and who is informed at your company"),
    ("help", "Everything you can do here"),
)


def package(
    *,
    app_id: str,
    public_url: str,
    version: str = "1.0.0",
    name: str = "Keyline",
    provider: str = "Keyline",
    privacy_url: str = "",
    terms_url: str = "",
) -> bytes:
    """The zip file. `app_id` is the bot's Entra app id (a GUID), `public_url` where the bot is reached (https),
    `provider` the company that runs it and answers for `privacy_url` and `terms_url` (both default to pages below
    `public_url`; Teams shows them, it does not read them). ValueError, one sentence, for what Teams would refuse."""
    said = manifest(
        app_id=app_id,
        public_url=public_url,
        version=version,
        name=name,
        provider=provider,
        privacy_url=privacy_url,
        terms_url=terms_url,
    )
    files = {
        "manifest.json": json.dumps(said, indent=2, ensure_ascii=False).encode(),
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path, content in files.items():
            # a fixed time: the same settings make the same file
            bundle.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def manifest(
    *,
    app_id: str,
    public_url: str,
    version: str,
    name: str,
    provider: str,
    privacy_url: str = "",
    terms_url: str = "",
) -> dict[str, Any]:
    """manifest.json as a dict; lengths and required fields are the app manifest schema's."""
    try:
        guid = str(uuid.UUID(app_id))
    except ValueError:
        raise ValueError(
            f"The Teams app id has to be a GUID like the Entra registration shows it, not {app_id!r}."
        ) from None
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(f"Teams needs the bot's public address to start with https://, not {public_url!r}.")
    for value, most, what in ((name, 30, "name"), (provider, 32, "provider's name")):
        if not 0 < len(value) <= most:
            raise ValueError(f"The {what} in a Teams app has 1 to {most} characters.")
    home = f"https://{parts.netloc}"
    return {
        "$schema": SCHEMA,
        "manifestVersion": MANIFEST_VERSION,
        "version": version,
        "id": guid,
        "developer": {
            "name": provider,
            "websiteUrl": home,
            "privacyUrl": privacy_url or f"{home}/privacy",
            "termsOfUseUrl": terms_url or f"{home}/terms",
        },
        "name": {"short": name, "full": f"{name}: approvals, outages and downtime with your IT provider"[:100]},
        "description": {
            "short": "Approve, acknowledge and schedule with your IT provider.",
            "full": (
                f"{name} brings your IT provider's questions to your one-to-one chat: purchases and access changes to "
                "approve, outage notices to acknowledge, downtime to schedule, and a weekly report of your cases. "
                "Only the people your company names as contacts are asked, every answer is recorded, and silence "
                "never counts as a yes."
            ),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": guid,
                "scopes": ["personal", "team", "groupChat"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": [
                    {
                        "scopes": ["personal"],
                        "commands": [{"title": title, "description": what} for title, what in _COMMANDS],
                    }
                ],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [parts.hostname],
        # lets an administrator install the app for people through Graph
        "webApplicationInfo": {"id": guid, "resource": f"api://{parts.hostname}/{guid}"},
    }
