"""How often circles of garbage are looked for in a process that has started and stays."""

from __future__ import annotations

import gc

OBJECTS, TIMES = 10_000, 20
"""A search after so many new objects; every so many searches look at older ones, too. Python's own 700 and 10 are for
scripts: here they find next to nothing and take a tenth of a broadcast's time."""


def spare() -> None:
    """What there is now stays: no later search passes through it while somebody waits."""
    gc.freeze()
    gc.set_threshold(OBJECTS, TIMES, TIMES)
    gc.enable()
