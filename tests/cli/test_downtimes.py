"""downtime: rehearsed, offered, looked at, carried through and given up as an operator does it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.cli.downtimewhat import span_of, window_of
from handlers.commands import AnswerWindows, Chat, ChooseWindow, Event, Ref
from handlers.desk import Desk
from storage.store import Store
from tests.cli.conftest import Run

ZONE = "America/New_York"
NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)


def weekend(weeks: int) -> str:
    """A Sunday morning far enough ahead of the real clock, which the command line goes by."""
    today = datetime.now(UTC).date()
    day = today + timedelta(days=(6 - today.weekday()) % 7 + 7 * weeks)
    return f"{day}T06:00/10:00"


def upgrade(*more: str) -> tuple[str, ...]:
    words = ("--client", "northgate", "--work", "Firewall upgrade", "--implications", "No internet.")
    return ("raise", *words, "--window", weekend(5), *more)


def said(run: Run, *words: str) -> str:
    """What a command prints when it works."""
    done = run("downtime", *words, COLUMNS="300")
    assert done.exit_code == 0, done.output
    return done.stdout


def count(store: Store, table: str = "downtime") -> int:
    with store.read() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def pressed(store: Store, name: str, make: type, *args: object) -> None:
    """Somebody does that in chat."""
    with store.read() as tx:
        row = tx.execute(
            text("SELECT i.* FROM identity i JOIN person p ON p.id = i.person_id WHERE p.name = :name"), {"name": name}
        ).one()
        id_ = tx.execute(text("SELECT id FROM downtime")).scalar_one()
    event = Event(
        f"{name}:{make.__name__}:{args}", datetime.now(UTC), Chat(row.platform, row.org, row.user), row.platform
    )
    Desk(store).perform(make(Ref("downtime", id_), *args), event)


def test_a_dry_run_shows_what_it_would_come_to_and_writes_nothing(run: Run, demo: Store) -> None:
    page = said(run, *upgrade("--dry-run"))
    assert "In Leipzig: Sun" in page and "Large work" in page and "On offer" in page
    assert "Marcus Hale" in page and "Anja Vogel" in page and "Coordinator" in page
    assert "Answers count until" in page and page.endswith("Nothing was written (--dry-run).\n")
    awkward = said(run, *upgrade("--dry-run", "--window", weekend(5).replace("/10:00", "/34h")))
    assert "business hours of Toledo" in awkward and "say with --override" in awkward
    assert count(demo) == 0


def test_it_asks_before_it_offers_and_offers_nothing_without_a_yes(run: Run, demo: Store) -> None:
    from typer.testing import CliRunner

    from bot.cli.main import app

    for answer, code, rows in (("n\n", 1, 0), ("", 1, 0), ("y\n", 0, 1)):
        done = CliRunner().invoke(app, ["downtime", *upgrade()], input=answer)
        assert done.exit_code == code and "Offer it to 2 people?" in done.output, done.output
        assert count(demo) == rows
    assert "D-1 has been sent." in done.output


def test_what_speaks_against_a_time_needs_a_reason(run: Run, demo: Store) -> None:
    awkward = upgrade("--window", weekend(5).replace("/10:00", "/34h"))
    done = run("downtime", *awkward, "--yes", COLUMNS="300")
    assert done.exit_code == 1 and "say with --override why" in done.stderr and count(demo) == 0
    assert "D-1 has been sent." in said(run, *awkward, "--yes", "--override", "Marcus agreed on the phone.")
    assert "Offered all the same: Marcus agreed on the phone." in said(run, "show", "D-1")


def test_a_downtime_from_the_offer_to_the_postponement(run: Run, demo: Store) -> None:
    said(run, *upgrade("--yes", "--engineer", "kai@harborline.example", "--before", "Log off.", "--office", "leipzig"))
    assert "Anja Vogel will be reminded now." in said(run, "remind", "d-1"), "it is not Marcus's turn yet"
    pressed(demo, "Anja Vogel", AnswerWindows, 1, False, (), "The night shift works.")
    page = said(run, "show", "D-1")
    assert "To be agreed" in page and "Objects" in page and "Time 1: no, The night shift works." in page
    assert "does the work: Kai Turner" in page and "Before: Log off." in page
    assert "Without an answer by" in page and "nothing is agreed and no work is done." in page
    assert "new times" in said(run, "offer", "D-1", "--window", weekend(6), "--text", "A week later.")
    pressed(demo, "Anja Vogel", AnswerWindows, 2, True)
    pressed(demo, "Marcus Hale", ChooseWindow, 2, 1)
    agreed = said(run, "show", "D-1")
    assert "by Marcus Hale" in agreed and "Said yes" in agreed and "not yet" in agreed
    early = run("downtime", "start", "D-1")
    assert early.exit_code == 1 and "15 minutes before it at the earliest" in early.stderr
    listed = said(run, "list", "--life", "scheduled")
    assert "D-1" in listed and "Northgate Fabrication" in listed
    assert said(run, "list", "--state", "draft") == "There is no such downtime.\n"
    done = said(run, "postpone", "D-1", "--reason", "A part is missing.", "--window", weekend(8))
    assert "D-1 is postponed." in done and "D-2 has been sent." in done
    assert "Postponed" in said(run, "show", "D-1")
    assert "withdrawn" in said(run, "withdraw", "D-2", "--reason", "Not needed.")


def test_work_under_way_is_extended_finished_and_completed(run: Run, demo: Store) -> None:
    said(run, *upgrade("--yes"))
    with demo.write() as tx:
        now = datetime.now(UTC)
        times = {"a": now - timedelta(hours=1), "b": now + timedelta(hours=1)}
        tx.exec_driver_sql("UPDATE offered_window SET state = 'chosen'")
        tx.execute(
            text("UPDATE downtime SET state='accepted', life='announced', starts_at=:a, ends_at=:b"),
            {name: moment.isoformat(sep=" ").removesuffix("+00:00") for name, moment in times.items()},
        )
    assert "has begun" in said(run, "start", "D-1")
    assert "takes longer" in said(run, "extend", "D-1", "--by", "20m", "--text", "One is restarting.")
    assert "takes longer" in said(
        run, "extend", "D-1", "--until", "3h", "--text", "Two are."
    )  # asked for in business hours
    assert "being checked" in said(run, "finish", "D-1")
    assert "completed" in said(run, "complete", "D-1", "--text", "Both are up.")
    page = said(run, "show", "D-1")
    assert "The work has begun." in page and "It takes longer, until" in page and "One is restarting." in page
    steps = json.loads(said(run, "show", "D-1", "--json"))["steps"]
    assert [one["what"] for one in steps] == ["started", "extended", "extended", "finished", "completed"]
    planned = datetime.fromisoformat(steps[1]["until"]) - times["b"]
    assert abs(planned - timedelta(minutes=20)) < timedelta(seconds=1)


def test_json_says_what_rest_says(run: Run, demo: Store) -> None:
    said(run, *upgrade("--draft", "--external-ref", "M-7"))
    one = json.loads(said(run, "show", "D-1", "--json"))
    (listed,) = json.loads(said(run, "list", "--json", "--client", "northgate"))
    assert listed == {name: one[name] for name in listed}
    assert (one["state"], one["external_ref"], len(one["windows"])) == ("draft", "M-7", 1)
    assert "has been sent" in said(run, "send", "D-1")
    assert "cancel" not in said(run, "withdraw", "D-1")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("raise", "--client", "northgate"), "work"),
        ((*upgrade()[:-1], "tomorrow"), "--window tomorrow: write it like"),
        ((*upgrade()[:-1], "2026-06-21T06:00"), "--window 2026-06-21T06:00: write it like"),
        ((*upgrade()[:-1], "2h/4h"), "--window 2h/4h: write it like"),
        ((*upgrade()[:-1], "2026-06-21T06:00/25:00"), "write it like"),
        ((*upgrade()[:-1], "2026-06-21T06:00/later"), "--window later: write a time like"),
        (("list", "--state", "open"), "--state open: it is one of draft,"),
        (("list", "--life", "open"), "--life open: it is one of scheduled,"),
        (("extend", "D-1"), "Give either --until"),
        (("extend", "D-1", "--until", "2h", "--by", "2h"), "Give either --until"),
        (("extend", "D-1", "--by", "soon"), "--by soon: write it like 20m"),
        (("cancel", "D-1"), "reason"),
        (("show",), "DOWNTIME"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else "",
)
def test_what_is_called_wrongly_ends_with_2(run: Run, demo: Store, words: tuple[str, ...], sentence: str) -> None:
    done = run("downtime", *words, COLUMNS="300")
    assert done.exit_code == 2 and sentence in done.stderr and count(demo) == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((*upgrade("--yes"), "--client", "nobody"), "There is no client called nobody"),
        ((*upgrade("--yes"), "--office", "atlantis"), "There is no office called atlantis"),
        ((*upgrade("--yes"), "--implications", " "), "what will not work"),
        ((*upgrade("--yes"), "--engineer", "marcus@northgate.example"), "your own team"),
        ((*upgrade("--yes")[:8], "2020-06-21T06:00/10:00", "--yes"), "begins in the past"),
        (("show", "D-9"), "There is no downtime D-9; `downtime list`"),
        (("start", "\x00"), "There is no downtime"),
        (("extend", "D-9", "--by", "20m"), "There is no downtime"),
        (("list", "--client", "nobody"), "There is no client called nobody; there are: cedar-ridge,"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_ends_with_1_and_a_sentence(
    run: Run, demo: Store, words: tuple[str, ...], sentence: str
) -> None:
    done = run("downtime", *words, COLUMNS="300")
    assert done.exit_code == 1 and sentence in done.stderr, done.output
    assert "Traceback" not in done.output and count(demo) == 0


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("2026-06-21T06:00/10:00", 4),
        ("2026-06-20T18:00/4h", 4),
        ("2026-06-20T18:00/1h30m", 1.5),
        ("2026-06-20T22:00/2:30", 4.5),
        ("2026-06-20T18:00/2026-06-21T02:00", 8),
        ("2026-06-21T06:00+02:00/10:00", 4),
        ("2026-10-31T22:00/06:00", 9),
    ],
)
def test_a_time_is_typed_as_people_write_it(typed: str, hours: float) -> None:
    window = window_of(typed, "--window", ZONE, NOW)
    lasts = window.ends_at.astimezone(UTC) - window.starts_at.astimezone(UTC)
    assert lasts == timedelta(hours=hours), "the night of a clock change has another length"


@pytest.mark.parametrize(("text_", "minutes"), [("20m", 20), ("2h", 120), ("1h30m", 90), ("", 0), ("10", 0), ("x", 0)])
def test_a_length_is_hours_and_minutes(text_: str, minutes: int) -> None:
    assert span_of(text_) == (timedelta(minutes=minutes) if minutes else None)
