"""How the console and the command line call the states of a downtime, of its times and of those who are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cards.downtimes import words
from bot.cards.parts import Viewer
from bot.web.noticewords import Tone, due
from handlers.mechanisms.windows.standing import PLACE, Offer, Standing, Voice

TONES: Mapping[str, Tone] = {"plain": "wait", "warning": "wait", "good": "good", "bad": "bad"}
"""Of cards -> of pages; all others are quiet."""
LOUD = frozenset({"asked", "expired", "extended"})
"""What somebody of the provider has to see."""
STATES = ("draft", "proposed", "countered", "accepted", "declined", "expired", "withdrawn")
LIVES = ("scheduled", "announced", "in_progress", "extended", "verifying", "completed", "postponed", "cancelled")
STAGES: dict[str, tuple[str, Tone]] = {
    "waiting": ("Waits for the offices", ""),
    "open": ("No answer yet", "wait"),
    "silent": ("Silent", "bad"),
    "ok": ("Fine", "good"),
    "mixed": ("Fine with some", "wait"),
    "object": ("Objects", "bad"),
    "yes": ("Said yes", "good"),
    "no": ("Declined", "bad"),
    "answered": ("Answered", "good"),
    "covered": ("Answered by a colleague", ""),
    "over": ("Not asked any more", ""),
    "told": ("Told", ""),
}
SIZES = {"minor": "Small", "normal": "Normal", "major": "Large"}
TIMES: dict[str, tuple[str, Tone]] = {
    "open": ("On offer", "wait"),
    "chosen": ("Agreed", "good"),
    "dropped": ("Not taken", ""),
}
WHY = {"primary": "", "backup": "as backup", "stand_in": "stands in"}
STEPS = {
    "started": "The work has begun",
    "late": "Not started in time",
    "extended": "It takes longer",
    "overrun": "Longer than planned",
    "finished": "Done, being checked",
    "completed": "Everything works again",
    "postponed": "Postponed",
    "cancelled": "Cancelled",
}
OVER = frozenset({"declined", "expired", "withdrawn"})
ENDED = frozenset({"completed", "postponed", "cancelled"})


def state_of(row: Any, now: datetime) -> tuple[str, Tone]:
    """Where it stands in the words of its cards, and how good that is."""
    state = words.stands(row, now)
    said, tone = words.NAMES[state]
    return said, "bad" if state in LOUD else TONES.get(tone, "")


def is_over(row: Any) -> bool:
    """Whether nothing more will happen to it."""
    return row.state in OVER or row.life in ENDED


def headline(row: Any) -> str:
    """ "D-3 · Upgrade of the firewalls"."""
    return f"{row.ref} · {row.work}"


def span(starts_at: datetime, ends_at: datetime, viewer: Viewer) -> str:
    """ "Sun Jun 21, 6:00 AM to 10:00 AM EDT" on the viewer's wall; with the year when it is not this one."""
    return words.span(starts_at, ends_at, viewer.timezone, viewer.locale, viewer.now)


def notice_said(offer: Offer) -> str:
    """ "Large work, 10 business days of notice, 10 needed"."""
    row = offer.row
    days = "day" if row.given_days == 1 else "days"
    return f"{SIZES[row.size]} work, {row.given_days} business {days} of notice, {row.needed_days} needed"


def ends_said(row: Any, viewer: Viewer) -> str:
    """What silence does, and when; "" when nothing is waited for."""
    if row.expires_at is None or row.life or row.state not in ("proposed", "countered"):
        return ""
    return f"Without an answer by {due(row.expires_at, viewer)}, nothing is agreed and no work is done."


def stands(voice: Voice, standing: Standing) -> str:
    """The voice's state; whoever has decided has answered, though nobody is asked any more."""
    decided = voice.kind != PLACE and standing.state in ("accepted", "declined")
    return "answered" if decided and voice.state == "over" else voice.state


def answered(standing: Standing) -> str:
    """ "1 of 2 answered", for a page's title; the state once that is over."""
    if not standing.is_open:
        return state_of(standing.row, standing.now)[0]
    done = sum(stands(voice, standing) == "answered" for voice in standing.voices)
    return f"{done} of {len(standing.voices)} answered"
