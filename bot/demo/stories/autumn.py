"""Story 6 in the week in which Leipzig has put its clocks back and Toledo has not: five hours instead of six."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.stories.teller import At, Teller

BEGINS = datetime(2026, 10, 5, 9, 0, tzinfo=ZoneInfo("America/New_York"))
WORK = "New switches"
STAFF = "A message for your staff"
WISH = {
    "What is done": WORK,
    "What stops working, and what people can do": "No network on the shop floor.",
    "First time: begins": At("2026-10-24T20:00"),
    "First time: lasts": "2 hours",
    "Second time: begins": At("2026-10-27T20:00"),
}

TUESDAY, THERE = "Tue Oct 27, 8:00 PM to 10:00 PM EDT", "Wed Oct 28, 1:00 AM to 3:00 AM CET"


def eastern(day: int, wall: str) -> str:
    """A moment of October 2026 in New York."""
    return f"2026-10-{day:02d}T{wall}:00-04:00"


async def tell(story: Teller) -> None:
    """Marcus asks; Sofia takes his second time, Anja agrees, Marcus says yes; each reads the own wall all along."""
    await _ask(story)
    await _agree(story)
    await _work(story)


async def _ask(story: Teller) -> None:
    """The first time would be two hours long in Toledo and one on the wall in Leipzig."""
    await story.at(eastern(5, "09:30"))
    await story.type("Marcus Hale", "downtime new")
    await story.fill_in("Marcus Hale", WISH, on="Nothing is agreed until", send="Ask")
    await story.sees("Sofia Marchetti", WORK, "asks for this and waits for your answer", "Asked for by Marcus Hale")
    await story.sees("Sofia Marchetti", WORK, "In Leipzig: Sun Oct 25, 2:00 AM CEST to 3:00 AM CET")
    await story.sees("Sofia Marchetti", WORK, TUESDAY, "In Leipzig: Wed Oct 28, 1:00 AM to 3:00 AM CET")
    await story.has_not("Anja Vogel", WORK)


async def _agree(story: Teller) -> None:
    await story.at(eastern(5, "11:00"))
    await story.press("Sofia Marchetti", "Take this time (2)", on=WORK)
    await story.sees("Anja Vogel", WORK, "Needs your answer", THERE, f"In Toledo: {TUESDAY}")
    await story.press("Anja Vogel", "OK here", on=WORK)
    await story.at(eastern(5, "11:30"))
    await story.press("Marcus Hale", "Pick Tue Oct 27, 8:00 PM EDT", on=WORK)
    await story.sees("Marcus Hale", WORK, "Agreed", TUESDAY, "the work begins Tue Oct 27, 8:00 PM EDT")
    await story.sees("Anja Vogel", WORK, "Agreed", THERE, "the work begins Wed Oct 28, 1:00 AM CET")
    await story.sees("Anja Vogel", STAFF, "Mi., 28. Oktober, 01:00 bis 03:00 Uhr MEZ")


async def _work(story: Teller) -> None:
    """The day before is told when each office opens; on the night itself five hours lie between the two walls."""
    await story.at(eastern(27, "02:59"))
    await story.has_not("Anja Vogel", "Coming up soon")
    await story.at(eastern(27, "03:01"))
    await story.sees("Anja Vogel", "Coming up soon", THERE)
    await story.has_not("Marcus Hale", "Coming up soon")
    await story.at(eastern(27, "08:01"))
    await story.sees("Marcus Hale", "Coming up soon", TUESDAY)
    await story.at(eastern(27, "19:00"))
    await story.sees("Anja Vogel", "Begins within the hour", THERE)
    await story.at(eastern(27, "20:00"))
    await story.press("Sofia Marchetti", "Start", on=WORK)
    await story.sees("Anja Vogel", "Begun", "Begun Wed Oct 28, 1:00 AM CET, planned until 3:00 AM CET")
    await story.at(eastern(27, "21:30"))
    await story.press("Sofia Marchetti", "Completed", on=WORK)
    await story.sees("Anja Vogel", "Everything works again", "Completed Wed Oct 28, 2:30 AM CET")
    await story.sees("Marcus Hale", "Everything works again", "Completed Tue Oct 27, 9:30 PM EDT")
