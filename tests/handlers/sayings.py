"""Opinions at the office: a talk with its form, what stands in the store, and whether a word stands anywhere in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, inspect, text

from handlers.commands import Ref
from handlers.context import Who, Work
from handlers.mechanisms import formal
from storage.store import Store
from storage.tables import Touchpoint
from storage.tables.types import core
from tests.handlers.office import Office

SOFIA, RITA, KAI = "Sofia Marchetti", "Rita Nowak", "Kai Turner"
DANA, PRIYA, LUIS, TOM = "Dana Whitlock", "Priya Raman", "Luis Ortega", "Tom Beckett"
VPN = "VPN drops daily, 3 people"


def opinion(office: Office, ref: Ref) -> Any:
    """The row of an opinion."""
    return office.rows("SELECT * FROM feedback WHERE id = :id", id=ref.id)[0]


def talk(office: Office, name: str = DANA, *, state: str = "confirmed") -> Ref:
    """A formal talk with this person's company in some days."""
    client = office.rows("SELECT client_id FROM person WHERE name = :name", name=name)[0].client_id
    count = office.rows("SELECT count(*) AS n FROM touchpoint")[0].n
    values = {
        "id": f"tch_{count:06}",
        "ref": f"T-{count + 1}",
        "client_id": client,
        "kind": "rap_session",
        "period": f"day {count}",
        "state": state,
        "version": 1,
        "revision": 1,
        "title": "",
        "channel": "chat",
        "link": "",
        "place": "",
        "due_on": date(2026, 6, 25),
        "minutes": 60,
        "created_at": office.now,
        "starts_at": office.now + timedelta(days=5),
        "ends_at": office.now + timedelta(days=5, hours=1),
        "ended_by": "",
        "ended_why": "",
        "notes": "",
        "agenda": [],
        "sequence": 0,
    }
    with office.store.write() as tx:
        tx.execute(insert(core(Touchpoint)).values(**values))
    return Ref("touchpoint", str(values["id"]))


def move(office: Office, ref: Ref, state: str) -> None:
    """The talk is in another state."""
    with office.store.write() as tx:
        tx.execute(text("UPDATE touchpoint SET state = :state WHERE id = :id"), {"state": state, "id": ref.id})


def house(office: Office, tx: Any) -> Work:
    """What the house itself works with."""
    desk, moment = office.desk, int(office.now.timestamp() * 1000)
    who = Who("the house", system=True)
    return Work(tx, office.now, who, "clock", lambda prefix: desk.new_id(prefix, moment), desk.provider)


def asked(office: Office, about: Ref, *names: str) -> list[Ref]:
    """These people get the form before a talk."""
    people = [office.person(name) for name in names]
    client = office.rows("SELECT client_id FROM touchpoint WHERE id = :id", id=about.id)[0].client_id
    with office.store.write() as tx:
        work = house(office, tx)
        found = formal.ask(work, about, client, people)
    assert [entry.what for entry in work.entries] == ["feedback.ask"] * len(found)
    return found


def left(office: Office, about: Ref) -> None:
    """The talk begins."""
    with office.store.write() as tx:
        formal.leave(house(office, tx), about)


def found_in(store: Store, word: str) -> list[str]:
    """The tables and columns in which a word stands."""
    found = []
    with store.glance() as tx:
        for table in inspect(store.engine).get_table_names():
            for row in tx.execute(text(f'SELECT * FROM "{table}"')).mappings():
                found += [f"{table}.{column}" for column, value in row.items() if word in str(value)]
    return found
