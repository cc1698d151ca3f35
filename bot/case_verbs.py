"""The verbs of cases and of what is asked about them, for `bot.verbs`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from handlers import commands
from handlers.commands import Command, Ref

if TYPE_CHECKING:
    from bot.verbs import Given

Asks = Mapping[str, Callable[["Given"], Command]]


def chosen(it: Given) -> Ref:
    """The case that was chosen in a form, or named by its number; the desk refuses what is none."""
    return Ref("case", it.get("other").strip() or it.get("case"))


CASES: Asks = {
    "case:ask": lambda it: commands.AskAboutCase(it.ref, it.get("text")),
    "case:escalate": lambda it: commands.EscalateCase(it.ref, it.get("text")),
}
REMARKS: Asks = {"remark:answer": lambda it: commands.AnswerRemark(it.ref, it.get("text"))}
PAGES: Asks = {
    "cases:ask": lambda it: commands.AskAboutCase(chosen(it), it.get("text")),
    "cases:escalate": lambda it: commands.EscalateCase(chosen(it), it.get("text")),
}
PAGE_FORMS = tuple(PAGES)
CASE_FORMS = tuple(CASES)
REMARK_FORMS = tuple(REMARKS)
