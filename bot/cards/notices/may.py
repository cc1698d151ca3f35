"""Which buttons of a notice will be accepted at this moment, so that none is shown that only earns a refusal."""

from __future__ import annotations

from handlers.mechanisms.broadcast import READ, Broadcast, Reader

OVER = ("draft", "closed", "cancelled")
"""States in which there is nothing to read any more, or not yet."""


def may_acknowledge(broadcast: Broadcast, reader: Reader) -> bool:
    """Whoever has not read it, also when somebody else of the same place has."""
    notice = broadcast.notice
    readable = broadcast.is_open or (notice.kind == "root_cause" and notice.state == "resolved")
    return readable and reader.receipt.state not in READ


def may_inform(broadcast: Broadcast, reader: Reader) -> bool:
    """As long as the staff does not know the latest; that it is over is news for whoever had read of it."""
    notice = broadcast.notice
    if notice.kind == "root_cause" or notice.state in ("draft", "closed") or reader.informed_at is not None:
        return False
    return notice.state != "cancelled" or reader.receipt.state in READ


def may_report(broadcast: Broadcast, reader: Reader) -> bool:
    """ "We have a problem too", also when it is said to be over."""
    return broadcast.notice.kind != "root_cause" and broadcast.notice.state not in OVER


def may_ask_for_call(broadcast: Broadcast, reader: Reader) -> bool:
    """Once: the task to call stands until somebody has."""
    return broadcast.notice.state not in OVER and reader.receipt.call_me_at is None


def may_remind(broadcast: Broadcast) -> bool:
    """While somebody is silent."""
    return broadcast.is_open and any(one.stage in ("sent", "overdue") for one in broadcast.readers)


def may_record_phone(broadcast: Broadcast) -> bool:
    """While there is somebody to call."""
    return broadcast.is_open and bool(callable_readers(broadcast))


def callable_readers(broadcast: Broadcast) -> list[Reader]:
    """Who could be told on the phone, those who cannot be reached in chat first."""
    order = {"undeliverable": 0, "overdue": 1}
    open_ones = [one for one in broadcast.readers if one.receipt.state not in READ]
    return sorted(open_ones, key=lambda one: (order.get(one.stage, 2), one.stage == "covered", one.person.name))


def may_share_cause(broadcast: Broadcast) -> bool:
    """After an outage that was bad enough to owe an explanation, until it is given."""
    notice = broadcast.notice
    return notice.kind == "outage" and notice.state == "resolved" and notice.root_cause_due_at is not None


def desk_buttons(broadcast: Broadcast) -> list[str]:
    """What the provider can do with a notice that has been sent, in the order of the buttons."""
    notice = broadcast.notice
    found: list[str] = []
    if broadcast.is_open:
        found += ["update", "no_change", "resolve"]
        found += ["remind"] if may_remind(broadcast) else []
        found += ["change", "cancel"]
        found += ["phone"] if may_record_phone(broadcast) else []
    elif notice.state == "resolved":
        found += ["cause"] if may_share_cause(broadcast) else []
        found.append("reopen")
    return found
