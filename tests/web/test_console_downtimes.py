"""The console's pages of downtimes: who has answered what, who is silent, how the work goes on; export and links."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.cards.parts import Viewer
from bot.entrance import console_link
from bot.web.console import RENEWED
from bot.web.downtimelines import COLUMNS, lines_of
from bot.web.downtimewords import span
from bot.web.frame import BOM
from handlers.commands import (
    CompleteDowntime,
    DeclineDowntime,
    ExtendDowntime,
    OfferWindows,
    PutPerson,
    RaiseDowntime,
    Ref,
    Service,
    StartDowntime,
    Window,
)
from handlers.mechanisms.windows.standing import load
from storage.queries import downtimes
from storage.queries.relays import change_relay, relays_about
from tests.web.house import NOW, House
from tests.web.inside import URL, Inside, statements
from tests.web.planned import DANA, answer, choose, do, two_offices
from tests.web.told import HOSTILE

PSA = Service("psa", frozenset({"downtimes:write"}))
TIMES = (
    Window(NOW + timedelta(days=19, hours=9), NOW + timedelta(days=19, hours=13)),
    Window(NOW + timedelta(days=20), NOW + timedelta(days=20, hours=4)),
)
WORK = RaiseDowntime(
    work="New switches",
    implications="No network and no phones.",
    windows=TIMES,
    client="marlow-finch",
    prep_steps="Save what you have open.",
    engineer="kai@harborline.example",
    send=True,
)


def raised(house: House, command: RaiseDowntime = WORK) -> str:
    outcome = do(house, command, PSA)
    assert outcome.ref is not None
    return outcome.ref.id


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]).split())


@pytest.fixture
def both(both_house: House) -> House:
    """On SQLite and on PostgreSQL in turn."""
    return two_offices(both_house)


@pytest.fixture
def one(house: House) -> House:
    """On SQLite."""
    return two_offices(house)


def entrance(house: House) -> Inside:
    return Inside(house.store, performing=house.performing)


async def test_the_page_says_who_has_answered_what_and_who_is_silent(both: House) -> None:
    inside, id_ = entrance(both), raised(both)
    answer(both, id_, ok=False, reason="The night shift works.", numbers=(1,))
    async with inside.browser() as sofia:
        answer_ = await inside.entered(sofia, f"/console/downtimes/{id_}")
        page = plain(answer_.text)
    assert "<title>0 of 2 answered · D-1 · New switches · Keyline</title>" in answer_.text
    assert "D-1 · New switches To be agreed Marlow &amp; Finch LLP · Boston, Providence" in page
    assert "Kai Turner does the work" in page and "Sofia Marchetti is accountable" in page
    assert "0 answered, of 2 1 still to answer 1 objection 0 told their staff" in page
    assert "1. Sat Jun 27, 6:05 PM to 10:05 PM EDT On offer" in page
    assert "Large work, 14 business days of notice, 10 needed" in page
    assert "Providence Coordinator No answer yet" in page
    assert "Luis Ortega Objects 9:05 AM 9:06 AM Time 1: no, The night shift works." in page
    assert "Marlow &amp; Finch LLP Decides Waits for the offices" in page
    assert "Dana Whitlock Office manager" not in page and "Dana Whitlock Waits for the offices" in page
    assert "Without an answer by Thu Jun 25, 5:00 PM" in page and "nothing is agreed and no work is done." in page
    assert '<meta http-equiv="refresh" content="10">' in answer_.text and "<script" not in answer_.text


async def test_after_the_yes_it_says_who_told_the_staff_and_how_the_work_goes_on(both: House) -> None:
    inside = entrance(both)
    soon = (Window(NOW + timedelta(minutes=10), NOW + timedelta(minutes=40)),)
    id_ = raised(both, replace(WORK, windows=soon, override="Agreed on the phone."))
    answer(both, id_)
    choose(both, id_, consent=True)
    ref = Ref("downtime", id_)
    do(both, StartDowntime(ref), PSA, now=NOW + timedelta(minutes=10))
    longer = ExtendDowntime(ref, NOW + timedelta(hours=1), "One port is dead.")
    do(both, longer, PSA, now=NOW + timedelta(minutes=30))
    with both.store.write() as tx:
        (relay,) = [row for row in relays_about(tx, str(ref)) if row.person_id == inside.person("Luis Ortega")][-1:]
        change_relay(tx, relay.id, state="posted", place="#all-staff", told_at=NOW + timedelta(minutes=4))
    async with inside.browser() as sofia:
        page = plain((await inside.entered(sofia, f"/console/downtimes/{id_}")).text)
        do(both, CompleteDowntime(ref, "All ports are up."), PSA, now=NOW + timedelta(minutes=50))
        after = await sofia.get(f"/console/downtimes/{id_}")
        listed = plain((await sofia.get("/console/downtimes")).text)
    assert "Takes longer than planned Short notice Mon Jun 8, 9:15 AM to 9:45 AM EDT Now until 10:05 AM" in page
    assert "9:35 AM · API: psa · It takes longer, until 10:05 AM One port is dead." in page
    assert "9:15 AM · API: psa · The work has begun" in page and "9:07 AM · Dana Whitlock · Agreed" in page
    assert "Offered all the same: Agreed on the phone." in page
    assert "2 answered, of 2 0 still to answer 0 objections 1 told their staff, of 2" in page
    assert "Luis Ortega Fine 9:05 AM 9:06 AM Time 1: fine 9:09 AM #all-staff" in page
    assert "Dana Whitlock Said yes 9:05 AM 9:07 AM Not yet" in page
    assert "Everything works again" in plain(after.text) and "http-equiv" not in after.text, "nothing more happens"
    assert "D-1 · New switches Marlow &amp; Finch LLP Completed Mon Jun 8, 9:15 AM to 10:05 AM EDT" in listed


async def test_times_that_were_named_before_stay_to_be_seen_with_what_was_said_to_them(one: House) -> None:
    inside, id_ = entrance(one), raised(one)
    answer(one, id_, ok=False, reason="The night shift works.", numbers=(1,))
    later = (Window(NOW + timedelta(days=27), NOW + timedelta(days=27, hours=4)),)
    do(one, OfferWindows(Ref("downtime", id_), later, "A week later."), PSA)
    async with inside.browser() as sofia:
        await inside.entered(sofia, f"/console/downtimes/{id_}")
        held = (await sofia.get(f"/console/downtimes/{id_}?hold=1")).text
    page = plain(held)
    assert "refresh" not in held and "Go on renewing" in page
    assert "Named by API: psa, 9:05 AM: A week later." in page
    assert "Earlier times (2)" in page and "2. Sun Jun 28, 9:05 AM to 1:05 PM EDT" in page
    assert "Providence, time 1: no, The night shift works. (Luis Ortega)" in page


async def test_an_office_in_another_zone_reads_its_own_clock(one: House) -> None:
    with one.store.write() as tx:
        tx.execute(text("UPDATE location SET timezone = 'Europe/Berlin' WHERE slug = 'providence'"))
    inside, id_ = entrance(one), raised(one)
    async with inside.browser() as sofia:
        page = plain((await inside.entered(sofia, f"/console/downtimes/{id_}")).text)
    assert "In Providence: Sun Jun 28, 12:05 AM to 4:05 AM CEST" in page


async def test_hostile_words_stay_words(one: House) -> None:
    inside, id_ = entrance(one), raised(one)
    answer(one, id_, ok=False, reason=HOSTILE)
    do(one, OfferWindows(Ref("downtime", id_), TIMES[:1], HOSTILE), PSA)
    with one.store.write() as tx:
        for table, column in (("person", "name"), ("client", "name"), ("location", "name")):
            tx.execute(text(f"UPDATE {table} SET {column} = :hostile"), {"hostile": HOSTILE})
        for column in ("work", "implications", "prep_steps", "override", "raised_by", "closed_why"):
            tx.execute(text(f"UPDATE downtime SET {column} = :hostile"), {"hostile": HOSTILE})
        staff = tx.execute(text("SELECT id FROM person WHERE email = 'sofia@harborline.example'")).scalar_one()
    path = f"/console/downtimes/{id_}"
    async with inside.browser() as sofia:
        link = console_link(inside.signer, URL, path, staff, inside.real)
        page = (await sofia.get(link, follow_redirects=True)).text
        listed = (await sofia.get("/console/downtimes")).text
    assert "&lt;script&gt;" in page and "&lt;script&gt;" in listed
    assert "<script" not in page + listed and "\"'&=" not in page + listed and page.count("<h1>") == 1


async def test_the_export_is_one_line_a_person_and_nothing_in_it_is_a_formula(both: House) -> None:
    inside, id_ = entrance(both), raised(both)
    answer(both, id_, ok=False, reason="=HYPERLINK(1)", numbers=(1,))
    with both.store.write() as tx:
        tx.execute(text("UPDATE person SET name = '=cmd()' WHERE name = 'Dana Whitlock'"))
    async with inside.browser() as sofia:
        answer_ = await inside.entered(sofia, f"/console/downtimes/{id_}/answers.csv")
    assert answer_.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer_.headers["content-disposition"] == 'attachment; filename="D-1-answers.csv"'
    assert answer_.text.startswith(BOM)
    head, *rows = csv.reader(io.StringIO(answer_.text.removeprefix(BOM)))
    lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert tuple(head) == COLUMNS and {line["Name"] for line in lines} == {"'=cmd()", "Luis Ortega"}
    luis = next(line for line in lines if line["Name"] == "Luis Ortega")
    assert (luis["Office"], luis["Asked as"], luis["Stage"], luis["Phone"]) == (
        "Providence",
        "Coordinator",
        "Objects",
        "'+1 401 555 0113",
    )
    assert (luis["Said"], luis["Answered"]) == ("Time 1: no, =HYPERLINK(1)", "2026-06-08T09:06:00-04:00")


async def test_there_is_nothing_at_an_unknown_address_and_nobody_else_gets_in(one: House) -> None:
    inside, id_ = entrance(one), raised(one)
    path = f"/console/downtimes/{id_}"
    async with inside.browser() as stranger:
        for address in ("/console/downtimes", path, f"{path}/answers.csv"):
            assert (await stranger.get(address)).status_code == 401
            assert (await stranger.get(inside.link(address, "Dana Whitlock"))).status_code == 403
    async with inside.browser() as sofia:
        await inside.entered(sofia, "/console/downtimes")
        for nothing in ("dwn_nobody", "%00", "x" * 300):
            for address in (f"/console/downtimes/{nothing}", f"/console/downtimes/{nothing}/answers.csv"):
                assert (await sofia.get(address)).status_code == 404
        assert (await sofia.post(path)).status_code == 405
        assert 'href="/console/notices"' in (await sofia.get(path)).text


async def test_a_list_without_any_says_so(one: House) -> None:
    inside = entrance(one)
    async with inside.browser() as sofia:
        assert "There has been no downtime yet." in (await inside.entered(sofia, "/console/downtimes")).text


async def test_fifty_are_one_page_of_a_handful_of_statements(both: House) -> None:
    inside = entrance(both)
    for number in range(51):
        raised(both, replace(WORK, work=f"Work {number}", send=False, windows=TIMES[:1]))
    async with inside.browser() as sofia:
        await inside.entered(sofia, "/console/downtimes")
        with statements(both.store) as few:
            page = (await sofia.get("/console/downtimes")).text
    assert page.count('class="line rows"') == 50 and len(few) < 10, few


async def test_who_follows_a_link_that_has_run_out_finds_a_new_one_on_the_card(both: House) -> None:
    inside, id_ = entrance(both), raised(both)
    link = inside.link(f"/console/downtimes/{id_}")

    def wanted() -> int:
        with both.store.read() as tx:
            return int(tx.execute(text("SELECT sum(wanted) FROM delivery")).scalar_one())

    before = wanted()
    inside.real += timedelta(minutes=10)
    async with inside.browser() as late:
        for _ in range(2):
            answer_ = await late.get(link)
            assert answer_.status_code == 401 and RENEWED in answer_.text
    assert wanted() > before


def test_a_time_in_another_year_says_so() -> None:
    viewer = Viewer("", "Sofia Marchetti", "America/New_York", "en_US", True, NOW)
    start = datetime(2027, 1, 3, 11, tzinfo=UTC)
    assert span(start, start + timedelta(hours=4), viewer) == "Sun Jan 3, 2027, 6:00 AM to 10:00 AM EST"


def _namesake(house: House, id_: str, kind: str, name: str) -> None:
    """Somebody else of the same name is asked for the same voice."""
    email = f"{name.split()[0].lower()}.senior@marlow.example"
    person = do(house, PutPerson(client="marlow-finch", name=name, email=email)).facts["id"]
    with house.store.write() as tx:
        voice = next(one for one in downtimes.voices_of(tx, f"downtime:{id_}") if one.kind == kind)
        row = {"id": f"vas_{kind}", "voice_id": voice.id, "subject": voice.subject, "person_id": person}
        downtimes.add_asked(tx, {**row, "since": NOW + timedelta(minutes=1), "why": "backup"})


async def test_what_somebody_has_said_is_not_put_into_the_mouth_of_a_namesake(both: House) -> None:
    id_ = raised(both)
    _namesake(both, id_, "place", "Luis Ortega")
    _namesake(both, id_, "decider", "Dana Whitlock")
    answer(both, id_, ok=False, reason="The night shift works.", numbers=(1,))
    do(both, DeclineDowntime(Ref("downtime", id_), 1, "Not this month."), DANA, now=NOW + timedelta(minutes=2))
    with both.store.read() as tx:
        standing = load(tx, id_, NOW + timedelta(minutes=3))
        assert standing is not None
        found = {(line.person.email, line.stage, line.said) for line in lines_of(tx, standing)}
    assert found == {
        ("luis@marlow.example", "object", ("Time 1: no, The night shift works.",)),
        ("luis.senior@marlow.example", "over", ()),
        ("dana@marlow.example", "no", ("Not this month.",)),
        ("dana.senior@marlow.example", "covered", ()),
    }
