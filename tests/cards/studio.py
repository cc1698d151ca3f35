"""The house with fixed ids and times, where scenes are played whose cards are kept as golden files."""

from __future__ import annotations

import itertools
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from bot.cards.card import Card, Form
from bot.cards.gallery import Gallery
from bot.charts.chart import chart_of
from bot.charts.links import chart_link
from bot.signing import Signer
from handlers.commands import Command, DeliveryFailed, Ref, Service, System
from handlers.desk import Desk
from handlers.mechanisms.reports.figures import Figures
from storage.store import Store
from tests.handlers.office import Office

PROVIDER = "Harborline IT"
HOST = "https://bot.harborline.example"
SIGNER = Signer("a key of the studio that signs addresses")
SYSTEM = System("the house")
SERVICE = Service("tickets", frozenset({"approvals:write", "read"}))

Drawn = Card | Form
Scene = Callable[["Studio"], Iterator[tuple[str, Drawn]]]


def numbered(first: int) -> Callable[[str, int], str]:
    """Ids that are the same in every run, counted for each kind of thing so that one kind does not move another's."""
    counts: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(first))
    return lambda prefix, milliseconds: f"{prefix}_{next(counts[prefix]):06}"


def seeded(path: Path, tables: Path) -> Path:
    """A SQLite file with the demo cast under ids that never change; `tables` is an empty one to copy."""
    shutil.copy(tables, path)
    store = Store(f"sqlite:///{path}")
    office = Office(store)
    office.desk = Desk(store, new_id=numbered(1))
    office.seed()
    store.close()
    return path


@dataclass
class Studio:
    """One scene's office and what it draws. People are meant by their full names."""

    office: Office
    gallery: Gallery

    def person(self, name: str) -> str:
        """A person's id."""
        return str(self.office.rows("SELECT id FROM person WHERE name = :name", name=name)[0].id)

    def see(self, who: str, ref: Ref, purpose: str) -> Card:
        """This person's card of a subject."""
        card = self.gallery.draw(ref, purpose, self.person(who))
        assert card is not None, f"{who} has no card {purpose} of {ref}"
        return card

    def fill(self, who: str, verb: str, ref: Ref | None = None, *, version: int = 1) -> Form:
        """The form that a button opens for this person."""
        return self.gallery.form(verb, ref or Ref("page", "words"), version, self.person(who))

    def do(self, who: str | Service | System, command: Command) -> Ref:
        """Somebody does something; -> what it was about."""
        ref = self.office.do(who, command).ref
        assert ref is not None
        return ref

    def last(self, table: str, **where: str) -> str:
        """The id of the newest row of a table, of those with these values."""
        wanted = "".join(f" AND {name} = :{name}" for name in where)
        rows = self.office.rows(f"SELECT id FROM {table} WHERE 1 = 1{wanted} ORDER BY id DESC", **where)
        return str(rows[0].id)

    def lose(self, ref: Ref, purpose: str) -> None:
        """The newest card of this purpose could not be delivered."""
        delivery = self.last("delivery", subject=str(ref), purpose=purpose)
        with self.office.store.write() as tx:
            tx.execute(text("UPDATE delivery SET state = 'dead' WHERE id = :id"), {"id": delivery})
        self.do(SYSTEM, DeliveryFailed(delivery, "target", "The app was removed there."))

    def task(self, kind: str) -> Ref:
        """The newest task of a kind."""
        return Ref("task", self.last("task", kind=kind))

    def at(self, moment: str) -> None:
        """The clock goes on to this moment; what comes due on the way happens."""
        self.office.later(seconds=(datetime.fromisoformat(moment) - self.office.now).total_seconds())


def open_studio(file: Path, folder: Path) -> Studio:
    """A studio on its own copy of the seeded file."""
    path = folder / "scene.db"
    shutil.copy(file, path)
    office = Office(Store(f"sqlite:///{path}"))
    office.desk = Desk(office.store, new_id=numbered(1000))
    gallery = Gallery(office.store, lambda: office.now, PROVIDER, calendar_of=_calendar_of, chart_of=chart_at)
    return Studio(office, gallery)


def chart_at(figures: Figures, locale: str) -> str:
    """The address of a picture; `tests.cards.pictures` draws what it holds."""
    chart = chart_of(figures, locale)
    return chart_link(SIGNER, HOST, chart) if chart is not None else ""


def _calendar_of(ref: Ref, person_id: str, number: int) -> str:
    return f"{HOST}/calendar/{ref.id}.{person_id}.ics"
