"""When clients want no work and when they like it done: who may say so, what is kept, what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cards.card import Lines
from bot.cards.gallery import Gallery
from handlers.commands import PutBlackout, PutPolicy, PutPreferredTime, Ref, RemoveBlackout, Service, System, Window
from tests.handlers.office import Office
from tests.handlers.windows import agreed, et, firewalls, standing

TUESDAYS: dict[str, Any] = {"weekday": 1, "from_wall": "07:00", "until_wall": "12:00"}
FULL = "The waiting room is full"
NIGHT: dict[str, Any] = {"weekday": 5, "from_wall": "22:00", "until_wall": "06:00", "location": "leipzig"}
AUDIT = Window(datetime(2026, 6, 20, 4, tzinfo=UTC), datetime(2026, 6, 22, 4, tzinfo=UTC))
TOKEN = Service("psa", frozenset({"downtimes:write"}))


def kept(office: Office) -> list[Any]:
    """The active blackouts' reasons and hours, without those of the demo."""
    mine = "state = 'active' AND added_by <> 'seed'"
    rows = office.rows(f"SELECT why, from_wall, until_wall FROM blackout WHERE {mine} ORDER BY id")
    return [tuple(row) for row in rows]


def test_a_practice_says_that_tuesday_mornings_are_for_patients(office: Office) -> None:
    outcome = office.do("Tom Beckett", PutBlackout(FULL, **TUESDAYS))
    assert outcome.say == (
        "Noted: Cedar Ridge Pediatrics wants no work on Tue 7:00 AM to 12:00 PM: The waiting room is full."
    )
    assert kept(office) == [(FULL, "07:00", "12:00")]
    assert office.journal("blackout.put") == 1 + 1, "one is the demo's"


def test_the_same_time_again_is_known_already_and_another_reason_replaces_the_first(office: Office) -> None:
    first = office.do("Tom Beckett", PutBlackout(FULL, **TUESDAYS))
    again = office.do("Jill Sandoval", PutBlackout(f" {FULL} ", **TUESDAYS))
    assert again.repeated and again.ref == first.ref
    assert office.journal("blackout.put") == 1 + 1, "one is the demo's"
    changed = office.do("Sofia Marchetti", PutBlackout("Vaccinations", client="cedar-ridge", **TUESDAYS))
    assert changed.ref == first.ref
    assert kept(office) == [("Vaccinations", "07:00", "12:00")]


def test_a_coordinator_speaks_for_the_own_office_and_no_further(office: Office) -> None:
    outcome = office.do("Anja Vogel", PutBlackout("Night shift", **NIGHT))
    assert outcome.say == "Noted: Leipzig wants no work on Sat 22:00 to 06:00: Night shift."
    for command in (
        PutBlackout("Night shift", **{**NIGHT, "location": ""}),
        PutBlackout("Night shift", **{**NIGHT, "location": "toledo"}),
    ):
        refused = office.refused("Anja Vogel", command)
        assert refused.code == "not_entitled" and "Marcus Hale" in refused.sentence
    assert len(kept(office)) == 1


def test_a_contact_without_the_role_is_told_who_can(office: Office) -> None:
    refused = office.refused("Dr. Amara Osei", PutBlackout(FULL, **TUESDAYS))
    assert (refused.code, refused.sentence) == (
        "not_entitled",
        "Tom Beckett or Jill Sandoval can say when Cedar Ridge Pediatrics wants work done.",
    )


def test_another_company_is_unknown_to_a_contact_and_to_a_bound_token(office: Office) -> None:
    said = office.refused("Tom Beckett", PutBlackout(FULL, client="marlow-finch", **TUESDAYS))
    assert (said.code, said.field) == ("not_found", "client")
    theirs = office.do("Dana Whitlock", PutBlackout("Court days", **TUESDAYS)).ref
    assert theirs is not None
    assert office.refused("Tom Beckett", RemoveBlackout(theirs)).code == "not_found"
    bound = Service("practice", frozenset({"downtimes:write"}), "cedar-ridge")
    assert office.refused(bound, RemoveBlackout(theirs)).code == "not_found"
    assert office.do(bound, PutBlackout(FULL, **TUESDAYS)).ref is not None


def test_a_token_needs_its_scope(office: Office) -> None:
    poor = Service("psa", frozenset({"read"}))
    assert office.refused(poor, PutBlackout(FULL, client="cedar-ridge", **TUESDAYS)).code == "not_entitled"
    assert office.do(TOKEN, PutBlackout(FULL, client="CR", **TUESDAYS)).ref is not None


