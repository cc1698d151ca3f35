"""Scenes of what people could type at worst: endless orders, endless words, right to left, marks and mentions."""

from __future__ import annotations

from dataclasses import replace

from handlers.commands import AskQuestion, Attachment, PurchaseLine, PutPerson, RaiseApproval, Reject
from tests.cards.scenes import DANA, PRIYA, SOFIA, Shown
from tests.cards.studio import SYSTEM, Studio
from tests.handlers.office import access, purchase

HOSTILE = (
    "<!channel> <@U0DANA> <at>Everyone</at> *bold* _it_ `code` [pay](https://evil.example) "
    "<https://evil.example|invoice> {{DATE(2026-06-08T09:00:00Z,LONG)}} :tada: &lt;b&gt; <b>x</b> "
    "e\u0301\u0301\u0301 \u202egnp.exe\u202c \u2066hidden\u2069 \u200b\ufeff 👩\u200d👩\u200d👧 ﷽ Z\u0335\u0336\u0337"
)
ARABIC = "ستة حواسيب محمولة لفريق التقاضي"
HEBREW = "ששת המחשבים הישנים אינם באחריות יותר, ושניים התקלקלו החודש."
LONG_NAME = "Bartholomäus-Maximilian Featherstonehaugh von und zu Hohenlohe-Langenburg " * 2
WORDS = "The current ones are slow and two of them have failed this month while the trial was being prepared. "


def fifty_lines(it: Studio) -> Shown:
    """Fifty lines are shown whole, below the decision."""
    lines = tuple(PurchaseLine(f"Dock for desk B-{n:02}", 1 + n % 3, 18_900 + n) for n in range(50))
    ref = it.do(SOFIA, _order("Docks for the new floor", lines))
    yield "fifty lines decider", it.see(DANA, ref, "ask")
    yield "fifty lines board", it.see(SOFIA, ref, "board")


def endless_words(it: Studio) -> Shown:
    """Fifty long lines, three thousand letters of reason, of question, of no."""
    lines = tuple(PurchaseLine((f"{n:02} Dock with three screens, " * 8)[:200], 2, 18_900 + n) for n in range(50))
    papers = tuple(Attachment(f"Annex {n} " + "x" * 180, "https://files.example/" + "a" * 900) for n in range(10))
    ref = it.do(SOFIA, replace(_order("A" * 150, lines, why=(WORDS * 40)[:3000]), attachments=papers))
    it.do(DANA, AskQuestion(ref, 1, ("Why so many? " * 250)[:3000]))
    yield "endless decider", it.see(DANA, ref, "ask")
    yield "endless board", it.see(SOFIA, ref, "board")
    it.do(PRIYA, Reject(ref, 1, ("No. " * 800)[:3000]))
    yield "endless rejected", it.see(DANA, ref, "ask")
    change = access("Luis Ortega")
    ref = it.do(SOFIA, replace(change, why="w" * 3000))
    yield "unbroken words decider", it.see(PRIYA, ref, "ask")


def long_names(it: Studio) -> Shown:
    """Names that fill a screen."""
    name = LONG_NAME[:120].strip()
    for first in ("luis", "priya"):
        it.do(SYSTEM, PutPerson("marlow-finch", f"{name} {first}", f"{first}@marlowfinch.example", title="Chief " * 20))
    ref = it.do(SOFIA, replace(purchase(unit=500_000), title="T" * 150, requested_by="luis@marlowfinch.example"))
    yield "long names decider", it.see(DANA, ref, "ask")
    yield "long names board", it.see(SOFIA, ref, "board")
    yield "long names requester", it.see(f"{name} luis", ref, "about")


def right_to_left(it: Studio) -> Shown:
    """Arabic and Hebrew beside Latin names and sums."""
    ref = it.do(SOFIA, _order(ARABIC, (PurchaseLine("מחשב נייד 14 אינץ׳", 6, 134_900),), why=HEBREW))
    it.do(DANA, AskQuestion(ref, 1, "هل تعمل مع محطات الإرساء لدينا؟"))
    yield "right to left decider", it.see(DANA, ref, "ask")
    yield "right to left board", it.see(SOFIA, ref, "board")


def hostile(it: Studio) -> Shown:
    """Marks, mentions, links and overrides in every place where people write."""
    change = access(f"Luis Ortega {HOSTILE}"[:400], kind="group", after=HOSTILE)
    assert change.access is not None
    ref = it.do(SOFIA, replace(change, title=HOSTILE[:150], why=HOSTILE))
    it.do(DANA, AskQuestion(ref, 1, HOSTILE))
    yield "hostile decider", it.see(DANA, ref, "ask")
    yield "hostile board", it.see(SOFIA, ref, "board")
    yield "hostile form", it.fill(DANA, "reject", ref)
    lines = (PurchaseLine(HOSTILE[:200], 2, 18_900),)
    ref = it.do(SOFIA, _order(f"2 {HOSTILE}"[:150], lines, why=HOSTILE, vendor=HOSTILE[:200]))
    it.do(DANA, Reject(ref, 1, HOSTILE))
    yield "hostile order", it.see(DANA, ref, "ask")


def _order(
    title: str, lines: tuple[PurchaseLine, ...], *, why: str = WORDS, vendor: str = "Northwind"
) -> RaiseApproval:
    made = purchase(title=title, lines=lines)
    assert made.purchase is not None
    quote = "https://quotes.example/" + "q" * 900
    return replace(made, why=why, purchase=replace(made.purchase, vendor=vendor, quote_url=quote, for_whom="Boston"))
