"""Scenes of planned talks as the house lives them: offered, agreed, moved, held, written down, by phone, at worst."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bot.demo.world import laptops
from handlers.commands import (
    AddActionItem,
    AddAgendaItem,
    AgreeSlot,
    CaseRow,
    CloseTouchpoint,
    FinishActionItem,
    GoAway,
    HoldTouchpoint,
    MissTouchpoint,
    PickSlot,
    PlanTouchpoint,
    PutCases,
    PutMeetingRecord,
    PutPerson,
    Ref,
    Reschedule,
    SkipTouchpoint,
    Window,
)
from tests.cards.extremes import ARABIC, HEBREW, HOSTILE, LONG_NAME, WORDS
from tests.cards.scenes import DANA, LUIS, NORA, PRIYA, SOFIA, Shown
from tests.cards.studio import SYSTEM, Studio

KAI, BEN, TOM, GRETA, AMARA = "Kai Turner", "Ben Okafor", "Tom Beckett", "Greta Lindqvist", "Dr. Amara Osei"
LINK = "https://meet.harborline.example/marlow-finch"
NOTES = (
    "CASE-4471 was a cut cable of the carrier; a second line is ordered. The Wi-Fi refresh starts on June 22. "
    "The lease of the printers ends in August: Dana wants an offer before that."
)


def window(begins: str, minutes: int = 30) -> Window:
    """So many minutes from then on."""
    starts = datetime.fromisoformat(begins)
    return Window(starts, starts + timedelta(minutes=minutes))


TIMES = tuple(window(f"2026-06-{day}T10:00:00-04:00") for day in (18, 23, 25))


def planned(it: Studio, who: str = SOFIA, **changes: Any) -> Ref:
    """A check-in with Marlow & Finch, or another talk."""
    said: dict[str, Any] = {"windows": TIMES, "client": "marlow-finch", "link": LINK}
    return it.do(who, PlanTouchpoint(**{**said, **changes}))


def cases(it: Studio, client: str = "marlow-finch") -> None:
    """What is open there: an urgent one, a project, an old one that waits."""
    now = it.office.now
    rows = (
        CaseRow("CASE-4471", client, "No internet in Providence", now - timedelta(hours=20), priority="P1"),
        CaseRow("CASE-4102", client, "Wi-Fi refresh", now - timedelta(days=40), category="Project"),
        CaseRow("CASE-4388", client, "Scanner sends no mail", now - timedelta(days=9), state="waiting_on_client"),
        CaseRow("CASE-4470", client, "New name in the directory", now - timedelta(days=1)),
    )
    it.office.do(SYSTEM, PutCases(rows))


def offered(it: Studio) -> Shown:
    """Story 9: times on offer with the agenda, somebody silent, a word of one's own."""
    cases(it)
    it.do(SOFIA, laptops())
    yield "talk form plan", it.fill(SOFIA, "talk:plan")
    ref = planned(it)
    yield "talk offer", it.see(DANA, ref, "offer:r1")
    yield "talk offer desk", it.see(SOFIA, ref, "desk")
    yield "talk form reschedule", it.fill(DANA, "talk:reschedule", ref)
    yield "talk form agenda", it.fill(DANA, "talk:agenda", ref)
    yield "talk form skip", it.fill(DANA, "talk:skip", ref)
    yield "talk form offer", it.fill(SOFIA, "talk:offer", ref)
    yield "talk form agree", it.fill(SOFIA, "talk:agree", ref)
    it.do(DANA, AddAgendaItem(ref, "The lease of the printers"))
    yield "talk offer with an item", it.see(DANA, ref, "offer:r1")
    yield "talk waiting contact", it.gallery.waiting(it.person(DANA))
    yield "talk page contact", it.gallery.meetings(it.person(DANA))
    yield "talk page staff", it.gallery.meetings(it.person(SOFIA))
    it.at("2026-06-10T10:00:00-04:00")
    yield "talk reminder", it.see(DANA, ref, "remind:r1.0")
    it.at("2026-06-12T16:00:00-04:00")
    yield "talk backup", it.see(PRIYA, ref, "offer:r1") if _asked(it, PRIYA) else it.see(DANA, ref, "offer:r1")
    it.at("2026-06-15T16:00:00-04:00")
    yield "task talk call after silence", it.see(SOFIA, it.task("call"), "task")
    yield "talk silent desk", it.see(SOFIA, ref, "desk")


