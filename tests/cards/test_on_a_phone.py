"""Cards as a phone shows them, drawn by the page: the decision is on the first screen, nothing is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.cards.card import Card, buttons_of
from tests import needs
from tests.cards import desk, downtimes, extremes, outages, pulses, reports, sayings, scenes, talks
from tests.cards.all import play
from tests.cards.pictures import DRAW, HOST, PHONE, native, serve
from tests.cards.studio import Drawn, seeded

SCREEN = 760
"""Pixels of a phone's 844 that a chat leaves to a message."""
ORDINARY = (
    scenes.two_voices,
    scenes.questions,
    scenes.papers,
    scenes.not_me,
    scenes.handing,
    extremes.fifty_lines,
    outages.one_office,
    outages.trouble,
    desk.boards,
    desk.large,
    desk.previews,
    outages.relays,
    outages.opinions,
    downtimes.offered,
    downtimes.lived,
    downtimes.one_voice,
    downtimes.given_up,
    downtimes.who_else,
    reports.to_read,
    reports.corrected,
    reports.at_the_desk,
    reports.small_and_large,
    reports.monthly,
    sayings.unasked,
    sayings.before,
    talks.offered,
    talks.lived,
    talks.moved,
    talks.called,
    talks.filed,
    pulses.amber,
)
PICK = "Pick "
FIRST = (
    "Approve",
    "Acknowledge",
    "Send now",
    "Post to #all-staff",
    "5",
    "OK here",
    "Start",
    "Completed",
    "Reviewed",
    "Release",
    "Confirm",
    "Log the pulse",
    "Fill in the form",
)
"""What has to be in reach without scrolling."""
LONG = ("relay endless",)
"""A message of three thousand letters is read before it is posted."""

MEASURE = """() => {
  const top = document.querySelector("#sheet .phone .content").getBoundingClientRect().top;
  return [...document.querySelectorAll("#sheet .phone button")].map((button) => {
    const box = button.getBoundingClientRect();
    return { label: button.textContent.trim(), left: box.left, right: box.right, bottom: box.bottom - top };
  });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    needs.node_modules()
    found = browser.new_page(viewport={"width": PHONE + 24, "height": 900})
    found.route("**/*", serve)
    found.goto(f"{HOST}/")
    yield found
    found.close()


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawn]:
    beginning = seeded(tmp_path_factory.mktemp("beginning") / "seeded.db", sqlite_template)
    found: dict[str, Drawn] = {}
    for scene in ORDINARY:
        found |= play(scene, beginning, tmp_path_factory.mktemp(scene.__name__))
    return found


@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_the_decision_is_on_the_first_screen_and_no_button_is_cut_off(
    page: Page, shown: dict[str, Drawn], platform: str
) -> None:
    for name, card in shown.items():
        if isinstance(card, Card):
            buttons = _measured(page, platform, name, card)
            assert {each["label"] for each in buttons} >= {button.label for button in buttons_of(card)}, name
            assert all(each["left"] >= 0 and each["right"] <= PHONE + 12 for each in buttons), name
            low = [each for each in buttons if _comes_first(each["label"]) and each["bottom"] > SCREEN]
            assert not low or any(word in name for word in LONG), f"{name}: {low} are below the first screen"


def _comes_first(label: str) -> bool:
    return label in FIRST or label.startswith(PICK)


def _measured(page: Page, platform: str, name: str, card: Card) -> list[dict[str, Any]]:
    page.evaluate(DRAW, [{"name": name, "platform": platform, "native": native(platform, card)}])
    found: list[dict[str, Any]] = page.evaluate(MEASURE)
    return found
