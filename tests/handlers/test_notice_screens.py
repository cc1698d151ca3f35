"""What contacts and the provider see and press while a notice lives: stories 4 and 5 on their screens."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.cards.card import Form
from bot.conversation import Press
from handlers.commands import Grant, PutPerson, Ref, System
from storage.queries import rooms
from tests.handlers.alarm import (
    ANJA,
    BEN,
    DANA,
    LUIS,
    MARCUS,
    SOFIA,
    TOM,
    acknowledge,
    at,
    internet,
    mail,
    raised,
    tasks,
)
from tests.handlers.office import Office
from tests.handlers.screens import Screens, words

SYSTEM = System("the house")
READER = ["Acknowledge", "Staff informed", "We have a problem too", "Call me"]


def board(ref: Ref) -> Ref:
    """The provider's view of a notice."""
    return Ref("board", ref.id)


def relay(office: Office) -> Ref:
    """The newest message to a staff."""
    return Ref("relay", office.rows("SELECT id FROM relay ORDER BY created_at DESC, id DESC")[0].id)


def room(office: Office, name: str, client: str = "marlow-finch") -> str:
    """Our app is in a channel of this client; -> its id."""
    row = {"id": f"rom_{name}", "platform": "slack", "org": "T0MARLOW", "channel": f"C0{name}", "name": name}
    row |= {"client_id": office.rows("SELECT id FROM client WHERE slug = :slug", slug=client)[0].id, "state": "in"}
    with office.store.write() as tx:
        return rooms.put_room(tx, row)


def test_story_4_on_the_screens_of_dana_and_luis(office: Office) -> None:
    screens = Screens(office)
    room(office, "all-staff")
    at(office, 9, 10, 42)
    ref = raised(office, internet(title="No internet in Providence"))
    assert screens.labels(DANA, ref, "notice") == READER
    at(office, 9, 10, 45)
    said = screens.press(DANA, ref, "Acknowledge", purpose="notice")
    assert said.say == "Thank you, N-1 is acknowledged. Please tell your staff next."
    assert said.card is not None and "You acknowledged at 10:45 AM EDT." in words(said.card)
    assert screens.labels(DANA, ref, "notice") == READER[1:]
    assert "Dana Whitlock acknowledged at 10:45 AM EDT; you may still acknowledge." in screens.text(LUIS, ref, "notice")
    at(office, 9, 10, 51)
    ours = relay(office)
    assert screens.labels(DANA, ours, "relay") == ["Post to #all-staff", "Edit", "Copy text", "Mark informed"]
    assert screens.press(DANA, ours, "Post to #all-staff", purpose="relay").tone == "good"
    assert "Posted to #all-staff on Tue Jun 9, 10:51 AM EDT." in screens.text(DANA, ours, "relay")
    assert "Your staff was told at 10:51 AM EDT." in screens.text(DANA, ref, "notice")
    shown = screens.text(SOFIA, board(ref), "board")
    assert "acknowledged 10:45 AM (after 3 minutes), staff informed 10:51 AM EDT (after 9 minutes)" in shown
    at(office, 9, 11, 12)
    assert screens.press(SOFIA, board(ref), "No change", purpose="board").say == "Update 1 of N-1 is on its way."
    assert "We are still working on it." in screens.text(DANA, ref, "update:1")
    assert "staff informed of an earlier step 10:51 AM EDT (after 9 minutes)" in screens.text(
        SOFIA, board(ref), "board"
    )
    at(office, 9, 11, 40)
    form = screens.press(SOFIA, board(ref), "Update", purpose="board").form
    assert form is not None
    typed = {"text": "You are online over 4G.", "state": "monitoring", "workaround": "No large downloads."}
    screens.send(SOFIA, form, **typed, next="30")
    shown = screens.text(DANA, ref, "notice")
    assert "Major outage · it works, we are watching" in shown and "Until then: No large downloads." in shown
    assert "Next update by 12:10 PM EDT." in shown and "You are online over 4G." in shown
    at(office, 9, 12, 30)
    form = screens.press(SOFIA, board(ref), "Resolve", purpose="board").form
    assert form is not None and "2 people at 1 client" in form.intro
    assert screens.send(SOFIA, form, text="The line is repaired.").say == "N-1 is resolved. Everybody is told."
    assert "When: Tue Jun 9, 10:42 AM EDT to 12:30 PM EDT" in screens.text(DANA, ref, "notice")
    assert "The root cause is due by Tue Jun 16" in screens.text(SOFIA, board(ref), "board")


