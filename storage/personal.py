"""One person's own deliveries of a subject, found by the person's accounts: these few of those of ten thousand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, String, any_, bindparam, func, select

from storage.prepared import Prepared
from storage.tables import metadata

_d = metadata.tables["delivery"].c
_i = metadata.tables["identity"].c
_ACCOUNTS = select(_i.id).where(_i.person_id == bindparam("whose", type_=String))


def personal(statement: Callable[[ColumnElement[bool]], Any]) -> Prepared:
    """`statement`, given what says that a delivery is on an account of the person whom the parameter `whose` names.

    PostgreSQL is told to look for the accounts first: as long as it knows nothing of the tables it would look through
    everybody's deliveries of the subject.
    """
    return Prepared(
        sqlite=statement(_d.identity_id.in_(_ACCOUNTS)),
        postgresql=statement(_d.identity_id == any_(func.array(_ACCOUNTS.scalar_subquery()))),
    )


MEANT = _d.person_id == bindparam("whose", type_=String)
"""And meant for that person: an account may have been somebody else's."""
PURPOSE, STATE = _d.purpose.concat(""), _d.state.concat("")
"""Where those are asked for too, said so that no database goes by them: PostgreSQL would take subject and purpose for
enough, and SQLite would look through all that ever died or was dropped."""
