"""Commands about downtimes: offer times, answer for an office, choose, suggest another; start, extend, finish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.commands.shapes import Ref


@dataclass(frozen=True)
class Window:
    """From when until when; aware times."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class RaiseDowntime:
    """Planned work with one to three times: the provider offers it, or a contact asks for it.

    `client` is a slug, code or name ("" for a contact: the own company). `locations` are slugs, names or ids of its
    offices; none given means every office. From the provider it is a draft with a preview, or (`send`) offered in the
    same breath; from a contact it goes to the provider at once. `override` says why it is offered in spite of what
    speaks against its times. `engineer` is the id of somebody of the provider.
    """

    work: str
    implications: str
    windows: tuple[Window, ...]
    client: str = ""
    locations: tuple[str, ...] = ()
    prep_steps: str = ""
    engineer: str = ""
    override: str = ""
    external_ref: str = ""
    send: bool = False


@dataclass(frozen=True)
class ChangeDowntime:
    """Changes a draft, or the words of one that was sent. Only what is given changes; times only of a draft."""

    ref: Ref
    work: str | None = None
    implications: str | None = None
    prep_steps: str | None = None
    windows: tuple[Window, ...] | None = None
    engineer: str | None = None
    override: str | None = None


@dataclass(frozen=True)
class SendDowntime:
    """Offers a draft as it was previewed at `version`."""

    ref: Ref
    version: int


@dataclass(frozen=True)
class AnswerWindows:
    """A coordinator answers for the own office: fine or not with the times `numbers`.

    `numbers` () are all that this office has not answered yet. An objection needs a reason.
    """

    ref: Ref
    revision: int
    ok: bool
    numbers: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class ChooseWindow:
    """The key contact says yes to one time. `consent` accepts a short notice; `reason` is needed over an objection."""

    ref: Ref
    revision: int
    number: int
    consent: bool = False
    reason: str = ""


@dataclass(frozen=True)
class SuggestWindow:
    """The key contact suggests another time."""

    ref: Ref
    revision: int
    window: Window
    text: str = ""


@dataclass(frozen=True)
class DeclineDowntime:
    """The key contact, or the provider of what a contact asked for, says no."""

    ref: Ref
    revision: int
    reason: str


@dataclass(frozen=True)
class TakeWindow:
    """The provider takes a time that the client asked for or suggested."""

    ref: Ref
    revision: int
    number: int
    override: str = ""


@dataclass(frozen=True)
class OfferWindows:
    """The provider offers other times: a new revision, everybody is asked anew."""

    ref: Ref
    windows: tuple[Window, ...]
    text: str = ""
    override: str = ""


@dataclass(frozen=True)
class WithdrawDowntime:
    """Whoever started it takes it back before it is agreed. A draft just goes."""

    ref: Ref
    reason: str = ""


@dataclass(frozen=True)
class RemindVoices:
    """The provider reminds everybody whose answer is open, at most once in four business hours."""

    ref: Ref


@dataclass(frozen=True)
class StartDowntime:
    """The work begins."""

    ref: Ref


@dataclass(frozen=True)
class ExtendDowntime:
    """The work takes longer, until then; everybody concerned is told."""

    ref: Ref
    until: datetime
    text: str = ""


@dataclass(frozen=True)
class FinishDowntime:
    """The work is done and is being checked."""

    ref: Ref
    text: str = ""


@dataclass(frozen=True)
class CompleteDowntime:
    """Everything works again; from work under way this says both that it is done and that it was checked."""

    ref: Ref
    text: str = ""


@dataclass(frozen=True)
class PostponeDowntime:
    """An agreed time is given up before it begins; `windows` are offered in its place, as a downtime of its own."""

    ref: Ref
    reason: str
    windows: tuple[Window, ...] = ()
    override: str = ""


@dataclass(frozen=True)
class CancelDowntime:
    """An agreed time is given up for good, by the provider or the key contact; everybody who was told is told."""

    ref: Ref
    reason: str


@dataclass(frozen=True)
class PutBlackout:
    """A client, or one of its offices, wants no work then: weekly (`weekday`, walls HH:MM) or once (`window`).

    An `until_wall` that is not after `from_wall` is on the next day. `client` is "" for a contact: the own company.
    `location` "" is every office.
    """

    why: str
    client: str = ""
    location: str = ""
    weekday: int | None = None
    from_wall: str = ""
    until_wall: str = ""
    window: Window | None = None


@dataclass(frozen=True)
class RemoveBlackout:
    """Work is welcome then again. `ref` is `blackout:ID`."""

    ref: Ref


@dataclass(frozen=True)
class PutPreferredTime:
    """When work is liked to be done: weekdays (0 = Monday) and walls HH:MM; no weekdays takes the preference away."""

    client: str = ""
    location: str = ""
    weekdays: tuple[int, ...] = ()
    from_wall: str = ""
    until_wall: str = ""


DowntimeCommand = (
    RaiseDowntime
    | ChangeDowntime
    | SendDowntime
    | AnswerWindows
    | ChooseWindow
    | SuggestWindow
    | DeclineDowntime
    | TakeWindow
    | OfferWindows
    | WithdrawDowntime
    | RemindVoices
    | StartDowntime
    | ExtendDowntime
    | FinishDowntime
    | CompleteDowntime
    | PostponeDowntime
    | CancelDowntime
    | PutBlackout
    | RemoveBlackout
    | PutPreferredTime
)
