"""People's words on their way in: trimmed, not empty, not too long, and nothing a database or a reader chokes on."""

from __future__ import annotations

from handlers.commands import Refused

LONGEST_TITLE, LONGEST_TEXT = 150, 3000


def storable(text: str) -> bool:
    """Whether both databases can hold and look up this text: PostgreSQL takes no NUL, UTF-8 no half a surrogate."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def cleaned(
    value: str, field: str, what: str, longest: int = LONGEST_TEXT, *, empty: bool = False, why: str = ""
) -> str:
    """The trimmed text; `Refused` names the field for an empty, too long or unreadable one.

    `what` stands in the middle of each sentence; `why` at the end of the one that asks for it.
    """
    text = value.strip()
    if not text and not empty:
        raise Refused(f"Please give {what}{why and f', {why}'}.", field=field, code="invalid")
    if len(text) > longest:
        raise Refused(f"Please shorten {what} to {longest} characters.", field=field, code="invalid")
    if not storable(text):
        raise Refused(
            f"Please write {what} again: it holds characters that cannot be kept.", field=field, code="invalid"
        )
    return text
