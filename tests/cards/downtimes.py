"""Scenes of downtimes as the house lives them: story 6, its short Slack version, every end, and its worst cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.demo.cast import BY_KEY
from handlers.commands import (
    AnswerWindows,
    CancelDowntime,
    Chat,
    ChooseWindow,
    CompleteDowntime,
    DeclineDowntime,
    ExtendDowntime,
    FinishDowntime,
    GoAway,
    Grant,
    OfferWindows,
    PostponeDowntime,
    PutBlackout,
    PutClient,
    PutLocation,
    PutPerson,
    PutPreferredTime,
    RaiseDowntime,
    Ref,
    RemovePerson,
    SendDowntime,
    StartDowntime,
    SuggestWindow,
    TakeWindow,
    Window,
    WithdrawDowntime,
)
from tests.cards.extremes import ARABIC, HEBREW, HOSTILE, LONG_NAME, WORDS
from tests.cards.scenes import DANA, LUIS, NORA, SOFIA, Shown
from tests.cards.studio import SYSTEM, Studio

KAI, MARCUS, GRETA, ANJA, TOM, JILL = (
    *("Kai Turner", "Marcus Hale", "Greta Lindqvist", "Anja Vogel"),
    *("Tom Beckett", "Jill Sandoval"),
)
FIRST = "2026-06-05T10:00:00-04:00"
SATURDAY = "2026-06-20T18:00:00-04:00"
SUNDAY = "2026-06-21T06:00:00-04:00"
NIGHT_SHIFT = "The night shift runs until six in the morning."


def window(begins: str, hours: float = 4) -> Window:
    """So many hours from then on."""
    starts = datetime.fromisoformat(begins)
    return Window(starts, starts + timedelta(hours=hours))


def firewall(**changes: Any) -> RaiseDowntime:
    """Story 6."""
    said: dict[str, Any] = {
        "work": "Firewall upgrade",
        "implications": "No internet, no mail and no phones in both offices. Mobile phones work.",
        "windows": (window(SATURDAY), window(SUNDAY)),
        "client": "northgate",
        "prep_steps": "Save your work and sign out before you leave.",
        "send": True,
    }
    return RaiseDowntime(**{**said, **changes})


def switch(**changes: Any) -> RaiseDowntime:
    """A short job in the evening at one office of Marlow & Finch."""
    said: dict[str, Any] = {
        "work": "New switch in Providence",
        "implications": "No network for twenty minutes.",
        "windows": (window("2026-06-17T19:00:00-04:00", 0.25),),
        "client": "marlow-finch",
        "locations": ("providence",),
    }
    return firewall(**{**said, "prep_steps": "", **changes})


def since(it: Studio, moment: str = FIRST) -> None:
    """The scene begins at this moment."""
    it.office.now = datetime.fromisoformat(moment)


def offered(it: Studio) -> Shown:
    """Story 6 until it is agreed: a preview, two voices, an objection, the key contact's turn."""
    since(it)
    yield "downtime form plan", it.fill(SOFIA, "downtime:raise")
    ref = it.do(SOFIA, firewall(send=False, engineer=it.person(KAI)))
    yield "downtime preview", it.see(SOFIA, ref, "preview")
    yield "downtime form change draft", it.fill(SOFIA, "downtime:change", ref)
    it.do(SOFIA, SendDowntime(ref, 1))
    yield "downtime preview sent", it.see(SOFIA, ref, "preview")
    yield "downtime offer decider waits", it.see(MARCUS, ref, "offer:r1")
    yield "downtime offer coordinator", it.see(ANJA, ref, "offer:r1")
    yield "downtime offer desk", it.see(SOFIA, ref, "desk")
    yield "downtime form object", it.fill(ANJA, "window:object", ref)
    yield "downtime form suggest", it.fill(MARCUS, "window:suggest", ref)
    yield "downtime form decline", it.fill(MARCUS, "window:decline", ref)
    yield "downtime form offer", it.fill(SOFIA, "downtime:offer", ref)
    yield "downtime form change sent", it.fill(SOFIA, "downtime:change", ref)
    yield "downtime form withdraw", it.fill(SOFIA, "downtime:withdraw", ref)
    yield "downtime waiting coordinator", it.gallery.waiting(it.person(ANJA))
    yield "downtime waiting decider waits", it.gallery.waiting(it.person(MARCUS))
    yield "downtime waiting csm", it.gallery.waiting(it.person(SOFIA))
    it.at("2026-06-09T10:00:00-04:00")
    yield "downtime reminder coordinator", it.see(ANJA, ref, "remind:x.0")
    it.do(ANJA, AnswerWindows(ref, 1, False, (1,), NIGHT_SHIFT))
    yield "downtime coordinator has objected", it.see(ANJA, ref, "offer:r1")
    it.do(ANJA, AnswerWindows(ref, 1, True))
    yield "downtime coordinator has answered", it.see(ANJA, ref, "offer:r1")
    yield "downtime turn", it.see(MARCUS, ref, "turn:r1")
    yield "downtime desk objected", it.see(SOFIA, ref, "desk")
    yield "downtime waiting decider", it.gallery.waiting(it.person(MARCUS))
    yield "downtime form choose over an objection", it.fill(MARCUS, "window:choose:1", ref)
    it.do(MARCUS, ChooseWindow(ref, 1, 2))
    yield "downtime agreed decider", it.see(MARCUS, ref, "agreed")
    yield "downtime agreed coordinator", it.see(ANJA, ref, "agreed")
    yield "downtime agreed offer card", it.see(MARCUS, ref, "offer:r1")
    yield "downtime agreed desk", it.see(SOFIA, ref, "desk")
    yield "downtime form cancel", it.fill(MARCUS, "downtime:cancel", ref)
    yield "downtime form postpone", it.fill(SOFIA, "downtime:postpone", ref)
    yield "downtime form change agreed", it.fill(SOFIA, "downtime:change", ref)


