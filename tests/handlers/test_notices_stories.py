"""Stories 4 and 5 of the domain without platforms, to the minute."""

from __future__ import annotations

from handlers.commands import (
    CallMe,
    Rate,
    RecordAcknowledgement,
    Ref,
    ResolveNotice,
    ShareRootCause,
    StaffInformed,
    UpdateNotice,
)
from tests.handlers.alarm import (
    ANJA,
    BEN,
    DANA,
    LUIS,
    MARCUS,
    SOFIA,
    TOM,
    acknowledge,
    at,
    broadcast,
    internet,
    mail,
    owed,
    raised,
    reader,
    stages,
    tasks,
)
from tests.handlers.office import Office


def relay_of(office: Office, ref: Ref, name: str) -> Ref:
    found = [row for row in broadcast(office, ref).relays if row.person_id == office.person(name)]
    return Ref("relay", found[-1].id)


def test_story_4_providence_is_offline(office: Office) -> None:
    at(office, 9, 10, 42)
    ref = raised(office, internet())
    assert stages(office, ref) == {DANA: "queued", LUIS: "queued"}, "Boston-only staff is not paged"
    assert sorted(owed(office, str(ref), "notice")) == [DANA, LUIS]
    assert owed(office, f"board:{ref.id}") == [SOFIA]
    at(office, 9, 10, 45)
    assert acknowledge(office, ref, DANA) == "Thank you, N-1 is acknowledged. Please tell your staff next."
    assert stages(office, ref) == {DANA: "acknowledged", LUIS: "covered"}
    draft = relay_of(office, ref, DANA)
    said = next(row for row in broadcast(office, ref).relays if row.id == draft.id).text
    assert said == (
        "There is a problem with Internet in Providence since 10:42 AM. Nobody in the office can reach e-mail or files."
        " Our IT provider is working on it. There will be news by 11:12 AM."
    )
    at(office, 9, 10, 51)
    assert office.do(DANA, StaffInformed(draft)).say == "Noted: your staff knows the latest."
    told = reader(office, ref, DANA)
    assert told.stage == "relayed"
    assert told.receipt.acked_at - broadcast(office, ref).notice.sent_at == (office.now - office.now).__class__(
        minutes=3
    )
    assert told.informed_at is not None
    assert (told.informed_at - broadcast(office, ref).notice.sent_at).total_seconds() == 9 * 60
    at(office, 9, 11, 6)
    assert not tasks(office, "update_due")
    at(office, 9, 11, 7)
    assert tasks(office, "update_due") == ["Sofia Marchetti: N-1: the next update was promised for 11:12 AM"]
    at(office, 9, 11, 12)
    office.do(SOFIA, UpdateNotice(ref, no_change=True))
    assert not tasks(office, "update_due")
    assert stages(office, ref)[DANA] == "acknowledged", "the staff does not know the latest yet"
    at(office, 9, 11, 40)
    office.do(
        SOFIA, UpdateNotice(ref, "The office is on a 4G line.", state="monitoring", workaround="Use the 4G Wi-Fi")
    )
    at(office, 9, 12, 10)
    office.do(SOFIA, UpdateNotice(ref, "Stable for half an hour.", state="monitoring"))
    at(office, 9, 12, 30)
    office.do(SOFIA, ResolveNotice(ref, "The line is repaired."))
    now = broadcast(office, ref)
    assert [row.what for row in now.updates] == ["no_change", "update", "update", "resolved"]
    assert now.notice.root_cause_due_at.astimezone(office.now.tzinfo).strftime("%a %b %d") == "Tue Jun 16"
    assert tasks(office, "root_cause") == ["Sofia Marchetti: N-1: say why it happened, by Tue Jun 16"]
    asked = office.rows("SELECT id, person_id, state FROM feedback")
    assert [row.person_id for row in asked] == [office.person(DANA)], "only who has read it is asked"
    assert not tasks(office, "update_late")
    office.do(DANA, Rate(Ref("feedback", asked[0].id), 2, "An hour without mail"))
    assert tasks(office, "low_score") == ["Sofia Marchetti: N-1: Dana Whitlock gave 2 of 5"]
    at(office, 16, 12, 0)
    assert not tasks(office, "root_cause_late")
    cause = office.do(SOFIA, ShareRootCause(ref, "A digger cut the fibre.", "Spliced.", "A second line.")).ref
    assert cause is not None
    assert broadcast(office, ref).notice.state == "closed"
    assert stages(office, cause) == {DANA: "queued", LUIS: "queued"}
    assert not tasks(office, "root_cause")
    acknowledge(office, cause, DANA)
    assert stages(office, cause) == {DANA: "acknowledged", LUIS: "covered"}


def test_story_5_mail_is_late_everywhere(office: Office) -> None:
    at(office, 10, 10, 0)
    office.do(SOFIA, mail(send=False))
    draft = office.do(SOFIA, mail(send=False))
    assert (draft.facts["clients"], draft.facts["people"]) == (3, 5)
    sent = office.do(SOFIA, mail())
    assert sent.say == "N-3 is on its way to 5 people of 3 clients."
    ref = sent.ref
    assert ref is not None
    assert set(stages(office, ref)) == {DANA, LUIS, TOM, MARCUS, ANJA}
    for name in (DANA, LUIS, MARCUS, ANJA):
        acknowledge(office, ref, name)
    assert [name for name, stage in stages(office, ref).items() if stage == "queued"] == [TOM]
    at(office, 10, 10, 30)
    assert stages(office, ref)[TOM] == "overdue"
    assert stages(office, ref)["Jill Sandoval"] == "queued", "the backup is asked besides"
    at(office, 10, 10, 40)
    office.do(TOM, CallMe(ref))
    assert tasks(office, "call_me") == ["Sofia Marchetti: N-3: call Tom Beckett at +1 303 555 0120"]
    office.do(BEN, RecordAcknowledgement(ref, office.person(TOM), "He will tell the front desk."))
    mine = reader(office, ref, TOM).receipt
    assert (mine.state, mine.via, mine.recorded_by) == ("acknowledged", "phone", office.person(BEN))
    assert stages(office, ref)["Jill Sandoval"] == "covered"
    at(office, 10, 12, 30)
    assert not tasks(office, "notice_call"), "nobody is called where somebody knows"
