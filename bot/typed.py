"""What people type, and the page or the form that answers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.cards import pages
from bot.cards.card import Card, Form
from bot.cards.gallery import Gallery
from handlers.context import Who

DOWNTIME_FORMS = {"new": "downtime:raise", "blackout": "blackout:put", "preferred": "preferred:put"}
"""What may stand after the word "downtime"; anything else shows what is planned."""


def _waiting(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    page = int(rest) if rest.isdecimal() and len(rest) < 5 else 1
    return gallery.waiting(who.person_id or "", page)


def _contacts(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    return gallery.contacts(who.person_id or "", rest)


def _away(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    return _fresh(gallery, "away", who)


def _request(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    return _fresh(gallery, f"request:{rest}", who) if rest in ("purchase", "access") else pages.request_kinds()


def _outage(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    """Somebody of the provider raises a notice; a contact sees what is raised."""
    return _fresh(gallery, "notice:raise", who) if who.staff else gallery.outages(who.person_id or "")


def _downtime(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    """Somebody of the provider plans work; a contact sees what is planned and asks for more."""
    form = DOWNTIME_FORMS.get(rest, "" if rest or not who.staff else "downtime:raise")
    return _fresh(gallery, form, who) if form else gallery.downtimes(who.person_id or "")


def _reports(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    """Somebody of the provider sees how all of them stand; a contact the newest."""
    return gallery.reports(who.person_id or "", rest)


def _cases(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    """What is open, or one case by its number."""
    return gallery.cases(who.person_id or "", rest)


def _meetings(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    """What is planned; somebody of the provider plans more."""
    return _fresh(gallery, "talk:plan", who) if who.staff and rest == "new" else gallery.meetings(who.person_id or "")


def _feedback(gallery: Gallery, who: Who, rest: str) -> Card | Form:
    """A contact says something; somebody of the provider sees what waits for an answer."""
    return gallery.feedback(who.person_id or "") if who.staff else _fresh(gallery, "feedback:give", who)


def _fresh(gallery: Gallery, verb: str, who: Who) -> Form:
    """A form that belongs to no card."""
    return gallery.form(verb, pages.PAGE, 0, who.person_id or "")


WORDS: Mapping[str, Callable[[Gallery, Who, str], Card | Form]] = {
    "waiting": _waiting,
    "contacts": _contacts,
    "away": _away,
    "request": _request,
    "outage": _outage,
    "downtime": _downtime,
    "reports": _reports,
    "report": _reports,
    "cases": _cases,
    "case": _cases,
    "meetings": _meetings,
    "feedback": _feedback,
}
"""What people type beside "back" and "help", which are no page."""
