"""How a downtime may stand: each state is reached as people and time reach it."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.commands import (
    AnswerWindows,
    CancelDowntime,
    ChooseWindow,
    CompleteDowntime,
    DeclineDowntime,
    FinishDowntime,
    GoAway,
    PostponeDowntime,
    PutBlackout,
    Ref,
    StartDowntime,
    SuggestWindow,
    WithdrawDowntime,
)
from tests.cards.downtimes import ANJA, FIRST, KAI, MARCUS, SATURDAY, SUNDAY, firewall, switch, window
from tests.cards.scenes import SOFIA
from tests.handlers.office import Office


def _raised(office: Office, **changes: object) -> Ref:
    office.now = datetime.fromisoformat(FIRST)
    ref = office.do(SOFIA, firewall(**{"engineer": office.person(KAI), **changes})).ref
    assert ref is not None
    return ref


def _at(office: Office, moment: str) -> None:
    office.later(seconds=(datetime.fromisoformat(moment) - office.now).total_seconds())


def draft(office: Office) -> Ref:
    """Written, not sent."""
    return _raised(office, send=False)


def blocked(office: Office) -> Ref:
    """Something speaks against it."""
    return _raised(office, send=False, windows=(window("2026-06-24T10:00:00-04:00"),))


def offered(office: Office) -> Ref:
    """Nobody has answered."""
    return _raised(office)


def objected(office: Office) -> Ref:
    """Leipzig is against the first time and has not said anything about the second."""
    ref = offered(office)
    office.do(ANJA, AnswerWindows(ref, 1, False, (1,), "Night shift."))
    return ref


def turn(office: Office) -> Ref:
    """The key contact decides."""
    ref = objected(office)
    office.do(ANJA, AnswerWindows(ref, 1, True))
    return ref


def silent(office: Office) -> Ref:
    """Leipzig has not answered in time; there are tasks to call."""
    ref = offered(office)
    _at(office, "2026-06-12T12:00:00-04:00")
    return ref


def one_of_two_over(office: Office) -> Ref:
    """The first time has begun while the second can still be chosen."""
    ref = _raised(office, windows=(window("2026-06-09T18:00:00-04:00", 1), window(SUNDAY)))
    office.do(ANJA, AnswerWindows(ref, 1, True))
    return ref


def short(office: Office) -> Ref:
    """Less notice than the rules ask for."""
    ref = _raised(office, windows=(window("2026-06-13T06:00:00-04:00"),))
    office.do(ANJA, AnswerWindows(ref, 1, True))
    return ref


def countered(office: Office) -> Ref:
    """The key contact has suggested another time."""
    ref = offered(office)
    office.do(MARCUS, SuggestWindow(ref, 1, window("2026-06-27T06:00:00-04:00")))
    return ref


def awkward(office: Office) -> Ref:
    """The key contact has suggested a time in business hours."""
    ref = offered(office)
    office.do(MARCUS, SuggestWindow(ref, 1, window("2026-06-24T10:00:00-04:00")))
    return ref


def asked_for(office: Office) -> Ref:
    """A contact has asked."""
    office.now = datetime.fromisoformat(FIRST)
    ref = office.do(MARCUS, firewall(client="", send=False)).ref
    assert ref is not None
    return ref


def away(office: Office) -> Ref:
    """The coordinator is away after having been asked."""
    ref = offered(office)
    office.do(ANJA, GoAway(office.now, office.now + timedelta(days=3)))
    return ref


def agreed(office: Office) -> Ref:
    """Agreed for Sunday."""
    ref = offered(office)
    office.do(ANJA, AnswerWindows(ref, 1, True))
    office.do(MARCUS, ChooseWindow(ref, 1, 2))
    return ref


def doubted(office: Office) -> Ref:
    """No work is wanted then any more."""
    ref = agreed(office)
    office.do(ANJA, PutBlackout("Stocktaking.", location="leipzig", window=window(SUNDAY)))
    return ref


def beginning(office: Office) -> Ref:
    """Five minutes before."""
    ref = agreed(office)
    _at(office, "2026-06-21T05:55:00-04:00")
    return ref


def late(office: Office) -> Ref:
    """It should have begun."""
    ref = agreed(office)
    _at(office, "2026-06-21T06:20:00-04:00")
    return ref


def missed(office: Office) -> Ref:
    """Its time is over."""
    ref = agreed(office)
    _at(office, "2026-06-21T11:00:00-04:00")
    return ref


def running(office: Office) -> Ref:
    """Under way."""
    ref = beginning(office)
    office.do(KAI, StartDowntime(ref))
    return ref


def overrun(office: Office) -> Ref:
    """Longer than planned, and nobody says anything."""
    ref = running(office)
    _at(office, "2026-06-21T10:20:00-04:00")
    return ref


def checked(office: Office) -> Ref:
    """Done and being checked."""
    ref = running(office)
    office.do(KAI, FinishDowntime(ref))
    return ref


def completed(office: Office) -> Ref:
    """Everything works."""
    ref = running(office)
    office.do(KAI, CompleteDowntime(ref))
    return ref


def postponed(office: Office) -> Ref:
    """Given up for another time."""
    ref = agreed(office)
    office.do(SOFIA, PostponeDowntime(ref, "A part is late.", (window("2026-07-25T06:00:00-04:00"),)))
    return ref


def cancelled(office: Office) -> Ref:
    """Given up for good."""
    ref = agreed(office)
    office.do(MARCUS, CancelDowntime(ref, "Closed."))
    return ref


def declined(office: Office) -> Ref:
    """The key contact has said no."""
    ref = offered(office)
    office.do(MARCUS, DeclineDowntime(ref, 1, "Not now."))
    return ref


def withdrawn(office: Office) -> Ref:
    """Taken back."""
    ref = offered(office)
    office.do(SOFIA, WithdrawDowntime(ref))
    return ref


def expired(office: Office) -> Ref:
    """Nobody has answered."""
    ref = offered(office)
    _at(office, "2026-06-18T10:00:00-04:00")
    return ref


def slack(office: Office) -> Ref:
    """At a client on the other platform."""
    office.now = datetime.fromisoformat(FIRST)
    ref = office.do(SOFIA, switch(windows=(window(SATURDAY, 0.25),))).ref
    assert ref is not None
    return ref


STATES = (
    draft,
    blocked,
    offered,
    objected,
    turn,
    silent,
    one_of_two_over,
    short,
    countered,
    awkward,
    asked_for,
    away,
    agreed,
    doubted,
    beginning,
    late,
    missed,
    running,
    overrun,
    checked,
    completed,
    postponed,
    cancelled,
    declined,
    withdrawn,
    expired,
    slack,
)
OVER = (completed, postponed, cancelled, declined, withdrawn, expired)
