"""The staff hears of every step of planned work in the words of its own coordinator; what is late and what races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from handlers.commands import (
    CancelDowntime,
    ChangeDowntime,
    Command,
    CompleteDowntime,
    EditRelay,
    Event,
    ExtendDowntime,
    PostponeDowntime,
    PutPolicy,
    Ref,
    Refused,
    StaffInformed,
    StartDowntime,
    System,
)
from storage.rows import Row
from tests.handlers.alarm import owed, tasks
from tests.handlers.office import Office
from tests.handlers.planned import notes
from tests.handlers.screens import Screens
from tests.handlers.windows import ANJA, KAI, MARCUS, SOFIA, agreed, et, until

GERMAN = "Am Sonntag, 21. Juni, von 12:00 bis 16:00 Uhr gibt es in Leipzig kein Internet. Bitte vorher abmelden."


def last(office: Office, ref: Ref, name: str) -> Row:
    return notes(office, ref, name)[-1]


def relay(office: Office, ref: Ref, name: str) -> Ref:
    return Ref("relay", last(office, ref, name).id)


def states(office: Office, ref: Ref, name: str) -> list[str]:
    return [row.state for row in notes(office, ref, name)]


def test_from_the_agreement_to_an_overrun_each_office_tells_its_own_staff(office: Office) -> None:
    ref = agreed(office)
    assert "Wann: So., 21. Juni, 12:00 bis 16:00 Uhr MESZ." in last(office, ref, ANJA).text
    assert "Sun Jun 21, 6:00 AM to 10:00 AM EDT" in last(office, ref, MARCUS).text
    office.do(ANJA, EditRelay(relay(office, ref, ANJA), GERMAN))
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    office.do(MARCUS, StaffInformed(relay(office, ref, MARCUS)))
    assert last(office, ref, ANJA).text == GERMAN
    until(office, et(6, 21, 6))
    assert tasks(office, "relay_silent") == []
    office.do(KAI, StartDowntime(ref))
    until(office, et(6, 21, 9, 45))
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 10, 20), "A part has to be restarted"))
    assert states(office, ref, ANJA) == states(office, ref, MARCUS) == ["informed", "draft"]
    assert "12:00 bis 16:20 Uhr MESZ" in last(office, ref, ANJA).text
    assert last(office, ref, MARCUS).text.endswith("A part has to be restarted.")
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    until(office, et(6, 21, 10, 20))
    office.do(KAI, CompleteDowntime(ref))
    assert states(office, ref, ANJA) == ["informed", "informed"] and states(office, ref, MARCUS) == ["informed", "over"]
    stale = relay(office, ref, MARCUS)
    assert "The work is done" in office.refused(MARCUS, StaffInformed(stale)).sentence
    assert Screens(office).labels(MARCUS, stale, "relay") == []


def test_what_was_told_is_taken_back_when_it_is_cancelled(office: Office) -> None:
    ref = agreed(office)
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    office.do(SOFIA, CancelDowntime(ref, "The part is not delivered"))
    assert states(office, ref, ANJA) == ["informed", "draft"] and states(office, ref, MARCUS) == ["withdrawn"]
    assert last(office, ref, ANJA).text.startswith("Die geplanten IT-Arbeiten in Leipzig fallen aus")
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    assert states(office, ref, ANJA) == ["informed", "informed"]


def test_the_task_about_a_silent_coordinator_ends_with_the_window(office: Office) -> None:
    ref = agreed(office)
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    until(office, et(6, 18, 10))
    assert tasks(office, "relay_silent") == ["Sofia Marchetti: D-1: Marcus Hale has not told the staff"]
    office.do(SOFIA, PostponeDowntime(ref, "The part is not delivered"))
    assert tasks(office, "relay_silent") == [] and states(office, ref, MARCUS) == ["withdrawn"]
    assert last(office, ref, ANJA).text.startswith("Die geplanten IT-Arbeiten in Leipzig sind verschoben")


def test_other_words_about_what_to_do_are_told_as_news_to_those_who_know_of_it(office: Office) -> None:
    ref = agreed(office)
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    office.do(SOFIA, ChangeDowntime(ref, prep_steps="Switch the machines off as well"))
    assert states(office, ref, ANJA) == ["informed", "draft"] and states(office, ref, MARCUS) == ["replaced", "draft"]
    assert last(office, ref, ANJA).text == (
        "Neues zu den geplanten IT-Arbeiten in Leipzig: Upgrade of the firewalls.\n"
        "Wann, wie bisher: So., 21. Juni, 12:00 bis 16:00 Uhr MESZ.\n"
        "Was jetzt zu tun ist: Switch the machines off as well."
    )
    assert last(office, ref, MARCUS).text.startswith("Planned IT work in Toledo")
    assert "Switch the machines off as well." in last(office, ref, MARCUS).text


def test_other_hours_of_the_client_move_the_nudge(office: Office) -> None:
    ref = agreed(office)
    mine = relay(office, ref, MARCUS)
    office.do(System("operator"), PutPolicy("northgate", {"opening": "11:00", "holidays": ["2026-06-18"]}))
    until(office, et(6, 16, 10, 59))
    assert owed(office, str(mine), "nudge:%") == []
    until(office, et(6, 16, 11))  # Friday is a holiday in the US, Thursday one of the client's own
    assert owed(office, str(mine), "nudge:%") == [MARCUS]
    until(office, et(6, 17, 11))
    assert [one for one in tasks(office, "relay_silent") if MARCUS in one] != []


def test_telling_the_staff_and_cancelling_at_once_have_one_outcome(office: Office) -> None:
    ref = agreed(office)
    mine = relay(office, ref, ANJA)
    barrier = Barrier(2)

    def do(who: str, command: Command) -> str:
        barrier.wait()
        try:
            event = Event(f"race:{who}", office.now, office.account(who), office.account(who).platform)
            return office.desk.perform(command, event).say
        except Refused as refused:
            return refused.sentence

    with ThreadPoolExecutor(2) as pool:
        told = pool.submit(do, ANJA, StaffInformed(mine))
        pool.submit(do, SOFIA, CancelDowntime(ref, "The part is not delivered")).result()
    if told.result() == "Noted: your staff knows the latest.":
        assert states(office, ref, ANJA) == ["informed", "draft"]
        assert last(office, ref, ANJA).text.startswith("Die geplanten IT-Arbeiten in Leipzig fallen aus")
    else:
        assert told.result() == "This is off: there is nothing to tell your staff any more."
        assert states(office, ref, ANJA) == ["withdrawn"]
