"""Scenes of reports, made of plain rows: every state for every viewer, quiet, very large, the worst titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.cards.card import Card
from bot.cards.reports import detail, forms, reader
from bot.cards.reports.desk import desk_card
from handlers.mechanisms.reports.standing import Standing
from tests.cards.extremes import ARABIC, HEBREW, HOSTILE, LONG_NAME, WORDS
from tests.cards.reported import (
    CLIENT,
    DANA,
    FRIDAY,
    HANNAH,
    MONDAY,
    PRIYA,
    PROVIDER,
    SENT,
    SOFIA,
    WEDNESDAY,
    case,
    figures,
    large,
    quiet,
    remark,
    report,
    standing,
    view,
)
from tests.cards.reported import reader as read_by
from tests.cards.scenes import Shown
from tests.cards.studio import Studio, chart_at

ASKED = remark("question", "Does this one belong to the outage of last Tuesday?")
ANSWERED = remark("question", ASKED.row.text, answer="Yes. The second line is ordered and comes on Friday.")
DOUBTED = remark("wrong_number", "We closed at least three on Thursday alone.", number=2, about="Closed")
MONTH = {
    "outages": {
        "count": 2,
        "minutes": 132,
        "by_severity": {"1": 1, "2": 1},
        "named": [{"ref": "notice:1", "text": "N-4: No internet in Providence", "at": "2026-05-12T14:42:00Z"}],
        "uptime": "99.75",
    },
    "decisions": {"approved": 5, "rejected": 1, "expired": 0, "committed": [["EUR", 125_000], ["USD", 865_988]]},
    "priorities": {"P1": 1, "P2": 3, "P3": 8, "P4": 2},
    "repeated": [{"category": "Wi-Fi", "device": "AP-3", "count": 4}],
    "talks": [{"ref": "touchpoint:1", "text": "vcio_meeting", "at": "2026-06-25T14:00:00Z"}],
    "risks": ["1 case is open for more than 30 days.", "Wi-Fi on AP-3 was reported 4 times in 90 days."],
}
WRONG = "Nine cases of another company were counted as yours."


def to_read(it: Studio) -> Shown:
    """What Dana reads on Monday, from the first look to the receipt."""
    fresh = standing()
    yield "report reader", _read(fresh)
    yield "report detail", _behind(fresh)
    yield "report reader without pictures", reader.report_card(fresh, view(at=fresh), provider=PROVIDER, chart="")
    noted = report(note="The jump on Tuesday is the outage in Providence. It is settled, and a second line is ordered.")
    yield "report reader with a note", _read(standing(noted))
    yield "report reader nobody checked", _read(standing(report(released_by="")))
    late = standing(now=WEDNESDAY + timedelta(hours=1))
    yield "report reminder", reader.reminder(late, view(at=late), provider=PROVIDER)
    both = standing(readers=(read_by(), read_by(PRIYA, "backup")), now=WEDNESDAY + timedelta(hours=1))
    yield "report reminder backup", reader.reminder(both, view(PRIYA, both), provider=PROVIDER)
    done = standing(report("reviewed"))
    yield "report reviewed", _read(done)
    yield "report reviewed by a colleague", reader.reminder(done, view(PRIYA, done), provider=PROVIDER)
    yield "report unreviewed", _read(standing(report("unreviewed"), now=FRIDAY + timedelta(hours=1)))
    yield "report reader asked", _read(standing(remarks=(ASKED,)))
    yield "report reader answered", _read(standing(report("reviewed"), remarks=(ANSWERED, DOUBTED)))
    yield "report in German", _read(fresh, locale="de_DE")
    yield "report not for this one any more", reader.gone(fresh, view(HANNAH, fresh))


def corrected(it: Studio) -> Shown:
    """A report that was wrong, and the one that takes its place."""
    old, new = report("superseded"), report(id="rpt_2", number=2, supersedes="rpt_1", correction=WRONG)
    new.generated_at = new.released_at = SENT + timedelta(hours=3)
    before = standing(old, instead=new, remarks=(DOUBTED,))
    after = standing(new, before=old, now=SENT + timedelta(hours=4))
    yield "report superseded", _read(before)
    yield "report superseded desk", _desk(before)
    yield "report correction", _read(after)
    yield "report correction desk", _desk(after)


def at_the_desk(it: Studio) -> Shown:
    """What Sofia holds, releases, and watches."""
    fresh = standing(report("generated"))
    yield "report desk fresh", _desk(fresh)
    odd = figures(
        health=None,
        backlog_start=15,
        opened=22,
        csat={"good": 5, "answers": 9, "asked": 15},
        response={"met": 17, "of": 22, "by_priority": {"P3": [17, 22]}},
        last={"opened": 16, "closed": 13, "backlog_end": 15},
    )
    yield "report desk odd", _desk(standing(report("generated", odd)))
    yield "report desk on hold", _desk(standing(report("on_hold")))
    nobody = replace(fresh, roster=replace(fresh.roster, members={}, given=(), default_id=None))
    yield "report desk nobody to read it", _desk(nobody)
    yield "report desk on its way", _desk(standing(readers=(read_by(reached=False),)))
    yield "report desk sent", _desk(standing())
    yield "report desk reviewed", _desk(standing(report("reviewed"), remarks=(ANSWERED,)))
    yield "report desk doubted", _desk(standing(remarks=(ASKED, DOUBTED)))
    names = (read_by(), read_by(PRIYA, "backup"))
    left = standing(report("unreviewed"), readers=names, now=FRIDAY + timedelta(hours=1))
    yield "report desk unreviewed", _desk(left)
    yield "report desk without pictures", desk_card(fresh, view(SOFIA, fresh), provider=PROVIDER, chart="", page="")
    yield "report detail for the desk", _behind(fresh, SOFIA)


def small_and_large(it: Studio) -> Shown:
    """A client's first report, one of a quiet week, one with ten thousand cases."""
    calm = standing(report(shown=quiet()))
    yield "report of nothing", _read(calm)
    yield "report of nothing without pictures", reader.report_card(calm, view(at=calm), provider=PROVIDER, chart="")
    yield "report of nothing desk", _desk(calm)
    weeks = [{"week": "2026-W24", "opened": 1, "closed": 0, "backlog": 1}]
    one = [case(4501, "The scanner does not scan", "waiting_on_client", "P4", 1, "2026-06-14T15:00:00Z")]
    first = {
        **quiet(),
        **dict.fromkeys(("opened", "backlog_end", "waiting_count"), 1),
        **dict.fromkeys(("waiting", "oldest"), one),
        "aging": [1, 0, 0, 0, 0],
        "last": None,
        "weeks": weeks,
        "response": {"met": 1, "of": 1, "by_priority": {"P4": [1, 1]}},
    }
    yield "report first", _read(standing(report(shown=first)))
    yield "report first with weeks before", _read(standing(), first=True)
    yield "report first with weeks before desk", _desk(standing(report("generated")), first=True)
    much = standing(report(shown=large()))
    yield "report of 10000", _read(much)
    yield "report of 10000 detail", _behind(much)
    yield "report of 10000 desk", _desk(much)
    yield "report of 10000 without pictures", reader.report_card(much, view(at=much), provider=PROVIDER, chart="")
    yield "report form question of 10000", forms.question_form(much, view(at=much), PROVIDER)


