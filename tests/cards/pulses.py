"""Scenes of pulses: asked, logged, with a rhythm that follows from them, taken or kept; on the phone; left out."""

from __future__ import annotations

from handlers.commands import LogPulse, Ref, SettleCadence, SkipPulse
from tests.cards.extremes import HOSTILE, WORDS
from tests.cards.scenes import Shown
from tests.cards.studio import Studio

BEN = "Ben Okafor"
SAID = "Marcus is content with the help desk. Leipzig feels left alone after five, and they hire every month."


def amber(it: Studio) -> Shown:
    """Story 9: Northgate turns amber and grows, so that a pulse every week and a monthly meeting are suggested."""
    it.at("2026-07-08T09:05:00-04:00")
    ref = _of(it, "northgate")
    yield "pulse asked", it.see(BEN, ref, "pulse")
    yield "pulse form log", it.fill(BEN, "pulse:log", ref)
    yield "pulse form skip", it.fill(BEN, "pulse:skip", ref)
    it.at("2026-07-10T09:30:00-04:00")
    yield "pulse reminder", it.see(BEN, ref, "remind:0")
    it.do(BEN, LogPulse(ref, "amber", SAID, 142, 118))
    yield "pulse suggestion", it.see(BEN, ref, "pulse")
    yield "pulse form keep", it.fill(BEN, "pulse:keep", ref)
    it.at("2026-07-14T17:30:00-04:00")
    yield "pulse suggestion reminder", it.see(BEN, ref, "settle:0")
    it.do(BEN, SettleCadence(ref))
    yield "pulse confirmed", it.see(BEN, ref, "pulse")
    it.at("2026-07-20T09:30:00-04:00")
    again = _of(it, "northgate")
    yield "pulse asked again", it.see(BEN, again, "pulse")
    yield "pulse form log again", it.fill(BEN, "pulse:log", again)


def kept(it: Studio) -> Shown:
    """A person knows better; a pulse that suggests nothing; one that is left out; one on the phone."""
    it.at("2026-07-08T11:05:00-04:00")
    phone = _of(it, "cedar-ridge")
    yield "pulse phone", it.see(BEN, phone, "pulse")
    yield "task pulse call", it.see(BEN, it.task("pulse_call"), "task")
    ref = _of(it, "northgate")
    it.do(BEN, LogPulse(ref, "red", (WORDS * 20)[:2000], 142, 160, "light"))
    yield "pulse red", it.see(BEN, ref, "pulse")
    it.do(BEN, SettleCadence(ref, True, "Marcus asked us not to meet more often before the audit is over."))
    yield "pulse kept", it.see(BEN, ref, "pulse")
    other = _of(it, "marlow-finch")
    it.do(BEN, LogPulse(other, "green", "", 48, 46))
    yield "pulse green", it.see(BEN, other, "pulse")
    it.do(BEN, SkipPulse(phone, HOSTILE[:500]))
    yield "pulse left out, hostile", it.see(BEN, phone, "pulse")


SCENES = (amber, kept)


def _of(it: Studio, slug: str) -> Ref:
    rows = it.office.rows(
        "SELECT p.id FROM pulse p JOIN client c ON c.id = p.client_id WHERE c.slug = :slug ORDER BY p.id DESC",
        slug=slug,
    )
    return Ref("pulse", rows[0].id)
