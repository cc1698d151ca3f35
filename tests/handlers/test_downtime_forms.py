"""What people type about downtimes: planned, asked for and answered in forms, sent back at the field, in their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cards.card import Form
from bot.cards.downtimes import forms
from handlers.commands import AnswerWindows, ChooseWindow, Ref, StartDowntime
from handlers.mechanisms.windows.standing import Standing, load
from tests.cards.downtimes import ANJA, FIRST, GRETA, KAI, MARCUS, SUNDAY, TOM, firewall, window
from tests.cards.scenes import DANA, NORA, SOFIA
from tests.handlers.office import Office
from tests.handlers.screens import Screens, words

BEN = "Ben Okafor"
NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
PLAN = {
    "client": "northgate/leipzig, northgate/toledo",
    "work": "Firewall upgrade",
    "implications": "No internet.",
    "windows": "2026-06-20T18:00",
    "length": "240",
    "windows_2": "2026-06-21T06:00",
}


@pytest.fixture
def screens(office: Office) -> Screens:
    """On the Friday of story 6."""
    office.now = datetime.fromisoformat(FIRST)
    return Screens(office)


def asked(screens: Screens, name: str, typed: str = "downtime") -> Form:
    """The form that words open."""
    form = screens.say(name, typed).form
    assert form is not None
    return form


def standing(office: Office, ref: Ref | None = None) -> Standing:
    """Where the newest downtime, or this one, stands."""
    id_ = ref.id if ref is not None else office.rows("SELECT id FROM downtime ORDER BY created_at DESC, id DESC")[0].id
    with office.store.read() as tx:
        found = load(tx, id_, office.now)
    assert found is not None
    return found


def walls(found: Standing, zone: ZoneInfo = NEW_YORK) -> list[tuple[str, float]]:
    """Each time on offer: its beginning on this wall, and how many hours it lasts."""
    return [
        (f"{one.row.starts_at.astimezone(zone):%a %H:%M}", (one.row.ends_at - one.row.starts_at) / timedelta(hours=1))
        for one in found.offers
    ]


@pytest.mark.parametrize("name", [SOFIA, BEN])
def test_the_provider_plans_work_in_words_on_either_platform_and_looks_before_sending(
    screens: Screens, name: str
) -> None:
    answer = screens.send(name, asked(screens, name), **PLAN)
    assert answer.form is None, answer.form and answer.form.errors
    found = standing(screens.office)
    assert (found.state, [place.name for place in found.places]) == ("draft", ["Leipzig", "Toledo"])
    assert walls(found) == [("Sat 18:00", 4), ("Sun 06:00", 4)]
    assert screens.labels(name, found.ref, "preview") == ["Send now", "Change", "Discard"]
    answer = screens.press(name, found.ref, "Send now", purpose="preview")
    assert standing(screens.office).state == "proposed" and answer.tone == "good"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("client", "", "Please choose the client."),
        ("client", "northgate, marlow-finch", "A downtime is agreed with one client at a time."),
        ("client", "nobody", "There is no client called nobody."),
        ("work", " ", "Please give what will be done."),
        ("implications", "", "Please give what will not work meanwhile and what people can do."),
        ("windows", "", "Please say when it begins."),
        ("windows", "soon", "Please give a date and a time."),
        ("windows", "2026-06-04T18:00", "This time begins in the past."),
        ("windows_2", "2026-06-04T18:00", "This time begins in the past."),
        ("windows_2", "2026-06-20T18:00", "Two of the times are the same."),
        ("length", "", "Please choose how long it lasts."),
        ("length", "99999", "Work lasts a week at most."),
        ("length_3", "60", "Please say when it begins, or leave the length empty too."),
        ("windows_3", "2099-01-01T00:00", "The third time is more than two years ahead."),
    ],
)
def test_what_does_not_fit_comes_back_at_its_field_and_nothing_typed_is_lost(
    screens: Screens, field: str, typed: str, sentence: str
) -> None:
    named = {"Two of": "windows", "The third": "windows", "Please say when it begins, or": "windows_3"}
    answer = screens.send(SOFIA, asked(screens, SOFIA), **{**PLAN, field: typed})
    assert answer.form is not None, answer.say
    at = next((where for begins, where in named.items() if sentence.startswith(begins)), field)
    assert dict(answer.form.errors) == {at: sentence}
    kept = {one.id: one.value for one in answer.form.fields}
    assert all(kept[id_] == value for id_, value in {**PLAN, field: typed}.items() if id_ in kept)
    assert screens.office.rows("SELECT count(*) AS n FROM downtime")[0].n == 0


def test_a_later_time_lasts_as_long_as_the_first_unless_it_says_otherwise(screens: Screens) -> None:
    more = {"windows_3": "2026-06-27T06:00", "length_3": "60"}
    screens.send(SOFIA, asked(screens, SOFIA), **{**PLAN, **more})
    assert [hours for _, hours in walls(standing(screens.office))] == [4, 4, 1]


def test_a_change_of_a_draft_keeps_times_of_any_length(screens: Screens) -> None:
    odd = screens.office.do(SOFIA, firewall(send=False, windows=(window(SUNDAY, 4 + 1 / 3),))).ref
    assert odd is not None
    form = screens.press(SOFIA, odd, "Change", purpose="preview").form
    assert form is not None
    screens.send(SOFIA, form, work="Two firewalls")
    found = standing(screens.office)
    assert found.row.work == "Two firewalls" and found.offers[0].window == window(SUNDAY, 4 + 1 / 3)


def test_days_and_hours_are_meant_on_the_wall_of_whoever_types_them(screens: Screens) -> None:
    ref = screens.office.do(SOFIA, firewall()).ref
    assert ref is not None
    form = screens.press(MARCUS, ref, "Suggest another time", purpose="offer:r1").form
    assert form is not None and "New York" in form.fields[0].hint
    screens.send(MARCUS, form, windows="2026-10-25T01:00", text="After the summer.")
    assert walls(standing(screens.office)) == [("Sun 01:00", 4)]
    assert standing(screens.office).state == "countered"
    blackout = asked(screens, ANJA, "downtime blackout")
    once = {"weekday": "once", "starts_at": "2026-06-21T08:00", "ends_at": "2026-06-21T20:00", "why": "Stocktaking"}
    assert screens.send(ANJA, blackout, location="northgate/leipzig", **once).tone == "good"
    row = screens.office.rows("SELECT starts_at FROM blackout WHERE why = 'Stocktaking'")[0]
    starts = row.starts_at if isinstance(row.starts_at, datetime) else datetime.fromisoformat(row.starts_at)
    starts = starts if starts.tzinfo is not None else starts.replace(tzinfo=UTC)
    assert starts == datetime(2026, 6, 21, 8, tzinfo=BERLIN)


def test_a_length_is_time_that_passes_also_when_the_clocks_change_meanwhile(screens: Screens) -> None:
    typed = {"windows": "2026-10-31T22:00", "length": "480", "windows_2": ""}
    screens.send(SOFIA, asked(screens, SOFIA), **{**PLAN, **typed})
    assert walls(standing(screens.office)) == [("Sat 22:00", 8)]
    assert "to Sun Nov 1, 5:00 AM EST" in screens.text(SOFIA, standing(screens.office).ref, "preview")


def test_a_contact_asks_and_an_employee_is_told_whom_to_ask(screens: Screens) -> None:
    page = screens.say(MARCUS, "downtime").card
    assert page is not None and "No downtime is open or agreed." in words(page)
    form = asked(screens, MARCUS, "downtime new")
    assert form.title == "Ask for downtime" and {one.id for one in form.fields} & {"client", "engineer"} == set()
    typed = {name: value for name, value in PLAN.items() if name != "client"}
    answer = screens.send(MARCUS, form, **typed, locations="toledo")
    assert "Nothing is agreed" in answer.say
    found = standing(screens.office)
    assert (found.state, found.row.side, [place.name for place in found.places]) == ("proposed", "client", ["Toledo"])
    assert "waits for your answer" in screens.text(SOFIA, found.ref, "desk")
    said = screens.say(NORA, "request").card
    assert said is not None  # known from now on
    refused = screens.say(NORA, "downtime new")
    assert refused.tone == "bad" and refused.say.endswith("Please ask Dana Whitlock.")
    own = screens.say(NORA, "downtime").card
    assert own is not None and not [block for block in own.blocks if hasattr(block, "buttons")]


def test_a_short_notice_and_an_objection_ask_for_more_than_a_press(screens: Screens) -> None:
    office = screens.office
    ref = office.do(SOFIA, firewall(windows=(window("2026-06-13T06:00:00-04:00"),))).ref
    assert ref is not None
    form = screens.press(ANJA, ref, "Object", purpose="offer:r1").form
    assert form is not None and [one.id for one in form.fields] == ["reason"]
    empty = screens.send(ANJA, form, reason=" ")
    assert empty.form is not None and set(empty.form.errors) == {"reason"}
    assert screens.send(ANJA, form, reason="Night shift.").tone == "good"
    label = screens.labels(MARCUS, ref, "turn:r1")[0]
    assert label == "Pick Sat Jun 13, 6:00 AM EDT"
    form = screens.press(MARCUS, ref, label, purpose="turn:r1").form
    assert form is not None and [one.id for one in form.fields] == ["consent", "reason"]
    assert "Short notice: 6 business days instead of 10." in form.intro
    without = screens.send(MARCUS, form, reason="It cannot wait.")
    assert without.form is not None and set(without.form.errors) == {"consent"}
    assert screens.send(MARCUS, form, consent="yes", reason="It cannot wait.").tone == "good"
    assert standing(office).row.decided_why == "It cannot wait."


def test_an_objection_names_only_the_times_it_is_about(screens: Screens) -> None:
    ref = screens.office.do(SOFIA, firewall()).ref
    assert ref is not None
    form = screens.press(ANJA, ref, "Object", purpose="offer:r1").form
    assert form is not None
    screens.send(ANJA, form, numbers="1", reason="Night shift.")
    screens.press(ANJA, ref, "OK here", purpose="offer:r1")
    voice = standing(screens.office).place_voices[0]
    assert voice.objects_to(1) and voice.agrees_to(2)
    screens.press(ANJA, ref, "OK here", purpose="offer:r1")  # takes the objection back
    assert standing(screens.office).place_voices[0].agrees_to(1)


@pytest.mark.parametrize(
    ("typed", "minutes"), [({"longer": "30"}, 30), ({"until": "2026-06-21T11:15"}, 75), ({"until": "11:15"}, 75)]
)
def test_work_is_extended_by_so_long_or_until_then(screens: Screens, typed: dict[str, str], minutes: int) -> None:
    office, ref = _running(screens)
    form = screens.press(KAI, ref, "Extend", purpose="engineer").form
    assert form is not None
    assert screens.send(KAI, form).form is not None  # neither
    assert screens.send(KAI, form, **typed).tone == "good"
    assert standing(office, ref).row.extended_to == datetime(2026, 6, 21, 10, tzinfo=NEW_YORK) + timedelta(
        minutes=minutes
    )


def test_a_coordinator_says_when_work_is_wanted_for_the_own_office_alone(screens: Screens) -> None:
    form = asked(screens, ANJA, "downtime preferred")
    where = next(one for one in form.fields if one.id == "location")
    assert [option.label for option in where.options] == ["Leipzig"]
    assert asked(screens, MARCUS, "downtime preferred").fields[0].options[0].label == "All offices"
    answer = screens.send(ANJA, form, location="northgate/leipzig", weekdays="5,6", from_wall="08:00")
    assert answer.form is not None and dict(answer.form.errors) == {"until_wall": "Please choose from when until when."}
    typed = {"location": "northgate/leipzig", "weekdays": "5,6", "from_wall": "08:00", "until_wall": "18:00"}
    assert screens.send(ANJA, form, **typed).say == "Noted: Leipzig prefers Sat and Sun 08:00 to 18:00."
    refused = screens.say(GRETA, "downtime blackout")
    assert refused.tone == "bad" and "looks after downtimes" in refused.say
    assert screens.say(DANA, "downtime blackout").form is not None
    assert asked(screens, TOM, "downtime blackout").fields[0].id == "weekday"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("weekday", "", "Please choose a weekday, or once only."),
        ("weekday", "9", "Please choose a weekday, or once only."),
        ("from_wall", "", "Please choose from when until when."),
        ("until_wall", "25:00", "Please write hours like 07:00 or 18:30."),
        ("why", " ", "Please give the reason."),
        ("location", "northgate/atlantis", "Northgate Fabrication has no office called atlantis."),
    ],
)
def test_a_time_without_work_is_sent_back_at_its_field(screens: Screens, field: str, typed: str, sentence: str) -> None:
    right = {"location": "northgate", "weekday": "0", "from_wall": "07:00", "until_wall": "12:00", "why": "Rush hour"}
    form = asked(screens, SOFIA, "downtime blackout")
    answer = screens.send(SOFIA, form, **{**right, field: typed})
    assert answer.form is not None, answer.say
    assert dict(answer.form.errors) == {field: sentence}
    assert screens.send(SOFIA, form, **right).tone == "good"


def test_the_list_of_what_waits_has_the_buttons_and_the_digest_brings_it(screens: Screens) -> None:
    office = screens.office
    ref = office.do(SOFIA, firewall()).ref
    assert ref is not None
    office.later(days=4)
    rows = office.rows(
        "SELECT p.name FROM delivery d JOIN person p ON p.id = d.person_id WHERE d.purpose LIKE 'digest:%' "
        "AND p.client_id IS NOT NULL"
    )
    assert {row.name for row in rows} == {ANJA}
    waiting = screens.say(ANJA, "waiting").card
    assert waiting is not None and waiting.title == "1 downtime to agree on"
    office.do(ANJA, AnswerWindows(ref, 1, True))
    listed = screens.say(MARCUS, "waiting").card
    assert listed is not None
    labels = [button.label for block in listed.blocks for button in getattr(block, "buttons", ())]
    assert labels == [
        "Pick Sat Jun 20, 6:00 PM EDT",
        "Pick Sun Jun 21, 6:00 AM EDT",
        "Suggest another time",
        "Decline",
    ]


def _running(screens: Screens) -> tuple[Office, Ref]:
    office = screens.office
    ref = office.do(SOFIA, firewall(windows=(window(SUNDAY),), engineer=office.person(KAI))).ref
    assert ref is not None
    office.do(ANJA, AnswerWindows(ref, 1, True))
    office.do(MARCUS, ChooseWindow(ref, 1, 1))
    office.later(seconds=(datetime.fromisoformat(SUNDAY) - office.now).total_seconds())
    office.do(KAI, StartDowntime(ref))
    return office, ref


def test_whoever_has_not_told_the_staff_is_named_with_the_number_to_call(screens: Screens) -> None:
    office = screens.office
    ref = office.do(SOFIA, firewall()).ref
    assert ref is not None
    office.do(ANJA, AnswerWindows(ref, 1, True))
    office.do(MARCUS, ChooseWindow(ref, 1, 2))
    office.later(seconds=(datetime.fromisoformat("2026-06-20T12:00:00-04:00") - office.now).total_seconds())
    rows = office.rows("SELECT id, title FROM task WHERE kind = 'relay_silent' AND state = 'open'")
    shown = {row.title: screens.text(SOFIA, Ref("task", row.id), "task") for row in rows}
    assert any(ANJA in title and f"{ANJA}: +49 341 555 0132" in said for title, said in shown.items()), shown


def test_with_more_clients_than_a_list_can_hold_one_is_typed(screens: Screens) -> None:
    many: Any = [(SimpleNamespace(slug=f"client-{n}", name=f"Client {n}"), ()) for n in range(150)]
    (field, *_) = forms.plan_form(many, (), NEW_YORK).fields
    assert (field.kind, field.options) == ("longtext", ()) and "one a line" in field.hint
    for typed, places in (("NF", 2), ("Northgate Fabrication", 2), ("northgate/leipzig", 1)):
        answer = screens.send(SOFIA, asked(screens, SOFIA), **{**PLAN, "client": typed})
        assert answer.form is None, answer.form and answer.form.errors
        assert len(standing(screens.office).places) == places
        screens.office.now += timedelta(minutes=1)
