"""The console's pages: what the board and the list say, and what the export is safe against."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import text

from bot.entrance import console_link
from bot.web.frame import BOM
from bot.web.receipts import COLUMNS, harmless
from tests.web.house import NOW
from tests.web.inside import URL, Inside, statements
from tests.web.told import HOSTILE, hear, tell


async def test_the_board_counts_and_names_everybody_with_times_on_the_viewers_wall(both_inside: Inside) -> None:
    told = tell(both_inside.store, contacts=7)
    hear(both_inside.store, told, 1, "A 4G router is in place.", workaround="Use the guest Wi-Fi")
    async with both_inside.browser() as sofia:
        page = (await both_inside.entered(sofia, f"/console/notices/{told.id}")).text
    plain = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "2 of 7 acknowledged · N-1 · The internet is down · Keyline" in plain
    assert "5 reached, of 7" in plain and "2 acknowledged, of 7" in plain and "1 of 2 places acknowledged" in plain
    assert "1 overdue" in plain and "1 cannot be reached" in plain
    assert "0 told their staff the latest" in plain  # what was told before the update is not the latest
    assert "Boston : Dana 000-0 , 8:58 AM" in plain and "Providence : nobody yet" in plain
    assert "Jill 000-5 Boston, Providence · as backup no chat account: +1 555 0100 Cannot be reached Luis" in plain
    assert "Asked to be called, 9:01 AM : +1 555 0100" in plain
    assert "Has a problem too, 9:00 AM : The phones are dead too" in plain
    assert "next update 9:25 AM, in 20 minutes" in plain and "times in America/New York" in plain
    assert "Workaround: Use the guest Wi-Fi" in plain
    assert '<meta http-equiv="refresh" content="10">' in page and "<script" not in page


async def test_the_board_is_narrowed_and_held_still(inside: Inside) -> None:
    told = tell(inside.store, contacts=7)
    path = f"/console/notices/{told.id}"
    async with inside.browser() as sofia:
        whole = (await inside.entered(sofia, path)).text
        seen = {
            name: (await sofia.get(f"{path}?show={name}")).text for name in ("unanswered", "unreached", "help", "x")
        }
        held = (await sofia.get(f"{path}?show=help&hold=1")).text
    rows = {name: re.findall(r'class="person"><td><bdi>(\w+)', page) for name, page in seen.items()}
    assert rows == {
        "unanswered": ["Hannah", "Jill", "Luis", "Marcus"],
        "unreached": ["Jill", "Marcus"],
        "help": ["Hannah", "Luis"],
        "x": ["Dana", "Hannah", "Jill", "Luis", "Marcus", "Priya", "Tom"],
    }
    assert "Not answered (4)" in whole and f'href="{path}?show=unanswered"' in whole
    assert "refresh" not in held and f'href="{path}?show=help"' in held and "Go on renewing" in held


async def test_what_is_over_is_not_renewed(inside: Inside) -> None:
    told = tell(inside.store, state="closed", closed_at=NOW)
    async with inside.browser() as sofia:
        assert "http-equiv" not in (await inside.entered(sofia, f"/console/notices/{told.id}")).text


async def test_hostile_words_stay_words(inside: Inside) -> None:
    told = tell(inside.store, contacts=2, title=HOSTILE, services=HOSTILE, impact=HOSTILE, raised_by=HOSTILE)
    hear(inside.store, told, 1, HOSTILE, workaround=HOSTILE, author=HOSTILE)
    with inside.store.write() as tx:
        for table, column in (("person", "name"), ("client", "name"), ("location", "name"), ("receipt", "trouble")):
            tx.execute(text(f"UPDATE {table} SET {column} = :hostile"), {"hostile": HOSTILE})
        tx.execute(text("UPDATE relay SET place = :hostile"), {"hostile": HOSTILE})
        tx.execute(text("UPDATE receipt SET reason = :hostile"), {"hostile": HOSTILE})
        sofia_id = tx.execute(text("SELECT id FROM person WHERE client_id IS NULL")).scalar_one()
    path = f"/console/notices/{told.id}"
    async with inside.browser() as sofia:
        link = console_link(inside.signer, URL, path, sofia_id, inside.real)
        page = (await sofia.get(link, follow_redirects=True)).text
        listed = (await sofia.get("/console/notices")).text
    assert "&lt;script&gt;" in page and "<script" not in page + listed
    assert "\"'&=" not in page and page.count("<h1>") == 1
    assert "&lt;script&gt;" in listed


async def test_the_export_is_one_line_a_reader_and_nothing_in_it_is_a_formula(both_inside: Inside) -> None:
    told = tell(both_inside.store, contacts=7)
    with both_inside.store.write() as tx:
        tx.execute(text("UPDATE person SET name = '=HYPERLINK(1)' WHERE id = :id"), {"id": told.people[1]})
        tx.execute(text("UPDATE receipt SET trouble = '@SUM(A1), \"and\nmore\"' WHERE trouble <> ''"))
    async with both_inside.browser() as sofia:
        answer = await both_inside.entered(sofia, f"/console/notices/{told.id}/receipts.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="N-1-receipts.csv"'
    assert answer.text.startswith(BOM)
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix(BOM)))
    assert head == list(COLUMNS.values()) and len(rows) == 7
    lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [line["name"] for line in lines][:2] == ["'=HYPERLINK(1)", "Dana 000-0"]
    dana = lines[1]
    assert (dana["stage"], dana["asked_at"], dana["told_staff_at"], dana["told_staff_where"], dana["phone"]) == (
        "relayed",
        "2026-06-08T08:55:00-04:00",
        "2026-06-08T09:04:00-04:00",
        "#all-staff",
        "'+1 555 0100",
    )
    assert [line["trouble"] for line in lines if line["trouble"]] == ['\'@SUM(A1), "and\nmore"']
    assert [(line["why"], line["stands_in_for"]) for line in lines if line["stands_in_for"]] == [
        ("stand_in", "Dana 000-0")
    ]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1 555", "'+1 555"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("Dana", "Dana"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_is_made_harmless(cell: str, safe: str) -> None:
    assert harmless(cell) == safe


async def test_twelve_hundred_readers_are_one_page_of_a_handful_of_statements(both_inside: Inside) -> None:
    told = tell(both_inside.store, clients=300, contacts=4)
    async with both_inside.browser() as sofia:
        await both_inside.entered(sofia, "/console/notices")
        with statements(both_inside.store) as few:
            page = (await sofia.get(f"/console/notices/{told.id}")).text
        with statements(both_inside.store) as fewer:
            listed = (await sofia.get("/console/notices")).text
    assert page.count('class="person"') == 1200 and '<meta http-equiv="refresh" content="30">' in page
    assert len(page) < 600_000
    assert len(few) < 20, few
    assert "600 of 1,200" in listed and "and 297 more" in listed
    assert len(fewer) < 8, fewer
