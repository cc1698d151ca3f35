"""What the provider types about a notice: raised in words and forms, sent back at the field, in the sender's time."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cards.card import Form, Option
from bot.cards.notices import forms, reading
from handlers.commands import Ref, Refused
from tests.handlers.alarm import BEN, DANA, NEW_YORK, SOFIA, TOM, at, broadcast, internet, mail, raised
from tests.handlers.office import Office
from tests.handlers.screens import Screens, words

FILLED = {
    "clients": "marlow-finch/providence",
    "severity": "1",
    "services": "Internet",
    "impact": "Nobody in the office can reach e-mail.",
}
NOW = datetime(2026, 6, 9, 10, 42, tzinfo=NEW_YORK)
CLIENTS: Any = [
    SimpleNamespace(slug="marlow-finch", code="MF", name="Marlow, Finch & Sons"),
    SimpleNamespace(slug="northgate", code="NF", name="Northgate Fabrication"),
]


def asked(screens: Screens, name: str = SOFIA) -> Form:
    """The form that the word opens."""
    form = screens.say(name, "outage").form
    assert form is not None
    return form


def test_the_provider_raises_a_notice_in_words_and_sends_it_after_looking(office: Office) -> None:
    screens = Screens(office)
    at(office, 9, 10, 42)
    answer = screens.send(SOFIA, asked(screens), **FILLED)
    assert answer.say == "N-1 is a draft: nobody has been told yet. Please look at it and send it."
    ref = Ref("notice", office.rows("SELECT id FROM notice")[0].id)
    shown = screens.text(SOFIA, ref, "preview")
    assert "1 client, 2 people" in shown and "Dana Whitlock Slack" in shown
    assert screens.labels(SOFIA, ref, "preview") == ["Send now", "Change", "Discard"]
    answer = screens.press(SOFIA, ref, "Send now", purpose="preview")
    assert answer.say == "N-1 is on its way to 2 people."
    assert answer.card is not None and "Sent to 2 people at 1 client." in words(answer.card)


@pytest.mark.parametrize("name", [SOFIA, BEN])
def test_the_word_works_on_either_platform_and_times_are_the_senders(office: Office, name: str) -> None:
    screens = Screens(office)
    at(office, 9, 10, 42)
    typed = {"started_at": "2026-06-09T10:30", "next": "usual", "next_update_at": "11:20"}
    assert screens.send(name, asked(screens, name), **FILLED, **typed).form is None
    notice = broadcast(office, Ref("notice", office.rows("SELECT id FROM notice")[0].id)).notice
    assert notice.started_at == datetime(2026, 6, 9, 10, 30, tzinfo=NEW_YORK)
    assert notice.next_update_at == datetime(2026, 6, 9, 11, 20, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("severity", "", "Please choose how bad it is."),
        ("clients", "", "Please say which clients it is for."),
        ("clients", "nobody", "There is no client called nobody."),
        ("kind", "party", "Please choose what kind of notice it is."),
        ("services", " ", "Please give what is affected."),
        ("impact", "", "Please give what it means for people."),
        ("next", "soon", "Next update: please give a whole number."),
        ("next", "999999", "Please choose when the next update comes."),
        ("next_update_at", "2026-06-09T10:41:00-04:00", "The next update has to lie ahead."),
        ("next_update_at", "tomorrow", "Please give a date and a time."),
        ("started_at", "2026-06-09T12:00:00-04:00", "An outage cannot begin later than now."),
    ],
)
def test_what_does_not_fit_comes_back_at_its_field_and_nothing_typed_is_lost(
    office: Office, field: str, typed: str, sentence: str
) -> None:
    screens = Screens(office)
    at(office, 9, 10, 42)
    answer = screens.send(SOFIA, asked(screens), **{**FILLED, field: typed})
    assert answer.form is not None
    assert dict(answer.form.errors) == {field: sentence}
    values = {one.id: one.value for one in answer.form.fields}
    assert values["services"] == (typed if field == "services" else "Internet")
    assert office.rows("SELECT id FROM notice") == []


def test_only_the_provider_is_offered_the_form_and_contacts_see_what_is_open(office: Office) -> None:
    screens = Screens(office)
    assert screens.say(DANA, "outage").form is None
    card = screens.say(DANA, "outage").card
    assert card is not None and card.title == "Nothing is reported as down"
    ref = raised(office, internet())
    card = screens.say(DANA, "/keyline outage").card
    assert card is not None and "Internet" in words(card)
    assert screens.say(TOM, "outage").card != card
    staff, contact = screens.say(SOFIA, "help").card, screens.say(DANA, "help").card
    assert staff is not None and "Tell clients that something is down" in words(staff)
    assert contact is not None and "Tell clients" not in words(contact)
    forged = screens.send(DANA, Form("", "notice:raise", (), ref=Ref("page", "words")), kind="outage", **FILLED)
    assert forged.say == "Only your provider can raise a notice." and forged.tone == "bad"
    assert len(office.rows("SELECT id FROM notice")) == 1 and broadcast(office, ref).is_open


def test_a_change_keeps_what_one_client_reads_apart(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, mail(send=False))
    form = screens.press(SOFIA, ref, "Change", purpose="preview").form
    assert form is not None and "impact/cedar-ridge" in {field.id for field in form.fields}
    answer = screens.send(SOFIA, form, **{"impact/cedar-ridge": "Lab results come late.", "severity": "1"})
    assert answer.say == "The draft of N-1 has changed."
    whole = broadcast(office, ref)
    impacts = {place.client.slug: whole.impact_for(place.client.id) for place in whole.places}
    assert impacts["cedar-ridge"] == "Lab results come late."
    assert impacts["northgate"] == "Messages arrive up to an hour late"
    assert whole.notice.severity == 1
    form = screens.press(SOFIA, ref, "Change", purpose="preview").form
    assert form is not None
    kept = {field.id: field.value for field in form.fields if not field.id.startswith("impact/")}
    screens.push(SOFIA, screens.buttons(SOFIA, ref, "preview")[1], kept)  # Teams leaves emptied fields out
    assert {place.row.impact for place in broadcast(office, ref).places} == {""}


def test_a_draft_that_was_changed_meanwhile_is_not_sent_unseen(office: Office) -> None:
    screens = Screens(office)
    ref = raised(office, mail(send=False))
    old = next(one for one in screens.buttons(SOFIA, ref, "preview") if one.label == "Send now")
    form = screens.press(SOFIA, ref, "Change", purpose="preview").form
    assert form is not None
    screens.send(SOFIA, form, title="Mail is slow")
    assert screens.push(SOFIA, old).say == "The draft has changed since. Please look at it again and send it then."
    assert screens.press(SOFIA, ref, "Send now", purpose="preview").tone == "good"


@pytest.mark.parametrize(
    ("typed", "clients", "offices"),
    [
        ("all", ("all",), ()),
        ("marlow-finch,all,northgate/toledo", ("all",), ()),
        ("All clients", ("all",), ()),
        ("marlow-finch,northgate/leipzig", ("marlow-finch", "northgate"), ("northgate/leipzig",)),
        ("northgate/leipzig,northgate", ("northgate",), ()),
        ("Marlow, Finch & Sons\nNF", ("marlow-finch", "northgate"), ()),
        ("mf; nf / Toledo", ("marlow-finch", "northgate"), ("northgate/Toledo",)),
        ("MF, NF, NF", ("marlow-finch", "northgate"), ()),
        ("Acme", ("Acme",), ()),
    ],
)
def test_clients_are_meant_by_whatever_people_call_them(
    typed: str, clients: tuple[str, ...], offices: tuple[str, ...]
) -> None:
    command = reading.read_raise({**FILLED, "kind": "outage", "clients": typed}, CLIENTS, NOW, NEW_YORK)
    assert (command.clients, command.locations) == (clients, offices)


def test_the_next_update_is_so_many_minutes_from_now_or_at_an_hour_of_today() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert reading.next_update({"next": "30"}, NOW, NEW_YORK) == datetime(2026, 6, 9, 11, 12, tzinfo=NEW_YORK)
    assert reading.next_update({"next": "usual"}, NOW, NEW_YORK) is None
    assert reading.next_update({"next_update_at": "17:00"}, NOW, berlin) == datetime(2026, 6, 9, 17, tzinfo=berlin)
    exact = {"next": "30", "next_update_at": "2026-06-09T16:00:00Z"}
    assert reading.next_update(exact, NOW, NEW_YORK) == datetime(2026, 6, 9, 12, tzinfo=NEW_YORK)
    for wrong in ({"next": "0"}, {"next": "-5"}, {"next_update_at": "25:00"}):
        with pytest.raises(Refused) as refused:
            reading.next_update(wrong, NOW, NEW_YORK)
        assert refused.value.field in wrong


def test_more_than_a_hundred_choices_are_typed_instead() -> None:
    many: Any = [(SimpleNamespace(slug=f"client-{n}", name=f"Client {n}"), ()) for n in range(99)]
    chosen = forms.clients_field(many)
    assert chosen.kind == "choices" and chosen.options[0] == Option("all", "All clients")
    assert len(chosen.options) == 100
    assert forms.clients_field([*many, many[0]]).kind == "longtext"
    long: Any = [(SimpleNamespace(slug="c" * 80, name="Long"), ()), many[0]]
    assert forms.clients_field(long).kind == "longtext"
