"""notice: raised, looked at, updated, ended and exported as an operator does it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from bot.cli.noticetables import watch
from storage.queries import notices
from storage.store import Store
from tests.cli.conftest import Run
from tests.web.told import tell

EVERYBODY = ("--client", "marlow-finch", "--client", "cedar-ridge", "--client", "northgate/leipzig")
OUTAGE = ("raise", *EVERYBODY, "--severity", "1", "--services", "E-mail", "--impact", "Mail arrives late.")


def said(run: Run, *words: str) -> str:
    """What a command prints when it works."""
    done = run("notice", *words, COLUMNS="300")
    assert done.exit_code == 0, done.output
    return done.stdout


def count(store: Store, table: str) -> int:
    """How many rows there are."""
    with store.read() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_a_dry_run_shows_who_would_get_it_and_writes_nothing(run: Run, demo: Store) -> None:
    page = said(run, *OUTAGE, "--dry-run")
    assert "3 clients, 5 people." in page and "Nothing was written (--dry-run)." in page
    for name in ("Tom Beckett", "Dana Whitlock", "Luis Ortega", "Anja Vogel", "Marcus Hale"):
        assert name in page
    assert "Leipzig" in page and "Toledo" not in page and "slack" in page and "teams" in page
    assert count(demo, "notice") == 0


def test_it_asks_before_it_sends_and_sends_nothing_without_a_yes(run: Run, demo: Store) -> None:
    from typer.testing import CliRunner

    from bot.cli.main import app

    for answer, code, rows in (("n\n", 1, 0), ("", 1, 0), ("y\n", 0, 1)):
        done = CliRunner().invoke(app, ["notice", *OUTAGE], input=answer)
        assert done.exit_code == code and "Send it to 3 clients, 5 people?" in done.output
        assert count(demo, "notice") == rows
    assert "N-1 is on its way to 5 people of 3 clients." in done.output


def test_a_notice_from_the_first_word_to_the_root_cause(run: Run, demo: Store) -> None:
    assert "N-1 is on its way to 5 people of 3 clients." in said(run, *OUTAGE, "--yes", "--next-update", "30m")
    assert "Update 1 of N-1" in said(run, "no-change", "n-1", "--next-update", "2h")
    better = ("--text", "Queues drain.", "--state", "monitoring", "--workaround", "Use the phone.")
    assert "Update 2 of N-1" in said(run, "update", "N-1", *better)
    assert "Tom Beckett knows" in said(run, "heard", "N-1", "--person", "tom@cedarridge.example", "--note", "Called.")
    assert "4 people are reminded" in said(run, "remind", "N-1")
    board = said(run, "show", "N-1")
    assert "Monitoring" in board and "Queues drain." in board and "5 told, 0 reached, 1 acknowledged" in board
    assert "Acknowledged" in board and "On its way" in board and "Times in America/New_York" in board
    assert "resolved" in said(run, "resolve", "N-1", "--text", "All mail is delivered.")
    assert "open again" in said(run, "reopen", "N-1", "--text", "Mail is late again.")
    said(run, "resolve", "N-1", "--text", "Delivered for good.")
    cause = ("--summary", "A disk was full.", "--fix", "Emptied.", "--prevent", "It is watched.")
    assert "as N-2" in said(run, "root-cause", "N-1", *cause)
    assert "Why: A disk was full." in said(run, "show", "N-2")
    listed = said(run, "list")
    assert "N-2" in listed and "N-1" in listed and "0 of 5" in listed
    assert "N-1" not in said(run, "list", "--state", "resolved")
    assert said(run, "list", "--state", "cancelled") == "There is no such notice.\n"


def test_a_draft_is_shown_with_whom_it_is_for_and_sent(run: Run, demo: Store) -> None:
    assert "N-1 is a draft" in said(run, *OUTAGE, "--draft", "--impact-for", "cedar-ridge=The fax is late too.")
    page = said(run, "show", "N-1")
    assert "A draft for 3 clients, 5 people." in page and "Anja Vogel" in page
    assert "on its way to 5 people" in said(run, "send", "N-1")
    assert said(run, *OUTAGE, "--draft").endswith("look at it and send it.\n")
    assert "gone" in said(run, "cancel", "N-2", "--reason", "Not needed.")
    with demo.read() as tx:
        impacts = tx.execute(text("SELECT impact FROM notice_place WHERE impact <> ''")).scalars().all()
    assert impacts == ["The fax is late too."]


def test_json_says_what_rest_says(run: Run, demo: Store) -> None:
    said(run, *OUTAGE, "--yes", "--since", "2026-01-02T10:00", "--external-ref", "M-7")
    one = json.loads(said(run, "show", "N-1", "--json"))
    (listed,) = json.loads(said(run, "list", "--json", "--client", "northgate"))
    assert listed == {name: one[name] for name in listed}
    assert one["started_at"] == "2026-01-02T15:00:00Z" and one["external_ref"] == "M-7"
    assert [(place["client"], place["location"]) for place in one["places"] if place["client"] == "northgate"] == [
        ("northgate", "leipzig")
    ]
    assert len(one["receipts"]) == 5 and one["counts"]["recipients"] == 5


def test_receipts_are_exported_to_a_file_or_to_stdout(run: Run, demo: Store, tmp_path: Path) -> None:
    told = tell(demo, contacts=7)
    with demo.write() as tx:
        tx.execute(text("UPDATE person SET name = '=cmd()' WHERE id = :id"), {"id": told.people[0]})
    printed = said(run, "receipts", "N-1")
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert len(rows) == 7 and rows[0]["Name"] == "'=cmd()" and rows[0]["Sent"] == "2026-06-08T08:55:00-04:00"
    assert said(run, "receipts", "N-1", "--csv", "out.csv") == "7 readers written to out.csv.\n"
    assert (tmp_path / "out.csv").read_bytes().decode() == printed.replace("\r\n", "\n").replace("\n", "\r\n")
    done = run("notice", "receipts", "N-1", "--csv", "no/such/folder.csv")
    assert done.exit_code == 1 and "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*OUTAGE, "--severity", "5"), "--severity 5: it is 1, 2, 3 or 4"),
        ((*OUTAGE, "--next-update", "soon"), "--next-update soon: write a time like"),
        ((*OUTAGE, "--since", "0001-01-01"), "the year has to be"),
        ((*OUTAGE, "--impact-for", "cedar-ridge"), "write it like --impact-for"),
        ((*OUTAGE, "--kind", "lunch"), "lunch"),
        (("list", "--state", "open"), "--state open: it is one of draft,"),
        (("raise", "--client", "all"), "severity"),
        (("update", "N-1"), "text"),
        (("show",), "NOTICE"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else "",
)
def test_what_is_called_wrongly_ends_with_2(run: Run, demo: Store, words: tuple[str, ...], sentence: str) -> None:
    done = run("notice", *words, COLUMNS="300")
    assert done.exit_code == 2 and sentence in done.stderr and count(demo, "notice") == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("raise", "--client", "nobody", *OUTAGE[7:], "--yes"), "There is no client called nobody."),
        (("raise", "--client", "northgate/atlantis", *OUTAGE[7:], "--yes"), "There is no office called"),
        ((*OUTAGE, "--yes", "--impact-for", "nobody=x"), "nobody is none of the clients"),
        ((*OUTAGE, "--yes", "--next-update", "2020-01-01T10:00"), "has to lie ahead"),
        ((*OUTAGE, "--yes", "--since", "2099-01-01T10:00"), "later than now"),
        (("show", "N-9"), "There is no notice N-9; `notice list`"),
        (("show", "\x00"), "There is no notice"),
        (("list", "--client", "nobody"), "There is no client called nobody; there are: cedar-ridge,"),
        (("heard", "N-1", "--person", "x@y.example"), "There is no notice N-1"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_ends_with_1_and_a_sentence(
    run: Run, demo: Store, words: tuple[str, ...], sentence: str
) -> None:
    done = run("notice", *words, COLUMNS="300")
    assert done.exit_code == 1 and sentence in done.stderr, done.output
    assert "Traceback" not in done.output and count(demo, "notice") == 0


def test_what_the_present_state_does_not_allow_ends_with_1(run: Run, demo: Store) -> None:
    said(run, *OUTAGE, "--yes")
    said(run, "cancel", "N-1")
    for words in (("update", "N-1", "--text", "x"), ("resolve", "N-1", "--text", "x"), ("send", "N-1")):
        done = run("notice", *words)
        assert done.exit_code == 1 and "N-1 is cancelled" in done.stderr
    done = run("notice", "heard", "N-1", "--person", "nobody@cedar.example")
    assert done.exit_code == 1 and "has somebody with the e-mail nobody@cedar.example" in done.stderr


def test_of_very_many_the_preview_names_the_first_and_everybody_out_of_reach(run: Run, demo: Store) -> None:
    tell(demo, clients=60, contacts=1)
    with demo.write() as tx:
        tx.execute(text("UPDATE client SET default_contact_id = 'per_' || id || '_0' WHERE slug LIKE 'client-%'"))
        tx.execute(text("UPDATE identity SET reachable = false WHERE person_id = 'per_cl_1_59_0'"))
    page = said(run, "raise", "--client", "all", *OUTAGE[7:], "--dry-run")
    assert "63 clients, 64 people." in page and "more who can be reached" in page
    assert "no chat account" in page and "Nobody can be reached for Company 059" not in page
    assert page.count("Company 0") < 50


def test_watching_follows_until_nobody_more_is_awaited(demo: Store) -> None:
    told, looks = tell(demo, contacts=4), 0
    with demo.write() as tx:
        tx.execute(text("UPDATE receipt SET state = 'queued'"))
        tx.execute(text("UPDATE delivery SET reached_at = NULL"))

    def meanwhile(_seconds: float) -> None:
        nonlocal looks
        looks += 1
        with demo.write() as tx:
            rows = notices.receipts_of(tx, told.id)
            state = "undeliverable" if looks == 1 else "acknowledged" if looks < 4 else "covered"
            notices.change_receipts(tx, [rows[looks - 1].id], state=state)
            if looks > 1:
                arrived = {"person": rows[looks - 1].person_id}
                tx.execute(text("UPDATE delivery SET reached_at = created_at WHERE person_id = :person"), arrived)

    page = Console(file=io.StringIO(), width=120, force_terminal=True)
    ending = watch(demo, told.id, page, seconds=0, wait=meanwhile)
    assert looks == 4
    assert ending == "3 of 4 reached, 2 acknowledged, 1 covered by others. 1 cannot be reached."
    assert "Reached" in page.file.getvalue() and "3/3" in page.file.getvalue()


def test_watching_ends_with_the_notice_and_with_ctrl_c(demo: Store) -> None:
    told = tell(demo, contacts=3, state="resolved")
    quiet = Console(file=io.StringIO())
    assert watch(demo, told.id, quiet, wait=lambda _: pytest.fail("waits")).startswith("3 of 3 reached")
    with demo.write() as tx:
        notices.change_notice(tx, told.id, state="investigating")

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    assert watch(demo, told.id, quiet, wait=stop).startswith("Not watching any more. 3 of 3 reached")
    assert watch(demo, "ntc_none", quiet, seconds=timedelta(0).seconds) == "Nobody has been told yet."
