"""Story 3: Monday's report: one is held and counted anew, the others go out by themselves, and one is corrected."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.stories.teller import Teller

BEGINS = datetime(2026, 6, 15, 6, 30, tzinfo=ZoneInfo("America/New_York"))
TICKETS = True
REPORT = "Weekly report: Jun 8 to Jun 14"
MARLOW, CEDAR, NORTH = (
    f"{name}: weekly report Jun 8 to Jun 14"
    for name in ("Marlow & Finch LLP", "Cedar Ridge Pediatrics", "Northgate Fabrication")
)
CASE = "CASE-4498 Label printer on line 2 drops jobs"


def monday(wall: str) -> str:
    """A moment of Monday, June 15, 2026 in New York."""
    return f"2026-06-15T{wall}:00-04:00"


async def tell(story: Teller) -> None:
    """Sofia holds Northgate's until its count is right; Dana reviews hers; Marcus asks, and gets a corrected one."""
    await _written(story)
    await _held(story)
    await _sent(story)
    await _asked(story)
    await _corrected(story)


async def _written(story: Teller) -> None:
    """At seven on each client's own wall; nobody of the clients has it yet."""
    await story.at(monday("06:59"))
    await story.has_not("Sofia Marchetti", MARLOW)
    await story.at(monday("07:01"))
    await story.sees("Sofia Marchetti", MARLOW, "Goes out", "20 cases")
    await story.sees("Sofia Marchetti", NORTH, "Goes out", "Marcus Hale")
    await story.has_not("Sofia Marchetti", CEDAR)
    await story.has_not("Dana Whitlock", REPORT)


async def _held(story: Teller) -> None:
    """A case that was solved on Friday had not been closed in the ticket system."""
    await story.at(monday("07:40"))
    await story.press("Sofia Marchetti", "Hold", on=NORTH, inputs={"Why": "CASE-4489 was solved on Friday."})
    await story.sees("Sofia Marchetti", NORTH, "On hold", "does not go out until you release it")
    await story.at(monday("08:45"))
    await story.press("Sofia Marchetti", "Regenerate", on=NORTH)
    await story.at(monday("08:50"))
    await story.press("Sofia Marchetti", "Release", on=NORTH)
    await story.sees("Marcus Hale", REPORT, "checked by Sofia Marchetti")
    await story.has_not("Dana Whitlock", REPORT)


async def _sent(story: Teller) -> None:
    """What nobody held goes out at nine on each client's own wall, and says nothing of a check that nobody made."""
    await story.at(monday("09:01"))
    await story.sees("Dana Whitlock", REPORT, "20 cases open, down 3 in a week", "3 cases wait for you")
    await story.sees("Dana Whitlock", REPORT, "Opened", "14", "Closed", "17", "92.9% (13 of 14)", "94.1% (16 of 17)")
    await story.sees("Dana Whitlock", REPORT, "88.9% (8 of 9 answers)", but_not=("checked by",))
    await story.sees("Dana Whitlock", REPORT, "8 up to 3 days, 5 4 to 7 days, 4 8 to 14 days, 2 15 to 30 days")
    await story.offers("Dana Whitlock", REPORT, "Reviewed", "Question on a case", "Escalate a case", "Wrong number")
    await story.has_not("Tom Beckett", REPORT)
    await story.at(monday("09:12"))
    await story.press("Dana Whitlock", "Reviewed", on=REPORT)
    await story.sees("Dana Whitlock", REPORT, "You reviewed this", "Mon Jun 15, 9:12 AM EDT")
    await story.sees("Sofia Marchetti", MARLOW, "Reviewed by Dana Whitlock")
    await story.sees("Sofia Marchetti", CEDAR, "Goes out", "Tom Beckett")
    await story.at(monday("11:01"))
    await story.sees("Tom Beckett", REPORT, "Not reviewed by Wed Jun 17, 9:00 AM MDT")


async def _asked(story: Teller) -> None:
    """Marcus asks from the card; Sofia's answer stands on it."""
    await story.at(monday("11:10"))
    question = {"Which case": CASE, "Your question": "Is the new printer ordered?"}
    await story.press("Marcus Hale", "Question on a case", on=REPORT, inputs=question)
    await story.sees("Sofia Marchetti", NORTH, "Marcus Hale asked about CASE-4498", "Is the new printer ordered?")
    await story.press("Sofia Marchetti", "Answer", on=NORTH, inputs={"Your answer": "Yes, it comes on Thursday."})
    await story.sees("Marcus Hale", REPORT, "You asked about CASE-4498", "Yes, it comes on Thursday.")


async def _corrected(story: Teller) -> None:
    """Another case of Friday's turns up; the new report takes the old one's place in the chat."""
    await story.at(monday("11:45"))
    reason = {"What was wrong": "CASE-4493 was closed on Friday, too."}
    await story.press("Sofia Marchetti", "Send a correction", on=NORTH, inputs=reason)
    await story.sees("Marcus Hale", REPORT, "Corrected", "4 cases open", "CASE-4493 was closed on Friday, too.")
    await story.press("Marcus Hale", "Reviewed", on=REPORT)
    await story.sees("Marcus Hale", REPORT, "You reviewed this")
    await story.sees("Sofia Marchetti", NORTH, "Reviewed by Marcus Hale")
