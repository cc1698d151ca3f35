"""The bench of reports: it prints its lines, every report is written, and the floor counts what the house counts."""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from bench import books, reports
from schedules import reports as schedule
from storage.tables import Report
from storage.tables.types import core
from tests.databases import DIALECTS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_report_is_written_and_both_sides_count_the_same(
    dialect: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for module in (reports, schedule):
        monkeypatch.setattr(module, "TOGETHER", 3)
    sizes = []
    with ExitStack() as stack:
        for clients in (7, 10):
            url = f"sqlite:///{tmp_path / f'{clients}.db'}"
            if dialect == "postgresql":
                url = request.getfixturevalue("postgres").empty()
            books.seed(url, clients)
            sizes.append(stack.enter_context(reports.opened(url, clients)))
        asyncio.run(reports.measure(dialect, sizes))
        for size in sizes:
            bare = size.floor.rows(reports.floor(dialect)[2], reports.given(dialect, list(size.ids)))
            backlog = {client: (int(start), int(end)) for client, start, end, *_ in bare}
            with size.store.read() as tx:
                found = {row.client_id: row.figures for row in tx.execute(select(core(Report)))}
            assert len(found) == size.clients
            assert backlog == {id_: (one["backlog_start"], one["backlog_end"]) for id_, one in found.items()}
            assert sum(end for _, end in backlog.values()) > 0
    lines = capsys.readouterr().out.splitlines()
    figure = r" ratio \d+\.\d\d  p50 [\d,]+ us : [\d,]+ us a report"
    named = [f"reports {dialect} {clients} clients {clients * 100:,} cases" for clients in (7, 10)]
    names = [name + more for name in named for more in ("", ", one by one")]
    for line, name in zip(lines, [*names, f"reports {dialect}, flat"], strict=True):
        assert re.match(re.escape(name) + figure, line), line


def test_the_environment_may_ask_for_a_quick_look(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reports.sizes_of("postgresql") == (1_000, 10_000)
    monkeypatch.setenv("BENCH_REPORT_CLIENTS", "300")
    assert reports.sizes_of("postgresql") == (300, 600)
