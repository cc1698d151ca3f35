"""The page's own renderers, piece by piece: mrkdwn, rich text, blocks, Markdown, plain Adaptive Cards, times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.playground_stage.conftest import House

VIEW = "{zone: 'America/New_York', names: {U0DANA: 'Dana Whitlock'}, press() {}, ask: async () => true}"


@pytest.fixture(scope="module")
def page(plainly: House, context: BrowserContext) -> Iterator[Page]:
    found = context.new_page()
    found.goto(plainly.url)
    yield found
    found.close()


def drawn(page: Page, module: str, call: str, value: Any) -> str:
    """The HTML that a renderer makes of a value."""
    script = f"""async (value) => {{
        const module = await import("/page/{module}.js");
        const holder = document.createElement("div");
        holder.append(...[module.{call}].flat(Infinity).filter(Boolean));
        return holder.innerHTML;
    }}"""
    return str(page.evaluate(script, value))


MRKDWN = {
    "*bold* _it_ ~no~ `a*b*`": "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code>",
    "2*3*4 snake_case_name": "2*3*4 snake_case_name",
    "*a _b_ c*": "<strong>a <em>b</em> c</strong>",
    "* not bold*": "* not bold*",
    "1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;": "1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;quot;",
    "a\nb": "a<br>b",
    "&gt; one\n&gt; two\nthree": "<blockquote>one<br>two</blockquote>three",
    "```x *y*```": "<pre>x *y*</pre>",
    "<@U0DANA> <@U9|kim> <!here> <#C1|ops>": (
        '<span class="mention">@Dana Whitlock</span> <span class="mention">@kim</span> '
        '<span class="mention">@here</span> <span class="mention">#ops</span>'
    ),
    "<https://e.example/?a=1&amp;b=2|a &amp; b>": (
        '<a href="https://e.example/?a=1&amp;b=2" target="_blank" rel="noreferrer noopener">a &amp; b</a>'
    ),
    "<javascript:alert(1)|x>": "<span>x</span>",
    "<!date^1780923900^{date_short} at {time}|June>": '<time title="June">Jun 8, 2026 at 9:05 AM</time>',
    ":white_check_mark: :nothing_known:": "✅ :nothing_known:",
    "<img src=x onerror=alert(1)>": "<span>img src=x onerror=alert(1)</span>",
}

MARKDOWN = {
    "**b** *i* _j_ ~~s~~ `c`": "<p><strong>b</strong> <em>i</em> <em>j</em> <s>s</s> <code>c</code></p>",
    r"\*not\* 1 \< 2": "<p>*not* 1 &lt; 2</p>",
    "[go](https://e.example)": '<p><a href="https://e.example/" target="_blank" rel="noreferrer noopener">go</a></p>',
    "[x](javascript:alert(1))": "<p>[x](javascript:alert(1))</p>",
    "[x](javascript:alert)": "<p><span>x</span></p>",
    "- a\n- b\n\nc": "<ul><li>a</li><li>b</li></ul><p>c</p>",
    "3. a\n4. b": '<ol start="3"><li>a</li><li>b</li></ol>',
    "one\ntwo\n\nthree": "<p>one two</p><p>three</p>",
    "<b>&amp; &#42;": "<p>&lt;b&gt;&amp; *</p>",
    "<at>Tom</at>": '<p><span class="mention">Tom</span></p>',
}


def test_mrkdwn_reads_as_in_slack(page: Page) -> None:
    made = {text: drawn(page, "slack/mrkdwn", f"mrkdwn(value, {VIEW})", text) for text in MRKDWN}
    assert made == MRKDWN


def test_markdown_reads_as_in_teams(page: Page) -> None:
    made = {text: drawn(page, "teams/markdown", "markdown(value)", text) for text in MARKDOWN}
    assert made == MARKDOWN


def _option(text: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": text.lower()}


INPUTS: dict[str, tuple[dict[str, Any], Any]] = {
    "plain_text_input": ({"initial_value": "a"}, {"value": "a"}),
    "number_input": ({"initial_value": "4.5", "is_decimal_allowed": True}, {"value": "4.5"}),
    "email_text_input": ({}, {"value": None}),
    "url_text_input": ({"initial_value": "https://e.example"}, {"value": "https://e.example"}),
    "datepicker": ({"initial_date": "2026-06-12"}, {"selected_date": "2026-06-12"}),
    "timepicker": ({"initial_time": "16:00"}, {"selected_time": "16:00"}),
    "datetimepicker": ({"initial_date_time": 1780923900}, {"selected_date_time": 1780923900}),
    "static_select": (
        {"options": [_option("A"), _option("B")], "initial_option": _option("B")},
        {"selected_option": _option("B")},
    ),
    "multi_static_select": (
        {"option_groups": [{"label": {"text": "G"}, "options": [_option("A"), _option("B")]}]},
        {"selected_options": []},
    ),
    "radio_buttons": ({"options": [_option("A")]}, {"selected_option": None}),
    "checkboxes": (
        {"options": [_option("A"), _option("B")], "initial_options": [_option("A")]},
        {"selected_options": [_option("A")]},
    ),
}


def test_every_slack_input_starts_with_its_value_and_reads_as_slack_sends_it(page: Page) -> None:
    script = f"""async (elements) => {{
        const {{ field }} = await import("/page/slack/inputs.js");
        return elements.map((element) => field(element, {VIEW}).read());
    }}"""
    elements = [{"type": kind, "action_id": "a", **given} for kind, (given, _) in INPUTS.items()]
    assert page.evaluate(script, elements) == [{"type": kind, **value} for kind, (_, value) in INPUTS.items()]


def test_other_blocks_of_slack_are_drawn(page: Page) -> None:
    text = {"type": "plain_text", "text": "Words :x:", "emoji": True}
    blocks = [
        {
            "type": "table",
            "column_settings": [{"align": "right"}],
            "rows": [[{"type": "raw_text", "text": "H"}], [{"type": "raw_number", "value": 5}]],
        },
        {"type": "image", "image_url": "http://127.0.0.1:1/none.png", "alt_text": "A chart", "title": text},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": "*Pick*"},
            "accessory": {"type": "static_select", "action_id": "s", "options": [_option("A")]},
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "indent": 1,
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "<i>"}]}],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Q", "style": {"bold": True}}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "P"}]},
            ],
        },
        {"type": "hologram"},
    ]
    html = drawn(page, "slack/blocks", f"blocks(value, {VIEW})", blocks)
    for piece in (
        '<th scope="col" style="text-align: right;">H</th>',
        '<td style="text-align: right;">5</td>',
        "<figcaption>Words ❌</figcaption>",
        'alt="A chart"',
        "<strong>Pick</strong>",
        '<option value="a">A</option>',
        '<ol class="indent-1" start="1"><li>&lt;i&gt;</li></ol>',
        "<blockquote><strong>Q</strong></blockquote>",
        "<pre>P</pre>",
        "Slack shows a “hologram” block here.",
    ):
        assert piece in html


def test_a_plain_adaptive_card_collects_inputs_and_opens_what_is_folded(page: Page) -> None:
    card = {
        "type": "AdaptiveCard",
        "body": [
            {"type": "TextBlock", "text": "Due {{DATE(2026-06-12T16:00:00Z, SHORT)}}", "weight": "Bolder"},
            {"type": "Container", "style": "attention", "items": [{"type": "TextBlock", "text": "Hot"}]},
            {"type": "Chart.Donut", "fallback": {"type": "TextBlock", "text": "as words"}},
            {"type": "Table", "rows": [{"cells": [{"items": [{"type": "TextBlock", "text": "cell"}]}]}]},
            {"type": "Input.Toggle", "id": "ok", "title": "OK", "value": "true"},
            {"type": "Input.Number", "id": "n", "label": "N", "value": 3, "min": 1, "max": 5},
            {
                "type": "Input.ChoiceSet",
                "id": "many",
                "isMultiSelect": True,
                "value": "a,b",
                "choices": [{"title": t, "value": t} for t in ("a", "b", "c")],
            },
        ],
        "actions": [
            {
                "type": "Action.ShowCard",
                "title": "More",
                "card": {
                    "type": "AdaptiveCard",
                    "body": [{"type": "Input.Text", "id": "why", "label": "Why", "isRequired": True, "value": "so"}],
                    "actions": [{"type": "Action.Execute", "title": "Do", "verb": "do"}],
                },
            }
        ],
    }
    script = """async (card) => {
        const { plainCard } = await import("/page/teams/plain.js");
        const pressed = [];
        const node = plainCard(card, { press: (action, inputs) => pressed.push([action.verb, inputs]), open() {} });
        document.body.append(node);
        const button = (text) => [...node.querySelectorAll("button")].find((each) => each.textContent === text);
        button("More").click();
        node.querySelector("textarea, input[type=text]").value = "";
        button("Do").click();
        const complaint = [...node.querySelectorAll(".field-error")].map((each) => each.textContent).join("");
        node.querySelector("input[type=text]").value = "because";
        button("Do").click();
        const words = node.innerText;
        node.remove();
        return { pressed, complaint, words };
    }"""
    result = page.evaluate(script, card)
    assert result["complaint"] == "This field is required."
    assert result["pressed"] == [["do", {"ok": "true", "n": "3", "many": "a,b", "why": "because"}]]
    for words in ("Due Jun 12, 2026", "Hot", "as words", "cell"):
        assert words in result["words"]


def test_wall_times_survive_the_changes_of_the_clock(page: Page) -> None:
    script = """async (cases) => {
        const { fromWall, iso, nextMorning, wall } = await import("/page/time.js");
        return cases.map(([text, zone]) => {
            const ms = fromWall(text, zone);
            return [wall(ms, zone), iso(ms, zone), iso(nextMorning(ms, zone), zone)];
        });
    }"""
    cases = [
        ["2026-06-08T09:05", "America/New_York"],
        ["2026-03-07T12:00", "America/New_York"],
        ["2026-10-25T12:00", "Europe/Berlin"],
        ["2026-06-12T17:00", "Asia/Kolkata"],
    ]
    assert page.evaluate(script, cases) == [
        ["2026-06-08T09:05", "2026-06-08T09:05:00-04:00", "2026-06-09T09:00:00-04:00"],
        ["2026-03-07T12:00", "2026-03-07T12:00:00-05:00", "2026-03-09T09:00:00-04:00"],
        ["2026-10-25T12:00", "2026-10-25T12:00:00+01:00", "2026-10-26T09:00:00+01:00"],
        ["2026-06-12T17:00", "2026-06-12T17:00:00+05:30", "2026-06-15T09:00:00+05:30"],
    ]
