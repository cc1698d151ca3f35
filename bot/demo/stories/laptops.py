"""Story 1: laptops, two voices."""

from __future__ import annotations

from bot.demo.stories.teller import Teller

ORDER = "Six laptops for the litigation team"
DAY = "2026-06-08T{}:00-04:00"


async def tell(story: Teller) -> None:
    """Sofia asks for six laptops; Dana and Priya both have to agree; Hannah's click is refused."""
    await story.sees("Dana Whitlock", ORDER, "Needs your approval", "$8,659.88", "not approved", buttons=True)
    await story.sees("Priya Raman", ORDER, "Needs your approval", "$8,659.88", buttons=True)
    await story.sees("Sofia Marchetti", ORDER, "0 of 2 approved")
    await story.press_unseen("Hannah Cole", "Approve", of="Dana Whitlock", on=ORDER)
    await story.is_told("Hannah Cole", "Dana Whitlock or Priya Raman can decide")
    await story.at(DAY.format("09:11"))
    await story.press("Dana Whitlock", "Approve", on=ORDER)
    await story.sees("Dana Whitlock", ORDER, "You approved · 1 of 2", "Waiting for Priya Raman", buttons=False)
    await story.sees("Priya Raman", ORDER, "1 of 2 approved", "Approved by Dana Whitlock", buttons=True)
    await story.sees("Sofia Marchetti", ORDER, "1 of 2 approved")
    await story.at(DAY.format("13:40"))
    await story.press("Priya Raman", "Approve", on=ORDER)
    await story.sees("Dana Whitlock", ORDER, "Approved", "You approved this on Mon Jun 8, 9:11", buttons=False)
    await story.sees("Priya Raman", ORDER, "Approved", "You approved this on Mon Jun 8, 1:40", buttons=False)
    await story.sees("Sofia Marchetti", ORDER, "Approved", "Audit id")