def test_the_provider_names_the_client_in_whatever_way_it_is_called(office: Office) -> None:
    for named in ("cedar-ridge", "CR", "Cedar Ridge Pediatrics"):
        assert office.do("Kai Turner", PutBlackout(FULL, client=named, **TUESDAYS)).ref is not None
    assert len(kept(office)) == 1
    assert office.refused("Kai Turner", PutBlackout(FULL, **TUESDAYS)).field == "client"
    assert office.refused("Kai Turner", PutBlackout(FULL, client="x\x00", **TUESDAYS)).field == "client"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": "  "}, "why"),
        ({"why": "x" * 201}, "why"),
        ({"why": "a\x00b"}, "why"),
        ({"weekday": None}, "weekday"),
        ({"weekday": 7}, "weekday"),
        ({"weekday": True}, "weekday"),
        ({"from_wall": "7:00"}, "from_wall"),
        ({"from_wall": ""}, "from_wall"),
        ({"until_wall": "24:00"}, "until_wall"),
        ({"until_wall": "12:00:00"}, "until_wall"),
        ({"until_wall": "１２:00"}, "until_wall"),
        ({"window": AUDIT}, "weekday"),
        ({"weekday": None, "window": AUDIT}, "from_wall"),
        ({"location": "atlantis"}, "location"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    refused = office.refused("Tom Beckett", PutBlackout(**{"why": FULL, **TUESDAYS, **changes}))
    assert (refused.field, kept(office)) == (field, [])


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (datetime(2026, 6, 21, tzinfo=UTC), datetime(2026, 6, 20, tzinfo=UTC)),
        (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC)),
        (datetime(2026, 6, 21, tzinfo=UTC), datetime(2027, 7, 21, tzinfo=UTC)),
        (datetime(2036, 6, 21, tzinfo=UTC), datetime(2036, 6, 22, tzinfo=UTC)),
        (datetime(2026, 6, 21), datetime(2026, 6, 22)),  # noqa: DTZ001
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_a_single_time_that_cannot_be_is_refused(office: Office, starts: datetime, ends: datetime) -> None:
    refused = office.refused("Tom Beckett", PutBlackout(FULL, window=Window(starts, ends)))
    assert (refused.field, kept(office)) == ("window", [])


def test_a_single_time_is_said_on_the_wall_of_the_office_and_is_over_by_itself(office: Office) -> None:
    outcome = office.do("Anja Vogel", PutBlackout("Audit!", location="Leipzig", window=AUDIT))
    assert outcome.say == "Noted: Leipzig wants no work Sat Jun 20, 06:00 to Mon Jun 22, 06:00 CEST: Audit!"
    office.now = AUDIT.ends_at + timedelta(seconds=1)
    later = office.do("Anja Vogel", PutBlackout("Night shift", **NIGHT))
    assert later.ref != outcome.ref


def test_a_removed_blackout_is_gone_and_removing_it_again_changes_nothing(office: Office) -> None:
    ref = office.do("Anja Vogel", PutBlackout("Night shift", **NIGHT)).ref
    assert ref is not None
    assert office.refused("Greta Lindqvist", RemoveBlackout(ref)).code == "not_entitled"
    assert office.do("Marcus Hale", RemoveBlackout(ref)).say.endswith("Work is welcome then again.")
    assert kept(office) == []
    assert office.do("Anja Vogel", RemoveBlackout(ref)).repeated
    assert office.journal("blackout.remove") == 1
    for nonsense in (Ref("blackout", "blk_none"), Ref("approval", ref.id)):
        assert office.refused("Anja Vogel", RemoveBlackout(nonsense)).code == "not_found"
    fresh = office.do("Anja Vogel", PutBlackout("Night shift", **NIGHT))
    assert fresh.ref != ref


def test_there_is_an_end_to_how_many_a_client_may_have(office: Office) -> None:
    for minute in range(199):  # and the demo's own
        wall = f"{minute // 60:02}:{minute % 60:02}"
        office.do(System("test"), PutBlackout(FULL, client="cedar-ridge", weekday=1, from_wall=wall, until_wall=wall))
    assert office.refused("Tom Beckett", PutBlackout(FULL, **TUESDAYS)).code == "blocked"


# ------------------------------------------------------------------ preferred times

WEEKENDS: dict[str, Any] = {"weekdays": (6, 5, 5), "from_wall": "06:00", "until_wall": "18:00"}


def preferred(office: Office) -> list[Any]:
    """The preferred times, without those of the demo."""
    return office.rows("SELECT id FROM preferred_time WHERE added_by <> 'seed'")


