"""The frame of every console page: head, styles, how it renews itself, and headers that let nothing else in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.responses import HTMLResponse, Response

from bot.cards.parts import Viewer
from bot.web.markup import Markup, said, tag

NOTHING = "There is nothing at this address."
BOM = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for an old Windows encoding."""
SECTIONS = {
    "/console/notices": "Notices",
    "/console/downtimes": "Downtimes",
    "/console/reports": "Reports",
    "/console/feedback": "Feedback",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def page(
    title: str,
    body: Markup,
    *,
    viewer: Viewer | None = None,
    renew: int = 0,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A whole page. `renew`: seconds after which the browser asks for it again, 0 for never.

    There is no script: a page that renews itself by `meta refresh` works under the strictest policy, and browsers keep
    its place.
    """
    nonce = secrets.token_urlsafe(16)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("meta", http_equiv="refresh", content=str(renew)) if renew else None,
        tag("link", rel="icon", href="data:,"),
        tag("title", f"{title} · Keyline"),
        tag("style", Markup(_styles()), nonce=nonce),
    )
    document = tag("html", head, tag("body", _top(viewer), tag("main", body)), lang="en")
    policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
    return HTMLResponse(f"<!doctype html>\n{document}", status, {**HEADERS, **policy, **(headers or {})})


def sentence(
    words: str, status: int, *, viewer: Viewer | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A page that says one thing."""
    return page("Console", tag("p", words, class_="sentence"), viewer=viewer, status=status, headers=headers)


def _top(viewer: Viewer | None) -> Markup | None:
    if viewer is None:
        return tag("header", tag("span", "Keyline", class_="brand"), class_="top")
    return tag(
        "header",
        tag("a", "Keyline", href="/console/notices", class_="brand"),
        tag("nav", [tag("a", name, href=path) for path, name in SECTIONS.items()], aria_label="Pages"),
        tag("span", said(viewer.name), f" · times in {viewer.timezone.replace('_', ' ')}", class_="who"),
        class_="top",
    )


@cache
def _styles() -> str:
    return Path(__file__).with_name("console.css").read_text("utf-8")
