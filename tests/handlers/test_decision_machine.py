"""Anybody does anything at any time, thousands of times: no sequence of commands gets round the rules of a decision.

What the rules are is reckoned a second time in `reckoning`, and `watched` compares after every command.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event, text

from bot.cards.card import Button, buttons_of
from handlers import commands
from handlers.commands import Chat, Ref, Refused, Service, System
from handlers.mechanisms.meanings import purchase_of
from storage.store import Store
from tests import databases
from tests.handlers.office import access, purchase
from tests.handlers.reckoning import Roster
from tests.handlers.screens import Screens
from tests.handlers.watched import OPEN, Watched

NOAH = Chat("slack", "T0MARLOW", "U0NOAH")
PSA = Service("psa", frozenset({"approvals:write"}))
CONTACTS = ("Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega")
PROVIDER = ("Sofia Marchetti", "Kai Turner", PSA)
ANYBODY = (
    *CONTACTS,
    *CONTACTS,
    *PROVIDER,
    NOAH,
    "Tom Beckett",
    Chat("slack", "T0MARLOW", "U0STRANGER"),
    Service("reader", frozenset({"read"})),
    Service("elsewhere", frozenset({"approvals:write"}), client="northgate"),
    System("the clock"),
)
PRICES = (8_900, 9_000, 200_000, 250_001, 255_000, 900_000, 930_000, 1_100_000)
ASKERS = (
    "",
    "dana@marlowfinch.example",
    "priya@marlowfinch.example",
    "hannah@marlowfinch.example",
    "tom@cedarridge.example",
)
SUBJECTS = (*CONTACTS, "Nora Blake", "Noah Reed")
HEIRS, LATER = (*CONTACTS, "Sofia Marchetti", "Noah Reed"), ("2", "4", "tomorrow", "soon")
STEERS = ("remind", "remind", "send_on", "send_on", "fulfil", "fulfil", "disown", "withdraw")
MOST = 4
"""Requests in one run: more would be touched less."""

anybody, contacts, provider = st.sampled_from(ANYBODY), st.sampled_from(CONTACTS), st.sampled_from(PROVIDER)
raiser, acting = st.sampled_from((*PROVIDER, NOAH, *ANYBODY)), st.one_of(provider, anybody)
price, roles = st.sampled_from(PRICES), st.sampled_from(("purchasing", "billing", "strategy", "security"))
which, nth = st.integers(0, MOST - 1), st.integers(0, 60)
seen = st.sampled_from((0, 0, 0, 0, 0, -1, 1))
words = st.sampled_from(("Because.", "Because.", "Because.", " ", "\x00", "x" * 3001))


def email(name: str) -> str:
    """A contact's address."""
    return f"{name.partition(' ')[0].lower()}@marlowfinch.example"


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

    @rule(
        who=st.one_of(contacts, anybody),
        number=which,
        off=seen,
        to=st.sampled_from((*CONTACTS, "Sofia Marchetti", "Noah Reed")),
    )
    def hand_over(self, who: Any, number: int, off: int, to: str) -> None:
        ref, version = self.one(number)
        self.attempt(who, commands.HandOver(ref, version + off, self.office.person(to)))

    @rule(
        who=st.one_of(contacts, anybody), number=which, off=seen, choice=st.sampled_from(("2", "4", "tomorrow", "soon"))
    )
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

    @rule(
        who=anybody, number=which, how=st.sampled_from(("withdraw", "send_on", "remind", "fulfil", "disown")), why=words
    )
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
                from storage.queries import directory

                to = self.office.person(delegate) if delegate and delegate != name else None
                values = {"id": f"abs_{who}", "person_id": who, "starts_at": self.office.now, "ends_at": end}
                directory.add_absence(tx, {**values, "delegate_id": to})

    @rule(
        name=contacts, roles=st.lists(st.sampled_from(("purchasing", "billing", "strategy", "security")), unique=True)
    )
    def roles_change(self, name: str, roles: list[str]) -> None:
        grants = tuple(commands.Grant(role, 1 + len(name) % 3) for role in roles)
        first = name.partition(" ")[0].lower()
        active = self.office.rows("SELECT 1 FROM person WHERE name = :name AND state = 'active'", name=name)
        assume(active)
        self.attempt(
            System("operator"),
            commands.PutPerson("marlow-finch", name, f"{first}@marlowfinch.example", phone="+1", grants=grants),
        )

    @rule(name=contacts, to=contacts, default=st.booleans())
    def somebody_leaves(self, name: str, to: str, default: bool) -> None:
        if default:
            put = commands.PutPerson(
                "marlow-finch", to, f"{to.partition(' ')[0].lower()}@marlowfinch.example", default=True
            )
            assume(self.office.rows("SELECT 1 FROM person WHERE name = :name AND state = 'active'", name=to))
            self.attempt(System("operator"), put)
        else:
            successor = f"{to.partition(' ')[0].lower()}@marlowfinch.example"
            leaver = f"{name.partition(' ')[0].lower()}@marlowfinch.example"
            self.attempt(System("operator"), commands.RemovePerson(leaver, successor))

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


# ------------------------------------------------------------------ on both databases

LONG = int(os.environ.get("KEYLINE_LONG", "0"))


def _run(opened: Callable[[], Any], examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=LONG or examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONG,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),  # shrinking takes minutes; what failed is printed step by step
    )
    run_state_machine_as_test(lambda: Machine(opened), settings=chosen)


@pytest.mark.timeout(0 if LONG else 300)
def test_no_sequence_of_commands_gets_round_the_rules_on_sqlite(seeded_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "machine.sqlite"

    @contextmanager
    def opened() -> Iterator[Store]:
        for stale in tmp_path.glob("machine.sqlite*"):
            stale.unlink()
        shutil.copy(seeded_file, path)
        store = Store(f"sqlite:///{path}")
        event.listen(store.engine, "connect", lambda raw, _record: raw.execute("PRAGMA synchronous=OFF"))
        yield store
        store.close()

    _run(opened, 50, 30)


@pytest.mark.timeout(0 if LONG else 300)
def test_no_sequence_of_commands_gets_round_the_rules_on_postgresql(
    postgres: databases.Cluster, seeded_postgres: str
) -> None:
    @contextmanager
    def opened() -> Iterator[Store]:
        url = postgres.copy(seeded_postgres)
        store = Store(url)
        yield store
        store.close()
        postgres.drop(url)

    _run(opened, 6, 30)
