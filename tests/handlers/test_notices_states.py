"""A notice's states: every command in every state, and what each of them leaves behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.commands import (
    CancelNotice,
    ChangeNotice,
    Command,
    Outcome,
    RaiseNotice,
    Ref,
    Refused,
    RemindReaders,
    ReopenNotice,
    ResolveNotice,
    SendNotice,
    ShareRootCause,
    UpdateNotice,
)
from tests.handlers.alarm import (
    DANA,
    LUIS,
    SOFIA,
    acknowledge,
    at,
    broadcast,
    internet,
    mail,
    owed,
    raised,
    stages,
    tasks,
)
from tests.handlers.office import Office

MOVES: dict[str, Callable[[Ref], Command]] = {
    "send": lambda ref: SendNotice(ref, 1),
    "change": lambda ref: ChangeNotice(ref, impact="Another impact"),
    "update": lambda ref: UpdateNotice(ref, "News", state="identified"),
    "resolve": lambda ref: ResolveNotice(ref, "Done"),
    "reopen": lambda ref: ReopenNotice(ref, "It is back"),
    "cancel": lambda ref: CancelNotice(ref, "A mistake of ours"),
    "cause": lambda ref: ShareRootCause(ref, "A digger", "Spliced", "A second line"),
    "remind": lambda ref: RemindReaders(ref),
}
WAY: dict[str, tuple[str, ...]] = {
    "draft": (),
    "investigating": ("send",),
    "identified": ("send", "update"),
    "resolved": ("send", "resolve"),
    "closed": ("send", "resolve", "cause"),
    "cancelled": ("send", "cancel"),
}
"""How a notice comes into a state."""
AFTER: dict[str, dict[str, str]] = {
    "draft": {"send": "investigating", "change": "draft", "cancel": "cancelled"},
    "investigating": {
        "send": "same",
        "change": "investigating",
        "update": "identified",
        "resolve": "resolved",
        "reopen": "same",
        "cancel": "cancelled",
        "remind": "investigating",
    },
    "identified": {
        "send": "same",
        "change": "identified",
        "update": "identified",
        "resolve": "resolved",
        "reopen": "same",
        "cancel": "cancelled",
        "remind": "identified",
    },
    "resolved": {"send": "same", "resolve": "same", "reopen": "investigating", "cause": "closed"},
    "closed": {"send": "same", "cause": "same"},
    "cancelled": {"cancel": "same"},
}
"""Where each command leads; "same" is a duplicate, and what is not named is refused."""


def arrived(office: Office, state: str) -> Ref:
    at(office, 9, 10, 42)
    ref = raised(office, internet(send=False))
    for move in WAY[state]:
        office.do(SOFIA, MOVES[move](ref))
        office.later(minutes=1)
    assert broadcast(office, ref).notice.state == state
    return ref


@pytest.mark.parametrize("state", WAY)
def test_every_command_in_every_state(office: Office, state: str) -> None:
    for move, command in MOVES.items():
        ref = arrived(office, state)
        before = broadcast(office, ref)
        wanted = AFTER[state].get(move)
        outcome: Outcome | None = None
        try:
            outcome = office.do(SOFIA, command(ref))
        except Refused as refused:
            assert wanted is None, f"{move} in {state} was refused: {refused}"
            assert refused.code == "conflict"
            assert str(before.notice.ref) in refused.sentence or move == "cause"
        after = broadcast(office, ref)
        if wanted is None:
            assert outcome is None, f"{move} in {state} was not refused"
        elif wanted == "same":
            assert outcome is not None and outcome.repeated and outcome.say, move
        else:
            assert outcome is not None and not outcome.repeated, move
            assert after.notice.state == wanted, move
        if wanted in (None, "same"):
            assert after.notice == before.notice and after.updates == before.updates, move


def test_a_draft_is_nobodys_business_until_it_is_sent_as_it_was_seen(office: Office) -> None:
    at(office, 9, 10, 42)
    draft = office.do(SOFIA, internet(send=False))
    ref = draft.ref
    assert ref is not None
    assert "nobody has been told" in draft.say
    assert dict(draft.facts) == {**draft.facts, "ref": "N-1", "clients": 1, "people": 2, "unreachable": 0, "version": 1}
    assert owed(office, str(ref)) == [SOFIA], "only the preview, for whoever wrote it"
    assert office.refused(DANA, MOVES["update"](ref)).code == "not_entitled"
    office.do(SOFIA, ChangeNotice(ref, severity=2))
    refused = office.refused(SOFIA, SendNotice(ref, 1))
    assert "The draft has changed" in refused.sentence
    assert broadcast(office, ref).readers == ()
    office.do(SOFIA, SendNotice(ref, 2))
    assert stages(office, ref) == {DANA: "queued", LUIS: "queued"}


def test_a_cancelled_notice_is_told_to_whoever_was_told_and_to_nobody_else(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    office.later(minutes=11)
    office.do(SOFIA, CancelNotice(ref))
    assert sorted(owed(office, str(ref), "update:1")) == [DANA, LUIS]
    assert broadcast(office, ref).updates[-1].text == "It was a false alarm."
    office.later(hours=2)
    assert not tasks(office, "notice_call") and not tasks(office, "update_late"), "nothing happens by itself any more"
    assert acknowledge(office, ref, DANA) == "N-1 was a false alarm: there is nothing to do."


def test_what_came_back_is_asked_again_and_its_ladder_begins_anew(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    office.do(SOFIA, ResolveNotice(ref, "Done"))
    assert tasks(office, "root_cause")
    office.later(hours=1)
    office.do(SOFIA, ReopenNotice(ref, "It is back"))
    assert stages(office, ref) == {DANA: "queued", LUIS: "queued"}
    assert not tasks(office, "root_cause")
    assert broadcast(office, ref).notice.round == 2
    office.later(minutes=10)
    assert stages(office, ref) == {DANA: "overdue", LUIS: "overdue"}
    office.later(minutes=10)
    assert len(tasks(office, "notice_call")) == 1
    acknowledge(office, ref, LUIS)
    assert stages(office, ref) == {DANA: "covered", LUIS: "acknowledged"}
    office.do(SOFIA, ResolveNotice(ref, "Done for good"))
    assert len(tasks(office, "root_cause")) == 1
    asked = office.rows("SELECT person_id FROM feedback")
    assert len(asked) == len({row.person_id for row in asked}) == 2, "nobody is asked twice how it went"


def test_news_without_a_promise_closes_by_itself_after_five_business_days(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, RaiseNotice("msp_change", ("CR",), 4, "Portal", "The portal moves on Jul 1", send=True))
    at(office, 16, 10, 41)
    assert broadcast(office, ref).notice.state == "investigating"
    at(office, 16, 10, 42)
    assert broadcast(office, ref).notice.state == "closed"


def test_an_outage_of_severity_two_is_not_closed_by_time(office: Office) -> None:
    at(office, 9, 10, 42)
    severe, mild = raised(office, mail(clients=("MF",))), raised(office, mail(clients=("MF",), severity=3))
    for ref in (severe, mild):
        office.do(SOFIA, ResolveNotice(ref, "Done"))
    office.later(days=30)
    assert broadcast(office, severe).notice.state == "resolved"
    assert broadcast(office, mild).notice.state == "closed"
    assert tasks(office, "root_cause_late") == ["Rita Nowak: N-1: the root cause is overdue"]
