"""Scenes from the life of requests; each yields the cards and forms that people see in it, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from bot.cards import pages
from bot.demo.world import laptops
from handlers.commands import (
    AddEmployee,
    AnswerQuestion,
    Approve,
    AskQuestion,
    Attachment,
    ChangeApproval,
    ConfirmPhone,
    Disown,
    FinishTask,
    Fulfil,
    HandOver,
    PurchaseLine,
    PutPolicy,
    RecordPhone,
    Regret,
    Reject,
    RemindNow,
    SendOn,
    SettleMistake,
    Snooze,
    TakeBack,
    Withdraw,
)
from tests.cards.studio import SERVICE, SYSTEM, Drawn, Studio
from tests.handlers.office import access, purchase

DANA, PRIYA, HANNAH, LUIS, SOFIA = "Dana Whitlock", "Priya Raman", "Hannah Cole", "Luis Ortega", "Sofia Marchetti"
NORA = "Nora Blake"
Shown = Iterator[tuple[str, Drawn]]


def two_voices(it: Studio) -> Shown:
    """Story 1: the order, half approved, approved, regretted, settled, done."""
    ref = it.do(SOFIA, laptops())
    yield "order asked decider", it.see(DANA, ref, "ask")
    yield "order asked board", it.see(SOFIA, ref, "board")
    yield "order form reject", it.fill(DANA, "reject", ref)
    yield "order form ask", it.fill(DANA, "ask", ref)
    yield "order form snooze", it.fill(DANA, "snooze", ref)
    yield "order form withdraw", it.fill(SOFIA, "withdraw", ref)
    yield "order form phone", it.fill(SOFIA, "phone", ref)
    it.at("2026-06-08T09:11:00-04:00")
    it.do(DANA, Approve(ref, 1))
    yield "order half voted", it.see(DANA, ref, "ask")
    yield "order half silent", it.see(PRIYA, ref, "ask")
    yield "order half board", it.see(SOFIA, ref, "board")
    it.do(DANA, TakeBack(ref))
    yield "order taken back", it.see(DANA, ref, "ask")
    it.do(DANA, Approve(ref, 1))
    it.at("2026-06-08T13:40:00-04:00")
    it.do(PRIYA, Approve(ref, 1))
    yield "order approved voter", it.see(PRIYA, ref, "ask")
    yield "order approved board", it.see(SOFIA, ref, "board")
    yield "order form regret", it.fill(PRIYA, "regret", ref)
    it.do(PRIYA, Regret(ref, "We already have four of these in storage."))
    yield "order mistake voter", it.see(PRIYA, ref, "ask")
    yield "order mistake other voter", it.see(DANA, ref, "ask")
    yield "order mistake board", it.see(SOFIA, ref, "board")
    yield "task mistake", it.see(SOFIA, it.task("mistake"), "task")
    yield "order form stands", it.fill(SOFIA, "stands", ref)
    it.do(SOFIA, SettleMistake(ref, True, "The four in storage are for Providence. Order all six."))
    yield "order settled voter", it.see(PRIYA, ref, "ask")
    yield "order settled board", it.see(SOFIA, ref, "board")
    it.do(SOFIA, Fulfil(ref, "Ordered, delivery Jun 15."))
    yield "order done voter", it.see(DANA, ref, "ask")
    yield "order done board", it.see(SOFIA, ref, "board")


def cancelled(it: Studio) -> Shown:
    """An approval that was a mistake and is cancelled."""
    ref = it.do(SOFIA, purchase())
    it.do(DANA, Approve(ref, 1))
    it.do(DANA, Regret(ref, "Wrong toner."))
    it.do(SOFIA, SettleMistake(ref, False, "Dana will choose another one."))
    yield "void voter", it.see(DANA, ref, "ask")
    yield "void message", it.see(DANA, ref, "void")
    yield "void board", it.see(SOFIA, ref, "board")


def questions(it: Studio) -> Shown:
    """A question holds the deadline; the answer is on every card."""
    ref = it.do(SOFIA, laptops())
    it.do(DANA, AskQuestion(ref, 1, "Do these work with our docking stations?"))
    inquiry = it.last("inquiry")
    yield "question asker", it.see(DANA, ref, "ask")
    yield "question other", it.see(PRIYA, ref, "ask")
    yield "question board", it.see(SOFIA, ref, "board")
    yield "question csm", it.see(SOFIA, ref, f"question:{inquiry}")
    yield "question form answer", it.fill(SOFIA, "answer", ref)
    it.do(SOFIA, AnswerQuestion(ref, "Yes, with all of them. No adapter is needed."))
    yield "answer asker", it.see(DANA, ref, f"answer:{inquiry}")
    yield "answered decider", it.see(PRIYA, ref, "ask")
    yield "answered csm", it.see(SOFIA, ref, f"question:{inquiry}")


def silence(it: Studio) -> Shown:
    """Nobody answers: reminder, backup, a call, the end."""
    ref = it.do(SOFIA, purchase(unit=64_000, title="UPS for the server closet"))
    it.do(DANA, Snooze(ref, 1, "2"))
    yield "silence snoozed", it.see(DANA, ref, "ask")
    yield "silence snooze reminder", it.see(DANA, ref, "snooze")
    it.at("2026-06-09T13:00:00-04:00")
    yield "silence reminder", it.see(DANA, ref, "remind:v1.0.0")
    yield "silence backup", it.see(PRIYA, ref, "ask")
    yield "silence board", it.see(SOFIA, ref, "board")
    it.at("2026-06-10T11:00:00-04:00")
    yield "task call", it.see(SOFIA, it.task("call"), "task")
    it.do(PRIYA, Approve(ref, 1))
    yield "silence decided by the backup", it.see(DANA, ref, "ask")
    yield "silence reminder decided", it.see(DANA, ref, "remind:v1.0.0")
    other = it.do(SOFIA, replace(purchase(), title="Desk lamps"))
    it.at("2026-06-19T11:00:00-04:00")
    yield "expired decider", it.see(DANA, other, "ask")
    yield "expired board", it.see(SOFIA, other, "board")


def endings(it: Studio) -> Shown:
    """A no, a withdrawal, a quote that runs out, a replacement."""
    ref = it.do(SOFIA, replace(purchase(), requested_by="luis@marlowfinch.example"))
    yield "requester pending", it.see(LUIS, ref, "about")
    it.do(DANA, Reject(ref, 1, "We have a shelf full of toner. Please look there first."))
    yield "rejected voter", it.see(DANA, ref, "ask")
    yield "rejected board", it.see(SOFIA, ref, "board")
    yield "rejected requester", it.see(LUIS, ref, "about")
    yield "rejected outcome", it.see(LUIS, ref, "outcome")
    ref = it.do(SOFIA, laptops())
    it.do(SOFIA, Withdraw(ref, "The vendor has withdrawn the offer."))
    yield "withdrawn decider", it.see(DANA, ref, "ask")
    yield "withdrawn board", it.see(SOFIA, ref, "board")
    small = purchase(title="Scanner", unit=42_000)
    assert small.purchase is not None
    dated = replace(small, purchase=replace(small.purchase, vendor="Harbor Office", quote_valid_until=date(2026, 6, 9)))
    ref = it.do(SOFIA, dated)
    it.at("2026-06-10T09:00:00-04:00")
    yield "expired by quote", it.see(DANA, ref, "ask")
    ref = it.do(SOFIA, replace(laptops(), title="Six laptops"))
    it.do(SOFIA, replace(laptops(), title="Five laptops", replaces=ref.id))
    yield "superseded decider", it.see(DANA, ref, "ask")


def changes(it: Studio) -> Shown:
    """Changed facts ask again; a small change of price does not."""
    ref = it.do(SOFIA, laptops())
    it.do(DANA, Approve(ref, 1))
    order = laptops().purchase
    assert order is not None
    four = replace(order, lines=(PurchaseLine("Laptop, 14 inch, 32 GB", 4, 134_900),), tax_minor=33_725)
    it.do(SOFIA, ChangeApproval(ref, title="Four laptops for the litigation team", purchase=four))
    yield "changed new card", it.see(DANA, ref, "ask:v2")
    yield "changed old card", it.see(DANA, ref, "ask")
    yield "changed board", it.see(SOFIA, ref, "board")
    it.do(DANA, Approve(ref, 2))
    it.do(PRIYA, Approve(ref, 2))
    dearer = replace(four, lines=(PurchaseLine("Laptop, 14 inch, 32 GB", 4, 136_000),))
    it.do(SOFIA, ChangeApproval(ref, purchase=dearer))
    yield "adjusted voter", it.see(DANA, ref, "ask:v2")


def phone(it: Studio) -> Shown:
    """A yes on the phone: waiting, confirmed, denied, lapsed."""
    ref = it.do(SOFIA, laptops())
    dana = it.person(DANA)
    it.do(SOFIA, RecordPhone(ref, 1, dana, "She is fine with it if they come before the trial."))
    heard = it.last("phone_voice")
    yield "phone waiting", it.see(DANA, ref, f"phone:{heard}")
    yield "phone waiting board", it.see(SOFIA, ref, "board")
    it.do(DANA, ConfirmPhone(ref, 1, True))
    yield "phone confirmed", it.see(DANA, ref, f"phone:{heard}")
    yield "phone confirmed board", it.see(SOFIA, ref, "board")
    it.do(SOFIA, RecordPhone(ref, 1, it.person(PRIYA), ""))
    heard = it.last("phone_voice")
    it.do(PRIYA, ConfirmPhone(ref, 1, False))
    yield "phone denied", it.see(PRIYA, ref, f"phone:{heard}")
    yield "task phone denied", it.see(SOFIA, it.task("phone_denied"), "task")
    it.do(SOFIA, RecordPhone(ref, 1, it.person(PRIYA), ""))
    heard = it.last("phone_voice")
    it.at("2026-06-09T13:00:00-04:00")
    yield "phone lapsed", it.see(PRIYA, ref, f"phone:{heard}")
    yield "task phone lapsed", it.see(SOFIA, it.task("phone_lapsed"), "task")


def accesses(it: Studio) -> Shown:
    """Changes of access: for a time, powerful, outside, in somebody's name."""
    simple = access("Luis Ortega")
    assert simple.access is not None
    until = datetime.fromisoformat("2026-07-31T17:00:00-04:00")
    ref = it.do(SOFIA, replace(simple, access=replace(simple.access, until=until)))
    yield "access decider", it.see(PRIYA, ref, "ask")
    yield "access subject", it.see(LUIS, ref, "about")
    it.do(PRIYA, Approve(ref, 1))
    yield "access approved board", it.see(SOFIA, ref, "board")
    it.at("2026-07-31T17:01:00-04:00")
    yield "task removal", it.see(SOFIA, it.task("removal"), "task")


