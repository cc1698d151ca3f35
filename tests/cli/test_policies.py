"""policy show, set and explain, as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage import journal
from storage.queries import directory
from storage.store import Store
from tests.cli.conftest import Run

MONDAY = "2026-06-08T16:30"
OWN = """\
# Marlow & Finch want two people from $500 on.
tiers:
  - name: Small
    up_to_minor: 50000
    steps: [{roles: [purchasing]}]
    requester_counts: true
  - name: Large
    steps:
      - {roles: [purchasing]}
      - {roles: [strategy, billing], stage: 2}
opening: 08:00
closing: 16:30
holidays: [2026-12-24]
catalogue:
  on: true
ladders:
  normal:
    unit: business_hours
    rungs:
      - {after: 0.5, deed: remind_primary}
      - {after: 10, deed: expire}
"""


def said(run: Run, *words: str) -> str:
    """What a command prints when it works."""
    done = run("policy", *words, COLUMNS="300")
    assert done.exit_code == 0, done.output
    return done.stdout


def test_show_tells_every_tier_and_what_is_the_clients_own(run: Run, demo: Store, tmp_path: Path) -> None:
    page = said(run, "show", "--client", "marlow-finch")
    assert "Marlow & Finch LLP, policy 1" in page and "own)" not in page
    assert "T2 (more than $2,500.00, up to $10,000.00): purchasing + billing or strategy" in page
    assert "T3 (more than $10,000.00, up to $25,000.00): purchasing, then strategy, with quote" in page
    assert "urgent: remind after 0.5, ask one more person after 1" in page
    (tmp_path / "own.yaml").write_text(OWN)
    said(run, "set", "own.yaml", "--client", "marlow-finch")
    page = said(run, "show", "--client", "marlow-finch")
    assert "policy 2" in page and "Purchases (the client's own)" in page and "\nAccess\n" in page
    assert "Business hours: 08:00 to 16:30, closed also on 2026-12-24." in page
    assert "Nothing that can wait is sent between 18:00 and 08:00 or on days off." in page


def test_show_tells_what_comes_by_itself_and_a_client_may_change_any_of_it(
    run: Run, demo: Store, tmp_path: Path
) -> None:
    page = said(run, "show", "--client", "northgate")
    assert "Case report: written Mon 07:00, sent 09:00, reminder Wed 09:00, unreviewed Fri 17:00." in page
    assert "Check-in: every 2 weeks, Thu 10:00, 30 minutes, with liaison." in page
    assert (
        "Review and planning session: every 3 months" in page
        and "Meetings are proposed 10 business days ahead." in page
        and "Whoever takes part is reminded 1 day and 60 minutes before." in page
    )
    assert "List of what waits: 09:00 on business days, when something does." in page
    assert "reminder 2 business days later, unreviewed 4 days later." in page
    talks = {"check_in": {"every": "1 week"}, "rap_session": {"every": "never"}}
    own = {"timetable": {"digest": {"wall": "08:15"}, "talks": talks}}
    (tmp_path / "own.json").write_text(json.dumps(own))
    said(run, "set", "own.json", "--client", "northgate")
    page = said(run, "show", "--client", "northgate")
    assert "By itself (the client's own)" in page and "Review and planning session" not in page
    assert "List of what waits: 08:15" in page
    assert "Check-in: every 1 week, Thu 10:00" in page and "Operational call: every 1 month" in page


def test_a_report_cannot_be_sent_before_it_is_written(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"timetable": {"case_report": {"sent": "06:00"}}}')
    result = run("policy", "set", "own.json", "--client", "northgate")
    assert result.exit_code == 1 and "written, sent, reminded of and left unreviewed in this order" in result.output


def test_what_json_shows_as_own_can_be_put_again(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    said(run, "set", "own.yaml", "--client", "marlow-finch")
    shown = json.loads(said(run, "show", "--client", "marlow-finch", "--json"))
    assert shown["version"] == 2 and shown["own"]["closing"] == "16:30" and shown["own"]["catalogue"] == {"on": True}
    assert shown["in_force"]["access"]["privileged"]["call_back"] is True
    (tmp_path / "own.json").write_text(json.dumps(shown["own"]))
    assert said(run, "set", "own.json", "--client", "marlow-finch") == "Nothing has changed.\n"
    assert said(run, "set", "own.json", "--client", "northgate").startswith("Policy 2 of Northgate Fabrication is in f")


def test_set_is_journalled_and_says_what_changed(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"split_guard_days": 14, "opening": "08:00"}')
    (tmp_path / "less.json").write_text('{"opening": "08:30"}')
    first = said(run, "set", "own.json", "--client", "cedar-ridge")
    assert first == "Policy 2 of Cedar Ridge Pediatrics is in force. Changed: split_guard_days, opening.\n"
    second = said(run, "set", "less.json", "--client", "cedar-ridge")
    assert second.endswith("Changed: opening. Back to the default: split_guard_days.\n")
    with demo.read() as tx:
        client = directory.client_by_slug(tx, "cedar-ridge")
        assert client is not None
        entry = [one for one in journal.export(tx, client.id) if one["what"] == "policy.put"][-1]
    assert (entry["actor"], entry["before"]["version"], entry["after"]["version"]) == ("operator", 2, 3)
    assert entry["after"]["policy"] == {"opening": "08:30"}


def test_a_dry_run_checks_and_writes_nothing(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    done = said(run, "set", "own.yaml", "--client", "marlow-finch", "--dry-run")
    assert done.startswith("own.yaml is in order. Changed: tiers, opening") and "Nothing was written" in done
    assert json.loads(said(run, "show", "--client", "marlow-finch", "--json"))["version"] == 1


def test_a_policy_edited_from_an_old_version_overwrites_nothing(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"opening": "08:00"}')
    said(run, "set", "own.json", "--client", "marlow-finch", "--based-on", "1")
    (tmp_path / "own.json").write_text('{"opening": "07:00"}')
    late = run("policy", "set", "own.json", "--client", "marlow-finch", "--based-on", "1")
    assert (late.exit_code, late.stderr) == (
        1,
        "own.json: The policy is at version 2 now, not 1. Read it again first.\n",
    )


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("p.yaml", "tiers:\n  - name: A\n    steps: []\n", "p.yaml line 3: tiers[0].steps needs at least 1"),
        ("p.yaml", "closing: 17:00\nopenning: 09:00\n", "p.yaml line 2: openning is no part of a policy"),
        ("p.yaml", "closing: '08:00'\n", "p.yaml: opening is not right: Business hours open before they close"),
        (
            "p.yaml",
            "tiers:\n  - name: A\n    up_to: 5\n    steps: [{roles: [boss]}]\n",
            "p.yaml line 3: tiers[0].up_to is",
        ),
        ("p.yaml", "ladders:\n\n  normal: 4\n", "p.yaml line 3: Ladder 'normal': A ladder is a mapping"),
        ("p.yaml", "tiers: [", "p.yaml line 1: it is not valid YAML"),
        ("p.yaml", "- 1\n", "p.yaml: A policy is an object"),
        ("p.yaml", "a: !!python/object:os.system x\n", "p.yaml line 1: it is not valid YAML"),
        ("p.yml", "? [a]\n: 1\n", "p.yml line 1: it is not valid YAML"),
        ("p.json", '{\n "tiers": []\n}', "p.json line 2: tiers needs at least 1"),
        ("p.json", '{\n\t"holidays": [\n\t\t"2026-02-30"]\n}', "p.json line 2: holidays is not right"),
        ("p.json", '{"tiers": ', "p.json line 1: it is not valid JSON"),
        ("p.json", "[" * 9_000, "p.json: it is nested too deep"),
        ("p.json", '{"split_guard_days": ' + "9" * 5_000 + "}", "p.json: it is nested too deep or holds a number"),
        ("p.json", '{"split_guard_days": NaN}', "p.json line 1: split_guard_days is a number too large"),
    ],
)
def test_a_mistake_names_file_line_and_key(
    run: Run, demo: Store, tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    (tmp_path / name).write_text(text)
    done = run("policy", "set", name, "--client", "marlow-finch")
    assert done.exit_code == 1 and "Traceback" not in done.output
    assert done.stderr.startswith(sentence), done.stderr
    assert f"Nothing was changed: mend {name}" in done.stderr


def test_a_file_that_cannot_be_read_is_a_sentence(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in run("policy", "set", "p.yaml", "--client", "marlow-finch").stderr
    assert "cannot be read" in run("policy", "set", "none.yaml", "--client", "marlow-finch").stderr
    assert run("policy", "set", "p.txt", "--client", "marlow-finch").exit_code == 2


def test_explain_tells_the_steps_one_after_the_other_with_local_dates(run: Run, demo: Store) -> None:
    page = said(run, "explain", "--client", "marlow-finch", "--amount", "12,000", "--at", MONDAY)
    assert "A purchase of $12,000.00 is T3 (up to $25,000.00)." in page
    assert "The vendor's quote has to be attached." in page
    assert "purchasing: Dana Whitlock is asked; Priya Raman could step in." in page
    assert "Then strategy: Priya Raman is asked." in page
    lines = [line.split("  ") for line in page.splitlines() if line.startswith("  ") and "EDT" in line]
    assert [(parts[1].strip(), parts[-1].strip()) for parts in lines] == [
        ("Tue Jun 9, 12:30 PM EDT", "Dana Whitlock is reminded."),
        ("Tue Jun 9, 4:30 PM EDT", "Priya Raman is asked as well."),
        ("Wed Jun 10, 12:30 PM EDT", "Dana Whitlock and Priya Raman are reminded."),
        ("Wed Jun 10, 4:30 PM EDT", "Sofia Marchetti is told to call Dana Whitlock and Priya Raman."),
        ("Mon Jun 15, 4:30 PM EDT", "It ends without an answer, and that is not an approval."),
    ]


def test_explain_tells_two_voices_at_once_and_counts_the_clients_own_clock(run: Run, demo: Store) -> None:
    page = said(run, "explain", "--client", "cedar-ridge", "--amount", "8659.88", "--at", MONDAY, "--urgent")
    assert "is T2 (up to $10,000.00), urgent." in page and "At once, in any order, different people:" in page
    assert "Tom Beckett is asked" in page and "Jill Sandoval is asked" in page
    assert "Mon Jun 8, 5:00 PM MDT" in page and "EDT" not in page


def test_explain_leaves_out_whoever_asks_and_whom_it_is_about(run: Run, demo: Store) -> None:
    words = ["explain", "--client", "marlow-finch", "--kind", "access", "--privileged", "--json", "--at", MONDAY]
    plain = json.loads(said(run, *words))
    assert (plain["tier"], plain["urgency"], plain["call_back"]) == ("privileged", "urgent", True)
    voices = plain["stages"][0]["voices"]
    assert [voice["asked"]["name"] for voice in voices] == ["Dana Whitlock", "Priya Raman"]
    about = json.loads(said(run, *words, "--about", "dana@marlowfinch.example"))
    asked = [voice["asked"]["name"] for voice in about["stages"][0]["voices"]]
    assert asked == ["Priya Raman", "Hannah Cole"] and about["silence"]
    nobody = json.loads(
        said(run, *words, "--about", "dana@marlowfinch.example", "--requested-by", "priya@marlowfinch.example")
    )
    assert nobody["blocked"] == ["security"] and nobody["silence"] == []
    page = said(run, *words[:-3], "--about", "dana@marlowfinch.example", "--requested-by", "priya@marlowfinch.example")
    assert "Nobody can be asked for security." in page and "Sofia Marchetti gets a task" in page


def test_explain_goes_by_the_policy_in_force(run: Run, demo: Store, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN)
    said(run, "set", "own.yaml", "--client", "marlow-finch")
    page = said(run, "explain", "--client", "marlow-finch", "--amount", "600", "--at", "2026-12-23T16:00")
    assert "policy 2" in page and "is Large (the highest tier)." in page
    assert "Wed Dec 23, 4:30 PM EST" in page and "Tue Dec 29, 9:00 AM EST" in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "Give --amount"),
        (["--amount", "lots"], "write an amount in USD"),
        (["--amount", "12.345"], "write an amount in USD"),
        (["--amount", "-5"], "write an amount in USD"),
        (["--amount", "1e400"], "write an amount in USD"),
        (["--amount", "nan"], "write an amount in USD"),
        (["--amount", "12.5", "--currency", "jpy"], "write an amount in JPY"),
        (["--amount", "5", "--currency", "XXX"], "is not a currency"),
        (["--amount", "5", "--privileged"], "goes with --kind access"),
        (["--amount", "5", "--kind", "access"], "Access has no --amount"),
        (["--kind", "lunch"], "purchase or access"),
        (["--amount", "5", "--at", "soon"], "write a time like"),
        (["--amount", "5", "--at", "9999-12-31T23:00"], "between 2000 and 2100"),
    ],
)
def test_explain_called_wrongly_ends_with_2(run: Run, demo: Store, words: list[str], sentence: str) -> None:
    done = run("policy", "explain", "--client", "marlow-finch", *words)
    assert done.exit_code == 2 and sentence in done.stderr, done.output


@pytest.mark.parametrize("words", [["show"], ["explain", "--amount", "5"]])
def test_an_unknown_client_or_person_is_a_sentence(run: Run, demo: Store, words: list[str]) -> None:
    done = run("policy", *words, "--client", "nobody")
    assert done.exit_code == 1 and "There is no client called nobody; there are: cedar-ridge" in done.stderr
    stranger = run("policy", "explain", "--client", "northgate", "--amount", "5", "--requested-by", "a@b.example")
    assert (stranger.exit_code, "nobody with the e-mail" in stranger.stderr) == (1, True)
