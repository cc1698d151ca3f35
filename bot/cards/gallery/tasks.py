"""Draws tasks of the provider's people, with the numbers they need and what the task is about."""

from __future__ import annotations

from typing import Any

from bot.cards import forms, tasks
from bot.cards.card import Card, Form
from bot.cards.gallery.sight import Drawer, Sight
from bot.cards.order import headline
from bot.cards.parts import Viewer
from handlers.commands import Ref, Refused
from handlers.mechanisms.standing import load
from storage.queries import directory, timers
from storage.rows import Row


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    task = timers.task(sight.tx, ref.id)
    person = directory.person(sight.tx, person_id)
    client = directory.client(sight.tx, task.client_id) if task is not None else None
    if task is None or person is None or client is None:
        return None
    viewer = sight.viewer(person, client)
    about, phones = _subject(sight, task, viewer)
    return tasks.task_card(task, client, phones, viewer, about)


def pressed(sight: Sight, ref: Ref, person: Row[Any], verb: str) -> Card | None:
    """Tasks are for the provider's people only."""
    return draw(sight, ref, "task", person.id) if person.client_id is None else None


def form(sight: Sight, verb: str, ref: Ref, version: int, person: Row[Any]) -> Form:
    task = timers.task(sight.tx, ref.id)
    if person.client_id is not None or task is None or task.state != "open":
        raise Refused("This task is done or is not yours.", code="conflict")
    others = [(row.id, row.name) for row in directory.staff_people(sight.tx) if row.id != task.owner_id]
    return forms.hand_task_form(ref, task.title, others)


DRAWER = Drawer(draw, pressed, form)


def _subject(sight: Sight, task: Row[Any], viewer: Viewer) -> tuple[str, dict[str, str]]:
    """What the task is about in one line, and the numbers on file of those who have to be called."""
    kind, _, subject = task.subject.partition(":")
    standing = load(sight.tx, subject, sight.now) if kind == "approval" else None
    if standing is None:
        return "", {}
    about = f"{standing.request.title} · {headline(standing, viewer.locale).text}"
    if task.kind not in ("call", "undeliverable"):
        return about, {}
    silent = {person_id for person_id, _ in standing.waiting_on()}
    people = directory.people_of(sight.tx, task.client_id)
    return about, {row.name: row.phone for row in people if row.id in silent and row.phone}
