"""Scenes of notices, made of plain rows, as the provider sees them: boards, previews, forms, small and very large."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.cards.notices import forms, steering
from bot.cards.notices.board import board
from bot.cards.notices.preview import preview
from handlers.mechanisms.broadcast import Broadcast
from handlers.mechanisms.watching import watch
from tests.cards.made import (
    ANJA,
    CR,
    DANA,
    LUIS,
    MARCUS,
    MF,
    NF,
    PROVIDER,
    SOFIA,
    TOM,
    broadcast,
    crowd,
    expected,
    minutes,
    notice,
    place,
    providence,
    reader,
    view,
)
from tests.cards.outages import FOUND, NO_CHANGE, OVER, watched
from tests.cards.scenes import Shown
from tests.cards.studio import Studio


def boards(it: Studio) -> Shown:
    """What Sofia watches: story 5 and its ends."""
    everywhere = _everywhere()
    yield "board four of five", watched(everywhere)
    yield "board without a page", watched(everywhere, page="")
    yield "board late", watched(everywhere, 75)
    yield (
        "board seen from Berlin",
        board(watch(everywhere, minutes(12)), replace(view(SOFIA, minutes(12)), timezone="Europe/Berlin")),
    )
    yield "board just sent", watched(providence(notice(), dana="queued", luis="queued"), 0)
    done = providence(notice("resolved"), OVER, dana="relayed", luis="acknowledged")
    yield "board resolved", watched(done, 110)
    minor = providence(notice("resolved", severity=3, root_cause_due_at=None), OVER, dana="relayed", luis="covered")
    yield "board resolved, no cause owed", watched(minor, 110)
    alarm = notice("cancelled", closed_why="A test of the monitoring.")
    yield "board cancelled", watched(providence(alarm, dana="acknowledged"), 20)
    yield "board closed", watched(providence(notice("closed"), OVER, dana="relayed", luis="relayed"), 300)
    yield "notice form phone", steering.phone_form(everywhere, everywhere.readers)


def large(it: Studio) -> Shown:
    """Three hundred clients with four contacts each."""
    stages = ("acknowledged", "relayed", "covered", "sent", "acknowledged", "overdue", "undeliverable")
    row = notice(title="Mail is delayed", services="Mail", severity=2)
    many = broadcast(row, crowd(300, 4, stages=stages), NO_CHANGE)
    yield "board of 1200", watched(many)
    calm = broadcast(row, crowd(300, 4, stages=("acknowledged",)))
    yield "board of 1200, all read", watched(calm)
    problems = tuple(f"Nobody can be reached for Client number {n:03}: call the numbers on file." for n in range(40))
    draft = replace(many, notice=notice("draft", title="Mail is delayed"))
    shown = expected(many.readers, problems=problems, held=700)
    yield "preview of 1200", preview(draft, shown, view(SOFIA), provider=PROVIDER)
    yield "notice form phone, many", steering.phone_form(many, many.readers)
    clients = [(one.client, ()) for one in many.readers[::4]]
    yield "notice form raise, many", forms.raise_form(clients, minutes(0), ZoneInfo(SOFIA.timezone))


def previews(it: Studio) -> Shown:
    """Before it is sent."""
    draft = replace(_everywhere(), notice=notice("draft", title="Mail is delayed", services="Mail", severity=2))
    shown = expected(draft.readers)
    yield "preview", preview(draft, shown, view(SOFIA), provider=PROVIDER)
    lost = tuple(replace(one, stage="undeliverable") if one.person is TOM else one for one in draft.readers)
    sentence = ("Nobody can be reached for Cedar Ridge Pediatrics: call the numbers on file.",)
    yield (
        "preview with lost people",
        preview(draft, expected(lost, problems=sentence, held=2), view(SOFIA), provider=PROVIDER),
    )
    alone = providence(notice("draft"), dana="undeliverable", luis="undeliverable")
    yield "preview of nobody", preview(alone, expected(alone.readers), view(SOFIA), provider=PROVIDER)
    yield "notice form change", forms.change_form(draft)


def desk_forms(it: Studio) -> Shown:
    """The forms of the provider."""
    whole = providence(notice("identified", workaround="Use the mobile network."), FOUND)
    yield "notice form update", steering.update_form(whole)
    yield "notice form resolve", steering.resolve_form(whole)
    yield "notice form reopen", steering.reopen_form(whole)
    yield "notice form cancel", steering.cancel_form(whole)
    yield "notice form cause", steering.cause_form(whole)
    form = steering.update_form(whole)
    said = {"text": "Please say what is new.", "next_update_at": "The next update has to be later than now."}
    yield "notice form update sent back", replace(form, errors=said)


SCENES = (boards, large, previews, desk_forms)


def _everywhere() -> Broadcast:
    """Story 5: three clients, five people, Tom silent."""
    mail = notice(title="Mail is delayed", services="Mail", severity=2, impact="Mail arrives up to an hour late.")
    firm, clinic = place(MF, acked_by=DANA.id, acked_at=minutes(3)), place(CR, impact="Lab results come late by mail.")
    toledo = place(NF, "Toledo", acked_by=MARCUS.id, acked_at=minutes(4))
    leipzig = place(NF, "Leipzig", acked_by=ANJA.id, acked_at=minutes(5))
    return broadcast(
        mail,
        (
            reader(DANA, MF, (firm,), "relayed"),
            reader(LUIS, MF, (firm,), "acknowledged"),
            reader(TOM, CR, (clinic,), "overdue"),
            reader(MARCUS, NF, (toledo, leipzig), "acknowledged", acked_at=minutes(4), via="teams"),
            reader(ANJA, NF, (leipzig,), "acknowledged", acked_at=minutes(5), via="phone"),
        ),
    )
