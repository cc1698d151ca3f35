"""The adapter against the playground's Teams, over real HTTP: what people see, and nothing for Teams to complain of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.cards.card import Field, Form
from bot.conversation import Answer, Press
from bot.platform import Account, Gone, Later, Shown, Unsure
from bot.playground.teams import TeamsDouble
from bot.teams.adapter import TeamsAdapter, create_teams
from bot.teams.handler import WELCOME
from handlers.commands import Ref
from tests.playground_teams.house import APP, CEDAR, HOME, JILL, SECRET, TOM, Clock, bound, cast, serving
from tests.teams import samples
from tests.teams.world import Book, Notes

REF = Ref("approval", "apr_0190")
FORM = Form("Reject", "reject", (Field("reason", "Reason", "longtext"),), "Reject", ref=REF, version=1, revision=3)


@dataclass
class Stage:
    teams: TeamsAdapter
    double: TeamsDouble
    talk: Notes
    book: Book

    def account(self, name: str = "tom") -> Account:
        """The newest address the house was told."""
        return next(known for known in reversed(self.book.remembered) if known.user == f"aad-{name}")

    def texts(self, person: str = TOM) -> list[str]:
        return [str(shown["text"]) for shown in self.double.screen(person)]


@asynccontextmanager
async def on_stage() -> AsyncIterator[Stage]:
    talk, book = Notes(), Book()
    book.allowed_orgs = {CEDAR, HOME}
    (bot_socket, bot_url), (double_socket, double_url) = bound(), bound()
    double = TeamsDouble(cast(bot_url), Clock(), double_url)
    teams = create_teams(
        talk,
        book,
        app_id=APP,
        app_secret=SECRET,
        home_tenant=HOME,
        login_url=f"{double_url}/teams/login",
        openid_url=f"{double_url}/teams/openid/.well-known/openidconfiguration",
    )
    async with serving([*teams.routes()], bot_socket), serving(double.routes(), double_socket):
        await double.start()
        try:
            yield Stage(teams, double, talk, book)
        finally:
            await double.stop()
            await teams.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with on_stage() as built:
        await built.double.install(TOM)
        yield built
        assert built.double.complaints() == []


async def _shown(stage: Stage) -> tuple[str, Shown]:
    result = await stage.teams.messenger.post(stage.account(), samples.PURCHASE, delivery="dlv_1")
    assert isinstance(result, Shown)
    return f"teams-{result.message['activity']}", result


async def test_an_installed_app_greets_once_and_can_reach_the_person(stage: Stage) -> None:
    assert stage.texts() == [WELCOME]
    assert stage.account().address["conversation"] == "a:tom"
    message, _ = await _shown(stage)
    assert stage.double.screen(TOM)[-1]["message"] == message


async def test_approving_takes_one_press_and_the_answer_stands_on_the_card(stage: Stage) -> None:
    def answer(press: Press) -> Answer:
        return Answer(say="Thank you. Approved.", tone="good", card=samples.RECEIPT)

    stage.talk.answer = answer
    message, shown = await _shown(stage)
    for _ in range(2):
        assert (await stage.double.press(TOM, message, "Approve"))["status"] == 200
    first, second = stage.talk.presses
    assert first == second, "the same button pressed twice is one press"
    assert (first.org, first.user, first.verb, first.ref, first.version, first.revision) == (
        (CEDAR, "aad-tom", "approve", REF, 1, 3)
    )
    assert "Thank you. Approved." in str(stage.double.screen(TOM)[-1]["native"])
    assert await stage.teams.messenger.update(stage.account(), shown.message, samples.RECEIPT) == shown
    assert "Thank you." not in str(stage.double.screen(TOM)[-1]["native"]), "the edit shows the card as it is"


async def test_rejecting_opens_a_dialog_shows_the_error_and_closes(stage: Stage) -> None:
    def answer(press: Press) -> Answer:
        if press.inputs is None:
            return Answer(form=FORM)
        if len(press.inputs["reason"]) < 5:
            return Answer(form=replace(FORM, errors={"reason": "A few words more, please."}))
        return Answer(say="Rejected. Sofia knows.")

    stage.talk.answer = answer
    message, _ = await _shown(stage)
    await stage.double.press(TOM, message, "Reject")
    modal = stage.double.modal(TOM)
    assert modal is not None and modal["title"] == "Reject"
    await stage.double.submit(TOM, {"Reason": "no"})
    modal = stage.double.modal(TOM)
    assert modal is not None and "A few words more, please." in str(modal["card"])
    assert stage.talk.presses[-1].inputs == {"reason": "no"}
    await stage.double.submit(TOM, {"Reason": "Too early, wait for July."})
    assert stage.double.modal(TOM) is None
    assert stage.texts()[-1] == "Rejected. Sofia knows."
    answered = await stage.double.press(TOM, message, "Reject", {"Reason": "In one go then."})
    assert answered["body"]["task"]["type"] == "message"


async def test_a_client_that_knows_no_execute_sees_the_card_change_too(stage: Stage) -> None:
    stage.talk.answer = Answer(say="Approved by you.", card=samples.RECEIPT)
    stage.double.fault({"legacy_client": TOM})
    message, _ = await _shown(stage)
    await stage.double.press(TOM, message, "Approve")
    assert stage.talk.presses[-1].verb == "approve"
    assert "You approved this" in str(stage.double.screen(TOM))
    assert stage.texts()[-1] == "Approved by you."


async def test_words_are_answered_with_words_cards_and_forms(stage: Stage) -> None:
    await stage.double.say(TOM, "waiting")
    assert stage.talk.presses[-1].words == "waiting"
    assert stage.texts()[-2:] == ["waiting", "Noted."]
    stage.talk.answer = Answer(form=samples.EVERYTHING)
    await stage.double.say(TOM, "request")
    message = stage.double.screen(TOM)[-1]["message"]
    stage.talk.answer = Answer(say="Sent to Harborline IT.", card=samples.RECEIPT)
    given: dict[str, Any] = {
        "What": "A monitor",
        "Start": "2026-06-21T06:00",
        "Price each": "349.00",
        "For whom": "tom@example.test",
        "Kind": "Computer",
        "Inform": "Dana,Priya",
    }
    assert (await stage.double.press(TOM, message, "Send", given))["status"] == 200
    inputs = stage.talk.presses[-1].inputs
    assert inputs is not None
    assert (inputs["what"], inputs["start"], inputs["quantity"], inputs["kind"], inputs["who"]) == (
        ("A monitor", "2026-06-21T06:00", "6", "computer", "dana,priya")
    )


async def test_every_bad_token_of_the_double_is_401_and_reaches_nobody(stage: Stage) -> None:
    remembered = len(stage.book.remembered)
    for name, header in stage.double.bad_tokens().items():
        activity = stage.double.activity(JILL, "message", text="waiting")
        for sent in (activity, dict[str, Any](broken=1)):
            answer = await stage.double.deliver(sent, authorization=header)
            assert answer.status == 401, name
    assert stage.talk.presses == [] and len(stage.book.remembered) == remembered


@pytest.mark.parametrize("how", ["rotate_keys", "rotate_keys_hard"])
async def test_rotated_keys_stop_nobody(stage: Stage, how: str) -> None:
    stage.double.fault({"kind": how})
    assert (await stage.double.say(TOM, "waiting"))["status"] == 200


async def test_a_hundred_people_pressing_at_once_cost_one_token(stage: Stage) -> None:
    stage.double.fault({"limits": "off"})
    await asyncio.gather(*(_shown(stage) for _ in range(100)))
    tokens = [call["count"] for call in stage.double.calls() if call["op"] == "token"]
    assert tokens == [1]


async def test_a_revoked_token_is_replaced_on_the_way(stage: Stage) -> None:
    await _shown(stage)
    stage.double.fault({"kind": "revoke_tokens"})
    await _shown(stage)


async def test_what_goes_wrong_in_teams_has_its_meaning(stage: Stage) -> None:
    _, shown = await _shown(stage)
    cases: list[tuple[dict[str, Any], Any, Any]] = [
        ({"kind": "429", "retry_after": 3}, Later, Later),
        ({"kind": "412"}, Later, Later),
        ({"kind": "503"}, Unsure, Later),
        ({"kind": "drop_after_store"}, Unsure, Later),
        ({"kind": "403:BotNotInConversationRoster"}, Gone, Gone),
    ]
    for fault, posted, updated in cases:
        stage.double.fault({"op": "send", **fault})
        assert isinstance(await stage.teams.messenger.post(stage.account(), samples.PURCHASE, delivery="d"), posted)
        stage.double.fault({"clear": True})
        stage.double.fault({"op": "update", "times": 3, **fault})
        assert isinstance(await stage.teams.messenger.update(stage.account(), shown.message, samples.PURCHASE), updated)
        stage.double.fault({"clear": True})
    stage.double.fault({"block": TOM})
    blocked = await stage.teams.messenger.post(stage.account(), samples.PURCHASE, delivery="d")
    assert isinstance(blocked, Gone) and blocked.what == "opted_out"


async def test_whoever_removes_the_app_is_forgotten_and_welcome_back(stage: Stage) -> None:
    known = stage.account()
    await stage.double.uninstall(TOM)
    assert [account.user for account, _ in stage.book.forgotten] == ["aad-tom"]
    gone = await stage.teams.messenger.post(known, samples.PURCHASE, delivery="d")
    assert isinstance(gone, Gone) and gone.what in ("target", "opted_out")
    await stage.double.install(TOM)
    assert isinstance((await _shown(stage))[1], Shown)


async def test_a_chat_that_was_never_opened_is_opened_by_the_persons_id(stage: Stage) -> None:
    address = {name: value for name, value in stage.account().address.items() if name != "conversation"}
    account = replace(stage.account(), address=address)
    result = await stage.teams.messenger.post(account, samples.PURCHASE, delivery="d")
    assert isinstance(result, Shown) and result.address == {"conversation": "a:tom"}


async def test_a_forged_click_is_a_press_of_whoever_clicked(stage: Stage) -> None:
    message, _ = await _shown(stage)
    await stage.double.press(JILL, message, "Approve")
    assert stage.talk.presses[-1].user == "aad-jill", "who may do what is the house's to say"
