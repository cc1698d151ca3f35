"""Draws every card of the scenes as a phone shows it, on sheets to look at.

python -m tests.cards.pictures FOLDER [WORD]

Slack's are drawn by the playground's Block Kit renderer, those for Teams by Microsoft's own. With WORD, only cards
whose names contain it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from bot.cards.card import Card
from bot.charts import links
from bot.charts.drawing import png
from bot.playground.stage import PACKAGES, PAGE, TYPES, VENDOR
from bot.slack import blocks
from bot.slack import forms as slack_forms
from bot.teams import adaptive
from bot.teams import forms as teams_forms
from tests import databases, needs
from tests.cards import studio
from tests.cards.all import every_scene
from tests.cards.studio import Drawn, seeded
from tests.conftest import FLAGS

HOST = "http://playground.test"
PHONE = 390
A_SHEET = 5
"""Cards side by side."""

STYLES = ("base", "chat", "blocks", "adaptive", "forms")
SHELL = f"""<!doctype html><html><head><meta charset="utf-8">
{"".join(f'<link rel="stylesheet" href="/page/css/{name}.css">' for name in STYLES)}
<style>
body {{ margin: 0; display: block; height: auto; overflow: visible; background: #ddd; }}
#sheet {{ padding: 12px; display: flex; gap: 12px; align-items: flex-start; }}
.phone {{ width: {PHONE}px; box-sizing: border-box; padding: 10px 14px; background: var(--panel, #fff); }}
.phone > .name {{ font: 11px monospace; color: #777; margin: 0 0 6px; }}
</style><script src="/vendor/adaptivecards.js"></script><script src="/vendor/markdown-it.js"></script></head>
<body><div id="sheet"></div></body></html>"""

DRAW = """async (shown) => {
  const { messageNode } = await import("/page/messages.js");
  const { blocks } = await import("/page/slack/blocks.js");
  const { adaptiveCard, setUp } = await import("/page/teams/card.js");
  setUp();
  const view = { zone: "America/New_York", names: {}, press() {}, ask: async () => true };
  const phones = shown.map(({ name, platform, native }) => {
    const holder = document.createElement("div");
    holder.className = "phone";
    const label = document.createElement("p");
    label.className = "name";
    label.textContent = `${platform}: ${name}`;
    const content = document.createElement("div");
    content.className = `message ${platform}`;
    const inner = document.createElement("div");
    inner.className = "content message-main";
    inner.style.width = "100%";
    inner.append(platform === "slack" ? blocks(native, view, []) : adaptiveCard(native, () => {}));
    content.append(inner);
    holder.append(label, content);
    return holder;
  });
  document.getElementById("sheet").replaceChildren(...phones);
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
}"""


def native(platform: str, drawn: Drawn) -> Any:
    """What a platform gets."""
    if platform == "slack":
        return blocks.draw(drawn) if isinstance(drawn, Card) else slack_forms.view(drawn)["blocks"]
    return adaptive.render(drawn) if isinstance(drawn, Card) else teams_forms.dialog(drawn)


def serve(route: Route) -> None:
    """The playground's own files, and nothing from anywhere else."""
    path = route.request.url.removeprefix(HOST)
    if path.startswith(f"{studio.HOST}{links.PATH}/"):
        token = path.rpartition("/")[2].removesuffix(".png")
        route.fulfill(body=png(links.charted(studio.SIGNER, token, datetime.now(UTC))), content_type="image/png")
        return
    if path == "/":
        route.fulfill(body=SHELL, content_type="text/html")
        return
    name = path.rpartition("/")[2]
    file = PACKAGES / VENDOR[name] if path.startswith("/vendor/") else PAGE / path.removeprefix("/page/")
    if file.is_file():
        route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix, "text/plain"))
    else:
        route.abort()


def photograph(page: Page, shown: Sequence[tuple[str, Drawn]], folder: Path) -> Iterator[Path]:
    """Sheets of a few cards each, Slack above, Teams below in a file of its own."""
    for platform in ("slack", "teams"):
        for start in range(0, len(shown), A_SHEET):
            some = shown[start : start + A_SHEET]
            page.evaluate(
                DRAW, [{"name": name, "platform": platform, "native": native(platform, one)} for name, one in some]
            )
            path = folder / f"{platform}-{start // A_SHEET:02}.png"
            page.screenshot(path=path, full_page=True)
            yield path


def main(folder: Path, word: str = "") -> None:
    """Writes the sheets and prints their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        work = Path(scratch)
        (work / "tables").mkdir()
        file = seeded(work / "seeded.db", databases.sqlite_template(work / "tables"))
        shown = [(name, drawn) for name, drawn in every_scene(file, work).items() if word in name]
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": A_SHEET * (PHONE + 12) + 12, "height": 400})
        page.route("**/*", serve)
        page.goto(f"{HOST}/")
        for path in photograph(page, shown, folder):
            print(path)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
