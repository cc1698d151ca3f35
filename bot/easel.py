"""The process beside the bot's own in which the cards of a broadcast are drawn and printed, begun by `bot.atelier`."""

from __future__ import annotations

import pickle
import signal
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from bot.cards.card import Card, Printed
from bot.cards.gallery import Gallery
from bot.cards.printed import Printer, look_of
from handlers.commands import Ref

LENGTH = struct.Struct("!I")
"""Leads everything that is said between the two: how many bytes of pickle follow."""

Sheet = tuple[str, str, Printed]
"""A card's title, its summary and the rest: all that is needed to send it."""


@dataclass(frozen=True)
class Recipe:
    """What a gallery is made of here. It comes by a pipe: a command line can be read by others."""

    database_url: str
    provider: str
    secret_key: str
    public_url: str

    def gallery(self, now: Callable[[], datetime]) -> Gallery:
        """A gallery with a store of its own."""
        from bot.addresses import Addresses
        from bot.signing import Signer
        from storage.store import Store

        addresses = Addresses(Signer(self.secret_key) if self.secret_key else None, self.public_url)
        return Gallery(Store(self.database_url), now, self.provider, addresses.page_of, addresses.calendar_of)


def packed(said: Any) -> bytes:
    """As it is said between the two."""
    content = pickle.dumps(said, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


def unpacked(content: bytes) -> Any:
    """What was said; only ever of our own process."""
    return pickle.loads(content)  # noqa: S301


def work(heard: BinaryIO, said: BinaryIO) -> None:
    """First comes the recipe, then batch after batch: (moment, [(subject, purpose, person id, platform), ...]).

    Each is answered by the sheets, None for nothing to say; or by None where one cannot be drawn.
    """
    from bot import interpreter

    moments: list[datetime] = []
    talk = _talk(heard)
    gallery: Gallery = next(talk).gallery(lambda: moments[-1])
    printers = _printers()
    interpreter.tune()
    _say(said, True)
    for moment, asks in talk:
        moments[:] = [moment]
        drawn = gallery.draw_many([(Ref.parse(subject), purpose, person) for subject, purpose, person, _ in asks])
        if any(isinstance(card, Exception) for card in drawn):
            _say(said, None)
        else:
            _say(said, [_sheet(card, printers[ask[3]]) for card, ask in zip(drawn, asks, strict=True)])


def _sheet(card: Any, printer: Printer) -> Sheet | None:
    return None if card is None else (card.title, card.summary, Printed(look_of(card), printer(card)))


def _printers() -> Mapping[str, Printer]:
    from bot.slack import printing as slack
    from bot.teams import printing as teams

    return {"slack": slack.printed, "teams": teams.printed}


def _talk(heard: BinaryIO) -> Iterator[Any]:
    while head := heard.read(LENGTH.size):
        yield unpacked(heard.read(*LENGTH.unpack(head)))


def _say(said: BinaryIO, what: Any) -> None:
    said.write(packed(what))
    said.flush()


def taken(sheet: Sheet | None) -> Card | None:
    """The card that a sheet is of, without its blocks."""
    return None if sheet is None else Card(sheet[0], sheet[1], printed=sheet[2])


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to both; this one ends when nobody asks any more
    work(sys.stdin.buffer, sys.stdout.buffer)
