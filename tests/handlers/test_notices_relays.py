"""What contacts tell their staff: drafted, edited, posted, told by other means, and what happens when it is not."""

from __future__ import annotations

from sqlalchemy import text

from handlers.commands import (
    CancelNotice,
    DeliveryFailed,
    EditRelay,
    PostRelay,
    Ref,
    RememberRoom,
    ResolveNotice,
    StaffInformed,
    System,
    UpdateNotice,
)
from storage.rows import Row
from tests.handlers.alarm import (
    ANJA,
    DANA,
    LUIS,
    SOFIA,
    TOM,
    acknowledge,
    at,
    broadcast,
    internet,
    mail,
    owed,
    raised,
    stages,
    tasks,
)
from tests.handlers.office import Office


def relays(office: Office, ref: Ref, name: str) -> list[Row]:
    return [row for row in broadcast(office, ref).relays if row.person_id == office.person(name)]


def latest(office: Office, ref: Ref, name: str) -> Ref:
    return Ref("relay", relays(office, ref, name)[-1].id)


def room(office: Office, name: str = "all-staff", *, of: str = DANA, channel: str = "C0STAFF") -> str:
    home = office.account(of)
    office.do(System("slack"), RememberRoom(home.platform, home.org, channel, name))
    rows = office.rows("SELECT id FROM room WHERE channel = :channel", channel=channel)
    return str(rows[0].id)


def test_every_step_has_a_draft_and_replaces_the_one_before(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet(workaround="Use the phone"))
    assert relays(office, ref, DANA) == [], "only who has read it tells the staff"
    acknowledge(office, ref, DANA)
    office.do(SOFIA, UpdateNotice(ref, "A technician is on the way"))
    assert [(row.number, row.state) for row in relays(office, ref, DANA)] == [(0, "replaced"), (1, "draft")]
    assert relays(office, ref, DANA)[1].text == (
        "News about Internet in Providence: A technician is on the way. What you can do: Use the phone. "
        "There will be news by 11:12 AM."
    )
    old, new = (Ref("relay", row.id) for row in relays(office, ref, DANA))
    assert "news since" in office.refused(DANA, StaffInformed(old)).sentence
    assert "news since" in office.refused(DANA, EditRelay(old, "x")).sentence
    office.do(DANA, StaffInformed(new))
    assert stages(office, ref)[DANA] == "relayed"
    office.do(SOFIA, ResolveNotice(ref, "The line is repaired"))
    assert stages(office, ref)[DANA] == "acknowledged", "told on every update"
    assert [(row.number, row.state) for row in relays(office, ref, DANA)][1:] == [(1, "informed"), (2, "draft")]
    assert relays(office, ref, DANA)[2].text == (
        "Internet in Providence: the problem is solved. The line is repaired. Thank you for your patience."
    )


def test_local_time_is_the_readers(office: Office) -> None:
    at(office, 9, 10, 0)
    ref = raised(office, mail(clients=("all",)))
    for name in (TOM, ANJA):
        acknowledge(office, ref, name)
    assert "since 8:00 AM." in relays(office, ref, TOM)[0].text
    assert "in Leipzig since 16:00." in relays(office, ref, ANJA)[0].text


