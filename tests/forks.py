"""Processes that tests start and kill: each is forked from one that has imported everything, and so begins in a moment.

There is one such process for each worker, with one list of what it imports: a second list would replace the first.
(A child also imports what its parent was started with: pytest.)
"""

from __future__ import annotations

import multiprocessing

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["__main__", "tests.forked"])
