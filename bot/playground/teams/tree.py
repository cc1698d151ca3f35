"""Walks an Adaptive Card: its elements in reading order, its buttons wherever they stand, its inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_PARTS = ("items", "columns", "rows", "cells", "images")
"""Where an element keeps its parts: Container and Column, ColumnSet, Table, TableRow, ImageSet."""


@dataclass(frozen=True)
class Spot:
    """A button and where it stands: `cards` from the outermost to the one that holds it, `in_set` in an ActionSet."""

    action: Json
    cards: tuple[Json, ...]
    in_set: bool

    @property
    def title(self) -> str:
        """The visible text."""
        return str(self.action.get("title", ""))

    def inputs(self) -> list[Json]:
        """What this button sends along: the inputs of its card and of those around it, never of a card beside it."""
        return [field for card in self.cards for field in inputs_of(card)]


def dicts(value: Any) -> list[Json]:
    """The objects in a list; [] for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def elements(card: Mapping[str, Any]) -> Iterator[Json]:
    """Every element of a card's body in reading order, without the inner cards of Action.ShowCard."""
    for element in dicts(card.get("body")):
        yield from _with_parts(element)


def parts(element: Json) -> list[Json]:
    """The elements directly inside one. The columns of a Table are widths, not elements."""
    names = [name for name in _PARTS if (name, element.get("type")) != ("columns", "Table")]
    return [part for name in names for part in dicts(element.get(name))]


def _with_parts(element: Json) -> Iterator[Json]:
    yield element
    for part in parts(element):
        yield from _with_parts(part)


def inputs_of(card: Mapping[str, Any]) -> list[Json]:
    """The Input.* elements of one card, in reading order."""
    return [element for element in elements(card) if str(element.get("type", "")).startswith("Input.")]


def buttons(card: Json, around: tuple[Json, ...] = ()) -> Iterator[Spot]:
    """Every action of a card, those in ActionSets, on elements, at its foot, and those in its inner cards."""
    here = (*around, card)
    for element in elements(card):
        for action in dicts(element.get("actions")):
            yield from _opened(Spot(action, here, in_set=True))
        for name in ("selectAction", "inlineAction"):
            if isinstance(element.get(name), dict):
                yield from _opened(Spot(element[name], here, in_set=False))
    for action in dicts(card.get("actions")):
        yield from _opened(Spot(action, here, in_set=False))


def _opened(spot: Spot) -> Iterator[Spot]:
    yield spot
    inner = spot.action.get("card")
    if spot.action.get("type") == "Action.ShowCard" and isinstance(inner, dict):
        yield from buttons(inner, spot.cards)


def find_button(card: Json, title: str) -> Spot | None:
    """The first action with exactly this visible text."""
    return next((spot for spot in buttons(card) if spot.title == title), None)