def test_story_5_the_board_says_who_has_to_be_called(office: Office) -> None:
    screens = Screens(office)
    at(office, 10, 10)
    ref = raised(office, mail(impacts={"cedar-ridge": "Lab results come late."}))
    assert "Since: Wed Jun 10, 4:00 PM CEST" in screens.text(ANJA, ref, "notice")
    assert "Lab results come late." in screens.text(TOM, ref, "notice")
    for name in (DANA, LUIS, MARCUS, ANJA):
        acknowledge(office, ref, name)
    at(office, 10, 10, 20)
    shown = screens.text(SOFIA, board(ref), "board")
    assert "4 of 5 acknowledged" in shown and "Have not answered yet (1)\nTom Beckett, Cedar Ridge Pediatrics" in shown
    form = screens.press(BEN, board(ref), "Record a phone acknowledgement", purpose="board").form
    assert form is not None and form.fields[0].options[0].label.startswith("Tom Beckett, Cedar")
    said = screens.send(BEN, form, person=office.person(TOM), note="He tells his staff.")
    assert said.say == "Recorded: Tom Beckett knows of N-1." and said.card is not None
    assert "5 of 5 acknowledged" in words(said.card) and "acknowledged on the phone" in words(said.card)
    assert "You acknowledged on the phone" in screens.text(TOM, ref, "notice")


def test_whoever_was_told_on_the_phone_is_found_by_name_where_there_are_too_many_to_choose(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, mail())
    form = screens.press(SOFIA, board(ref), "Record a phone acknowledgement", purpose="board").form
    assert form is not None
    wrong = screens.send(SOFIA, form, person="Nobody Known")
    assert wrong.form is not None and wrong.form.errors == {"person": "This notice went to nobody called Nobody Known."}
    empty = screens.send(SOFIA, form, person=" ")
    assert empty.form is not None and list(empty.form.errors) == ["person"]
    office.do(SYSTEM, PutPerson("northgate", "Tom Beckett", "tom@northgate.example", grants=(Grant("emergency", 1),)))
    again = raised(office, mail())
    both = screens.send(SOFIA, replace(form, ref=again), person="tom beckett")
    assert both.form is not None and "More than one reader" in both.form.errors["person"]
    assert screens.send(SOFIA, form, person="tom beckett").say == "Recorded: Tom Beckett knows of N-1."


def test_trouble_and_a_call_are_said_back_to_whoever_asked(office: Office) -> None:
    screens = Screens(office)
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    form = screens.press(LUIS, ref, "We have a problem too", purpose="notice").form
    assert form is not None and not form.fields[0].required
    said = screens.send(LUIS, form, text="The door does not open.")
    assert said.say == "Thank you. Your provider has been told and will get back to you."
    assert (
        screens.press(LUIS, ref, "Call me", purpose="notice").say == "Your provider will call you at +1 401 555 0113."
    )
    shown = screens.text(LUIS, ref, "notice")
    assert "You wrote: The door does not open." in shown and "We call you at +1 401 555 0113." in shown
    assert screens.labels(LUIS, ref, "notice") == READER[:3]
    assert "Want to be called (1)" in screens.text(SOFIA, board(ref), "board")
    assert tasks(office, "trouble") == ["Sofia Marchetti: N-1: Luis Ortega has a problem too"]


