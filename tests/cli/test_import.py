"""import contacts: a good sheet comes in, a bad one is named line by line and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tests.cli.conftest import Run

SHEET = """client,name,email,title,location,preferred_channel,ask_last,roles
marlow-finch,Nora Blake,Nora@marlowfinch.example,Associate,boston,chat,no,security:4; emergency@providence:2
marlow-finch,"Pratt, Owen",owen@marlowfinch.example,Paralegal,,phone,yes,

northgate,Émile Ødegård,emile@northgate.example,,,,,
"""


def write(tmp_path: Path, content: str, encoding: str = "utf-8") -> str:
    (tmp_path / "contacts.csv").write_bytes(content.encode(encoding))
    return "contacts.csv"


def people(run: Run) -> dict[str, Any]:
    return {one["name"]: one for one in json.loads(run("people", "--json").stdout)}


def test_a_good_sheet_comes_in_and_may_come_again(run: Run, demo: Store, tmp_path: Path) -> None:
    file = write(tmp_path, SHEET)
    done = run("import", "contacts", file)
    assert (done.exit_code, done.stdout) == (0, "3 contacts imported.\n"), done.stderr
    found = people(run)
    assert found["Nora Blake"]["email"] == "nora@marlowfinch.example"
    assert {"role": "emergency", "rank": 2, "location": "providence"} in found["Nora Blake"]["roles"]
    assert {"role": "security", "rank": 4, "location": ""} in found["Nora Blake"]["roles"]
    assert found["Pratt, Owen"]["ask_last"] and found["Pratt, Owen"]["preferred_channel"] == "phone"
    assert found["Émile Ødegård"]["client"] == "northgate"
    assert run("import", "contacts", file).exit_code == 0
    assert people(run) == found


def test_a_dry_run_writes_nothing(run: Run, demo: Store, tmp_path: Path) -> None:
    before = people(run)
    done = run("import", "contacts", write(tmp_path, SHEET), "--dry-run")
    assert done.exit_code == 0 and "3 contacts are in order. Nothing was written" in done.stdout
    assert people(run) == before


def test_a_sheet_for_one_client_needs_no_client_column(run: Run, demo: Store, tmp_path: Path) -> None:
    file = write(tmp_path, "Name;Email\nNora Blake;nora@cedar.example\n", "utf-8-sig")
    assert run("import", "contacts", file, "--client", "cedar-ridge").exit_code == 0
    assert people(run)["Nora Blake"]["client"] == "cedar-ridge"


def test_roles_stay_without_the_column_and_go_with_an_empty_cell(run: Run, demo: Store, tmp_path: Path) -> None:
    email = people(run)["Priya Raman"]["email"]
    run("import", "contacts", write(tmp_path, f"client,name,email\nmarlow-finch,Priya Raman,{email}\n"))
    assert people(run)["Priya Raman"]["roles"]
    run("import", "contacts", write(tmp_path, f"client,name,email,roles\nmarlow-finch,Priya Raman,{email},\n"))
    assert people(run)["Priya Raman"]["roles"] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the column name is missing"),
        ("client,name,email\n", "there is no contact in it"),
        ("client,name,e-mail\n", "line 1: there is no column called 'e-mail'"),
        ("name,email\nN,n@x.example\n", "give --client SLUG"),
        (
            "client,name,email\nnobody,N,n@x.example\n",
            "line 2: there is no client called 'nobody'; there are: cedar-ridge",
        ),
        ("client,name,email\nnorthgate,,n@x.example\n", "line 2: the name is missing"),
        ("client,name,email\nnorthgate,N,n at x\n", "line 2: 'n at x' is not an e-mail address"),
        ("client,name,email\nnorthgate,N,n@x.example,more\n", "line 2: it has more cells"),
        (
            "client,name,email\nnorthgate,N,n@x.example\n\nnorthgate,M,N@x.example\n",
            "line 4: N@x.example stands on line 2 already",
        ),
        ("client,name,email,roles\nnorthgate,N,n@x.example,buyer\n", "'buyer' is not a role; write one of liaison"),
        ("client,name,email,roles\nnorthgate,N,n@x.example,security:0\n", "'security:0' is not a role"),
        ("client,name,email,roles\nnorthgate,N,n@x.example,downtime@oslo\n", "northgate has no location called 'oslo'"),
        (
            "client,name,email,location\nnorthgate,N,n@x.example,oslo\n",
            "has no location called 'oslo'; it has: leipzig",
        ),
        ("client,name,email,timezone\nnorthgate,N,n@x.example,CET2\n", "'CET2' is not a time zone"),
        ("client,name,email,default\nnorthgate,N,n@x.example,maybe\n", "default is yes or no, not 'maybe'"),
        ("client,name,email,preferred_channel\nnorthgate,N,n@x.example,fax\n", "'fax' is not a channel"),
        ("client,name,email\nnorthgate,N\x00,n@x.example\n", "NUL"),
        ('client,name,email\nnorthgate,"N,n@x.example\n', "line 2"),
    ],
)
def test_each_mistake_is_named_with_its_line_and_nothing_is_written(
    run: Run, demo: Store, tmp_path: Path, content: str, said: str
) -> None:
    before = people(run)
    done = run("import", "contacts", write(tmp_path, content))
    assert done.exit_code == 1 and done.stdout == ""
    assert "contacts.csv" in done.stderr and said in done.stderr, done.stderr
    assert "Nothing was written" in done.stderr
    assert people(run) == before


def test_every_mistake_is_said_at_once(run: Run, demo: Store, tmp_path: Path) -> None:
    done = run("import", "contacts", write(tmp_path, "client,name,email\nnobody,,x\nnorthgate,N,\n"))
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()[:4]] == [
        "contacts.csv line 2",
        "contacts.csv line 2",
        "contacts.csv line 2",
        "contacts.csv line 3",
    ]


def test_a_sheet_in_another_encoding_is_said(run: Run, demo: Store, tmp_path: Path) -> None:
    done = run("import", "contacts", write(tmp_path, SHEET, "latin-1"))
    assert done.exit_code == 1 and "not UTF-8" in done.stderr
