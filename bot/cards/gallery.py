"""Looks the facts up and has them drawn: a reference, a purpose and a viewer become a card, a form or a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.cards import approval, board, forms, messages, pages, tasks
from bot.cards.card import Card, Form
from bot.cards.order import headline
from bot.cards.parts import Viewer
from handlers.authority import No, Voice, may_decide
from handlers.commands import Ref, Refused
from handlers.mechanisms.asking import card_of
from handlers.mechanisms.decision import refusal
from handlers.mechanisms.hesitation import SNOOZE_CHOICES, can_vote, heirs, snoozed_until
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.standing import Standing, load, stand
from handlers.mechanisms.survey import callable_deciders, open_inquiries, open_mistake, regrettable, snoozable
from storage.queries import approvals, directory, journal, timers
from storage.rows import Row
from storage.store import Store, Tx

FOR_DECIDERS = frozenset({"reject", "ask", "hand", "snooze"})


@dataclass(frozen=True)
class Gallery:
    """Draws what is true at this moment. Every call opens a read of its own."""

    store: Store
    now: Callable[[], datetime]
    provider: str

    def draw(self, ref: Ref, purpose: str, person_id: str) -> Card | None:
        """What this person should see of this subject for this purpose; None when there is nothing worth saying."""
        with self.store.read() as tx:
            if ref.kind == "task":
                return self._task(tx, ref.id, person_id)
            if ref.kind == "person":
                return self._waiting(tx, ref.id, 1) if ref.id == person_id else None
            standing = load(tx, ref.id, self.now()) if ref.kind == "approval" else None
            person = directory.person(tx, person_id)
            if standing is None or person is None:
                return None
            return self._approval(tx, standing, purpose, self._viewer(person, standing.client))

    def pressed(self, ref: Ref, person_id: str, verb: str = "") -> Card | None:
        """The card that this person holds of a subject, redrawn; None for somebody who should see none of it."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            if person is None:
                return None
            if ref.kind == "task":  # a reference is a claim: tasks are for the provider's people only
                return self._task(tx, ref.id, person_id) if person.client_id is None else None
            standing = load(tx, ref.id, self.now()) if ref.kind == "approval" else None
            if standing is None or person.client_id not in (None, standing.client.id):
                return None
            purpose = self._purpose(standing, person, verb)
            return self._approval(tx, standing, purpose, self._viewer(person, standing.client)) if purpose else None

    def _purpose(self, standing: Standing, person: Row, verb: str) -> str:
        """Which card of a request this person holds."""
        if person.client_id is None:
            return "draft" if verb == "send_on" else "board"
        heard = [row for row in standing.phone_voices if row.person_id == person.id]
        if verb.startswith("phone:") and heard:
            return f"phone:{heard[-1].id}"
        if any(row.person_id == person.id for row in standing.ever_asked):
            return card_of(standing)
        concerned = person.id in (standing.request.requester_id, *standing.request.subjects)
        return "about" if concerned else ""

    def _approval(self, tx: Tx, standing: Standing, purpose: str, viewer: Viewer) -> Card | None:
        kind, _, detail = purpose.partition(":")
        if kind == "ask":
            return approval.asked(standing, viewer, version=_version_of(detail), provider=self.provider)
        if kind == "board":
            audit = "" if standing.is_open else journal.audit_id(tx, str(standing.ref))
            return board.board(standing, viewer, provider=self.provider, audit=audit)
        if kind in ("remind", "snooze"):
            return messages.reminder(standing, viewer, version=_version_of(detail), provider=self.provider)
        if kind in ("question", "answer"):
            inquiry = next(row for row in standing.inquiries if row.id == detail)
            if kind == "question":
                return board.question(standing, viewer, inquiry)
            return messages.answered(standing, viewer, inquiry, provider=self.provider)
        if kind == "phone":
            heard = next(row for row in standing.phone_voices if row.id == detail)
            return messages.phone_confirmation(standing, viewer, heard)
        if kind == "void":
            return messages.void(standing, viewer)
        draws = {
            "about": approval.about,
            "outcome": messages.outcome,
            "catalogue": messages.catalogue,
            "draft": board.draft,
        }
        return draws[kind](standing, viewer, provider=self.provider)

    def form(self, verb: str, ref: Ref, version: int, person_id: str) -> Form:
        """The form that a button opens; `Refused` for somebody who may not use it (the desk asks again on submit)."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            assert person is not None
            if verb == "away":
                return self._away_form(tx, person)
            if verb == "task:hand":
                return self._hand_task_form(tx, ref, person)
            if verb.startswith("request:"):
                build = forms.purchase_form if verb == "request:purchase" else forms.access_form
                return build(_clients_of(tx, person), staff=person.client_id is None)
            standing = load(tx, ref.id, self.now()) if ref.kind == "approval" else None
            if standing is None or person.client_id not in (None, standing.client.id):
                raise Refused("This request belongs to another company or does not exist.", code="not_found")
            _may_open(verb, standing, person, self.now())
            seen = (ref, version, standing.request.revision, standing.request.title)
            if verb == "hand":
                return forms.hand_form(*seen, heirs(standing, person_id))
            if verb == "snooze":
                fits = [one for one in SNOOZE_CHOICES if self._snoozed(tx, standing, person_id, one)]
                return forms.snooze_form(*seen, fits)
            if verb == "phone":
                return forms.phone_form(*seen, callable_deciders(standing))
            return forms.words_form(verb, *seen)

    def zone_of(self, person_id: str) -> ZoneInfo:
        """The zone in which a person's days are meant."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            return ZoneInfo(person.timezone if person is not None else "UTC")

    def client_of_form(self, inputs: Any, person_id: str) -> tuple[Row[Any], str]:
        """The client a submitted request is for (the person's own, or the one that somebody of the provider chose),
        and the person's time zone."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            assert person is not None
            clients = _clients_of(tx, person)
            chosen = [row for row in clients if len(clients) == 1 or row.slug == inputs.get("client")]
            if not chosen:
                raise Refused("Please choose the client.", field="client", code="invalid")
            return chosen[0], person.timezone

    def waiting(self, person_id: str, page: int = 1) -> Card:
        """What waits for this person, or for somebody of the provider: what the clients have not answered."""
        with self.store.read() as tx:
            return self._waiting(tx, person_id, page)

    def contacts(self, person_id: str, words: str) -> Card:
        """The key contacts of the person's own company, or of the client that somebody of the provider names."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            assert person is not None
            clients = _clients_of(tx, person)
            wanted = words.strip().casefold()
            found = [
                row
                for row in clients
                if len(clients) == 1 or wanted in (row.slug, row.code.casefold(), row.name.casefold())
            ]
            if len(found) != 1:
                return pages.choose_client(clients, "contacts")
            client = found[0]
            people = {row.id: row for row in directory.people_of(tx, client.id)}
            places = {row.id: row.name for row in directory.locations_of(tx, client.id)}
            return pages.contacts(client, roster_of(tx, client, self.now()), people, places)

    def _hand_task_form(self, tx: Tx, ref: Ref, person: Row) -> Form:
        task = timers.task(tx, ref.id) if ref.kind == "task" else None
        if person.client_id is not None or task is None or task.state != "open":
            raise Refused("This task is done or is not yours.", code="conflict")
        others = [(row.id, row.name) for row in directory.staff_people(tx) if row.id != task.owner_id]
        return forms.hand_task_form(ref, task.title, others)

    def _away_form(self, tx: Tx, person: Row) -> Form:
        """For a contact who will be away: the colleagues who could stand in are those who can be reached."""
        client = directory.client(tx, person.client_id) if person.client_id else None
        if client is None:
            raise Refused("Only a client's contacts are marked as away here.", code="invalid")
        fit = [m for m in roster_of(tx, client, self.now()).members.values() if m.active and m.reachable]
        colleagues = sorted(((m.id, m.name) for m in fit if m.id != person.id), key=lambda one: one[1])
        return forms.away_form(colleagues, self.now().astimezone(ZoneInfo(person.timezone)).date())

    def _waiting(self, tx: Tx, person_id: str, page: int) -> Card:
        person = directory.person(tx, person_id)
        assert person is not None
        rows = (
            approvals.open_for_csm(tx, person_id)
            if person.client_id is None
            else approvals.open_for_person(tx, person_id)
        )
        standings = [stand(tx, row, self.now()) for row in rows]
        client = standings[0].client if standings else None
        items = [(standing, can_vote(standing, person_id)) for standing in standings]
        if person.client_id is not None:
            items = [item for item in items if item[1]]
        tasks_open = timers.open_tasks_of(tx, person_id) if person.client_id is None else ()
        return pages.waiting(items, self._viewer(person, client), max(1, page), tasks_open)

    def _task(self, tx: Tx, task_id: str, person_id: str) -> Card | None:
        task = timers.task(tx, task_id)
        person = directory.person(tx, person_id)
        client = directory.client(tx, task.client_id) if task is not None else None
        if task is None or person is None or client is None:
            return None
        viewer = self._viewer(person, client)
        kind, _, subject = task.subject.partition(":")
        standing = load(tx, subject, self.now()) if kind == "approval" else None
        phones = {}
        if standing is not None and task.kind in ("call", "undeliverable"):
            silent = {person_id for person_id, _ in standing.waiting_on()}
            phones = {
                row.name: row.phone for row in directory.people_of(tx, client.id) if row.id in silent and row.phone
            }
        about = f"{standing.request.title} · {headline(standing, viewer.locale).text}" if standing is not None else ""
        return tasks.task_card(task, client, phones, viewer, about)

    def _snoozed(self, tx: Tx, standing: Standing, person_id: str, choice: str) -> bool:
        """Whether this choice comes round before the deadline."""
        return snoozed_until(tx, standing, person_id, choice, self.now()) < standing.request.expires_at

    def _viewer(self, person: Row[Any], client: Row[Any] | None) -> Viewer:
        locale = client.locale if client is not None else "en_US"
        return Viewer(person.id, person.name, person.timezone, locale, person.client_id is None, self.now())


