"""Draws what a contact tells the own staff: the draft with its ways out, the receipt, and the message in the room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.cards.card import Actions, Block, Button, Card, Quote, Status, Text
from bot.cards.notices.silence import untold
from bot.cards.parts import Viewer
from handlers.commands import Ref
from handlers.mechanisms.prospects import Step
from storage.rows import Row


class About(Protocol):
    """What the words are about: its reference, and what people call it."""

    @property
    def ref(self) -> str: ...

    @property
    def title(self) -> str: ...


DONE = ("posted", "informed")
OVER = {
    "replaced": "There is news, so this draft is out of date. Please use the newer one below.",
    "withdrawn": "This is off, so there is nothing to tell your staff any more.",
    "over": "The work is done, so there is nothing to tell your staff any more.",
}
LONGEST_NAME = 40
"""Of a channel, on a button."""


def relay_card(
    relay: Row[Any], about: About, rooms: Sequence[Row[Any]], viewer: Viewer, steps: Sequence[Step] = ()
) -> Card:
    """The drafted words and what can be done with them."""
    blocks: list[Block] = [Text(f"About {about.ref}: {about.title}", "subtle")]
    if relay.state in OVER:
        blocks.append(Text(OVER[relay.state]))
    elif relay.state in DONE:
        blocks += [Text(_told(relay, viewer), "strong", "good"), Quote("What was said", relay.text)]
    else:
        blocks += [
            Text("Your staff does not know yet. Nothing is posted until you press.", "strong"),
            Quote("To your staff" + (", edited by you" if relay.edited else ""), relay.text),
            *untold(steps, viewer.now, viewer),
            Actions(_buttons(relay, rooms)),
        ]
    title = "A message for your staff"
    return Card(title, f"{title}: {about.title}", tuple(blocks), _status(relay), ref_of(relay))


def failed(
    relay: Row[Any], about: About, rooms: Sequence[Row[Any]], viewer: Viewer, steps: Sequence[Step] = ()
) -> Card:
    """The room did not take it; what can be done instead, as long as nothing else was."""
    if relay.state != "draft":
        return relay_card(relay, about, rooms, viewer, steps)
    blocks = (
        Text(f"About {about.ref}: {about.title}", "subtle"),
        Text("Your message could not be posted in the channel, so nobody has read it there.", "strong", "bad"),
        Quote("To your staff", relay.text),
        *untold(steps, viewer.now, viewer),
        Actions(_buttons(relay, rooms)),
    )
    title = "Not posted"
    return Card(title, f"{title}: {about.title}", blocks, Status("Your staff does not know", "bad"), ref_of(relay))


def ref_of(relay: Row[Any]) -> Ref:
    """What its buttons are about."""
    return Ref("relay", relay.id)


def room_name(room: Row[Any]) -> str:
    """As people call it: "#all-staff" on Slack, "General" in Teams."""
    name = str(room.name)
    return name if name.startswith("#") or room.platform != "slack" else f"#{name}"


def post(relay: Row[Any], about: About, author: Row[Any], company: str) -> Card:
    """What everybody in the room reads: plain words, and whose they are."""
    who = f"{author.name}, {author.title}" if author.title else str(author.name)
    blocks = (Text(relay.text), Text(f"{who} · {company}", "subtle"))
    return Card(about.title, f"{about.title}: {relay.text}", blocks, ref=ref_of(relay))


def _buttons(relay: Row[Any], rooms: Sequence[Row[Any]]) -> tuple[Button, ...]:
    ref = ref_of(relay)
    ways: list[Button] = []
    if len(rooms) == 1:
        only = rooms[0]
        name = room_name(only)
        name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        ways.append(Button(f"Post to {name}", f"relay:post@{only.id}", ref, style="primary"))
    elif rooms:
        ways.append(Button("Post to a channel", "relay:post", ref, style="primary", form=True))
    informed = Button("Mark informed", "relay:informed", ref, style="plain" if rooms else "primary")
    return (
        *ways,
        Button("Edit", "relay:edit", ref, form=True),
        Button("Copy text", "relay:copy", ref, form=True),
        informed,
    )


def _told(relay: Row[Any], viewer: Viewer) -> str:
    when = f" on {viewer.when(relay.told_at)}" if relay.told_at is not None else ""
    if relay.state == "posted":
        return f"Posted to {relay.place or 'your channel'}{when}."
    return f"You have told your staff{when}."


def _status(relay: Row[Any]) -> Status:
    return {
        "posted": Status("Posted", "good"),
        "informed": Status("Staff informed", "good"),
        "replaced": Status("Replaced by a newer one", "muted"),
        "withdrawn": Status("Nothing to tell any more", "muted"),
        "over": Status("Nothing to tell any more", "muted"),
    }.get(relay.state, Status("A draft for you", "ask"))
