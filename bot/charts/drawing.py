"""Draws a chart as a PNG that can be read where a phone shows it as wide as a thumb is long.

A chat shows it about 330 points wide on a phone, a third of its pixels: no letter is smaller than eleven points there.
It brings its own light ground, so that its dark letters can be read where the chat around it is dark. Teams takes
pictures up to 1024 pixels in each direction and 1 MB (learn.microsoft.com, "Format cards in Teams").
matplotlib is imported at the first picture: it costs most of a second. It is no library for several threads at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from bot.cards.reports.words import AGED
from bot.charts.chart import Chart
from bot.charts.labels import count_label, day_label, month_label

WIDE, HIGH = 1000, 1000
GROUND, BAND, INK, SOFT, LINE = "#f7f8fa", "#e6ebf3", "#1b2028", "#4b5462", "#c9d0db"
OPENED, CLOSED, OPEN, SHADE = "#e08a00", "#1f5fbf", "#1b2028", "#d3dae5"
AGES = ("#7aa7e8", "#4f86d6", "#2f68bd", "#e08a00", "#b3400e")
"""The older, the darker; what is older than two weeks stands out for everybody, also by its place and its number."""
HEADING, NUMBER, LABEL = 27.0, 25.0, 23.5
"""Points of 1/72 inch at `DPI`: 37, 35 and 33 pixels."""
DPI = 100
COLOURS = 128
LEFT, RIGHT = 34, 966
"""Pixels from the left edge."""


def png(chart: Chart) -> bytes:
    """The picture. Equal charts give equal bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDE / DPI, HIGH / DPI), dpi=DPI, facecolor=GROUND)
    canvas: Any = FigureCanvasAgg(figure)
    page = _Page(figure, chart.locale)
    _newest(page, chart)
    _backlog(page, chart)
    _flow(page, chart)
    _aging(page, chart)
    canvas.draw()
    return _compressed(bytes(canvas.buffer_rgba()))


def _compressed(pixels: bytes) -> bytes:
    """A few flat colours and their edges: in a palette they take a third of the bytes and of the time."""
    from PIL import Image

    whole = Image.frombytes("RGBA", (WIDE, HIGH), pixels).convert("RGB")
    out = BytesIO()
    whole.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
    return out.getvalue()


