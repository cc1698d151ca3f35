"""Story 6: new firewalls for a plant in Ohio and one in Saxony: one time that suits both, kept to the minute."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.demo.stories.teller import At, Teller

BEGINS = datetime(2026, 6, 5, 9, 55, tzinfo=ZoneInfo("America/New_York"))
WORK = "Firewall upgrade"
STAFF = "A message for your staff"
CHANNEL = "All staff"
PLAN = {
    "Client and offices": "Northgate Fabrication",
    "What is done": WORK,
    "What stops working, and what people can do": "No internet, no e-mail and no phones. Mobile phones work.",
    "What to do before": "Save what you have open and log off.",
    "First time: begins": At("2026-06-20T18:00"),
    "First time: lasts": "4 hours",
    "Second time: begins": At("2026-06-21T06:00"),
    "Who does the work": "Kai Turner",
}
NIGHT = {"Which times?": "1. Sun Jun 21, 12:00 AM to 4:00 AM CEST", "Why not?": "The night shift builds until six."}
SUNDAY, THERE = "Sun Jun 21, 6:00 AM to 10:00 AM EDT", "Sun Jun 21, 12:00 PM to 4:00 PM CEST"
GERMAN = (
    "Am Sonntag, 21. Juni, gibt es in Leipzig von 12 bis 16 Uhr kein Internet, keine E-Mail und kein Telefon. "
    "Bitte vorher alles sichern und abmelden. Handys funktionieren."
)
LONGER = {"Or until exactly": At("2026-06-21T10:20"), "What people should know": "The second firewall restarts."}


def eastern(day: int, wall: str) -> str:
    """A moment of June 2026 in New York."""
    return f"2026-06-{day:02d}T{wall}:00-04:00"


async def tell(story: Teller) -> None:
    """Leipzig objects to Saturday, Marcus picks Sunday, everybody is reminded; it takes 20 minutes longer."""
    await _offer(story)
    await _answers(story)
    await _yes(story)
    await _staff(story)
    await _reminders(story)
    await _work(story)


async def _offer(story: Teller) -> None:
    """Friday, the last day on which ten business days of notice are left: June 19 is a holiday."""
    await story.at(eastern(5, "10:00"))
    await story.type("Sofia Marchetti", "downtime")
    await story.fill_in("Sofia Marchetti", PLAN, on="Nobody is asked yet", send="Preview")
    await story.sees("Sofia Marchetti", WORK, "nothing is sent yet", "10 business days (10 needed)")
    for name in ("Marcus Hale", "Anja Vogel"):
        await story.has_not(name, WORK)
    await story.press("Sofia Marchetti", "Send now", on=WORK)
    await story.sees("Sofia Marchetti", WORK, "0 of 1 office answered", "Anja Vogel, Leipzig")
    silence = "No answer by Wed Jun 17, 5:00 PM EDT: nothing is agreed and no work is done."
    await story.sees("Marcus Hale", WORK, SUNDAY, f"In Leipzig: {THERE}", "Your turn comes when Leipzig has answered")
    await story.sees("Marcus Hale", WORK, silence)
    await story.offers("Marcus Hale", WORK, "Suggest another time", "Decline")
    await story.sees("Anja Vogel", WORK, "Needs your answer", "12:00 AM to 4:00 AM CEST", THERE, "11:00 PM CEST")
    await story.offers("Anja Vogel", WORK, "OK here", "Object")
    await story.has_not("Greta Lindqvist", WORK)


async def _answers(story: Teller) -> None:
    """It is 16:20 in Leipzig; then it is Marcus's turn."""
    await story.at(eastern(5, "10:20"))
    await story.press("Anja Vogel", "Object", on=WORK, inputs=NIGHT)
    await story.sees("Sofia Marchetti", WORK, "Leipzig objects: The night shift builds until six. (Anja Vogel)")
    await story.offers("Marcus Hale", WORK, "Suggest another time", "Decline")
    await story.at(eastern(5, "10:21"))
    await story.press("Anja Vogel", "OK here", on=WORK)
    await story.sees("Anja Vogel", WORK, "You have answered")
    await story.sees("Marcus Hale", WORK, "it is your turn to decide", "Leipzig objects", SUNDAY, "Leipzig: fine")


