"""The whole house: a report's card names a picture, and anybody who has the address is given it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.app import House
from bot.settings import Settings
from tests.cards.reported import figures, quiet


@pytest.fixture
def settings(tmp_path: Path, sqlite_template: Path) -> Settings:
    path = tmp_path / "keyline.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Settings.model_validate(
        {
            "database": {"url": f"sqlite:///{path}"},
            "public": {"url": "https://keyline.test/"},
            "secret": {"key": "k" * 40},
        }
    )


async def test_the_picture_of_a_card_is_fetched_at_its_address(settings: Settings) -> None:
    house = House(settings)
    link = house.addresses.chart_of(figures(), "en_US")
    assert link.startswith("https://keyline.test/charts/") and link == house.addresses.chart_of(figures(), "en_US")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(house.web), base_url="https://keyline.test") as fetching:
        answer = await fetching.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")
    await house.close()


async def test_a_house_without_a_public_address_names_none(settings: Settings) -> None:
    private = settings.model_copy(update={"public": settings.public.model_copy(update={"url": ""})})
    house = House(private)
    assert house.addresses.chart_of(figures(), "en_US") == ""
    await house.close()


async def test_months_and_a_client_without_any_week_are_no_problem(settings: Settings) -> None:
    house = House(settings)
    months = [{**week, "week": f"2025-{5 + n:02}"} for n, week in enumerate(figures()["weeks"])]
    assert house.addresses.chart_of(figures(weeks=months), "de_DE") != ""
    assert house.addresses.chart_of({**quiet(), "weeks": []}, "en_US") == ""
    await house.close()