def lived(it: Studio) -> Shown:
    """Story 6 from the agreement on: reminders, begun, longer, done."""
    since(it)
    ref = it.do(SOFIA, firewall(engineer=it.person(KAI)))
    it.do(ANJA, AnswerWindows(ref, 1, True))
    it.do(MARCUS, ChooseWindow(ref, 1, 2))
    it.at("2026-06-14T13:00:00-04:00")
    yield "downtime a week before", it.see(ANJA, ref, "day7")
    it.at("2026-06-20T13:00:00-04:00")
    yield "downtime a day before", it.see(MARCUS, ref, "day1")
    it.at("2026-06-21T05:10:00-04:00")
    yield "downtime an hour before", it.see(ANJA, ref, "hour1")
    yield "downtime engineer", it.see(KAI, ref, "engineer")
    it.at("2026-06-21T06:16:00-04:00")
    yield "downtime late engineer", it.see(KAI, ref, "late")
    yield "task downtime late", it.see(SOFIA, it.task("overrun"), "task")
    it.do(KAI, StartDowntime(ref))
    yield "downtime started", it.see(ANJA, ref, "started")
    yield "downtime started live card", it.see(MARCUS, ref, "agreed")
    yield "downtime started desk", it.see(SOFIA, ref, "desk")
    yield "downtime a day before, later", it.see(MARCUS, ref, "day1")
    it.at("2026-06-21T10:01:00-04:00")
    yield "downtime checkup", it.see(KAI, ref, "checkup:0")
    yield "downtime form extend", it.fill(KAI, "downtime:extend", ref)
    it.at("2026-06-21T10:16:00-04:00")
    yield "downtime overrun", it.see(ANJA, ref, "overrun:0")
    yield "downtime overrun live card", it.see(ANJA, ref, "agreed")
    yield "task downtime overrun", it.see(SOFIA, it.task("overrun"), "task")
    until = datetime.fromisoformat("2026-06-21T10:40:00-04:00")
    it.do(KAI, ExtendDowntime(ref, until, "The new firewall needs one more restart."))
    yield "downtime extended", it.see(ANJA, ref, "extended:1")
    yield "downtime extended live card", it.see(MARCUS, ref, "agreed")
    yield "downtime extended engineer", it.see(KAI, ref, "engineer")
    it.do(KAI, FinishDowntime(ref))
    yield "downtime finished", it.see(ANJA, ref, "finished")
    yield "downtime finished engineer", it.see(KAI, ref, "engineer")
    it.do(KAI, CompleteDowntime(ref, "Phones and mail are checked in both offices."))
    yield "downtime completed", it.see(ANJA, ref, "completed")
    yield "downtime completed live card", it.see(MARCUS, ref, "agreed")
    yield "downtime completed desk", it.see(SOFIA, ref, "desk")
    yield "downtime started, later", it.see(ANJA, ref, "started")


