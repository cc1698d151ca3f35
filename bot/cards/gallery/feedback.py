"""Draws opinions: how something was handled, what people say unasked, the form before a talk, and the answers."""

from __future__ import annotations

from typing import Any

from bot.cards.card import Block, Card, Form
from bot.cards.gallery.sight import Drawer, Sight, no_form
from bot.cards.notices import feedback
from bot.cards.parts import Viewer
from bot.cards.talks import opinion_forms, opinions
from bot.cards.talks.words import agreed_time
from handlers.commands import Ref, Refused
from handlers.feedback import ANSWER, TOO_LATE, whose
from handlers.mechanisms.formal import REMINDER
from handlers.mechanisms.talks.standing import load
from storage.queries import cases, directory, meetings, notices, timers
from storage.queries import feedback as queries
from storage.rows import Row

ANSWERABLE = ("follow_up", "received")


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    row = queries.opinion(sight.tx, ref.id)
    person = directory.person(sight.tx, person_id)
    if row is None or person is None or row.person_id != person.id:
        return None
    client = directory.client(sight.tx, row.client_id)
    viewer = sight.viewer(person, client)
    if row.kind == "ongoing":
        fresh = purpose == ANSWER and bool(row.reply)
        return opinions.receipt(row, viewer, provider=sight.provider, by=_due(sight, ref), fresh=fresh)
    if row.kind == "formal":
        return _formal(sight, row, viewer, purpose)
    about = _about(sight, row)
    if purpose == ANSWER and row.reply:
        return opinions.answered_score(row, about, provider=sight.provider)
    return feedback.question(row, about, viewer, provider=sight.provider)


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    if person.client_id is None:
        return _for_staff(sight, ref, person)
    return draw(sight, ref, "csat", person.id)


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    row = queries.opinion(sight.tx, ref.id)
    if verb == "feedback:answer":
        return _answer_form(sight, row, person)
    if row is None or row.person_id != person.id:
        raise Refused("This question is somebody else's or does not exist.", code="not_found")
    if verb == "feedback:form" and row.kind == "formal":
        about, _, open_ = _talk(sight, row, sight.viewer(person, directory.client(sight.tx, row.client_id)))
        if not open_ or row.state == "closed":
            raise Refused("The meeting is over. Please say what is new as feedback.", code="conflict")
        return opinion_forms.formal_form(row, about)
    if verb != "rate:comment" or row.kind != "csat":
        return no_form()
    if row.score is None:
        raise Refused("Please choose a number first.", code="conflict")
    return feedback.comment_form(ref, _about(sight, row))


DRAWER = Drawer(draw, pressed, form)


def give_form(sight: Sight, person: Row[Any]) -> Form:
    """Feedback is given by people of clients."""
    if person.client_id is None:
        raise Refused("Feedback is for the people of clients.", code="not_entitled")
    return opinion_forms.give_form(sight.provider)


def page(sight: Sight, person: Row[Any]) -> Card:
    """What waits for the provider's answer."""
    viewer = sight.viewer(person, None)
    items: list[list[Block]] = []
    for row in meetings.feedback_to_answer(sight.tx):
        items.append(opinions.to_answer(row, viewer))
    return opinions.page(items)


def answer_at_hand(sight: Sight, task: Row[Any]) -> tuple[Any, ...]:
    """The button that answers the opinion a task is about; () where that is none, or was answered."""
    kind, _, id_ = task.subject.partition(":")
    row = queries.opinion(sight.tx, id_ if kind == "feedback" else task.key)
    if row is None or row.state not in ANSWERABLE or task.kind not in ("feedback", "low_score"):
        return ()
    return (opinions.answer_button(Ref("feedback", row.id), "primary" if task.kind == "feedback" else "plain"),)


def about_task(sight: Sight, task: Row[Any]) -> tuple[str, dict[str, str], tuple[Any, ...]]:
    """What a task about an opinion is about: of which talk, and at which number its author is called."""
    row = queries.opinion(sight.tx, task.subject.partition(":")[2])
    if row is None:
        return "", {}, ()
    person, client = directory.person(sight.tx, row.person_id), directory.client(sight.tx, row.client_id)
    about = ""
    if row.kind == "formal" and person is not None:
        about, _, _ = _talk(sight, row, sight.viewer(person, client))
    phones = {person.name: person.phone} if person is not None and person.phone else {}
    return about, phones, answer_at_hand(sight, task)


def _formal(sight: Sight, row: Row[Any], viewer: Viewer, purpose: str) -> Card:
    about, ends, open_ = _talk(sight, row, viewer)
    fresh = purpose == ANSWER and bool(row.reply)
    again = purpose == REMINDER
    return opinions.formal(row, about, ends, viewer, provider=sight.provider, open_=open_, again=again, fresh=fresh)


def _talk(sight: Sight, row: Row[Any], viewer: Viewer) -> tuple[str, str, bool]:
    """(which talk and when, until when its form can be filled in, whether it still can)."""
    standing = load(sight.tx, Ref.parse(row.subject).id, sight.now)
    if standing is None:
        return "", "", False
    when = agreed_time(standing, viewer)
    about = f"{standing.title} with {sight.provider}" + (f", {when}" if when else "")
    ends = viewer.when(standing.row.starts_at) if standing.row.starts_at is not None else "the meeting"
    return about, ends, standing.state not in TOO_LATE


def _due(sight: Sight, ref: Ref) -> Any:
    """Until when the provider has to answer."""
    task = timers.open_task(sight.tx, str(ref), "feedback")
    return task.due_at if task is not None else None


def _answer_form(sight: Sight, row: Row[Any] | None, person: Row[Any]) -> Form:
    if person.client_id is not None:
        raise Refused("Only your provider answers feedback.", code="not_entitled")
    if row is None:
        raise Refused("This does not exist (any more).", code="not_found")
    if row.state not in ANSWERABLE:
        by = f" by {row.replied_by}" if row.replied_by else ""
        raise Refused(f"This was answered before{by}." if row.reply else "Nothing has been said yet.", code="conflict")
    return opinion_forms.answer_form(row, _whose(sight, row))


def _for_staff(sight: Sight, ref: Ref, person: Row[Any]) -> Card | None:
    row = queries.opinion(sight.tx, ref.id)
    if row is None:
        return None
    viewer = sight.viewer(person, directory.client(sight.tx, row.client_id))
    about = _about(sight, row) if row.kind == "csat" else ""
    return opinions.for_staff(row, _whose(sight, row), about, viewer, can_answer=row.state in ANSWERABLE)


def _whose(sight: Sight, row: Row[Any]) -> str:
    client, person = directory.client(sight.tx, row.client_id), directory.person(sight.tx, row.person_id)
    assert client is not None and person is not None
    said = whose(client, person, row.on_behalf_of, anonymous=row.anonymous)
    return said[:1].upper() + said[1:]


def _about(sight: Sight, row: Row[Any]) -> str:
    """What it was, in the words the person knows."""
    kind, _, id_ = row.subject.partition(":")
    if kind == "case":
        case = cases.case(sight.tx, id_)
        return f"{case.external_id} · {case.title}" if case is not None else ""
    notice = notices.notice(sight.tx, id_) if kind == "notice" else None
    return f"{notice.ref} · {notice.title}" if notice is not None else ""
