"""Many at once on a notice: two who acknowledge, a resolve among them, a ladder that climbs; nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from handlers.commands import (
    Acknowledge,
    CancelNotice,
    Chat,
    Event,
    Outcome,
    Refused,
    ResolveNotice,
    StaffInformed,
    System,
    UpdateNotice,
)
from schedules import reminders
from storage import journal
from tests.handlers.alarm import DANA, LUIS, SOFIA, at, broadcast, internet, mail, raised, stages, tasks
from tests.handlers.masses import OFFICES, settle
from tests.handlers.office import Office


def together(office: Office, deeds: Sequence[tuple[Any, Any]]) -> list[Outcome | Refused]:
    """Everybody presses at the same moment; -> what each was told."""
    gate, told = threading.Barrier(len(deeds)), [None] * len(deeds)

    def press(number: int, who: Any, command: Any) -> None:
        actor = office.account(who) if isinstance(who, str) else who
        gate.wait()
        try:
            told[number] = office.desk.perform(
                command, Event(f"race:{number}:{office.now}", office.now, actor, "slack")
            )
        except Refused as refused:
            told[number] = refused

    threads = [threading.Thread(target=press, args=(number, *deed)) for number, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert None not in told, "somebody waits for ever, or fell over"
    return told  # type: ignore[return-value]


def test_two_who_acknowledge_at_once_are_both_right(office: Office) -> None:
    at(office, 9, 10, 42)
    for _ in range(4):
        ref = raised(office, internet())
        told = together(office, [(DANA, Acknowledge(ref)), (LUIS, Acknowledge(ref))])
        assert all(isinstance(one, Outcome) and not one.repeated for one in told)
        assert stages(office, ref) == {DANA: "acknowledged", LUIS: "acknowledged"}
        place = broadcast(office, ref).places[0].row
        assert place.acked_by in (office.person(DANA), office.person(LUIS))
        office.later(seconds=1)


def test_one_person_on_two_devices_acknowledges_once(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    told = together(office, [(DANA, Acknowledge(ref)), (DANA, Acknowledge(ref)), (DANA, StaffInformed(ref))])
    assert all(isinstance(one, Outcome) for one in told)
    assert office.journal("notice.acknowledge") == 1
    assert office.journal("relay.informed") == 1
    assert stages(office, ref) == {DANA: "relayed", LUIS: "covered"}


def test_an_acknowledgement_and_a_resolve_at_once_both_count(office: Office) -> None:
    at(office, 9, 10, 42)
    for _ in range(4):
        ref = raised(office, internet())
        told = together(
            office,
            [(DANA, Acknowledge(ref)), (SOFIA, ResolveNotice(ref, "Done")), (LUIS, Acknowledge(ref))],
        )
        assert all(isinstance(one, Outcome) for one in told)
        now = broadcast(office, ref)
        assert now.notice.state == "resolved"
        assert stages(office, ref) == {DANA: "acknowledged", LUIS: "acknowledged"}
        drafts = [row for row in now.relays if row.state == "draft"]
        assert {(row.number, row.person_id) for row in drafts} == {
            (1, office.person(DANA)),
            (1, office.person(LUIS)),
        }, "whoever has read it tells the staff the latest, whichever came first"
        office.later(seconds=1)


def test_a_ladder_climbs_while_somebody_acknowledges_or_cancels(office: Office) -> None:
    at(office, 9, 10, 42)
    endings: list[tuple[str, Callable[[Any], Any]]] = [
        (DANA, Acknowledge),
        (SOFIA, lambda ref: CancelNotice(ref)),
        (SOFIA, lambda ref: UpdateNotice(ref, "News")),
    ]
    for who, ending in endings:
        ref = raised(office, internet())
        office.now = office.now.replace(minute=office.now.minute + 10)
        climbs = [(System("clock"), one) for one in reminders.rungs(office.store, office.now)]
        told = together(office, [*climbs, (who, ending(ref))])
        assert all(isinstance(one, Outcome) for one in told)
        assert set(stages(office, ref).values()) <= {"queued", "overdue", "acknowledged", "covered"}
        if who == DANA:
            assert stages(office, ref) == {DANA: "acknowledged", LUIS: "covered"}
        office.do(SOFIA, CancelNotice(ref))
        office.now = office.now.replace(minute=0, hour=office.now.hour + 1)
        office.tick()
    assert tasks(office, "notice_call") == []


def test_a_hundred_clicks_during_a_broadcast_do_not_block_each_other(office: Office) -> None:
    settle(office.store, 25)
    at(office, 10, 12, 0)
    ref = raised(office, mail())
    clicks: list[tuple[Any, Any]] = [
        (Chat("slack", f"T{number:05}", f"U{number:05}{at_}"), Acknowledge(ref))
        for number in range(25)
        for at_ in range(OFFICES)
    ]
    for portion in range(0, len(clicks), 12):
        told = together(office, [*clicks[portion : portion + 12], (SOFIA, UpdateNotice(ref, f"News {portion}"))])
        assert all(isinstance(one, Outcome) for one in told)
        office.later(seconds=1)
    found = [one for one in broadcast(office, ref).readers if one.person.id.startswith("pe_")]
    assert len(found) == 100 and {one.stage for one in found} == {"acknowledged"}
    with office.store.read() as tx:
        assert [chain for chain in journal.chains(tx) if journal.verify(tx, chain)] == []


def test_notices_raised_at_once_have_references_of_their_own(office: Office) -> None:
    at(office, 9, 10, 42)
    told = together(office, [(who, internet()) for who in (SOFIA, "Ben Okafor", "Kai Turner", "Rita Nowak")])
    refs = sorted(str(one.facts["ref"]) for one in told if isinstance(one, Outcome))
    assert refs == ["N-1", "N-2", "N-3", "N-4"]
