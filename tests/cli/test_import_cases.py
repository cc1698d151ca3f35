"""import cases: a good sheet comes in, a bad one is named line by line and changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tests.cli.conftest import Run
from tests.handlers.ticketing import moment
from tests.rows import rows

SHEET = """client,external_id,title,opened_at,state,priority,requester,location,closed_at
marlow-finch,PSA-1,"Printer, second floor",2026-06-09 10:42,open,P2,dana@marlowfinch.example,boston,
NF,PSA-2,Waage sendet keine Gewichte,2026-06-09T08:00:00+02:00,closed,,Ute Brandt,leipzig,2026-06-09 09:00

cedar-ridge,PSA-3,Fax line crackles,2026-06-09 10:42,,,,,
"""


def write(tmp_path: Path, content: str, encoding: str = "utf-8") -> str:
    (tmp_path / "cases.csv").write_bytes(content.encode(encoding, "surrogatepass"))
    return "cases.csv"


def found(store: Store, name: str = "PSA-%") -> dict[str, Any]:
    with store.read() as tx:
        kept = rows(tx, "SELECT * FROM support_case WHERE external_id LIKE :name", {"name": name})
    return {row.external_id: row for row in kept}


def test_a_good_sheet_comes_in_and_may_come_again(run: Run, demo: Store, tmp_path: Path) -> None:
    file = write(tmp_path, SHEET)
    done = run("import", "cases", file)
    assert (done.exit_code, done.stdout) == (0, "3 cases: 3 created.\n"), done.output
    kept = found(demo)
    assert kept["PSA-1"].title == "Printer, second floor" and kept["PSA-1"].requester == "Dana Whitlock"
    assert moment(kept["PSA-1"].opened_at).isoformat() == "2026-06-09T14:42:00+00:00", "on the client's clock"
    assert moment(kept["PSA-3"].opened_at).isoformat() == "2026-06-09T16:42:00+00:00"
    assert moment(kept["PSA-2"].opened_at).isoformat() == "2026-06-09T06:00:00+00:00"
    assert (kept["PSA-2"].state, kept["PSA-3"].priority) == ("closed", "P3")
    assert run("import", "cases", file).stdout == "3 cases: 3 unchanged.\n"


def test_a_dry_run_writes_nothing(run: Run, demo: Store, tmp_path: Path) -> None:
    done = run("import", "cases", write(tmp_path, SHEET), "--dry-run")
    assert (done.exit_code, done.stdout) == (
        0, "cases.csv: 3 cases: 3 created. Nothing was written (--dry-run).\n"
    )  # fmt: skip
    assert not found(demo)


def test_a_sheet_for_one_client_needs_no_client_column(run: Run, demo: Store, tmp_path: Path) -> None:
    file = write(tmp_path, "External_ID;Title;Opened_at\nPSA-9;Größe falsch;2026-06-09 10:42\n", "utf-8-sig")
    assert run("import", "cases", file, "--client", "northgate").exit_code == 0
    assert found(demo)["PSA-9"].title == "Größe falsch"


HEAD = "client,external_id,title,opened_at,state,closed_at,score,location\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "line 1: the column external_id is missing"),
        ("client,external_id,title\n", "line 1: the column opened_at is missing"),
        ("external_id,title,opened_at\n", "add it or give --client SLUG"),
        (f"{HEAD[:-1]},colour\n", "there is no column called 'colour' here; the columns are client, external_id"),
        (HEAD, "there is no case in it"),
        (f"{HEAD}nobody,P,T,2026-06-09 10:00,,,,\n", "line 2: there is no client called 'nobody'; there are: "),
        (f"{HEAD}NF,P,T,June 9,,,,\n", "line 2: opened_at is 'June 9'; write it like 2026-06-09 10:42"),
        (f"{HEAD}NF,P,,2026-06-09 10:00,,,,\n", "line 2: title is empty"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,done,,,\n", "line 2: The state is one of open, waiting_on_client"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,closed,,,\n", "line 2: A closed case needs closed_at"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,closed,2026-06-08 10:00,,\n", "line 2: closed_at lies before opened_at"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,,,9,\n", "line 2: the score is 1 to 5 or empty, not '9'"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,,,,paris\n", "offices are called leipzig or toledo"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,,,,,x\n", "line 2: it has more cells than the header"),
        (f"{HEAD}NF,P,T,2026-06-09 10:00,,,,\nnf,P,T,2026-06-09 10:00,,,,\n", "line 3: P stands on line 2 already"),
        (f"{HEAD}NF,P,T\x00,2026-06-09 10:00,,,,\n", "it holds NUL characters"),
        (f"{HEAD}NF,P,T\ud83d,2026-06-09 10:00,,,,\n", "it is not UTF-8 text"),
    ],
)
def test_a_mistake_is_named_with_file_and_line_and_nothing_is_written(
    run: Run, demo: Store, tmp_path: Path, content: str, said: str
) -> None:
    good = "NF,GOOD-1,Good,2026-06-09 10:00,,,,\n" if content.startswith(HEAD) and content != HEAD else ""
    done = run("import", "cases", write(tmp_path, content + good))
    assert done.exit_code == 1 and said in done.stderr and done.stderr.startswith("cases.csv"), done.output
    assert "Nothing was written" in done.stderr and "Traceback" not in done.output
    assert not found(demo, "GOOD-%")


def test_many_mistakes_are_not_all_listed(run: Run, demo: Store, tmp_path: Path) -> None:
    lines = "".join(f"NF,P-{n},T,never,,,,\n" for n in range(80))
    done = run("import", "cases", write(tmp_path, HEAD + lines))
    assert done.exit_code == 1 and "30 more lines are wrong." in done.stderr
    assert len(done.stderr.splitlines()) == 52


def test_the_seeded_demo_has_its_cases(demo: Store) -> None:
    assert found(demo, "CASE-4471")["CASE-4471"].title == "Internet down in Providence"
