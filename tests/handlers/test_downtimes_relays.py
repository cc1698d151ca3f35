"""What coordinators tell their staff about planned work: drafted for each office, edited, told; and if it is not."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from handlers.calendar import BusinessCalendar
from handlers.commands import EditRelay, GoAway, PostRelay, Ref, RememberRoom, StaffInformed, System
from handlers.mechanisms.windows import staffnotes
from handlers.mechanisms.windows.staffnotes import plan
from tests.handlers.alarm import at, due_in_new_york, owed, tasks
from tests.handlers.office import Office
from tests.handlers.planned import ANJA, MARCUS, agreed, moment, notes, told
from tests.handlers.screens import Screens, words

SUNDAY = moment(21, 6), moment(21, 10)
TOLEDO = (
    "Planned IT work in Toledo: Firewall upgrade.\n"
    "When: Sun Jun 21, 6:00 AM to 10:00 AM EDT.\n"
    "What stops working: Internet and VPN do not work.\n"
    "What to do: Save your files and log off before."
)
LEIPZIG = (
    "Geplante IT-Arbeiten in Leipzig: Firewall upgrade.\n"
    "Wann: So., 21. Juni, 12:00 bis 16:00 Uhr MESZ.\n"
    "Was in dieser Zeit nicht geht: Internet and VPN do not work.\n"
    "Was zu tun ist: Save your files and log off before."
)
GERMAN = "Am Sonntag, 21. Juni, von 12:00 bis 16:00 Uhr gibt es in Leipzig kein Internet. Bitte vorher abmelden."


def relay(office: Office, ref: Ref, name: str) -> Ref:
    return Ref("relay", notes(office, ref, name)[-1].id)


def states(office: Office, ref: Ref, name: str) -> list[str]:
    return [row.state for row in notes(office, ref, name)]


def test_each_office_has_its_own_draft_in_its_own_time_and_its_coordinators_language(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    assert {row.person_id: row.text for row in notes(office, ref)} == {
        office.person(MARCUS): TOLEDO,
        office.person(ANJA): LEIPZIG,
    }
    assert owed(office, "relay:%", "relay") == [ANJA, MARCUS]


def test_who_decides_speaks_for_the_offices_that_have_nobody(office: Office) -> None:
    ref = agreed(office, *SUNDAY, voices=())
    told(office, ref, staffnotes.agreed)
    assert [row.text.splitlines()[:2] for row in notes(office, ref, MARCUS)] == [
        [
            "Planned IT work in Leipzig and Toledo: Firewall upgrade.",
            "When: Sun Jun 21, 12:00 to 16:00 CEST (Leipzig); Sun Jun 21, 6:00 AM to 10:00 AM EDT (Toledo).",
        ]
    ]
    assert notes(office, ref, ANJA) == []


def test_nobody_drafts_for_a_coordinator_who_is_away(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    office.do(ANJA, GoAway(office.now, moment(30, 9)))
    told(office, ref, staffnotes.agreed)
    assert notes(office, ref, ANJA) == []
    assert "in Leipzig and Toledo" in notes(office, ref, MARCUS)[0].text


@pytest.mark.parametrize("language", ["de-DE", "de", "fr", "en_GB", ""])
def test_a_draft_is_german_for_those_who_speak_it_and_english_for_the_others(office: Office, language: str) -> None:
    ref = agreed(office, *SUNDAY)
    with office.store.write() as tx:
        tx.execute(text("UPDATE person SET language = :it WHERE name = :name"), {"it": language, "name": ANJA})
    told(office, ref, staffnotes.agreed)
    english = TOLEDO.replace("Toledo", "Leipzig").replace("6:00 AM to 10:00 AM EDT", "12:00 to 16:00 CEST")
    assert notes(office, ref, ANJA)[0].text == (LEIPZIG if language.startswith("de") else english)


def test_anja_edits_it_into_german_and_posts_it_and_the_words_are_kept(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    home = office.account(ANJA)
    office.do(System("teams"), RememberRoom(home.platform, home.org, "19:leipzig@thread.tacv2", "Leipzig"))
    mine = relay(office, ref, ANJA)
    assert office.refused(MARCUS, EditRelay(mine, "x")).sentence == "This message is Anja Vogel's to send."
    office.do(ANJA, EditRelay(mine, GERMAN))
    office.later(minutes=3)
    assert office.do(ANJA, PostRelay(mine, "")).say == "Posted in Leipzig."
    row = notes(office, ref, ANJA)[0]
    assert (row.text, row.state, row.place, row.edited, row.told_at) == (GERMAN, "posted", "Leipzig", True, office.now)
    assert office.do(ANJA, StaffInformed(mine)).repeated
    assert states(office, ref, MARCUS) == ["draft"], "each office tells its own staff"
    assert office.journal("relay.posted") == 1


def test_who_has_told_nobody_is_nudged_two_business_days_before_and_then_the_csm_knows(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    mine = relay(office, ref, MARCUS)
    at(office, 17, 8, 59)
    assert owed(office, str(mine), "nudge:%") == []
    at(office, 17, 9, 0)  # Friday the 19th is a holiday in Toledo, so these are Wednesday and Thursday
    assert owed(office, str(mine), "nudge:%") == [MARCUS]
    at(office, 18, 8, 59)
    assert tasks(office, "relay_silent") == []
    at(office, 18, 9, 0)
    assert tasks(office, "relay_silent") == ["Sofia Marchetti: D-1: Marcus Hale has not told the staff"]
    office.do(MARCUS, StaffInformed(mine))
    assert tasks(office, "relay_silent") == []
    at(office, 21, 6, 0)
    assert owed(office, str(relay(office, ref, ANJA)), "nudge:%") == []


def test_leipzig_counts_its_own_business_days(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    mine = relay(office, ref, ANJA)
    at(office, 18, 2, 59)
    assert owed(office, str(mine), "nudge:%") == []
    at(office, 18, 3, 0)  # 9:00 on Thursday in Leipzig, where Friday is a day like any other
    assert owed(office, str(mine), "nudge:%") == [ANJA]


@pytest.mark.parametrize(
    ("now", "starts", "planned"),
    [
        (moment(8, 9), moment(17, 14), [("remind_primary", moment(15, 9)), ("tell_csm", moment(16, 9))]),
        (moment(15, 12), moment(17, 14), [("remind_primary", moment(15, 22, 30)), ("tell_csm", moment(16, 9))]),
        (moment(16, 9), moment(16, 17), [("remind_primary", moment(16, 11)), ("tell_csm", moment(16, 13))]),
        (moment(13, 10), moment(14, 12), [("tell_csm", moment(13, 23))]),
        (moment(17, 14), moment(17, 14), []),
    ],
    ids=["in time", "a day late", "on the day", "a nudge that waits for Monday is none", "it has begun"],
)
def test_what_would_lie_in_the_past_comes_halfway(
    now: datetime, starts: datetime, planned: list[tuple[str, datetime]]
) -> None:
    calendar = BusinessCalendar("America/New_York", country="US")
    found = [(rung.deed, rung.due_at.astimezone(ZoneInfo("America/New_York"))) for rung in plan(starts, calendar, now)]
    assert found == planned


def test_a_longer_window_is_told_at_once_and_replaces_what_was_not_told(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    at(office, 21, 9, 50)
    longer = partial(staffnotes.extended, news="The new part needs a restart")
    told(office, ref, longer, life="extended", extended_to=moment(21, 10, 20))
    assert states(office, ref, MARCUS) == ["replaced", "draft"]
    assert states(office, ref, ANJA) == ["informed", "draft"]
    assert notes(office, ref, ANJA)[-1].text == (
        "Die IT-Arbeiten in Leipzig dauern länger als geplant: Firewall upgrade.\n"
        "Jetzt: So., 21. Juni, 12:00 bis 16:20 Uhr MESZ.\n"
        "Was bis dahin nicht geht: Internet and VPN do not work.\n"
        "The new part needs a restart."
    )
    assert due_in_new_york(office, str(relay(office, ref, ANJA)), "relay") == {ANJA: "Sun 09:50"}
    assert (
        "news since" in office.refused(MARCUS, StaffInformed(Ref("relay", notes(office, ref, MARCUS)[0].id))).sentence
    )


def test_what_was_told_is_taken_back_and_what_was_not_is_nobodys_to_tell_any_more(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    office.do(ANJA, StaffInformed(relay(office, ref, ANJA)))
    office.later(days=1)
    told(office, ref, staffnotes.cancelled, life="cancelled")
    assert states(office, ref, ANJA) == ["informed", "draft"]
    assert notes(office, ref, ANJA)[-1].text == (
        "Die geplanten IT-Arbeiten in Leipzig fallen aus: Firewall upgrade.\n"
        "Geplant waren sie für: So., 21. Juni, 12:00 bis 16:00 Uhr MESZ.\n"
        "Es fällt nichts aus, alles läuft wie gewohnt."
    )
    assert states(office, ref, MARCUS) == ["withdrawn"]
    old = relay(office, ref, MARCUS)
    assert office.refused(MARCUS, StaffInformed(old)).sentence == (
        "This is off: there is nothing to tell your staff any more."
    )
    at(office, 18, 10)
    assert owed(office, str(old), "nudge:%") == [], "nobody is nudged about what is off"
    assert owed(office, str(relay(office, ref, ANJA)), "nudge:%") == [ANJA], (
        "whoever was told should hear that it is off"
    )


def test_a_window_put_off_before_anybody_was_told_leaves_nothing_to_tell(office: Office) -> None:
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    told(office, ref, staffnotes.postponed, life="postponed")
    assert states(office, ref, ANJA) == states(office, ref, MARCUS) == ["withdrawn"]


def test_a_draft_waits_for_the_morning_unless_that_is_too_late(office: Office) -> None:
    at(office, 9, 22)
    ref = agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    assert due_in_new_york(office, str(relay(office, ref, MARCUS)), "relay") == {MARCUS: "Wed 08:05"}
    assert due_in_new_york(office, str(relay(office, ref, ANJA)), "relay") == {ANJA: "Wed 02:05"}


def test_a_draft_about_this_very_night_is_not_held_until_it_is_over(office: Office) -> None:
    at(office, 9, 22)
    ref = agreed(office, moment(9, 23), moment(10, 1))
    told(office, ref, staffnotes.agreed)
    assert due_in_new_york(office, str(relay(office, ref, MARCUS)), "relay") == {MARCUS: "Tue 22:00"}


def test_the_card_says_what_it_is_about_and_its_buttons_work(office: Office) -> None:
    screens, ref = Screens(office), agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    mine = relay(office, ref, ANJA)
    assert screens.labels(ANJA, mine, "relay") == ["Edit", "Copy text", "Mark informed"]
    shown = screens.text(ANJA, mine, "relay")
    assert "About D-1: Firewall upgrade" in shown and LEIPZIG in shown
    assert "Staff not told by Thu Jun 18, 9:00 AM CEST: you are reminded." in shown
    assert screens.gallery.draw(mine, "relay", office.person(MARCUS)) is None
    form = screens.press(ANJA, mine, "Edit", purpose="relay").form
    assert form is not None and form.fields[0].value == LEIPZIG
    screens.send(ANJA, form, text=GERMAN)
    assert screens.press(ANJA, mine, "Mark informed", purpose="relay").tone == "good"
    post = screens.gallery.draw(mine, "post", "")
    assert post is not None and GERMAN in words(post) and "Anja Vogel" in words(post)


def test_a_card_about_what_is_off_says_so(office: Office) -> None:
    screens, ref = Screens(office), agreed(office, *SUNDAY)
    told(office, ref, staffnotes.agreed)
    told(office, ref, staffnotes.cancelled, life="cancelled")
    old = relay(office, ref, MARCUS)
    assert screens.labels(MARCUS, old, "relay") == []
    assert "This is off, so there is nothing to tell your staff any more." in screens.text(MARCUS, old, "relay")
