"""Feedback outside the chat: over REST, in the console, as CSV; each within its client, and nobody named who is not."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from bot.web.opinionpages import PATH as PAGE
from handlers.commands import Chat, Event, GiveFeedback
from tests.cards.stored import keep
from tests.web.house import NOW, House
from tests.web.inside import Inside
from tests.web.opined import opine
from tests.web.planned import two_offices
from tests.web.test_console_reports import plain
from tests.web.told import HOSTILE

PATH = "/api/v1/feedback"
SAM = "Sam Lee"


async def test_what_was_said_is_read_with_whose_it_is_and_what_was_answered(both_house: House) -> None:
    store = both_house.store
    opine(store, "fbk_own")
    opine(store, "fbk_sam", on_behalf_of=SAM, asked_at=NOW - timedelta(hours=2))
    closed = {"state": "closed", "reply": "A new router comes.", "replied_by": "Sofia Marchetti", "replied_at": NOW}
    opine(store, "fbk_nobody", anonymous=True, asked_at=NOW - timedelta(hours=3), **closed)
    async with both_house.caller("reader") as caller:
        items = (await caller.get(PATH)).json()["items"]
        assert [(one["id"], one["said_by"], one["passed_on_by"]) for one in items] == [
            ("fbk_own", "Dana Whitlock", ""),
            ("fbk_sam", SAM, "Dana Whitlock"),
            ("fbk_nobody", "", "Dana Whitlock"),
        ]
        one = (await caller.get(f"{PATH}/fbk_nobody")).json()
        assert one == items[2]
        assert (one["client"], one["kind"], one["state"], one["anonymous"]) == (
            "marlow-finch", "ongoing", "closed", True
        )  # fmt: skip
        assert (one["text"], one["reply"], one["replied_by"]) == (
            "The VPN drops daily.", "A new router comes.", "Sofia Marchetti"
        )  # fmt: skip
        assert (one["score"], one["of"], one["said_at"]) == (None, None, "2026-06-08T12:05:00Z")
        waiting = (await caller.get(PATH, params={"state": "follow_up", "client": "marlow-finch"})).json()["items"]
        assert [one["id"] for one in waiting] == ["fbk_own", "fbk_sam"]


async def test_the_name_of_somebody_unnamed_was_never_kept_though_it_was_typed(both_house: House) -> None:
    two_offices(both_house)
    given = GiveFeedback("The phones are poor.", on_behalf_of=SAM, anonymous=True)
    outcome = both_house.desk.perform(given, Event("said", NOW, Chat("slack", "T0MF", "U0DANA"), "slack"))
    assert outcome.ref is not None
    async with both_house.caller() as caller:
        answer = await caller.get(f"{PATH}/{outcome.ref.id}")
        assert answer.json()["said_by"] == "" and SAM not in answer.text
    inside = Inside(both_house.store, performing=both_house.performing)
    async with inside.browser() as sofia:
        await inside.entered(sofia, PAGE)
        for path in (PAGE, f"{PAGE}/feedback.csv"):
            seen = (await sofia.get(path)).text
            assert "The phones are poor." in seen and SAM not in seen


async def test_a_token_of_one_client_knows_of_no_other_clients_opinions(house: House) -> None:
    opine(house.store, "fbk_marlow")
    async with house.caller("cedar") as cedar:
        assert (await cedar.get(PATH)).json() == {"items": [], "next": None}
        assert (await cedar.get(f"{PATH}/fbk_marlow")).status_code == 404
        assert (await cedar.get(PATH, params={"client": "marlow-finch"})).status_code == 404
    async with house.caller("writer") as writer:
        assert (await writer.get(PATH)).status_code == 403
    async with house.caller(None) as nobody:
        assert (await nobody.get(PATH)).status_code == 401


async def test_a_long_list_comes_in_pages_without_gaps_or_repeats(both_house: House) -> None:
    for number in range(7):  # some at the same moment
        opine(both_house.store, f"fbk_{number}", asked_at=NOW - timedelta(minutes=number // 2))
    async with both_house.caller() as caller:
        found, cursor = [], None
        while True:
            params = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
            body = (await caller.get(PATH, params=params)).json()
            found += [one["id"] for one in body["items"]]
            if (cursor := body["next"]) is None:
                break
        assert sorted(found) == [f"fbk_{number}" for number in range(7)]
        assert found == ["fbk_1", "fbk_0", "fbk_3", "fbk_2", "fbk_5", "fbk_4", "fbk_6"]


@pytest.mark.parametrize("asked", ["state=x", "kind=x", "limit=0", "cursor=!", "what=x"])
async def test_a_mistyped_question_is_a_422_with_a_sentence(house: House, asked: str) -> None:
    async with house.caller() as caller:
        answer = await caller.get(f"{PATH}?{asked}")
        assert answer.status_code == 422 and answer.json()["detail"]
        assert (await caller.get(f"{PATH}?cursor=abc")).status_code == 404, "there is no such page"
        for path in ("nothing", "a" * 200, "%00"):
            assert (await caller.get(f"{PATH}/{path}")).status_code == 404


async def test_the_console_shows_what_waits_first_and_every_kind(both_house: House) -> None:
    store = both_house.store
    keep(store)
    formal = {"kind": "formal", "subject": "touchpoint:gone", "state": "received", "score": 3, "comment": ""}
    opine(store, "fbk_form", answers={"went_well": "The help desk.", "fix": "Onsite is slow."}, **formal)
    opine(store, "fbk_old", asked_at=NOW - timedelta(days=3), on_behalf_of=SAM, comment=HOSTILE)
    opine(store, "fbk_asked", kind="csat", subject="case:gone", state="requested", comment="", answered_at=None)
    inside = Inside(store, performing=both_house.performing)
    async with inside.browser() as sofia:
        await inside.entered(sofia, PAGE)
        answer = await sofia.get(PAGE)
        said = plain(answer.text)
        assert "<script" not in answer.text and "2 said 1 waiting for your answer 0 answered by you 1 asked" in said
        assert said.index("Waits for your answer") < said.index("3 of 10")
        assert f"{SAM} , passed on by Dana Whitlock" in said
        assert "Went well: The help desk." in said and "To fix: Onsite is slow." in said
        only = plain((await sofia.get(f"{PAGE}?kind=formal")).text)
        assert "3 of 10" in only and "Waits for your answer" not in only
        for asked in ("?kind=x", "?page=x", "?page=0", "?page=99999"):
            assert (await sofia.get(f"{PAGE}{asked}")).status_code == 200


async def test_the_console_without_opinions_says_so(house: House) -> None:
    inside = Inside(house.store, performing=house.performing)
    async with inside.browser() as sofia:
        await inside.entered(sofia, PAGE)
        assert "Nobody has said anything yet" in plain((await sofia.get(PAGE)).text)


async def test_nobody_reads_opinions_without_a_session(house: House) -> None:
    opine(house.store, "fbk_own")
    inside = Inside(house.store, performing=house.performing)
    async with inside.browser() as anybody:
        for path in (PAGE, f"{PAGE}/feedback.csv"):
            answer = await anybody.get(path)
            assert answer.status_code == 401 and "VPN" not in answer.text


async def test_the_csv_has_local_times_and_no_formula(both_house: House) -> None:
    opine(both_house.store, "fbk_sum", comment='=HYPERLINK("x")')
    inside = Inside(both_house.store, performing=both_house.performing)
    async with inside.browser() as sofia:
        await inside.entered(sofia, PAGE)
        answer = await sofia.get(f"{PAGE}/feedback.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="feedback.csv"'
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["What was said"] == '\'=HYPERLINK("x")' and row["Client"] == "Marlow & Finch LLP"
    assert row["Said"] == "2026-06-08T08:05:00-04:00" and row["Said by"] == "Dana Whitlock"
