"""Looks the facts up and has them drawn: a reference, a purpose and a viewer become a card, a form or a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.cards import approval, forms, pages, tasks
from bot.cards.approval import Viewer
from bot.cards.card import Card, Form
from handlers.authority import Voice, may_decide
from handlers.commands import Ref, Refused
from handlers.mechanisms.decision import refusal
from handlers.mechanisms.rosters import roster_of
from handlers.mechanisms.standing import Standing, load, stand
from storage.queries import approvals, directory, journal, timers
from storage.rows import Row
from storage.store import Store, Tx


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
            standing = load(tx, ref.id, self.now()) if ref.kind == "approval" else None
            person = directory.person(tx, person_id)
            if standing is None or person is None:
                return None
            viewer = self._viewer(person, standing.client)
            if purpose == "board":
                audit = "" if standing.is_open else journal.audit_id(tx, str(ref))
                return approval.board(standing, viewer, provider=self.provider, audit=audit)
            may = can_decide(standing, person_id)
            if purpose == "outcome":
                return approval.outcome(standing, viewer, provider=self.provider)
            if purpose.startswith("remind:"):
                return approval.reminder(standing, viewer, may=may, provider=self.provider)
            return approval.asked(standing, viewer, may=may, provider=self.provider)

    def pressed(self, ref: Ref, person_id: str) -> Card | None:
        """The card that this person holds of a subject, redrawn; None for somebody who should see none of it."""
        if ref.kind != "approval":
            return None
        with self.store.read() as tx:
            request = approvals.request(tx, ref.id)
            person = directory.person(tx, person_id)
            if request is None or person is None or person.client_id not in (None, request.client_id):
                return None
            purpose = "board" if person.client_id is None else "ask"
            if purpose == "ask" and not any(row.person_id == person_id for row in approvals.asked_of(tx, ref.id)):
                return None
        return self.draw(ref, purpose, person_id)

    def form(self, verb: str, ref: Ref, version: int, person_id: str) -> Form:
        """The form that a button opens; `Refused` for somebody who may not use it (the desk asks again on submit)."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            assert person is not None
            if verb.startswith("request:"):
                clients = _clients_of(tx, person)
                return forms.purchase_form(clients) if verb == "request:purchase" else forms.access_form(clients)
            standing = load(tx, ref.id, self.now()) if ref.kind == "approval" else None
            if standing is None or person.client_id not in (None, standing.client.id):
                raise Refused("This request belongs to another company or does not exist.", code="not_found")
            if not standing.is_open:
                raise Refused(f"{standing.request.ref} is closed: there is nothing left to decide.", code="conflict")
            if verb == "reject":
                answer = may_decide(standing.roster, standing.question, person_id)
                if not isinstance(answer, Voice):
                    raise Refused(refusal(standing, answer), code="not_entitled")
            elif person.client_id is not None:
                raise Refused("Only your provider can withdraw a request.", code="not_entitled")
            return forms.reason_form(verb, ref, version, standing.request.revision, standing.request.title)

    def client_of_form(self, inputs: Any, person_id: str) -> Row[Any]:
        """The client a submitted request is for: the person's own, or the one that somebody of the provider chose."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            assert person is not None
            clients = _clients_of(tx, person)
            chosen = [row for row in clients if len(clients) == 1 or row.slug == inputs.get("client")]
            if not chosen:
                raise Refused("Please choose the client.", field="client", code="invalid")
            return chosen[0]

    def waiting(self, person_id: str) -> Card:
        """What waits for this person, or for somebody of the provider: what the clients have not answered."""
        with self.store.read() as tx:
            person = directory.person(tx, person_id)
            assert person is not None
            rows = (
                approvals.open_for_csm(tx, person_id)
                if person.client_id is None
                else approvals.open_for_person(tx, person_id)
            )
            standings = [stand(tx, row, self.now()) for row in rows]
            client = standings[0].client if standings else None
            items = [(standing, can_decide(standing, person_id)) for standing in standings]
            if person.client_id is not None:
                items = [item for item in items if item[1]]
            return pages.waiting(items, self._viewer(person, client))

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

    def _task(self, tx: Tx, task_id: str, person_id: str) -> Card | None:
        task = timers.task(tx, task_id)
        person = directory.person(tx, person_id)
        client = directory.client(tx, task.client_id) if task is not None else None
        if task is None or person is None or client is None:
            return None
        phones = {}
        if task.subject.startswith("approval:") and task.kind in ("call", "undeliverable"):
            standing = load(tx, task.subject.partition(":")[2], self.now())
            silent = {person_id for person_id, _ in standing.waiting_on()} if standing is not None else set()
            phones = {
                row.name: row.phone for row in directory.people_of(tx, client.id) if row.id in silent and row.phone
            }
        return tasks.task_card(task, client, phones, self._viewer(person, client))

    def _viewer(self, person: Row[Any], client: Row[Any] | None) -> Viewer:
        locale = client.locale if client is not None else "en_US"
        return Viewer(person.id, person.name, person.timezone, locale, person.client_id is None, self.now())


def can_decide(standing: Standing, person_id: str) -> bool:
    """Whether a button makes sense on this person's card: the same question the desk asks, as a courtesy."""
    return standing.is_open and isinstance(may_decide(standing.roster, standing.question, person_id), Voice)


def _clients_of(tx: Tx, person: Row[Any]) -> list[Row[Any]]:
    if person.client_id is not None:
        client = directory.client(tx, person.client_id)
        return [client] if client is not None else []
    return [row for row in directory.all_clients(tx) if row.stage in ("onboarding", "active")]
