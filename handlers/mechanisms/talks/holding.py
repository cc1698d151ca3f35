"""After a talk: it was held or missed, what was said, what is on file, and that everything is written down."""

from __future__ import annotations

from datetime import date, datetime

from handlers.commands import CloseTouchpoint, HoldTouchpoint, MissTouchpoint, Outcome, PutMeetingRecord, Refused
from handlers.context import Work
from handlers.mechanisms import formal
from handlers.mechanisms.talks import agreeing, asking
from handlers.mechanisms.talks.agenda import frozen, live
from handlers.mechanisms.talks.choosing import comes_next
from handlers.mechanisms.talks.names import recorded
from handlers.mechanisms.talks.standing import Standing
from handlers.mechanisms.talks.steering import (
    MOOT,
    card,
    contacts,
    done,
    journal,
    locked,
    not_now,
    only_provider,
    reread,
    tell_owner,
)
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows.spans import day_said
from handlers.timetable import RECORDS
from handlers.walltime import zone_named
from handlers.words import cleaned
from storage.queries import touchpoints

LONGEST_NOTES, LONGEST = 8000, 1000
RECORD_DAYS = 5
"""Business days of the provider to put on file what a talk needs."""
NOTES_DAYS = 1
"""And to say how it was."""


def hold(command: HoldTouchpoint, work: Work) -> Outcome:
    """-> held: it took place, as agreed or (on the phone, in passing) without an agreed time."""
    standing = locked(work, command.ref)
    only_provider(work, "write down a meeting")
    notes = cleaned(command.notes, "notes", "what was said", LONGEST_NOTES)
    if standing.state in ("held", "closed"):
        return _more_notes(work, standing, notes)
    if standing.state not in touchpoints.ALIVE:
        raise not_now(standing, "held")
    agreed = standing.state == "confirmed"
    if agreed and _day(standing, work.now) < _day(standing, standing.row.starts_at):
        day = day_said(_day(standing, standing.row.starts_at))
        raise Refused(
            f"It is agreed for {day}. If it took place before, please write down that time first.", code="conflict"
        )
    moment = min(standing.row.starts_at, work.now) if agreed else work.now
    agenda = frozen(live(work.tx, standing))
    asking.take_back(work, standing)
    formal.leave(work, standing.ref)
    touchpoints.change_talk(
        work.tx,
        standing.row.id,
        state="held",
        ended_at=moment,
        ended_by=work.who.name,
        notes=notes,
        agenda=agenda,
    )
    after = _ended(work, standing)
    follows = agreeing.told_card(standing) if agreed else ""
    card(work, after, "notes", contacts(after), follows=follows)
    if after.missing:
        due = work.provider.add_business_days(work.now, RECORD_DAYS)
        tell_owner(work, after, "talk_records", missing_said(after), key="records", due_at=due)
    journal(work, standing, "hold", {"notes": notes, "agenda": len(agenda)})
    return done(work, after, f"Written down. {comes_next(work, after)}".strip())


def miss(command: MissTouchpoint, work: Work) -> Outcome:
    """confirmed -> missed: the time came and nobody was there."""
    standing = locked(work, command.ref)
    only_provider(work, "say that nobody came")
    if standing.state == "missed":
        return done(work, standing, f"{standing.row.ref} is missed already.", repeated=True)
    if standing.state != "confirmed":
        raise not_now(standing, "missed")
    if standing.is_ahead:
        raise Refused("It has not begun yet.", code="conflict")
    reason = cleaned(command.reason, "reason", "the reason", LONGEST, empty=True)
    asking.take_back(work, standing)
    formal.leave(work, standing.ref)
    ended = {"ended_at": standing.row.starts_at, "ended_by": work.who.name, "ended_why": reason}
    touchpoints.change_talk(work.tx, standing.row.id, state="missed", **ended)
    after = _ended(work, standing)
    card(work, after, "missed", contacts(after), follows=agreeing.told_card(standing))
    journal(work, standing, "miss", {"reason": reason})
    return done(work, after, f"Noted. {comes_next(work, after)}".strip())


