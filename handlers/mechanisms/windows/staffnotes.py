"""Who tells which office's staff about an agreed window: drafts at every step, and what happens if nobody is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers.calendar import BusinessCalendar
from handlers.commands import Ref, Window
from handlers.context import BULK, NORMAL, URGENT, Work
from handlers.hours import calendar_at
from handlers.mechanisms import relaying
from handlers.mechanisms.quiet import Quiet
from handlers.mechanisms.relaying import TOLD, Draft, Matter, Rung
from handlers.mechanisms.windows.shapes import Place
from handlers.mechanisms.windows.staffwords import draft
from handlers.mechanisms.windows.standing import Standing
from handlers.policy import policy_of
from storage.queries import bulk, downtimes, relays, timers
from storage.rows import Row
from storage.store import Tx

NUDGE_DAYS, CSM_DAYS = 2, 1
"""So many business days before the start whoever has told nobody is nudged, and then the CSM is told."""
AFTER_OPENING = timedelta(minutes=5)
"""A draft that waited for the morning comes after the list of what waits, and is no line of it."""
INFORMATION = 4
"""A draft wakes nobody at night."""


def agreed(work: Work, standing: Standing) -> None:
    """A draft for each office's coordinator, and one for the key contact about the offices that have none."""
    _lay(work, standing, "agreed", _window(standing), rungs=True)


def changed(work: Work, standing: Standing) -> None:
    """The same once more, with other words about what to do: whoever's staff knows of it tells what is new."""
    _lay(work, standing, "agreed", _window(standing), rungs=True, told="changed")


def extended(work: Work, standing: Standing, news: str = "") -> None:
    """The same about the time that it takes longer; nobody is held back by quiet hours, for it is happening now."""
    _lay(work, standing, "extended", Window(standing.row.starts_at, standing.row.extended_to), news=news, urgent=True)


def cancelled(work: Work, standing: Standing) -> None:
    """Whoever's staff has been told is to tell them that it is off; for the others there is nothing to tell."""
    _off(work, standing, "cancelled")


def postponed(work: Work, standing: Standing) -> None:
    """The same of a window that is put off to a time that is not known yet."""
    _off(work, standing, "postponed")


def hand_over(work: Work, standing: Standing) -> None:
    """Whoever was to tell the staff of an office is away or has left: whoever speaks for it now gets the words.

    Where the staff has been told already nobody is asked to tell it again.
    """
    rows = relays.relays_about(work.tx, str(standing.ref))
    now = speakers(standing)
    idle = {row.person_id for row in rows if row.state == "draft" and row.person_id not in now}
    busy = {row.person_id for row in rows if row.state in ("draft", *TOLD)}
    fresh = [id_ for id_ in now if id_ not in busy]
    if not idle or not fresh:
        return
    number = relays.next_number(work.tx, str(standing.ref))
    for person_id in sorted(idle):
        relaying.put_aside(work, standing.ref, number, person_id, state="withdrawn")
    window = _window(standing)
    drafts = [_draft_for(work, standing, "agreed", window, id_, now[id_], rungs=True) for id_ in fresh]
    _hand_out(work, standing, number, drafts, window)


def completed(work: Work, standing: Standing) -> None:
    """Everything works again: what nobody was told is not worth telling any more. People hear the news first."""
    number = relays.next_number(work.tx, str(standing.ref))
    for id_ in relays.put_aside(work.tx, str(standing.ref), number, state="over"):
        work.redraw(Ref("relay", id_), priority=BULK)


def replan(work: Work, standing: Standing) -> None:
    """The client's hours have changed: what has not happened about drafts nobody was told is planned anew."""
    rows = relays.relays_about(work.tx, str(standing.ref))
    drafts = {f"relay:{row.id}": row for row in rows if row.state == "draft"}
    known: dict[str, list[Row[Any]]] = {}
    for timer in timers.of_subjects(work.tx, list(drafts)) if drafts else ():
        known.setdefault(timer.subject, []).append(timer)
    places = speakers(standing)
    for subject, planned in known.items():
        draft_ = drafts[subject]
        running = {one.position: (one.deed, one.due_at) for one in planned if one.state == "waiting"}
        if not running or draft_.person_id not in places:
            continue
        happened = {one.position for one in planned if one.state in ("done", "skipped")}
        calendar = _calendar(standing, places[draft_.person_id][0])
        fresh = [
            one for one in plan(standing.row.starts_at, calendar, draft_.created_at) if one.position not in happened
        ]
        if {one.position: (one.deed, one.due_at) for one in fresh} != running:
            timers.drop_plan(work.tx, subject, relaying.PLAN)
            bulk.plan_all(work.tx, [relaying.timer(work, draft_.id, standing.client.id, one) for one in fresh])
            work.redraw(Ref("relay", draft_.id), priority=NORMAL)


def speakers(standing: Standing) -> dict[str, tuple[Place, ...]]:
    """person -> the offices whose staff this person tells: its coordinator who is there and can be reached, else the
    key contact."""
    voices = {voice.place.location_id: voice for voice in standing.place_voices if voice.place is not None}
    decider = _decider(standing)
    found: dict[str, tuple[Place, ...]] = {}
    for place in standing.places:
        voice = voices.get(place.location_id)
        local = (*voice.may, *(one.person_id for one in voice.asked)) if voice is not None else ()
        person = next((id_ for id_ in local if _there(standing, id_)), decider)
        if person:
            found[person] = (*found.get(person, ()), place)
    return found


