"""Story 7: an e-mail in Dana's name asks for administrator rights, and Dana never wrote it."""

from __future__ import annotations

from bot.demo.stories.teller import Teller

REQUEST = "Mail administration for Dana"
WEDNESDAY = "2026-06-10T{}:00-04:00"
FORM = {
    "Client": "Marlow & Finch LLP",
    "Asked by": "dana@marlowfinch.example",
    "What is needed": REQUEST,
    "Why": "An e-mail from Dana says that she looks after the mailboxes while Priya travels.",
    "Kind of change": "Administrator rights",
    "Whose access": "Dana Whitlock",
    "To what": "Mail administration",
    "Access now": "Her own mailbox",
    "Access afterwards": "Every mailbox of the company",
}


async def tell(story: Teller) -> None:
    """Sofia asks in Dana's name; two others have to agree, never Dana; Dana stops it and Sofia phones her."""
    await story.at(WEDNESDAY.format("15:05"))
    await story.type("Sofia Marchetti", "request")
    await story.press("Sofia Marchetti", "Ask for access", on="What do you need?", inputs=FORM)
    await story.sees("Sofia Marchetti", "call Dana Whitlock", "+1 617 555 0110", "Confirmed on the phone")
    for name in ("Priya Raman", "Hannah Cole"):
        await story.sees(name, REQUEST, "Needs your approval", "two different people", "not approved", buttons=True)
    await story.sees("Dana Whitlock", REQUEST, "in your name", buttons=False)
    await story.press_unseen("Dana Whitlock", "Approve", of="Priya Raman", on=REQUEST)
    await story.is_told("Dana Whitlock", "about your own access, so somebody else has to decide it")
    await story.at(WEDNESDAY.format("15:12"))
    await story.press("Priya Raman", "Approve", on=REQUEST)
    await story.sees("Priya Raman", REQUEST, "1 of 2", "Waiting for Hannah Cole", buttons=False)
    await story.sees("Hannah Cole", REQUEST, "1 of 2 approved", buttons=True)
    await story.at(WEDNESDAY.format("15:20"))
    await story.press("Dana Whitlock", "I didn't ask for this", on=REQUEST)
    await story.sees("Dana Whitlock", REQUEST, "Stopped", buttons=False)
    for name in ("Priya Raman", "Hannah Cole"):
        await story.sees(name, REQUEST, "Stopped", "Dana Whitlock", "I didn't ask for this", buttons=False)
    await story.sees("Sofia Marchetti", "says “I didn't ask for this”", "Phone Dana Whitlock at +1 617 555 0110")
    await story.sees("Sofia Marchetti", REQUEST, "Stopped")