def lived(it: Studio) -> Shown:
    """Agreed, reminded of, held, written down, closed."""
    cases(it)
    ref = planned(it)
    it.do(DANA, AddAgendaItem(ref, "The lease of the printers"))
    it.do(DANA, PickSlot(ref, 1, 1))
    yield "talk agreed", it.see(DANA, ref, "offer:r1")
    yield "talk agreed message", it.see(DANA, ref, "confirmed:r1")
    yield "talk agreed owner", it.see(SOFIA, ref, "confirmed:r1")
    yield "talk agreed desk", it.see(SOFIA, ref, "desk")
    yield "talk agreed page", it.gallery.meetings(it.person(DANA))
    it.at("2026-06-17T10:00:00-04:00")
    yield "talk tomorrow", it.see(DANA, ref, "day1:r1")
    it.at("2026-06-18T09:00:00-04:00")
    yield "talk within the hour", it.see(DANA, ref, "hour1:r1")
    yield "talk within the hour owner", it.see(SOFIA, ref, "hour1:r1")
    it.at("2026-06-18T10:31:00-04:00")
    yield "talk over contact", it.see(DANA, ref, "offer:r1")
    yield "talk over desk", it.see(SOFIA, ref, "desk")
    yield "task talk notes", it.see(SOFIA, it.task("talk_notes"), "task")
    yield "talk form held", it.fill(SOFIA, "talk:held", ref)
    yield "talk form missed", it.fill(SOFIA, "talk:missed", ref)
    it.do(SOFIA, HoldTouchpoint(ref, NOTES))
    yield "talk held desk", it.see(SOFIA, ref, "desk")
    yield "talk form action", it.fill(SOFIA, "talk:action", ref)
    it.do(SOFIA, AddActionItem(ref, "Send an offer for two printers", it.person(KAI), date(2026, 6, 26)))
    mine = it.do(SOFIA, AddActionItem(ref, "Say which printers stay", it.person(DANA), date(2026, 6, 24)))
    mine = Ref("action_item", it.last("action_item"))
    yield "action item", it.see(DANA, mine, "action")
    yield "action item of somebody else", it.see(SOFIA, mine, "action")
    yield "talk notes", it.see(DANA, ref, "notes")
    yield "talk form settle", it.fill(SOFIA, "talk:settle", ref)
    yield "talk page with something to do", it.gallery.meetings(it.person(DANA))
    it.at("2026-06-24T09:30:00-04:00")
    yield "action item due", it.see(DANA, mine, "nudge:2026-06-24")
    it.do(DANA, FinishActionItem(mine))
    yield "action item done", it.see(DANA, mine, "action")
    yield "talk notes later", it.see(DANA, ref, "notes")
    it.do(SOFIA, CloseTouchpoint(ref))
    yield "talk closed desk", it.see(SOFIA, ref, "desk")
    yield "talk closed contact", it.see(DANA, ref, "offer:r1")


def moved(it: Studio) -> Shown:
    """Another time: named by the contact, taken or answered with others; old cards say where to look."""
    ref = planned(it, text="Both of us would be on site that week.")
    it.do(DANA, PickSlot(ref, 1, 1))
    yield "talk form reschedule agreed", it.fill(DANA, "talk:reschedule", ref)
    it.do(DANA, Reschedule(ref, 1, "I am in court that morning.", window("2026-06-22T14:00:00-04:00")))
    yield "talk moved contact", it.see(DANA, ref, "offer:r1")
    yield "talk moved message", it.see(SOFIA, ref, "moved:r2")
    yield "talk moved desk", it.see(SOFIA, ref, "desk")
    yield "talk moved confirmed card", it.see(DANA, ref, "confirmed:r1")
    yield "task talk answer", it.see(SOFIA, it.task("talk_answer"), "task")
    yield "talk form agree named", it.fill(SOFIA, "talk:agree", ref)
    it.do(SOFIA, PlanTouchpoint((window("2026-06-24T14:00:00-04:00"),), ref=ref, text="Would this do?"))
    yield "talk other times", it.see(DANA, ref, "offer:r3")
    yield "talk old times", it.see(DANA, ref, "offer:r1")
    it.do(DANA, Reschedule(ref, 3, "Not that day either."))
    yield "talk rescheduled without a time", it.see(DANA, ref, "offer:r3")
    yield "talk rescheduled desk", it.see(SOFIA, ref, "desk")
    starts = datetime.fromisoformat("2026-06-26T09:00:00-04:00")
    it.do(SOFIA, AgreeSlot(ref, starts, 45, "Dana said so on the phone."))
    yield "talk agreed on the phone", it.see(DANA, ref, "offer:r4")


