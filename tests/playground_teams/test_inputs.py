"""How a person's entries become the strings that the client sends, and which of them it will not send."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.playground.teams.inputs import fill

CHOICES = [{"title": "Normal", "value": "normal"}, {"title": "Urgent, now", "value": "urgent"}]
CHOICE = {"type": "Input.ChoiceSet", "id": "x", "label": "Urgency", "choices": CHOICES}
DAY = {"type": "Input.Date", "id": "x", "label": "n"}
TOGGLE = {"type": "Input.Toggle", "id": "x", "title": "I agree", "valueOn": "yes", "valueOff": "no"}


def text(**more: Any) -> dict[str, Any]:
    return {"type": "Input.Text", "id": "x", "label": "Reason"} | more


@pytest.mark.parametrize(
    ("field", "given", "sent"),
    [
        (text(), {"Reason": "no"}, "no"),
        (text(), {"reason *": "no"}, "no"),
        (text(label="Reason *"), {"Reason": "no"}, "no"),
        (text(label="", placeholder="Why?"), {"Why?": "no"}, "no"),
        (text(value="kept"), {}, "kept"),
        (text(), {}, ""),
        (CHOICE, {"Urgency": "Urgent, now"}, "urgent"),
        (CHOICE, {"Urgency": "urgent"}, "urgent"),
        (CHOICE, {}, None),
        (CHOICE | {"isMultiSelect": True}, {"Urgency": ["Normal", "Urgent, now"]}, "normal,urgent"),
        (CHOICE | {"isMultiSelect": True}, {"Urgency": "normal,urgent"}, "normal,urgent"),
        (TOGGLE, {"I agree": True}, "yes"),
        (TOGGLE, {"I agree": False}, "no"),
        (TOGGLE, {}, "no"),
        ({"type": "Input.Number", "id": "x", "label": "Units"}, {"Units": 6}, "6"),
        ({"type": "Input.Number", "id": "x", "label": "Units"}, {}, None),
        ({"type": "Input.Date", "id": "x", "label": "Until"}, {"Until": date(2026, 6, 22)}, "2026-06-22"),
        ({"type": "Input.Time", "id": "x", "label": "At"}, {"At": "16:30"}, "16:30"),
    ],
)
def test_an_entry_is_sent_as_a_string(field: dict[str, Any], given: dict[str, Any], sent: str | None) -> None:
    filled = fill([field], given, "label")
    assert (filled.values.get("x"), filled.errors, filled.left) == (sent, {}, {})


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        (text(isRequired=True), "", "This field is required."),
        (text(isRequired=True, errorMessage="Say why."), "", "Say why."),
        (text(maxLength=3), "four", "At most 3 characters."),
        (text(regex="^[0-9]+$"), "many", "This does not have the right form."),
        (CHOICE, "Later", "'Later' is not one of the choices."),
        (CHOICE | {"isRequired": True}, None, "This field is required."),
        (TOGGLE | {"isRequired": True}, False, "This field is required."),
        ({"type": "Input.Number", "id": "x", "label": "n", "max": 5}, "6", "6 is out of range."),
        ({"type": "Input.Number", "id": "x", "label": "n"}, "six", "'six' cannot be typed here."),
        (
            DAY | {"min": "2026-06-08"},
            "2026-06-07",
            "2026-06-07 is out of range.",
        ),
        (DAY, "22.6.2026", "'22.6.2026' cannot be typed here."),
        ({"type": "Input.Time", "id": "x", "label": "n"}, "25:00", "'25:00' cannot be typed here."),
    ],
)
def test_what_the_client_does_not_send_and_what_it_sends_unchecked(
    field: dict[str, Any], value: Any, error: str
) -> None:
    given = {} if value is None else {"x": value}
    assert fill([field], given, "id").errors == {"x": error}
    unchecked = fill([field], given, "id", checks=False)
    assert unchecked.errors == {}
    if isinstance(value, str):
        assert unchecked.values["x"] == value


def test_a_moment_fills_a_date_and_the_time_beside_it() -> None:
    fields = [
        {"type": "Input.Date", "id": "day", "label": "Next update"},
        {"type": "Input.Time", "id": "time", "label": "Time"},
        {"type": "Input.Time", "id": "other", "label": "Other"},
    ]
    filled = fill(fields, {"Next update": "2026-06-09T11:12:00-04:00"}, "label")
    assert filled.values == {"day": "2026-06-09", "time": "11:12", "other": ""}


def test_what_fits_no_input_is_left_over() -> None:
    assert fill([text()], {"Reason": "no", "Colour": "red"}, "label").left == {"Colour": "red"}
