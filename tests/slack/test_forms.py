"""Forms as modal views, and what people enter in them as inputs."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cards.card import Field, Form, Option
from bot.playground.slack.view import check_view
from bot.slack import forms, limits
from bot.slack.claims import Malformed, unpack
from tests.slack import samples
from tests.slack.judge import judge_view, texts
from tests.slack.test_blocks import golden


@pytest.mark.parametrize("name", samples.FORMS)
def test_a_form_is_drawn_as_agreed(name: str) -> None:
    view = forms.view(samples.FORMS[name], channel="D0DANA")
    judge_view(view)
    check_view(view)
    golden(f"form_{name}", view)


def test_a_form_knows_what_it_is_about() -> None:
    claim = unpack(forms.view(samples.REJECT, channel="D1")["private_metadata"])
    assert (claim.verb, str(claim.ref), claim.version, claim.revision, claim.channel) == (
        "reject",
        "approval:apr_0190",
        1,
        2,
        "D1",
    )


def _elements(form: Form) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in forms.view(form)["blocks"] if block["type"] == "input"}


def test_every_kind_has_its_own_input_and_starting_value() -> None:
    found = _elements(samples.EVERY_KIND)
    assert {id_: element["type"] for id_, element in found.items()} == {
        "name": "plain_text_input",
        "why": "plain_text_input",
        "seats": "number_input",
        "cost": "plain_text_input",
        "start": "datepicker",
        "cutoff": "datetimepicker",
        "email": "email_text_input",
        "kind": "radio_buttons",
        "location": "static_select",
        "groups": "checkboxes",
        "apps": "multi_static_select",
        "person": "static_select",
    }
    assert found["name"]["initial_value"] == "Owen Pratt" and found["name"]["max_length"] == 80
    assert found["why"]["multiline"] is True
    assert found["start"]["initial_date"] == "2026-06-22"
    assert found["cutoff"]["initial_date_time"] == 1781294400
    assert found["kind"]["initial_option"]["value"] == "laptop"
    assert found["location"]["initial_option"]["text"]["text"] == "Not decided"
    assert [option["value"] for option in found["groups"]["initial_options"]] == ["staff", "partners"]
    assert [len(group["options"]) for group in found["person"]["option_groups"]] == [100, 30]


def test_a_value_that_is_no_value_is_not_prefilled() -> None:
    kinds = (("number", "many"), ("date", "soon"), ("datetime", "later"), ("choice", "gone"))
    form = Form(
        "t", "v", tuple(Field(kind, kind, kind, value=value, options=(Option("a", "A"),)) for kind, value in kinds)
    )
    judge_view(forms.view(form))
    assert not [key for element in _elements(form).values() for key in element if key.startswith("initial")]


def test_long_words_are_cut_where_slack_cuts_them_and_the_title_stays_readable() -> None:
    long = "long words " * 400
    form = Form(
        title=long,
        verb="v",
        submit=long,
        intro=long,
        fields=(
            Field("a", long, "text", hint=long, value=long, placeholder=long, max_length=9000),
            Field("b", long, "choice", options=(Option("x", long),)),
        ),
        errors={"a": long},
    )
    view = forms.view(form)
    judge_view(view)
    check_view(view)
    assert long.strip() in "".join(texts(view["blocks"][0])) or view["blocks"][0]["type"] == "rich_text"
    assert view["title"]["text"].endswith("…")


def test_a_choice_without_options_can_still_be_answered() -> None:
    assert _elements(Form("t", "v", (Field("a", "A", "choice"),)))["a"]["type"] == "plain_text_input"


def test_what_no_view_can_hold_is_said_to_the_caller() -> None:
    with pytest.raises(ValueError, match="option"):
        forms.view(Form("t", "v", (Field("a", "A", "choice", options=(Option("x" * 76, "X"),)),)))
    with pytest.raises(ValueError, match="fields"):
        forms.view(Form("t", "v", tuple(Field(f"f{n}", "F") for n in range(101))))
    with pytest.raises(ValueError, match="options"):
        many = tuple(Option(str(n), "x") for n in range(10_001))
        forms.view(Form("t", "v", (Field("a", "A", "choice", options=many),)))


def test_errors_of_shown_fields_stand_at_their_fields() -> None:
    form = Form("t", "v", (Field("a", "A"), Field("b", "B")), errors={"a": "Too short."})
    assert forms.refusal(form, frozenset({"a", "b"})) == {"response_action": "errors", "errors": {"a": "Too short."}}


def test_an_error_of_the_whole_form_redraws_it() -> None:
    assert forms.refusal(samples.REFUSED_FORM, frozenset({"reason"})) is None
    view = forms.view(samples.REFUSED_FORM)
    shown = list(texts(view["blocks"]))
    assert shown[0] == "✕ This request was changed while you were writing."
    assert "✕ Please write a little more." in shown


def test_an_error_of_a_field_that_is_not_shown_redraws_the_form() -> None:
    form = Form("t", "v", (Field("a", "A"), Field("b", "B")), errors={"b": "Needed now."})
    assert forms.refusal(form, frozenset({"a"})) is None


def test_entered_values_become_text() -> None:
    values = {
        "name": {"value": {"type": "plain_text_input", "value": "  Owen\u202e Pratt\r\n"}},
        "empty": {"value": {"type": "plain_text_input", "value": None}},
        "seats": {"value": {"type": "number_input", "value": "5"}},
        "start": {"value": {"type": "datepicker", "selected_date": "2026-06-22"}},
        "no_date": {"value": {"type": "datepicker", "selected_date": None}},
        "cutoff": {"value": {"type": "datetimepicker", "selected_date_time": 1781294400}},
        "kind": {"value": {"type": "radio_buttons", "selected_option": {"value": "laptop"}}},
        "nothing": {"value": {"type": "static_select", "selected_option": {"value": "∅"}}},
        "unset": {"value": {"type": "static_select", "selected_option": None}},
        "groups": {"value": {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}},
        "none": {"value": {"type": "multi_static_select", "selected_options": []}},
    }
    assert forms.inputs(values) == {
        "name": "Owen Pratt",
        "empty": "",
        "seats": "5",
        "start": "2026-06-22",
        "no_date": "",
        "cutoff": "2026-06-12T20:00:00Z",
        "kind": "laptop",
        "nothing": "",
        "unset": "",
        "groups": "a,b",
        "none": "",
    }


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {"a": []},
        {"a": {"value": 5}},
        {"a": {"value": {"type": "datetimepicker", "selected_date_time": "soon"}}},
        {"a": {"value": {"type": "datetimepicker", "selected_date_time": 10**30}}},
        {"a": {"value": {"type": "static_select", "selected_option": 5}}},
        {"a": {"value": {"type": "checkboxes", "selected_options": [5]}}},
    ],
)
def test_a_state_that_slack_would_not_send_is_malformed(values: object) -> None:
    with pytest.raises(Malformed):
        forms.inputs(values)


def test_a_notice_only_has_a_way_out() -> None:
    view = forms.notice("A title that is longer than 24 characters", [{"type": "divider"}])
    judge_view(view)
    assert "submit" not in view and len(view["title"]["text"]) <= limits.VIEW_TITLE