def stood_in(it: Studio) -> Shown:
    """Its owner is away at the agreed time: a colleague holds it, and both sides read for whom."""
    ref = planned(it)
    it.do(DANA, PickSlot(ref, 1, 1))
    yield "talk form away", it.fill(SOFIA, "away")
    away = window("2026-06-17T00:00:00-04:00", 3 * 24 * 60)
    it.do(SOFIA, GoAway(away.starts_at, away.ends_at))
    yield "talk stood in contact", it.see(DANA, ref, "offer:r1")
    yield "talk stood in desk", it.see(BEN, ref, "desk")


def left_out(it: Studio) -> Shown:
    """Skipped by either side, by nobody's answer; missed."""
    ref = planned(it)
    it.do(DANA, SkipTouchpoint(ref, "Nothing new this time."))
    yield "talk skipped contact", it.see(DANA, ref, "offer:r1")
    yield "talk skipped owner", it.see(SOFIA, ref, "skipped")
    yield "talk skipped desk", it.see(SOFIA, ref, "desk")
    ref = planned(it, kind="operational_call", windows=(window("2026-06-16T14:00:00-04:00"),))
    it.at("2026-06-16T14:01:00-04:00")
    yield "talk lapsed contact", it.see(DANA, ref, "offer:r1")
    yield "talk lapsed owner", it.see(SOFIA, ref, "skipped")
    ref = planned(it, kind="support_kickoff", title="Kick-off of the new contract")
    it.do(DANA, PickSlot(ref, 1, 2))
    it.at("2026-06-23T10:20:00-04:00")
    it.do(SOFIA, MissTouchpoint(ref, "Dana was held up in court."))
    yield "talk missed contact", it.see(DANA, ref, "missed")
    yield "talk missed desk", it.see(SOFIA, ref, "desk")


def called(it: Studio) -> Shown:
    """The clinic prefers the phone: nothing goes there by chat."""
    cases(it, "cedar-ridge")
    ref = planned(it, client="cedar-ridge", link="")
    yield "talk phone desk", it.see(SOFIA, ref, "desk")
    yield "task talk call", it.see(SOFIA, it.task("talk_call"), "task")
    yield "talk phone form agree", it.fill(SOFIA, "talk:agree", ref)
    it.do(SOFIA, AgreeSlot(ref, datetime.fromisoformat("2026-06-18T10:00:00-04:00"), 30, "Tom has time after ten."))
    yield "talk phone agreed desk", it.see(SOFIA, ref, "desk")
    ref = planned(
        it, BEN, client="cedar-ridge", kind="vcio_meeting", windows=(window("2026-06-25T15:00:00-04:00", 60),)
    )
    yield "talk seen from Denver", it.see(AMARA, ref, "offer:r1")


def filed(it: Studio) -> Shown:
    """A meeting that needs four things on file before it can be closed."""
    ref = planned(it, BEN, client="northgate", kind="vcio_meeting", windows=(window("2026-06-16T10:00:00-04:00", 60),))
    it.do(GRETA, PickSlot(ref, 1, 1))
    yield "talk records agreed", it.see(BEN, ref, "desk")
    it.at("2026-06-16T11:05:00-04:00")
    it.do(BEN, HoldTouchpoint(ref, "The budget for 2027 and the road to the new ERP."))
    for kind in ("slide_deck", "assessment"):
        it.do(BEN, PutMeetingRecord(ref, kind, f"https://files.harborline.example/{kind}.pdf", date(2026, 6, 16)))
    yield "talk form record", it.fill(BEN, "talk:record", ref)
    it.do(BEN, PutMeetingRecord(ref, "service_desk_metrics", waived_why="They are in the deck."))
    yield "talk records missing", it.see(BEN, ref, "desk")
    yield "task talk records", it.see(BEN, it.task("talk_records"), "task")
    yield "talk form record last", it.fill(BEN, "talk:record", ref)
    it.do(BEN, PutMeetingRecord(ref, "hardware_warranty_report", "https://files.harborline.example/warranty.pdf"))
    yield "talk records complete", it.see(BEN, ref, "desk")


