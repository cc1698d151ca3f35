"""The picture of a report: readable on a phone, true to its numbers, drawn beside everything else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image

from bot.charts.chart import Chart, packed, unpacked
from bot.charts.drawing import CLOSED, GROUND, HIGH, INK, OPENED, SOFT, WIDE, png
from bot.charts.labels import count_label, day_label, month_label
from bot.charts.links import chart_link, charted
from bot.charts.shelf import MOST_AHEAD, Busy, Shelf
from bot.signing import BadLink, Signer
from bot.web.charts import Charts
from tests.charts.figures import FIRST, LARGE, QUIET, chart

SIGNER = Signer("k" * 40)
PUBLIC = "https://keyline.test"
NOW = datetime(2026, 6, 15, 13, tzinfo=UTC)


def picture(drawn: bytes) -> Image.Image:
    return Image.open(BytesIO(drawn)).convert("RGB")


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def like(one: tuple[int, ...], colour: str) -> bool:
    return all(abs(part - int(colour[at : at + 2], 16)) <= 8 for part, at in zip(one, (1, 3, 5), strict=True))


# ------------------------------------------------------------------ what it shows


@pytest.mark.parametrize("shown", [chart(), QUIET, LARGE, FIRST], ids=["usual", "quiet", "large", "first week"])
def test_teams_takes_every_picture_and_a_phone_need_not_load_much(shown: Chart) -> None:
    drawn = png(shown)
    assert picture(drawn).size == (WIDE, HIGH) <= (1024, 1024)
    assert len(drawn) < 60_000


def test_bars_are_as_tall_as_their_numbers() -> None:
    found = picture(png(chart([(10, 20, 5), (40, 30, 15)], (0, 0, 0, 0, 0))))
    tall = {
        colour: {sum(like(found.getpixel((x, y)), colour) for y in range(380, 580)) for x in range(5, WIDE, 10)}
        for colour in (OPENED, CLOSED)
    }
    assert sorted(round(high / 3.95) for high in tall[OPENED]) == [0, 10, 40]
    assert sorted(round(high / 3.95) for high in tall[CLOSED]) == [0, 20, 30]


def test_its_letters_stand_out_from_its_ground() -> None:
    assert contrast(INK, GROUND) >= 7 and contrast(SOFT, GROUND) >= 4.5
    assert contrast(CLOSED, GROUND) >= 3 and contrast(OPENED, GROUND) >= 2.2
    assert luminance(OPENED) > 2 * luminance(CLOSED), "to be told apart without telling colours apart"


def test_equal_charts_give_equal_bytes() -> None:
    assert png(chart()) == png(chart())
    assert png(chart()) != png(chart(aging=(7, 6, 4, 2, 1)))


@pytest.mark.parametrize(
    ("locale", "day", "count"),
    [
        ("en_US", "Jun 8", "1,234"),
        ("de_DE", "8. Juni", "1.234"),
        ("fr_FR", "8 juin", "1\u00a0234"),
        ("el_GR", "8 Ιουν", "1.234"),
        ("ja_JP", "6/8", "1,234"),
        ("he_IL", "8.6", "1,234"),
        ("ar_EG", "06-08", "1,234"),
        ("nonsense", "Jun 8", "1,234"),
    ],
)
def test_days_and_numbers_are_the_clients_in_letters_that_the_font_has(locale: str, day: str, count: str) -> None:
    assert (day_label(date(2026, 6, 8), locale), count_label(1234, locale)) == (day, count)


def test_matplotlib_is_not_imported_before_the_first_picture() -> None:
    said = "import sys, bot.app, bot.charts.drawing; print('matplotlib' in sys.modules, 'PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# ------------------------------------------------------------------ its address


def test_an_address_holds_the_whole_picture_and_is_always_the_same() -> None:
    link = chart_link(SIGNER, PUBLIC, chart())
    assert link == chart_link(SIGNER, PUBLIC, chart()) and len(link) < 600
    token = link.removeprefix(f"{PUBLIC}/charts/").removesuffix(".png")
    assert charted(SIGNER, token, datetime(2050, 1, 1, tzinfo=UTC)) == chart()
    assert chart_link(SIGNER, "", chart()) == ""


def test_a_chart_of_months_is_another_picture_at_another_address() -> None:
    months = replace(chart(), monthly=True)
    assert unpacked(packed(months)) == months and packed(months) != packed(chart())
    assert png(months) != png(chart())
    assert [month_label(date(2026, 6, 8), locale) for locale in ("en_US", "de_DE", "ja_JP")] == ["Jun", "Jun", "06"]


def test_an_address_for_something_else_draws_nothing() -> None:
    later = datetime(2100, 1, 1, tzinfo=UTC)
    other = SIGNER.sign("calendar", packed(chart()), later)
    for token in (other, SIGNER.sign("chart", {"w": []}, later), "x", "", Signer("o" * 40).sign("chart", {}, later)):
        with pytest.raises(BadLink):
            charted(SIGNER, token, NOW)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"w": []},
        {"w": [[739000, 1, 2, 3]] * 9},
        {"w": [[739000, 1, 2]]},
        {"w": [[739000, 1, 2, -3]]},
        {"w": [[10**12, 1, 2, 3]]},
        {"w": [["x", 1, 2, 3]]},
        {"a": [1, 2, 3, 4]},
        {"a": [1, 2, 3, 4, True]},
        {"a": None},
    ],
)
def test_what_is_no_chart_is_refused(spoilt: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        unpacked({**packed(chart()), **spoilt})


# ------------------------------------------------------------------ over HTTP


def served(shelf: Shelf, signer: Signer | None = SIGNER) -> httpx.AsyncClient:
    app = FastAPI(routes=list(Charts(signer, shelf, lambda: NOW).routes()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC)


async def test_a_picture_is_fetched_without_any_credentials_and_may_be_kept() -> None:
    shelf = Shelf()
    async with served(shelf) as fetching:
        first = await fetching.get(chart_link(SIGNER, PUBLIC, chart()))
        assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
        assert "immutable" in first.headers["cache-control"] and first.content == png(chart())
        again = await fetching.get(first.url, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = await fetching.head(first.url)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(first.content)))
        assert (await fetching.post(first.url)).status_code == 405
    shelf.close()


@pytest.mark.parametrize("token", ["x", "x.y", "a" * 3000, "%00", "é", "..%2F..%2Fapp.yaml"])
async def test_a_wrong_address_is_a_sentence(token: str) -> None:
    for signer in (SIGNER, None):
        async with served(Shelf(), signer) as fetching:
            answer = await fetching.get(f"/charts/{token}.png")
            assert answer.status_code == 404 and "matplotlib" not in answer.text


async def test_when_everybody_asks_at_once_some_come_again() -> None:
    class Full(Shelf):
        async def picture(self, chart: Chart) -> bytes:
            raise Busy

    async with served(Full()) as fetching:
        answer = await fetching.get(chart_link(SIGNER, PUBLIC, chart()))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.headers["cache-control"] == "no-store"


# ------------------------------------------------------------------ the shelf


def numbered(number: int) -> Chart:
    return chart(aging=(number, 0, 0, 0, 0))


async def test_a_picture_is_drawn_once_and_away_from_the_loop() -> None:
    drawn: list[str] = []

    def draw(shown: Chart) -> bytes:
        drawn.append(threading.current_thread().name)
        return repr(shown).encode()

    shelf = Shelf(draw)
    shelf.expect(chart())
    found = await asyncio.gather(*(shelf.picture(chart()) for _ in range(20)))
    assert len(drawn) == 1 and drawn[0].startswith("keyline-charts") and len(set(found)) == 1
    await shelf.picture(replace(chart(), locale="de_DE"))
    assert len(drawn) == 2
    shelf.close()


async def test_only_so_much_is_kept_and_what_was_fetched_last_stays() -> None:
    drawn: list[Chart] = []

    def draw(shown: Chart) -> bytes:
        drawn.append(shown)
        return b"x" * 10

    shelf = Shelf(draw, most_bytes=30)
    for number in (1, 2, 3, 1, 4, 1):
        await shelf.picture(numbered(number))
    assert [shown.aging[0] for shown in drawn] == [1, 2, 3, 4]
    await shelf.picture(numbered(2))
    assert len(drawn) == 5
    shelf.close()


async def test_a_failed_drawing_is_tried_again_and_a_caller_who_leaves_stops_nobody() -> None:
    go, fails = threading.Event(), [True]

    def draw(shown: Chart) -> bytes:
        go.wait(10)
        if fails.pop():
            raise OSError("no font")
        return b"picture"

    shelf = Shelf(draw)
    leaving = asyncio.create_task(shelf.picture(chart()))
    await asyncio.sleep(0)
    leaving.cancel()
    staying = asyncio.create_task(shelf.picture(chart()))
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(OSError):
        await staying
    fails.append(False)
    assert await shelf.picture(chart()) == b"picture"
    shelf.close()


async def test_pictures_nobody_has_asked_for_yet_do_not_pile_up() -> None:
    go, drawn = threading.Event(), []

    def draw(shown: Chart) -> bytes:
        go.wait(10)
        drawn.append(shown)
        return b"x"

    shelf = Shelf(draw)
    for number in range(3 * MOST_AHEAD):
        shelf.expect(numbered(number))
    go.set()
    await shelf.picture(numbered(0))
    await shelf.picture(numbered(MOST_AHEAD - 1))
    assert len(drawn) == MOST_AHEAD
    shelf.close()
