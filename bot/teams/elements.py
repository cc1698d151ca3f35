"""The few Adaptive Card elements that our cards are made of, as plain dicts of schema 1.5.

Every word a person reads stands in a TextRun: markdown is not supported there (TextBlock, FactSet and TableCell texts
are markdown in Teams), so a title like "**Urgent** [pay](http://x)" stays letters. There is no TextBlock at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.cards.card import Button, Tone
from bot.teams import text

Element = dict[str, Any]

SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.5"
"""The newest that Teams renders (Action.Execute needs 1.4)."""
ACTIONS_IN_A_ROW = 6
"""More are hidden behind a menu or not shown."""
ROW_PIXELS, BUTTON_PIXELS, LETTER_PIXELS = 330, 32, 7
"""What a phone shows in one row, and about what a button and each of its letters take."""
MARK = "keyline"
"""Our claims stand under this one key of an action's data: the inputs' ids are merged in beside it."""

COLOURS: Mapping[Tone, str] = {
    "plain": "default",
    "ask": "accent",
    "good": "good",
    "bad": "attention",
    "warning": "warning",
    "muted": "default",
}
STYLES: Mapping[Tone, str] = {
    "plain": "emphasis",
    "ask": "accent",
    "good": "good",
    "bad": "attention",
    "warning": "warning",
    "muted": "emphasis",
}


def run(words: str, *, tone: Tone = "plain", bold: bool = False, small: bool = False, subtle: bool = False) -> Element:
    """One TextRun; `words` must have been cleaned."""
    element: Element = {"type": "TextRun", "text": words}
    if COLOURS[tone] != "default":
        element["color"] = COLOURS[tone]
    if bold:
        element["weight"] = "bolder"
    if small:
        element["size"] = "small"
    if subtle or tone == "muted":
        element["isSubtle"] = True
    return element


def rich(*runs: Element, spacing: str = "", right: bool = False) -> Element:
    """One paragraph of runs; a RichTextBlock always wraps."""
    element: Element = {"type": "RichTextBlock", "inlines": list(runs)}
    if spacing:
        element["spacing"] = spacing
    if right:
        element["horizontalAlignment"] = "right"
    return element


def words(
    value: str,
    limit: int = 0,
    *,
    spacing: str = "",
    tone: Tone = "plain",
    bold: bool = False,
    small: bool = False,
    subtle: bool = False,
) -> list[Element]:
    """A person's text as paragraphs, the first with `spacing` before it."""
    return [
        rich(run(part, tone=tone, bold=bold, small=small, subtle=subtle), spacing=spacing if first else "small")
        for first, part in ((index == 0, part) for index, part in enumerate(text.paragraphs(value, limit)))
    ]


def heading(title: str, *, spacing: str = "") -> Element:
    """The title of a card or form, or the one figure that matters."""
    element = run(text.line(title, 600) or "Keyline", bold=True)
    element["size"] = "large"
    return rich(element, spacing=spacing)


def box(items: Sequence[Element], style: str, *, spacing: str = "") -> Element:
    """A coloured container."""
    element: Element = {"type": "Container", "style": style, "items": list(items)}
    if spacing:
        element["spacing"] = spacing
    return element


def column(items: Sequence[Element], width: str | int, *, style: str = "") -> Element:
    """One column: width "auto", "stretch", "120px" or a weight."""
    element: Element = {"type": "Column", "width": width, "items": list(items)}
    if style:
        element["style"] = style
    return element


def columns(*each: Element, spacing: str = "") -> Element:
    """Columns side by side."""
    element: Element = {"type": "ColumnSet", "columns": list(each)}
    if spacing:
        element["spacing"] = spacing
    return element


def rows_of_actions(actions: Sequence[Element]) -> list[Element]:
    """ActionSets of at most six and of a phone's width: a button that does not fit is cut off or hidden there."""
    rows: list[list[Element]] = []
    width = 0
    for action in actions:
        needs = BUTTON_PIXELS + LETTER_PIXELS * len(action["title"])
        if not rows or len(rows[-1]) == ACTIONS_IN_A_ROW or width + needs > ROW_PIXELS:
            rows.append([])
            width = 0
        rows[-1].append(action)
        width += needs
    return [{"type": "ActionSet", "actions": row} for row in rows]


def claims(verb: str, ref: object, version: int, revision: int, *, submits: bool = False) -> Element:
    """An action's data. Everything in it comes back as a claim that anybody could have written."""
    said: Element = {"verb": verb, "version": version, "revision": revision}
    if ref is not None:
        said["ref"] = str(ref)
    if submits:
        said["submits"] = True
    return {MARK: said}


def execute(
    label: str, data: Element, *, style: str = "plain", inputs: Literal["auto", "none"] = "auto", fallback: bool = True
) -> Element:
    """An Action.Execute; clients that know none send its fallback, a Submit of the same data, as a message."""
    submit: Element = {"type": "Action.Submit", "title": text.line(label) or "Open", "data": data}
    if style != "plain":
        submit["style"] = {"primary": "positive", "danger": "destructive"}[style]
    if inputs == "none":
        submit["associatedInputs"] = "none"
    action = {**submit, "type": "Action.Execute", "verb": data[MARK]["verb"]}
    return {**action, "fallback": submit} if fallback else action


def press(button: Button, *, fallback: bool = True) -> Element:
    """A button. One that opens a form is a Submit with `task/fetch`: Teams has to know before the press."""
    data = claims(button.verb, button.ref, button.version, button.revision)
    if not button.form:
        return execute(button.label, data, style=button.style, fallback=fallback)
    action = execute(button.label, {**data, "msteams": {"type": "task/fetch"}}, style=button.style)
    return dict(action["fallback"])


def adaptive_card(body: list[Element], summary: str, actions: list[Element] | None = None) -> Element:
    """The envelope, as wide as the chat."""
    card: Element = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": text.line(summary, 300) or "Keyline",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if actions:
        card["actions"] = actions
    return card
