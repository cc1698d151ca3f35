"""Turns an Answer into the bodies Teams expects; all of them are plain dicts, written as they are.

Universal actions are answered with HTTP 200 whatever came of them: the outcome stands in `statusCode` and `type`.
Dialogs know `continue` and `message`. Sources: the universal action model and the dialog (task module) pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.cards.card import Card, Form, Text, Tone
from bot.conversation import Answer, Press
from bot.teams import adaptive, forms, text
from bot.teams.messenger import CARD, card_message

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

IN_PRIVATE = "Please open your one-to-one chat with Keyline: it shows this only to you."
UNREADABLE = "This button could not be read. Please use the newest card, or type “waiting” to see what waits for you."
UNKNOWN_PERSON = "Teams did not say who you are, so nothing was done. Please try again from your own chat."
BROKEN = "Something went wrong on our side. Please try again; if it stays so, call your service manager."
DONE = "Done."

GIVEN_UP = Card("Cancelled", "Cancelled. Nothing was sent.", (Text("Nothing was sent.", "subtle"),))
"""What stands in place of a form that was cancelled and belonged to no card."""

_TONES: Mapping[str, Tone] = {"good": "good", "bad": "bad", "info": "ask"}

Body = dict[str, Any]


def of_action(answer: Answer, press: Press, *, personal: bool) -> Body:
    """The answer to adaptiveCard/action: the card redrawn for the one who pressed, or a sentence.

    In a channel or group chat only a sentence: nothing confidential is drawn there.
    """
    if not personal and (answer.card or answer.form):
        return toast(answer.say or IN_PRIVATE)
    if answer.form:
        return {"statusCode": 200, "type": CARD, "value": forms.inline(answer.form, _kept(answer.form, press))}
    if answer.card:
        return {"statusCode": 200, "type": CARD, "value": card(answer)}
    return toast(answer.say)


def toast(words: str) -> Body:
    """A sentence shown for a moment, to the one who pressed only. (An error body shows Teams' own general words.)"""
    return {"statusCode": 200, "type": MESSAGE, "value": text.clean(words, 2000) or DONE}


def of_dialog(answer: Answer, press: Press) -> Body:
    """The answer to task/fetch and task/submit: the form (again), or a sentence that closes it."""
    if answer.form is None:
        status = answer.card.status.text if answer.card and answer.card.status else ""
        return dialog_message(answer.say or status or DONE)
    value = {
        "title": text.line(answer.form.title, 100) or "Keyline",
        "width": "medium",
        "height": _height(answer.form),
        "card": {"contentType": CARD, "content": forms.dialog(answer.form, _kept(answer.form, press))},
    }
    return {"task": {"type": "continue", "value": value}}


def dialog_message(sentence: str) -> Body:
    """Closes the dialog with a sentence."""
    return {"task": {"type": "message", "value": text.clean(sentence, 2000) or DONE}}


def refused(sentence: str, *, code: str = "BadRequest") -> Body:
    """What is no request of ours; a person never sees this from a card that we drew."""
    return {"statusCode": 400, "type": ERROR, "value": {"code": code, "message": sentence}}


def messages(answer: Answer, press: Press) -> list[Body]:
    """The answer to a message as activities to send: plain text is never markdown."""
    if answer.form:
        return [card_message(forms.inline(answer.form, _kept(answer.form, press)), answer.form.title)]
    if answer.card:
        return [card_message(card(answer), answer.say or answer.card.summary or answer.card.title)]
    return [sentence(answer.say or DONE)]


def sentence(words: str) -> Body:
    """A plain text message."""
    return {"type": "message", "textFormat": "plain", "text": text.clean(words, 10_000) or DONE}


def card(answer: Answer) -> Body:
    """The answer's card with what is said at its top."""
    assert answer.card is not None
    return adaptive.render(answer.card, notice=answer.say, tone=_TONES[answer.tone])


def back(press: Press) -> Press:
    """Cancel shows the card again as it is now."""
    return replace(press, verb="refresh", inputs=None)


def _kept(form: Form, press: Press) -> Mapping[str, str] | None:
    """What the person typed stays when the form comes back with errors."""
    return press.inputs if form.errors and form.verb == press.verb else None


def _height(form: Form) -> str:
    long = sum(3 if field.kind == "longtext" else 2 if field.hint else 1 for field in form.fields)
    return "small" if long <= 3 else "medium" if long <= 8 else "large"