def not_me(it: Studio) -> Shown:
    """Story 7: administrator rights in Dana's name."""
    change = access("Dana Whitlock", kind="privileged", requested_by="dana@marlowfinch.example", after="Every mailbox")
    ref = it.do(SOFIA, change)
    yield "privileged decider", it.see(PRIYA, ref, "ask")
    yield "privileged subject", it.see(DANA, ref, "about")
    yield "privileged board", it.see(SOFIA, ref, "board")
    yield "task call back", it.see(SOFIA, it.task("call_back"), "task")
    it.do(PRIYA, Approve(ref, 1))
    yield "privileged half", it.see(HANNAH, ref, "ask")
    it.do(DANA, Disown(ref))
    yield "disowned subject", it.see(DANA, ref, "about")
    yield "disowned voter", it.see(PRIYA, ref, "ask")
    yield "disowned silent", it.see(HANNAH, ref, "ask")
    yield "disowned board", it.see(SOFIA, ref, "board")
    yield "task disowned", it.see(SOFIA, it.task("disowned"), "task")


def handing(it: Studio) -> Shown:
    """One contact hands a question to another; the CSM reminds both."""
    ref = it.do(SOFIA, purchase())
    yield "hand form", it.fill(DANA, "hand", ref)
    it.do(DANA, HandOver(ref, 1, it.person(PRIYA)))
    yield "handed giver", it.see(DANA, ref, "ask")
    yield "handed heir", it.see(PRIYA, ref, "ask")
    it.do(SOFIA, RemindNow(ref))
    yield "handed reminder", it.see(PRIYA, ref, "remind:now")


