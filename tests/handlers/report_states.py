"""How the demo's reports may stand on a Monday and after: each state is reached as people and time reach it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from handlers.commands import CorrectReport, HoldReport, Ref, ReviewReport
from tests.handlers.office import Office
from tests.handlers.reporting import DANA, SOFIA, et, ref_of, standing, until
from tests.handlers.screens import Screens


def an_open_case(office: Office, ref: Ref) -> str:
    """The number of a case that the report names."""
    return standing(office, ref).figures["oldest"][0]["external_id"]


def fresh(office: Office) -> None:
    """Written, not sent."""
    until(office, et(15, 7, 30))


def held(office: Office) -> None:
    """One is on hold."""
    fresh(office)
    office.do(SOFIA, HoldReport(ref_of(office), "The count looks wrong."))


def sent(office: Office) -> None:
    """All are out."""
    until(office, et(15, 9, 30))


def said(office: Office) -> None:
    """Everything has been said about one of them."""
    sent(office)
    screens, ref = Screens(office), ref_of(office)
    for label, inputs in (
        ("Question on a case", {"other": an_open_case(office, ref), "text": "When?"}),
        ("Escalate a case", {"other": an_open_case(office, ref), "text": "Now."}),
        ("Wrong number", {"about": "Closed", "text": "It was 18."}),
    ):
        assert screens.press(DANA, ref, label, inputs, "report").tone == "good"


def reviewed(office: Office) -> None:
    """One is reviewed."""
    sent(office)
    ref = ref_of(office)
    office.do(DANA, ReviewReport(ref, 1))


def corrected(office: Office) -> None:
    """One was wrong."""
    said(office)
    office.do(SOFIA, CorrectReport(ref_of(office), "Nine were counted twice."))


def reminded(office: Office) -> None:
    """Nobody has reviewed any, on Wednesday."""
    until(office, et(17, 9, 30))


def given_up(office: Office) -> None:
    """Nobody has in time."""
    sent(office)
    end = standing(office, ref_of(office)).unreviewed_at
    assert end is not None
    until(office, end + timedelta(minutes=1))


STATES: tuple[Callable[[Office], None], ...] = (fresh, held, sent, said, reviewed, corrected, reminded, given_up)
