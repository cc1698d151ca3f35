"""blackout and prefer: said, listed and taken back as an operator does it."""

from __future__ import annotations

import json

import pytest

from storage.store import Store
from tests.cli.conftest import Run
from tests.cli.test_downtimes import upgrade

MONDAYS = ("--client", "cedar-ridge", "--weekday", "monday", "--from", "07:00", "--until", "12:00")
NIGHTS = ("--client", "northgate", "--location", "leipzig", "--weekday", "sat", "--from", "22:00", "--until", "06:00")


def said(run: Run, *words: str) -> str:
    """What a command prints when it works."""
    done = run(*words, COLUMNS="300")
    assert done.exit_code == 0, done.output
    return done.stdout


def listed(run: Run, *words: str) -> list[dict[str, object]]:
    """The JSON of a list."""
    found: list[dict[str, object]] = json.loads(said(run, *words, "--json"))
    return found


def test_a_blackout_from_the_first_word_to_the_last(run: Run, demo: Store) -> None:
    before = len(listed(run, "blackout", "list"))
    assert said(run, "blackout", "add", *NIGHTS, "--why", "The night shift [works]") == (
        "Noted: Leipzig wants no work on Sat 22:00 to 06:00: The night shift [works].\n"
    )
    page = said(run, "blackout", "list", "--client", "northgate")
    assert "Sat 22:00 to 06:00" in page and "The night shift [works]" in page and "operator" in page
    (found,) = [one for one in listed(run, "blackout", "list", "--client", "northgate") if one["location"] == "leipzig"]
    assert found["weekly"] == {"weekday": "saturday", "from": "22:00", "until": "06:00"}
    assert said(run, "blackout", "remove", str(found["id"])).startswith("Gone: Leipzig wants no work")
    assert said(run, "blackout", "remove", str(found["id"])) == "That blackout is gone already.\n"
    assert len(listed(run, "blackout", "list")) == before


def test_a_single_time_is_meant_on_the_clock_of_the_office(run: Run, demo: Store) -> None:
    once = ("--client", "northgate", "--location", "Leipzig", "--starts", "2027-06-19T00:00", "--ends", "2027-06-21")
    said(run, "blackout", "add", *once, "--why", "Audit")
    (found,) = [one for one in listed(run, "blackout", "list", "--client", "northgate") if one["once"]]
    assert found["once"] == {"start": "2027-06-18T22:00:00Z", "end": "2027-06-20T22:00:00Z"}


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("add", *MONDAYS[:4], "--why", "x"), 2, "Give --weekday, --from and --until"),
        (("add", *MONDAYS, "--starts", "2027-06-19", "--why", "x"), 2, "Give --weekday"),
        (("add", *MONDAYS[:2], "--starts", "soon", "--ends", "2027-06-19", "--why", "x"), 2, "write a time like"),
        (("add", *MONDAYS[:2], "--starts", "0001-01-01", "--ends", "2027-06-19", "--why", "x"), 2, "the year"),
        (("add", *MONDAYS[:2], "--weekday", "m", *MONDAYS[4:], "--why", "x"), 2, "a day like monday"),
        (("add", *MONDAYS[:4], "--from", "7", "--until", "12:00", "--why", "x"), 1, "hours like 07:00"),
        (("add", *MONDAYS, "--why", " "), 1, "Please give the reason."),
        (("add", "--client", "nobody", *MONDAYS[2:], "--why", "x"), 1, "no client called nobody"),
        (("add", *MONDAYS, "--location", "atlantis", "--why", "x"), 1, "no office called atlantis"),
        (("list", "--client", "nobody"), 1, "There is no client called nobody; there are: cedar-ridge"),
        (("remove", "blk_none"), 1, "There is no such blackout."),
        (("remove", "é"), 1, "There is no such blackout."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_in_a_sentence(
    run: Run, demo: Store, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = run("blackout", *words)
    assert (done.exit_code, sentence in done.output) == (code, True), done.output


def test_a_preferred_time_is_said_shown_and_taken_away(run: Run, demo: Store) -> None:
    weekends = ("--client", "cedar-ridge", "--day", "saturday", "--day", "sun", "--from", "06:00", "--until", "18:00")
    assert said(run, "prefer", *weekends) == ("Noted: Cedar Ridge Pediatrics prefers Sat and Sun 6:00 AM to 6:00 PM.\n")
    assert "Sat and Sun 6:00 AM to 6:00 PM" in said(run, "prefer", "--client", "cedar-ridge")
    (shown,) = listed(run, "prefer", "--client", "cedar-ridge")
    assert shown["weekdays"] == ["saturday", "sunday"]
    assert said(run, "prefer", "--client", "cedar-ridge", "--none").endswith("has no preferred times any more.\n")
    assert said(run, "prefer", "--client", "cedar-ridge") == "Nobody has said when work is liked to be done.\n"
    for words in (("--day", "sunday"), ("--none",), ("--client", "cedar-ridge", "--none", "--day", "sunday")):
        assert run("prefer", *words).exit_code == 2
    assert run("prefer", "--client", "cedar-ridge", "--day", "someday").exit_code == 2
    assert run("prefer", "--client", "cedar-ridge", "--day", "sunday", "--from", "dawn").exit_code == 1


def test_a_dry_run_says_which_times_are_outside_what_is_preferred(run: Run, demo: Store) -> None:
    said(run, "prefer", "--client", "northgate", "--location", "leipzig", "--day", "friday")
    page = said(run, "downtime", *upgrade("--dry-run"))
    assert "It is outside the preferred times of Leipzig: Fri all day." in page
