"""Takes docs/playground.png and docs/phone.png: the playground after Dana's approval of story 1's order."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PICTURES = {
    "playground.png": (1280, 900, ["Dana Whitlock", "Priya Raman", "Sofia Marchetti"]),
    "phone.png": (390, 844, ["Priya Raman"]),
}


def main() -> None:
    """Plays, approves as Dana, takes the pictures."""
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    if not found:
        sys.exit("Chromium is missing: apt-get install chromium.")
    with playing() as url, sync_playwright() as playwright:
        ask(f"{url}/control/clock", {"to": "2026-06-08T09:11:00-04:00"})
        shown = ask(f"{url}/control/screen?" + urllib.parse.urlencode({"person": "Dana Whitlock"}))
        press = {"person": "Dana Whitlock", "message": shown[-1]["message"], "label": "Approve"}
        ask(f"{url}/control/press", press)
        browser = playwright.chromium.launch(executable_path=found[0], args=FLAGS)
        for name, (width, height, people) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            page.goto(f"{url}/#{urllib.parse.quote(','.join(people))}")
            page.get_by_text("1 of 2").first.wait_for()
            page.screenshot(path=DOCS / name)
            print(DOCS / name)
        browser.close()


def ask(url: str, body: Any = None) -> Any:
    """The playground's answer to a GET, or to a POST of `body`."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data, timeout=30) as answer:
        return json.load(answer)


@contextmanager
def playing() -> Iterator[str]:
    """A fresh playground; -> its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bot", "play", "--no-browser"]
        command += ["--port", str(port), "--db", str(Path(folder) / "picture.db")]
        bot = subprocess.Popen(command, cwd=DOCS.parent, stdout=subprocess.PIPE, text=True)
        assert bot.stdout is not None
        try:
            address = next((line for line in bot.stdout if line.startswith("playground: ")), "")
            if not address:
                sys.exit("The playground did not start.")
            yield address.removeprefix("playground: ").strip()
        finally:
            bot.terminate()
            bot.wait(20)


if __name__ == "__main__":
    main()
