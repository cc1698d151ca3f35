"""The lock file beside a SQLite database: one process at a time may be its engine (courier and clock)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO


class EngineBusy(RuntimeError):
    """Another process is the engine of this file; the message is a sentence to show."""


class EngineFile:
    """`keyline.db` -> `keyline.db.lock`, locked by the system: the lock ends with its process, however that ends.

    The file itself stays: deleting it would let two processes lock two files of the same name.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Locks, or raises `EngineBusy`; does nothing when locked by this very object."""
        if self._file is not None:
            return
        file = open(self._path, "a+", encoding="ascii")  # noqa: SIM115 - held open for as long as the lock is wanted
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            holder = file.read(20).strip()
            file.close()
            who = f" (process {holder})" if holder.isdigit() else ""
            raise EngineBusy(
                f"Keyline is already running on {self._database}{who}. Stop it first; "
                "to run several at once, give them a PostgreSQL database."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def drop(self) -> None:
        """Unlocks."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(1 << 20)  # a byte nobody reads: a locked byte could not be read by whoever wants to know the holder
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
