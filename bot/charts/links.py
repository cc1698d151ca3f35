"""The addresses of pictures: they hold what is drawn, so a picture is true of its card for ever and needs no store.

Slack fetches an address once and keeps the answer; Teams asks again whenever somebody scrolls back, years later if
need be. So these links do not run out; another secret key ends them all. They hold no moment and nobody's name: a card
that is drawn again has the same address, and whoever has it learns no more than the numbers.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.charts.chart import Chart, packed, unpacked
from bot.signing import BadLink, Signer

PATH = "/charts"
PURPOSE = "chart"
ENDLESS = datetime(2100, 1, 1, tzinfo=UTC)


def chart_link(signer: Signer, public_url: str, chart: Chart) -> str:
    """Where the picture is fetched; "" without a public address."""
    if not public_url:
        return ""
    return f"{public_url.rstrip('/')}{PATH}/{signer.sign(PURPOSE, packed(chart), ENDLESS)}.png"


def charted(signer: Signer, token: str, now: datetime) -> Chart:
    """What a token of these links draws. `now` is real time. Raises BadLink."""
    try:
        return unpacked(signer.open(PURPOSE, token, now))
    except ValueError:
        raise BadLink("This link is not valid. Ask for a new one in chat.") from None