def worst(it: Studio) -> Shown:
    """Whatever people call their cases, and write."""
    for name, title in (("hostile", HOSTILE), ("right to left", f"{ARABIC} {HEBREW}")):
        named = [
            case(4500 + n, f"{title} {n}", "waiting_on_client", "P2", 40 - n, "2026-05-02T14:10:00Z") for n in range(5)
        ]
        shown = figures(
            waiting=named,
            waiting_count=3,
            oldest=named,
            categories=[(title, 9), ("", 5)],
            requesters=[(title, 9)],
            approvals=[{"ref": "approval:1", "text": title, "at": "2026-06-16T20:30:00Z"}],
            downtimes=[{"ref": "downtime:1", "text": title, "at": ""}],
            health={"result": "attention", "text": title, "at": "2026-06-12T15:00:00Z"},
        )
        said = (remark("question", title), remark("wrong_number", title, number=2, about=title, answer=title))
        bad = standing(report(shown=shown, note=title, released_by=title[:60]), remarks=said)
        yield f"report {name}", _read(bad)
        yield f"report {name} detail", _behind(bad)
        yield f"report {name} desk", _desk(bad)
        yield f"report form question {name}", forms.question_form(bad, view(at=bad), PROVIDER)
    long = tuple(remark("question", (WORDS * 40)[:2000], number=n, answer=(WORDS * 40)[:2000]) for n in range(12))
    client: Any = SimpleNamespace(**{**vars(CLIENT), "name": LONG_NAME})
    endless = standing(report(note=(WORDS * 40)[:2000], shown=large(LONG_NAME)), remarks=long, client=client)
    yield "report endless", _read(endless)
    yield "report endless desk", _desk(endless)


