"""The forms with which a contact answers a notice: own trouble, words for the staff, the room to post them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards.card import Field, Form, Option
from bot.cards.notices.relay import room_name
from handlers.commands import Ref
from handlers.mechanisms.broadcast import Broadcast
from storage.rows import Row

LONGEST_RELAY = 3000


def trouble_form(broadcast: Broadcast) -> Form:
    """ "We have a problem too"; words are welcome and not needed."""
    hint = "Who cannot work, and with what? You may leave it empty."
    field = Field("text", "What do you see?", "longtext", required=False, hint=hint, max_length=1000)
    notice = broadcast.notice
    intro = f"{notice.title}\nYour provider sees it at once."
    return Form("We have a problem too", "trouble", (field,), "Tell them", intro, broadcast.ref, notice.version)


def edit_form(relay: Row[Any]) -> Form:
    """The drafted words, to be made one's own."""
    field = Field("text", "To your staff", "longtext", value=relay.text, max_length=LONGEST_RELAY)
    return Form("Edit the message", "relay:edit", (field,), "Save", "Nothing is posted yet.", Ref("relay", relay.id))


def copy_form(relay: Row[Any]) -> Form:
    """The words to select and copy; submitting says that the staff has them."""
    hint = "Select it all and copy it. To keep other words, use Edit first."
    field = Field("text", "To your staff", "longtext", value=relay.text, hint=hint, max_length=LONGEST_RELAY)
    intro = "Send it to your staff in your own way. Press “Staff informed” when you have."
    return Form("Copy the text", "relay:copy", (field,), "Staff informed", intro, Ref("relay", relay.id))


def room_form(relay: Row[Any], rooms: Sequence[Row[Any]]) -> Form:
    """Which of the rooms that our app is in."""
    options = tuple(Option(room.id, room_name(room)) for room in rooms)
    hint = "Your provider's app has to be in the channel. It is posted in your name."
    fields = (Field("room", "Channel", "choice", options=options, hint=hint),)
    return Form("Post to a channel", "relay:post", fields, "Post", relay.text, Ref("relay", relay.id))
