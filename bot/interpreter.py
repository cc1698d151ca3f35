"""How Python itself is set in a process that has started and stays."""

from __future__ import annotations

import gc
import sys

OBJECTS, TIMES = 10_000, 20
"""A search for circles of garbage after so many new objects; every so many searches look at older ones, too. Python's
own 700 and 10 are for scripts: here they find next to nothing and take a tenth of a broadcast's time."""
TURN_SECONDS, QUICK_TURN_SECONDS = 0.005, 0.0005
"""So long one thread may keep the interpreter while another wants it: Python's own, and while a person waits. A click
asks the database some twenty times, and after each answer its thread waits for whoever computes: at 5 ms that is a
tenth of a second, in which others wait for the rows it has locked. A broadcast that nobody waits for loses a fifth of
its speed by quick turns."""


def tune() -> None:
    """What there is now stays: no later search passes through it while somebody waits."""
    gc.freeze()
    gc.set_threshold(OBJECTS, TIMES, TIMES)
    gc.enable()


def hurry(waiting: int) -> None:
    """Threads take turns quickly while so many people wait for an answer, unless it is nobody."""
    sys.setswitchinterval(QUICK_TURN_SECONDS if waiting else TURN_SECONDS)
