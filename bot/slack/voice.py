"""Says things on Slack outside of a card: private sentences, messages in a direct chat, forms and the Home tab."""

from __future__ import annotations

import asyncio
import logging

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cards.card import Card
from bot.conversation import Answer
from bot.slack import blocks, elements, limits
from bot.slack.api import TRANSPORT_ERRORS, SlackApi, code_of
from bot.slack.claims import Claim, pack
from bot.slack.elements import Json
from bot.slack.listeners import Place
from bot.slack.text import clean, cut_escaped, one_line

EXPIRED = frozenset({"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"})
TOO_LATE = "That took a moment too long for Slack to open the form. Please press again."
NOT_OPENED = "Slack could not open the form. Please press again."
OPEN_FORM = "Open the form"

_log = logging.getLogger(__name__)

_OPEN_SECONDS = 2.5


def spoken(answer: Answer, *, card: bool = True) -> Json:
    """`text` and `blocks` of an answer: its sentence, then its card; a form nobody can open yet becomes a button."""
    said = [answer.say] if answer.say else []
    drawn = blocks.sentence(answer.say, answer.tone) if answer.say else []
    if answer.card and card:
        said = said or [answer.card.summary or answer.card.title]
        drawn = drawn + blocks.draw(answer.card, _room_after(drawn))
    elif answer.form:
        said = said or [answer.form.title]
        claim = Claim(answer.form.verb, answer.form.ref, answer.form.version, answer.form.revision)
        button = {
            "type": "button",
            "action_id": f"form:{answer.form.verb}"[: limits.ACTION_ID],
            "text": elements.plain(OPEN_FORM, limits.BUTTON_TEXT),
            "value": pack(claim),
            "style": "primary",
        }
        intro = clean(answer.form.intro) or one_line(answer.form.title)
        drawn = [*drawn, *elements.section(intro), {"type": "actions", "elements": [button]}]
    text = cut_escaped(clean(said[0]) if said else "", limits.MESSAGE_TEXT) or "Done."
    return {"text": text, "blocks": drawn or elements.section("Done.")}


def _room_after(drawn: list[Json]) -> blocks.Room:
    room = blocks.MESSAGE
    return blocks.Room(room.blocks - len(drawn), max(1_000, room.json - room.size(drawn)))


def reply(answer: Answer) -> Json:
    """The body that answers a slash command: shown to nobody else."""
    return {"response_type": "ephemeral", **spoken(answer)}


async def whisper(api: SlackApi, client: AsyncWebClient, place: Place, said: Json, *, replace: bool = False) -> None:
    """A private message where the person is; by the response_url, else in the channel, else in the person's own chat.

    An ephemeral message needs the person in the channel and is not guaranteed, so the direct chat is the last resort,
    in plain text in case the blocks were what Slack refused. Raises what the last try raised.
    """
    if place.response_url:
        body = {"response_type": "ephemeral", "replace_original": replace, **said}
        if await api.respond(place.response_url, body):
            return
    if place.channel:
        try:
            await client.chat_postEphemeral(channel=place.channel, user=place.user, **said)
            return
        except (SlackApiError, *TRANSPORT_ERRORS) as error:
            _log.info("slack ephemeral failed: %s", _name(error))
    await message(client, place.user, said)


async def message(client: AsyncWebClient, channel: str, said: Json, thread: str = "") -> None:
    """A message in a direct chat (a channel or a user id); in plain text when the blocks are refused."""
    more: Json = {"thread_ts": thread} if thread else {}
    more |= {"unfurl_links": False, "unfurl_media": False}
    try:
        await client.chat_postMessage(channel=channel, **said, **more)
    except SlackApiError as error:
        if code_of(error) not in ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"):
            raise
        await client.chat_postMessage(channel=channel, text=said["text"], **more)


async def open_view(client: AsyncWebClient, place: Place, view: Json) -> str:
    """Opens a view (on top of another one when the press came from there); "" or the sentence that says why not.

    A trigger_id is good for three seconds and for one view, so this happens before the acknowledgement.
    """
    opening = client.views_push if place.surface == "modal" else client.views_open
    try:
        await asyncio.wait_for(opening(trigger_id=place.trigger, view=view), _OPEN_SECONDS)
    except SlackApiError as error:
        code = code_of(error)
        if code not in EXPIRED:
            _log.error("slack will not open a form: %s", code or "no reason given")
        return TOO_LATE if code in EXPIRED else NOT_OPENED
    except TRANSPORT_ERRORS as error:
        _log.warning("slack did not answer when a form was opened: %s", _name(error))
        return NOT_OPENED
    return ""


async def publish_home(client: AsyncWebClient, user: str, answer: Answer) -> None:
    """Puts an answer on the person's Home tab."""
    shown = blocks.sentence(answer.say, answer.tone) if answer.say else []
    shown += page(answer.card) if answer.card else []
    if answer.form:
        shown += spoken(answer)["blocks"]
    await client.views_publish(
        user_id=user, view={"type": "home", "blocks": shown or elements.section("Nothing here.")}
    )


def page(card: Card) -> list[Json]:
    """A card's blocks for a view, which has more room than a message."""
    return blocks.draw(card, blocks.VIEW)


def _name(error: BaseException) -> str:
    return code_of(error) or "no reason given" if isinstance(error, SlackApiError) else type(error).__name__
