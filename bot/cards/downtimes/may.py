"""Which buttons of a downtime will be accepted at this moment, so that none is shown that only earns a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

from bot.cards.card import Button
from bot.cards.parts import Viewer
from handlers.mechanisms.windows.shapes import Offer
from handlers.mechanisms.windows.standing import AHEAD, Standing

START_SHOWN = timedelta(hours=1)
"""So long before the planned beginning its button is there; the house takes it from a quarter of an hour before."""
LONGEST_LABEL = 75

Sentences = Mapping[int, Sequence[str]]
"""What speaks against each time now, by its number."""


def needs_words(standing: Standing, offer: Offer) -> bool:
    """Whether a yes has to say more than yes: to a short notice, an objection, an office not heard."""
    return offer.short or bool(standing.objections(offer.number)) or bool(standing.unanswered(offer.number))


def choices(standing: Standing, viewer: Viewer) -> list[Button]:
    """One for every time that this person may say yes to, in the order of the times."""
    if not standing.may_choose(viewer.id):
        return []
    open_ = [one for one in standing.offers if one.row.state == "open" and not one.over]
    starts = [one.row.starts_at for one in open_]
    found = []
    for one in open_:
        label = f"Pick {viewer.when(one.row.starts_at)}"
        if starts.count(one.row.starts_at) > 1:
            label += f" to {viewer.on_the_day(one.row.ends_at, one.row.starts_at)}"
        form = needs_words(standing, one)
        verb = f"window:choose:{one.number}" if form else f"window:pick@{one.number}"
        found.append(_about(standing, label[:LONGEST_LABEL], verb, style="primary", form=form))
    return found


def decider_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """What the key contact can do besides, also before it is the own turn."""
    if not standing.may_suggest(viewer.id):
        return []
    return [
        _about(standing, "Suggest another time", "window:suggest", form=True),
        _about(standing, "Decline", "window:decline", style="danger", form=True),
    ]


def place_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """What a coordinator can do: yes to all that has no answer yet, or to what was objected to; and object."""
    voices = [] if standing.is_decider(viewer.id) else list(standing.may_answer(viewer.id))
    if not voices:
        return []
    numbers = [one.number for one in standing.offers if not one.over]
    unsaid = [n for n in numbers if any(n not in voice.answers for voice in voices)]
    against = [n for n in numbers if any(voice.objects_to(n) for voice in voices)]
    found = []
    if unsaid:
        found.append(_about(standing, "OK here", "window:ok", style="primary"))
    elif against:
        found.append(_about(standing, "OK here", f"window:ok@{'-'.join(map(str, against))}"))
    if numbers:
        found.append(_about(standing, "Object", "window:object", form=True))
    return found


def asker_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """Who asked for it may take it back before it is agreed."""
    if standing.row.asker_id != viewer.id or not standing.is_open or not _present(standing, viewer):
        return []
    return [_about(standing, "Withdraw", "downtime:withdraw", form=True)]


def agreed_buttons(standing: Standing, viewer: Viewer) -> list[Button]:
    """A key contact may give up the agreed time until it begins."""
    if standing.state != "accepted" or standing.life not in AHEAD or not standing.is_decider(viewer.id):
        return []
    return [_about(standing, "Cancel", "downtime:cancel", style="danger", form=True)]


def draft_buttons(standing: Standing, against: Sentences) -> list[Button]:
    """Of a preview; what speaks against a time has to be answered first."""
    ref, version = standing.ref, standing.row.version
    blocked = any(against.values()) and not standing.row.override
    stale = any(one.over for one in standing.offers)
    send = [] if blocked or stale else [Button("Send now", "downtime:send", ref, version, style="primary")]
    return [
        *send,
        Button("Change", "downtime:change", ref, version, style="plain" if send else "primary", form=True),
        Button("Discard", "downtime:discard", ref, version, style="danger"),
    ]


def desk_verbs(standing: Standing) -> list[str]:
    """What the provider can do with one that was sent, in the order of the buttons."""
    if standing.state == "accepted":
        found = ["start"] if _may_start(standing) else []
        found += {"in_progress": ["extend", "finish", "complete"], "extended": ["extend", "finish", "complete"]}.get(
            standing.life, ["complete"] if standing.life == "verifying" else []
        )
        if standing.life not in AHEAD:
            return found
        changes = ["change"] if standing.now < standing.row.ends_at else []
        return [*found, *changes, "postpone", "cancel"]
    if not standing.is_open or standing.overdue:
        return []
    if standing.provider is not None:
        return ["offer", "decline"]
    asked = {id_ for id_, _ in standing.waiting_on()} & standing.roster.members.keys()
    return [*(["remind"] if asked else []), "offer", "change", "withdraw"]


Style = Literal["plain", "primary", "danger"]
DESK: dict[str, tuple[str, Style, bool]] = {
    "start": ("Start", "primary", False),
    "extend": ("Extend", "plain", True),
    "finish": ("Finished", "plain", False),
    "complete": ("Completed", "primary", False),
    "offer": ("Offer other times", "plain", True),
    "decline": ("Decline", "danger", True),
    "withdraw": ("Withdraw", "danger", True),
    "remind": ("Remind now", "plain", False),
    "change": ("Change", "plain", True),
    "postpone": ("Postpone", "plain", True),
    "cancel": ("Cancel", "danger", True),
}
"""What a button of the provider is called, how it looks, whether it opens a form."""


def desk_buttons(standing: Standing, against: Sentences, only: Sequence[str] = ()) -> list[Button]:
    """The provider's, `only` some of them where so many would be too much; taking what the client named comes first."""
    found = []
    if standing.provider is not None and standing.is_open and not standing.overdue and not only:
        for one in standing.offers:
            if one.row.side == "client" and one.row.state == "open" and not one.over:
                several = f" ({one.number})" if len(standing.offers) > 1 else ""
                form = bool(against.get(one.number))
                verb = f"window:take:{one.number}" if form else f"window:take@{one.number}"
                found.append(_about(standing, f"Take this time{several}", verb, style="primary", form=form))
    for verb in desk_verbs(standing):
        if only and verb not in only:
            continue
        label, style, form = DESK[verb]
        if verb == "decline":
            found.append(_about(standing, label, "window:decline", style=style, form=form))
        else:
            found.append(Button(label, f"downtime:{verb}", standing.ref, standing.row.version, style=style, form=form))
    return found


def _may_start(standing: Standing) -> bool:
    row = standing.row
    return standing.is_ahead and bool(row.starts_at - START_SHOWN <= standing.now < row.ends_at)


def _present(standing: Standing, viewer: Viewer) -> bool:
    member = standing.roster.members.get(viewer.id)
    return member is not None and member.active


def _about(standing: Standing, label: str, verb: str, *, style: Style = "plain", form: bool = False) -> Button:
    """About these very times: what such a button has seen is their revision."""
    return Button(label, verb, standing.ref, standing.row.revision, style=style, form=form)
