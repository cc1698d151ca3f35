"""Story 9: a check-in comes round and is held; a client who likes the phone is called; another one turns amber."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.stories.teller import Teller

BEGINS = datetime(2026, 5, 28, 8, 30, tzinfo=ZoneInfo("America/New_York"))
TICKETS = True
TALK = "Check-in"
DESK = "Check-in · Marlow & Finch LLP"
LEASE = "The lease ends in August; we look for a smaller printer."
OFFERS = "Send two offers for a printer"


def eastern(day: str, wall: str) -> str:
    """A moment of 2026 in New York, "06-11" and "10:00"."""
    return f"2026-{day}T{wall}:00-04:00"


async def tell(story: Teller) -> None:
    """Ten business days ahead the times come by themselves; what is said and what was felt is written down."""
    await _agreed(story)
    await _held(story)
    await _called(story)
    await _amber(story)


async def _agreed(story: Teller) -> None:
    """The times are offered with an agenda drawn from what is open; the client's own day and hour come first."""
    await story.at(eastern("05-28", "08:59"))
    await story.has_not("Dana Whitlock", TALK)
    await story.at(eastern("05-28", "09:01"))
    await story.sees("Dana Whitlock", TALK, "Please pick a time", "Wi-Fi refresh", "left out")
    times = ("Thu Jun 11, 10:00 AM EDT", "Thu Jun 11, 2:00 PM EDT", "Fri Jun 12, 10:00 AM EDT")
    others = ("Reschedule", "Add agenda item", "Skip with reason")
    await story.offers("Dana Whitlock", TALK, *(f"Pick {one}" for one in times), *others)
    await story.has_not("Tom Beckett", TALK)
    await story.press("Dana Whitlock", "Pick Thu Jun 11, 10:00 AM EDT", on=TALK)
    await story.sees("Dana Whitlock", TALK, "Thu Jun 11, 10:00 AM to 10:30 AM EDT")
    await story.sees("Sofia Marchetti", DESK, "Thu Jun 11, 10:00 AM to 10:30 AM EDT")


async def _held(story: Teller) -> None:
    """What has come up since is on the agenda by itself; what Dana wants to talk about, because she says so."""
    await story.at(eastern("06-10", "15:00"))
    item = {"What do you want to talk about?": "Printer lease"}
    await story.press("Dana Whitlock", "Add agenda item", on=TALK, inputs=item)
    await story.at(eastern("06-11", "09:01"))
    await story.sees("Dana Whitlock", TALK, "CASE-4471: Internet down in Providence", "Wi-Fi refresh", "Printer lease")
    await story.at(eastern("06-11", "10:35"))
    notes = {"What was said": LEASE}
    await story.press("Sofia Marchetti", "It was held", on="T-1 Check-in, Marlow & Finch LLP", inputs=notes)
    todo = {"What is to be done": OFFERS, "Who does it": "Kai Turner", "By when": "2026-06-18"}
    await story.press("Sofia Marchetti", "Add action item", on="[Add action item]", inputs=todo)
    await story.sees("Dana Whitlock", LEASE, OFFERS, "Kai Turner")
    await story.sees("Kai Turner", OFFERS, "Jun 18")
    await story.press("Sofia Marchetti", "Close", on="[Add action item]")
    await story.sees("Sofia Marchetti", "[Settle an action item]", "Closed", LEASE)
    await story.press("Dana Whitlock", "Pick Thu Jun 25, 10:00 AM EDT", on="[Pick Thu Jun 25")


async def _called(story: Teller) -> None:
    """A month later it is asked how things go. Tom likes the phone: nothing goes to him, and Ben has the number."""
    await story.at(eastern("06-22", "09:30"))
    await story.press("Marcus Hale", "Reviewed", on="Weekly report: Jun 15 to Jun 21")
    await story.at(eastern("06-29", "11:01"))
    await story.sees("Ben Okafor", "Call Tom Beckett (+1 303 555 0120)", "Please call, then log how it goes.")
    await story.has_not("Tom Beckett", "Pulse")


async def _amber(story: Teller) -> None:
    """A fifth more users in a year, and it shows: Keyline suggests, Ben decides."""
    found = {
        "How is the relationship?": "Amber: needs attention",
        "What was said": "New people wait too long for their laptops.",
        "Users now": "142",
        "Users a year ago": "118",
        "What the client prefers": "As often as now",
    }
    pulse = "Pulse · Northgate Fabrication"
    await story.press("Ben Okafor", "Log the pulse", on=pulse, inputs=found)
    await story.sees("Ben Okafor", pulse, "Amber", "118 → 142 (+20.3 %)", "Nothing changes until you confirm it")
    await story.sees(
        "Ben Okafor", pulse, "Pulse every 7 days", "vCIO meeting every month", "Users have grown by 20.3 %"
    )
    await story.offers("Ben Okafor", pulse, "Confirm", "Keep with reason")
    await story.press("Ben Okafor", "Confirm", on=pulse)
    await story.sees("Ben Okafor", pulse, "Confirmed by Ben Okafor")
    await story.at(eastern("07-06", "09:01"))
    await story.sees("Ben Okafor", pulse, "How is it going?")