def test_the_message_for_the_staff_is_edited_copied_and_posted_where_the_contact_says(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    ours = relay(office)
    assert screens.labels(DANA, ours, "relay") == ["Edit", "Copy text", "Mark informed"]
    first, second = room(office, "all-staff"), room(office, "partners")
    form = screens.press(DANA, ours, "Edit", purpose="relay").form
    assert form is not None and "There is a problem with Internet" in form.fields[0].value
    assert screens.send(DANA, form, text="No internet. Use your phones.").tone == "good"
    form = screens.press(DANA, ours, "Copy text", purpose="relay").form
    assert form is not None and form.fields[0].value == "No internet. Use your phones."
    form = screens.press(DANA, ours, "Post to a channel", purpose="relay").form
    assert form is not None and [one.label for one in form.fields[0].options] == ["#all-staff", "#partners"]
    elsewhere = room(office, "clinic", "cedar-ridge")
    wrong = screens.send(DANA, form, room=elsewhere)
    assert wrong.form is not None and wrong.form.errors == {"room": "Please choose a channel of your own company."}
    assert screens.send(DANA, form, room=second).tone == "good"
    post = screens.gallery.draw(ours, "post", "")
    assert post is not None and "No internet. Use your phones." in words(post) and "Dana Whitlock" in words(post)
    assert "Posted to #partners" in screens.text(DANA, ours, "relay") and first
    again = screens.send(DANA, form, room=second)
    assert again.card is None or "Posted to #partners" in words(again.card)


def test_copying_tells_nobody_until_the_contact_says_so(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    form = screens.press(DANA, relay(office), "Copy text", purpose="relay").form
    assert form is not None and "Your staff was told" not in screens.text(DANA, ref, "notice")
    screens.send(DANA, form)
    assert "Your staff was told" in screens.text(DANA, ref, "notice")


def test_an_opinion_is_one_press_and_a_comment_may_follow(office: Office) -> None:
    screens = Screens(office)
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    form = screens.press(SOFIA, board(ref), "Resolve", purpose="board").form
    assert form is not None
    screens.send(SOFIA, form, text="Repaired.")
    asked = Ref("feedback", office.rows("SELECT id FROM feedback")[0].id)
    assert screens.labels(DANA, asked, "ask") == ["1", "2", "3", "4", "5"]
    assert screens.press(DANA, asked, "2", purpose="ask").say == "Thank you for your answer."
    assert "You gave 2 of 5: poor" in screens.text(DANA, asked, "ask")
    form = screens.press(DANA, asked, "Add a comment", purpose="ask").form
    assert form is not None
    screens.send(DANA, form, comment="Nobody called me.")
    assert "You wrote: Nobody called me." in screens.text(DANA, asked, "ask")
    assert screens.labels(DANA, asked, "ask") == []
    assert screens.gallery.draw(asked, "ask", office.person(LUIS)) is None


def test_the_root_cause_is_shared_from_the_board_and_acknowledged_on_its_own(office: Office) -> None:
    screens = Screens(office)
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    form = screens.press(SOFIA, board(ref), "Resolve", purpose="board").form
    assert form is not None
    screens.send(SOFIA, form, text="Repaired.")
    task = Ref("task", office.rows("SELECT id FROM task WHERE kind = 'root_cause'")[0].id)
    form = screens.press(SOFIA, task, "Share root cause", purpose="task").form
    assert form is not None
    missing = screens.send(SOFIA, form, summary="A digger.", fix="Spliced.", prevent="")
    assert missing.form is not None and list(missing.form.errors) == ["prevent"]
    said = screens.send(SOFIA, form, summary="A digger.", fix="Spliced.", prevent="A second line.")
    assert said.say == "The root cause of N-1 is on its way, as N-2."
    cause = Ref("notice", office.rows("SELECT id FROM notice WHERE kind = 'root_cause'")[0].id)
    assert screens.labels(DANA, cause, "notice") == ["Acknowledge", "Call me"]
    assert "A second line." in screens.text(DANA, cause, "notice")
    assert screens.press(DANA, cause, "Acknowledge", purpose="notice").tone == "good"
    assert screens.labels(SOFIA, board(ref), "board") == []


async def test_a_crowd_that_presses_at_once_gets_each_the_own_card_and_a_stranger_none(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, internet())
    accounts = {name: office.account(name) for name in (DANA, LUIS, TOM, MARCUS)}

    def press(number: int, user: str, org: str, platform: str) -> Press:
        return Press(f"crowd:{number}", platform, org, user, "refresh", ref)  # type: ignore[arg-type]

    asked = [press(number, one.user, one.org, one.platform) for number, one in enumerate(accounts.values())]
    asked.append(press(9, "U0NOBODY", accounts[DANA].org, "slack"))
    answers = await asyncio.gather(*(screens.talk.press(one) for one in asked))
    for name, answer in zip(accounts, answers, strict=False):
        assert answer.card == screens.gallery.pressed(ref, office.person(name), "refresh")
        assert (answer.card is None) == (name in (TOM, MARCUS))
    assert answers[-1].card is None and answers[-1].tone == "bad" and answers[-1].say


@pytest.mark.parametrize("name", [TOM, MARCUS])
def test_another_clients_contacts_see_and_do_nothing(office: Office, name: str) -> None:
    screens = Screens(office)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    id_ = office.person(name)
    for kind in ("notice", "board", "relay"):
        subject = relay(office) if kind == "relay" else Ref(kind, ref.id)
        for purpose in ("notice", "board", "preview", "update:1", "remind:x", "relay"):
            assert screens.gallery.draw(subject, purpose, id_) is None
        assert screens.gallery.pressed(subject, id_, "refresh") is None
    for verb in ("ack", "trouble", "notice:update", "notice:cancel", "relay:edit", "rate:5"):
        subject = relay(office) if verb.startswith("relay") else ref
        answer = screens.send(name, Form("", verb, (), ref=subject), text="x")
        assert answer.tone == "bad" and answer.say and not answer.card, verb
    assert "Luis" not in screens.send(name, Form("", "ack", (), ref=ref)).say


def test_a_contact_steers_nothing_and_the_provider_acknowledges_nothing(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, internet())
    for verb in ("notice:update", "notice:resolve", "notice:cancel", "notice:remind", "notice:cause"):
        answer = screens.send(DANA, Form("", verb, (), ref=ref), text="x", summary="x", fix="x", prevent="x")
        assert answer.say.startswith("Only your provider can") and answer.tone == "bad"
    assert "Only the people it was sent to" in screens.send(SOFIA, Form("", "ack", (), ref=ref)).say


def test_what_waits_begins_with_what_is_down(office: Office) -> None:
    screens = Screens(office)
    office.order()
    ref = raised(office, internet())
    shown = screens.say(DANA, "waiting").card
    assert shown is not None and shown.title == "1 notice for you, 1 request waits for you"
    assert words(shown).index("Internet") < words(shown).index("laptops")
    first = screens.send(DANA, Form("", "ack", (), ref=ref))
    assert first.tone == "good"
    shown = screens.say(DANA, "waiting").card
    assert shown is not None and "Your staff has not been told the latest yet." in words(shown)
    screens.send(DANA, Form("", "informed", (), ref=ref))
    shown = screens.say(DANA, "waiting").card
    assert shown is not None and shown.title == "1 request waits for you"
    raised(office, mail(send=False))
    mine = screens.say(SOFIA, "waiting").card
    assert mine is not None and mine.title.startswith("2 notices of yours, 1 request waits for clients")
