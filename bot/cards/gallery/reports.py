"""Draws reports: the reader's card, the cases behind it, the reminder and the provider's desk, and their forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Form
from bot.cards.gallery.sight import Drawer, Sight, both_sides, no_form
from bot.cards.parts import Viewer
from bot.cards.reports import desk, detail, forms, lists, may, reader, words
from handlers.authority import either
from handlers.commands import Ref, Refused
from handlers.mechanisms.reports.periods import MONTHLY, WEEKLY
from handlers.mechanisms.reports.standing import Standing, load, stand
from storage.queries import directory, report_pages, reports
from storage.rows import Row

MONTHLY_WORDS = (lists.MONTHS, "month", "monthly", "summary", "summaries")
READERS: dict[str, Callable[[Standing, Viewer, str], Form]] = {
    "report:question": forms.question_form,
    "report:escalate": forms.escalate_form,
    "report:wrong": forms.wrong_form,
}
DESK: dict[str, Callable[[Standing], Form]] = {
    "report:hold": forms.hold_form,
    "report:note": forms.note_form,
    "report:correct": forms.correct_form,
    "report:health": forms.health_form,
}
FORMS = (*READERS, *DESK)
"""Verbs that open a form first."""


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    card = draw(sight, ref, "desk" if person.client_id is None else "report", person.id)
    standing = load(sight.tx, ref.id, sight.now) if card is not None else None
    return card if standing is not None and standing.may_see(person.id) else None


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    standing = load(sight.tx, ref.id, sight.now)
    staff = person.client_id is None
    if standing is None or not (staff or (person.client_id == standing.client.id and not standing.is_unreleased)):
        raise Refused("This report does not exist (any more).", code="not_found")
    if verb in READERS:
        if staff:
            raise Refused("Only the client's own people say this about a report.", code="not_entitled")
        viewer = sight.viewer(person, standing.client)
        if not standing.may_review(person.id):
            raise _refusal(standing)
        return READERS[verb](standing, viewer, sight.provider)
    if verb not in DESK:
        return no_form()
    if not staff:
        raise Refused("Only your provider can do this.", code="not_entitled")
    if verb not in {button.verb for button in may.desk_buttons(standing, sight.viewer(person, None))}:
        raise Refused("This report has moved on: this cannot be done any more.", code="conflict")
    return DESK[verb](standing)


HELD, UNDELIVERABLE, UNCHECKED = "report_held", "report_undeliverable", "health_check"


def look_at_hand(sight: Sight, task: Row[Any]) -> tuple[Button, ...]:
    """What notes a health check, for the task that nobody has for weeks."""
    row = report_pages.newest_of(sight.tx, task.client_id, WEEKLY, out=False)
    return (may.health_button(row),) if row is not None else ()


def at_hand(sight: Sight, task: Row[Any]) -> tuple[str, dict[str, str], tuple[Button, ...]]:
    """What a task about a report is about, the numbers of who should read it, and what does it."""
    standing = load(sight.tx, task.subject.partition(":")[2], sight.now)
    person = directory.person(sight.tx, task.owner_id) if task.owner_id else None
    if standing is None or person is None:
        return "", {}, ()
    viewer = sight.viewer(person, None)
    about = f"{words.title(standing, viewer)} · {words.status_of(standing).text}"
    if task.kind == HELD:
        buttons = [
            one for one in may.desk_buttons(standing, viewer) if one.verb in ("report:release", "report:regenerate")
        ]
        return about, {}, tuple(buttons)
    if task.kind == UNDELIVERABLE:
        ids = (*(one.person_id for one in standing.readers), *standing.chain()[:1])
        called = [standing.people[id_] for id_ in dict.fromkeys(ids) if id_ in standing.people]
        return about, {row.name: row.phone for row in called if row.phone}, ()
    return about, {}, ()


def page(sight: Sight, person: Row[Any], rest: str) -> Card:
    """What somebody sees who asks for reports: the provider how all of them stand, or a client's; a contact the own.

    Of weeks, or of months where that is said.
    """
    kind, rest = _kind(rest)
    if person.client_id is None:
        return _board(sight, person, kind, rest)
    client = directory.client(sight.tx, person.client_id)
    row = report_pages.newest_of(sight.tx, person.client_id, kind, out=True)
    card = draw(sight, Ref("report", row.id), "report", person.id) if row is not None else None
    standing = load(sight.tx, row.id, sight.now) if row is not None else None
    if standing is not None and not standing.may_see(person.id):
        raise _refusal(standing)
    if client is None:
        return lists.none_yet(sight.provider)
    if card is None:
        card = lists.none_yet(sight.provider, monthly=kind == MONTHLY)
    other = report_pages.newest_of(sight.tx, client.id, _other(kind), out=True)
    if other is None or not stand(sight.tx, other, sight.now).may_see(person.id):
        return card
    across = lists.other_kind(other.period, sight.viewer(person, client), monthly=kind == WEEKLY)
    return replace(card, blocks=(*card.blocks, Actions((across,))))


def to_review(sight: Sight, person: Row[Any]) -> list[list[Block]]:
    """The reports that wait for this contact, the newest first."""
    found = [stand(sight.tx, row, sight.now) for row in report_pages.to_review(sight.tx, person.id)]
    return [
        reader.waiting(one, sight.viewer(person, one.client))
        for one in found
        if one.client.id == person.client_id and one.may_review(person.id)
    ]


def _kind(rest: str) -> tuple[str, str]:
    """Which reports somebody means, and what else they have typed: “months”, before or after a client's name."""
    words_ = rest.split()
    for place in (0, -1):
        if words_ and words_[place].casefold() in MONTHLY_WORDS:
            words_.pop(place)
            return MONTHLY, " ".join(words_)
    return WEEKLY, rest


