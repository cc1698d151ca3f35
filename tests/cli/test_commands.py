"""The operator's commands: what they print, what they demand, how they fail."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import journal, migrate
from storage.queries import tokens
from storage.store import Store
from tests.cli.conftest import Run

HOUSE = Path(__file__).parents[2]
COMMANDS = [
    ["serve"],
    ["play"],
    ["story"],
    ["migrate"],
    ["seed", "demo"],
    ["people"],
    ["doctor"],
    ["token", "create"],
    ["token", "list"],
    ["token", "revoke"],
    ["export", "journal"],
    ["export", "feedback"],
    ["verify", "journal"],
    ["import", "contacts"],
    ["import", "directory"],
    ["manifest", "slack"],
    ["manifest", "teams"],
    ["policy", "show"],
    ["policy", "set"],
    ["policy", "explain"],
    *(
        ["notice", word]
        for word in (
            *("raise", "list", "show", "receipts", "send", "update", "no-change"),
            *("resolve", "reopen", "cancel", "root-cause", "remind", "heard"),
        )
    ),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, command: list[str]) -> None:
    done = run(*command, "--help", COLUMNS="200")
    assert done.exit_code == 0
    assert "Example:" in done.stdout and f"python -m bot {' '.join(command)}" in done.stdout


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["token", "create"], ["people", "--jsn"], ["export", "journal"], ["import", "contacts", "no.csv"]],
)
def test_a_command_called_wrongly_ends_with_2(run: Run, words: list[str]) -> None:
    assert run(*words).exit_code == 2


def test_python_m_bot_is_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "python -m bot" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    said = "import sys, bot.cli.main; print([m for m in sys.modules if m.partition('.')[0] in %r])"
    heavy = ("sqlalchemy", "fastapi", "slack_sdk", "botbuilder", "alembic", "aiohttp", "cryptography", "pydantic")
    done = subprocess.run(
        [sys.executable, "-c", said % (heavy,)], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_migrate_makes_the_database_and_says_so(run: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    first, again = run("migrate", KEYLINE_DATABASE_URL=url), run("migrate", KEYLINE_DATABASE_URL=url)
    assert (first.exit_code, first.stdout) == (0, f"Migrated from an empty database to {migrate.head()}.\n")
    assert (again.exit_code, again.stdout) == (0, f"Already at {migrate.head()}.\n")


def test_migrate_refuses_a_database_of_a_newer_program(run: Run, demo: Store) -> None:
    with demo.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    done = run("migrate")
    assert done.exit_code == 1 and "9999_future" in done.stderr


def test_commands_want_a_database_that_is_there_and_current(run: Run, tmp_path: Path) -> None:
    absent = run("people")
    assert (
        absent.exit_code == 1 and "There is no database at keyline.db yet: run `python -m bot migrate`" in absent.stderr
    )
    assert not (tmp_path / "keyline.db").exists()
    (tmp_path / "keyline.db").touch()
    bare = run("people")
    assert bare.exit_code == 1 and "run `python -m bot migrate` first" in bare.stderr


def test_a_database_that_does_not_answer_is_one_sentence_without_the_password(run: Run) -> None:
    for command in (["people"], ["migrate"]):
        done = run(*command, KEYLINE_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/x")
        assert done.exit_code == 1 and "Check KEYLINE_DATABASE_URL" in done.stderr
        assert "hunter2" not in done.output and "Traceback" not in done.output


def test_a_mistake_in_the_settings_file_ends_with_1_and_its_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text("database:\n  ulr: sqlite:///x.db\n")
    done = run("people", "--config", str(file))
    assert done.exit_code == 1 and "other.yaml line 2" in done.stderr and "did you mean `url`?" in done.stderr
    assert run("people", KEYLINE_CONFIG=str(file)).exit_code == 1


def test_operators_commands_need_no_platform_and_no_secret(run: Run, demo: Store) -> None:
    for words in (["people"], ["verify", "journal"], ["export", "journal", "--client", "msp"], ["token", "list"]):
        assert run(*words).exit_code == 0, words


def test_seeding_again_changes_nothing(run: Run, demo: Store) -> None:
    before = run("people", "--json").stdout
    assert run("seed", "demo").exit_code == 0
    assert run("people", "--json").stdout == before
    with demo.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM approval_request")).scalar_one() == 0


def test_people_are_listed_for_programs_and_for_eyes(run: Run, demo: Store) -> None:
    everybody = {one["name"]: one for one in json.loads(run("people", "--json").stdout)}
    assert len(everybody) == 14
    assert everybody["Dana Whitlock"]["default"] and everybody["Dana Whitlock"]["platforms"] == ["slack"]
    assert everybody["Sofia Marchetti"]["client"] is None
    assert {"role": "strategy", "rank": 1, "location": ""} in everybody["Priya Raman"]["roles"]
    seen = run("people").stdout
    assert "Dana Whitlock" in seen and "default key contact" in seen and "security (3)" in seen


def test_a_token_is_printed_alone_and_only_its_digest_stored(run: Run, demo: Store) -> None:
    done = run(
        "token", "create", "--name", "psa", "--scope", "read", "--scope", "approvals:write", "--client", "northgate"
    )
    assert done.exit_code == 0 and done.stderr == ""
    token = done.stdout.strip()
    assert done.stdout == f"{token}\n" and len(token) > 40
    with demo.read() as tx:
        row = tokens.by_digest(tx, hashlib.sha256(token.encode()).hexdigest())
        assert row is not None
        assert (row.name, row.scopes, row.client_slug) == ("psa", ["read", "approvals:write"], "northgate")
    assert token not in Path(demo.url.database or "").read_bytes().decode("latin-1")
    assert "psa" in run("token", "list").stdout and token not in run("token", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--name", "psa", "--scope", "everything"], 2, "everything is not a scope"),
        (["--name", "psa", "--scope", "read", "--client", "nobody"], 1, "There is no client called nobody"),
        (["--name", " ", "--scope", "read"], 1, "needs a name"),
    ],
)
def test_a_token_that_cannot_be_made_is_a_sentence(
    run: Run, demo: Store, words: list[str], code: int, said: str
) -> None:
    done = run("token", "create", *words)
    assert (done.exit_code, said in done.stderr, done.stdout) == (code, True, "")


def test_a_name_is_given_to_one_token_only(run: Run, demo: Store) -> None:
    assert run("token", "create", "--name", "psa", "--scope", "read").exit_code == 0
    again = run("token", "create", "--name", "psa", "--scope", "read")
    assert (again.exit_code, again.stdout) == (1, "") and "already" in again.stderr


def test_a_token_is_withdrawn_by_its_name(run: Run, demo: Store) -> None:
    token = run("token", "create", "--name", "psa", "--scope", "read").stdout.strip()
    unknown = run("token", "revoke", "PSA")
    assert (unknown.exit_code, unknown.stdout, unknown.stderr) == (1, "", "There is no token called PSA.\n")
    done = run("token", "revoke", "psa")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "The token psa is revoked.\n", "")
    with demo.read() as tx:
        assert tokens.by_digest(tx, hashlib.sha256(token.encode()).hexdigest()) is None
    assert "revoked" in run("token", "list").stdout
    again = run("token", "revoke", "psa")
    assert (again.exit_code, again.stdout) == (0, "The token psa had been revoked before.\n")


def test_the_journal_goes_out_as_json_lines_that_verify_by_themselves(run: Run, demo: Store) -> None:
    done = run("export", "journal", "--client", "marlow-finch")
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [entry["position"] for entry in entries] == list(range(1, len(entries) + 1)) and len(entries) > 4
    previous = ""
    for entry in entries:
        sealed = {name: value for name, value in entry.items() if name != "hash"}
        canonical = json.dumps(sealed, sort_keys=True, separators=(",", ":"))
        assert entry["previous"] == previous
        assert hashlib.sha256(canonical.encode()).hexdigest() == entry["hash"]
        previous = entry["hash"]
    unknown = run("export", "journal", "--client", "nobody")
    assert unknown.exit_code == 1 and "there are: cedar-ridge, marlow-finch, northgate" in unknown.stderr


def test_verify_holds_until_somebody_tampers(run: Run, demo: Store) -> None:
    good = run("verify", "journal")
    assert good.exit_code == 0 and len(good.stdout.splitlines()) == 4
    with demo.read() as tx:
        assert journal.end(tx, "msp")[1] in good.stdout
    with demo.write() as tx:
        tx.execute(text("UPDATE journal SET actor = 'nobody' WHERE chain <> 'msp' AND position = 2"))
    bad = run("verify", "journal", "--client", "northgate")
    assert bad.exit_code == 1 and "northgate: entry 2 was changed after it was written." in bad.stderr
    assert "1 break found" in bad.stderr
    assert run("verify", "journal", "--client", "msp").exit_code == 0


def test_the_slack_manifest_is_json_on_stdout(run: Run) -> None:
    done = run("manifest", "slack", KEYLINE_PUBLIC_URL="https://keyline.example.com")
    found = json.loads(done.stdout)
    assert found["settings"]["interactivity"]["request_url"] == "https://keyline.example.com/slack/events"
    socket = run("manifest", "slack", "--socket")
    assert json.loads(socket.stdout)["settings"]["socket_mode_enabled"] is True
    missing = run("manifest", "slack")
    assert missing.exit_code == 1 and missing.stdout == "" and "KEYLINE_PUBLIC_URL" in missing.stderr


def test_the_teams_manifest_is_one_zip(run: Run, tmp_path: Path) -> None:
    env = {
        "KEYLINE_PUBLIC_URL": "https://keyline.example.com",
        "KEYLINE_TEAMS_APP_ID": "0c5e8c0e-7a52-4b8c-9f6a-2f3f6a1d0001",
    }
    done = run("manifest", "teams", "--out", "build", **env)
    assert done.exit_code == 0
    (file,) = (tmp_path / "build").iterdir()
    assert done.stdout.strip() == f"build/{file.name}" and file.suffix == ".zip"
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
    assert run("manifest", "teams").exit_code == 1
    (tmp_path / "taken").touch()
    assert run("manifest", "teams", "--out", "taken", **env).exit_code == 2


def test_the_doctor_says_what_to_mend(run: Run, demo: Store) -> None:
    ill = run("doctor", KEYLINE_SLACK_SIGNING_SECRT="x", COLUMNS="300")
    assert ill.exit_code == 1
    assert "did you mean KEYLINE_SLACK_SIGNING_SECRET?" in ill.stdout
    assert "KEYLINE_PUBLIC_URL is missing" in ill.stdout and "Neither Slack nor Teams" in ill.stdout
    env = {
        "KEYLINE_PUBLIC_URL": "https://keyline.example.com",
        "KEYLINE_SECRET_KEY": "k" * 32,
        "KEYLINE_SLACK_SIGNING_SECRET": "s",
        "KEYLINE_SLACK_BOT_TOKEN": "xoxb-1",
    }
    well = run("doctor", **env)
    assert well.exit_code == 0 and "mend" not in well.stdout
    assert run("doctor", **env | {"KEYLINE_DATABASE_URL": "sqlite:///elsewhere.db"}).exit_code == 1
    assert not Path("elsewhere.db").exists()


def test_serve_says_every_problem_and_does_not_start(run: Run) -> None:
    done = run("serve")
    assert done.exit_code == 1 and len(done.stderr.splitlines()) == 3
    assert all(sentence.endswith(".") for sentence in done.stderr.splitlines())


def test_a_closed_pipe_is_no_crash(demo: Store) -> None:
    command = f"{sys.executable} -m bot export journal --client marlow-finch | head -c 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=HOUSE,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr
