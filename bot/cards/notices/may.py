"""Which buttons of a notice will be accepted at this moment, so that none is shown that only earns a refusal."""

from __future__ import annotations

from handlers.mechanisms.broadcast import READ, Broadcast, Reader
from handlers.mechanisms.watching import Tally, tally

OVER = ("draft", "closed", "cancelled")
"""States in which there is nothing to read any more, or not yet."""


def may_acknowledge(broadcast: Broadcast, reader: Reader) -> bool:
    """Whoever has not read it, also when somebody else of the same place has."""
    return asks(broadcast) and reader.receipt.state not in READ


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


def asks(broadcast: Broadcast) -> bool:
    """Whether acknowledgements are still waited for: while work goes on, and for an explanation until it is closed."""
    return broadcast.is_open or (broadcast.notice.kind == "root_cause" and broadcast.notice.state == "resolved")


def callable_readers(broadcast: Broadcast) -> list[Reader]:
    """Who could be told on the phone, those who cannot be reached in chat first."""
    order = {"undeliverable": 0, "overdue": 1}
    open_ones = [one for one in broadcast.readers if one.receipt.state not in READ]
    return sorted(open_ones, key=lambda one: (order.get(one.stage, 2), one.stage == "covered", one.person.name))


def desk_buttons(broadcast: Broadcast, counted: Tally | None = None) -> list[str]:
    """What the provider can do with a notice that has been sent, in the order of the buttons.

    `counted` are all of its readers, where `broadcast` has not all of them.
    """
    notice = broadcast.notice
    counted = counted or tally(broadcast.readers)
    waited_for = asks(broadcast)
    remind = waited_for and counted.waited_for > 0
    found = ["update", "no_change", "resolve"] if broadcast.is_open else []
    found += ["remind"] if remind else []
    found += ["change", "cancel"] if broadcast.is_open else []
    found += ["phone"] if waited_for and counted.acknowledged < counted.sent else []
    if notice.state == "resolved" and notice.kind == "outage":
        found += ["cause", "reopen"]
    elif notice.state == "resolved" and notice.kind != "root_cause":
        found.append("reopen")
    return found