class _Page:
    """The sheet with its one font; places are pixels from the top left."""

    def __init__(self, figure: Any, locale: str) -> None:
        from matplotlib import get_data_path
        from matplotlib.font_manager import FontProperties

        self._figure, self.locale = figure, locale
        folder = Path(get_data_path()) / "fonts" / "ttf"
        self._fonts = {
            bold: FontProperties(fname=str(folder / f"DejaVuSans{'-Bold' if bold else ''}.ttf"))
            for bold in (False, True)
        }

    def say(self, x: float, y: float, words: str, size: float = LABEL, **look: Any) -> None:
        """Words whose base line is at `y`."""
        font = self._fonts[bool(look.pop("bold", False))].copy()
        font.set_size(size)
        style = {"color": INK, "ha": "left", "va": "baseline", **look}
        self._figure.text(x / WIDE, 1 - y / HIGH, words, fontproperties=font, parse_math=False, **style)

    def count(self, x: float, y: float, count: int, size: float = NUMBER, **look: Any) -> None:
        """A number, bold."""
        self.say(x, y, count_label(count, self.locale), size, **{"bold": True, **look})

    def bar(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        """A box whose upper left corner is at (x, y)."""
        from matplotlib.patches import Rectangle

        place = (x / WIDE, 1 - (y + high) / HIGH)
        self._figure.patches.append(
            Rectangle(
                place, wide / WIDE, high / HIGH, facecolor=colour, edgecolor="none", transform=self._figure.transFigure
            )
        )

    def area(self, points: list[tuple[float, float]], colour: str) -> None:
        """What these points enclose."""
        from matplotlib.patches import Polygon

        corners = [(x / WIDE, 1 - y / HIGH) for x, y in points]
        self._figure.patches.append(
            Polygon(corners, facecolor=colour, edgecolor="none", transform=self._figure.transFigure)
        )

    def line(self, points: list[tuple[float, float]], colour: str, thick: float, dots: bool = False) -> None:
        """A line through points."""
        from matplotlib.lines import Line2D

        xs, ys = [x / WIDE for x, _ in points], [1 - y / HIGH for _, y in points]
        mark: dict[str, Any] = {"marker": "o", "markersize": thick * 2.6} if dots else {}
        self._figure.lines.append(
            Line2D(xs, ys, color=colour, linewidth=thick, transform=self._figure.transFigure, **mark)
        )


def _slot(chart: Chart) -> float:
    return (RIGHT - LEFT) / max(len(chart.weeks), 4)


def _slots(chart: Chart) -> list[float]:
    """The middle of each week from the left; a client's first weeks stand at the right, where the newest always is."""
    slot = _slot(chart)
    return [RIGHT - slot * (len(chart.weeks) - number - 0.5) for number in range(len(chart.weeks))]


def _each(chart: Chart) -> str:
    return "month" if chart.monthly else "week"


def _newest(page: _Page, chart: Chart) -> None:
    """The week that the report is about stands on a band of its own."""
    wide = _slot(chart)
    page.bar(RIGHT - wide, 74, wide, 210, BAND)
    page.bar(RIGHT - wide, 366, wide, 276, BAND)


def _backlog(page: _Page, chart: Chart) -> None:
    """What was open at the end of each week: a line with its numbers."""
    page.say(LEFT, 52, f"Open at the end of the {_each(chart)}", HEADING, bold=True)
    base, high, slots = 268, 128, _slots(chart)
    counts = [one.backlog for one in chart.weeks]
    top = max(counts) or 1
    points = [(x, base - high * count / top) for x, count in zip(slots, counts, strict=True)]
    page.area([(points[0][0], base), *points, (points[-1][0], base)], SHADE)
    page.line([(LEFT, base), (RIGHT, base)], LINE, 2)
    page.line(points, OPEN, 4.5, dots=True)
    every = 1 if 25 * _widest(page, counts) + 10 < _slot(chart) else 2
    for number, ((x, y), count) in enumerate(zip(points, counts, strict=True)):
        if (len(points) - 1 - number) % every == 0:
            room = 12.5 * len(count_label(count, page.locale))
            page.count(min(x, WIDE - 6 - room), y - 20, count, ha="center")


def _flow(page: _Page, chart: Chart) -> None:
    """Opened beside closed, week by week, and the days the weeks begin on."""
    page.say(LEFT, 344, f"Each {_each(chart)}:", HEADING, bold=True)
    for start, colour, word in ((314, OPENED, "opened"), (534, CLOSED, "closed")):
        page.bar(start, 316, 30, 30, colour)
        page.say(start + 42, 344, word, HEADING)
    base, high, slots = 578, 158, _slots(chart)
    wide = min(50.0, 0.41 * _slot(chart))
    top = max(max(one.opened, one.closed) for one in chart.weeks) or 1
    page.line([(LEFT, base), (RIGHT, base)], LINE, 2)
    counts = [count for one in chart.weeks for count in (one.opened, one.closed)]
    small = _widest(page, counts) <= 2
    for x, one in zip(slots, chart.weeks, strict=True):
        for side, count, colour in ((-1, one.opened, OPENED), (1, one.closed, CLOSED)):
            tall = high * count / top
            page.bar(x - wide if side < 0 else x, base - tall, wide - 2, tall, colour)
            if small:
                page.count(x + side * wide / 2, base - tall - 10, count, LABEL, ha="center", bold=False)
    _days(page, chart, slots)


def _days(page: _Page, chart: Chart, slots: list[float]) -> None:
    write = month_label if chart.monthly else day_label
    said = [write(one.begins, page.locale) for one in chart.weeks]
    every = 1 if max(map(len, said)) * 22 < _slot(chart) else 2
    for number, (x, words) in enumerate(zip(slots, said, strict=True)):
        left = len(said) - 1 - number
        if left % every == 0:
            look = {"color": INK, "bold": True} if left == 0 else {"color": SOFT}
            page.say(min(x, RIGHT - 12.5 * len(words)), 622, words, LABEL, ha="center", **look)


def _aging(page: _Page, chart: Chart) -> None:
    """How old what is open is: five bars under each other, each with its number."""
    page.say(LEFT, 706, "Age of what is open", HEADING, bold=True)
    top, start = max(chart.aging) or 1, 300
    room = RIGHT - start - 22.0 * _widest(page, chart.aging) - 20
    for number, (words, count, colour) in enumerate(zip(AGED, chart.aging, AGES, strict=True)):
        y = 730 + number * 51
        page.say(LEFT, y + 32, words)
        tall = max(room * count / top, 4.0 if count else 0.0)
        page.bar(start, y + 2, tall, 40, colour)
        page.count(start + tall + 14, y + 33, count)


def _widest(page: _Page, counts: Sequence[int]) -> int:
    return max(len(count_label(one, page.locale)) for one in counts)
