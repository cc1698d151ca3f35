"""Draws the app's two icons as PNG files: a key whose shaft is a line, our own simple mark."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from math import hypot

Colour = tuple[int, int, int]

ACCENT = "#1F4E5F"
_GROUND: Colour = (0x1F, 0x4E, 0x5F)
_MARK: Colour = (0xF6, 0xF1, 0xE4)
_WHITE: Colour = (255, 255, 255)


def colour_icon() -> bytes:
    """192 x 192, full colour, the mark on its ground."""
    size = 192

    def pixel(x: int, y: int) -> bytes:
        share = _covered(x, y, size, inset=0.2)
        mixed = (round(g + (m - g) * share) for g, m in zip(_GROUND, _MARK, strict=True))
        return bytes((*mixed, 255))

    return _png(size, pixel)


def outline_icon() -> bytes:
    """32 x 32, white on transparent, as Teams wants it."""
    size = 32
    return _png(size, lambda x, y: bytes((*_WHITE, round(255 * _covered(x, y, size, inset=0.04)))))


def _covered(x: int, y: int, size: int, *, inset: float) -> float:
    """How much of a pixel the mark covers, 0 to 1; `inset` is the margin around it as a share of the size."""
    scale = 1 / (1 - 2 * inset)
    u = ((x + 0.5) / size - inset) * scale
    v = ((y + 0.5) / size - inset) * scale
    return min(max(0.5 - _distance(u, v) * size / scale, 0.0), 1.0)


def _distance(u: float, v: float) -> float:
    """Distance from the mark's edge in the unit square, negative inside: a ring, a shaft, two teeth."""
    ring = abs(hypot(u - 0.24, v - 0.5) - 0.17) - 0.06
    shaft = _bar(u, v, 0.44, 0.445, 0.99, 0.555)
    teeth = min(_bar(u, v, 0.88, 0.5, 0.99, 0.76), _bar(u, v, 0.68, 0.5, 0.79, 0.69))
    return min(ring, shaft, teeth)


def _bar(u: float, v: float, left: float, top: float, right: float, bottom: float) -> float:
    return max(left - u, u - right, top - v, v - bottom)


def _png(size: int, pixel: Callable[[int, int], bytes]) -> bytes:
    """A square RGBA picture (PNG, RFC 2083: signature, IHDR, IDAT, IEND)."""
    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(size)) for y in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
