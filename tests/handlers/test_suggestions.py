"""What a pulse suggests, by the rules and their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mechanisms.talks.suggesting import COLOURS, PREFERENCES, Said, Signs, suggest
from handlers.timetable import Pulses

POLICY = Pulses()


def of(colour: str, users: int | None = None, then: int | None = None, preference: str = "normal") -> tuple[str, str]:
    found = suggest(Said(colour, users, then, preference), Signs(), POLICY)
    return found["pulse"], found["vcio_meeting"]


def test_an_amber_client_that_grows_fast_is_asked_weekly_and_met_monthly() -> None:
    found = suggest(Said("amber", 142, 118, "normal"), Signs(), POLICY, "Ben Okafor")
    assert (found["pulse"], found["vcio_meeting"], found["temperature"]) == ("7 days", "1 month", "amber")
    assert found["why"] == [
        "Ben Okafor says that the relationship is amber.",
        "Users have grown by 20.3 % in a year (118 to 142).",
    ]


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        (("red",), ("7 days", "1 month")),
        (("amber",), ("14 days", "3 months")),
        (("green",), ("30 days", "3 months")),
        (("green", 120, 100), ("30 days", "3 months")),  # exactly a fifth is not fast
        (("green", 121, 100), ("14 days", "1 month")),
        (("green", None, None, "frequent"), ("14 days", "3 months")),
        (("amber", None, None, "frequent"), ("7 days", "3 months")),
        (("amber", None, None, "light"), ("30 days", "3 months")),
        (("green", None, None, "light"), ("60 days", "3 months")),  # how it grows is not known
        (("green", 104, 100, "light"), ("60 days", "6 months")),
        (("green", 105, 100, "light"), ("60 days", "3 months")),  # exactly a twentieth is not slow
        (("green", 90, 100, "light"), ("60 days", "6 months")),
        (("green", 130, 100, "light"), ("30 days", "1 month")),  # one shorter and one longer
        (("red", 100, 100, "light"), ("7 days", "1 month")),  # red is never asked later
        (("green", 10, 0), ("30 days", "3 months")),
    ],
)
def test_the_rules_of_the_rhythm(given_: tuple[object, ...], wanted: tuple[str, str]) -> None:
    assert of(*given_) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("signs", "worse"),
    [
        (Signs(unreviewed=1), False),
        (Signs(unreviewed=2), True),
        (Signs(lowest=3), False),
        (Signs(lowest=2), True),
        (Signs(missed=1), True),
        (Signs(unreviewed=2, lowest=1, missed=3), True),
    ],
)
def test_what_was_noticed_suggests_one_colour_worse_and_never_two(signs: Signs, worse: bool) -> None:
    found = [suggest(Said(colour), signs, POLICY) for colour in ("green", "amber", "red")]
    assert [one["temperature"] for one in found] == (["amber", "red", "red"] if worse else ["green", "amber", "red"])
    assert [one["pulse"] for one in found] == (
        ["14 days", "7 days", "7 days"] if worse else ["30 days", "14 days", "7 days"]
    )


def test_the_suggestion_says_why_and_who_said_what() -> None:
    found = suggest(Said("green", preference="light"), Signs(unreviewed=3, missed=1), POLICY, "Ben Okafor")
    assert found["why"] == [
        "Ben Okafor says that the relationship is green.",
        "The last 3 reports were not reviewed.",
        "A talk was missed.",
        "That suggests amber instead of green.",
        "The client prefers to hear from you less often.",
    ]


@pytest.mark.parametrize(
    ("users", "then", "said"),
    [(142, 118, "+20.3 %"), (100, 100, "+0.0 %"), (90, 100, "-10.0 %"), (100, None, ""), (None, 100, ""), (5, 0, "")],
)
def test_growth_is_said_with_one_digit(users: int | None, then: int | None, said: str) -> None:
    assert Said("green", users, then).growth == said


@given(
    st.sampled_from(COLOURS),
    st.none() | st.integers(0, 10_000),
    st.none() | st.integers(0, 10_000),
    st.sampled_from(PREFERENCES),
    st.integers(0, 5),
    st.none() | st.integers(1, 5),
    st.integers(0, 3),
)
def test_whatever_is_said_the_suggestion_is_one_of_the_rhythms(
    colour: str, users: int | None, then: int | None, preference: str, unreviewed: int, lowest: int | None, missed: int
) -> None:
    found = suggest(Said(colour, users, then, preference), Signs(unreviewed, lowest, missed), POLICY)
    assert found["pulse"] in ("7 days", "14 days", "30 days", "60 days")
    assert found["vcio_meeting"] in ("1 month", "3 months", "6 months")
    assert COLOURS.index(found["temperature"]) in (COLOURS.index(colour), COLOURS.index(colour) - 1)
    if found["temperature"] == "red":
        assert (found["pulse"], found["vcio_meeting"]) == ("7 days", "1 month")
