"""How talks, pulses and opinions may stand: each state is reached as people and time reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from handlers.commands import (
    AddActionItem,
    AddAgendaItem,
    AgreeSlot,
    AnswerForm,
    CloseTouchpoint,
    GiveFeedback,
    HoldTouchpoint,
    LogPulse,
    MissTouchpoint,
    PickSlot,
    PlanTouchpoint,
    PutMeetingRecord,
    Ref,
    Reschedule,
    SettleCadence,
    SkipTouchpoint,
)
from tests.handlers.office import Office
from tests.handlers.sayings import asked
from tests.handlers.talking import BEN, CR, DANA, GRETA, NF, SOFIA, ny, talk_of, until, window

OTHER = window(22, 14)


def _planned(office: Office, client: str = "marlow-finch", who: str = SOFIA, kind: str = "check_in") -> Ref:
    times = (window(18, 10), window(23, 10), window(25, 10))
    ref = office.do(who, PlanTouchpoint(times, client=client, kind=kind, link="https://meet.example/room")).ref
    assert ref is not None
    return ref


def offered(office: Office) -> None:
    """Nobody has answered; somebody has put something on the agenda."""
    office.do(DANA, AddAgendaItem(_planned(office), "The lease of the printers"))


def silent(office: Office) -> None:
    """Nobody has answered for a week: there is a task to call."""
    offered(office)
    until(office, ny(15, 12))


def agreed(office: Office) -> None:
    """A time is chosen."""
    ref = _planned(office)
    office.do(DANA, PickSlot(ref, 1, 1))


def tomorrow(office: Office) -> None:
    """It comes tomorrow."""
    agreed(office)
    until(office, ny(17, 10, 1))


def begun(office: Office) -> None:
    """It has begun."""
    agreed(office)
    until(office, ny(18, 10, 5))


def over(office: Office) -> None:
    """Nobody has said how it was."""
    agreed(office)
    until(office, ny(18, 10, 31))


def moved(office: Office) -> None:
    """The contact has named another time."""
    agreed(office)
    office.do(DANA, Reschedule(talk_of(office, "marlow-finch", nth=0), 1, "I am in court.", OTHER))


def unsuitable(office: Office) -> None:
    """The contact has named none."""
    offered(office)
    office.do(DANA, Reschedule(talk_of(office, "marlow-finch", nth=0), 1, "Not that week."))


def held(office: Office) -> None:
    """Written down, with something to do on both sides."""
    over(office)
    ref = talk_of(office, "marlow-finch", nth=0)
    office.do(SOFIA, HoldTouchpoint(ref, "All is well."))
    for name in (DANA, SOFIA):
        office.do(SOFIA, AddActionItem(ref, f"Something for {name}", office.person(name), date(2026, 6, 24)))


def due(office: Office) -> None:
    """What was to be done is due today."""
    held(office)
    until(office, ny(24, 9, 30))


def closed(office: Office) -> None:
    """Everything is written down."""
    held(office)
    office.do(SOFIA, CloseTouchpoint(talk_of(office, "marlow-finch", nth=0)))


def skipped(office: Office) -> None:
    """Left out."""
    offered(office)
    office.do(DANA, SkipTouchpoint(talk_of(office, "marlow-finch", nth=0), "Nothing new."))


def missed(office: Office) -> None:
    """Nobody came."""
    over(office)
    office.do(SOFIA, MissTouchpoint(talk_of(office, "marlow-finch", nth=0), "Court."))


def called(office: Office) -> None:
    """The clinic is called instead of written to."""
    _planned(office, CR)


def called_and_agreed(office: Office) -> None:
    """The same, with a time."""
    called(office)
    office.do(SOFIA, AgreeSlot(talk_of(office, CR, nth=0), ny(18, 10)))


def incomplete(office: Office) -> None:
    """Held, and something is not on file."""
    ref = _planned(office, NF, BEN, "vcio_meeting")
    office.do(GRETA, PickSlot(ref, 1, 1))
    until(office, ny(18, 10, 31))
    office.do(BEN, HoldTouchpoint(ref, "The budget."))
    for kind in ("slide_deck", "assessment", "service_desk_metrics"):
        office.do(BEN, PutMeetingRecord(ref, kind, f"https://files.example/{kind}"))


def pulses(office: Office) -> None:
    """Every client's pulse is asked."""
    until(office, ny(8, 12, month=7))


def suggested(office: Office) -> None:
    """One of them suggests another rhythm."""
    pulses(office)
    office.do(BEN, LogPulse(pulse_of(office, NF), "amber", "They grow.", 142, 118))


def settled(office: Office) -> None:
    """It was taken."""
    suggested(office)
    office.do(BEN, SettleCadence(pulse_of(office, NF)))


def opinions(office: Office) -> None:
    """One said unasked, one for a colleague, a form that waits and one that was answered badly."""
    office.do(DANA, GiveFeedback("VPN drops daily, 3 people"))
    office.do(DANA, GiveFeedback("Nobody calls back.", anonymous=True))
    ref = _planned(office, kind="rap_session")
    asked(office, ref, DANA)
    other = _planned(office, NF, kind="rap_session")
    (low,) = asked(office, other, "Marcus Hale")
    office.do("Marcus Hale", AnswerForm(low, 3, "", "slow onsite"))


STATES: tuple[Callable[[Office], None], ...] = (
    *(offered, silent, agreed, tomorrow, begun, over, moved, unsuitable, held, due, closed, skipped, missed),
    *(called, called_and_agreed, incomplete, pulses, suggested, settled, opinions),
)


def pulse_of(office: Office, slug: str) -> Ref:
    """The newest pulse of a client."""
    sql = "SELECT p.id FROM pulse p JOIN client c ON c.id = p.client_id WHERE c.slug = :slug ORDER BY p.id DESC"
    return Ref("pulse", office.rows(sql, slug=slug)[0].id)