def test_the_contacts_own_words_are_kept_and_posted_in_a_room(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    mine = latest(office, ref, DANA)
    assert office.refused(DANA, PostRelay(mine, "")).field == "room", "the bot is in no room"
    office.do(DANA, EditRelay(mine, "No internet in Providence. Please use your phones."))
    assert office.do(DANA, EditRelay(mine, "No internet in Providence. Please use your phones.")).repeated
    where = room(office)
    at(office, 9, 10, 51)
    assert office.do(DANA, PostRelay(mine, "")).say == "Posted in #all-staff."
    row = relays(office, ref, DANA)[0]
    assert (row.state, row.place, row.room_id, row.edited) == ("posted", "#all-staff", where, True)
    assert row.told_at == office.now
    posted = office.rows("SELECT room_id FROM delivery WHERE subject = :of AND purpose = 'post'", of=str(mine))
    assert [one.room_id for one in posted] == [where]
    assert office.do(DANA, PostRelay(mine, where)).repeated
    assert office.do(DANA, StaffInformed(ref)).repeated
    assert office.refused(DANA, EditRelay(mine, "Something else")).code == "conflict"
    assert office.journal("relay.posted") == 1


def test_a_message_belongs_to_its_contact_and_a_room_to_its_company(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    mine = latest(office, ref, DANA)
    theirs = room(office, "cedar", of=TOM, channel="19:cedar@thread.tacv2")
    own = room(office)
    room(office, "second", channel="C0SECOND")
    assert office.refused(DANA, PostRelay(mine, theirs)).field == "room"
    assert "choose the channel" in office.refused(DANA, PostRelay(mine, "")).sentence
    assert office.refused(LUIS, PostRelay(mine, own)).sentence == "This message is Dana Whitlock's to send."
    assert office.refused(TOM, PostRelay(mine, own)).code == "not_found"
    assert office.refused(SOFIA, EditRelay(mine, "x")).code == "not_entitled"
    assert relays(office, ref, DANA)[0].state == "draft"


def test_what_did_not_arrive_in_the_room_is_a_draft_again(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    acknowledge(office, ref, DANA)
    mine, where = latest(office, ref, DANA), room(office)
    office.do(DANA, PostRelay(mine, where))
    delivery = office.rows("SELECT id FROM delivery WHERE subject = :of AND purpose = 'post'", of=str(mine))[0].id
    with office.store.write() as tx:
        tx.execute(text("UPDATE delivery SET state = 'dead', settled_at = NULL WHERE id = :id"), {"id": delivery})
    office.do(System("courier"), DeliveryFailed(delivery, "payload", "too long"))
    assert relays(office, ref, DANA)[0].state == "draft"
    assert stages(office, ref)[DANA] == "acknowledged"
    assert owed(office, str(mine), "failed:%") == [DANA]
    assert office.do(System("courier"), DeliveryFailed(delivery, "payload", "too long")).repeated
    office.do(DANA, StaffInformed(mine))
    assert relays(office, ref, DANA)[0].place == "by other means"


def test_who_has_not_told_the_staff_is_nudged_and_then_the_csm_knows(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    at(office, 9, 10, 45)
    acknowledge(office, ref, DANA)
    mine = latest(office, ref, DANA)
    at(office, 9, 10, 59)
    assert owed(office, str(mine), "nudge:%") == []
    at(office, 9, 11, 0)
    assert owed(office, str(mine), "nudge:%") == [DANA]
    at(office, 9, 11, 15)
    assert tasks(office, "relay_silent") == ["Sofia Marchetti: N-1: Dana Whitlock has not told the staff"]
    office.do(DANA, StaffInformed(mine))
    assert tasks(office, "relay_silent") == []


def test_nobody_is_nudged_about_what_is_out_of_date_or_only_information(office: Office) -> None:
    at(office, 9, 10, 42)
    ref, mild = raised(office, internet()), raised(office, mail(clients=("MF",), severity=4))
    acknowledge(office, ref, DANA)
    acknowledge(office, mild, DANA)
    first = latest(office, ref, DANA)
    office.later(minutes=10)
    office.do(SOFIA, CancelNotice(ref, "It was the test line"))
    office.later(minutes=10)
    assert owed(office, str(first), "nudge:%") == []
    assert "false alarm" in relays(office, ref, DANA)[-1].text
    office.later(days=10)
    assert owed(office, str(latest(office, mild, DANA)), "nudge:%") == []
    assert len(tasks(office, "relay_silent")) == 1, "whoever was alarmed should hear that it was a false alarm"


def test_staff_informed_says_that_it_was_read(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    office.do(LUIS, StaffInformed(ref))
    assert stages(office, ref) == {LUIS: "relayed", DANA: "covered"}
    assert office.do(LUIS, StaffInformed(ref)).repeated
    assert office.refused(TOM, StaffInformed(ref)).code == "not_found"
