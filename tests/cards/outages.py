"""Scenes of notices, made of plain rows, as contacts see them in every state; and at their worst."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bot.cards.notices import answers, steering
from bot.cards.notices.board import board
from bot.cards.notices.feedback import comment_form, question
from bot.cards.notices.messages import reminder, update_card
from bot.cards.notices.preview import preview
from bot.cards.notices.reader import notice_card
from bot.cards.notices.relay import failed, post, relay_card
from handlers.commands import Ref
from handlers.mechanisms.broadcast import Broadcast
from handlers.mechanisms.prospects import Step
from handlers.mechanisms.watching import watch
from tests.cards.extremes import ARABIC, HEBREW, HOSTILE, LONG_NAME, WORDS
from tests.cards.made import (
    DANA,
    LUIS,
    MF,
    PROVIDER,
    SOFIA,
    broadcast,
    expected,
    minutes,
    notice,
    person,
    place,
    prospects,
    providence,
    reader,
    update,
    view,
)
from tests.cards.scenes import Shown
from tests.cards.studio import Drawn, Studio

PAGE = "https://console.harborline.example/console/notices/ntc_1?token=" + "t" * 200
NO_CHANGE = update(1, what="no_change")
LEIPZIG = """Geplante IT-Arbeiten in Leipzig: Firewall upgrade.
Wann: So., 21. Juni, 12:00 bis 16:00 Uhr MESZ.
Was in dieser Zeit nicht geht: Internet und VPN.
Was zu tun ist: Bitte vorher alles speichern und abmelden."""
FOUND = update(2, "A digger cut the line in the street. The carrier is on site.", state="identified")
WATCHING = update(
    3,
    "You are back online over 4G.",
    state="monitoring",
    workaround="Avoid large downloads until the line is repaired.",
)
OVER = update(4, "The line is repaired. Everything works as before.", "resolved", "resolved")


def seen(whole: Broadcast, who: Any = DANA, minute: float = 60) -> Drawn:
    """A reader's card."""
    one = whole.reader(who.id)
    assert one is not None
    coming = prospects(whole, minute)
    return notice_card(whole, one, view(who, minutes(minute)), provider=PROVIDER, prospects=coming)


def followed(whole: Broadcast, number: int, who: Any = DANA) -> Drawn:
    """A follow-up in a reader's thread."""
    one = whole.reader(who.id)
    assert one is not None
    card = update_card(whole, one, view(who, minutes(130)), number, prospects(whole, 130))
    assert card is not None
    return card


def reminded(whole: Broadcast, who: Any = LUIS, backup: str = "Priya Raman") -> Drawn:
    """A reminder."""
    one = whole.reader(who.id)
    assert one is not None
    coming = prospects(whole, 12, backup)
    return reminder(whole, one, view(who, minutes(12)), provider=PROVIDER, prospects=coming)


def watched(whole: Broadcast, minute: float = 12, page: str = PAGE) -> Drawn:
    """The provider's board."""
    return board(watch(whole, minutes(minute)), view(SOFIA, minutes(minute)), page_url=page)


def one_office(it: Studio) -> Shown:
    """Story 4: from the first word to the root cause, as Dana and Luis see it."""
    yield "notice new", seen(providence(notice()), DANA, 0)
    read = providence(notice(), dana="acknowledged", luis="covered")
    yield "notice acknowledged", seen(read, DANA, 4)
    yield "notice covered", seen(read, LUIS, 4)
    told = providence(notice(next_update_at=minutes(60)), NO_CHANGE, dana="relayed", luis="covered")
    yield "notice no change", seen(told)
    found = providence(notice("identified", next_update_at=minutes(90)), NO_CHANGE, FOUND, dana="acknowledged")
    yield "notice identified", seen(found)
    bridged = notice("monitoring", next_update_at=minutes(120), workaround=WATCHING.workaround)
    watching = providence(bridged, NO_CHANGE, FOUND, WATCHING, dana="acknowledged", luis="covered")
    yield "notice monitoring", seen(watching)
    over = providence(notice("resolved"), NO_CHANGE, FOUND, WATCHING, OVER, dana="acknowledged", luis="covered")
    yield "notice resolved", seen(over)
    yield "notice resolved unread", seen(over, LUIS)
    yield "notice closed", seen(providence(notice("closed"), OVER, dana="relayed"))
    alarm = update(1, "", "cancelled", "cancelled")
    yield "notice cancelled", seen(providence(notice("cancelled"), alarm, dana="acknowledged"))
    for number, name in ((1, "no change"), (2, "identified"), (3, "workaround"), (4, "resolved")):
        yield f"follow-up {name}", followed(over, number)
    yield "follow-up cancelled", followed(providence(notice("cancelled"), alarm), 1)
    back = update(5, "The carrier's repair did not hold.", "reopened")
    again = providence(notice(round=2, next_update_at=minutes(180)), OVER, back)
    yield "notice reopened", seen(again)
    yield "follow-up reopened", followed(again, 5)
    changed = update(1, "It is the whole office, not only Wi-Fi.", "changed")
    yield "follow-up corrected", followed(providence(notice(), changed), 1)
    yield "reminder", reminded(providence(notice()))
    yield "reminder acknowledged", reminded(read, DANA)
    yield "reminder covered", reminded(read, LUIS)