def one_voice(it: Studio) -> Shown:
    """A Slack client, one office without a coordinator of its own, short notice, a conflict with an override."""
    short = switch(locations=("boston",), work="Printer firmware in Boston", send=False)
    ref = it.do(SOFIA, short)
    yield "downtime short notice preview", it.see(SOFIA, ref, "preview")
    busy = window("2026-06-11T11:00:00-04:00", 1)
    other = it.do(SOFIA, switch(locations=("boston",), work="Wi-Fi in Boston", windows=(busy,), send=False))
    yield "downtime preview with conflicts", it.see(SOFIA, other, "preview")
    reason = "The vendor's engineer comes only in office hours."
    sent = it.do(SOFIA, switch(locations=("boston",), work="Wi-Fi in Boston", windows=(busy,), override=reason))
    yield "downtime short notice decider", it.see(DANA, sent, "offer:r1")
    yield "downtime form choose at short notice", it.fill(DANA, "window:choose:1", sent)
    yield "downtime short notice desk", it.see(SOFIA, sent, "desk")
    it.do(DANA, ChooseWindow(sent, 1, 1, consent=True))
    yield "downtime short notice agreed", it.see(DANA, sent, "agreed")
    plain = it.do(SOFIA, switch(windows=(window("2026-06-24T19:00:00-04:00", 0.25),)))
    yield "downtime one time coordinator", it.see(LUIS, plain, "offer:r1")
    yield "downtime one time form object", it.fill(LUIS, "window:object", plain)
    it.do(LUIS, AnswerWindows(plain, 1, True))
    yield "downtime one time decider", it.see(DANA, plain, "turn:r1")


def silent(it: Studio) -> Shown:
    """An office does not answer; the key contact's turn comes without it; nobody answers at all."""
    since(it)
    ref = it.do(SOFIA, firewall())
    it.at("2026-06-11T16:30:00-04:00")
    yield "task downtime call", it.see(SOFIA, it.task("call"), "task")
    yield "downtime silent office turn", it.see(MARCUS, ref, "turn:r1")
    yield "downtime silent office coordinator", it.see(ANJA, ref, "offer:r1")
    yield "downtime silent office desk", it.see(SOFIA, ref, "desk")
    yield "downtime form choose without an answer", it.fill(MARCUS, "window:choose:2", ref)
    it.at("2026-06-17T18:00:00-04:00")
    yield "downtime expired decider", it.see(MARCUS, ref, "expired")
    yield "downtime expired offer card", it.see(MARCUS, ref, "offer:r1")
    yield "downtime expired desk", it.see(SOFIA, ref, "desk")


