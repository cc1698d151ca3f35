"""Every button on a request in every state, pressed by anybody: something is done or a sentence says why not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cards.gallery import Gallery
from bot.verbs import VERBS, Given
from handlers.commands import (
    AddEmployee,
    AskQuestion,
    Chat,
    Fulfil,
    RaiseApproval,
    Ref,
    Refused,
    Regret,
    SettleMistake,
    System,
    Withdraw,
)
from storage.store import Store
from tests.handlers.office import Office, purchase

NOAH = Chat("slack", "T0MARLOW", "U0NOAH")
WHO = ("Dana Whitlock", "Sofia Marchetti", "Tom Beckett", NOAH)
GIVEN = {"reason": "No.", "text": "Why?", "to": "per_1", "choice": "2", "person": "per_1", "note": "x"}


def draft(office: Office) -> Ref:
    """An employee has asked; the provider has not passed it on."""
    ref = office.do(NOAH, purchase()).ref
    assert ref is not None
    return ref


def pending(office: Office) -> Ref:
    """Dana is asked."""
    return office.raised("Sofia Marchetti", purchase(requested_by="sofia@harborline.example"))


def questioned(office: Office) -> Ref:
    """Dana wants to know something first."""
    ref = pending(office)
    office.do("Dana Whitlock", AskQuestion(ref, 1, "Why?"))
    return ref


def approved(office: Office) -> Ref:
    """Dana has said yes."""
    ref = pending(office)
    office.approve("Dana Whitlock", ref)
    return ref


def regretted(office: Office) -> Ref:
    """Dana has called it a mistake."""
    ref = approved(office)
    office.do("Dana Whitlock", Regret(ref, "Too many."))
    return ref


def void(office: Office) -> Ref:
    """The mistake was settled against it."""
    ref = regretted(office)
    office.do("Sofia Marchetti", SettleMistake(ref, False, "Agreed."))
    return ref


def fulfilled(office: Office) -> Ref:
    """It was bought."""
    ref = approved(office)
    office.do("Sofia Marchetti", Fulfil(ref))
    return ref


def rejected(office: Office) -> Ref:
    """Dana has said no."""
    ref = pending(office)
    office.reject("Dana Whitlock", ref)
    return ref


def withdrawn(office: Office) -> Ref:
    """The provider no longer asks."""
    ref = pending(office)
    office.do("Sofia Marchetti", Withdraw(ref, "Enough."))
    return ref


def superseded(office: Office) -> Ref:
    """Another request took its place."""
    ref = pending(office)
    command: RaiseApproval = purchase(title="Other toner")
    office.raised("Sofia Marchetti", RaiseApproval(**{**vars(command), "replaces": ref.id}))
    return ref


def expired(office: Office) -> Ref:
    """Nobody answered."""
    ref = pending(office)
    office.later(days=30)
    return ref


STATES = (draft, pending, questioned, approved, regretted, void, fulfilled, rejected, withdrawn, superseded, expired)


@pytest.fixture
def peopled(sqlite_template: Path, tmp_path: Path) -> Office:
    """The demo cast with an employee who has joined."""
    path = tmp_path / "keyline.db"
    shutil.copy(sqlite_template, path)
    office = Office(Store(f"sqlite:///{path}")).seed()
    office.do(System("the house"), AddEmployee("slack", "T0MARLOW", "U0NOAH", "Noah Reed"))
    return office


@pytest.mark.parametrize("make", STATES)
def test_every_deed_in_every_state_is_answered(peopled: Office, make: Callable[[Office], Ref]) -> None:
    answers, ref = [], make(peopled)
    fresh = peopled.standing(ref).request.revision
    gallery = Gallery(peopled.store, lambda: peopled.now, "Harborline IT")
    for verb in (one for one in VERBS.values() if one.kinds & {"approval", "task"}):
        for who in WHO:
            try:
                given = Given(ref, 1, GIVEN, lambda: "", gallery, peopled.now)
                answers.append(peopled.do(who, verb.asks(given)).say)
            except Refused as refused:
                answers.append(refused.sentence)
            if peopled.standing(ref).request.revision != fresh:
                ref = make(peopled)
                fresh = peopled.standing(ref).request.revision
    assert all(said.endswith((".", "?", "!", "”")) for said in answers), answers
