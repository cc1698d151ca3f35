"""Of ten thousand deliveries the few that somebody asks for are found by an index, whatever the database knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from storage import lists, massed, outbox, settling, waiting
from storage.massed import MarkSending, SettleShown
from storage.outbox import Owed
from storage.queries import broadcasts, coming, deliveries, notice_reach, pulse, timers
from storage.store import Store, Tx
from storage.tables import metadata
from tests.storage.plans import taken_down

NOW = datetime(2026, 6, 8, 13, 5, tzinfo=UTC)
LATER = NOW + timedelta(hours=9)
PEOPLE = 10_000
LANES = [f"teams:tenant-{number}" for number in range(20)]
NOTICE, PERSON, OWN_LIST = "notice:ntc_new", "prs_00042", "person:prs_00007"
HELD = ("notice:ntc_held", "notice")
LED = ("account", "room", "once")
"""How it is seen whether something must go before it."""
CROWDED = ("subject", "account")
"""By the notice or, for each that is held, by its account: whichever seems to be less."""
EVERY: dict[str, Any] = {"priority": 5, "wanted": 1, "shown": 0, "state": "owed", "due_at": NOW, "created_at": NOW}
SENT: dict[str, Any] = {"state": "settled", "shown": 1, "message": {"id": "m"}, "settled_at": NOW, "reached_at": NOW}


def card(subject: str, number: int, **more: Any) -> dict[str, Any]:
    whose = {"identity_id": f"idn_{number:05}", "person_id": f"prs_{number:05}", "lane": LANES[number % 20]}
    values = {"id": f"{subject}.{number}", "subject": subject, "purpose": "notice", **whose, **EVERY, "message": None}
    return {**values, "settled_at": None, "reached_at": None, **more}


@pytest.fixture
def full(store: Store) -> Store:
    """Ten thousand have read the old notice, some hundred still get the new one, and a little went wrong."""
    person = {"title": "", "email": "", "phone": "", "language": "en", "timezone": "UTC", "preferred_channel": "chat"}
    rows = [card("notice:ntc_old", number, **SENT) for number in range(PEOPLE)]
    rows += [card(NOTICE, number, **SENT) for number in range(500, 3_000)]
    rows += [card(NOTICE, number) for number in range(500)]
    rows += [card("notice:ntc_held", number, due_at=LATER) for number in range(30)]
    rows += [card("notice:ntc_held_too", number, due_at=LATER) for number in range(30)]
    rows += [card("notice:ntc_half", number, state="sending", attempts=1) for number in range(30)]
    rows += [card("notice:ntc_dead", number, state="dead", settled_at=NOW) for number in range(50)]
    rows += [card("notice:ntc_lost", number, state="dead") for number in range(3)]
    rows += [card(f"person:prs_{number:05}", number, **SENT) for number in range(200)]
    rows += [card("approval:apr_1", number, **SENT) for number in range(3)]
    with store.write() as tx:
        tx.execute(
            insert(metadata.tables["person"]),
            [{"id": f"prs_{n:05}", "name": "N", "ask_last": False, "state": "active", **person} for n in range(PEOPLE)],
        )
        tx.execute(
            insert(metadata.tables["identity"]),
            [
                {"id": f"idn_{n:05}", "person_id": f"prs_{n:05}", "platform": "teams", "org": f"tenant-{n % 20}",
                 "user": f"u{n}", "address": "", "reachable": True, "linked": True}
                for n in range(PEOPLE)
            ],
        )  # fmt: skip
        tx.execute(insert(metadata.tables["delivery"]), [{"attempts": 0, **row} for row in rows])
    return store


def settled_after(tx: Tx) -> None:
    """The two steps of a few."""
    marks = [MarkSending(row) for row in waiting.due(tx, LANES[3], NOW, 5)]
    (batch,) = massed.batches(marks)
    rows = list(massed.take(tx, batch).values())
    (batch,) = massed.batches([SettleShown(row, 1, {"id": "m"}, NOW) for row in rows])
    assert set(massed.take(tx, batch).values()) == {"settled"}


def follower(tx: Tx) -> None:
    """One that is to stand in the thread of a card that nobody has seen yet."""
    outbox.owe(
        tx, [Owed("d", NOTICE, "update:1", "idn_00007", "prs_00007", None, LANES[7], 5, NOW, follows="notice")], NOW
    )


ASKED: list[tuple[str, Callable[[Tx], Any], set[str]]] = [
    ("the lanes with something due", lambda tx: waiting.lanes_due(tx, NOW), {"waiting", "sending", *LED}),
    ("what is due in a lane", lambda tx: waiting.due(tx, LANES[1], NOW, 20), {"waiting", *LED}),
    ("in several", lambda tx: waiting.due_among(tx, LANES[:9], NOW, 200), {"waiting", *LED}),
    ("what is rare", lambda tx: waiting.rare(tx, LANES[:9], NOW), {"waiting", "sending", "unseen"}),
    ("what follows", lambda tx: waiting.led(tx, LANES[:9]), {"waiting"}),
    ("what was told to wait", lambda tx: waiting.postponed(tx, LANES[:9], NOW), {"waiting"}),
    ("the dead nobody knows of", lambda tx: waiting.untold(tx, LANES[:9]), {"unseen"}),
    ("their lanes", waiting.lanes_untold, {"unseen"}),
    ("what waits, by state", waiting.backlog, {"waiting", "sending", "unseen"}),
    ("since when", lambda tx: pulse.oldest_owed(tx, NOW), {"waiting", "sending"}),
    ("the next held card", lambda tx: timers.next_due(tx, NOW), {"waiting"}),
    ("the held cards of a client", lambda tx: coming.held_of(tx, "cli_1", NOW, LATER), {"waiting"}),
    ("a claim", lambda tx: waiting.claim(tx, [f"{NOTICE}.7"]), {"id", "account", "room"}),
    ("what a dead holder left", lambda tx: settling.recover(tx, LANES[:9], NOW), {"sending", "id"}),
    ("a lane that is gone", lambda tx: settling.bury(tx, LANES[2], "gone", NOW), {"waiting", "id"}),
    ("marking and settling", settled_after, {"waiting", "id", "account", "room"}),
    ("a subject's cards", lambda tx: deliveries.of_subject(tx, "approval:apr_1"), {"subject"}),
    ("their redraw", lambda tx: outbox.touch(tx, "approval:apr_1", NOW), {"subject"}),
    ("boards", lambda tx: broadcasts.wake_boards(tx, "ntc_new", NOW), {"subject", "id"}),
    ("drafts", lambda tx: broadcasts.wake_relays(tx, ["rly_1"], NOW), {"subject"}),
    ("held ones of what is over", lambda tx: outbox.drop_held(tx, "approval:apr_1", NOW), {"subject"}),
    ("one person's redraw", lambda tx: outbox.touch(tx, NOTICE, NOW, person_id=PERSON), {"account"}),
    ("a press", lambda tx: broadcasts.wake_reader(tx, "ntc_new", PERSON, NOW, first="notice"), {"account"}),
    ("a card wanted after all", lambda tx: outbox.wake_dropped(tx, NOTICE, "notice", PERSON, NOW), {"account"}),
    ("whether a person has it", lambda tx: deliveries.alive(tx, NOTICE, "notice", PERSON), {"account"}),
    ("whether it died", lambda tx: deliveries.died(tx, "notice:ntc_dead", "notice", "prs_00007"), {"account"}),
    ("taking up a dead one", lambda tx: deliveries.take_up(tx, "notice:ntc_lost.1", NOW), {"id"}),
    ("what a client's readers saw", lambda tx: notice_reach.reach_of(tx, "ntc_new", ["cli_1"]), {"account", "subject"}),
    ("a card in a thread", follower, {"account"}),
    ("a person's lists", lambda tx: lists.touch(tx, ["apr_1"], NOW), {"list", "id"}),
    ("of all readers", lambda tx: broadcasts.wake_lists(tx, "ntc_new", NOW), {"list", "id"}),
    (
        "what is held for one",
        lambda tx: lists.merge_held(tx, "idn_00007", LATER, keep="person:prs_00007"),
        {"held", "account"},
    ),
    ("what is held for many", lambda tx: broadcasts.crowded(tx, *HELD, NOW), {"held", *CROWDED}),
]


@pytest.mark.parametrize("known", [False, True], ids=["unknown", "analyzed"])
def test_what_is_asked_for_is_found_by_the_index_that_has_few(full: Store, known: bool) -> None:
    if known:
        with full.write() as tx:
            tx.execute(text("ANALYZE"))
    found = {}
    for what, ask, _by in ASKED:
        with full.engine.connect() as tx, taken_down() as plans:
            ask(tx)
            tx.rollback()
        found[what] = plans.all_together
    wrong = {what: found[what] for what, _ask, by in ASKED if not found[what] or found[what] - by}
    assert wrong == {}
