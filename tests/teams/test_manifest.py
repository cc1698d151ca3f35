"""The app package is what Teams takes: one zip, a manifest within its limits, two icons of the right size."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from functools import cache

import pytest

from bot.teams.manifest import manifest, package
from tests.teams.world import APP

GIVEN = {"app_id": APP, "public_url": "https://keyline.example.com/", "name": "Keyline", "provider": "Harborline IT"}


@cache
def _files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package(**GIVEN))) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_the_package_holds_three_files_at_its_top() -> None:
    assert sorted(_files()) == ["color.png", "manifest.json", "outline.png"]
    assert package(**GIVEN) == package(**GIVEN), "the same settings make the same file"


def test_the_manifest_keeps_the_schemas_limits() -> None:
    said = json.loads(_files()["manifest.json"])
    assert said["manifestVersion"] == "1.22" and said["$schema"].endswith("/teams/v1.22/MicrosoftTeams.schema.json")
    required = {"manifestVersion", "version", "id", "developer", "name", "description", "icons", "accentColor"}
    assert required <= said.keys()
    limits = (
        (said["name"]["short"], 30),
        (said["name"]["full"], 100),
        (said["description"]["short"], 80),
        (said["description"]["full"], 4000),
        (said["developer"]["name"], 32),
    )
    for text, most in limits:
        assert 0 < len(text) <= most
    assert all(said["developer"][name].startswith("https://") for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl"))
    (bot,) = said["bots"]
    assert bot["botId"] == said["id"] == APP
    assert set(bot["scopes"]) <= {"personal", "team", "groupChat", "copilot"}
    (listed,) = bot["commandLists"]
    assert 0 < len(listed["commands"]) <= 12
    assert all(len(command["title"]) <= 32 and len(command["description"]) <= 128 for command in listed["commands"])
    assert said["validDomains"] == ["keyline.example.com"]


@pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
def test_the_icons_are_pictures_of_the_right_size(name: str, size: int) -> None:
    png = _files()[name]
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (width, height, depth, kind) == (size, size, 8, 6)
    at, pixels = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        chunk = png[at + 4 : at + 8 + length]
        assert zlib.crc32(chunk) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        pixels += chunk[4:] if chunk[:4] == b"IDAT" else b""
        at += 12 + length
    raw = zlib.decompress(pixels)
    assert len(raw) == size * (1 + 4 * size)
    rows = [raw[row * (1 + 4 * size) + 1 :][: 4 * size] for row in range(size)]
    alphas = {row[place] for row in rows for place in range(3, 4 * size, 4)}
    if name == "outline.png":
        assert {0, 255} <= alphas, "transparent ground"
        assert all(row[place] == 255 for row in rows for place in range(4 * size) if place % 4 != 3), "white only"
    else:
        assert alphas == {255}
        assert len({row[place : place + 3] for row in rows for place in range(0, 4 * size, 4)}) > 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"app_id": "my-bot"}, "has to be a GUID"),
        ({"public_url": "http://keyline.example.com"}, "start with https://"),
        ({"public_url": ""}, "start with https://"),
        ({"name": ""}, "1 to 30 characters"),
        ({"provider": "x" * 33}, "1 to 32 characters"),
    ],
)
def test_what_teams_would_refuse_is_a_sentence(change: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        manifest(**{"version": "1.0.0", **GIVEN, **change})
