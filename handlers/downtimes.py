"""Downtimes as a subject (F07): planned work is offered or asked for, agreed by everybody concerned, and carried out.

    proposal  draft -> proposed -> accepted | countered | declined | expired | withdrawn      draft -> withdrawn
              countered -> proposed (a new revision) | accepted (the key contact's own time is taken)
                         | declined | expired | withdrawn
    window    scheduled -> announced -> in_progress -> verifying -> completed
              in_progress -> extended -> verifying          scheduled | announced -> postponed | cancelled
    voice     waiting -> open -> answered | silent | over                       see `handlers.mechanisms.windows.asking`

Every transition is made under the lock of the downtime's row, and what is agreed also under the client's, so that two
agreements at one office see each other. A duplicate is a legal input: it changes nothing and answers with the present
truth. Silence is never a yes: only `choose`, and `take` of a time that a key contact named, lead to `agreeing.agree`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import commands
from handlers.commands import Outcome, Refused
from handlers.context import NORMAL, URGENT, Work
from handlers.mechanisms.rights import missing
from handlers.mechanisms.windows import (
    agreeing,
    answering,
    asking,
    closing,
    countering,
    drafting,
    extending,
    offering,
    rerouting,
    running,
    silence,
    staffnotes,
    yielding,
)
from handlers.mechanisms.windows.standing import DOWNTIME, Standing, stand
from handlers.mechanisms.windows.steering import (
    card,
    done,
    journal,
    locked,
    not_now,
    only_provider,
    owner_of,
    reread,
    row_of,
)
from storage.queries import directory, downtimes
from storage.rows import Row

UNSENT = "{} stays a draft: nobody of the client can be asked to decide at the moment. Your team has a task."


def raise_downtime(command: commands.RaiseDowntime, work: Work, *, instead_of: str | None = None) -> Outcome:
    """-> draft, with a preview for whoever wrote it; or proposed in the same breath; from a contact to the provider."""
    side = drafting.side_of(work)
    client, locations = drafting.touched(work, command)
    windows = drafting.times(work, command.windows)
    directory.lock_client(work.tx, client.id)
    downtime_id = drafting.write(work, command, side, client, locations)
    if instead_of is not None:
        downtimes.change_downtime(work.tx, downtime_id, version=1, instead_of=instead_of)
    draft = _locked(work, downtime_id)
    if side == "client":
        return _ask_for(work, draft, windows)
    if command.send:
        return _send(work, draft, windows)
    offering.previewed(work, draft.row, windows)
    _preview(work, draft)
    journal(work, draft, "draft", {"work": draft.row.work})
    return _unsent(
        work, draft, f"{draft.row.ref} is a draft: nobody has been asked yet. Please look at it and send it."
    )


def change_downtime(command: commands.ChangeDowntime, work: Work) -> Outcome:
    """A draft says something else; or the words of what is on offer do, and everybody is asked anew about them.

    What was agreed was agreed with its words: afterwards only what to prepare and who does the work may change.
    """
    standing = locked(work, command.ref, agreeing=True)
    only_provider(work, "change a downtime")
    row, draft = standing.row, standing.state == "draft"
    if not draft and not standing.is_open and not standing.is_ahead:
        raise not_now(standing, "changed")
    if command.windows is not None and not draft:
        raise Refused(f"{row.ref} has been sent: please offer other times.", field="windows", code="conflict")
    columns = drafting.changes(work, row, command)
    windows = drafting.times(work, command.windows) if command.windows is not None else None
    same = windows is None or windows == tuple(one.window for one in standing.offers)
    if not columns and same:
        return done(work, standing, "Nothing has changed.", repeated=True)
    if standing.is_ahead and {"work", "implications"} & set(columns):
        said = f"{row.ref} was agreed as it is. Please postpone it and offer it anew if that has changed."
        raise Refused(said, code="conflict")
    sequence = {"sequence": row.sequence + 1} if standing.is_ahead else {}
    downtimes.change_downtime(work.tx, row.id, **columns, **sequence)
    if windows is not None:
        offering.previewed(work, row, windows)
    journal(work, standing, "change", {"changed": sorted(columns), "windows": windows is not None})
    after = reread(work, standing)
    asks_anew = {"work", "implications", "prep_steps"} & set(columns)
    if standing.provider is not None and asks_anew:
        downtimes.disown_windows(work.tx, str(standing.ref))
    if standing.state == "proposed" and standing.decider is not None and asks_anew:
        times = [one.window for one in standing.offers]
        found = offering.weighed(work, after, times, row.override, ask=False)
        author = work.who.person_id, work.who.name
        if not offering.propose(work, after, found, override=row.override, author=author):
            raise Refused(countering.STAYS.format(standing.client.name), code="blocked")
        return done(work, standing, f"{row.ref} has changed. Everybody is asked again; earlier answers do not count.")
    if standing.is_ahead and "engineer_id" in columns:
        _hand_to(work, after)
    if standing.is_ahead and "prep_steps" in columns:
        staffnotes.changed(work, after)
    return done(work, standing, f"{row.ref} has changed." + (" Nobody has been asked yet." if draft else ""))


def send_downtime(command: commands.SendDowntime, work: Work) -> Outcome:
    """draft -> proposed, as it was previewed."""
    standing = locked(work, command.ref, agreeing=True)
    only_provider(work, "send a downtime")
    if standing.state != "draft":
        if standing.state in ("proposed", "countered", "accepted"):
            return done(work, standing, f"{standing.row.ref} was sent before.", repeated=True)
        raise not_now(standing, "sent")
    if command.version != standing.row.version:
        raise Refused("The draft has changed since this preview. Please look at it again.", code="conflict")
    windows = drafting.times(work, tuple(one.window for one in standing.offers))
    return _send(work, standing, windows)


def postpone_downtime(command: commands.PostponeDowntime, work: Work) -> Outcome:
    """scheduled | announced -> postponed; with other times a downtime of its own takes its place."""
    standing, instead = yielding.postpone(command, work)
    if standing.life == "postponed":
        return done(work, standing, f"{standing.row.ref} was postponed before.", repeated=True)
    say = f"{standing.row.ref} is postponed. Everybody who was told is told so."
    if instead is None:
        return done(work, standing, say)
    raised = raise_downtime(instead, work, instead_of=standing.row.id)
    outcome = done(work, standing, f"{say} {raised.say}")
    return Outcome(outcome.ref, outcome.say, {**outcome.facts, "replaced_by": dict(raised.facts)})


def _send(work: Work, standing: Standing, windows: tuple[commands.Window, ...]) -> Outcome:
    row = standing.row
    found = offering.weighed(work, standing, windows, row.override)
    author = work.who.person_id, work.who.name
    if not offering.propose(work, standing, found, override=row.override, author=author):
        offering.previewed(work, row, windows)
        _preview(work, standing)
        return _unsent(work, standing, UNSENT.format(row.ref))
    journal(work, standing, "send", {"work": row.work, "override": row.override})
    return done(work, standing, f"{row.ref} has been sent. Nothing is agreed until the key contact has chosen a time.")


def _ask_for(work: Work, standing: Standing, windows: tuple[commands.Window, ...]) -> Outcome:
    """draft -> proposed by a contact: the provider answers, whatever speaks against the times."""
    found = offering.weighed(work, standing, windows, "", ask=False)
    author = work.who.person_id, work.who.name
    after = offering.new_revision(work, standing, found, "client", "proposed", standing.row.override, "", author)
    asking.ask_provider(work, after)
    owner = owner_of(work, after)
    card(work, after, "desk", [owner] if owner else [], priority=URGENT)
    journal(work, standing, "ask", {"work": standing.row.work})
    said = f"{standing.row.ref} has gone to your provider. Nothing is agreed until they have taken one of your times."
    return done(work, standing, said)


def _preview(work: Work, standing: Standing) -> None:
    if work.who.person_id:
        card(work, standing, "preview", [work.who.person_id], priority=URGENT)


def _unsent(work: Work, standing: Standing, say: str) -> Outcome:
    return Outcome(standing.ref, say, DOWNTIME.facts_of(row_of(work, standing)))


def _hand_to(work: Work, standing: Standing) -> None:
    """Somebody else does the work: that one is told of the agreement, and soon before the start can begin."""
    if standing.row.engineer_id:
        card(work, standing, agreeing.AGREED, [standing.row.engineer_id], priority=URGENT)
    if downtimes.told(work.tx, str(standing.ref), "engineer"):
        agreeing.ready(work, standing)


def _locked(work: Work, downtime_id: str) -> Standing:
    row = downtimes.lock(work.tx, downtime_id)
    assert row is not None
    return stand(work.tx, row, work.now)


def reconsider(work: Work, client_id: str) -> None:
    """The directory of a client has changed."""
    rerouting.reconsider(work, client_id)


def replan(work: Work, client_id: str) -> None:
    """The hours or the ladders of a client have changed."""
    rerouting.replan(work, client_id)


def renew_boards(command: commands.RenewBoards, work: Work) -> Outcome:
    """A card that is drawn anew has a link to the console that is good again; nothing about the downtime changes."""
    standing = locked(work, command.ref)
    if not work.who.system or standing.state == "draft":
        raise missing("downtime")
    work.redraw(standing.ref, priority=NORMAL)
    return Outcome(standing.ref, f"The cards of {standing.row.ref} are drawn anew.")


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """What happens to a downtime by itself."""
    return silence.climb(work, timer)


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.RaiseDowntime: raise_downtime,
    commands.ChangeDowntime: change_downtime,
    commands.SendDowntime: send_downtime,
    commands.AnswerWindows: answering.answer,
    commands.ChooseWindow: answering.choose,
    commands.SuggestWindow: countering.suggest,
    commands.DeclineDowntime: closing.decline,
    commands.TakeWindow: countering.take,
    commands.OfferWindows: countering.offer_others,
    commands.WithdrawDowntime: closing.withdraw,
    commands.RemindVoices: countering.remind,
    commands.StartDowntime: running.start,
    commands.ExtendDowntime: extending.extend,
    commands.FinishDowntime: running.finish,
    commands.CompleteDowntime: running.complete,
    commands.PostponeDowntime: postpone_downtime,
    commands.CancelDowntime: yielding.cancel,
}
"""Which command sets what in motion."""

delivery_failed = rerouting.delivery_failed
