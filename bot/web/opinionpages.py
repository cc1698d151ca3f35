"""The console's page of feedback: what was said, by whom, about what, and what still waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from bot.cards.parts import Viewer
from bot.web.frame import BOM, HEADERS, page
from bot.web.markup import Markup, join, said, tag
from bot.web.noticewords import at
from bot.web.opinionlines import OF, Line, as_csv, lines_of
from storage.queries import opinion_pages
from storage.store import Store

PATH = "/console/feedback"
KINDS = {"": "All", "ongoing": "Said unasked", "csat": "After cases and outages", "formal": "Before meetings"}
STATES = {
    "follow_up": ("Waits for your answer", "bad"),
    "requested": ("Asked", "wait"),
    "received": ("Received", ""),
    "unanswered": ("No answer", ""),
    "closed": ("Answered", "good"),
}
HEADS = ("Client", "State", "Score", "What was said", "When")
LISTED = 200
LOW = {"csat": 2, "formal": 4}
"""Such a score or a lower one is a task of the CSM's (`handlers.mechanisms.opinions`, `handlers.feedback`)."""


@dataclass(frozen=True)
class OpinionPages:
    """`renew` are the seconds between two looks."""

    store: Store
    renew: int

    def overview(self, request: Request, viewer: Viewer) -> Response:
        """The newest of a kind, or of all; what waits for an answer comes first."""
        kind = _kind(request)
        said_number = request.query_params.get("page", "")
        number = max(1, int(said_number)) if said_number.isdecimal() and len(said_number) < 5 else 1
        with self.store.read() as tx:
            counts = opinion_pages.counts(tx, kind or None)
            rows = opinion_pages.page(tx, kind=kind or None, skip=(number - 1) * LISTED, limit=LISTED)
            lines = lines_of(tx, rows)
        body = _list(lines, counts, kind, number, viewer)
        return page("Feedback", body, viewer=viewer, renew=self.renew)

    def export(self, request: Request, viewer: Viewer) -> Response:
        """All of it as CSV."""
        kind = _kind(request)
        with self.store.read() as tx:
            lines = lines_of(tx, opinion_pages.page(tx, kind=kind or None, limit=None))
        name = {"Content-Disposition": 'attachment; filename="feedback.csv"'}
        text = BOM + as_csv(lines, viewer.timezone)
        return Response(text, headers={**HEADERS, **name}, media_type="text/csv; charset=utf-8")


def _kind(request: Request) -> str:
    kind = request.query_params.get("kind", "")
    return kind if kind in KINDS else ""


def _list(lines: Sequence[Line], counts: Mapping[str, int], kind: str, number: int, viewer: Viewer) -> Markup:
    whole = sum(counts.values())
    if not whole:
        nothing = tag("p", "Nobody has said anything yet, and nobody was asked.", class_="panel soft")
        return join(tag("h1", "Feedback"), _bar(kind), nothing)
    ordered = sorted(lines, key=lambda line: line.row.state != "follow_up")
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in HEADS]))
    table = tag("table", head, tag("tbody", [_row(line, viewer) for line in ordered]))
    return join(tag("h1", "Feedback"), _counts(counts), _bar(kind), table, _more(kind, number, len(lines), whole))


def _counts(counts: Mapping[str, int]) -> Markup:
    def count(number: int, words: str, *, alarm: bool = False) -> Markup:
        return tag("li", tag("b", f"{number:,}"), tag("span", words), class_="count alarm" if alarm else "count")

    waits = counts.get("follow_up", 0)
    said_ = counts.get("received", 0) + counts.get("closed", 0) + waits
    return tag(
        "ul",
        count(said_, "said"),
        count(waits, "waiting for your answer", alarm=waits > 0),
        count(counts.get("closed", 0), "answered by you"),
        count(counts.get("requested", 0), "asked, nothing said yet"),
        class_="counts four",
    )


def _bar(kind: str) -> Markup:
    kinds = [
        tag(
            "a",
            words,
            href=f"{PATH}?kind={name}" if name else PATH,
            class_="choice",
            aria_current="page" if name == kind else None,
        )
        for name, words in KINDS.items()
    ]
    export = tag("a", "Save as CSV", href=f"{PATH}/feedback.csv?kind={kind}", class_="choice")
    return tag("div", tag("nav", kinds, aria_label="Kind"), tag("nav", export, aria_label="Save"), class_="bar")


def _row(line: Line, viewer: Viewer) -> Markup:
    row = line.row
    words, tone = STATES[row.state]
    low = row.score is not None and row.score <= LOW.get(row.kind, -1)
    score = tag("span", f"{row.score} of {OF[row.kind]}", class_="pill bad" if low else None) if row.kind in OF else ""
    moment = row.answered_at or row.asked_at
    return tag(
        "tr",
        tag("td", said(row.client_name), tag("small", *_whose(line)), class_="wide"),
        tag("td", tag("span", words, class_=f"pill {tone}".rstrip())),
        tag("td", score if row.score is not None else "", data_head="Score"),
        tag("td", tag("div", _what(line)), data_head="What was said"),
        tag("td", tag("time", at(moment, viewer), datetime=moment.isoformat()), data_head="When"),
        class_="line rows",
    )


def _whose(line: Line) -> list[Markup | str]:
    """ "Sam Lee, passed on by Dana Whitlock"; an unnamed one is never named."""
    who: Markup | str = said(line.said_by) if line.said_by else "Somebody who stays unnamed"
    by: list[Markup | str] = [", passed on by ", said(line.passed_on_by)] if line.passed_on_by else []
    about = f" · {line.about}" if line.about else ""
    return [who, *by, about]


def _what(line: Line) -> list[Markup]:
    row = line.row
    parts = [tag("div", said(row.comment))] if row.comment else []
    for name, words in (("went_well", "Went well"), ("fix", "To fix")):
        if text := row.answers.get(name, ""):
            parts.append(tag("div", tag("b", f"{words}: "), said(text)))
    if row.reply:
        parts.append(tag("small", f"{row.replied_by} answered: ", said(row.reply)))
    return parts


def _more(kind: str, number: int, shown: int, whole: int) -> Markup | None:
    last = -(-whole // LISTED)
    if last < 2:
        return None
    links = [
        tag("a", words, href=f"{PATH}?kind={kind}&page={page_}", class_="choice")
        for words, page_ in (("Before", number - 1), ("After", number + 1))
        if 1 <= page_ <= last
    ]
    return tag(
        "div",
        tag("p", f"Page {number} of {last}, {shown:,} of {whole:,}", class_="soft"),
        tag("nav", links, aria_label="Pages of feedback"),
        class_="bar",
    )