def countered(it: Studio) -> Shown:
    """The key contact suggests; the provider takes it, or offers others; old cards say where to look."""
    since(it)
    ref = it.do(SOFIA, firewall())
    it.do(MARCUS, SuggestWindow(ref, 1, window("2026-06-27T06:00:00-04:00"), "We move machines on the 20th and 21st."))
    yield "downtime countered decider", it.see(MARCUS, ref, "offer:r2")
    yield "downtime countered old card", it.see(MARCUS, ref, "offer:r1")
    yield "downtime countered desk", it.see(SOFIA, ref, "desk")
    yield "downtime form decline suggestion", it.fill(SOFIA, "window:decline", ref, version=2)
    yield "downtime waiting csm countered", it.gallery.waiting(it.person(SOFIA))
    it.do(SOFIA, TakeWindow(ref, 2, 1))
    yield "downtime taken coordinator", it.see(ANJA, ref, "offer:r3")
    it.do(ANJA, AnswerWindows(ref, 3, False, (1,), "Stocktaking all weekend."))
    it.do(SOFIA, OfferWindows(ref, (window("2026-06-28T06:00:00-04:00"),), "The Sunday after would do, too."))
    yield "downtime offered anew decider", it.see(MARCUS, ref, "offer:r4")
    it.do(MARCUS, DeclineDowntime(ref, 4, "Not in June. Please come back in July."))
    yield "downtime declined coordinator", it.see(ANJA, ref, "declined")
    yield "downtime declined offer card", it.see(MARCUS, ref, "offer:r4")
    yield "downtime declined desk", it.see(SOFIA, ref, "desk")


def asked_for(it: Studio) -> Shown:
    """A contact asks for it; the provider answers, in spite of what speaks against the time."""
    since(it)
    yield "downtime form ask", it.fill(MARCUS, "downtime:raise")
    yield "downtime page empty", it.gallery.downtimes(it.person(MARCUS))
    busy = window("2026-06-24T09:00:00-04:00", 2)
    ref = it.do(MARCUS, firewall(client="", windows=(busy,), locations=("toledo",), send=False))
    yield "downtime asked for asker", it.see(MARCUS, ref, "offer:r1")
    yield "downtime asked for desk", it.see(SOFIA, ref, "desk")
    yield "downtime form take", it.fill(SOFIA, "window:take:1", ref)
    yield "downtime form withdraw by the asker", it.fill(MARCUS, "downtime:withdraw", ref)
    yield "downtime page asked for", it.gallery.downtimes(it.person(MARCUS))
    it.do(SOFIA, TakeWindow(ref, 1, 1, "You asked for it."))
    yield "downtime taken agreed", it.see(MARCUS, ref, "agreed")
    other = it.do(MARCUS, firewall(client="", windows=(window("2026-06-27T06:00:00-04:00"),), send=False))
    it.do(MARCUS, WithdrawDowntime(other))
    yield "downtime withdrawn desk", it.see(SOFIA, other, "withdrawn")


def given_up(it: Studio) -> Shown:
    """An agreed time is postponed, cancelled, or doubted because no work is wanted then any more."""
    since(it)
    ref = _agreed(it)
    why = "Stocktaking."
    it.do(ANJA, PutBlackout(why, location="leipzig", window=window("2026-06-21T08:00:00-04:00", 24)))
    blackout = it.last("blackout")
    yield "downtime blackout decider", it.see(MARCUS, ref, f"blackout:{blackout}")
    yield "downtime blackout owner", it.see(SOFIA, ref, f"blackout:{blackout}")
    others = (window("2026-07-11T06:00:00-04:00"),)
    it.do(SOFIA, PostponeDowntime(ref, "The vendor's part is late.", others))
    yield "downtime postponed", it.see(ANJA, ref, "postponed")
    yield "downtime postponed live card", it.see(MARCUS, ref, "agreed")
    yield "downtime postponed desk", it.see(SOFIA, ref, "desk")
    yield "downtime blackout, later", it.see(MARCUS, ref, f"blackout:{blackout}")
    ref = _agreed(it, work="Second firewall", windows=(window("2026-07-18T06:00:00-04:00"),))
    it.do(MARCUS, CancelDowntime(ref, "The office is closed that weekend."))
    yield "downtime cancelled", it.see(ANJA, ref, "cancelled")
    yield "downtime cancelled by the contact, desk", it.see(SOFIA, ref, "desk")
    ref = _agreed(it, work="Third firewall", windows=(window("2026-06-28T06:00:00-04:00"),))
    it.at("2026-06-28T11:00:00-04:00")
    yield "downtime missed desk", it.see(SOFIA, ref, "desk")
    yield "downtime missed engineer", it.see(SOFIA, ref, "engineer")


