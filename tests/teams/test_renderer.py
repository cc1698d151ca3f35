"""Microsoft's own renderer, in a real browser with markdown on, draws our cards and no user text as markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from bot.teams import adaptive, forms
from tests import needs
from tests.teams import samples

DRAW = """card => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = new markdownit({html: true, linkify: true}).render(text); result.didProcess = true; };
  const drawn = new AdaptiveCards.AdaptiveCard(), context = new AdaptiveCards.SerializationContext();
  drawn.parse(card, context);
  const complaints = drawn.validateProperties().validationEvents.map(event => event.message);
  for (let i = 0; i < context.eventCount; i++) complaints.push(context.getEventAt(i).message);
  document.body.replaceChildren(drawn.render());
  return complaints; }"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    modules = needs.node_modules()
    page = browser.new_page(viewport={"width": 400, "height": 800})
    page.route("**/*", lambda route: route.abort())
    for script in (_script(modules, "adaptivecards"), _script(modules, "markdown-it")):
        page.add_script_tag(content=script.read_text("utf-8"))
    yield page
    page.close()


def _script(modules: Path, name: str) -> Path:
    return sorted((modules / name / "dist").glob(f"{name}.min.js"))[0]


def _all() -> dict[str, dict[str, Any]]:
    drawn = {name: adaptive.render(card, notice="Done.", tone="good") for name, card in samples.CARDS.items()}
    drawn |= {f"dialog {name}": forms.dialog(form) for name, form in samples.FORMS.items()}
    return drawn | {f"inline {name}": forms.inline(form) for name, form in samples.FORMS.items()}


@pytest.mark.parametrize("name", _all())
def test_the_renderer_has_no_complaint(page: Page, name: str) -> None:
    assert page.evaluate(DRAW, _all()[name]) == []
    assert page.locator("body").inner_text().strip()


@pytest.mark.parametrize("name", ["hostile", "dialog hostile", "inline hostile"])
def test_no_words_of_a_person_become_markup(page: Page, name: str) -> None:
    page.evaluate(DRAW, _all()[name])
    assert page.locator("strong, em, b, s, code, h1, h2, h3, ol, ul, li, body img").count() == 0
    links = page.locator("a").evaluate_all("all => all.map(each => each.href)")
    if name == "hostile":
        assert links == ["https://bank.example@evil.example/login", "https://xn--80ak6aa92e.example/"]
        assert "**Urgent** [pay here](https://evil.example)" in page.locator("body").inner_text()
    else:
        assert links == []


def test_a_phone_shows_every_button_whole(page: Page) -> None:
    page.evaluate(DRAW, _all()["purchase"])
    for label in ("Approve", "Reject", "Ask a question", "Hand to someone else"):
        box = page.get_by_role("button", name=label, exact=True).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 400
