"""Draws downtimes in the lists that people ask for: what waits for an answer, what is agreed, when none is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.cards.card import Block, Card
from bot.cards.downtimes import lists, may
from bot.cards.gallery.downtimes import is_contact, wishes_of
from bot.cards.gallery.sight import Drawer, Sight, no_card, no_form
from handlers.commands import Ref
from handlers.mechanisms.windows.standing import UNDER_WAY, Standing, stand
from storage.queries import blackouts, directory, downtimes
from storage.rows import Row

MOST_WISHES = 40


def to_answer(sight: Sight, person: Row[Any]) -> list[list[Block]]:
    """What this contact has to answer about times on offer."""
    standings = _stand(sight, downtimes.for_person(sight.tx, person.id))
    waits = [one for one in standings if lists.waits_for(one, person.id)]
    return [lists.to_answer(one, sight.viewer(person, one.client)) for one in waits]


def to_steer(sight: Sight, person: Row[Any]) -> list[list[Block]]:
    """What somebody of the provider has begun, waits for, has to answer, or works on now."""
    standings = _stand(sight, downtimes.for_staff(sight.tx, person.id))
    shown = [one for one in standings if one.state != "accepted" or one.life in UNDER_WAY or _soon(one)]
    return [lists.to_steer(one, sight.viewer(person, None)) for one in shown]


def page(sight: Sight, person: Row[Any]) -> Card:
    """Everything about downtimes that concerns this person, and what the own company (or any client) wishes."""
    calendar = sight.calendar_of(Ref("person", person.id), person.id, person.calendar_number)
    if person.client_id is None:
        rows = _stand(sight, downtimes.for_staff(sight.tx, person.id))
        items = [lists.to_steer(one, sight.viewer(person, None)) for one in rows]
        wishes = blackouts.page(sight.tx, sight.now, client_id=None, after=None, limit=MOST_WISHES)
        liked = blackouts.preferred_page(sight.tx, client_id=None, after="", limit=MOST_WISHES)
        return lists.page(
            items, wishes, liked, may_ask=True, may_wish=True, removes=lambda row: True, staff=True, calendar=calendar
        )
    client = directory.client(sight.tx, person.client_id)
    if client is None:
        return lists.page((), (), (), may_ask=False, may_wish=False, removes=lambda row: False, staff=False)
    standings = _stand(sight, downtimes.for_person(sight.tx, person.id))
    items = [
        (lists.to_answer if lists.waits_for(one, person.id) else lists.to_know)(one, sight.viewer(person, client))
        for one in sorted(standings, key=lambda one: not lists.waits_for(one, person.id))
    ]
    contact = is_contact(sight, client, person)
    wishes = blackouts.active_of(sight.tx, client.id, sight.now) if contact else ()
    liked = blackouts.preferred_of(sight.tx, client.id) if contact else ()
    wide, own = wishes_of(sight, client, person)
    return lists.page(
        items,
        wishes,
        liked,
        may_ask=contact,
        may_wish=wide or bool(own),
        removes=lambda row: wide or row.location_id in own,
        staff=False,
        calendar=calendar if contact else "",
    )


def _after(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card:
    """The list on which the button stood, without what has been removed."""
    return page(sight, person)


BLACKOUT = Drawer(no_card, _after, no_form)


def _stand(sight: Sight, rows: Iterable[Row[Any]]) -> Sequence[Standing]:
    return [stand(sight.tx, row, sight.now) for row in rows]


def _soon(standing: Standing) -> bool:
    """Its agreed time has come, or is near enough for Start to be there."""
    return "start" in may.desk_verbs(standing) or (standing.is_ahead and bool(standing.row.ends_at <= standing.now))
