"""HTML out of values: whatever is not markup of ours is escaped, so no page can forget to."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset({"meta", "link", "br", "hr", "input"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | Iterable["str | None"] | None


def tag(name: str, *children: Child, **attributes: str | bool | None) -> Markup:
    """An element: `tag("a", "Dana & Co", href="/x", class_="name")`. Children that are no Markup are escaped.

    Attributes lose a trailing underscore and get hyphens for the others; None and False leave one out, True is bare.
    """
    shown = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{shown}>")
    return Markup(f"<{name}{shown}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children one after the other, None left out."""
    return Markup("".join(_child(child) for child in children))


def said(words: str) -> Markup:
    """What a person wrote, kept apart from the direction of the text around it: names may hold right-to-left marks."""
    return tag("bdi", words)


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(child)
    return join(*child)


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
