"""Story 5: everybody's mail is late: one notice to three companies on both platforms."""

from __future__ import annotations

from bot.demo.stories.teller import Teller

MAIL = "E-mail is late"
WEDNESDAY = "2026-06-10T{}:00-04:00"
NOTICE = {
    "What kind of notice": "Outage",
    "Who is affected": "All clients",
    "How bad": "SEV2: a department is down, or all is very slow",
    "What is affected": "E-mail",
    "What it means for them": "Messages from outside arrive up to two hours late. Nothing is lost.",
    "What they can do meanwhile": "Phone when it is urgent.",
    "Headline": MAIL,
}
READERS = {
    "Dana Whitlock": "11:00 AM EDT",
    "Luis Ortega": "11:00 AM EDT",
    "Tom Beckett": "9:00 AM MDT",
    "Marcus Hale": "11:00 AM EDT",
    "Anja Vogel": "5:00 PM CEST",
}
PHONE = {
    "Who was told": "Tom Beckett, Cedar Ridge Pediatrics (+1 303 555 0120)",
    "What was said": "He tells the nurses.",
}


async def tell(story: Teller) -> None:
    """One command, a preview, five people; four acknowledge, and the fifth is phoned."""
    await story.at(WEDNESDAY.format("10:00"))
    await story.type("Ben Okafor", "outage")
    await story.fill_in("Ben Okafor", NOTICE, on="Nothing is sent yet", send="Preview")
    await story.sees("Ben Okafor", MAIL, "3 clients, 5 people")
    await story.press("Ben Okafor", "Send now", on=MAIL)
    for name, next_update in READERS.items():
        await story.sees(name, MAIL, "arrive up to two hours late", next_update)
    for name in ("Priya Raman", "Hannah Cole", "Jill Sandoval", "Greta Lindqvist"):
        await story.has_not(name, MAIL)
    await story.sees("Anja Vogel", MAIL, "Since", "4:00 PM CEST")
    for minute, name in enumerate(("Anja Vogel", "Dana Whitlock", "Marcus Hale", "Luis Ortega")):
        await story.at(WEDNESDAY.format(f"10:{4 + minute:02d}"))
        await story.press(name, "Acknowledge", on=MAIL)
        await story.sees(name, MAIL, "You acknowledged")
    await story.at(WEDNESDAY.format("10:12"))
    await story.sees("Ben Okafor", MAIL, "4 of 5 acknowledged", "Tom Beckett", "+1 303 555 0120")
    await story.sees("Sofia Marchetti", MAIL, "4 of 5 acknowledged", "Tom Beckett")
    await story.press("Ben Okafor", "Record a phone acknowledgement", on=MAIL, inputs=PHONE)
    await story.sees("Ben Okafor", MAIL, "5 of 5 acknowledged")
    await story.sees("Tom Beckett", MAIL, "You acknowledged on the phone")
    await story.has_not("Jill Sandoval", MAIL)
