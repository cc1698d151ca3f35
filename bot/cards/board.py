"""Draws what the CSM sees of an approval: the live board, an employee's request, a question to answer."""

from __future__ import annotations

from bot.cards.card import Actions, Block, Button, Card, Line, Lines, Quote, Rule, Status, Text
from bot.cards.difference import what_changed
from bot.cards.order import headline, in_brief, in_detail
from bot.cards.parts import VOICE, Viewer, byline, card_of, conversation, ending, status_of
from bot.cards.wording import any_of
from handlers.mechanisms.decision import needs_call
from handlers.mechanisms.standing import Standing, StepStanding
from handlers.mechanisms.survey import callable_deciders, open_inquiries, open_mistake
from storage.rows import Row


def board(standing: Standing, viewer: Viewer, *, provider: str, audit: str) -> Card:
    """Live: progress, who is asked and since when, what comes next; at the end the audit id."""
    request = standing.request
    said = conversation(standing, viewer)
    asks = bool(open_inquiries(standing))
    blocks: list[Block] = [
        headline(standing, viewer.locale),
        Text(f"{standing.client.name} · {request.ref}", "subtle"),
        *(said if asks else []),
        *_voices(standing, viewer),
        *_calls(standing, viewer),
        *_call_back(standing),
        *([Text("Pre-approved by the client's catalogue: nobody was asked.")] if not standing.steps else []),
        *ending(standing, viewer),
        *_next_by_itself(standing, viewer),
        *([Text(f"Audit id {audit}", "subtle")] if audit else []),
        *_buttons(standing, viewer),
        Rule(),
        byline(standing, viewer, provider),
        *what_changed(standing, viewer.locale, viewer.timezone),
        *in_brief(standing, viewer.locale, viewer.timezone),
        *in_detail(standing, viewer.locale),
        *([] if asks else said),
    ]
    status = _status(standing)
    return card_of(standing, status, blocks, summary=f"{request.ref} {standing.client.name}: {status.text}")


def draft(standing: Standing, viewer: Viewer, *, provider: str) -> Card:
    """Somebody of a client without a role asks: the CSM passes it on, or says why not."""
    request = standing.request
    seen = (standing.ref, request.version, request.revision)
    name = standing.name(request.requester_id)
    buttons = (
        Button("Send to key contacts", "send_on", *seen, style="primary"),
        Button("Decline", "withdraw", *seen, style="danger", form=True),
    )
    waiting = request.state == "draft" and not standing.overdue
    status = Status("An employee asks", "ask") if waiting else status_of(standing, None, False)
    blocks: list[Block] = [
        headline(standing, viewer.locale),
        byline(standing, viewer, provider),
        Text(f"{name} at {standing.client.name} asks for this and cannot decide it."),
        *([] if waiting else ending(standing, viewer)),
        *in_brief(standing, viewer.locale, viewer.timezone),
        *in_detail(standing, viewer.locale),
    ]
    if waiting:
        blocks += [Text("Nothing happens until you send it on.", "strong"), Actions(buttons)]
    return card_of(standing, status, blocks, summary=f"{standing.client.name}: {name} asks for {request.title}")


def question(standing: Standing, viewer: Viewer, inquiry: Row) -> Card:
    """A decider wants to know something before deciding."""
    request = standing.request
    button = Button("Answer", "answer", standing.ref, request.version, request.revision, "primary", form=True)
    done, over = inquiry.answered_at is not None, not standing.is_open
    blocks: list[Block] = [
        Text(f"{request.ref} · {standing.client.name}", "subtle"),
        Quote(f"{standing.name(inquiry.asker_id)} asks", inquiry.text),
    ]
    if done:
        blocks.append(Quote(f"{standing.name(inquiry.answered_by) or 'Answer'}", inquiry.answer))
    elif over:
        blocks.append(Text("It was closed before anybody answered."))
    else:
        waits = request.state == "info_requested"
        held = "The deadline waits for your answer, five business days at most." if waits else "The deadline runs on."
        blocks += [Text(held, "strong"), Actions((button,))]
    status = Status("Answered", "good") if done else Status("A question for you", "ask")
    if over and not done:
        status = status_of(standing, None, False)
    return card_of(standing, status, blocks, summary=f"{standing.name(inquiry.asker_id)} asks about {request.title}")


