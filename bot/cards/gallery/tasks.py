"""Draws tasks of the provider's people, with the numbers they need and what the task is about."""

from __future__ import annotations

from typing import Any

from bot.cards import forms, tasks
from bot.cards.card import Block, Button, Card, Form
from bot.cards.downtimes import words as windows_words
from bot.cards.downtimes.may import desk_buttons as desk_buttons_of
from bot.cards.gallery import cases, feedback, pulses, reports, talks
from bot.cards.gallery.sight import Drawer, Sight
from bot.cards.notices.board import board_buttons
from bot.cards.notices.may import desk_buttons
from bot.cards.notices.words import status
from bot.cards.order import headline
from bot.cards.parts import Viewer
from handlers.commands import Ref, Refused
from handlers.mechanisms.broadcast import READ, Broadcast, Reader, load_for_client
from handlers.mechanisms.standing import load
from handlers.mechanisms.tasks import PASSED_ON
from handlers.mechanisms.windows import standing as windows
from storage.queries import directory, notice_cards, relays, timers
from storage.rows import Row


def draw(sight: Sight, ref: Ref, purpose: str, person_id: str) -> Card | None:
    task = timers.task(sight.tx, ref.id)
    person = directory.person(sight.tx, person_id)
    client = directory.client(sight.tx, task.client_id) if task is not None else None
    if task is None or person is None or client is None:
        return None
    viewer = sight.viewer(person, client)
    about, phones, at_hand, below = _with_more(sight, task, viewer)
    colleague = ""
    if purpose == PASSED_ON and task.owner_id != person.id:
        owner = directory.person(sight.tx, task.owner_id) if task.owner_id else None
        colleague = owner.name if owner is not None else "Nobody"
    return tasks.task_card(task, client, phones, viewer, about, at_hand, colleague, below)


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

Subject = tuple[str, dict[str, str], tuple[Button, ...]]
AT_HAND = {
    "update_due": ("update", "no_change"),
    "update_late": ("update", "no_change"),
    "root_cause": ("cause",),
    "root_cause_late": ("cause",),
    "notice_call": ("phone",),
    "notice_undeliverable": ("phone",),
}
"""Which buttons of the board do what a task asks for."""
AT_HAND_DOWNTIME = {
    "call": ("offer",),
    "overrun": ("start", "extend", "finish", "complete", "postpone", "cancel"),
}
"""The same of the provider's card of a downtime."""


def _with_more(
    sight: Sight, task: Row[Any], viewer: Viewer
) -> tuple[str, dict[str, str], tuple[Button, ...], list[Block]]:
    """What the task is about, whom to call, what does it, and what is good to have before the eyes meanwhile."""
    if task.subject.startswith("touchpoint:"):
        return talks.at_hand(sight, task)
    if task.subject.startswith("remark:"):
        return cases.at_hand(sight, task, viewer)
    about, phones, at_hand = _subject(sight, task, viewer)
    if task.kind == "low_score" and not at_hand:
        at_hand = feedback.answer_at_hand(sight, task)
    return about, phones, at_hand, []


def _subject(sight: Sight, task: Row[Any], viewer: Viewer) -> Subject:
    """What the task is about in one line, the numbers on file of those who have to be called, and what does it."""
    kind, _, subject = task.subject.partition(":")
    if kind == "notice":
        return _notice(sight, task, subject)
    if kind == "downtime":
        return _downtime(sight, task, subject)
    if kind == "report":
        return reports.at_hand(sight, task)
    if task.kind == reports.UNCHECKED:
        return "", {}, reports.look_at_hand(sight, task)
    if kind == "pulse":
        return pulses.at_hand(sight, task)
    if kind == "feedback":
        return feedback.about_task(sight, task)
    standing = load(sight.tx, subject, sight.now) if kind == "approval" else None
    if standing is None:
        return "", {}, ()
    about = f"{standing.request.title} · {headline(standing, viewer.locale).text}"
    if task.kind not in ("call", "undeliverable"):
        return about, {}, ()
    silent = {person_id for person_id, _ in standing.waiting_on()}
    people = directory.people_of(sight.tx, task.client_id)
    return about, {row.name: row.phone for row in people if row.id in silent and row.phone}, ()


def _notice(sight: Sight, task: Row[Any], notice_id: str) -> Subject:
    broadcast = load_for_client(sight.tx, notice_id, task.client_id)
    if broadcast is None:
        return "", {}, ()
    unhappy = notice_cards.feedback_by(sight.tx, task.key) if task.kind == "low_score" else None
    called = [
        one.person
        for one in broadcast.readers
        if concerns(task, one, broadcast) or (unhappy is not None and unhappy.person_id == one.person.id)
    ]
    about = f"{broadcast.notice.ref} · {broadcast.notice.title} · {status(broadcast.notice).text}"
    offered = [verb for verb in desk_buttons(broadcast) if verb in AT_HAND.get(task.kind, ())]
    return about, {row.name: row.phone for row in called if row.phone}, board_buttons(broadcast, offered)


def _downtime(sight: Sight, task: Row[Any], downtime_id: str) -> Subject:
    """The numbers of those who are silent; of work that overruns, of whoever does it."""
    standing = windows.load(sight.tx, downtime_id, sight.now)
    if standing is None:
        return "", {}, ()
    row = standing.row
    about = f"{row.ref} · {row.work} · {windows_words.status(standing).text}"
    voice = task.key.rpartition(".")[0]
    silent = [one.person_id for each in standing.voices if each.id == voice for one in each.asked]
    called = (silent or [id_ for id_, _ in standing.waiting_on()]) if task.kind == "call" else []
    if task.kind == "overrun":
        called = [row.engineer_id or row.owner_id]
    if task.kind == "relay_silent" and (told := relays.relay(sight.tx, voice)) is not None:
        called = [told.person_id]
    people = [standing.people[id_] for id_ in called if id_ in standing.people]
    offered = desk_buttons_of(standing, {}, AT_HAND_DOWNTIME.get(task.kind, ()))
    return about, {one.name: one.phone for one in people if one.phone}, tuple(offered)


def concerns(task: Row[Any], reader: Reader, broadcast: Broadcast) -> bool:
    """Whether this reader is to be called for it: the key of a task names the receipt, person, place or relay."""
    key = task.key.rpartition(".")[0] or task.key
    if task.kind in ("trouble", "call_me"):
        return bool(key == reader.receipt.id)
    if task.kind == "relay_silent":
        return any(one.id == key and one.person_id == reader.person.id for one in broadcast.relays)
    if task.kind == "notice_undeliverable":
        lost = key == task.client_id and reader.stage == "undeliverable"
        return bool(lost or key == reader.person.id)
    if task.kind == "notice_call":
        unread = reader.receipt.state not in READ
        return unread and any(place.id in key.split(":") for place in reader.places)
    return False