def monthly(it: Studio) -> Shown:
    """The executive summary."""
    months = [
        {**week, "week": f"{2025 + (9 + n) // 12}-{(9 + n) % 12 + 1:02}"} for n, week in enumerate(figures()["weeks"])
    ]
    row = report(
        kind="exec_summary",
        period="2026-05",
        from_at=datetime(2026, 5, 1, 4, tzinfo=UTC),
        until_at=datetime(2026, 6, 1, 4, tzinfo=UTC),
        figures=figures(weeks=months, last={"opened": 60, "closed": 61, "backlog_end": 23}, month=MONTH),
        generated_at=MONDAY - timedelta(days=12),
        released_at=SENT - timedelta(days=12),
    )
    found = standing(row, now=SENT - timedelta(days=12) + timedelta(minutes=30))
    yield "summary reader", _read(found)
    yield "summary detail", _behind(found)
    yield "summary desk", _desk(found)


def to_fill(it: Studio) -> Shown:
    """The forms."""
    fresh, first = standing(), standing(report("generated"))
    yield "report form question", forms.question_form(fresh, view(), PROVIDER)
    yield "report form escalate", forms.escalate_form(fresh, view(), PROVIDER)
    yield "report form wrong number", forms.wrong_form(fresh, view(), PROVIDER)
    yield "report form hold", forms.hold_form(first)
    yield "report form note", forms.note_form(first)
    yield "report form correct", forms.correct_form(fresh)
    yield "report form health check", forms.health_form(first)
    yield "report form health check afterwards", forms.health_form(fresh)
    form = forms.question_form(fresh, view(), PROVIDER)
    yield "report form question sent back", replace(form, errors={"case": "Please choose the case."})


SCENES = (to_read, corrected, at_the_desk, small_and_large, worst, monthly, to_fill)


def _read(found: Standing, who: Any = DANA, locale: str = "en_US", *, first: bool = False) -> Card:
    chart = chart_at(found.figures, locale)
    return reader.report_card(found, view(who, found, locale), provider=PROVIDER, chart=chart, first=first)


def _behind(found: Standing, who: Any = DANA) -> Card:
    card = detail.detail_card(found, view(who, found), provider=PROVIDER)
    assert card is not None
    return card


def _desk(found: Standing, *, first: bool = False) -> Card:
    chart = chart_at(found.figures, "en_US")
    page = "https://bot.harborline.example/console/reports/rpt_1?key=x"
    return desk_card(found, view(SOFIA, found), provider=PROVIDER, chart=chart, page=page, first=first)
