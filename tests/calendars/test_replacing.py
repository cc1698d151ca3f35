"""Addresses that got into wrong hands: they end, for whoever has them, and the cards of their person show others."""

from __future__ import annotations

from typing import Any

import pytest

from bot.calendars.links import event_link, feed_link
from bot.cards.card import Link
from bot.cards.gallery import Gallery
from bot.conversation import Conversation
from handlers.commands import Ref, RemovePerson, ReplaceCalendar, Service, System
from storage.store import Store
from tests.calendars.links import SIGNER, URL, event, feed, fetch
from tests.calendars.test_giving import KEY, public
from tests.cli.conftest import Run, clean, demo, demo_template, run
from tests.handlers.office import Office
from tests.handlers.screens import Screens
from tests.handlers.test_downtimes_race import together
from tests.handlers.windows import ANJA, DANA, KAI, MARCUS, SOFIA, agreed, refusal
from tests.web.conftest import house, seeded
from tests.web.house import House

__all__ = ["clean", "demo", "demo_template", "house", "public", "run", "seeded"]

PSA = Service("psa", frozenset({"read", "downtimes:write"}))


def number(office: Office, who: str) -> int:
    """Which addresses of this person are answered."""
    return int(office.rows("SELECT calendar_number FROM person WHERE name = :name", name=who)[0].calendar_number)


def screens(office: Office) -> Screens:
    """With addresses of calendars on the cards."""

    def address(ref: Ref, person: str, number_: int) -> str:
        if ref.kind == "downtime":
            return event_link(SIGNER, URL, ref.id, person, number_)
        return feed_link(SIGNER, URL, person, number=number_)

    found = Screens(office)
    found.gallery = Gallery(office.store, lambda: office.now, "Harborline IT", calendar_of=address)
    found.talk = Conversation(office.desk, found.gallery, lambda: office.now, lambda: None, command="/keyline")
    return found


def links(card: Any) -> list[str]:
    """The addresses on a card."""
    return [block.url for block in card.blocks if isinstance(block, Link)]


def test_old_addresses_end_and_the_cards_show_new_ones(office: Office) -> None:
    ref = agreed(office)
    seen = screens(office)
    old = [event(office, ref, MARCUS), feed(office, MARCUS), feed(office, MARCUS, "northgate")]
    others = [event(office, ref, ANJA), feed(office, ANJA), feed(office, SOFIA, "northgate")]
    page = seen.say(MARCUS, "downtime").card
    assert page is not None and links(page) == [old[1]]
    form = seen.push(MARCUS, _button(page, "New calendar address")).form
    assert form is not None
    unsure = seen.send(MARCUS, form).form
    assert unsure is not None and unsure.errors == {"sure": "Please say that the old addresses shall end."}
    assert number(office, MARCUS) == 0
    done = seen.send(MARCUS, form, sure="yes")
    assert done.say.startswith("The old addresses of your calendars have ended.") and done.card is not None
    for link in old:
        answer = fetch(office, link)
        assert (answer.status_code, answer.text) == (
            410,
            "This calendar has ended: it has another address now. Type “downtime” in chat to get that one.\n",
        )
    (fresh,) = links(done.card)
    assert fresh not in old
    assert links(seen.card(MARCUS, ref, "agreed")) == [event_link(SIGNER, URL, ref.id, office.person(MARCUS), 1)]
    for link in (fresh, *links(seen.card(MARCUS, ref, "agreed")), *others):
        assert fetch(office, link).status_code == 200


def _button(card: Any, label: str) -> Any:
    from bot.cards.card import buttons_of

    return next(one for one in buttons_of(card) if one.label == label)


def test_cards_that_were_sent_are_drawn_again(office: Office) -> None:
    ref = agreed(office)
    sql = (
        "SELECT d.wanted FROM delivery d JOIN person p ON p.id = d.person_id "
        "WHERE d.subject = :of AND d.purpose = 'agreed' AND p.name = :name"
    )
    before = office.rows(sql, of=str(ref), name=MARCUS)[0].wanted
    office.do(SOFIA, ReplaceCalendar(office.person(MARCUS)))
    assert office.rows(sql, of=str(ref), name=MARCUS)[0].wanted == before + 1


