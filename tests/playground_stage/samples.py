"""The same purchase approval as Slack and as Teams would get it, and the forms that go with it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _button(label: str, action: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action, "text": _plain(label), "value": "{}", **more}


def _text(text: str, **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


FACTS = (
    ("Client", "Marlow & Finch LLP"),
    ("Vendor", "Northwind Supply"),
    ("For", "Litigation team, Boston"),
    ("Quote valid until", "Fri Jun 19, 2026"),
)
TITLE = "Six laptops for the litigation team"
WHY = "The present ones are five years old; two failed in May. <b>Docking stations stay.</b>"
SILENCE = "No answer by Mon Jun 15, 9:05 AM EDT: not approved."

SLACK_BLOCKS: list[Json] = [
    {"type": "header", "text": _plain(TITLE)},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [_text("● Needs your approval", style={"bold": True})]}],
    },
    {"type": "section", "text": _plain(WHY)},
    {
        "type": "section",
        "fields": [
            part for label, value in FACTS for part in ({"type": "mrkdwn", "text": f"*{label}*"}, _plain(value))
        ],
    },
    {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [_text("The order", style={"bold": True})]},
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [_text('14" laptop, 6 × $1,349.00   '), _text("$8,094.00", style={"bold": True})],
                    },
                    {"type": "rich_text_section", "elements": [_text("Shipping and 6.25% tax   "), _text("$565.88")]},
                ],
            },
        ],
    },
    {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*First year $8,659.88*, so _two_ people decide. <https://example.com/q/7|Quote 7> &amp; terms",
        },
    },
    {"type": "divider"},
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            _button("Approve", "approve", style="primary"),
            _button("Reject", "reject", style="danger"),
            _button("Ask a question", "ask"),
            _button(
                "I didn't ask for this",
                "stop",
                confirm={
                    "title": _plain("Stop this request?"),
                    "text": _plain("Sofia is told at once, and nothing is bought."),
                    "confirm": _plain("Stop it"),
                    "deny": _plain("Go back"),
                    "style": "danger",
                },
            ),
        ],
    },
    {"type": "context", "elements": [_plain(SILENCE)]},
]


def _run(text: str, **more: Any) -> Json:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **more}]}


def _action(label: str, verb: str, **more: Any) -> Json:
    return {"type": "Action.Execute", "title": label, "verb": verb, "data": {"keyline": {"verb": verb}}, **more}


TEAMS_CARD: Json = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        _run(TITLE, size="large", weight="bolder"),
        {
            "type": "ColumnSet",
            "spacing": "small",
            "columns": [
                {
                    "type": "Column",
                    "width": "auto",
                    "style": "accent",
                    "items": [_run("Needs your approval", weight="bolder", color="accent")],
                }
            ],
        },
        _run(WHY),
        {"type": "FactSet", "facts": [{"title": label, "value": value} for label, value in FACTS]},
        {
            "type": "ColumnSet",
            "columns": [
                {"type": "Column", "width": "stretch", "items": [_run('14" laptop, 6 × $1,349.00')]},
                {"type": "Column", "width": "auto", "items": [_run("$8,094.00", weight="bolder")]},
            ],
        },
        {"type": "TextBlock", "text": "**First year $8,659.88**, so _two_ people decide.", "wrap": True},
        {
            "type": "ActionSet",
            "separator": True,
            "actions": [
                _action("Approve", "approve", style="positive"),
                {
                    "type": "Action.Submit",
                    "title": "Reject",
                    "style": "destructive",
                    "data": {"keyline": {"verb": "reject"}, "msteams": {"type": "task/fetch"}},
                },
                _action("Ask a question", "ask"),
            ],
        },
        _run(SILENCE, size="small", isSubtle=True),
    ],
}

MODAL: Json = {
    "type": "modal",
    "callback_id": "reject",
    "title": _plain("Reject"),
    "submit": _plain("Reject"),
    "close": _plain("Cancel"),
    "blocks": [
        {"type": "section", "text": _plain("Sofia will read your reason.")},
        {
            "type": "input",
            "block_id": "reason",
            "label": _plain("Reason"),
            "hint": _plain("One sentence is enough."),
            "element": {"type": "plain_text_input", "action_id": "value", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "kind",
            "label": _plain("What is wrong"),
            "element": {
                "type": "radio_buttons",
                "action_id": "value",
                "options": [
                    {"text": _plain(text), "value": text.lower()} for text in ("Price", "Timing", "Not needed")
                ],
            },
        },
        {
            "type": "input",
            "block_id": "again",
            "optional": True,
            "label": _plain("Ask me again on"),
            "element": {"type": "datepicker", "action_id": "value"},
        },
    ],
}

DIALOG: Json = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {
            "type": "Input.Text",
            "id": "reason",
            "label": "Reason",
            "isMultiline": True,
            "isRequired": True,
            "errorMessage": "Please say why.",
        },
        {
            "type": "Input.ChoiceSet",
            "id": "kind",
            "label": "What is wrong",
            "style": "expanded",
            "value": "price",
            "choices": [{"title": text, "value": text.lower()} for text in ("Price", "Timing", "Not needed")],
        },
    ],
    "actions": [{"type": "Action.Submit", "title": "Send", "data": {"keyline": {"verb": "reject", "submits": True}}}],
}
