"""Story 4: the internet in Providence is down, and everybody concerned knows, from the first minute to the cause."""

from __future__ import annotations

from bot.demo.stories.teller import Teller

CHANNEL = "All staff"
DUE = "N-1: the next update"
STAFF = "A message for your staff"
TITLE = "Internet at Providence"
BOARD = TITLE
TUESDAY = "2026-06-09T{}:00-04:00"
NOTICE = {
    "What kind of notice": "Outage",
    "Who is affected": "Marlow & Finch LLP — Providence",
    "How bad": "SEV1: a location or a core service is down",
    "What is affected": TITLE,
    "What it means for them": "No internet and no Wi-Fi in the Providence office. Phones work.",
}
WORKAROUND = "Use the laptops' 4G: choose “Keyline backup” in the list of networks."
CAUSE = {
    "What happened": "A digger cut the provider's cable in front of the building.",
    "What you did": "We moved the office to 4G, and the cable was spliced by noon.",
    "So that it does not happen again": "A second line on another street is quoted; 4G starts by itself from now on.",
}


async def tell(story: Teller) -> None:
    """Luis is silent, Dana acknowledges and tells the staff; updates come as promised until all is explained."""
    await story.at(TUESDAY.format("10:42"))
    await story.type("Sofia Marchetti", "outage")
    await story.fill_in("Sofia Marchetti", NOTICE, on="Nothing is sent yet", send="Preview")
    await story.sees("Sofia Marchetti", TITLE, "1 client, 2 people", "Luis Ortega", "Dana Whitlock")
    await story.has_not("Dana Whitlock", TITLE)
    await story.press("Sofia Marchetti", "Send now", on=TITLE)
    await _sent(story)
    await story.at(TUESDAY.format("10:45"))
    await story.press("Dana Whitlock", "Acknowledge", on=TITLE)
    await story.sees("Dana Whitlock", TITLE, "You acknowledged at 10:45 AM EDT")
    await story.sees("Sofia Marchetti", BOARD, "1 of 2", "Dana Whitlock", "10:45 AM")
    await story.sees("Dana Whitlock", STAFF, "Providence office")
    await story.at(TUESDAY.format("10:51"))
    await story.post_to("Dana Whitlock", CHANNEL, on=STAFF)
    for name in ("Priya Raman", "Hannah Cole", "Luis Ortega"):
        await story.sees(name, "Dana Whitlock", "Providence office")
    await story.sees("Sofia Marchetti", BOARD, "Dana Whitlock", "10:51 AM")
    await story.has_not("Priya Raman", "Acknowledge")
    await _updates(story)
    await _over(story)


async def _sent(story: Teller) -> None:
    for name in ("Luis Ortega", "Dana Whitlock"):
        await story.sees(name, TITLE, "No internet and no Wi-Fi in the Providence office", "11:12 AM EDT")
        await story.offers(name, TITLE, "Acknowledge", "Staff informed", "We have a problem too", "Call me")
    for name in ("Priya Raman", "Hannah Cole"):
        await story.has_not(name, TITLE)
    await story.sees("Sofia Marchetti", BOARD, "0 of 2")


async def _updates(story: Teller) -> None:
    """Every half hour as promised; Sofia is reminded five minutes before."""
    await story.at(TUESDAY.format("11:08"))
    await story.sees("Sofia Marchetti", DUE, "11:12")
    await story.at(TUESDAY.format("11:12"))
    await story.press("Sofia Marchetti", "No change", on=BOARD)
    await story.sees("Dana Whitlock", "No change yet: Internet", "11:42 AM EDT")
    await story.at(TUESDAY.format("11:40"))
    monitoring = {"What is new": WORKAROUND, "How it stands": "Monitoring: it works, we are watching"}
    await story.press("Sofia Marchetti", "Update", on=BOARD, inputs=monitoring)
    await story.sees("Luis Ortega", "4G", "12:10 PM EDT")
    await story.at(TUESDAY.format("12:10"))
    await story.press("Sofia Marchetti", "Update", on=BOARD, inputs={"What is new": "Stable since 11:40."})
    await story.sees("Luis Ortega", "Stable since 11:40", "12:40 PM EDT")


async def _over(story: Teller) -> None:
    """Resolved, judged, explained."""
    await story.at(TUESDAY.format("12:30"))
    over = {"What do you tell them?": "The internet works again in Providence."}
    await story.press("Sofia Marchetti", "Resolve", on=BOARD, inputs=over)
    await story.sees("Dana Whitlock", "You acknowledged at 10:45 AM EDT", "resolved", "The internet works again")
    await story.press("Dana Whitlock", "5", on="How did we")
    await story.sees("Dana Whitlock", "Thank you", "You gave 5 of 5")
    await story.sees("Sofia Marchetti", "root cause", "Tue Jun 16")
    await story.at("2026-06-15T10:00:00-04:00")
    await story.press("Sofia Marchetti", "Share root cause", on=BOARD, inputs=CAUSE)
    await story.sees("Dana Whitlock", "Root cause", "A digger cut", "A second line")
    await story.press("Dana Whitlock", "Acknowledge", on="Root cause")
    await story.sees("Dana Whitlock", "Root cause", "You acknowledged")
    await story.sees("Sofia Marchetti", BOARD, "closed", "Root cause shared")