def employees(it: Studio) -> Shown:
    """Somebody without a role asks: the CSM first, then the key contacts."""
    it.do(SYSTEM, AddEmployee("slack", "T0MARLOW", "U0NORA", NORA))
    ref = it.do(NORA, replace(purchase(), title="A second screen"))
    yield "draft csm", it.see(SOFIA, ref, "draft")
    yield "draft requester", it.see(NORA, ref, "about")
    it.do(SOFIA, SendOn(ref))
    yield "sent on decider", it.see(DANA, ref, "ask")
    yield "sent on csm", it.see(SOFIA, ref, "draft")
    yield "sent on requester", it.see(NORA, ref, "about")
    ref = it.do(NORA, replace(purchase(), title="A third screen"))
    it.do(SOFIA, Withdraw(ref, "There is a spare one in Boston; Nora gets that."))
    yield "draft declined csm", it.see(SOFIA, ref, "draft")
    yield "draft declined requester", it.see(NORA, ref, "about")


def papers(it: Studio) -> Shown:
    """Everything a purchase can say: licences for a term, attachments, a date on the quote, urgency."""
    lines = (
        PurchaseLine("Mail security, per mailbox", 61, 350, "monthly", 36),
        PurchaseLine("Set-up", 1, 45_000),
        PurchaseLine("Yearly audit", 1, 60_000, "yearly"),
    )
    one = purchase(title="Mail security for everybody", lines=lines, urgency="urgent")
    assert one.purchase is not None
    bought = replace(
        one.purchase,
        category="service_license",
        for_whom="All staff",
        quote_url="https://quotes.tidewater.example/mail/20418?page=2",
        quote_valid_until=date(2026, 6, 30),
        budget_line="Security 2026",
        tax_minor=2_813,
    )
    files = (Attachment("Comparison of three vendors", "https://files.harborline.example/compare.pdf"),)
    ref = it.do(SERVICE, replace(one, purchase=bought, attachments=files))
    yield "licences decider", it.see(DANA, ref, "ask")
    yield "licences board", it.see(SOFIA, ref, "board")


