"""The console's pages of reports: which clients have reviewed theirs, and all of one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.web.console import RENEWED
from bot.web.reportlist import PATH
from tests.cards.reported import figures, large, quiet
from tests.cards.reports import MONTH
from tests.cards.stored import keep, say
from tests.web.house import House
from tests.web.inside import Inside
from tests.web.told import HOSTILE


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]).split())


@pytest.fixture
def inside(both_house: House) -> Inside:
    """On SQLite and on PostgreSQL in turn."""
    return Inside(both_house.store, performing=both_house.performing)


async def shown(inside: Inside, path: str, status: int = 200) -> str:
    async with inside.browser() as sofia:
        await inside.entered(sofia, PATH)
        answer = await sofia.get(path)
        assert answer.status_code == status and "<script" not in answer.text
        return answer.text


async def test_the_list_says_who_has_reviewed_and_who_has_not(inside: Inside) -> None:
    dana = inside.person("Dana Whitlock")
    first = keep(inside.store, state="reviewed", reviewed_by=dana, readers=[dana])
    say(inside.store, first, "marlow-finch", dana)
    keep(inside.store, "cedar-ridge", "unreviewed")
    keep(inside.store, "cedar-ridge", "superseded", id="rpt_wrong", number=2)
    keep(inside.store, "cedar-ridge", "reviewed", id="rpt_old", period="2026-W23", reviewed_by=dana)
    page = await shown(inside, PATH)
    said = plain(page)
    assert "Reports, Jun 8 to Jun 14" in said and "1 reviewed, of 2 0 waiting for a review 1 not reviewed" in said
    assert said.index("Cedar Ridge") < said.index("Marlow &amp; Finch")
    assert "Marlow &amp; Finch LLP Reviewed Dana Whitlock" in said and "−3 in the period 1" in said
    assert f'href="{PATH}/{first}"' in page
    before = plain(await shown(inside, f"{PATH}?period=2026-W23"))
    assert "Reports, Jun 1 to Jun 7" in before and "1 reviewed, of 1" in before
    assert "There is no report about this time." in plain(await shown(inside, f"{PATH}?kind=exec_summary"))


@pytest.mark.parametrize(
    "asked", ["?period=x", "?kind=x", "?page=x", "?page=0", "?page=99999", "?period=2026-W99", "?period=2026-99"]
)
async def test_a_mistyped_address_is_no_error(inside: Inside, asked: str) -> None:
    keep(inside.store)
    assert "Reports" in plain(await shown(inside, f"{PATH}{asked}"))


async def test_one_report_is_shown_whole(inside: Inside) -> None:
    dana = inside.person("Dana Whitlock")
    id_ = keep(inside.store, readers=[dana], note="The jump is the outage.")
    say(inside.store, id_, "marlow-finch", dana)
    said = plain(await shown(inside, f"{PATH}/{id_}"))
    for words in (
        "weekly report Jun 8 to Jun 14 Sent, not reviewed yet 20 cases open, down 3 in a week",
        "14 opened 17 closed 92.9% answered in time, 13 of 14 94.1% solved in time, 16 of 17",
        "88.9% satisfied, 8 of 9 answers 3 wait for the client",
        "Dana Whitlock doubted “Closed” We closed at least three on Thursday alone. Waits for an answer",
        "Note to the readers · Sofia Marchetti The jump is the outage.",
        "Jun 8 20 14 17",
        "15 to 30 days 2",
        "CASE-4402 VPN drops twice a day Waits for a vendor P2 33 days",
        "P2 2 of 3 3 of 4",
    ):
        assert words in said


async def test_nothing_ten_thousand_and_a_month_are_pages_too(inside: Inside) -> None:
    calm = keep(inside.store, id="rpt_calm", figures=quiet())
    much = keep(inside.store, "cedar-ridge", id="rpt_much", figures=large())
    months = [{**week, "week": f"2025-{5 + n:02}"} for n, week in enumerate(figures()["weeks"])]
    month = keep(
        inside.store, id="rpt_month", kind="exec_summary", period="2026-05", figures=figures(weeks=months, month=MONTH)
    )
    assert "A quiet week: nothing was opened, nothing is open" in plain(await shown(inside, f"{PATH}/{calm}"))
    assert "Waiting for the client (25 of 2,345)" in plain(await shown(inside, f"{PATH}/{much}"))
    page = plain(await shown(inside, f"{PATH}/{month}"))
    assert "monthly summary" in page and "Wi-Fi on AP-3 was reported 4 times in 90 days." in page
    assert "Beyond the cases What In the month Availability 99.75% Outages 2 (2 hours 12 minutes)" in page
    assert page.count("open for more than 30 days") == 1 and "Meetings to come" in page
    assert "Health check: everything is in order." in page
    assert "N-4: No internet in Providence Tue May 12, 10:42 AM" in page
    assert "Reports, May 2026" in plain(await shown(inside, f"{PATH}?kind=exec_summary"))


async def test_a_report_that_is_none_is_nothing_and_hostile_words_stay_words(inside: Inside) -> None:
    for id_ in ("rpt_none", "x" * 300, "%00", "a b"):
        await shown(inside, f"{PATH}/{id_}", 404)
    dana = inside.person("Dana Whitlock")
    named = [{**figures()["waiting"][0], "title": HOSTILE, "external_id": HOSTILE}]
    bad = figures(waiting=named, oldest=named, categories=[(HOSTILE, 3)], requesters=[(HOSTILE, 3)])
    id_ = keep(inside.store, readers=[dana], figures=bad, note=HOSTILE, released_by=HOSTILE)
    say(inside.store, id_, "marlow-finch", dana, about=HOSTILE, text=HOSTILE)
    assert HOSTILE not in await shown(inside, f"{PATH}/{id_}")


async def test_nobody_comes_in_without_a_session(inside: Inside) -> None:
    id_ = keep(inside.store)
    async with inside.browser() as stranger:
        for path in (PATH, f"{PATH}/{id_}"):
            answer = await stranger.get(path)
            assert answer.status_code == 401 and "CASE-" not in answer.text


async def test_an_expired_link_has_the_reports_card_drawn_anew(inside: Inside) -> None:
    id_ = keep(inside.store, readers=[inside.person("Dana Whitlock")])
    link = inside.link(f"{PATH}/{id_}")
    inside.real += timedelta(hours=1)
    async with inside.browser() as sofia:
        answer = await sofia.get(link)
    assert answer.status_code == 401 and RENEWED in answer.text