def _version_of(detail: str) -> int:
    """ "v2.1.0" -> 2, the version of the facts that a card was sent for; "" -> 1."""
    number = detail.partition(".")[0].removeprefix("v")
    return int(number) if number.isdecimal() else 1


def _may_open(verb: str, standing: Standing, person: Row, now: datetime) -> None:
    """Whether this form is for this person now, in the sentence the desk would give."""
    request = standing.request
    if verb in FOR_DECIDERS:
        answer = may_decide(standing.roster, standing.question, person.id)
        if person.client_id is None or not isinstance(answer, Voice):
            why = answer if isinstance(answer, No) else No("role")
            raise Refused(refusal(standing, why), code="not_entitled")
        if not standing.is_open:
            raise Refused(f"{request.ref} is closed: there is nothing left to decide.", code="conflict")
        if standing.overdue:
            raise Refused(f"The deadline of {request.ref} has passed, so it is not approved.", code="conflict")
        if verb == "hand" and not heirs(standing, person.id):
            raise Refused("Everybody who can decide this has been asked already.", code="conflict")
        if verb == "snooze" and not snoozable(standing, person.id, now):
            raise Refused("You cannot put this off (any more). Please decide, or hand it over.", code="conflict")
    elif verb == "regret":
        if not regrettable(standing, person.id):
            raise Refused("There is no approval of yours to take back here.", code="conflict")
    elif person.client_id is not None:
        raise Refused("Only your provider can do this.", code="not_entitled")
    elif verb == "phone" and not (standing.is_open and callable_deciders(standing)):
        raise Refused("Nobody who could approve by phone has a number on file and a chat account.", code="conflict")
    elif verb == "answer" and not open_inquiries(standing):
        raise Refused("There is no open question (any more).", code="conflict")
    elif verb in ("stands", "cancel_approval") and open_mistake(standing) is None:
        raise Refused("There is nothing to settle (any more).", code="conflict")
    elif verb == "withdraw" and not (standing.is_open or request.state == "draft"):
        raise Refused(f"{request.ref} is closed: there is nothing left to withdraw.", code="conflict")


def _clients_of(tx: Tx, person: Row[Any]) -> list[Row[Any]]:
    if person.client_id is not None:
        client = directory.client(tx, person.client_id)
        return [client] if client is not None else []
    return [row for row in directory.all_clients(tx) if row.stage in ("onboarding", "active")]