def who_else(it: Studio) -> Shown:
    """A backup, somebody who stands in, somebody who is away, somebody who has left."""
    since(it)
    ref = it.do(SOFIA, firewall(client="cedar-ridge", windows=(window("2026-06-20T18:00:00-06:00"),)))
    yield "downtime clinic decider", it.see(TOM, ref, "offer:r1")
    it.at("2026-06-10T17:00:00-04:00")
    yield "downtime clinic backup", it.see(JILL, ref, "offer:r1")
    it.do(TOM, GoAway(it.office.now, it.office.now + timedelta(days=3)))
    yield "downtime clinic away", it.see(TOM, ref, "offer:r1")
    other = it.do(SOFIA, firewall(client="cedar-ridge", work="Server", windows=(window("2026-06-27T18:00:00-06:00"),)))
    yield "downtime clinic stands in", it.see(JILL, other, "offer:r1")
    third = it.do(SOFIA, firewall())
    it.do(SYSTEM, RemovePerson(it.person(ANJA), it.person(GRETA)))
    yield "downtime coordinator has left", it.see(ANJA, third, "offer:r1")


def wishes(it: Studio) -> Shown:
    """When no work is wanted, and when it is liked."""
    since(it)
    yield "downtime form blackout contact", it.fill(MARCUS, "blackout:put")
    yield "downtime form blackout staff", it.fill(SOFIA, "blackout:put")
    yield "downtime form preferred", it.fill(MARCUS, "preferred:put")
    yield "downtime form preferred one office", it.fill(TOM, "preferred:put")
    yield "downtime form new calendar address", it.fill(MARCUS, "calendar:replace")
    it.do(ANJA, PutBlackout("Night shift.", location="leipzig", weekday=5, from_wall="22:00", until_wall="06:00"))
    it.do(MARCUS, PutBlackout("Year end closing.", window=window("2026-12-28T00:00:00-05:00", 96)))
    it.do(MARCUS, PutPreferredTime(weekdays=(5, 6), from_wall="06:00", until_wall="18:00"))
    ref = it.do(SOFIA, firewall(send=False))
    yield "downtime preview in a blackout", it.see(SOFIA, ref, "preview")
    _agreed(it, windows=(window(SUNDAY),), override="It was asked for.")
    yield "downtime page contact", it.gallery.downtimes(it.person(MARCUS))
    yield "downtime page staff", it.gallery.downtimes(it.person(SOFIA))
    it.do(SYSTEM, PutPerson("marlow-finch", NORA, "nora@marlowfinch.example"))
    yield "downtime page employee", it.gallery.downtimes(it.person(NORA))


