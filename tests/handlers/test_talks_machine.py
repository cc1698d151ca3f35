"""Anybody does anything at any time: no sequence leads to a talk that nobody agreed to, or one that never ends."""

from __future__ import annotations

import pytest

from tests.handlers import anything
from tests.handlers.talk_machine import Talks

EXAMPLES = {"sqlite": 25, "postgresql": 4}


@pytest.mark.timeout(anything.SECONDS)
def test_no_sequence_leads_to_a_talk_without_a_yes(opened: anything.Opened) -> None:
    anything.play(Talks, opened, EXAMPLES, steps=30)