def nobody(it: Studio) -> Shown:
    """Nobody can be asked, nobody can be reached, nobody is needed."""
    change = access("Jill Sandoval", kind="privileged", client="cedar-ridge", after="Every mailbox")
    ref = it.do(SOFIA, change)
    yield "blocked board", it.see(SOFIA, ref, "board")
    yield "blocked subject", it.see("Jill Sandoval", ref, "about")
    yield "task find holder", it.see(SOFIA, it.task("find_holder"), "task")
    ref = it.do(SOFIA, purchase())
    it.lose(ref, "ask")
    yield "task undeliverable", it.see(SOFIA, it.task("undeliverable"), "task")
    yield "task form hand", it.fill(SOFIA, "task:hand", it.task("undeliverable"))
    it.do(SOFIA, FinishTask(it.task("undeliverable")))
    yield "task done", it.see(SOFIA, it.task("undeliverable"), "task")


def catalogue(it: Studio) -> Shown:
    """Something small that the company has pre-approved."""
    items = [{"name": "Toner", "vendor": "Tidewater Supply", "unit_minor": 9_500}]
    it.do(SYSTEM, PutPolicy("marlow-finch", {"catalogue": {"on": True, "items": items}}))
    ref = it.do(SOFIA, purchase())
    yield "catalogue told", it.see(DANA, ref, "catalogue")
    yield "catalogue board", it.see(SOFIA, ref, "board")
    it.do(DANA, Disown(ref))
    yield "catalogue stopped", it.see(DANA, ref, "catalogue")


def lists(it: Studio) -> Shown:
    """The pages that people ask for in words."""
    yield "waiting none", it.gallery.waiting(it.person(DANA))
    it.do(SOFIA, laptops())
    yield "waiting one", it.gallery.waiting(it.person(DANA))
    yield "waiting one csm", it.gallery.waiting(it.person(SOFIA))
    for number in range(8):
        it.do(SOFIA, replace(purchase(unit=8_900 + number * 1_000), title=f"Toner for printer {number + 1}"))
    yield "waiting nine", it.gallery.waiting(it.person(DANA))
    yield "waiting nine, page 2", it.gallery.waiting(it.person(DANA), 2)
    yield "contacts", it.gallery.contacts(it.person(DANA), "")
    yield "contacts which client", it.gallery.contacts(it.person(SOFIA), "")
    yield "contacts for csm", it.gallery.contacts(it.person(SOFIA), "NF")
    yield "help", pages.help_page("/keyline ")
    yield "request kinds", pages.request_kinds()


def asking(it: Studio) -> Shown:
    """The forms of a request, empty and sent back."""
    for kind in ("purchase", "access"):
        for who, name in ((LUIS, "employee"), (SOFIA, "csm")):
            yield f"form {kind} {name}", it.fill(who, f"request:{kind}")
    form = it.fill(LUIS, "request:purchase")
    typed = {"title": "A second screen", "why": "I compare plans all day.", "quantity": "two", "unit": "1,349.00"}
    fields = tuple(replace(one, value=typed.get(one.id, one.value)) for one in form.fields)
    said = {"quantity": "How many: please give a whole number."}
    yield "form purchase sent back", replace(form, fields=fields, errors=said)
    yield "form sent back as a whole", replace(form, fields=fields, errors={"": "This request has been closed."})
    yield "form away", it.fill(DANA, "away")
