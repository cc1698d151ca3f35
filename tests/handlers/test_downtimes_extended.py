"""Work that takes longer than agreed: what it runs into is said, answered for and told to whoever it concerns."""

from __future__ import annotations

from handlers.commands import (
    ChooseWindow,
    ExtendDowntime,
    Outcome,
    PutBlackout,
    Ref,
    Refused,
    StartDowntime,
)
from tests.handlers.alarm import tasks
from tests.handlers.office import Office
from tests.handlers.test_downtimes_race import together
from tests.handlers.windows import (
    ANJA,
    KAI,
    MARCUS,
    SOFIA,
    begun,
    et,
    firewalls,
    offered,
    picks,
    refusal,
    standing,
    state,
    told,
    until,
    window,
)

AFTERWARDS = window(6, 21, 11, 13)
WHY = "The second firewall does not start."


def following(office: Office, *, choose: bool = True) -> Ref:
    """Other work in Toledo, an hour after the end of story 6's; agreed, or still on offer."""
    other = offered(office, firewalls(AFTERWARDS, work="New switches", locations=("toledo",)))
    if choose:
        picks(office, other, MARCUS, 1)
    return other


def test_what_runs_into_other_agreed_work_needs_words_and_its_owner_knows(office: Office) -> None:
    other = following(office)
    ref = begun(office)
    refused = refusal(office, KAI, ExtendDowntime(ref, et(6, 21, 12)))
    assert (refused.field, refused.code) == ("text", "blocked")
    assert refused.sentence == (
        "D-1 is agreed for Toledo at that time: Sun Jun 21, 11:00 AM to 1:00 PM EDT. "
        "Please say what people should know."
    )
    assert state(office, ref) == "accepted: in_progress"
    assert tasks(office, "overrun") == []
    say = office.do(KAI, ExtendDowntime(ref, et(6, 21, 12), WHY)).say
    assert "D-1 is agreed for Toledo at that time" in say
    assert tasks(office, "overrun") == [
        "Sofia Marchetti: D-1: D-2 takes longer and runs into the time of this work. Can both be done?"
    ]
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 12, 30)))
    assert len(tasks(office, "overrun")) == 1, "they know of each other since the first time"
    until(office, et(6, 21, 12, 30))
    office.do(KAI, StartDowntime(other))
    assert tasks(office, "overrun") == []


def test_until_the_other_work_begins_nothing_is_to_be_said(office: Office) -> None:
    following(office)
    ref = begun(office)
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 11)))
    assert told(office, ref, "extended:1") == [ANJA, MARCUS, SOFIA]
    assert tasks(office, "overrun") == []


def beside(office: Office) -> tuple[Ref, Ref]:
    """Story 6's work under way, and other work offered on the same morning for the time after it."""
    ref = begun(office)
    office.later(seconds=600)
    return ref, following(office, choose=False)


def test_what_is_only_on_offer_gives_way_to_work_that_takes_longer(office: Office) -> None:
    ref, other = beside(office)
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 12)))
    refused = refusal(office, MARCUS, ChooseWindow(other, 1, 1, consent=True))
    assert (refused.field, refused.code) == ("number", "blocked")
    assert refused.sentence.startswith("D-1 is agreed for Toledo at that time: Sun Jun 21, 6:00 AM to 12:00 PM EDT.")
    assert state(office, other) == "proposed"


def test_an_extension_and_a_yes_to_the_same_time_at_once_know_of_each_other(office: Office) -> None:
    ref, other = beside(office)
    for minutes in range(4):
        told_ = together(
            office,
            [(MARCUS, ChooseWindow(other, 1, 1, consent=True)), (KAI, ExtendDowntime(ref, et(6, 21, 12, minutes)))],
        )
        one, stopped = sorted(told_, key=lambda each: isinstance(each, Refused))
        assert isinstance(one, Outcome) and isinstance(stopped, Refused) and stopped.code == "blocked"
    assert (state(office, other) == "accepted: scheduled") != (state(office, ref) == "accepted: extended")


def test_what_runs_into_a_blackout_or_business_hours_needs_words(office: Office) -> None:
    ref = begun(office)
    office.do(ANJA, PutBlackout("Stocktaking", location="leipzig", window=window(6, 21, 11, 20)))
    refused = refusal(office, KAI, ExtendDowntime(ref, et(6, 21, 11, 30)))
    assert "Leipzig wants no work Sun Jun 21, 17:00 to Mon Jun 22, 02:00 CEST: Stocktaking." in refused.sentence
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 11, 30), WHY))
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 12)))
    late = refusal(office, KAI, ExtendDowntime(ref, et(6, 22, 10)))
    assert "It falls into business hours of Toledo: Mon Jun 22, 9:00 AM to 5:00 PM EDT." in late.sentence
    assert "Stocktaking" not in late.sentence, "that has been answered for"
    assert standing(office, ref).row.extended_to == et(6, 21, 12)


def test_hours_that_the_agreement_knew_of_are_not_asked_about_again(office: Office) -> None:
    during = offered(
        office, firewalls(window(6, 24, 10, 12), locations=("toledo",), override="The vendor comes by day")
    )
    picks(office, during, MARCUS, 1)
    until(office, et(6, 24, 10))
    office.do(KAI, StartDowntime(during))
    office.do(KAI, ExtendDowntime(during, et(6, 24, 13)))
    assert state(office, during) == "accepted: extended"