def _lay(
    work: Work,
    standing: Standing,
    what: str,
    window: Window,
    *,
    among: Sequence[str] | None = None,
    news: str = "",
    rungs: bool = False,
    urgent: bool = False,
    told: str = "",
) -> None:
    """A draft for everybody who speaks (among these, if given); where the staff knows of it, of the kind `told`."""
    known = _told_before(work, standing) if told else frozenset()
    number = relays.next_number(work.tx, str(standing.ref))
    relaying.put_aside(work, standing.ref, number)
    drafts = [
        _draft_for(work, standing, told if id_ in known else what, window, id_, places, news=news, rungs=rungs)
        for id_, places in speakers(standing).items()
        if among is None or id_ in among
    ]
    _hand_out(work, standing, number, drafts, window, urgent=urgent)


def _hand_out(
    work: Work, standing: Standing, number: int, drafts: Sequence[Draft], window: Window, *, urgent: bool = False
) -> None:
    quiet = None if urgent else Quiet(work.tx, {standing.client.id: standing.client}, INFORMATION, work.now)
    if quiet is not None:
        ends = [quiet.until(standing.people[one.person_id]) for one in drafts]
        if any(end + AFTER_OPENING >= window.starts_at for end in ends):
            quiet = None  # by the morning it would be too late
    priority = URGENT if urgent else NORMAL
    relaying.lay(work, standing.ref, number, drafts, priority=priority, quiet=quiet, later=AFTER_OPENING)


def _draft_for(
    work: Work,
    standing: Standing,
    kind: str,
    window: Window,
    person_id: str,
    places: Sequence[Place],
    *,
    news: str = "",
    rungs: bool = False,
) -> Draft:
    words = draft(kind, standing.row, window, places, standing.people[person_id].language, news)
    steps = plan(window.starts_at, _calendar(standing, places[0]), work.now) if rungs else ()
    return Draft(person_id, standing.client.id, words, steps)


def _off(work: Work, standing: Standing, what: str) -> None:
    known, now = _told_before(work, standing), speakers(standing)
    if not known:
        number = relays.next_number(work.tx, str(standing.ref))
        relaying.put_aside(work, standing.ref, number, state="withdrawn")
        return
    # somebody else may speak today for an office that was told
    among = [id_ for id_ in now if id_ in known] if known <= set(now) else list(now)
    idle = [id_ for id_ in now if id_ not in among]
    for person_id in idle:
        number = relays.next_number(work.tx, str(standing.ref))
        relaying.put_aside(work, standing.ref, number, person_id, state="withdrawn")
    _lay(work, standing, what, _window(standing), among=among, rungs=True)


def _told_before(work: Work, standing: Standing) -> frozenset[str]:
    """Who has told the staff anything about it."""
    rows = relays.relays_about(work.tx, str(standing.ref))
    return frozenset(row.person_id for row in rows if row.state in TOLD)


def plan(starts_at: datetime, calendar: BusinessCalendar, now: datetime) -> tuple[Rung, ...]:
    """A nudge at the opening two business days before the start, the CSM one day later.

    What would lie in the past comes halfway to what follows it; a nudge that the night would hold until then is none.
    """
    if starts_at <= now:
        return ()
    nudge, csm = (_opening(starts_at, calendar, days) for days in (NUDGE_DAYS, CSM_DAYS))
    if csm <= now:
        csm = now + (starts_at - now) / 2
    if nudge <= now:
        nudge = now + (csm - now) / 2
    told = Rung(1, "tell_csm", csm)
    return (Rung(0, "remind_primary", nudge), told) if calendar.quiet_ends(nudge) < csm else (told,)


def _opening(starts_at: datetime, calendar: BusinessCalendar, days: int) -> datetime:
    day = calendar.add_business_days(calendar.local_day(starts_at), -days)
    return calendar.open_spans(day)[0][0]


def _window(standing: Standing) -> Window:
    return Window(standing.row.starts_at, standing.row.ends_at)


def _calendar(standing: Standing, place: Place) -> BusinessCalendar:
    return calendar_at(place.row, standing.client, policy_of(standing.client.policy))


def _there(standing: Standing, person_id: str) -> bool:
    return standing.roster.present(person_id) and standing.roster.members[person_id].reachable


def _decider(standing: Standing) -> str:
    """Who said yes, else whoever decides for the client now; "" where nobody can be reached."""
    first = (standing.row.decided_by,) if standing.row.decided_by else ()
    return next((id_ for id_ in (*first, *standing.deciders()) if _there(standing, id_)), "")


def _matter(tx: Tx, downtime_id: str) -> Matter | None:
    row = downtimes.downtime(tx, downtime_id)
    return Matter(Ref("downtime", row.id), row.ref, row.owner_id) if row is not None else None


def _hold(work: Work, relay: Row[Any]) -> None:
    """Nothing happens to the window meanwhile."""
    downtimes.lock(work.tx, Ref.parse(relay.subject).id)


def _told(work: Work, relay: Row[Any]) -> None:
    """Nothing else of a downtime counts who has told the staff."""


def _shown(work: Work, relay: Row[Any]) -> None:
    work.redraw(Ref.parse(relay.subject), priority=NORMAL)


KIND = relaying.Kind(matter=_matter, hold=_hold, told=_told, shown=_shown)
