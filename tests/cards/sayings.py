"""Scenes of opinions: said unasked, for a colleague, for one who stays unnamed; answered; the form before a meeting."""

from __future__ import annotations

from handlers.commands import AnswerFeedback, AnswerForm, GiveFeedback
from tests.cards.extremes import HEBREW, HOSTILE, WORDS
from tests.cards.scenes import DANA, LUIS, SOFIA, Shown
from tests.cards.studio import Studio
from tests.handlers.sayings import asked, left, talk

VPN = "VPN drops daily, 3 people have the same problem. It is worst in the morning."
REPLY = "Thank you, Dana. The VPN gateway gets a new line on Thursday; I call you on Friday to hear whether it helped."


def unasked(it: Studio) -> Shown:
    """From the form to the answer."""
    yield "opinion form give", it.fill(DANA, "feedback:give")
    yield "opinion page empty", it.gallery.feedback(it.person(SOFIA))
    ref = it.do(DANA, GiveFeedback(VPN))
    yield "opinion receipt", it.see(DANA, ref, "receipt")
    yield "task feedback", it.see(SOFIA, it.task("feedback"), "task")
    yield "opinion form answer", it.fill(SOFIA, "feedback:answer", ref)
    other = it.do(LUIS, GiveFeedback("The new phones are great.", "Sam Lee"))
    unnamed = it.do(DANA, GiveFeedback("Nobody calls back before noon.", anonymous=True))
    yield "opinion receipt named", it.see(LUIS, other, "receipt")
    yield "opinion receipt unnamed", it.see(DANA, unnamed, "receipt")
    yield "task feedback unnamed", it.see(SOFIA, it.task("feedback"), "task")
    yield "opinion page", it.gallery.feedback(it.person(SOFIA))
    yield "opinion form answer unnamed", it.fill(SOFIA, "feedback:answer", unnamed)
    it.do(SOFIA, AnswerFeedback(ref, REPLY))
    it.do(SOFIA, AnswerFeedback(unnamed, "From next week somebody is there from eight o'clock."))
    yield "opinion receipt answered", it.see(DANA, ref, "receipt")
    yield "opinion answer", it.see(DANA, ref, "answer")
    yield "opinion answer unnamed", it.see(DANA, unnamed, "answer")
    pressed = it.gallery.pressed(ref, it.person(SOFIA))
    assert pressed is not None
    yield "opinion answered staff", pressed


def before(it: Studio) -> Shown:
    """The form before a meeting."""
    about = talk(it.office)
    (ref,) = asked(it.office, about, DANA)
    yield "opinion formal", it.see(DANA, ref, "form")
    yield "opinion formal again", it.see(DANA, ref, "form_again")
    yield "opinion formal form", it.fill(DANA, "feedback:form", ref)
    it.do(DANA, AnswerForm(ref, 7, "You are friendly and quick on the phone.", "slow onsite"))
    yield "opinion formal received", it.see(DANA, ref, "form")
    yield "opinion formal form again", it.fill(DANA, "feedback:form", ref)
    it.do(DANA, AnswerForm(ref, 3, "", "slow onsite"))
    yield "task low score formal", it.see(SOFIA, it.task("low_score"), "task")
    yield "opinion formal form answer", it.fill(SOFIA, "feedback:answer", ref)
    it.do(SOFIA, AnswerFeedback(ref, "From July on a second engineer is in Boston two days a week."))
    yield "opinion formal answered", it.see(DANA, ref, "form")
    yield "opinion formal answer", it.see(DANA, ref, "answer")
    other = talk(it.office)
    (silent,) = asked(it.office, other, LUIS)
    left(it.office, other)
    yield "opinion formal unanswered", it.see(LUIS, silent, "form")


def worst_words(it: Studio) -> Shown:
    """Marks, mentions, right to left, the longest texts."""
    ref = it.do(DANA, GiveFeedback(HOSTILE, HOSTILE[:120]))
    it.do(SOFIA, AnswerFeedback(ref, HOSTILE))
    yield "opinion hostile", it.see(DANA, ref, "receipt")
    ref = it.do(DANA, GiveFeedback(HEBREW, "שרה"))
    yield "opinion right to left", it.see(DANA, ref, "receipt")
    ref = it.do(DANA, GiveFeedback((WORDS * 40)[:2000]))
    yield "task feedback endless", it.see(SOFIA, it.task("feedback"), "task")
    yield "opinion form answer endless", it.fill(SOFIA, "feedback:answer", ref)
    it.do(SOFIA, AnswerFeedback(ref, (WORDS * 40)[:2000]))
    yield "opinion endless", it.see(DANA, ref, "answer")


SCENES = (unasked, before, worst_words)
