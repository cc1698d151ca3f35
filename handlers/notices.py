"""Notices as a subject (F05, F06): outages and other news for key contacts, raised and steered by the provider.

    notice   draft -> investigating | identified | monitoring -> resolved -> closed
             any open -> cancelled (everybody who was told is told so)        draft -> cancelled (nobody knows)
             resolved -> investigating (reopened: everybody is asked again)
             news that promises no update closes by itself after five business days, and what is resolved does too,
             but an outage of severity 1 or 2: that one is closed by its root cause, a notice of its own
    receipt  see `handlers.mechanisms.receipts`          relay  see `handlers.mechanisms.relays`

Each function is one transition, made under the lock of the notice's row; readers share that lock. A duplicate is a
legal input: it changes nothing and answers with the present truth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import commands
from handlers.commands import Outcome, Ref, Refused
from handlers.context import URGENT, Work
from handlers.mechanisms import (
    aftermath,
    dispatching,
    drafting,
    opinions,
    reaching,
    receipts,
    relays,
    reminding,
    replanning,
    summoning,
    updating,
    vigil,
)
from handlers.mechanisms.audience import preview_of
from handlers.mechanisms.broadcast import OPEN_STATES
from handlers.mechanisms.enlisting import LADDER_DEEDS
from handlers.mechanisms.rights import missing
from handlers.mechanisms.steering import not_now, note, only_provider, steered
from handlers.mechanisms.telling import tasks_over
from handlers.words import cleaned
from storage import outbox
from storage.queries import broadcasts, bulk, notices, timers
from storage.rows import Row

NO_CHANGE = "No change."
FALSE_ALARM = "It was a false alarm."


def raise_notice(command: commands.RaiseNotice, work: Work) -> Outcome:
    """-> draft, with a preview of its readers for whoever wrote it; or sent in the same breath."""
    only_provider(work, "raise a notice")
    notice_id = drafting.write(work, command)
    draft = notices.lock(work.tx, notice_id)
    assert draft is not None
    if command.send:
        return dispatching.send(work, draft)
    ref = Ref("notice", notice_id)
    if work.who.person_id:
        work.owe(ref, "preview", [work.who.person_id], client_id=None, priority=URGENT)
    seen = preview_of(work.tx, notice_id, work.now)
    lost = len(seen.expected) - seen.reachable
    note(work, draft, "draft", {"title": draft.title, "severity": draft.severity}, clients=())
    facts = {"id": notice_id, "ref": draft.ref, "version": draft.version, "clients": len(seen.clients)}
    facts |= {"people": seen.reachable, "unreachable": lost}
    return Outcome(ref, f"{draft.ref} is a draft: nobody has been told yet. Please look at it and send it.", facts)


def change_notice(command: commands.ChangeNotice, work: Work) -> Outcome:
    """A draft says something else; or a sent notice does, and everybody who got it is told."""
    before = steered(work, command.ref, "change a notice")
    if before.state != "draft" and before.state not in OPEN_STATES:
        raise not_now(before, "changed")
    columns = drafting.changes(before, command)
    impacts = drafting.change_impacts(work, before, command.impacts)
    if not columns and not impacts:
        return Outcome(command.ref, "Nothing has changed.", repeated=True)
    if before.state == "draft":
        notices.change_notice(work.tx, before.id, version=before.version + 1, **columns)
        work.redraw(Ref("notice", before.id))
        note(work, before, "change", {name: str(value) for name, value in columns.items()})
        return Outcome(command.ref, f"The draft of {before.ref} has changed.", {"version": before.version + 1})
    said = [f"severity {columns['severity']}"] if "severity" in columns else []
    said += [str(columns[name]) for name in ("title", "services", "impact", "workaround") if columns.get(name)]
    if "severity" in columns:
        promised = updating.promised(work, before.kind, columns["severity"], None)
        columns["next_update_at"] = min(filter(None, (promised, before.next_update_at)), default=None)
    text = f"Changed: {'. '.join(said)}" if said else "What it means for you has changed."
    notice, number = updating.say(work, before, "changed", text, journal="change", columns=columns)
    if "severity" in columns:
        dispatching.replan(work, notice)
    return Outcome(command.ref, f"{before.ref} has changed. Everybody who got it is told.", {"update": number})


def send_notice(command: commands.SendNotice, work: Work) -> Outcome:
    """draft -> investigating, as it was previewed."""
    draft = steered(work, command.ref, "send a notice")
    if draft.state == "cancelled":
        raise not_now(draft, "sent")
    if draft.state != "draft":
        return Outcome(Ref("notice", draft.id), f"{draft.ref} was sent before.", repeated=True)
    if command.version != draft.version:
        raise Refused("The draft has changed since. Please look at it again and send it then.", code="conflict")
    return dispatching.send(work, draft)


def update_notice(command: commands.UpdateNotice, work: Work) -> Outcome:
    """open -> open: what is new, or that nothing is; whatever state the work is in now."""
    before = steered(work, command.ref, "update a notice")
    if before.state not in OPEN_STATES:
        raise not_now(before, "updated")
    if command.state is not None and command.state not in OPEN_STATES:
        raise Refused("The state is investigating, identified or monitoring.", field="state", code="invalid")
    text = cleaned(command.text, "text", "what is new", 1000, empty=command.no_change) or NO_CHANGE
    columns: dict[str, Any] = {"state": command.state or before.state}
    if command.workaround is not None:
        columns["workaround"] = cleaned(command.workaround, "workaround", "the workaround", 1000, empty=True)
    columns["next_update_at"] = updating.promised(work, before.kind, before.severity, command.next_update_at)
    timers.cancel(work.tx, f"notice:{before.id}", {"close"})
    what = "no_change" if command.no_change else "update"
    notice, number = updating.say(work, before, what, text, journal="update", columns=columns)
    if notice.kind != "outage" and notice.next_update_at is None:
        aftermath.plan_close(work, notice)
    return Outcome(Ref("notice", notice.id), f"Update {number} of {notice.ref} is on its way.", {"update": number})


def resolve_notice(command: commands.ResolveNotice, work: Work) -> Outcome:
    """open -> resolved: it works again; nobody is chased any more, and what follows is planned."""
    before = steered(work, command.ref, "resolve a notice")
    if before.state == "resolved":
        return Outcome(Ref("notice", before.id), f"{before.ref} was resolved before.", repeated=True)
    if before.state not in OPEN_STATES:
        raise not_now(before, "resolved")
    text = cleaned(command.text, "text", "what people should know now", 1000)
    timers.cancel(work.tx, f"notice:{before.id}", LADDER_DEEDS | {"close"})
    columns = {"state": "resolved", "resolved_at": work.now, "next_update_at": None}
    notice, number = updating.say(work, before, "resolved", text, journal="resolve", columns=columns)
    tasks_over(work, summoning.about(notice), summoning.CALLS)
    aftermath.resolved(work, notice)
    return Outcome(Ref("notice", notice.id), f"{notice.ref} is resolved. Everybody is told.", {"update": number})


def reopen_notice(command: commands.ReopenNotice, work: Work) -> Outcome:
    """resolved -> investigating: it came back."""
    before = steered(work, command.ref, "reopen a notice")
    if before.state in OPEN_STATES:
        return Outcome(Ref("notice", before.id), f"{before.ref} is open already.", repeated=True)
    if before.state != "resolved" or before.kind == "root_cause":
        raise not_now(before, "reopened")
    text = cleaned(command.text, "text", "what has come back", 1000)
    due = updating.promised(work, before.kind, before.severity, command.next_update_at)
    columns = {
        "state": "investigating",
        "round": before.round + 1,
        "resolved_at": None,
        "root_cause_due_at": None,
        "next_update_at": due,
    }
    tasks_over(work, summoning.about(before), ("root_cause", "root_cause_late"))
    dispatching.reopen(work, before, text, columns)
    return Outcome(Ref("notice", before.id), f"{before.ref} is open again. Everybody is asked to acknowledge again.")


def cancel_notice(command: commands.CancelNotice, work: Work) -> Outcome:
    """draft | open -> cancelled: whoever was told is told so."""
    before = steered(work, command.ref, "cancel a notice")
    ref = Ref("notice", before.id)
    if before.state == "cancelled":
        return Outcome(ref, f"{before.ref} was cancelled before.", repeated=True)
    reason = cleaned(command.reason, "reason", "the reason", 1000, empty=True)
    columns = {"state": "cancelled", "closed_at": work.now, "closed_why": reason, "next_update_at": None}
    if before.state == "draft":
        notices.change_notice(work.tx, before.id, **columns)
        work.redraw(ref)
        note(work, before, "cancel", {"state": "cancelled", "reason": reason})
        return Outcome(ref, f"The draft of {before.ref} is gone. Nobody had been told.")
    if before.state not in OPEN_STATES:
        raise not_now(before, "cancelled")
    timers.cancel(work.tx, str(ref), LADDER_DEEDS | {"close"})
    outbox.drop_held(work.tx, str(ref), work.now)  # who was to be told in the morning never hears of it
    notice, _ = updating.say(work, before, "cancelled", reason or FALSE_ALARM, journal="cancel", columns=columns)
    tasks_over(work, summoning.about(notice), summoning.CALLS)
    return Outcome(ref, f"{notice.ref} is cancelled. Everybody who was told is told so.")


def share_root_cause(command: commands.ShareRootCause, work: Work) -> Outcome:
    """resolved -> closed: why it happened, as a notice of its own to the same people."""
    before = steered(work, command.ref, "share a root cause")
    shared = notices.about(work.tx, before.id)
    if shared is not None:
        said = f"The root cause of {before.ref} was shared before, as {shared.ref}."
        return Outcome(Ref("notice", shared.id), said, {"id": shared.id, "ref": shared.ref}, repeated=True)
    if before.kind != "outage" or before.state not in ("resolved", "closed"):
        raise Refused("A root cause belongs to an outage that is resolved.", code="conflict")
    findings = {
        "summary": cleaned(command.summary, "summary", "what happened", 1500),
        "fix": cleaned(command.fix, "fix", "what was done", 1500),
        "prevent": cleaned(command.prevent, "prevent", "what is done so that it does not happen again", 1500),
    }
    cause = aftermath.cause_of(work, before, findings)
    dispatching.copy_readers(work, before, cause)
    aftermath.plan_close(work, cause)
    if before.state == "resolved":
        aftermath.close(work, before, f"Root cause shared: {cause.ref}")
    ids = [row.id for row in notices.clients_in(work.tx, cause.id)]
    note(work, cause, "root_cause", {"about": before.ref}, clients=ids, full=findings)
    facts = {"id": cause.id, "ref": cause.ref}
    return Outcome(Ref("notice", cause.id), f"The root cause of {before.ref} is on its way, as {cause.ref}.", facts)


def remind_readers(command: commands.RemindReaders, work: Work) -> Outcome:
    """A message to everybody who was told and is silent, at most once in fifteen minutes."""
    notice = steered(work, command.ref, "remind people")
    if notice.state not in OPEN_STATES and (notice.kind, notice.state) != ("root_cause", "resolved"):
        raise not_now(notice, "reminded of")
    return reminding.remind(work, notice)


def renew_boards(command: commands.RenewBoards, work: Work) -> Outcome:
    """A board that is drawn anew has a link that is good again; nothing about the notice changes."""
    notice = notices.notice(work.tx, command.ref.id) if work.who.system else None
    if notice is None or notice.state == "draft":
        raise missing("notice")
    work.boards.add(notice.id)
    return Outcome(Ref("notice", notice.id), f"The boards of {notice.ref} are drawn anew.")


def climb(work: Work, timer: Row[Any]) -> Outcome:
    """What happens to a notice by itself."""
    ref = Ref.parse(timer.subject)
    ends = timer.deed in ("close", "root_cause_late")
    notice = notices.lock(work.tx, ref.id) if ends else notices.share(work.tx, ref.id)
    assert notice is not None
    if timer.deed in LADDER_DEEDS:
        return vigil.climb(work, notice, timer)
    if timers.take(work.tx, timer.id, work.now) is None:
        return Outcome(ref, repeated=True)
    if timer.deed == "refresh":
        broadcasts.refresh_boards(work.tx, notice.id, work.now)
    elif timer.deed == "opened":
        work.boards.add(notice.id)
    elif timer.deed in updating.PROMISED:
        return updating.climb(work, notice, timer)
    elif timer.deed == "unanswered":
        bulk.leave_unanswered(work.tx, str(ref))
    elif timer.deed == "root_cause_late":
        aftermath.root_cause_late(work, notice)
    elif timer.deed == "close" and notice.state in ("resolved", *OPEN_STATES):
        aftermath.close(work, notice, "Nothing more was to be done.")
    return Outcome(ref)


DEEDS: dict[type, Callable[[Any, Work], Outcome]] = {
    commands.RaiseNotice: raise_notice,
    commands.ChangeNotice: change_notice,
    commands.SendNotice: send_notice,
    commands.UpdateNotice: update_notice,
    commands.ResolveNotice: resolve_notice,
    commands.ReopenNotice: reopen_notice,
    commands.CancelNotice: cancel_notice,
    commands.ShareRootCause: share_root_cause,
    commands.RemindReaders: remind_readers,
    commands.RenewBoards: renew_boards,
    commands.Acknowledge: lambda c, work: receipts.acknowledge(work, c.ref),
    commands.RecordAcknowledgement: lambda c, work: receipts.record(work, c.ref, c.person, c.note),
    commands.ReportTrouble: lambda c, work: receipts.report_trouble(work, c.ref, c.text),
    commands.CallMe: lambda c, work: receipts.call_me(work, c.ref),
    commands.StaffInformed: lambda c, work: receipts.staff_informed(work, c.ref),
    commands.EditRelay: lambda c, work: relays.edit(work, c.ref, c.text),
    commands.PostRelay: lambda c, work: relays.post(work, c.ref, c.room),
    commands.Rate: lambda c, work: opinions.rate(work, c.ref, c.score, c.comment),
}
"""Which command sets what in motion."""

reconsider = reaching.reconsider
replan = replanning.replan
delivery_failed = reaching.delivery_failed
relay_climb = relays.climb
relay_failed = relays.not_posted
