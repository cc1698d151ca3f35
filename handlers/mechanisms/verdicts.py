"""How a request ended, and why somebody may not decide it, in the words of a sentence."""

from __future__ import annotations

from handlers.authority import No, either
from handlers.mechanisms.standing import Standing

CLOSED_WORDS = {
    "draft": "with your provider",
    "approved": "approved",
    "rejected": "rejected",
    "expired": "closed without an answer, so it was not approved",
    "withdrawn": "withdrawn",
    "superseded": "replaced by another request",
    "fulfilled": "approved and done",
    "void": "no longer valid",
}


def refusal(standing: Standing, no: No) -> str:
    """The sentence for a person who may not decide: why, and who can."""
    who = either(standing.deciders())
    can = f" {who} can decide." if who else " Your provider has been told that nobody can decide it at the moment."
    if not standing.is_open:
        can = ""
    return {
        "subject": "This change is about your own access, so somebody else has to decide it." + can,
        "requester": "You asked for this, so your own approval does not count here." + can,
        "away": "You are marked as away, so this is not yours to decide just now." + can,
        "left": "Only key contacts of this company can decide." + can,
        "voted": "You have given your voice already; this needs another person too." + can,
    }.get(no.why, "You are not one of the people who can decide this." + can)


def closed(standing: Standing) -> str:
    """How it ended, in words after "is"."""
    by = either(standing.name(vote.person_id) for vote in standing.votes).replace(" or ", " and ")
    told = f" (by {by})" if by and standing.request.state in ("approved", "rejected", "fulfilled") else ""
    return CLOSED_WORDS[standing.request.state] + told
