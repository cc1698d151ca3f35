"""People's words on their way in: trimmed, not empty, not too long, and nothing a database or a reader chokes on."""

from __future__ import annotations

from handlers.commands import Refused

LONGEST_TITLE, LONGEST_TEXT = 150, 3000


def cleaned(value: str, field: str, what: str, longest: int = LONGEST_TEXT, *, empty: bool = False) -> str:
    """The trimmed text; `Refused` names the field for an empty, too long or unreadable one."""
    text = value.strip()
    if not text and not empty:
        raise Refused(f"Please give {what}.", field=field, code="invalid")
    if len(text) > longest:
        raise Refused(f"Please shorten {what} to {longest} characters.", field=field, code="invalid")
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Refused(
            f"Please write {what} again: it holds characters that cannot be kept.", field=field, code="invalid"
        )
    return text
