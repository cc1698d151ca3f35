"""The page in a real browser: buttons, forms, the clock, the phone, with Microsoft's renderer and with ours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.playground_stage.conftest import House
from tests.playground_stage.samples import SLACK_BLOCKS

TOO_SMALL = """[...document.querySelectorAll("button, input:not([type=radio]), select, label.choice")]
    .filter((node) => node.offsetParent && (node.offsetHeight < 44 || node.offsetWidth < 44))
    .map((node) => node.outerHTML.slice(0, 120))"""
"""What a thumb would miss: controls under 44 px."""


def test_a_press_redraws_the_card_on_both_platforms(drawn: House, open_page: Any) -> None:
    seen = open_page(drawn, "Dana Whitlock", "Tom Beckett")
    for name, frame in (("Dana Whitlock", ".blocks"), ("Tom Beckett", ".adaptive")):
        chat = seen.chat(name)
        chat.get_by_role("button", name="Approve", exact=True).click()
        expect(chat.locator(f".message {frame} strong", has_text="Approve: noted")).to_be_visible()
        expect(chat.locator(".edited")).to_have_text("(edited)")
    kind, person, message, action, state = drawn.slack.log[0]
    assert (kind, person, message) == ("act", "Dana Whitlock", "slack-1")
    assert action == {**SLACK_BLOCKS[-2]["elements"][0], "block_id": "decide"}
    assert state == {}
    assert drawn.teams.log[0][3]["data"] == {"keyline": {"verb": "approve"}}
    assert (
        seen.chat("Tom Beckett").locator(".by-microsoft").count()
        == seen.page.locator("script[src^='/vendor/']").count() / 2
    )


def test_forms_are_checked_filled_and_sent_on_both_platforms(drawn: House, open_page: Any) -> None:
    seen = open_page(drawn, "Dana Whitlock", "Tom Beckett")
    dana, tom = seen.chat("Dana Whitlock"), seen.chat("Tom Beckett")

    dana.get_by_role("button", name="Reject", exact=True).click()
    form = dana.get_by_role("dialog", name="Reject")
    form.get_by_role("button", name="Reject").click()
    expect(form.get_by_text("Please complete this required field.")).to_have_count(2)
    form.get_by_label("Reason").fill("no")
    form.get_by_label("Timing").check()
    form.get_by_label("Ask me again on").fill("2026-06-12")
    form.get_by_role("button", name="Reject").click()
    expect(form.get_by_text("Please write a sentence.")).to_be_visible()
    expect(form.get_by_label("Reason")).to_have_value("no")
    form.get_by_label("Reason").fill("Too dear")
    form.get_by_role("button", name="Reject").click()
    expect(form).to_have_count(0)

    inputs = drawn.slack.log[-1][2]
    assert inputs["reason"]["value"] == {"type": "plain_text_input", "value": "Too dear"}
    assert inputs["kind"]["value"]["selected_option"]["value"] == "timing"
    assert inputs["again"]["value"] == {"type": "datepicker", "selected_date": "2026-06-12"}

    tom.get_by_role("button", name="Reject", exact=True).click()
    form = tom.get_by_role("dialog", name="Reject")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Please say why.")).to_be_visible()
    assert [entry[0] for entry in drawn.teams.log] == ["act"]
    form.get_by_label("Reason").fill("Too dear")
    form.get_by_label("Timing").check()
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    kind, _, message, action, state = drawn.teams.log[-1]
    assert (kind, message, action["title"]) == ("act", "teams-form", "Send")
    assert state == {"reason": "Too dear", "kind": "timing"}


def test_escape_closes_a_form_and_leaves_the_rest_usable(played: House, open_page: Any) -> None:
    seen = open_page(played, "Dana Whitlock", "Tom Beckett")
    dana = seen.chat("Dana Whitlock")
    dana.get_by_role("button", name="Reject", exact=True).click()
    expect(dana.get_by_label("Reason")).to_be_focused()
    assert dana.locator(".log").evaluate("node => node.inert")
    seen.page.keyboard.press("Escape")
    expect(dana.get_by_role("dialog")).to_have_count(0)
    assert not dana.locator(".log").evaluate("node => node.inert")


def test_a_confirmation_stands_before_the_press(played: House, open_page: Any) -> None:
    dana = open_page(played, "Dana Whitlock").chat("Dana Whitlock")
    dana.get_by_role("button", name="I didn't ask for this").click()
    dialog = dana.get_by_role("dialog", name="Stop this request?")
    dialog.get_by_role("button", name="Go back").click()
    expect(dialog).to_have_count(0)
    assert played.slack.log == []
    dana.get_by_role("button", name="I didn't ask for this").click()
    dialog.get_by_role("button", name="Stop it").click()
    expect(dana.get_by_text("I didn't ask for this: noted")).to_be_visible()


def test_words_are_sent_and_private_answers_say_so(played: House, open_page: Any) -> None:
    seen = open_page(played, "Dana Whitlock", "Tom Beckett")
    for name, hint, text in (
        ("Dana Whitlock", "Try /keyline help", "/keyline waiting"),
        ("Tom Beckett", "Try help", "waiting"),
    ):
        chat = seen.chat(name)
        expect(chat.get_by_role("textbox")).to_have_attribute("placeholder", hint)
        chat.get_by_role("textbox").fill(text)
        chat.get_by_role("textbox").press("Enter")
        expect(chat.locator(".message.private .only-you")).to_have_text("Only visible to you")
        expect(chat.get_by_role("textbox")).to_have_value("")
    assert [entry[-1] for entry in played.slack.log + played.teams.log] == ["/keyline waiting", "waiting"]


def test_what_others_wrote_is_never_markup(drawn: House, open_page: Any) -> None:
    nasty = "<img src=x onerror=\"document.title='owned'\"> <script>document.title='owned'</script>"
    drawn.slack.screens["Dana Whitlock"][0].update(text=nasty, native={"blocks": []})
    block = {"type": "TextBlock", "text": nasty + " [go](javascript:alert(1))", "wrap": True}
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [block]}
    drawn.teams.screens["Tom Beckett"][0].update(native=card)
    seen = open_page(drawn, "Dana Whitlock", "Tom Beckett")
    expect(seen.chat("Tom Beckett").get_by_text("document.title").first).to_be_visible()
    assert seen.page.locator(".content img, .content script, .content a[href^=javascript]").count() == 0
    assert seen.page.title() == "Keyline playground"


def test_a_refusal_and_a_crash_are_sentences(played: House, open_page: Any) -> None:
    dana = open_page(played, "Dana Whitlock").chat("Dana Whitlock")
    played.slack.answer = {"status": 500, "body": "<html>Traceback</html>"}
    dana.get_by_role("button", name="Approve", exact=True).click()
    expect(dana.get_by_role("alert")).to_have_text("Keyline did not manage that (HTTP 500). Please try again.")
    played.slack.answer = {"status": 200, "body": {"statusCode": 400, "value": {"message": "Only Priya may."}}}
    dana.get_by_role("textbox").fill("/keyline help")
    dana.get_by_role("button", name="Send").click()
    expect(dana.get_by_role("alert")).to_have_text("Only Priya may.")


def test_the_clock_moves_for_everybody(played: House, open_page: Any) -> None:
    seen = open_page(played, "Dana Whitlock", "Anja Vogel")
    face = seen.page.locator(".clock-now")
    expect(face).to_contain_text("9:05 AM EDT")
    expect(seen.chat("Anja Vogel").locator(".chat-time")).to_have_text("3:05 PM GMT+2")
    seen.page.get_by_role("button", name="+4 h").click()
    expect(face).to_contain_text("1:05 PM EDT")
    expect(seen.chat("Anja Vogel").locator(".chat-time")).to_have_text("7:05 PM GMT+2")
    seen.page.get_by_role("button", name="Next workday, 9 AM").click()
    expect(face).to_contain_text("Tue, Jun 9")
    seen.page.locator("input[type=datetime-local]").fill("2026-06-12T16:00")
    seen.page.get_by_role("button", name="Go").click()
    expect(face).to_contain_text("Fri, Jun 12")
    expect(face).to_contain_text("4:00 PM EDT")
    seen.page.get_by_role("button", name="Next workday, 9 AM").click()
    expect(face).to_contain_text("Mon, Jun 15")
    assert played.clock.now().isoformat() == "2026-06-15T09:00:00-04:00"


def test_news_arrives_live_and_is_counted_for_whoever_is_not_open(played: House, open_page: Any) -> None:
    seen = open_page(played, "Dana Whitlock")
    chip = seen.page.get_by_role("button", name="Tom Beckett, Practice manager, on Teams, 1 new")
    expect(chip).to_be_visible()
    played.slack._redraw("Dana Whitlock", "slack-1", "Expired")
    expect(seen.chat("Dana Whitlock").locator(".message strong", has_text="Expired")).to_be_visible()
    chip.click()
    expect(seen.chat("Tom Beckett")).to_be_visible()
    expect(seen.page.get_by_role("button", name="Tom Beckett, Practice manager, on Teams", exact=True)).to_be_visible()


def test_a_phone_shows_one_chat_without_sideways_scrolling(drawn: House, open_page: Any) -> None:
    page = open_page(drawn, "Sofia Marchetti", width=390, height=844).page
    page.locator(".clock-face").click()
    page.get_by_role("button", name="+15 min").click()
    expect(page.locator(".clock-now")).to_contain_text("9:20 AM EDT")
    page.locator(".clock-face").click()
    for name in ("Dana", "Tom", "Priya"):
        page.locator(".chip", has_text=name).click()
        expect(page.locator(".chat h3")).to_contain_text(name)
        expect(page.locator(".chat")).to_have_count(1)
        page.get_by_role("button", name="Reject", exact=True).last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert page.evaluate(TOO_SMALL) == []
        assert page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]") == [390, 390]
        page.keyboard.press("Escape")


def test_a_person_on_both_platforms_has_one_chat_with_every_message_marked(played: House, open_page: Any) -> None:
    priya = open_page(played, "Priya Raman").chat("Priya Raman")
    expect(priya.locator(".message .pill")).to_have_text(["Slack", "Teams"])
    priya.get_by_label("Platform").select_option("teams")
    priya.get_by_role("textbox").fill("help")
    priya.get_by_role("button", name="Send").click()
    expect(priya.locator(".message.teams.private")).to_be_visible()
    assert played.teams.log == [("say", "Priya Raman", "help")]


def test_the_home_tab_is_opened_drawn_and_pressed(played: House, open_page: Any) -> None:
    seen = open_page(played, "Dana Whitlock", "Tom Beckett")
    dana = seen.chat("Dana Whitlock")
    dana.get_by_role("button", name="Home").click()
    expect(dana.get_by_role("heading", name="Waiting for you")).to_be_visible()
    expect(dana.locator(".log")).to_be_hidden()
    dana.get_by_role("button", name="Look again").click()
    dana.get_by_role("button", name="Home").click()
    expect(dana.locator(".log")).to_be_visible()
    assert [entry[:3] for entry in played.slack.log] == [
        ("home", "Dana Whitlock"),
        ("act", "Dana Whitlock", "slack-home-Dana Whitlock"),
    ]
    expect(seen.chat("Tom Beckett").get_by_role("button", name="Home")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_channels_are_labelled_and_replies_stand_under_their_message(drawn: House, open_page: Any, width: int) -> None:
    for double, person, channel in (
        (drawn.slack, "Dana Whitlock", "#all-staff"),
        (drawn.teams, "Tom Beckett", "All staff"),
    ):
        native = {"blocks": []} if double is drawn.slack else {"type": "message"}
        place = {"channel": channel}
        root = double._message("root", "Internet is down", native, **place)
        later = double._message("later", "Something else", native)
        reply = double._message("reply", "Back at noon", native, thread=root["message"], **place)
        reply["posted_at"] = "2026-06-09T12:00:00-04:00"
        lost = double._message("lost", "A reply to nothing", native, thread=f"{double.platform}-gone", **place)
        double.screens[person] += [root, later, lost, reply]
        chat = open_page(drawn, person, width=width, height=844).chat(person)
        under = chat.locator(f'[data-message="{root["message"]}"] + .message')
        expect(under).to_have_class(re.compile(r"\breply\b"))
        expect(under).to_contain_text("Back at noon")
        expect(under.locator("time")).to_contain_text("Tue, Jun 9")
        expect(chat.locator(".message.reply")).to_have_count(1)
        expect(chat.locator(".channel")).to_have_text([channel, channel])
        expect(chat.locator(f'[data-message="{later["message"]}"] .channel')).to_have_count(0)
        assert chat.locator(".log").evaluate("node => node.scrollWidth <= node.clientWidth")
