"""The work takes longer than agreed: what that runs into needs a word, and who is accountable for it hears of it."""

from __future__ import annotations

from datetime import datetime

from handlers.commands import ExtendDowntime, Outcome, Refused, Window
from handlers.context import Work
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows import staffnotes
from handlers.mechanisms.windows.agreeing import announce
from handlers.mechanisms.windows.conflicts import Conflict
from handlers.mechanisms.windows.rules import LONGEST
from handlers.mechanisms.windows.running import LONGEST_TEXT, RUNNING, at_work, plan_check, take_step
from handlers.mechanisms.windows.standing import Standing, stand
from handlers.mechanisms.windows.steering import done, journal, not_now, reread, tell_csm
from handlers.mechanisms.windows.weighing import surroundings
from handlers.walltime import LAST_YEAR
from handlers.words import cleaned
from storage.queries import downtimes, timers


def extend(command: ExtendDowntime, work: Work) -> Outcome:
    """in_progress | extended -> extended: it takes until then; what was not known when it was agreed needs words.

    Nobody has to agree to it: the work is under way, and stopping in the middle may be worse.
    """
    standing = at_work(work, command.ref, "extend the work", "extended", agreeing=True)
    row = standing.row
    if standing.life not in RUNNING:
        raise not_now(standing, "extended")
    text = cleaned(command.text, "text", "what people should know", LONGEST_TEXT, empty=True)
    until = command.until
    if until.utcoffset() is None or until.year > LAST_YEAR:
        raise Refused("Please give the new end with its time zone.", field="until", code="invalid")
    planned = row.extended_to or row.ends_at
    if until == row.extended_to:
        return done(work, standing, f"{row.ref} is extended until then already.", repeated=True)
    if until <= max(planned, work.now):
        raise Refused("Please give an end that is later than the planned one.", field="until", code="invalid")
    if until - row.starts_at > LONGEST:
        raise Refused("Work lasts a week at most.", field="until", code="invalid")
    against = _runs_into(work, standing, planned, until)
    said = list(dict.fromkeys(one.sentence for one in against))
    if said and not text:
        raise Refused(" ".join([*said, "Please say what people should know."]), field="text", code="blocked")
    number = sum(one["what"] == "extended" for one in row.steps) + 1
    columns = {"life": "extended", "extended_to": until, "sequence": row.sequence + 1}
    take_step(work, standing, "extended", text, until=until.isoformat(), **columns)
    timers.cancel(work.tx, str(standing.ref))
    tasks_over(work, standing.ref, {"overrun"})
    after = reread(work, standing)
    plan_check(work, after, number)
    announce(work, after, f"extended:{number}")
    staffnotes.extended(work, after, text)
    _warn(work, standing, {one.source for one in against if one.kind == "overlap"}, number)
    journal(work, standing, "extend", {"until": until.isoformat(), "text": text, "against": said})
    return done(work, standing, " ".join([f"{row.ref} takes longer. Everybody concerned is told.", *said]))


def _runs_into(work: Work, standing: Standing, planned: datetime, until: datetime) -> list[Conflict]:
    """What speaks against the time that is added and not against the agreed one: that was agreed in spite of it.

    Of other work only what is agreed counts: a time that is on offer can no longer be chosen then.
    """
    around = surroundings(work.tx, standing.client, standing.places, work.now, but=standing.row.id)
    before = around.weigh(Window(standing.row.starts_at, planned), work.now).conflicts
    known = {(one.kind, one.location_id, one.source) for one in before}
    agreed = {one.ref for one in around.taken if one.agreed}
    added = around.weigh(Window(planned, until), work.now).conflicts
    return [
        one
        for one in added
        if (one.kind, one.location_id, one.source) not in known and (one.kind != "overlap" or one.source in agreed)
    ]


def _warn(work: Work, standing: Standing, refs: set[str], number: int) -> None:
    """Whoever is accountable for other work that it runs into has to see whether both can be done."""
    for row in downtimes.alive_of_client(work.tx, standing.client.id) if refs else ():
        if row.ref in refs and row.id != standing.row.id:
            locked = downtimes.lock(work.tx, row.id)
            assert locked is not None
            title = f"{standing.row.ref} takes longer and runs into the time of this work. Can both be done?"
            tell_csm(work, stand(work.tx, locked, work.now), "overrun", title, key=f"{standing.row.id}.{number}")
