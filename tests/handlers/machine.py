"""The whole decision as a state machine: every command by anybody, the clock, the directory, every button shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from bot.cards.card import Button, buttons_of
from handlers import commands
from handlers.commands import Ref, Refused, System
from handlers.mechanisms.meanings import purchase_of
from storage.queries import absences
from tests.handlers.moves import (
    ASKERS,
    CONTACTS,
    HEIRS,
    LATER,
    MOST,
    NOAH,
    PRICES,
    STEERS,
    SUBJECTS,
    acting,
    anybody,
    contacts,
    email,
    nth,
    price,
    raiser,
    roles,
    seen,
    which,
    words,
)
from tests.handlers.office import access, purchase
from tests.handlers.reckoning import Roster
from tests.handlers.screens import Screens
from tests.handlers.watched import OPEN, Watched


class Machine(RuleBasedStateMachine):
    """The office on one Monday morning, and then whatever happens."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        super().__init__()
        self._opened = opened()
        self.office = Watched(self._opened.__enter__())
        self.screens = Screens(self.office)
        self.refs: list[Ref] = []
        self.left = False

    def teardown(self) -> None:
        self.office.verified()
        self._opened.__exit__(None, None, None)

    @initialize()
    def somebody_joins(self) -> None:
        join = commands.AddEmployee("slack", "T0MARLOW", "U0NOAH", "Noah Reed")
        self.office.do(System("the house"), join)
        self.attempt("Sofia Marchetti", purchase(900_000))
        self.attempt("Sofia Marchetti", access("Luis Ortega", kind="privileged"))

    def attempt(self, who: Any, command: Any) -> None:
        """Does it, or is refused: the watcher judges both."""
        with suppress(Refused):
            self.office.do(who, command)
        found = [Ref("approval", id_) for id_ in self.office.requests()]
        self.refs += [ref for ref in found if ref not in self.refs]

    def one(self, number: int) -> tuple[Ref, int]:
        """One of the requests there are, and the version it is at."""
        assume(self.refs)
        ref = self.refs[number % len(self.refs)]
        return ref, self.office.known[ref.id].version

    # ---------------------------------------------------------- asking

    @precondition(lambda self: len(self.refs) < MOST)
    @rule(who=raiser, unit=price, asker=st.sampled_from(ASKERS), own=st.booleans(), until=st.sampled_from((None, 1, 9)))
    def order(self, who: Any, unit: int, asker: str, own: bool, until: int | None) -> None:
        made = purchase(unit, requested_by=asker, quote_url="https://quotes.example/1")
        assert made.purchase is not None
        vendor = "Tidewater Supply" if own else f"Vendor {len(self.refs)}"
        valid = date(2026, 6, 8) + timedelta(days=until) if until else None
        self.attempt(who, replace(made, purchase=replace(made.purchase, vendor=vendor, quote_valid_until=valid)))

    @precondition(lambda self: len(self.refs) < MOST)
    @rule(who=raiser, subject=st.sampled_from(SUBJECTS), powerful=st.booleans(), days=st.sampled_from((None, 2, 20)))
    def grant(self, who: Any, subject: str, powerful: bool, days: int | None) -> None:
        made = access(subject, kind="privileged" if powerful else "folder_permission")
        assert made.access is not None
        until = self.office.now.astimezone(UTC) + timedelta(days=days) if days else None
        self.attempt(who, replace(made, access=replace(made.access, until=until)))

    @rule(who=anybody, number=which, unit=st.sampled_from(PRICES))
    def take_the_place(self, who: Any, number: int, unit: int) -> None:
        ref, _ = self.one(number)
        assume(len(self.refs) <= MOST)
        made = purchase(unit, quote_url="https://quotes.example/1")
        self.attempt(who, replace(made, replaces=ref.id))

    # ---------------------------------------------------------- deciding

    @rule(who=st.one_of(contacts, contacts, anybody), number=which, off=seen)
    def approve(self, who: Any, number: int, off: int) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.Approve(ref, version + off))

    @rule(number=which, choice=st.integers(0, 3))
    def agree(self, number: int, choice: int) -> None:
        """Somebody who may by the reckoning says yes."""
        ref, version = self.one(number)
        row, roster = self.office.requests()[ref.id], Roster(self.office.store, self.office.slug, self.office.now)
        known = self.office.known[ref.id]
        able = [name for name, id_ in roster.people.items() if self.office.could(known, id_, roster, row.location_id)]
        assume(able and row.state in OPEN)
        name = sorted(able)[choice % len(able)]
        self.attempt(NOAH if name == "Noah Reed" else name, commands.Approve(ref, version))

    @rule(who=anybody, number=which, off=seen, why=words)
    def reject(self, who: Any, number: int, off: int, why: str) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.Reject(ref, version + off, why))

    @rule(who=st.one_of(contacts, anybody), number=which)
    def take_back(self, who: Any, number: int) -> None:
        self.attempt(who, commands.TakeBack(self.one(number)[0]))

    @rule(who=st.one_of(contacts, anybody), number=which, off=seen, why=words)
    def ask(self, who: Any, number: int, off: int, why: str) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.AskQuestion(ref, version + off, why))

    @rule(who=acting, number=which, why=words)
    def answer(self, who: Any, number: int, why: str) -> None:
        self.attempt(who, commands.AnswerQuestion(self.one(number)[0], why))

    @rule(who=st.one_of(contacts, anybody), number=which, off=seen, to=st.sampled_from(HEIRS))
    def hand_over(self, who: Any, number: int, off: int, to: str) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.HandOver(ref, version + off, self.office.person(to)))

    @rule(who=st.one_of(contacts, anybody), number=which, off=seen, choice=st.sampled_from(LATER))
    def snooze(self, who: Any, number: int, off: int, choice: str) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.Snooze(ref, version + off, choice))

    @rule(who=acting, number=which, off=seen, person=st.sampled_from((*CONTACTS, "Tom Beckett")))
    def record_call(self, who: Any, number: int, off: int, person: str) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.RecordPhone(ref, version + off, self.office.person(person), ""))

    @rule(who=st.one_of(contacts, anybody), number=which, off=seen, right=st.booleans())
    def confirm_call(self, who: Any, number: int, off: int, right: bool) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.ConfirmPhone(ref, version + off, right))

    # ---------------------------------------------------------- objecting and carrying out

    @rule(who=acting, number=which, how=st.sampled_from(STEERS), why=words)
    def steer(self, who: Any, number: int, how: str, why: str) -> None:
        ref, _ = self.one(number)
        command = {
            "withdraw": commands.Withdraw(ref, why),
            "send_on": commands.SendOn(ref),
            "remind": commands.RemindNow(ref),
            "fulfil": commands.Fulfil(ref),
            "disown": commands.Disown(ref),
        }[how]
        self.attempt(who, command)

    @rule(who=st.one_of(contacts, acting), number=which, stands=st.sampled_from((None, True, False)), why=words)
    def doubt(self, who: Any, number: int, stands: bool | None, why: str) -> None:
        ref, _ = self.one(number)
        settle = commands.SettleMistake(ref, bool(stands), why)
        self.attempt(who, commands.Regret(ref, why) if stands is None else settle)

    @rule(who=acting, number=nth, confirmed=st.booleans())
    def finish_task(self, who: Any, number: int, confirmed: bool) -> None:
        tasks = self.office.rows("SELECT id FROM task ORDER BY id")
        assume(tasks)
        self.attempt(who, commands.FinishTask(Ref("task", tasks[number % len(tasks)].id), confirmed))

    @rule(who=acting, number=which, unit=price, title=st.sampled_from((None, None, "Else")))
    def change(self, who: Any, number: int, unit: int, title: str | None) -> None:
        ref, _ = self.one(number)
        facts = self.office.standing(ref).request.facts
        order = purchase_of(facts)
        if order is None:
            wider = replace(access(facts["access"]["subject"]).access, after=str(unit))  # type: ignore[type-var]
            self.attempt(who, commands.ChangeApproval(ref, title=title, access=wider))
            return
        line = replace(order.lines[0], unit_minor=unit)
        self.attempt(who, commands.ChangeApproval(ref, title=title, purchase=replace(order, lines=(line,))))

    # ---------------------------------------------------------- time and the directory

    @rule(hours=st.sampled_from((0.2, 1, 3, 8, 24, 72)), told=st.booleans())
    def time_passes(self, hours: float, told: bool) -> None:
        """With the clock ticking, or (the bot was down) without."""
        if told:
            self.office.later(hours=hours)
        else:
            self.office.now += timedelta(hours=hours)

    @rule(name=contacts, delegate=st.sampled_from((None, *CONTACTS)), days=st.integers(0, 3))
    def somebody_is_away(self, name: str, delegate: str | None, days: int) -> None:
        """Written straight into the store: no command tells the requests."""
        with self.office.store.write() as tx:
            who, end = self.office.person(name), self.office.now.astimezone(UTC) + timedelta(days=days)
            tx.execute(text("DELETE FROM absence WHERE person_id = :who"), {"who": who})
            if days:
                to = self.office.person(delegate) if delegate and delegate != name else None
                values = {"id": f"abs_{who}", "person_id": who, "starts_at": self.office.now, "ends_at": end}
                absences.add(tx, {**values, "delegate_id": to})

    @rule(name=contacts, held=st.lists(roles, unique=True), default=st.sampled_from((False, False, True)))
    def roles_change(self, name: str, held: list[str], default: bool) -> None:
        assume(self.office.rows("SELECT 1 FROM person WHERE name = :name AND state = 'active'", name=name))
        grants = tuple(commands.Grant(role, 1 + len(name) % 3) for role in held)
        put = commands.PutPerson("marlow-finch", name, email(name), phone="+1", grants=grants, default=default)
        self.attempt(System("operator"), put)

    @precondition(lambda self: not self.left)
    @rule(name=contacts, to=contacts)
    def somebody_leaves(self, name: str, to: str) -> None:
        self.left = True
        self.attempt(System("operator"), commands.RemovePerson(email(name), email(to)))

    # ---------------------------------------------------------- what people see, they can press

    def _shown(self) -> list[tuple[str, Button]]:
        """Every button on every card that somebody who is there has been sent."""
        rows = self.office.rows(
            "SELECT DISTINCT d.subject, d.purpose, p.name, p.id FROM delivery d JOIN person p ON p.id = d.person_id "
            "WHERE p.state = 'active' AND (d.subject LIKE 'approval:%' OR d.subject LIKE 'task:%') "
            "ORDER BY d.subject, d.purpose, p.id"
        )
        shown = []
        for row in rows:
            card = self.screens.gallery.draw(Ref.parse(row.subject), row.purpose, row.id)
            shown += [(row.name, button) for button in buttons_of(card)] if card is not None else []
        return shown

    @rule(number=nth, choice=st.integers(0, 3))
    def press_what_is_shown(self, number: int, choice: int) -> None:
        shown = self._shown()
        assume(shown)
        verbs = sorted({button.verb for _, button in shown})
        verb = verbs[number % len(verbs)]
        assume(verb not in ("withdraw", "reject") or choice == 0)
        with_verb = [(name, button) for name, button in shown if button.verb == verb]
        name, button = with_verb[choice % len(with_verb)]
        answer = self.press(name, button)
        if answer.form is not None:
            inputs = {
                field.id: field.options[choice % len(field.options)].value if field.options else "Because."
                for field in answer.form.fields
            }
            answer = self.press(name, button, inputs)
            assert answer.form is None, f"{name} filled {button.label} in: {answer.form}"
        assert answer.tone != "bad", f"{name} pressed {button.label} ({button.verb}) and was told: {answer.say}"

    @rule(number=nth)
    def open_forms(self, number: int) -> None:
        """A few of the forms that can be opened, the next ones another time."""
        shown = [(name, button) for name, button in self._shown() if button.form]
        for place in range(min(4, len(shown))):
            name, button = shown[(number + place) % len(shown)]
            answer = self.press(name, button)
            assert answer.form is not None, f"{name} pressed {button.label}: {answer.say}"

    def press(self, name: str, button: Button, inputs: Any = None) -> Any:
        return self.screens.push(NOAH if name == "Noah Reed" else name, button, inputs)

    @invariant()
    def everything_fits(self) -> None:
        self.office.sound()
