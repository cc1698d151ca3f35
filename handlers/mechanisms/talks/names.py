"""What the kinds of talks are called, who of the provider holds them, and what they need on file, in words."""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "check_in": "Check-in",
    "operational_call": "Operational call",
    "rap_session": "Review and planning session",
    "cio_presentation": "CIO presentation",
    "vcio_meeting": "vCIO meeting",
    "budget_review": "Budget review",
    "ice_meeting": "Introduction meeting",
    "support_kickoff": "Support kick-off",
    "pulse": "Pulse",
}
"""By kind; a client's own title goes before."""
RECORD_NAMES: Mapping[str, str] = {
    "slide_deck": "slide deck",
    "assessment": "assessment",
    "service_desk_metrics": "service desk metrics",
    "hardware_warranty_report": "hardware warranty report",
}
BY_VCIO = frozenset({"cio_presentation", "vcio_meeting", "budget_review", "ice_meeting"})
"""Kinds that the vCIO holds; the others are the CSM's."""


def titled(kind: str, title: str = "") -> str:
    """What a talk is called: its own title, else its kind's name."""
    return title or NAMES.get(kind, kind.replace("_", " ").capitalize())


def recorded(kind: str) -> str:
    """What a record is called in a sentence."""
    return RECORD_NAMES.get(kind, kind.replace("_", " "))
