"""Commands about planned talks: proposed, agreed, held, and what they leave to do; how often, and how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.commands.downtimes import Window
from handlers.commands.shapes import Ref


@dataclass(frozen=True)
class PlanTouchpoint:
    """The provider plans a talk outside the cadence, or offers other times for one: one to three `windows`.

    With `ref` the talk that is due, proposed or confirmed gets these times instead (a new revision).
    """

    windows: tuple[Window, ...]
    client: str = ""
    kind: str = "check_in"
    ref: Ref | None = None
    title: str = ""
    link: str = ""
    place: str = ""
    text: str = ""


@dataclass(frozen=True)
class PickSlot:
    """A contact says yes to one of the times."""

    ref: Ref
    revision: int
    number: int


@dataclass(frozen=True)
class Reschedule:
    """A contact cannot make it, before or after a time was agreed, and may name another."""

    ref: Ref
    revision: int
    text: str = ""
    window: Window | None = None


@dataclass(frozen=True)
class AgreeSlot:
    """The provider takes the time that a contact has named, or writes down what was agreed on the phone."""

    ref: Ref
    starts_at: datetime
    minutes: int = 30
    note: str = ""


@dataclass(frozen=True)
class AddAgendaItem:
    """Somebody of either side wants to talk about it."""

    ref: Ref
    text: str


@dataclass(frozen=True)
class RemoveAgendaItem:
    """Whoever added it, or the provider, takes it off. `ref` is `agenda_item:ID`."""

    ref: Ref


@dataclass(frozen=True)
class SkipTouchpoint:
    """Either side leaves this one out, with a reason; the next comes as the cadence says."""

    ref: Ref
    reason: str


@dataclass(frozen=True)
class HoldTouchpoint:
    """It took place; `notes` say what was said."""

    ref: Ref
    notes: str


@dataclass(frozen=True)
class MissTouchpoint:
    """The time came and nobody was there."""

    ref: Ref
    reason: str = ""


@dataclass(frozen=True)
class AddActionItem:
    """Somebody (id) of either side is to do something after a talk."""

    ref: Ref
    text: str
    owner: str
    due_on: date | None = None


@dataclass(frozen=True)
class FinishActionItem:
    """It is done, or (`dropped`) will not be. `ref` is `action_item:ID`."""

    ref: Ref
    dropped: bool = False


@dataclass(frozen=True)
class PutMeetingRecord:
    """What a talk needs on file: where it is, or why there is none."""

    ref: Ref
    kind: str
    url: str = ""
    on: date | None = None
    waived_why: str = ""


@dataclass(frozen=True)
class CloseTouchpoint:
    """Everything is written down; refused while a record is missing, with its name."""

    ref: Ref


@dataclass(frozen=True)
class PutCadence:
    """How often a client is talked to: `every` as in "2 weeks", or "never". An own rule needs a reason."""

    client: str
    kind: str
    every: str
    reason: str = ""
    weekday: int | None = None
    wall: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class LogPulse:
    """How a relationship is, as somebody of the provider found it."""

    ref: Ref
    temperature: str
    text: str = ""
    users: int | None = None
    users_year_ago: int | None = None
    preference: str = "normal"


@dataclass(frozen=True)
class SkipPulse:
    """This one is left out, with a reason."""

    ref: Ref
    reason: str


@dataclass(frozen=True)
class SettleCadence:
    """A person takes the cadence that a pulse suggests, or (`keep`) keeps what is, with a reason."""

    ref: Ref
    keep: bool = False
    reason: str = ""


@dataclass(frozen=True)
class GiveFeedback:
    """A contact says something unasked: for oneself, for somebody of the staff by name, or for one without."""

    text: str
    on_behalf_of: str = ""
    anonymous: bool = False

    def __post_init__(self) -> None:
        """The name of somebody who stays unnamed goes no further than here, not even into a fingerprint."""
        if self.anonymous:
            object.__setattr__(self, "on_behalf_of", "")


@dataclass(frozen=True)
class AnswerForm:
    """The formal form before a talk: 0 to 10 overall, what went well, what to fix. `ref` is `feedback:ID`."""

    ref: Ref
    score: int
    went_well: str = ""
    fix: str = ""


@dataclass(frozen=True)
class AnswerFeedback:
    """The provider answers an opinion; whoever gave it reads it."""

    ref: Ref
    text: str


TouchpointCommand = (
    PlanTouchpoint
    | PickSlot
    | Reschedule
    | AgreeSlot
    | AddAgendaItem
    | RemoveAgendaItem
    | SkipTouchpoint
    | HoldTouchpoint
    | MissTouchpoint
    | AddActionItem
    | FinishActionItem
    | PutMeetingRecord
    | CloseTouchpoint
    | PutCadence
    | LogPulse
    | SkipPulse
    | SettleCadence
    | GiveFeedback
    | AnswerForm
    | AnswerFeedback
)