def silences(it: Studio) -> Shown:
    """What silence does: to one who is asked alone, to several, at several offices, at the end, and where nothing."""
    office = (place(MF, "Providence"),)
    alone = broadcast(notice(), (reader(LUIS, MF, office),))
    yield "notice silence alone", seen(alone, LUIS, 0)
    yield "reminder nobody left", reminded(alone, backup="")
    yield "notice silence after the backup", seen(providence(notice()), LUIS, 12)
    yield "notice silence called", seen(providence(notice()), LUIS, 40)
    crew = tuple(reader(person(f"Person {n}", MF), MF, office) for n in range(4))
    yield "notice silence of many", seen(broadcast(notice(severity=2), (reader(LUIS, MF, office), *crew)), LUIS, 0)
    both = (place(MF, "Providence"), place(MF, "Boston", acked_by=DANA.id, acked_at=minutes(1)))
    yield "notice silence at one of two", seen(broadcast(notice(), (reader(LUIS, MF, both),)), LUIS, 5)
    for severity in (3, 4):
        quiet = broadcast(notice(severity=severity), (reader(LUIS, MF, office),))
        yield f"notice silence of severity {severity}, no ladder", seen(quiet, LUIS, 0)


def trouble(it: Studio) -> Shown:
    """A contact has the problem too and wants to be called."""
    said: Any = {"trouble": "The printer on floor 2 as well.", "trouble_at": minutes(5), "call_me_at": minutes(6)}
    loud = providence(notice(), dana="acknowledged", **said)
    yield "notice with trouble", seen(loud, DANA, 7)
    yield "board with trouble", watched(loud, 7)
    silent: Any = {"trouble_at": minutes(5)}
    yield "notice with wordless trouble", seen(providence(notice(), **silent), DANA, 7)
    yield "notice form trouble", answers.trouble_form(loud)


def other_kinds(it: Studio) -> Shown:
    """Not every notice is an outage."""
    office = (place(MF),)
    for kind, title, impact, do in (
        ("advisory", "Phishing with a parcel service's name", "Some staff got an e-mail about a parcel.", "Delete it."),
        ("msp_change", "Our support portal moves on Jul 1", "The old address leads to the new one for a month.", ""),
        ("critical_patch", "Firewall update tonight", "Internet pauses for five minutes at 22:00.", "Save your work."),
    ):
        row = notice("identified", kind=kind, title=title, impact=impact, workaround=do, severity=4)
        row.next_update_at, row.services = None, ""
        yield f"notice {kind}", seen(broadcast(row, (reader(DANA, MF, office),)))
    about = notice("resolved")
    findings = {
        "summary": "A digger cut the carrier's line outside the building.",
        "fix": "The carrier spliced the line; we moved you to 4G meanwhile.",
        "prevent": "A second line over another street is ordered for July.",
    }
    row = notice("resolved", kind="root_cause", title="Why the internet was down on Jun 9", impact="", ref="N-2")
    row.services, row.findings, row.next_update_at, row.root_cause_due_at = "", findings, None, None
    yield "notice root cause", seen(broadcast(row, (reader(DANA, MF, office),), about=about))
    yield "board root cause", watched(broadcast(row, (reader(DANA, MF, office, "acknowledged"),), about=about))


