"""How Python itself is set in a process that has started and stays."""

from __future__ import annotations

import gc
import sys

OBJECTS, TIMES = 10_000, 20
"""A search for circles of garbage after so many new objects; every so many searches look at older ones, too. Python's
own 700 and 10 are for scripts: here they find next to nothing and take a tenth of a broadcast's time."""
SWITCH_SECONDS = 0.0005
"""So long one thread may keep the interpreter while another wants it. A click asks the database some twenty times, and
after each answer its thread waits for whoever computes: with Python's own 5 ms that is a tenth of a second, in which
others wait for the rows it has locked."""


def tune() -> None:
    """What there is now stays: no later search passes through it while somebody waits. Threads take turns quickly."""
    gc.freeze()
    gc.set_threshold(OBJECTS, TIMES, TIMES)
    gc.enable()
    sys.setswitchinterval(SWITCH_SECONDS)
