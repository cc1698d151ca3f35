"""Anybody does anything at any time, thousands of times: no sequence of commands gets round the rules of a decision.

What the rules are is reckoned a second time in `reckoning`, and `watched` compares after every command.
"""

from __future__ import annotations

import pytest

from tests.handlers import anything
from tests.handlers.machine import Machine

EXAMPLES = {"sqlite": 50, "postgresql": 6}


@pytest.mark.timeout(anything.SECONDS)
def test_no_sequence_of_commands_gets_round_the_rules(opened: anything.Opened) -> None:
    anything.play(Machine, opened, EXAMPLES, steps=30)
