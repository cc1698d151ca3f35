"""What `import cases` does with the lines it has read: rehearsed in batches, then performed, with progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.casesheet import Line
from bot.cli.words import attempt, fail, rehearse
from handlers.commands import PutCases

if TYPE_CHECKING:
    from handlers.desk import Desk

BATCH = 1000
RESULTS = ("created", "changed", "unchanged")
Results = list[dict[str, Any]]


def check(desk: Desk, file: Path, lines: Sequence[Line]) -> tuple[Results, list[str]]:
    """(what would become of each line, a sentence for each that would be refused); nothing is written."""
    found: Results = []
    for batch in _batches(lines, "Checking…"):
        found += rehearse(desk, PutCases(tuple(row for _, row in batch)), lambda _tx, outcome: outcome.facts["rows"])
    wrong = [(number, one) for (number, _), one in zip(lines, found, strict=True) if one["result"] == "refused"]
    return found, [f"{file} line {number}: {one['problem']}" for number, one in wrong]


def put(desk: Desk, file: Path, lines: Sequence[Line]) -> Results:
    """What has become of each line. A refusal, of what changed since it was checked, ends the command."""
    found: Results = []
    for batch in _batches(lines, "Importing…"):
        results = attempt(desk, PutCases(tuple(row for _, row in batch))).facts["rows"]
        found += results
        for (number, _), one in zip(batch, results, strict=True):
            if one["result"] == "refused":
                fail(
                    f"{file} line {number}: {one['problem']}",
                    "Other lines were written. Mend this one and run it again: repeating does no harm.",
                )
    return found


def counted(results: Results) -> str:
    """ "3 cases: 2 created, 1 unchanged"."""
    each = {name: sum(one["result"] == name for one in results) for name in RESULTS}
    said = ", ".join(f"{count:,} {name}" for name, count in each.items() if count)
    return f"{len(results):,} {'case' if len(results) == 1 else 'cases'}: {said}"


def _batches(lines: Sequence[Line], doing: str) -> Iterator[Sequence[Line]]:
    """With a bar when there is more than one."""
    from rich.progress import track

    starts = range(0, len(lines), BATCH)
    for start in track(starts, description=doing, transient=True, disable=len(starts) < 2):
        yield lines[start : start + BATCH]
