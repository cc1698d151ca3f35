"""What REST callers send about downtimes: which work, where, when, what becomes of it; strict, with a sentence each."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.web.kinds import Instant, Line200, MaybeNews, News, Short, Slug, Title, Whole
from handlers.commands import (
    CancelDowntime,
    ChangeDowntime,
    CompleteDowntime,
    ExtendDowntime,
    FinishDowntime,
    OfferWindows,
    PostponeDowntime,
    RaiseDowntime,
    Ref,
    Window,
    WithdrawDowntime,
)

MOST_WINDOWS, MOST_LOCATIONS = 3, 200
SUNDAY = {"start": "2026-06-21T06:00:00-04:00", "end": "2026-06-21T10:00:00-04:00"}
UPGRADE = {
    "client": "northgate",
    "locations": ["toledo", "leipzig"],
    "work": "Upgrade of the firewalls",
    "implications": "No internet, no e-mail and no phones while we work. Machines on the floor keep running.",
    "prep_steps": "Save what you have open and log off.",
    "windows": [{"start": "2026-06-20T18:00:00-04:00", "end": "2026-06-20T22:00:00-04:00"}, SUNDAY],
    "engineer": "kai@harborline.example",
    "external_ref": "CHANGE-118",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _shown(*examples: dict[str, Any], **more: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={**more, "examples": list(examples)})


class WindowIn(_Strict):
    """From when until when."""

    model_config = _shown(SUNDAY)

    start: Instant
    end: Instant

    def command(self) -> Window:
        """As the desk takes it."""
        return Window(self.start, self.end)


Windows = Annotated[list[WindowIn], Field(min_length=1, max_length=MOST_WINDOWS)]
MaybeWindows = Annotated[list[WindowIn], Field(max_length=MOST_WINDOWS)]
Number = Annotated[int, Field(ge=1, le=MOST_WINDOWS), Whole]
Revision = Annotated[int, Field(ge=1, le=2_000_000_000), Whole]


def _windows(given: list[WindowIn]) -> tuple[Window, ...]:
    return tuple(one.command() for one in given)


class DowntimeIn(_Strict):
    """Planned work at one client, with one to three times to choose from.

    `locations` are slugs of its offices, none means every office. `engineer` is an e-mail address or an id at the
    provider. `override` says why it is offered in spite of what speaks against its times. `send` false makes a draft.
    """

    model_config = _shown(UPGRADE)

    client: Slug
    locations: Annotated[list[Line200], Field(max_length=MOST_LOCATIONS)] = []
    work: Title
    implications: News
    prep_steps: MaybeNews = ""
    windows: Windows
    engineer: Short = ""
    override: MaybeNews = ""
    external_ref: Short = ""
    send: bool = True

    def command(self) -> RaiseDowntime:
        """As the desk takes it."""
        plain = self.model_dump(exclude={"locations", "windows"})
        return RaiseDowntime(**plain, locations=tuple(self.locations), windows=_windows(self.windows))


def _absent() -> Any:
    """For a field that may be left out and may not be null: its default is never shown and never validated."""
    return Field(default_factory=lambda: None)


class DowntimeChangeIn(_Strict):
    """Changed facts; only what is given changes. Times are changed only of a draft: afterwards others are offered."""

    model_config = _shown({"prep_steps": "Log off by 6 PM."}, minProperties=1)

    work: Title = _absent()
    implications: News = _absent()
    prep_steps: MaybeNews = _absent()
    windows: Windows = _absent()
    engineer: Short = _absent()
    override: MaybeNews = _absent()

    def command(self, ref: Ref) -> ChangeDowntime:
        """As the desk takes it."""
        given: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if "windows" in given:
            given["windows"] = _windows(self.windows)
        return ChangeDowntime(ref, **given)


class SendDowntimeIn(_Strict):
    """`version` is the draft's version that was looked at; left out it is the present one."""

    version: Revision = _absent()


class OfferIn(_Strict):
    """Other times: everybody is asked anew."""

    model_config = _shown({"windows": [SUNDAY], "text": "Saturday does not suit Leipzig."})

    windows: Windows
    text: MaybeNews = ""
    override: MaybeNews = ""

    def command(self, ref: Ref) -> OfferWindows:
        """As the desk takes it."""
        return OfferWindows(ref, _windows(self.windows), self.text, self.override)


class TakeIn(_Strict):
    """The number of a time that the client asked for or suggested. `revision` is that of the times looked at."""

    model_config = _shown({"number": 1})

    number: Number
    revision: Revision = _absent()
    override: MaybeNews = ""


class NoIn(_Strict):
    """Why not. `revision` is that of the times looked at; left out it is the present one."""

    model_config = _shown({"reason": "Our engineer is not here that week."})

    reason: News
    revision: Revision = _absent()


class WithdrawDowntimeIn(_Strict):
    """Why it is taken back; a draft just goes."""

    reason: MaybeNews = ""

    def command(self, ref: Ref) -> WithdrawDowntime:
        """As the desk takes it."""
        return WithdrawDowntime(ref, self.reason)


class ExtendIn(_Strict):
    """Until when it takes longer, and why."""

    model_config = _shown({"until": "2026-06-21T10:20:00-04:00", "text": "The second firewall is still restarting."})

    until: Instant
    text: MaybeNews = ""

    def command(self, ref: Ref) -> ExtendDowntime:
        """As the desk takes it."""
        return ExtendDowntime(ref, self.until, self.text)


class EndIn(_Strict):
    """What people should know now that it is done."""

    text: MaybeNews = ""

    def finish(self, ref: Ref) -> FinishDowntime:
        """As the desk takes it while it is still to be checked."""
        return FinishDowntime(ref, self.text)

    def complete(self, ref: Ref) -> CompleteDowntime:
        """As the desk takes it when it was checked."""
        return CompleteDowntime(ref, self.text)


class PostponeIn(_Strict):
    """Why the agreed time is given up; `windows` are offered in its place, as a downtime of its own."""

    model_config = _shown({"reason": "A part has not arrived.", "windows": [SUNDAY]})

    reason: News
    windows: MaybeWindows = []
    override: MaybeNews = ""

    def command(self, ref: Ref) -> PostponeDowntime:
        """As the desk takes it."""
        return PostponeDowntime(ref, self.reason, _windows(self.windows), self.override)


class CancelDowntimeIn(_Strict):
    """Why the agreed time is given up for good; everybody who was told is told."""

    model_config = _shown({"reason": "The vendor has withdrawn the new version."})

    reason: MaybeNews = ""

    def command(self, ref: Ref, otherwise: str) -> CancelDowntime:
        """As the desk takes it; `otherwise` is said where no reason is given."""
        return CancelDowntime(ref, self.reason.strip() or otherwise)