async def _yes(story: Teller) -> None:
    """Marcus takes the weekend to think."""
    await story.at(eastern(8, "09:30"))
    await story.press("Marcus Hale", "Pick Sun Jun 21, 6:00 AM EDT", on=WORK)
    await story.sees("Marcus Hale", WORK, "Agreed", SUNDAY, "Add to calendar", "Agreed by you, Mon Jun 8, 9:30 AM EDT")
    await story.sees("Anja Vogel", WORK, "Agreed", THERE, "Agreed by Marcus Hale, Mon Jun 8, 3:30 PM CEST")
    await story.sees("Kai Turner", WORK, "Agreed", SUNDAY)
    await story.sees("Sofia Marchetti", WORK, "Agreed", SUNDAY, "Everything on one page")


async def _staff(story: Teller) -> None:
    """Each office in its own words: Toledo as drafted, Leipzig as Anja has it."""
    await story.sees("Marcus Hale", STAFF, "Planned IT work in Toledo", SUNDAY, "Save what you have open")
    await story.post_to("Marcus Hale", CHANNEL, on=STAFF)
    await story.sees("Anja Vogel", STAFF, "Geplante IT-Arbeiten in Leipzig", "So., 21. Juni, 12:00 bis 16:00 Uhr MESZ")
    await story.at(eastern(8, "09:40"))
    await story.press("Anja Vogel", "Edit", on=STAFF, inputs={"To your staff": GERMAN})
    await story.sees("Anja Vogel", STAFF, "edited by you", "keine E-Mail")
    await story.post_to("Anja Vogel", CHANNEL, on=STAFF)
    await story.sees("Greta Lindqvist", "Anja Vogel", "Handys funktionieren")
    await story.sees("Greta Lindqvist", "Marcus Hale", "Planned IT work in Toledo")


async def _reminders(story: Teller) -> None:
    """A week before is a Sunday: each is told when the own office opens; of the day and hour before, on the minute."""
    await story.at(eastern(15, "01:59"))
    await story.has_not("Anja Vogel", "Coming up")
    await story.at(eastern(15, "02:01"))
    await story.sees("Anja Vogel", "Coming up", THERE, "the work begins Sun Jun 21, 12:00 PM CEST")
    await story.at(eastern(15, "07:59"))
    await story.has_not("Marcus Hale", "Coming up")
    await story.at(eastern(15, "08:01"))
    await story.sees("Marcus Hale", "Coming up", SUNDAY, "the work begins Sun Jun 21, 6:00 AM EDT")
    for day, before, after, lead in (
        (20, "05:59", "06:00", "Coming up soon"),
        (21, "04:59", "05:00", "Begins within the hour"),
    ):
        await story.at(eastern(day, before))
        for name in ("Marcus Hale", "Anja Vogel"):
            await story.has_not(name, lead)
        await story.at(eastern(day, after))
        await story.sees("Marcus Hale", lead, SUNDAY)
        await story.sees("Anja Vogel", lead, THERE)
    await story.sees("Kai Turner", WORK, "The work may begin from 5:45 AM EDT", "Whom to call", "+49 341 555 0132")


async def _work(story: Teller) -> None:
    """Begun on the minute; at its planned end Kai is asked, and everybody is told of 20 minutes more."""
    await story.at(eastern(21, "06:00"))
    await story.press("Kai Turner", "Start", on=WORK)
    await story.sees("Marcus Hale", "Begun", "Begun Sun Jun 21, 6:00 AM EDT, planned until 10:00 AM EDT")
    await story.sees("Anja Vogel", "Begun", "Begun Sun Jun 21, 12:00 PM CEST, planned until 4:00 PM CEST")
    await story.at(eastern(21, "09:59"))
    await story.has_not("Kai Turner", "Finished, or longer?")
    await story.at(eastern(21, "10:00"))
    await story.sees("Kai Turner", WORK, "Finished, or longer?")
    await story.press("Kai Turner", "Extend", on=WORK, inputs=LONGER)
    await story.sees("Marcus Hale", "Takes longer", "until Sun Jun 21, 10:20 AM EDT", "The second firewall restarts")
    await story.sees("Anja Vogel", "Takes longer", "until Sun Jun 21, 4:20 PM CEST")
    await story.sees("Anja Vogel", STAFF, "dauern länger als geplant", "12:00 bis 16:20 Uhr MESZ")
    await story.at(eastern(21, "10:20"))
    await story.press("Kai Turner", "Completed", on=WORK)
    await story.sees("Marcus Hale", "Everything works again", "Completed Sun Jun 21, 10:20 AM EDT")
    await story.sees("Anja Vogel", "Everything works again", "Completed Sun Jun 21, 4:20 PM CEST")
    await story.sees("Sofia Marchetti", WORK, "Completed", "Begun at 6:00 AM EDT", "Done at 10:20 AM EDT")
