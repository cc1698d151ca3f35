"""Anybody does anything at any time: no sequence of commands leads to work without the key contact's explicit yes."""

from __future__ import annotations

import pytest

from tests.handlers import anything
from tests.handlers.downtime_machine import Downtimes

EXAMPLES = {"sqlite": 40, "postgresql": 5}


@pytest.mark.timeout(anything.SECONDS)
def test_no_sequence_leads_to_work_without_a_yes(opened: anything.Opened) -> None:
    anything.play(Downtimes, opened, EXAMPLES, steps=40)
