"""A provider's directory from one file: what goes in, and how each mistake is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.directoryfile import read
from bot.cli.main import app
from handlers.commands import Chat, Duty, Grant, PutClient, PutPerson, PutWorkspace

EXAMPLE = Path(__file__).parents[2] / "docs" / "directory.yaml"
SMALL = """\
clients:
  - slug: acme
    name: Acme
    code: AC
    timezone: America/Denver
    slack: [T0ACME, T0ACMETWO]
    offices: [{slug: west, name: West, timezone: America/Denver}]
    people:
      - {name: Ann, email: ann@acme.example, roles: [purchasing@west], slack: T0ACMETWO/U0ANN}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "directory.yaml"


def mistakes(file: Path, text: str) -> list[str]:
    file.write_text(text)
    entries, said = read(file)
    assert not (entries and said)
    return [sentence.removeprefix(str(file)).strip() for sentence in said]


def people(file: Path) -> dict[str, PutPerson]:
    entries, said = read(file)
    assert said == []
    return {entry.command.name: entry.command for entry in entries if isinstance(entry.command, PutPerson)}


def test_the_example_says_what_it_seems_to_say() -> None:
    entries, said = read(EXAMPLE)
    assert said == []
    kinds = [type(entry.command) for entry in entries]
    assert kinds == sorted(kinds, key=[PutClient, PutWorkspace, PutPerson].index), "accounts need their workspace first"
    found = people(EXAMPLE)
    assert found["Dana Whitlock"].default
    assert found["Dana Whitlock"].grants is None
    assert found["Dana Whitlock"].accounts == (Chat("slack", "T0MARLOW", "U0DANA"),)
    assert found["Priya Raman"].grants == (Grant("strategy"), Grant("purchasing", 2), Grant("security", 2))
    assert found["Luis Ortega"].grants == (Grant("emergency", 1, "providence"), Grant("downtime", 1, "providence"))
    assert found["Kai Turner"].duties == (Duty("cse", "marlow-finch", "network"),)


def test_every_entry_knows_its_line() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for entry in read(EXAMPLE)[0]:
        command = entry.command
        wanted = command.org if isinstance(command, PutWorkspace) else command.name
        assert wanted in " ".join(lines[entry.line - 1 : entry.line + 1])


def test_in_a_company_of_several_workspaces_a_person_names_the_own(file: Path) -> None:
    file.write_text(SMALL)
    assert people(file)["Ann"].accounts == (Chat("slack", "T0ACMETWO", "U0ANN"),)
    (said,) = mistakes(file, SMALL.replace("T0ACMETWO/U0ANN", "U0ANN"))
    assert said == "line 9: 'U0ANN' does not say in which slack workspace: write it as WORKSPACE/PERSON."


def test_a_person_without_accounts_keeps_those_that_are_there(file: Path) -> None:
    file.write_text(SMALL.replace(", slack: T0ACMETWO/U0ANN", ""))
    assert people(file)["Ann"].accounts is None


@pytest.mark.parametrize(
    ("there", "instead", "line", "words"),
    [
        ("slug: acme", "slug: Acme Inc", 2, "not a slug"),
        ("code: AC", "code: acme", 4, "not a code"),
        ("America/Denver\n    slack", "Denver\n    slack", 5, "'Denver' is not a time zone"),
        ("T0ACME,", "acme,", 6, "'acme' is not an id like T012AB3CD"),
        ("purchasing@west", "purchasing@east", 9, "not listed under offices"),
        ("purchasing@west", "shopping", 9, "'shopping' is not a role"),
        ("U0ANN", "ann", 9, "not a person's slack id"),
        ("ann@acme.example", "ann", 9, "not an e-mail address"),
        ("name: Ann", "nmae: Ann", 9, "nothing called nmae"),
        ("name: Acme\n", "name: Acme\n    country: NO\n", 4, "put quotes around it"),
        ("clients:", "client:", 1, "nothing called client here"),
    ],
)
def test_a_mistake_is_told_with_its_line(file: Path, there: str, instead: str, line: int, words: str) -> None:
    said = mistakes(file, SMALL.replace(there, instead))
    assert any(sentence.startswith(f"line {line}: ") and words in sentence for sentence in said), said
    assert not any("pattern" in sentence or "valid dictionary" in sentence for sentence in said)


@pytest.mark.parametrize("text", ["", "- a", "just words", "clients: [", "clients: acme", "\x00"])
def test_a_file_that_is_none_is_a_sentence(file: Path, text: str) -> None:
    (said,) = mistakes(file, text)
    assert re.fullmatch(r"(line \d+)?: [^\n]+\.", said)


def test_nobody_stands_there_twice(file: Path) -> None:
    again = SMALL + "      - {name: Ann again, email: ANN@acme.example}\n"
    assert mistakes(file, again) == ["line 10: ANN@acme.example stands there twice."]


def test_the_directory_is_imported_once_however_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYLINE_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    runner = CliRunner()
    assert runner.invoke(app, ["migrate"]).exit_code == 0
    checked = runner.invoke(app, ["import", "directory", str(EXAMPLE), "--dry-run"])
    assert (checked.exit_code, "Dana" in runner.invoke(app, ["people"]).stdout) == (0, False)
    first = runner.invoke(app, ["import", "directory", str(EXAMPLE)])
    listed = runner.invoke(app, ["people"]).stdout
    again = runner.invoke(app, ["import", "directory", str(EXAMPLE)])
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert listed.count("Dana Whitlock") == 1
    assert runner.invoke(app, ["people"]).stdout == listed


def test_a_wrong_file_writes_nothing(sqlite_url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYLINE_DATABASE_URL", sqlite_url)
    file.write_text(SMALL.replace("purchasing", "shopping"))
    result = CliRunner().invoke(app, ["import", "directory", str(file)])
    assert result.exit_code == 1
    assert "Nothing was written" in result.stderr