def _other(kind: str) -> str:
    return WEEKLY if kind == MONTHLY else MONTHLY


def _board(sight: Sight, person: Row[Any], kind: str, rest: str) -> Card:
    wanted, viewer = rest.strip().casefold(), sight.viewer(person, None)
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 5 else 1
    if wanted and not wanted.isdecimal():
        named = (
            row for row in sight.clients_of(person) if wanted in (row.slug, row.code.casefold(), row.name.casefold())
        )
        client = next(named, None)
        if client is None:
            raise Refused(f"There is no client called {rest.strip()[:60]}.", code="not_found")
        row = report_pages.newest_of(sight.tx, client.id, kind, out=False)
        card = draw(sight, Ref("report", row.id), "desk", person.id) if row is not None else None
        if card is None:
            what = "monthly summary" if kind == MONTHLY else "report"
            raise Refused(f"{client.name} has no {what} yet.", code="not_found")
        return card
    period = report_pages.newest_period(sight.tx, kind)
    counts = report_pages.counts(sight.tx, kind, period)
    skip = (max(1, number) - 1) * lists.PAGE
    rows = report_pages.of_period(sight.tx, kind, period, most=lists.PAGE, skip=skip)
    url = sight.page_of(Ref("reports", ""), person.id)
    other = report_pages.newest_period(sight.tx, _other(kind))
    at, monthly = max(1, number), kind == MONTHLY
    return lists.board(period, counts, rows, viewer, page=at, url=url, monthly=monthly, other=other)


def _for_reader(sight: Sight, standing: Standing, purpose: str, person: Row[Any]) -> Card | None:
    """Nothing before it is out; for whoever reads reports no longer, that."""
    viewer = sight.viewer(person, standing.client)
    if standing.is_unreleased or purpose not in ("report", "detail", "remind"):
        return None
    if not standing.may_see(person.id):
        return reader.gone(standing, viewer)
    if purpose == "detail":
        return detail.detail_card(standing, viewer, provider=sight.provider)
    if purpose == "remind":
        return reader.reminder(standing, viewer, provider=sight.provider)
    chart = sight.chart_of(standing.figures, viewer.locale)
    return reader.report_card(standing, viewer, provider=sight.provider, chart=chart, first=_is_first(sight, standing))


def _for_provider(sight: Sight, standing: Standing, purpose: str, person: Row[Any]) -> Card | None:
    viewer = sight.viewer(person, None)
    if purpose == "detail":
        return detail.detail_card(standing, viewer, provider=sight.provider)
    chart, page = sight.chart_of(standing.figures, viewer.locale), sight.page_of(standing.ref, person.id)
    first = _is_first(sight, standing)
    return desk.desk_card(standing, viewer, provider=sight.provider, chart=chart, page=page, first=first)


def _is_first(sight: Sight, standing: Standing) -> bool:
    row = standing.row
    return not reports.has_earlier(sight.tx, row.client_id, row.kind, row.period)


def _refusal(standing: Standing) -> Refused:
    if standing.state == "superseded":
        said = "A corrected report has taken its place. Please use the buttons of the newest one."
        return Refused(said, code="conflict")
    names = either([standing.name(id_) for id_ in standing.chain()[:3]]) or "Your company's key contact"
    return Refused(f"This report is for {names}.", code="not_entitled")


draw = both_sides(load, _for_provider, _for_reader)
DRAWER = Drawer(draw, pressed, form)
