"""Which buttons of a talk will be accepted at this moment, so that none is shown that only earns a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from bot.cards.card import Button
from bot.cards.parts import Viewer
from handlers.mechanisms.talks.standing import Standing

LONGEST_LABEL = 75
SOON = timedelta(minutes=15)
"""So long before the agreed time "it was held" may be said: people begin early."""

Style = Literal["plain", "primary", "danger"]


def choices(standing: Standing, viewer: Viewer) -> list[Button]:
    """One for every time that this contact may say yes to, in the order of the times."""
    if not standing.may_choose(viewer.id):
        return []
    open_ = [one for one in standing.offers if one.row.state == "open" and not one.over]
    return [
        _about(standing, f"Pick {viewer.when(one.row.starts_at)}"[:LONGEST_LABEL], f"talk:pick@{one.number}", "primary")
        for one in open_
    ]


def contact_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """What a contact can do besides: another time, one more thing to talk about, leave it out."""
    found = []
    if standing.may_reschedule(viewer.id):
        found.append(_about(standing, "Reschedule", "talk:reschedule", form=True))
    if standing.may_add(viewer.id) and not standing.is_over:
        found.append(_about(standing, "Add agenda item", "talk:agenda", form=True))
    if standing.may_skip(viewer.id):
        found.append(_about(standing, "Skip with reason", "talk:skip", "danger", form=True))
    return found


DESK: dict[str, tuple[str, Style, bool]] = {
    "take": ("Take this time", "primary", False),
    "agree": ("Agreed on the phone", "plain", True),
    "held": ("It was held", "primary", True),
    "missed": ("Nobody came", "plain", True),
    "action": ("Add action item", "plain", True),
    "settle": ("Settle an action item", "plain", True),
    "record": ("Add a record", "plain", True),
    "close": ("Close", "primary", False),
    "offer": ("Offer other times", "plain", True),
    "agenda": ("Add agenda item", "plain", True),
    "skip": ("Skip with reason", "danger", True),
}
"""What a button of the provider is called, how it looks, whether it opens a form."""


def desk_verbs(standing: Standing) -> list[str]:
    """What the provider can do with it now, in the order of the buttons."""
    state, begun = standing.state, _has_begun(standing)
    if state == "due":
        return (
            ["agree", "held", "offer", "agenda", "skip"]
            if not standing.by_chat
            else ["offer", "agree", "agenda", "skip"]
        )
    if state == "proposed":
        return ["agree", "offer", "agenda", "skip"]
    if state == "rescheduled":
        return [*(["take"] if _takes(standing) else []), "offer", "agree", "agenda", "skip"]
    if state == "confirmed":
        record = ["record"] if standing.missing else []
        if standing.is_ahead:
            return [*(["held"] if begun else []), *record, "offer", "agenda", "skip"]
        return ["held", "missed", *record]
    if state == "held":
        settle = ["settle"] if any(one.state == "open" for one in standing.actions) else []
        return ["action", *settle, *(["record"] if standing.missing else ["close"])]
    return ["settle"] if state == "closed" and any(one.state == "open" for one in standing.actions) else []


def desk_buttons(standing: Standing, only: Sequence[str] = ()) -> list[Button]:
    """The provider's, `only` some of them where so many would be too much."""
    found = []
    primary = False
    for verb in desk_verbs(standing):
        if only and verb not in only:
            continue
        label, style, form = DESK[verb]
        if verb == "agree" and standing.state == "due" and not standing.by_chat:
            style = "primary"
        if verb == "offer" and standing.state in ("due", "rescheduled") and not primary and standing.by_chat:
            style = "primary"
        if style == "primary" and primary:
            style = "plain"
        primary = primary or style == "primary"
        found.append(_about(standing, label, f"talk:{verb}", style, form=form))
    return found


def _has_begun(standing: Standing) -> bool:
    return bool(standing.row.starts_at is not None and standing.row.starts_at - SOON <= standing.now)


def _takes(standing: Standing) -> bool:
    """Whether a contact has named a time that is still to come."""
    named = standing.named
    return named is not None and not named.over


def _about(standing: Standing, label: str, verb: str, style: Style = "plain", *, form: bool = False) -> Button:
    """About these very times: what such a button has seen is their revision."""
    return Button(label, verb, standing.ref, standing.row.revision, style=style, form=form)