def put_record(command: PutMeetingRecord, work: Work) -> Outcome:
    """What a talk needs on file: where it is, or why there is none. The last word counts."""
    standing = locked(work, command.ref)
    only_provider(work, "put something on file")
    if command.kind not in RECORDS:
        raise Refused(f"What goes on file is one of {', '.join(RECORDS)}.", field="kind", code="invalid")
    if standing.state not in ("confirmed", "held"):
        raise not_now(standing, "added to")
    url = cleaned(command.url, "url", "the link", 500, empty=True)
    waived = cleaned(command.waived_why, "waived_why", "why there is none", LONGEST, empty=True)
    if bool(url) == bool(waived):
        raise Refused("Please give a link, or say why there is none.", field="url", code="invalid")
    if url and not url.startswith(("https://", "http://")):
        raise Refused("Please give the link as https://...", field="url", code="invalid")
    on = command.on or _day(standing, work.now)
    values = {"url": url, "on": on if url else None, "waived_why": waived}
    known = next((one for one in standing.records if one.kind == command.kind), None)
    if known is not None and all(getattr(known, name) == values[name] for name in values):
        return done(work, standing, f"The {recorded(command.kind)} is on file already.", repeated=True)
    row = {"id": work.new_id("rec"), "touchpoint_id": standing.row.id, "kind": command.kind, **values}
    touchpoints.put_record(work.tx, {**row, "by": work.who.name, "at": work.now})
    touchpoints.change_talk(work.tx, standing.row.id)
    after = reread(work, standing)
    if not after.missing:
        tasks_over(work, after.ref, {"talk_records"})
    journal(work, standing, "record", {"kind": command.kind, "url": url, "waived": waived})
    said = (
        f"There is no {recorded(command.kind)}: noted why." if waived else f"The {recorded(command.kind)} is on file."
    )
    return done(work, after, said)


def close(command: CloseTouchpoint, work: Work) -> Outcome:
    """held -> closed; refused while something is missing, with its name."""
    standing = locked(work, command.ref)
    only_provider(work, "close a meeting")
    if standing.state == "closed":
        return done(work, standing, f"{standing.row.ref} is closed already.", repeated=True)
    if standing.state != "held":
        raise not_now(standing, "closed")
    if standing.missing:
        raise Refused(f"{missing_said(standing)}.", field="records", code="conflict")
    touchpoints.change_talk(work.tx, standing.row.id, state="closed", closed_at=work.now)
    tasks_over(work, standing.ref, {"talk_records", "talk_notes"})
    journal(work, standing, "close")
    return done(work, standing, f"{standing.row.ref} is closed.")


def over(work: Work, standing: Standing) -> None:
    """The agreed time has passed: the owner is asked how it was, and the next of its kind waits for its day."""
    due = work.provider.add_business_days(work.now, NOTES_DAYS)
    key = f"r{standing.row.revision}"
    tell_owner(work, standing, "talk_notes", "how was it, and what is to do?", key=key, due_at=due)
    agreeing.comes_round(work, standing)
    work.redraw(standing.ref)


def missing_said(standing: Standing) -> str:
    """ "1 of 4 missing: hardware warranty report"."""
    return f"{len(standing.missing)} of {len(standing.rule.records)} missing: {', '.join(standing.missing)}"


def _ended(work: Work, standing: Standing) -> Standing:
    tasks_over(work, standing.ref, MOOT)
    tasks_over(work, standing.ref, {"talk_notes"})
    after = reread(work, standing)
    agreeing.comes_round(work, after)
    return after


def _more_notes(work: Work, standing: Standing, notes: str) -> Outcome:
    """The notes are written anew; once it is closed they stay."""
    if notes == standing.row.notes:
        return done(work, standing, f"{standing.row.ref} is written down already.", repeated=True)
    if standing.state == "closed":
        raise not_now(standing, "changed")
    touchpoints.change_talk(work.tx, standing.row.id, notes=notes)
    journal(work, standing, "notes", {"notes": notes})
    return done(work, standing, "The notes are changed.")


def _day(standing: Standing, moment: datetime) -> date:
    """The date on the client's wall."""
    return moment.astimezone(zone_named(standing.client.timezone)).date()
