"""Sends and redraws cards in people's one-to-one chats and in channels: `bot.platform.Messenger` for Teams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.cards.card import Card
from bot.cards.written import Ready
from bot.platform import Account, Gone, Result, Shown
from bot.teams import text
from bot.teams.connector import Connector, Sent
from bot.teams.failures import Failure
from bot.teams.printing import printed

CARD = "application/vnd.microsoft.card.adaptive"

THREAD = ";messageid="
"""Between a channel's id and its thread's first message in the id of a channel's conversation."""

NO_ADDRESS = "This person has not opened the app in Teams yet, so nothing can be delivered there."


def card_message(card: Mapping[str, Any] | Ready, summary: str) -> dict[str, Any]:
    """An activity that shows one Adaptive Card; `summary` is what a notification and the chat list show."""
    return {
        "type": "message",
        "summary": text.line(summary, 300),
        "attachments": [{"contentType": CARD, "content": card}],
    }


class TeamsMessenger:
    """`bot` is the bot's own id on Teams, 28:<app id>. `lost` hears of accounts that can no longer be reached."""

    def __init__(self, connector: Connector, *, bot: str, lost: Callable[[Account], None]) -> None:
        self._connector, self._bot, self._lost = connector, bot, lost

    async def post(
        self, account: Account, card: Card, *, delivery: str, follows: Mapping[str, str] | None = None
    ) -> Result:
        """A new message that notifies. Opens the conversation first when only the person's MRI is known.

        Only channels have threads: what `follows` something in a one-to-one chat is a message like any other.
        """
        if account.room:
            return await self._in_room(account, _activity(card, delivery), follows or {})
        address = account.address
        service_url, conversation = address.get("service_url", ""), address.get("conversation", "")
        learned: dict[str, str] = {}
        if not service_url or not (conversation or address.get("mri")):
            return Gone("target", NO_ADDRESS)
        if not conversation:
            opened = await self._connector.open(
                service_url, bot=address.get("bot") or self._bot, person=address["mri"], tenant=account.org
            )
            if not isinstance(opened, Sent):
                return self.told(account, opened)
            conversation, service_url = opened.id, opened.service_url
            learned["conversation"] = conversation
        sent = await self._connector.post(service_url, conversation, _activity(card, delivery))
        if not isinstance(sent, Sent):
            return self.told(account, sent)
        if sent.service_url != address["service_url"]:
            learned["service_url"] = sent.service_url
        return Shown({"conversation": conversation, "activity": sent.id}, learned)

    async def update(self, account: Account, message: Mapping[str, str], card: Card) -> Result:
        """Redraws in place; an edit notifies nobody."""
        service_url = account.address.get("service_url", "")
        conversation, activity_id = message.get("conversation", ""), message.get("activity", "")
        if not service_url:
            return Gone("target", NO_ADDRESS)
        if not conversation or not activity_id:
            return Gone("message", "Teams did not say how this message is called, so it cannot be changed.")
        activity = _message(card)
        sent = await self._connector.put(service_url, conversation, activity_id, activity)
        if not isinstance(sent, Sent):
            return self.told(account, sent)
        moved = sent.service_url != service_url
        return Shown(dict(message), {"service_url": sent.service_url} if moved else {})

    async def _in_room(self, account: Account, activity: dict[str, Any], follows: Mapping[str, str]) -> Result:
        """A new thread in a channel, or a reply in the one that `follows` stands in; a lost thread is begun anew."""
        service_url, channel = account.address.get("service_url", ""), account.user
        if not service_url:
            return Gone("target", "Teams has not said yet where this channel is")
        sent: Sent | Failure | None = None
        if follows.get("activity"):
            thread = follows.get("conversation", "")
            thread = thread if THREAD in thread else f"{channel}{THREAD}{follows['activity']}"
            sent = await self._connector.post(service_url, thread, activity)
            if isinstance(sent, Sent):
                return _shown(account, thread, sent.id, sent)
        if sent is None or (isinstance(sent, Gone) and sent.what in ("message", "opted_out")):
            bot = account.address.get("bot") or self._bot
            sent = await self._connector.begin(
                service_url, bot=bot, channel=channel, tenant=account.org, activity=activity
            )
        if not isinstance(sent, Sent):
            return sent
        thread = sent.id if THREAD in sent.id else f"{channel}{THREAD}{sent.activity}" if sent.activity else channel
        return _shown(account, thread, sent.activity or thread.partition(THREAD)[2], sent)

    def told(self, account: Account, result: Result) -> Result:
        """What became of something sent, here or by another process: who cannot be reached is looked up anew."""
        if isinstance(result, Gone) and result.what in ("target", "opted_out", "installation"):
            self._lost(account)
        return result


def _message(card: Card) -> dict[str, Any]:
    parts = card.printed.parts if card.printed else printed(card)
    return card_message(Ready(parts["card"]), parts["summary"])


def _activity(card: Card, delivery: str) -> dict[str, Any]:
    activity = _message(card)
    activity["channelData"] = {"notification": {"alert": True}, "keyline": {"delivery": delivery}}
    return activity


def _shown(account: Account, conversation: str, activity: str, sent: Sent) -> Shown:
    moved = sent.service_url != account.address.get("service_url")
    return Shown(
        {"conversation": conversation, "activity": activity}, {"service_url": sent.service_url} if moved else {}
    )
