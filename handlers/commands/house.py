"""Commands of the house itself and its operator: what is due, tasks, installations, addresses, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.commands.shapes import Ref


@dataclass(frozen=True)
class FinishTask:
    """A task is done; for a call-back `confirmed` says whether the person really meant it."""

    ref: Ref
    confirmed: bool = True


@dataclass(frozen=True)
class Climb:
    """One due rung of a ladder: remind, add the backup, tell the CSM, expire."""

    timer: str


@dataclass(frozen=True)
class SaveInstallation:
    """Our app is in this workspace or tenant. `sealed` are the encrypted secrets."""

    platform: str
    org: str
    name: str
    sealed: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class RemoveInstallation:
    """Our app left this workspace or tenant."""

    platform: str
    org: str
    reason: str


@dataclass(frozen=True)
class RememberAddress:
    """A person can be reached there. `sealed` is the encrypted conversation reference, "" to keep the one there is."""

    platform: str
    org: str
    user: str
    sealed: str = ""


@dataclass(frozen=True)
class ForgetAddress:
    """A person can no longer be reached there. `told`: the CSM knows already."""

    platform: str
    org: str
    user: str
    reason: str
    told: bool = False


@dataclass(frozen=True)
class RememberRoom:
    """Our app is in this channel. `sealed` is the encrypted conversation reference, "" to keep the one there is."""

    platform: str
    org: str
    channel: str
    name: str
    sealed: str = ""


@dataclass(frozen=True)
class ForgetRoom:
    """Our app is no longer in this channel, or the channel is gone."""

    platform: str
    org: str
    channel: str
    reason: str = ""


@dataclass(frozen=True)
class SnoozeTask:
    """A task comes back tomorrow morning."""

    ref: Ref


@dataclass(frozen=True)
class HandTask:
    """A task goes to somebody else of the provider (id)."""

    ref: Ref
    to: str


@dataclass(frozen=True)
class PlanDigests:
    """A client (id) or somebody of the provider (id) is new: the morning digests begin."""

    client_id: str = ""
    person_id: str = ""


@dataclass(frozen=True)
class Replan:
    """A client's calendar or ladders have changed: what is still to come is planned anew."""

    client_id: str


@dataclass(frozen=True)
class CreateToken:
    """A REST caller's token; only its digest arrives here."""

    name: str
    digest: str
    scopes: tuple[str, ...]
    client: str = ""


@dataclass(frozen=True)
class RevokeToken:
    """A REST caller's token counts no longer, from this moment on."""

    name: str


@dataclass(frozen=True)
class DeliveryFailed:
    """The courier could not deliver: tell the CSM, go on to the next contact."""

    delivery: str
    what: str
    reason: str


@dataclass(frozen=True)
class Reconsider:
    """The directory has changed: look again at requests that had nobody to ask."""

    client_id: str


HouseCommand = (
    FinishTask
    | Climb
    | SaveInstallation
    | RemoveInstallation
    | RememberAddress
    | ForgetAddress
    | RememberRoom
    | ForgetRoom
    | SnoozeTask
    | HandTask
    | PlanDigests
    | Replan
    | CreateToken
    | RevokeToken
    | DeliveryFailed
    | Reconsider
)