def crowded(it: Studio) -> Shown:
    """Three times, four offices on three continents, each with an answer of its own, and the longest texts."""
    since(it, "2026-06-01T10:00:00-04:00")
    more = (PutLocation("osaka", "Osaka", "Asia/Tokyo", "JP"), PutLocation("pune", "Pune", "Asia/Kolkata", "IN"))
    it.do(SYSTEM, PutClient("northgate", "Northgate Fabrication", "NF", "America/New_York", locations=more))
    for slug in ("osaka", "pune"):
        known = Chat("teams", BY_KEY["north"].tenant, f"aad-{slug}")
        person = PutPerson(
            "northgate",
            f"{LONG_NAME[:120].strip()} {slug}",
            f"{slug}@northgate.example",
            location=slug,
            grants=(Grant("downtime", 1, slug),),
            accounts=(known,),
        )
        it.do(SYSTEM, person)
    times = (window(SATURDAY, 10), window(SUNDAY, 10), window("2026-06-27T18:00:00-04:00", 10))
    long = {"work": "W" * 150, "implications": (WORDS * 20)[:1000], "prep_steps": (WORDS * 20)[:1000]}
    ref = it.do(SOFIA, firewall(windows=times, override=(WORDS * 20)[:1000], **long))
    yield "downtime crowded decider waits", it.see(MARCUS, ref, "offer:r1")
    yield "downtime crowded coordinator", it.see(ANJA, ref, "offer:r1")
    it.do(ANJA, AnswerWindows(ref, 1, False, (1, 2), ("No, not then. " * 40)[:500]))
    it.do(ANJA, AnswerWindows(ref, 1, True))
    it.at("2026-06-09T12:00:00-04:00")
    yield "downtime crowded turn", it.see(MARCUS, ref, "turn:r1")
    yield "downtime crowded desk", it.see(SOFIA, ref, "desk")
    yield "downtime crowded form choose", it.fill(MARCUS, "window:choose:1", ref)
    it.do(MARCUS, ChooseWindow(ref, 1, 1, consent=True, reason=("Because. " * 60)[:500]))
    yield "downtime crowded agreed", it.see(ANJA, ref, "agreed")
    yield "downtime crowded engineer", it.see(SOFIA, ref, "engineer")


def worst(it: Studio) -> Shown:
    """Right to left, marks and mentions, wherever people write."""
    since(it)
    ref = it.do(SOFIA, firewall(work=ARABIC, implications=HEBREW, prep_steps=ARABIC))
    it.do(ANJA, AnswerWindows(ref, 1, False, (1,), HEBREW))
    yield "downtime right to left decider", it.see(MARCUS, ref, "offer:r1")
    yield "downtime right to left desk", it.see(SOFIA, ref, "desk")
    other = (window("2026-06-27T18:00:00-04:00"),)
    said = {"work": HOSTILE[:150], "implications": HOSTILE, "prep_steps": HOSTILE}
    ref = it.do(SOFIA, firewall(windows=other, **said))
    it.do(ANJA, AnswerWindows(ref, 1, False, (1,), HOSTILE[:500]))
    yield "downtime hostile decider", it.see(MARCUS, ref, "turn:r1")
    yield "downtime hostile desk", it.see(SOFIA, ref, "desk")
    yield "downtime form hostile", it.fill(MARCUS, "window:choose:1", ref)
    it.do(MARCUS, ChooseWindow(ref, 1, 1, consent=True, reason=HOSTILE[:500]))
    yield "downtime hostile agreed", it.see(ANJA, ref, "agreed")
    it.do(MARCUS, CancelDowntime(ref, HOSTILE[:900]))
    yield "downtime hostile cancelled", it.see(ANJA, ref, "cancelled")


def seasons(it: Studio) -> Shown:
    """The week of October in which Berlin has changed its clocks and New York has not."""
    since(it, "2026-10-08T10:00:00-04:00")
    times = (window("2026-10-24T18:00:00-04:00", 8), window("2026-10-31T22:00:00-04:00", 8))
    ref = it.do(SOFIA, firewall(windows=times))
    yield "downtime autumn decider", it.see(MARCUS, ref, "offer:r1")
    yield "downtime autumn coordinator", it.see(ANJA, ref, "offer:r1")


SCENES = (
    offered,
    lived,
    one_voice,
    silent,
    countered,
    asked_for,
    given_up,
    who_else,
    wishes,
    crowded,
    worst,
    seasons,
)


def _agreed(it: Studio, **changes: Any) -> Ref:
    """Agreed by Marcus, with Anja's yes."""
    ref = it.do(SOFIA, firewall(**{"windows": (window(SUNDAY),), **changes}))
    it.do(ANJA, AnswerWindows(ref, 1, True))
    needs = it.office.rows("SELECT needed_days > given_days AS short FROM offered_window ORDER BY id DESC LIMIT 1")
    it.do(MARCUS, ChooseWindow(ref, 1, 1, consent=bool(needs[0].short)))
    return ref