# ------------------------------------------------------------------ parts


def _status(standing: Standing) -> Status:
    if not standing.is_open:
        return status_of(standing, None, False)
    if not any(step.state == "open" for step in standing.steps):
        return Status("Nobody can be asked: see your task", "bad")
    if open_inquiries(standing):
        return Status("A question waits for your answer", "warning")
    return Status(f"{standing.given} of {standing.needed} approved", "plain")


def _voices(standing: Standing, viewer: Viewer) -> list[Block]:
    lines = tuple(_voice_line(standing, step, viewer) for step in standing.steps)
    return [Lines(lines, "Who decides")] if lines else []


def _voice_line(standing: Standing, step: StepStanding, viewer: Viewer) -> Line:
    roles = " or ".join(VOICE[role] for role in step.roles)
    if step.vote is not None:
        verb = "approved" if step.vote.verdict == "approve" else "rejected"
        detail = " · ".join(part for part in (viewer.when(step.vote.at), step.vote.comment) if part)
        return Line(f"{roles}: {verb} by {standing.name(step.vote.person_id)}", detail=detail)
    if step.state == "open":
        waits = any_of([standing.name(row.person_id) for row in step.asked])
        since = [viewer.when(row.since) for row in step.asked]
        return Line(f"{roles}: waiting for {waits}", detail=f"Asked {', '.join(dict.fromkeys(since))}")
    names = any_of([row.name for row in step.deciders])
    if step.state == "waiting":
        return Line(f"{roles}: not asked yet", detail=f"Can decide: {names}" if names else "Nobody can be asked")
    return Line(f"{roles}: not needed any more")


def _calls(standing: Standing, viewer: Viewer) -> list[Block]:
    words = {"waiting": "to be confirmed in chat", "denied": "denied in chat", "lapsed": "not confirmed in time"}
    lines = tuple(
        Line(f"Phone: {standing.name(row.person_id)}, {words[row.state]}", detail=viewer.when(row.at))
        for row in standing.phone_voices
        if row.state in words
    )
    return [Lines(lines)] if lines else []


def _call_back(standing: Standing) -> list[Block]:
    if standing.request.state != "approved" or not needs_call(standing.request):
        return []
    return [Text("Nothing is carried out before the call at the number on file: see your task.", "strong", "warning")]


def _next_by_itself(standing: Standing, viewer: Viewer) -> list[Block]:
    words = {
        "remind_primary": "a reminder to those asked",
        "add_backup": "the backup is asked as well",
        "remind_both": "a reminder to everybody asked",
        "tell_csm": "a task for you to call",
        "tell_supervisor": "a task for the supervisor",
        "expire": "it closes as not approved",
        "question_timeout": "the deadline runs again",
        "phone_lapse": "the phone call no longer counts",
        "quote_expiry": "the quote runs out",
        "removal": "a task to remove the access",
    }
    if not standing.timers or not (standing.is_open or standing.request.state in ("approved", "fulfilled")):
        return []
    timer = standing.timers[0]
    return [Text(f"Next by itself: {words[timer.deed]}, {viewer.when(timer.due_at)}.", "subtle")]


def _buttons(standing: Standing, viewer: Viewer) -> list[Block]:
    request = standing.request
    seen = (standing.ref, request.version, request.revision)
    row: list[Button] = []
    if standing.is_open:
        if open_inquiries(standing):
            row.append(Button("Answer", "answer", *seen, style="primary", form=True))
        if standing.waiting_on():
            row.append(Button("Remind now", "remind_now", *seen))
        if callable_deciders(standing):
            row.append(Button("Record a phone approval", "phone", *seen, form=True))
    if standing.is_open or request.state == "draft":
        row.append(Button("Withdraw", "withdraw", *seen, style="danger", form=True))
    if open_mistake(standing) is not None and request.state in ("approved", "fulfilled"):
        row.append(Button("It stands", "stands", *seen, style="primary", form=True))
        cancel = "Cancel it" if request.state == "approved" else "It is undone"
        row.append(Button(cancel, "cancel_approval", *seen, style="danger", form=True))
    elif request.state == "approved" and not needs_call(request):
        row.append(Button("Mark as done", "fulfil", *seen, form=True))
    return [Actions(tuple(row))] if row else []