def relays(it: Studio) -> Shown:
    """What Dana tells her staff."""
    row, words = notice(), "The internet is down in Providence. Harborline IT is on it. Next news by 11:12 AM EDT."
    eyes = view(DANA, minutes(5))
    one, two = _room("all-staff"), _room("providence")
    draft = _relay(words)
    yield "relay one room", relay_card(draft, row, (one,), eyes)
    coming = (Step("remind_primary", minutes(18)), Step("tell_csm", minutes(33), "Sofia Marchetti"))
    yield "relay waits", relay_card(draft, row, (one,), eyes, coming)
    gone = tuple(step._replace(done=True) for step in coming)
    yield "relay has waited in vain", relay_card(draft, row, (one,), eyes, gone)
    yield "relay not posted, waits", failed(draft, row, (one,), eyes, coming[1:])
    yield "relay two rooms", relay_card(draft, row, (one, two), eyes)
    yield "relay no room", relay_card(draft, row, (), eyes)
    yield "relay edited", relay_card(_relay(words, edited=True), row, (one,), eyes)
    told = {"told_at": minutes(9), "place": "#all-staff"}
    yield "relay posted", relay_card(_relay(words, "posted", **told), row, (one,), eyes)
    yield "relay informed", relay_card(_relay(words, "informed", told_at=minutes(9)), row, (one,), eyes)
    yield "relay replaced", relay_card(_relay(words, "replaced"), row, (one,), eyes)
    yield "relay withdrawn", relay_card(_relay(words, "withdrawn"), row, (one,), eyes)
    yield "relay over", relay_card(_relay(words, "over"), row, (one,), eyes)
    planned = SimpleNamespace(ref="D-1", title="Firewall upgrade")
    yield "relay downtime", relay_card(_relay(LEIPZIG), planned, (one,), eyes)
    yield "relay downtime in the room", post(_relay(LEIPZIG, "posted", **told), planned, DANA, MF.name)
    yield "relay not posted", failed(draft, row, (one, two), eyes)
    yield "relay in the room", post(draft, row, DANA, MF.name)
    yield "relay form edit", answers.edit_form(draft)
    yield "relay form copy", answers.copy_form(draft)
    yield "relay form room", answers.room_form(draft, (one, two))
    yield "relay hostile", relay_card(_relay(HOSTILE), notice(title=HOSTILE[:150]), (_room(HOSTILE[:80]),), eyes)
    yield "relay endless", relay_card(_relay((WORDS * 40)[:3000]), row, (one,), eyes)
    yield "relay endless in the room", post(_relay((WORDS * 40)[:3000]), row, DANA, MF.name)


def opinions(it: Studio) -> Shown:
    """How it went."""
    about, eyes = "N-1 · No internet in Providence", view(DANA, minutes(120))
    for name, score, comment in (
        ("asked", None, ""),
        ("good", 5, ""),
        ("low", 2, ""),
        ("said", 4, "Quick, thank you."),
    ):
        row = _feedback("requested" if score is None else "received", score, comment)
        yield f"feedback {name}", question(row, about, eyes, provider=PROVIDER)
    yield "feedback unanswered", question(_feedback("unanswered", None, ""), about, eyes, provider=PROVIDER)
    yield "feedback form comment", comment_form(Ref("feedback", "fbk_1"), about)


def extremes(it: Studio) -> Shown:
    """Fifty updates, endless words, long names, right to left, marks and mentions."""
    endless = [update(n, (f"Step {n}. " + WORDS * 40)[:3000]) for n in range(1, 51)]
    row = notice(title="T" * 150, impact=(WORDS * 40)[:3000], workaround=(WORDS * 40)[:3000], services="S" * 200)
    yield "notice fifty endless updates", seen(providence(row, *endless))
    yield "board fifty endless updates", watched(providence(row, *endless, dana="overdue"))
    yield "follow-up endless", followed(providence(row, *endless), 50)
    yield "notice form update endless", steering.update_form(providence(row, *endless))
    name = LONG_NAME[:120].strip()
    crew = tuple(
        reader(person(f"{name} {n}", MF), MF, (place(MF, f"{name} {n % 3}"),), ("overdue", "sent")[n % 2])
        for n in range(14)
    )
    yield "board long names", watched(broadcast(notice(), crew))
    yield (
        "preview long names",
        preview(broadcast(notice("draft"), crew), expected(crew), view(SOFIA), provider=PROVIDER),
    )
    arabic = notice(title=ARABIC, impact=HEBREW, services=ARABIC, workaround=HEBREW)
    yield "notice right to left", seen(providence(arabic, update(1, HEBREW)))
    yield "board right to left", watched(providence(arabic, update(1, HEBREW)))
    loud: Any = {"trouble": HOSTILE, "trouble_at": minutes(5)}
    bad = notice(title=HOSTILE[:150], impact=HOSTILE, services=HOSTILE[:200], workaround=HOSTILE)
    yield "notice hostile", seen(providence(bad, update(1, HOSTILE), **loud))
    yield "board hostile", watched(providence(bad, update(1, HOSTILE), **loud))
    yield "follow-up hostile", followed(providence(bad, update(1, HOSTILE)), 1)


SCENES = (
    one_office,
    silences,
    trouble,
    other_kinds,
    relays,
    opinions,
    extremes,
)


def _room(name: str) -> Any:
    return SimpleNamespace(id=f"rom_{len(name)}", name=name, platform="slack")


def _relay(text: str, state: str = "draft", **more: Any) -> Any:
    columns = {"edited": False, "place": "", "told_at": None, "room_id": None, "number": 0}
    return SimpleNamespace(id="rel_1", text=text, state=state, **{**columns, **more})


def _feedback(state: str, score: int | None, comment: str) -> Any:
    return SimpleNamespace(id="fbk_1", state=state, score=score, comment=comment, asked_at=minutes(120))
