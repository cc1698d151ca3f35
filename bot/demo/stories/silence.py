"""Story 2: nobody answers, the backup is asked, and what is left alone ends as a no."""

from __future__ import annotations

from bot.demo.stories.teller import Teller

UPS = "UPS for the server cupboard"
SCANNER = "Label scanner for the front desk"
FORM = {
    "Client": "Cedar Ridge Pediatrics",
    "Why": "The battery of the old one is worn out.",
    "Category": "Infrastructure",
    "How many": "1",
}


def mountain(day: int, wall: str) -> str:
    """A moment of June 2026 in Denver."""
    return f"2026-06-{day:02d}T{wall}:00-06:00"


async def tell(story: Teller) -> None:
    """Tom is silent: a reminder, then Jill as well, who approves one; the other is left alone and expires."""
    await story.at(mountain(8, "14:30"))
    await _ask(
        story, {"What is needed": UPS, "Item": "UPS, 1500 VA", "Price of one": "640.00", "Vendor": "Tidewater Supply"}
    )
    await _ask(
        story, {"What is needed": SCANNER, "Item": "Scanner", "Price of one": "210.00", "Vendor": "Harbor Labels"}
    )
    for title, amount in ((UPS, "$640.00"), (SCANNER, "$210.00")):
        ending = "Mon Jun 15, 2:30 PM MDT: not approved"
        await story.sees("Tom Beckett", title, "eeds your approval", amount, ending, buttons=True)
    await story.sees("Sofia Marchetti", UPS, "Tom Beckett", "a reminder to those asked, Tue Jun 9, 12:30 PM EDT")
    await story.at(mountain(9, "10:29"))
    await story.has_not("Tom Beckett", "Reminder")
    await story.at(mountain(9, "10:31"))
    await story.sees("Tom Beckett", UPS, "Reminder", buttons=True)
    await story.has_not("Jill Sandoval", UPS)
    await story.at(mountain(9, "14:31"))
    await story.sees("Jill Sandoval", UPS, "backup", "Tom Beckett", buttons=True)
    await story.at(mountain(9, "14:52"))
    await story.press("Jill Sandoval", "Approve", on=UPS)
    await story.sees("Tom Beckett", UPS, "Approved", "Jill Sandoval (backup)", buttons=False)
    await story.sees("Sofia Marchetti", UPS, "Approved", "Audit id")
    await story.at(mountain(10, "14:31"))
    await story.sees("Sofia Marchetti", "CR-2: call", "Tom Beckett", "Jill Sandoval", "no answer", "+1 303 555 0120")
    await story.sees("Jill Sandoval", SCANNER, "eeds your approval", buttons=True)
    await story.at(mountain(15, "14:31"))
    await story.sees("Tom Beckett", SCANNER, "Not approved", buttons=False)
    await story.sees("Sofia Marchetti", SCANNER, "Not approved", "Audit id")


async def _ask(story: Teller, order: dict[str, str]) -> None:
    """Sofia asks through the form."""
    await story.type("Sofia Marchetti", "request")
    await story.press("Sofia Marchetti", "Ask for a purchase", on="What do you need?", inputs={**FORM, **order})