@pytest.mark.parametrize(
    ("who", "whose"),
    [(MARCUS, MARCUS), (SOFIA, MARCUS), (SOFIA, SOFIA), (PSA, MARCUS), (PSA, SOFIA), (System("house"), KAI)],
    ids=lambda one: one if isinstance(one, str) else type(one).__name__,  # a set is said in another order each time
)
def test_who_may_replace_an_address(office: Office, who: Any, whose: str) -> None:
    office.do(who, ReplaceCalendar(office.person(whose)))
    assert number(office, whose) == 1
    row = office.rows("SELECT what, subject FROM journal ORDER BY id DESC LIMIT 1")[0]
    assert (row.what, row.subject) == ("calendar.replace", f"person:{office.person(whose)}")


@pytest.mark.parametrize("whose", [ANJA, DANA, SOFIA, "nobody"])
def test_nobody_ends_anybody_elses(office: Office, whose: str) -> None:
    named = office.person(whose) if whose != "nobody" else "per_none"
    refused = refusal(office, MARCUS, ReplaceCalendar(named))
    assert (refused.code, refused.field) == ("not_found", "person")
    assert refused.sentence == f"{named} names nobody; please give the person's id."
    if whose != "nobody":
        assert number(office, whose) == 0


def test_a_colleague_of_the_provider_and_a_bound_token_end_none_of_others(office: Office) -> None:
    assert refusal(office, SOFIA, ReplaceCalendar(office.person(KAI))).code == "not_found"
    bound = Service("psa", frozenset({"downtimes:write"}), "cedar-ridge")
    for whose in (MARCUS, KAI):
        assert refusal(office, bound, ReplaceCalendar(office.person(whose))).code == "not_found"
    reader = Service("psa", frozenset({"read"}))
    assert refusal(office, reader, ReplaceCalendar(office.person(MARCUS))).code == "not_entitled"
    assert refusal(office, System("house"), ReplaceCalendar()).code == "not_found"
    assert [number(office, one) for one in (MARCUS, KAI)] == [0, 0]


def test_two_at_once_leave_one_address_that_works(office: Office) -> None:
    old = feed(office, MARCUS)
    together(office, [(MARCUS, ReplaceCalendar()), (SOFIA, ReplaceCalendar(office.person(MARCUS)))])
    assert number(office, MARCUS) in (1, 2)
    assert fetch(office, old).status_code == 410
    now = feed_link(SIGNER, URL, office.person(MARCUS), number=number(office, MARCUS))
    assert fetch(office, now).status_code == 200


def test_whoever_has_left_has_no_new_address_either(office: Office) -> None:
    old, person = feed(office, ANJA), office.person(ANJA)
    office.do(System("house"), RemovePerson(person, successor=office.person(MARCUS)))
    assert refusal(office, System("house"), ReplaceCalendar(person)).code == "not_found"
    assert "not with the company any more" in fetch(office, old).text


async def test_a_portal_replaces_an_address(public: House) -> None:
    asked = {"person": "dana@marlow.example", "client": "marlow-finch"}
    async with public.caller("all") as caller:
        before = (await caller.get("/api/v1/calendar", params=asked)).json()
        key = {"Idempotency-Key": "leaked-1"}
        first = await caller.post("/api/v1/calendar/replace", json=asked, headers=key)
        again = await caller.post("/api/v1/calendar/replace", json=asked, headers=key)
        now = (await caller.get("/api/v1/calendar", params=asked)).json()
    assert first.status_code == again.status_code == 200, first.text
    assert first.json() == again.json() == now and now["url"] != before["url"]
    assert first.headers["cache-control"] == "no-store"
    for token, status in (("reader", 403), ("cedar", 403)):
        async with public.caller(token) as caller:
            refused = await caller.post("/api/v1/calendar/replace", json=asked)
        assert refused.status_code == status, refused.text


def test_an_operator_replaces_an_address(run: Run, demo: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYLINE_PUBLIC_URL", URL)
    monkeypatch.setenv("KEYLINE_SECRET_KEY", KEY)
    words = ("calendar", "--person", "marcus@northgate.example")
    before, done = run(*words), run(*words, "--replace")
    assert done.exit_code == 0, done.output
    assert "The old addresses of Marcus Hale's calendars have ended." in done.stderr
    assert done.stdout != before.stdout and run(*words).stdout == done.stdout
