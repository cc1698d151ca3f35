"""What an acknowledgement asks of the database: a thousand people click within minutes of an outage's first card."""

from __future__ import annotations

from tests.handlers.alarm import DANA, LUIS, acknowledge, at, mail, raised
from tests.handlers.asked import asked, done, read
from tests.handlers.office import Office


def test_an_acknowledgement_is_a_bounded_number_of_statements(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, mail())
    with asked(office.store) as first:
        acknowledge(office, ref, DANA)
    with asked(office.store) as later:
        acknowledge(office, ref, LUIS)
    assert 10 < len(done(first)) <= 20, "the first of a place stops its ladder and covers its other readers"
    assert 10 < len(done(later)) <= 17
    assert 5 < len(read(first)) == len(read(later)) <= 8
