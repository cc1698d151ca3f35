"""Every setting there is, by section: its name, its default, its bounds, and whether it is a secret."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from handlers.timetable import Wall

PREFIX = "KEYLINE_"


def _secret() -> Any:
    return Field(default="", repr=False, json_schema_extra={"secret": True})


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Database(Section):
    """`url`: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."""

    url: str = Field(default="sqlite:///keyline.db", repr=False)


class Public(Section):
    """`url`: the address under which the platforms and browsers reach us, without a slash at the end."""

    url: str = ""


class Web(Section):
    """Where we listen; `proxies` are the addresses whose X-Forwarded headers are believed, comma-separated."""

    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    proxies: str = "127.0.0.1"


class Slack(Section):
    """One workspace by `bot_token`, or many by `client_id` and `client_secret`; `app_token` turns Socket Mode on."""

    signing_secret: str = _secret()
    bot_token: str = _secret()
    client_id: str = ""
    client_secret: str = _secret()
    app_token: str = _secret()
    command: str = "/keyline"
    api_url: str = "https://slack.com/api/"

    @property
    def configured(self) -> bool:
        """Whether anything of Slack is set up."""
        return any((self.signing_secret, self.bot_token, self.client_id, self.client_secret, self.app_token))


class Teams(Section):
    """The bot's Entra application and its home tenant; the two URLs are changed only for tests and other clouds."""

    app_id: str = ""
    app_secret: str = _secret()
    tenant_id: str = ""
    login_url: str = "https://login.microsoftonline.com"
    openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"

    @property
    def configured(self) -> bool:
        """Whether anything of Teams is set up."""
        return any((self.app_id, self.app_secret, self.tenant_id))


class Secret(Section):
    """`key` signs links and seals the platforms' tokens; REST tokens do not depend on it."""

    key: str = _secret()


class Msp(Section):
    """The provider itself: its name on cards, and the zone and holidays of its own digests and tasks.

    `digest`: when its people get the list of what waits for them, on every business morning on which anything does.
    """

    name: str = "Your IT provider"
    timezone: str = "America/New_York"
    country: str = "US"
    subdivision: str = ""
    digest: Wall = "08:30"


class Courier(Section):
    """`poll_seconds`: how often owed cards are looked for when nobody rang."""

    poll_seconds: float = Field(default=5.0, gt=0, le=300)


class Clock(Section):
    """`tick_seconds`: how often the house looks for what is due."""

    tick_seconds: float = Field(default=15.0, gt=0, le=60)


class Log(Section):
    """`format`: json (one object a line) or text."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


class Limits(Section):
    """What one REST caller may ask of us."""

    body_bytes: int = Field(default=4_194_304, ge=1024, le=16_777_216)
    body_seconds: float = Field(default=15.0, gt=0, le=120)
    page_items: int = Field(default=200, ge=1, le=1000)
    idempotency_hours: int = Field(default=24, ge=1, le=720)


class Settings(BaseSettings):
    """Everything that can be set. KEYLINE_<SECTION>_<KEY> wins over the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    database: Database = Database()
    public: Public = Public()
    web: Web = Web()
    slack: Slack = Slack()
    teams: Teams = Teams()
    secret: Secret = Secret()
    msp: Msp = Msp()
    courier: Courier = Courier()
    clock: Clock = Clock()
    log: Log = Log()
    limits: Limits = Limits()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what `load` read from the file."""
        return env_settings, init_settings
