"""Story 6 for a client on Slack: two offices of a law firm, and a better time, suggested by the one who decides."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.stories.teller import At, Teller

BEGINS = datetime(2026, 6, 8, 9, 5, tzinfo=ZoneInfo("America/New_York"))
WORK = "New file server"
STAFF = "A message for your staff"
CHANNEL = "All staff"
PLAN = {
    "Client and offices": "Marlow & Finch LLP",
    "What is done": WORK,
    "What stops working, and what people can do": "No shared folders. E-mail and phones work.",
    "First time: begins": At("2026-06-24T19:00"),
    "First time: lasts": "3 hours",
    "Who does the work": "Kai Turner",
}
LATER = {
    "Time: begins": At("2026-06-27T18:00"),
    "Time: lasts": "3 hours",
    "What you want to say with it": "We file for the court on Thursday.",
}
SATURDAY = "Sat Jun 27, 6:00 PM to 9:00 PM EDT"


def eastern(day: int, wall: str) -> str:
    """A moment of June 2026 in New York."""
    return f"2026-06-{day:02d}T{wall}:00-04:00"


async def tell(story: Teller) -> None:
    """Dana suggests a Saturday instead of a Wednesday; Sofia takes it, Luis agrees for Providence, Dana says yes."""
    await story.at(eastern(8, "09:30"))
    await story.type("Sofia Marchetti", "downtime")
    await story.fill_in("Sofia Marchetti", PLAN, on="Nobody is asked yet", send="Preview")
    await story.press("Sofia Marchetti", "Send now", on=WORK)
    await story.sees("Luis Ortega", WORK, "Needs your answer", "Wed Jun 24, 7:00 PM to 10:00 PM EDT")
    await story.sees("Dana Whitlock", WORK, "No answer by Mon Jun 22, 5:00 PM EDT: nothing is agreed")
    await story.at(eastern(8, "09:50"))
    await story.press("Dana Whitlock", "Suggest another time", on=WORK, inputs=LATER)
    await story.sees("Sofia Marchetti", WORK, "suggests another time", "We file for the court", SATURDAY)
    await story.sees("Luis Ortega", WORK, "Other times have been named since")
    await story.at(eastern(8, "10:30"))
    await story.press("Sofia Marchetti", "Take this time", on=WORK)
    await story.sees("Luis Ortega", WORK, "Needs your answer", SATURDAY)
    await story.offers("Dana Whitlock", WORK, "Suggest another time", "Decline")
    await story.press("Luis Ortega", "OK here", on=WORK)
    await story.sees("Dana Whitlock", WORK, "it is your turn to decide", "Providence: fine (Luis Ortega)")
    await story.at(eastern(8, "11:00"))
    await story.press("Dana Whitlock", "Pick Sat Jun 27, 6:00 PM EDT", on=WORK)
    for name in ("Dana Whitlock", "Luis Ortega", "Kai Turner"):
        await story.sees(name, WORK, "Agreed", SATURDAY)
    await story.sees("Luis Ortega", STAFF, "Planned IT work in Providence", SATURDAY)
    await story.post_to("Luis Ortega", CHANNEL, on=STAFF)
    await story.sees("Hannah Cole", "Luis Ortega", "Planned IT work in Providence")
    await _evening(story)


async def _evening(story: Teller) -> None:
    """Who did not tell the staff is reminded; the work ends before its time."""
    await story.at(eastern(25, "08:59"))
    await story.sees("Dana Whitlock", STAFF, "Staff not told by Thu Jun 25, 9:00 AM EDT: you are reminded")
    await story.at(eastern(25, "09:01"))
    await story.sees(
        "Dana Whitlock", STAFF, "Staff not told by Fri Jun 26, 9:00 AM EDT: Sofia Marchetti is asked to call"
    )
    await story.press("Dana Whitlock", "Mark informed", on=STAFF)
    await story.at(eastern(27, "17:00"))
    await story.sees("Luis Ortega", "Begins within the hour", SATURDAY)
    await story.at(eastern(27, "18:00"))
    await story.press("Kai Turner", "Start", on=WORK)
    await story.sees("Dana Whitlock", "Begun", "planned until 9:00 PM EDT")
    await story.at(eastern(27, "20:40"))
    await story.press("Kai Turner", "Finished", on=WORK)
    await story.sees("Luis Ortega", "Done, being checked", "The work is done and is being checked")
    await story.at(eastern(27, "20:50"))
    await story.press("Kai Turner", "Completed", on=WORK)
    await story.sees("Dana Whitlock", "Everything works again", "Completed Sat Jun 27, 8:50 PM EDT")
