"""What Teams demands of an Adaptive Card, as far as a bot can break it: a list of sentences, empty for a good card.

Numbers: schema 1.5 is the newest that Teams renders, Universal Actions need 1.4, a row shows six actions, a refresh
lists at most sixty users. Structure in full is the business of the official JSON schemas, not of this file.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from bot.playground.teams.tree import Json, buttons, dicts, elements, inputs_of

NEWEST = (1, 5)
UNIVERSAL = (1, 4)
MOST_ACTIONS = 6
MOST_REFRESHED = 60
LINKS = ("https", "http", "mailto", "tel")
ACTIONS = ("Action.Execute", "Action.Submit", "Action.ShowCard", "Action.OpenUrl", "Action.ToggleVisibility")
_CHARTS = ("Donut", "Pie", "Gauge", "Line", "VerticalBar", "VerticalBar.Grouped", "HorizontalBar")
ELEMENTS = {
    *("TextBlock", "RichTextBlock", "Image", "ImageSet", "Media", "Container", "ColumnSet", "Column", "FactSet"),
    *("Table", "TableRow", "TableCell", "ActionSet"),
    *(f"Input.{kind}" for kind in ("Text", "Number", "Date", "Time", "Toggle", "ChoiceSet")),
    *(f"Chart.{kind}" for kind in (*_CHARTS, "HorizontalBar.Stacked")),
}


def problems(card: Any, *, dialog: bool = False) -> list[str]:
    """Every breach; `dialog` for a card inside a dialog, where only Action.Submit sends anything."""
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return ["The content is not an AdaptiveCard."]
    spots = list(buttons(card))
    return [
        *_version(card, universal=any(spot.action.get("type") == "Action.Execute" for spot in spots)),
        *_elements(card),
        *_rows(card),
        *(found for spot in spots for found in _action(spot.action, dialog=dialog)),
        *_refresh(card.get("refresh")),
    ]


def _version(card: Json, *, universal: bool) -> list[str]:
    text = str(card.get("version", ""))
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return [f"The card's version {text!r} is not a version."]
    version = (int(parts[0]), int(parts[1]))
    if version > NEWEST:
        return [f"Teams renders cards up to version 1.5, not {text}."]
    if (universal or "refresh" in card) and version < UNIVERSAL:
        return [f"Action.Execute and refresh need version 1.4, not {text}."]
    return []


def _elements(card: Json) -> list[str]:
    inner = [spot.action["card"] for spot in buttons(card) if isinstance(spot.action.get("card"), dict)]
    found: list[str] = []
    names: Counter[str] = Counter()
    for element in (element for each in (card, *inner) for element in elements(each)):
        kind = element.get("type", "TableRow" if "cells" in element else "Column" if "items" in element else "")
        if kind not in ELEMENTS and "fallback" not in element:
            found.append(f"Teams does not know the element {kind!r}, and it has no fallback.")
        if kind == "TextBlock" and not isinstance(element.get("text"), str):
            found.append("A TextBlock has no text.")
        if kind == "Image" and not _shown(element.get("url")):
            found.append(f"Teams shows no picture from {str(element.get('url'))[:80]!r}: it takes https.")
        if kind == "FactSet" and not all(
            isinstance(fact.get("title"), str) and isinstance(fact.get("value"), str)
            for fact in dicts(element.get("facts"))
        ):
            found.append("A fact needs a title and a value.")
    for field in (field for each in (card, *inner) for field in inputs_of(each)):
        names[str(field.get("id", ""))] += 1
    found += ["An input has no id."] if names[""] else []
    return found + [f"Two inputs share the id {name!r}." for name, count in names.items() if name and count > 1]


def _shown(url: Any) -> bool:
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    # Teams takes https only; on this machine the bot's own pictures come over plain http.
    local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    return local or parts.scheme in ("https", "data")


def _rows(card: Json) -> list[str]:
    rows = [dicts(card.get("actions")), *(dicts(element.get("actions")) for element in elements(card))]
    return [f"A row shows {MOST_ACTIONS} actions, not {len(row)}." for row in rows if len(row) > MOST_ACTIONS]


def _action(action: Json, *, dialog: bool) -> list[str]:
    kind, title = action.get("type"), action.get("title")
    found: list[str] = []
    if kind not in ACTIONS:
        found.append(f"Teams does not know the action {kind!r}.")
    if not isinstance(title, str | None):
        found.append(f"The title of a {kind} is not a text.")
    if kind == "Action.Execute" and not (isinstance(action.get("verb"), str) and action["verb"]):
        found.append(f"The Action.Execute {title!r} has no verb.")
    if kind == "Action.Execute" and dialog:
        found.append("A dialog's card sends with Action.Submit, not with Action.Execute.")
    if kind == "Action.ShowCard" and not isinstance(action.get("card"), dict):
        found.append(f"The Action.ShowCard {title!r} has no card.")
    if kind == "Action.OpenUrl" and urlsplit(str(action.get("url", ""))).scheme not in LINKS:
        found.append(f"The Action.OpenUrl {title!r} leads nowhere.")
    fallback = action.get("fallback")
    if isinstance(fallback, dict):
        found += _action(fallback, dialog=dialog)
    elif fallback not in (None, "drop"):
        found.append(f'The fallback of {title!r} is neither an action nor "drop".')
    return found


def _refresh(refresh: Any) -> list[str]:
    if refresh is None:
        return []
    action = refresh.get("action") if isinstance(refresh, dict) else None
    if not isinstance(action, dict) or action.get("type") != "Action.Execute":
        return ["A refresh needs an Action.Execute."]
    users = refresh.get("userIds", [])
    if not isinstance(users, list) or not all(isinstance(user, str) for user in users):
        return ["The userIds of a refresh are not a list of MRIs."]
    if len(users) > MOST_REFRESHED:
        return [f"A refresh lists at most {MOST_REFRESHED} users, not {len(users)}."]
    return _action(action, dialog=False)
