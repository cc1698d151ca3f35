"""What the provider's people do for clients, with their names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Subquery, literal_column, or_, select

from storage.tables import Person, StaffAssignment
from storage.tables.types import core

people = core(Person)
staff = core(StaffAssignment)


def named(of: ColumnElement[bool]) -> Subquery:
    """A duty in each row, with its person's `name`: of these clients, and those for all clients. The name is null for
    whoever has left.

    The name is asked for duty by duty: joined, PostgreSQL may look through all people for two, as long as it has not
    counted how many of them there are.
    """
    mine = (people.c.id == staff.c.person_id) & (people.c.state == "active")
    name = select(people.c.name).where(mine).scalar_subquery().label("name")
    once: Any = literal_column("0")  # an offset has the name asked for once, not again wherever it is mentioned
    return select(staff, name).where(or_(staff.c.client_id == "", of)).offset(once).subquery()
