"""Ends a proposal without an agreement: declined, withdrawn, expired; silence is never a yes."""

from __future__ import annotations

from handlers.commands import DeclineDowntime, Outcome, Refused, WithdrawDowntime
from handlers.context import Work
from handlers.mechanisms.mornings import priority_of
from handlers.mechanisms.telling import tasks_over
from handlers.mechanisms.windows.answering import refuse_decider
from handlers.mechanisms.windows.asking import offer_card
from handlers.mechanisms.windows.standing import Standing
from handlers.mechanisms.windows.steering import (
    MOOT,
    card,
    done,
    in_time,
    journal,
    locked,
    news,
    not_now,
    only_provider,
    owner_of,
    same_revision,
    state_said,
    wake,
)
from handlers.words import cleaned
from storage import outbox
from storage.queries import downtimes, timers

LONGEST = 1000


def decline(command: DeclineDowntime, work: Work) -> Outcome:
    """proposed -> declined by the key contact; what a client asked for or suggested, by the provider."""
    standing = locked(work, command.ref)
    _may_decline(work, standing)
    if standing.state == "declined":
        return done(work, standing, f"{standing.row.ref} was declined before.", repeated=True)
    if not standing.is_open:
        raise not_now(standing, "declined")
    same_revision(standing, command.revision)
    in_time(standing)
    if not work.who.is_provider and standing.decider is None:
        raise Refused("Your provider answers first.", code="conflict")
    if work.who.is_provider and standing.provider is None:
        raise Refused(f"{standing.row.ref} is your own offer: withdraw it instead.", code="conflict")
    reason = cleaned(command.reason, "reason", "the reason", LONGEST, why="so that people know what to change")
    wake(work, standing, offer_card(standing))
    close(work, standing, "declined", reason)
    return done(work, standing, f"Declined. {standing.row.ref} is closed and your reason is passed on.")


def withdraw(command: WithdrawDowntime, work: Work) -> Outcome:
    """draft | proposed | countered -> withdrawn, by the provider or by the contact who asked."""
    standing = locked(work, command.ref)
    asker = standing.row.asker_id is not None and standing.row.asker_id == work.who.person_id
    if not asker:
        only_provider(work, "withdraw a downtime")
    if standing.state == "withdrawn":
        return done(work, standing, f"{standing.row.ref} was withdrawn before.", repeated=True)
    reason = cleaned(command.reason, "reason", "the reason", LONGEST, empty=True)
    if standing.state == "accepted" and standing.is_ahead:
        raise Refused(f"{standing.row.ref} is agreed: cancel it instead.", code="conflict")
    if standing.state != "draft" and not standing.is_open:
        raise Refused(f"{standing.row.ref} is {state_said(standing)}: it cannot be withdrawn.", code="conflict")
    close(work, standing, "withdrawn", reason)
    if standing.state == "draft":
        return done(work, standing, f"The draft of {standing.row.ref} is gone. Nobody had been asked.")
    return done(work, standing, f"{standing.row.ref} is withdrawn. Everybody who was asked is told so.")


def expire(work: Work, standing: Standing) -> None:
    """proposed | countered -> expired: nobody agreed in time, so nothing is agreed and no work is done."""
    close(work, standing, "expired", "")
    work.redraw(standing.ref)


def close(work: Work, standing: Standing, state: str, reason: str) -> None:
    """The end, and a message to everybody who had got one: to all but whoever ended it."""
    subject = str(standing.ref)
    timers.cancel(work.tx, subject)
    outbox.drop_held(work.tx, subject, work.now)
    told = downtimes.reached(work.tx, subject, work.now) - {work.who.person_id}
    downtimes.end_voices(work.tx, subject)
    downtimes.drop_windows(work.tx, subject)
    by = "" if state == "expired" else work.who.name
    downtimes.change_downtime(
        work.tx,
        standing.row.id,
        state=state,
        closed_at=work.now,
        closed_why=reason,
        closed_by=by,
        closed_by_id=work.who.person_id,
    )
    tasks_over(work, standing.ref, MOOT)
    journal(work, standing, state, {"reason": reason})
    if standing.state == "draft":
        return
    owner = owner_of(work, standing)
    contacts = {
        id_ for id_ in (told | {standing.row.asker_id}) - {work.who.person_id} if id_ in standing.roster.members
    }
    priority = priority_of(work, standing.row.expires_at)
    news(work, standing, state, contacts, follows=offer_card(standing), priority=priority)
    card(work, standing, state, {owner} - {work.who.person_id, None} if owner else (), follows="desk")


def _may_decline(work: Work, standing: Standing) -> None:
    if work.who.is_provider:
        only_provider(work, "decline a request")
    elif work.who.person_id is None or not standing.is_decider(work.who.person_id):
        raise refuse_decider(work, standing, "decline")
