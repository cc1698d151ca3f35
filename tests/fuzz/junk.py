"""What could be wrong with a JSON document: hostile words, numbers and shapes, and a hand that puts them anywhere."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from typing import Any

DEEP = "@@deep@@"
"""Stands for nesting that no encoder writes; `written` puts it in."""

WORDS = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\u202egnp.exe",
    "\u2028\u2029",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́O",
    "👩‍👩‍👧‍👦" * 20,
    "<!channel> <@U0DANA> <https://evil.example|ok>",
    "*_~`> [x](javascript:alert(1)) **b**",
    "<at>Keyline</at> approve",
    "'; DROP TABLE vote; --",
    "{{7*7}} ${jndi:ldap://evil} %s %n",
    "../../etc/passwd",
    "https://evil.example/x",
    "http://169.254.169.254/latest/meta-data/",
    "true",
    "null",
    "NaN",
    "1e999",
    "٣",
    "０",
    "x" * 3_001,
    "y" * 40_000,
    "é" * 255,
    "\r\nX-Evil: 1",
    "approval:",
    ":",
    "approval:" + "a" * 200,
    "[object Object]",
    DEEP,
)
NUMBERS = (0, -1, 1, 2, 3, 2**31, 2**53, 2**63, 2**64, 10**30, 10**400, 0.1, -0.0, 1e300, float("inf"), float("nan"))
SHAPES: tuple[Any, ...] = (None, True, False, [], {}, [[]], [{}], {"": ""}, [None], {"id": None}, {"type": 1})
HALVES = re.compile("[\ud800-\udfff]")
NESTED = ("[", "]"), ('{"a":', "}")


def junk(rng: random.Random) -> Any:
    """One thing that should not be there."""
    pool: tuple[Any, ...] = rng.choice((WORDS, WORDS, NUMBERS, SHAPES))
    return copy.deepcopy(rng.choice(pool))


def spoiled(document: Any, rng: random.Random, keep: Callable[[tuple[Any, ...]], bool]) -> Any:
    """The document with one thing wrong; nothing is put into places that `keep` wants untouched."""
    document = copy.deepcopy(document)
    places = [place for place in _places(document, ()) if not keep(place)]
    if not places:
        return junk(rng)
    way = rng.choice(places)
    holder = document
    for part in way[:-1]:
        holder = holder[part]
    last = way[-1]
    match rng.randrange(8):
        case 0 | 1 | 2:
            holder[last] = junk(rng)
        case 3:
            del holder[last]
        case 4:
            holder[last] = [holder[last]]
        case 5:
            holder[last] = {"value": holder[last], "id": holder[last]}
        case 6 if isinstance(holder, dict):
            holder[rng.choice(("type", "id", "value", "text", "state", rng.choice(WORDS)))] = junk(rng)
        case _:
            holder[last] = str(holder[last]) if not isinstance(holder[last], str) else holder[last] * 3
    return document


def written(document: Any, rng: random.Random) -> bytes:
    """As JSON, also what is none (NaN), with the marked places nested deep."""
    text = json.dumps(document, ensure_ascii=rng.random() < 0.7)
    if not text.isascii() and HALVES.search(text):
        text = json.dumps(document)
    if DEEP in text:
        left, right = rng.choice(NESTED)
        depth = rng.choice((30, 900, 3_000))
        text = text.replace(f'"{DEEP}"', f"{left * depth}1{right * depth}")
    return text.encode()


def torn(body: bytes, rng: random.Random) -> bytes:
    """Bytes that are no longer what they were."""
    at = rng.randrange(len(body) + 1)
    return rng.choice((body[:at], body + body[:at], body[:at] + b"\xff\x00" + body[at:], b"", b"null", body[::-1]))


def _places(node: Any, way: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        found.append((*way, key))
        found += _places(value, (*way, key))
    return found
