"""Scenes of notices as the house lives them: from the form to the root cause, with the tasks that silence makes."""

from __future__ import annotations

from handlers.commands import (
    Acknowledge,
    CallMe,
    CancelNotice,
    PostRelay,
    RaiseNotice,
    Rate,
    Ref,
    ReportTrouble,
    ResolveNotice,
    SendNotice,
    ShareRootCause,
    UpdateNotice,
)
from storage.queries import rooms
from tests.cards.scenes import DANA, LUIS, SOFIA, Shown
from tests.cards.studio import Studio
from tests.handlers.alarm import internet, mail

RITA, MARCUS, TOM = "Rita Nowak", "Marcus Hale", "Tom Beckett"


def drafts(it: Studio) -> Shown:
    """The form, the preview, what becomes of it."""
    yield "lived form raise", it.fill(SOFIA, "notice:raise")
    yield "lived outages none", it.gallery.outages(it.person(DANA))
    it.at("2026-06-09T10:42:00-04:00")
    ref = it.do(SOFIA, internet(send=False))
    yield "lived preview", it.see(SOFIA, ref, "preview")
    yield "lived form change", it.fill(SOFIA, "notice:change", ref)
    yield "lived waiting draft", it.gallery.waiting(it.person(SOFIA))
    it.do(SOFIA, SendNotice(ref, 1))
    yield "lived preview sent", it.see(SOFIA, ref, "preview")
    gone = it.do(SOFIA, mail(send=False))
    yield "lived preview everywhere", it.see(SOFIA, gone, "preview")
    it.do(SOFIA, CancelNotice(gone))
    yield "lived preview discarded", it.see(SOFIA, gone, "preview")


def answered(it: Studio) -> Shown:
    """Story 4 with a channel, trouble and an opinion."""
    _room(it, "all-staff")
    it.at("2026-06-09T10:42:00-04:00")
    ref = _raised(it, internet(title="No internet in Providence"))
    board = Ref("board", ref.id)
    yield "lived notice", it.see(DANA, ref, "notice")
    yield "lived board", it.see(SOFIA, board, "board")
    yield "lived waiting contact", it.gallery.waiting(it.person(DANA))
    yield "lived outages", it.gallery.outages(it.person(DANA))
    it.at("2026-06-09T10:45:00-04:00")
    it.do(DANA, Acknowledge(ref))
    relay = Ref("relay", it.last("relay"))
    yield "lived relay", it.see(DANA, relay, "relay")
    yield "lived waiting covered", it.gallery.waiting(it.person(LUIS))
    it.do(LUIS, ReportTrouble(ref, "The door does not open either."))
    it.do(LUIS, CallMe(ref))
    yield "task trouble", it.see(SOFIA, it.task("trouble"), "task")
    yield "task call me", it.see(SOFIA, it.task("call_me"), "task")
    it.at("2026-06-09T10:51:00-04:00")
    it.do(DANA, PostRelay(relay, ""))
    yield "lived relay posted", it.see(DANA, relay, "relay")
    room_card = it.gallery.draw(relay, "post", "")
    assert room_card is not None
    yield "lived relay in the room", room_card
    it.at("2026-06-09T11:12:00-04:00")
    it.do(SOFIA, UpdateNotice(ref, no_change=True))
    yield "lived no change", it.see(DANA, ref, "update:1")
    yield "lived board after an update", it.see(SOFIA, board, "board")
    yield "lived waiting csm", it.gallery.waiting(it.person(SOFIA))
    it.at("2026-06-09T12:30:00-04:00")
    yield "task update late", it.see(RITA, it.task("update_late"), "task")
    it.do(SOFIA, ResolveNotice(ref, "The line is repaired."))
    yield "lived resolved", it.see(DANA, ref, "notice")
    asked = Ref("feedback", it.last("feedback"))
    yield "lived feedback", it.see(DANA, asked, "ask")
    it.do(DANA, Rate(asked, 2))
    yield "lived feedback low", it.see(DANA, asked, "ask")
    yield "task low score", it.see(SOFIA, it.task("low_score"), "task")
    yield "task root cause", it.see(SOFIA, it.task("root_cause"), "task")
    cause = it.do(SOFIA, ShareRootCause(ref, "A digger cut the line.", "The carrier spliced it.", "A second line."))
    yield "lived root cause", it.see(DANA, cause, "notice")
    yield "lived board of a root cause", it.see(SOFIA, Ref("board", cause.id), "board")
    yield "lived board closed", it.see(SOFIA, board, "board")


def unheard(it: Studio) -> Shown:
    """Nobody answers: a reminder, calls, news that is due."""
    it.at("2026-06-10T10:00:00-04:00")
    ref = _raised(it, internet())
    it.at("2026-06-10T10:11:00-04:00")
    yield "lived board overdue", it.see(SOFIA, Ref("board", ref.id), "board")
    it.at("2026-06-10T10:26:00-04:00")
    yield "task notice call", it.see(SOFIA, it.task("notice_call"), "task")
    yield "task update due", it.see(SOFIA, it.task("update_due"), "task")
    yield "lived reminder", it.see(LUIS, ref, "remind:x")
    it.do(DANA, Acknowledge(ref))
    it.at("2026-06-10T12:30:00-04:00")
    yield "task relay silent", it.see(SOFIA, it.task("relay_silent"), "task")
    lost = _raised(it, mail())
    it.lose(lost, "notice")
    yield "task notice undeliverable", it.see(SOFIA, it.task("notice_undeliverable"), "task")
    yield "lived board undeliverable", it.see(SOFIA, Ref("board", lost.id), "board")
    it.at("2026-06-11T12:30:00-04:00")
    yield "task passed on", it.see(RITA, it.task("relay_silent"), "passed_on")


def asleep(it: Studio) -> Shown:
    """Most of those a notice is for are to be left alone until the morning."""
    it.at("2026-06-10T02:30:00-04:00")
    ref = _raised(it, mail())
    yield "lived board held", it.see(SOFIA, Ref("board", ref.id), "board")
    yield "lived preview sent and held", it.see(SOFIA, ref, "preview")


SCENES = (drafts, answered, unheard, asleep)


def _raised(it: Studio, command: RaiseNotice) -> Ref:
    return it.do(SOFIA, command)


def _room(it: Studio, name: str) -> None:
    """Our app is in a channel of Marlow & Finch."""
    client = it.last("client", slug="marlow-finch")
    room = {
        "id": "rom_1",
        "client_id": client,
        "platform": "slack",
        "org": "T0MARLOW",
        "channel": "C0ALL",
        "name": name,
        "state": "in",
    }
    with it.office.store.write() as tx:
        rooms.put_room(tx, room)