def crowded(it: Studio) -> Shown:
    """Thirty things to talk about, the longest words, names that fill a screen."""
    cases(it)
    name = LONG_NAME[:110].strip()
    it.do(SYSTEM, PutPerson("marlow-finch", f"{name} Luis", "luis@marlowfinch.example"))
    ref = planned(it, title="T" * 120, text=(WORDS * 20)[:1000], place="P" * 200)
    for number in range(30):
        it.do(SOFIA, AddAgendaItem(ref, f"{number:02} {WORDS * 4}"[:300]))
    yield "talk crowded offer", it.see(DANA, ref, "offer:r1")
    yield "talk crowded desk", it.see(SOFIA, ref, "desk")
    it.do(DANA, PickSlot(ref, 1, 3))
    yield "talk crowded agreed", it.see(DANA, ref, "offer:r1")
    it.at("2026-06-25T10:31:00-04:00")
    it.do(SOFIA, HoldTouchpoint(ref, (WORDS * 90)[:8000]))
    for number in range(30):
        it.do(SOFIA, AddActionItem(ref, f"{number:02} {WORDS * 4}"[:300], it.person(DANA), date(2026, 7, 1)))
    yield "talk crowded notes", it.see(DANA, ref, "notes")
    yield "talk crowded held desk", it.see(SOFIA, ref, "desk")
    yield "talk crowded page", it.gallery.meetings(it.person(DANA))
    yield "talk crowded form settle", it.fill(SOFIA, "talk:settle", ref)


def marked(it: Studio) -> Shown:
    """Marks and mentions, wherever people write."""
    yield from _written(it, "hostile", HOSTILE[:120], HOSTILE)


def leftward(it: Studio) -> Shown:
    """Right to left, wherever people write."""
    yield from _written(it, "right to left", ARABIC, HEBREW)


def outsiders(it: Studio) -> Shown:
    """Somebody who was asked and does not decide any more, and an employee without a role."""
    ref = planned(it)
    yield "talk page of an employee", it.gallery.meetings(it.person(LUIS))
    it.do(SYSTEM, PutPerson("marlow-finch", NORA, "nora@marlowfinch.example"))
    yield "talk page of nobody", it.gallery.meetings(it.person(NORA))
    assert it.gallery.pressed(ref, it.person(NORA)) is None
    assert it.gallery.pressed(ref, it.person(TOM)) is None


SCENES = (offered, lived, moved, stood_in, left_out, called, filed, crowded, marked, leftward, outsiders)


def _written(it: Studio, name: str, title: str, words: str) -> Shown:
    """One talk from the offer to the notes, with these words in every field."""
    ref = planned(it, title=title, text=words, place=words[:200], windows=TIMES[:1])
    it.do(DANA, AddAgendaItem(ref, words[:300]))
    yield f"talk {name} offer", it.see(DANA, ref, "offer:r1")
    yield f"talk {name} form", it.fill(DANA, "talk:skip", ref)
    it.do(DANA, Reschedule(ref, 1, words, window("2026-06-22T14:00:00-04:00")))
    yield f"talk {name} moved desk", it.see(SOFIA, ref, "desk")
    it.do(SOFIA, AgreeSlot(ref, datetime.fromisoformat("2026-06-08T09:30:00-04:00"), 15))
    it.at("2026-06-08T09:50:00-04:00")
    it.do(SOFIA, HoldTouchpoint(ref, words))
    it.do(SOFIA, AddActionItem(ref, words[:300], it.person(DANA)))
    yield f"talk {name} notes", it.see(DANA, ref, "notes")
    yield f"action item {name}", it.see(DANA, Ref("action_item", it.last("action_item")), "action")


def _asked(it: Studio, name: str) -> bool:
    sql = "SELECT p.name FROM voice_asked v JOIN person p ON p.id = v.person_id WHERE p.name = :name"
    return bool(it.office.rows(sql, name=name))
