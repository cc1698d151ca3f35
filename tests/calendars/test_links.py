"""Calendars over HTTP: what a link shows to whom, how it changes, when it ends, and that nobody can make one."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest

from bot.calendars.links import Wanted, event_link, feed_link, wanted
from bot.cards.card import Link
from bot.cards.gallery import Gallery
from bot.signing import BadLink, Signer
from handlers.commands import (
    CancelDowntime,
    ChangeDowntime,
    ExtendDowntime,
    GoAway,
    Grant,
    PostponeDowntime,
    PutPerson,
    RemovePerson,
    System,
    WithdrawDowntime,
)
from tests.calendars.judges import instant, read
from tests.calendars.links import REAL, SIGNER, URL, event, feed, fetch, shown
from tests.handlers.office import Office
from tests.handlers.windows import (
    ANJA,
    DANA,
    GRETA,
    KAI,
    MARCUS,
    SATURDAY,
    SOFIA,
    SUNDAY,
    TOM,
    agreed,
    begun,
    et,
    firewalls,
    offered,
    switches,
    until,
)


def test_the_link_on_the_card_is_the_one_that_is_answered(office: Office) -> None:
    ref = agreed(office)
    drawing = Gallery(
        office.store,
        lambda: office.now,
        "Harborline IT",
        calendar_of=lambda r, who, number: event_link(SIGNER, URL, r.id, who, number),
    )
    for who in (MARCUS, ANJA, SOFIA):
        purpose = "desk" if who == SOFIA else "agreed"
        card = drawing.draw(ref, purpose, office.person(who))
        assert card is not None
        (link,) = [one for one in card.blocks if isinstance(one, Link) and one.label == "Add to calendar"]
        assert link.url == event(office, ref, who) and fetch(office, link.url).status_code == 200


def test_an_agreed_time_is_added_to_a_calendar_on_the_readers_own_clock(office: Office) -> None:
    ref = agreed(office)
    answer = fetch(office, event(office, ref, ANJA))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="D-1.ics"'
    assert b"DTSTART;TZID=Europe/Berlin:20260621T120000" in answer.content
    (found,) = read(answer.content)[0]["events"]
    assert (found["uid"], found["sequence"], found["status"]) == (f"{ref.id}@keyline", 0, "CONFIRMED")
    assert (instant(found["starts"]), instant(found["ends"])) == (SUNDAY.starts_at, SUNDAY.ends_at)
    assert (found["summary"], found["location"]) == ("Upgrade of the firewalls (D-1)", "Leipzig, Toledo")
    assert found["description"] == (
        "No internet, e-mail and phones while we work\n"
        "Before it begins: Save what is open and log off\n"
        "Leipzig: Sun Jun 21, 12:00 to 16:00 CEST\n"
        "Toledo: Sun Jun 21, 6:00 AM to 10:00 AM EDT\n"
        "Agreed by Marcus Hale.\n"
        "Carried out by Sofia Marchetti, Harborline IT."
    )
    assert (found["organizer"], found["organizer_name"]) == (
        "mailto:sofia@harborline.example",
        "Sofia Marchetti, Harborline IT",
    )
    assert b"DTSTART;TZID=America/New_York:20260621T060000" in fetch(office, event(office, ref, MARCUS)).content
    (staff,) = shown(office, event(office, ref, KAI))["events"]
    assert staff["summary"] == "Northgate Fabrication: Upgrade of the firewalls (D-1)"


def test_extending_giving_up_and_new_words_are_newer_copies_of_one_event(office: Office) -> None:
    ref = agreed(office)
    links = event(office, ref, MARCUS), feed(office, MARCUS), feed(office, GRETA, "northgate")
    fetched = [fetch(office, link).content for link in links]
    office.do(SOFIA, ChangeDowntime(ref, prep_steps="Switch everything off"))
    fetched += [fetch(office, link).content for link in links]
    office.later(minutes=5)
    office.do(SOFIA, CancelDowntime(ref, "The switch has not come"))
    files = read(*fetched, *(fetch(office, link).content for link in links))
    assert [one["method"] for one in files] == [*["PUBLISH"] * 6, "CANCEL", "PUBLISH", "PUBLISH"]
    seen = [[one["events"][0] for one in files[start : start + 3]] for start in (0, 3, 6)]
    assert "Before it begins: Switch everything off\n" in seen[1][0]["description"]
    for copies in zip(*seen, strict=True):
        assert len({one["uid"] for one in copies}) == 1
        assert [one["sequence"] for one in copies] == [0, 1, 2]
        assert [one["status"] for one in copies] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        stamps = [one["stamped"] for one in copies]
        assert stamps == sorted(stamps)
    assert seen[2][0]["summary"] == "Cancelled: Upgrade of the firewalls (D-1)"
    assert seen[2][0]["description"] == (
        "Cancelled: The switch has not come\n"
        "No work is done then.\n"
        "Leipzig: Sun Jun 21, 12:00 to 16:00 CEST\n"
        "Toledo: Sun Jun 21, 6:00 AM to 10:00 AM EDT"
    )


def test_work_that_takes_longer_ends_later_in_the_calendar(office: Office) -> None:
    ref = begun(office)
    before = shown(office, feed(office, ANJA))["events"][0]
    until(office, et(6, 21, 9, 55))
    office.do(KAI, ExtendDowntime(ref, et(6, 21, 10, 20), "One more reboot"))
    after = shown(office, feed(office, ANJA))["events"][0]
    assert instant(after["ends"]) == et(6, 21, 10, 20) and instant(after["starts"]) == SUNDAY.starts_at
    assert after["sequence"] > before["sequence"] and after["stamped"] > before["stamped"]
    assert "It takes longer than planned." in after["description"]


def test_a_postponed_time_is_taken_out_and_what_is_offered_instead_is_tentative(office: Office) -> None:
    ref = agreed(office)
    later = (
        firewalls().windows[0].__class__(SATURDAY.starts_at + timedelta(days=14), SATURDAY.ends_at + timedelta(days=14))
    )
    office.do(SOFIA, PostponeDowntime(ref, "Parts are late", (later,), "Agreed on the phone"))
    found = shown(office, feed(office, MARCUS))["events"]
    assert [(one["status"], one["summary"]) for one in found] == [
        ("CANCELLED", "Postponed: Upgrade of the firewalls (D-1)"),
        ("TENTATIVE", "Offered: Upgrade of the firewalls (D-2)"),
    ]
    assert instant(found[1]["starts"]) == later.starts_at


def test_offered_times_are_tentative_in_feeds_until_one_is_chosen_and_are_no_file(office: Office) -> None:
    ref = offered(office)
    found = shown(office, feed(office, ANJA))["events"]
    assert [(one["status"], instant(one["starts"])) for one in found] == [
        ("TENTATIVE", SATURDAY.starts_at),
        ("TENTATIVE", SUNDAY.starts_at),
    ]
    assert found[0]["description"].startswith("This time is offered and not agreed: nothing is done then")
    early = fetch(office, event(office, ref, MARCUS))
    assert (early.status_code, early.text) == (410, "D-1 is not agreed, so there is nothing for a calendar.\n")
    agreed(office, ref)
    (one,) = shown(office, feed(office, ANJA))["events"]
    assert one["status"] == "CONFIRMED" and one["uid"] not in {each["uid"] for each in found}


def test_what_came_to_nothing_is_in_no_calendar_and_what_is_long_over_goes(office: Office) -> None:
    ref = offered(office)
    office.do(SOFIA, WithdrawDowntime(ref, "Not needed"))
    assert shown(office, feed(office, MARCUS))["events"] == []
    agreed(office, offered(office))
    office.now = SUNDAY.ends_at + timedelta(days=89)
    assert len(shown(office, feed(office, MARCUS))["events"]) == 1
    office.now = SUNDAY.ends_at + timedelta(days=91)
    assert shown(office, feed(office, MARCUS))["events"] == []


def test_a_feed_shows_what_is_its_persons_business(office: Office) -> None:
    both = offered(office)
    toledo = offered(office, firewalls(work="Printer", locations=("toledo",), override="One crew does both"))
    clinic = offered(office, switches(work="Switches"))

    def works(link: str) -> set[str]:
        calendar = icalendar.Calendar.from_ical(fetch(office, link).content)
        return {str(one["SUMMARY"]).partition(": ")[2] for one in calendar.events}

    everything = {"Upgrade of the firewalls (D-1)", "Printer (D-2)"}
    assert works(feed(office, MARCUS)) == works(feed(office, GRETA)) == everything
    assert works(feed(office, ANJA)) == {"Upgrade of the firewalls (D-1)"}, "Leipzig is hers, Toledo is not"
    assert works(feed(office, TOM)) == {"Switches (D-3)"}
    assert works(feed(office, DANA)) == set()
    assert len(works(feed(office, SOFIA))) == 3 and works(feed(office, KAI)) == set()
    assert works(feed(office, SOFIA, "cedar-ridge")) == {"Cedar Ridge Pediatrics: Switches (D-3)"}
    for who, client in ((ANJA, "northgate"), (DANA, "northgate"), (MARCUS, "cedar-ridge")):
        answer = fetch(office, feed(office, who, client))
        assert answer.status_code == 410 and "only key contacts of the whole company" in answer.text
    for who, ref in ((DANA, both), (ANJA, toledo), (MARCUS, clinic)):
        assert fetch(office, event(office, ref, who)).text == "There is no such downtime for you (any more).\n"


def test_a_link_ends_when_its_person_leaves_and_stays_while_the_person_is_away(office: Office) -> None:
    ref = agreed(office)
    links = event(office, ref, ANJA), feed(office, ANJA)
    office.do(ANJA, GoAway(office.now + timedelta(minutes=1), office.now + timedelta(days=9)))
    office.later(hours=1)
    assert [fetch(office, link).status_code for link in links] == [200, 200]
    office.do(System("operator"), RemovePerson(office.person(ANJA), office.person(MARCUS)))
    for link in links:
        gone = fetch(office, link)
        assert gone.status_code == 410 and "is not with the company any more" in gone.text
        assert gone.headers["cache-control"] == "no-store"


def test_a_contact_who_loses_the_role_loses_what_it_showed(office: Office) -> None:
    agreed(office)
    everything, own = feed(office, GRETA, "northgate"), feed(office, GRETA)
    assert len(shown(office, own)["events"]) == 1
    greta = {"client": "northgate", "name": GRETA, "email": "greta@northgate.example", "location": "toledo"}
    office.do(System("operator"), PutPerson(**greta, grants=(Grant("billing", 2, "leipzig"),)))  # type: ignore[arg-type]
    assert fetch(office, everything).status_code == 410
    assert len(shown(office, own)["events"]) == 1, "Leipzig is touched"
    office.do(System("operator"), PutPerson(**greta, grants=()))  # type: ignore[arg-type]
    assert shown(office, own)["events"] == []


def test_a_calendar_that_has_not_changed_is_not_sent_again(office: Office) -> None:
    ref = agreed(office)
    link = feed(office, MARCUS)
    first = fetch(office, link)
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    office.later(hours=3)
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = fetch(office, link, if_none_match=asked)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert fetch(office, link, if_none_match='"other"').status_code == 200
    office.do(SOFIA, CancelDowntime(ref, "Not needed"))
    assert fetch(office, link, if_none_match=etag).status_code == 200
    head = fetch(office, link, "HEAD")
    assert (head.status_code, head.content) == (200, b"") and head.headers["etag"] != etag
    assert fetch(office, link, "POST").status_code == 405


def test_nobody_makes_or_bends_a_link(office: Office) -> None:
    ref = agreed(office)
    good = event(office, ref, ANJA)
    token = good.removeprefix(f"{URL}/calendar/").removesuffix(".ics")
    text, _, seal = token.partition(".")
    other, _, _ = event(office, ref, MARCUS).removeprefix(f"{URL}/calendar/").partition(".")
    stranger = event_link(Signer("x" * 40), URL, ref.id, office.person(ANJA))
    console = SIGNER.sign("console link", {"p": office.person(ANJA), "d": ref.id}, REAL + timedelta(days=1))
    bent = [f"{other}.{seal}", f"{text}.", f".{seal}", text, "x", "%00", "é", f"{text}.{seal[:-1]}", f"{text}A.{seal}"]
    bent += ["a" * 5000, console, SIGNER.sign("calendar", {"d": ref.id}, REAL + timedelta(days=1))]
    for wrong in (stranger, *(f"{URL}/calendar/{one}.ics" for one in bent)):
        answer = fetch(office, wrong)
        assert (answer.status_code, answer.text) == (404, "This link is not valid. Ask for a new one in chat.\n")
    assert fetch(office, good).status_code == 200
    nobody = event_link(SIGNER, URL, "dwn_none", office.person(ANJA))
    assert fetch(office, nobody).status_code == 410


def test_a_link_is_the_same_whenever_it_is_drawn_and_is_none_without_a_public_address(office: Office) -> None:
    link = event_link(SIGNER, f"{URL}/", "dwn_1", "per_1")
    assert link == event_link(SIGNER, URL, "dwn_1", "per_1") and link.startswith(f"{URL}/calendar/")
    assert len(link) < 500
    token = link.removeprefix(f"{URL}/calendar/").removesuffix(".ics")
    assert wanted(SIGNER, token, REAL) == Wanted("per_1", downtime="dwn_1")
    with pytest.raises(BadLink):
        wanted(Signer("x" * 40), token, REAL)
    assert feed_link(SIGNER, "", "per_1") == ""


def test_the_work_of_hundreds_of_downtimes_is_a_handful_of_statements(office: Office) -> None:
    from sqlalchemy import event as happening

    ref = agreed(office)
    columns = (
        [row.name for row in office.rows("SELECT name FROM pragma_table_info('downtime')")] if _sqlite(office) else []
    )
    if not columns:
        columns = [
            row.column_name
            for row in office.rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'downtime'")
        ]
    same = ", ".join(f'"{name}"' for name in columns if name not in ("id", "ref"))
    with office.store.write() as tx:
        for number in range(499):
            tx.exec_driver_sql(
                f"INSERT INTO downtime (id, ref, {same}) "
                f"SELECT 'dwn_copy{number:04}', 'D-{number + 2}', {same} FROM downtime WHERE id = '{ref.id}'"
            )
    statements: list[str] = []
    happening.listen(office.store.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = shown(office, feed(office, GRETA, "northgate"))
    assert len(found["events"]) == 500 and len(statements) < 12


def _sqlite(office: Office) -> bool:
    return str(office.store.url).startswith("sqlite")