def test_a_preferred_time_is_one_for_the_client_and_one_for_each_office(office: Office) -> None:
    assert office.do("Marcus Hale", PutPreferredTime(**WEEKENDS)).say == (
        "Noted: Northgate Fabrication prefers Sat and Sun 6:00 AM to 6:00 PM."
    )
    assert office.do("Anja Vogel", PutPreferredTime(location="leipzig", **WEEKENDS)).say == (
        "Noted: Leipzig prefers Sat and Sun 06:00 to 18:00."
    )
    first = office.do("Marcus Hale", PutPreferredTime(weekdays=(6,), from_wall="00:00", until_wall="00:00"))
    assert first.say == "Noted: Northgate Fabrication prefers Sun all day."
    again = office.do("Marcus Hale", PutPreferredTime(weekdays=(6,), from_wall="00:00", until_wall="00:00"))
    assert again.repeated and again.ref == first.ref
    assert len(preferred(office)) == 2
    assert office.journal("preferred.put") == 3 + 1, "one is the demo's"


def test_no_weekdays_take_the_preference_away(office: Office) -> None:
    office.do("Tom Beckett", PutPreferredTime(**WEEKENDS))
    assert office.do("Jill Sandoval", PutPreferredTime()).say == (
        "Cedar Ridge Pediatrics has no preferred times any more."
    )
    assert office.do("Jill Sandoval", PutPreferredTime()).repeated
    assert preferred(office) == []


def test_preferences_have_the_rights_and_fields_of_blackouts(office: Office) -> None:
    assert office.refused("Dr. Amara Osei", PutPreferredTime(**WEEKENDS)).code == "not_entitled"
    assert office.refused("Anja Vogel", PutPreferredTime(**WEEKENDS)).code == "not_entitled"
    assert office.refused("Tom Beckett", PutPreferredTime(**{**WEEKENDS, "weekdays": (9,)})).field == "weekdays"
    assert office.refused("Tom Beckett", PutPreferredTime(**{**WEEKENDS, "until_wall": ""})).field == "until_wall"
    assert preferred(office) == []


def test_whoever_offers_is_told_which_time_is_outside_what_an_office_prefers(office: Office) -> None:
    ref = office.do("Sofia Marchetti", firewalls(send=False)).ref

    def said() -> list[str]:
        card = Gallery(office.store, lambda: office.now, "").draw(ref, "preview", office.person("Sofia Marchetti"))  # type: ignore[arg-type]
        assert card is not None
        lists = [one for one in card.blocks if isinstance(one, Lines) and one.heading == "Only to know"]
        return [line.what for one in lists for line in one.items]

    assert said() == ["Time 1 is outside the preferred times of Leipzig: Sat and Sun 06:00 to 22:00."]
    office.do("Marcus Hale", PutPreferredTime())
    assert said() == []


def test_a_client_may_ask_for_more_notice_than_others(office: Office) -> None:
    office.do(System("operator"), PutPolicy("northgate", {"notice_days": {"major": 15}}))
    office.now = et(6, 5, 10)
    ref = office.do("Sofia Marchetti", firewalls(send=False)).ref
    assert ref is not None
    assert [(one.row.needed_days, one.row.given_days, one.short) for one in standing(office, ref).offers] == [
        (15, 10, True),
        (15, 10, True),
    ]


def test_whoever_was_told_of_a_blackout_sees_what_becomes_of_it(office: Office) -> None:
    downtime = agreed(office)
    window = Window(et(6, 21, 8), et(6, 21, 18))
    ref = office.do("Marcus Hale", PutBlackout("Stocktaking", window=window)).ref
    assert ref is not None

    def message() -> tuple[str, int]:
        (row,) = office.rows(
            "SELECT wanted FROM delivery d JOIN person p ON p.id = d.person_id "
            "WHERE d.purpose = :purpose AND p.name = 'Sofia Marchetti'",
            purpose=f"blackout:{ref.id}",
        )
        card = Gallery(office.store, lambda: office.now, "").draw(
            downtime, f"blackout:{ref.id}", office.person("Sofia Marchetti")
        )
        return str(card), row.wanted

    first, wanted = message()
    assert "Stocktaking" in first
    office.do("Marcus Hale", PutBlackout("The auditors are here", window=window))
    second, more = message()
    assert "The auditors are here" in second and more > wanted
    office.do("Marcus Hale", RemoveBlackout(ref))
    third, most = message()
    assert "taken back" in third and most > more
