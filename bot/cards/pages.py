"""Draws the pages people ask for in words: what waits, who the contacts are, help, the start of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.card import Actions, Block, Button, Card, Fact, Facts, Line, Lines, Rule, Text
from bot.cards.parts import VOICE, Viewer
from bot.cards.wording import any_of, money
from handlers.authority import ROLES, Roster
from handlers.commands import Ref
from handlers.mechanisms.standing import Standing
from storage.rows import Row

MOST_TASKS = 15
MOST_NOTICES = 5
MOST_NAMES = 2
"""So many meetings are named in a title."""
MOST_ITEMS = 8
"""Each item has two buttons; more would make a wall of them."""

PAGE = Ref("page", "words")


def waiting(
    items: Sequence[tuple[Standing, bool]],
    viewer: Viewer,
    page: int = 1,
    tasks: Sequence[Row[Any]] = (),
    notices: Sequence[Sequence[Block]] = (),
    downtimes: Sequence[Sequence[Block]] = (),
    meetings: Sequence[tuple[str, Sequence[Block]]] = (),
    reports: Sequence[Sequence[Block]] = (),
) -> Card:
    """What waits for this person: notices first, then downtimes, meetings and reports, each drawn already, then
    requests, the earliest deadline first; the flag of a request says whether it can be decided here.

    A meeting comes with what it is called, for the line that a phone shows before the message is opened.
    """
    counts = (len(notices), len(downtimes), len(meetings), len(reports), len(items), len(tasks))
    called = [name for name, _ in meetings]
    if not any(counts):
        return Card("Nothing is waiting for you", "Nothing is waiting for you", (Text("You are all caught up."),))
    title = _how_much(*counts, called, staff=viewer.staff)
    blocks: list[Block] = []
    if page == 1:
        drawn_already = (
            (notices, "notices"),
            (downtimes, "downtimes: type “downtime” to see them"),
            ([one for _, one in meetings], "meetings: type “meetings” to see them"),
            (reports, "reports: type “reports” to see the newest"),
        )
        for drawn, what in drawn_already:
            for one in drawn[:MOST_NOTICES]:
                blocks += [*one, Rule()]
            if (left := len(drawn) - MOST_NOTICES) > 0:
                blocks += [Text(f"… and {left} more {what}.", "subtle"), Rule()]
    if tasks and page == 1:
        listed = tuple(Line(task.title, viewer.when(task.created_at)) for task in tasks[:MOST_TASKS])
        cut = f" (the first {MOST_TASKS} of {len(tasks)})" if len(tasks) > MOST_TASKS else ""
        blocks += [Lines(listed, f"Waiting for you{cut}"), Rule()]
    if not items and blocks:
        blocks.pop()
    first = (page - 1) * MOST_ITEMS
    for standing, may in items[first : first + MOST_ITEMS]:
        request = standing.request
        amount = (
            money(request.commitment_minor, request.currency, viewer.locale)
            if request.commitment_minor is not None
            else ""
        )
        detail = f"No answer by {viewer.when(request.expires_at)}: not approved."
        if viewer.staff:
            names = dict.fromkeys(standing.name(person_id) for person_id, _ in standing.waiting_on())
            silent = any_of(list(names)) or "nobody: see your task"
            who = f"{standing.client.name} · {request.ref} · {standing.given} of {standing.needed} approved"
            detail = f"{who}\nWaiting for {silent}. {detail}"
        if blocks and not isinstance(blocks[-1], Rule):
            blocks.append(Rule())
        blocks.append(Lines((Line(request.title, amount, detail),)))
        if may:
            blocks.append(
                Actions(
                    (
                        Button("Approve", "approve", standing.ref, request.version, request.revision, "primary"),
                        Button(
                            "Reject", "reject", standing.ref, request.version, request.revision, "danger", form=True
                        ),
                    )
                )
            )
    if (more := len(items) - first - MOST_ITEMS) > 0:
        blocks.append(Text(f"And {more} more, with later deadlines.", "subtle"))
        blocks.append(Actions((Button("Show more", "say", Ref("page", f"waiting {page + 1}")),)))
    return Card(title, title, tuple(blocks))


def _how_much(
    notices: int,
    downtimes: int,
    meetings: int,
    reports: int,
    requests: int,
    tasks: int,
    names: Sequence[str],
    *,
    staff: bool,
) -> str:
    """ "1 notice for you, 2 meetings to answer (Check-in, vCIO meeting), 2 requests wait for you"."""
    parts = []
    if notices:
        parts.append(f"{notices} {'notice' if notices == 1 else 'notices'} {'of yours' if staff else 'for you'}")
    if downtimes:
        count = f"{downtimes} {'downtime' if downtimes == 1 else 'downtimes'}"
        parts.append(f"{count} of yours" if staff else f"{count} to agree on")
    if meetings:
        count = f"{meetings} {'meeting' if meetings == 1 else 'meetings'}"
        parts.append(f"{count} {'of yours' if staff else 'to answer'} ({_few(names)})")
    if reports:
        parts.append(f"{reports} {'report' if reports == 1 else 'reports'} to review")
    if requests or not (notices or tasks or downtimes or meetings or reports):
        waits = "request waits" if requests == 1 else "requests wait"
        parts.append(f"{requests} {waits} for {'clients' if staff else 'you'}")
    if tasks:
        parts.append(f"{tasks} {'task' if tasks == 1 else 'tasks'} for you")
    return ", ".join(parts)


def _few(names: Sequence[str]) -> str:
    """ "Check-in, vCIO meeting and 3 more"."""
    more = len(names) - MOST_NAMES
    return f"{', '.join(names[:MOST_NAMES])} and {more} more" if more > 0 else ", ".join(names)


def outages(notices: Sequence[Sequence[Block]], provider: str) -> Card:
    """What is wrong at the moment, for a contact who asks."""
    if not notices:
        text = f"{provider} has not reported anything. If something does not work for you, please call."
        return Card("Nothing is reported as down", "Nothing is reported as down", (Text(text),))
    title = "1 notice is open" if len(notices) == 1 else f"{len(notices)} notices are open"
    blocks = [block for notice in notices[:MOST_NOTICES] for block in (*notice, Rule())]
    return Card(title, title, tuple(blocks[:-1]))


def contacts(client: Row[Any], roster: Roster, people: Mapping[str, Row[Any]], places: Mapping[str, str]) -> Card:
    """Who decides what at a company: each role with its holders in the order they are asked, by location."""
    blocks: list[Block] = [Text("The first name is asked first; the others step in when there is no answer.", "subtle")]
    facts = []
    for role in ROLES:
        wide = [people[id_].name for id_ in roster.chain(role)]
        facts.append(Fact(VOICE[role], ", ".join(wide) or "Nobody at the moment"))
        for place_id, place in places.items():
            if any(given.role == role and given.location_id == place_id for given in roster.given):
                names = ", ".join(people[id_].name for id_ in roster.chain(role, place_id))
                facts.append(Fact(f"{VOICE[role]} at {place}", names))
    blocks.append(Facts(tuple(facts)))
    if client.default_contact_id:
        blocks.append(
            Text(f"{people[client.default_contact_id].name} holds every role that nobody else has.", "subtle")
        )
    return Card(f"Key contacts of {client.name}", f"Key contacts of {client.name}", tuple(blocks))


def choose_client(clients: Sequence[Row[Any]], words: str) -> Card:
    """Which client is meant."""
    lines = tuple(Line(row.name, detail=f"{words} {row.slug}") for row in clients)
    return Card(
        "Which client?", "Which client?", (Text("Type the words again with the client's short name:"), Lines(lines))
    )


def request_kinds() -> Card:
    """What kind of request it is; each button opens its form."""
    buttons = (
        Button("Ask for a purchase", "request:purchase", PAGE, style="primary", form=True),
        Button("Ask for access", "request:access", PAGE, form=True),
    )
    text = "The right key contacts are asked at once, and you see here how it goes."
    return Card("What do you need?", "What do you need?", (Text(text), Actions(buttons)))


def help_page(command: str, *, staff: bool = False) -> Card:
    """What can be typed. `command` is the prefix on this platform ("/keyline ") or empty."""
    outage = "Tell clients that something is down" if staff else "What is down at the moment"
    planned = "Work that is planned: agree on times, ask for some, say when no work is wanted"
    downtime = [Line(f"{command}downtime", detail="Plan work with a client and agree on a time" if staff else planned)]
    if staff:
        downtime.append(Line(f"{command}downtime list", detail="Your planned work, and when clients want none"))
    meetings = "Your planned meetings, and to plan one" if staff else "Planned meetings, and what they left you to do"
    cases = "Open cases of a client" if staff else "Open cases, whom they wait for; ask about one or escalate it"
    reports = "Which clients have reviewed their report, and a client's" if staff else "Your company's newest report"
    feedback = "What clients have said and nobody has answered" if staff else "Say what you or a colleague think of us"
    lines = (
        *([Line(f"{command}outage", detail=outage)] if staff else []),
        Line(f"{command}request", detail="Ask for a purchase or a change of access"),
        Line(f"{command}waiting", detail="What waits for an answer, the earliest deadline first"),
        Line(f"{command}away", detail="Say when you are away and who stands in; “back” ends it"),
        Line(f"{command}contacts", detail="Who decides what at your company"),
        *([] if staff else [Line(f"{command}outage", detail=outage)]),
        *downtime,
        Line(f"{command}cases", detail=cases),
        Line(f"{command}reports", detail=reports),
        Line(f"{command}meetings", detail=meetings),
        Line(f"{command}feedback", detail=feedback),
        Line(f"{command}help", detail="This page"),
    )
    note = Text("Requests come to you here. No answer is never a yes.", "subtle")
    return Card("What I can do", "What I can do", (Lines(lines), note))
