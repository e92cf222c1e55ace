"""The only reader of the environment: `SCANRELAY_…` variables and a `.env` file become frozen settings."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "SCANRELAY_"
_ENV_FILE = ".env"

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsError(ValueError):
    """A setting is wrong; the text is one sentence for the operator, without any secret."""


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://scanrelay.example.org")
    return text.rstrip("/")


def _token(secret: SecretStr) -> SecretStr:
    number, _, rest = secret.get_secret_value().partition(":")
    if not number.isdecimal() or not rest or not rest.isascii() or any(sign in rest for sign in "/ ?#"):
        raise ValueError("must be a bot token from @BotFather, such as 123456:ABC-DEF…")
    return secret


def _header_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if (
        not 1 <= len(text) <= 256
        or not text.replace("-", "_").replace("_", "a").isalnum()
        or not text.isascii()
    ):
        raise ValueError("must be 1 to 256 letters, digits, _ or - (Telegram's rule)")
    return secret


def _database(text: str) -> str:
    # Heroku-like hosts still give the old name.
    text = re.sub(r"^postgres://", "postgresql://", text)
    if not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return text


def _account(text: str) -> str:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", text):
        raise ValueError("must be the account's SID: AC and 32 hexadecimal digits")
    return text


def _phone_number(text: str) -> str:
    number = text.removeprefix("whatsapp:").replace(" ", "")
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise ValueError("must be a phone number with its country, such as +14155550100")
    return number


WebAddress = Annotated[str, AfterValidator(_web_address)]
PhoneNumber = Annotated[str, AfterValidator(_phone_number)]


class Settings(BaseSettings):
    """Every setting; the descriptions make the table in README and `doctor`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=_ENV_FILE, env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: Annotated[str, AfterValidator(_database)] | None = Field(
        None, description="database; by default the file `scanrelay.db` (SQLite) in the data folder"
    )
    data_dir: Path = Field(Path("data"), description="folder of database, key and pictures")
    public_url: WebAddress | None = Field(
        None, description="address under which vendors reach this service (https), for webhooks"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    metrics_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="port at which `scanrelay worker` answers `/metrics` and `/healthz`; by default nowhere",
    )
    master_key: SecretStr | None = Field(
        None, description="key that seals what is stored: 32 bytes in hexadecimal or base64"
    )
    master_key_file: Path | None = Field(
        None,
        description="file that holds it; by default `master.key` in the data folder, made on first start",
    )
    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None, description="bot token; without a channel the sandbox is started"
    )
    telegram_mode: Literal["webhook", "polling"] | None = Field(
        None, description="`webhook` or `polling`; by default webhook where there is a public address"
    )
    telegram_secret: Annotated[SecretStr, AfterValidator(_header_secret)] | None = Field(
        None, description="what Telegram shows at the webhook; by default derived from the master key"
    )
    telegram_api_url: WebAddress = Field(
        "https://api.telegram.org", description="scheme and host of the Bot API and its files"
    )
    twilio_account_sid: Annotated[str, AfterValidator(_account)] | None = Field(
        None, description="Twilio account, for WhatsApp, calls and SMS"
    )
    twilio_auth_token: SecretStr | None = Field(
        None, description="its token; it also proves that a webhook comes from Twilio"
    )
    twilio_api_url: WebAddress | None = Field(
        None, description="scheme and host in place of all of Twilio's hosts, for a sandbox or a proxy"
    )
    twilio_whatsapp_from: PhoneNumber | None = Field(
        None, description="WhatsApp number; `scanrelay setup whatsapp` prepares it"
    )
    twilio_voice_from: PhoneNumber | None = Field(
        None, description="number that calls come from, for policies with `voice`"
    )
    twilio_sms_from: PhoneNumber | None = Field(
        None, description="number that SMS come from, for policies with `sms`"
    )

    unreviewed_phrases: Literal["withhold", "mark"] = Field(
        "withhold",
        description="what is done with a translation that no clinician has checked: `withhold` or `mark`",
    )

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.master_key is not None and self.master_key_file is not None:
            raise ValueError(f"{PREFIX}MASTER_KEY and {PREFIX}MASTER_KEY_FILE are both set: keep one")
        if self.telegram_mode == "webhook" and self.public_url is None and not self._api_is_here:
            raise ValueError(
                f"{PREFIX}PUBLIC_URL must be set for {PREFIX}TELEGRAM_MODE=webhook (or choose polling)"
            )
        return self

    @model_validator(mode="after")
    def _twilio_is_whole(self) -> Self:
        senders = (self.twilio_whatsapp_from, self.twilio_voice_from, self.twilio_sms_from)
        if any(senders) and (self.twilio_account_sid is None or self.twilio_auth_token is None):
            raise ValueError(f"{PREFIX}TWILIO_ACCOUNT_SID and {PREFIX}TWILIO_AUTH_TOKEN must be set too")
        if any(senders) and self.public_url is None:
            raise ValueError(
                f"{PREFIX}PUBLIC_URL must be set: Twilio brings messages and fetches pictures there"
            )
        return self

    @property
    def _api_is_here(self) -> bool:
        return urlsplit(self.telegram_api_url).hostname in _LOOPBACK

    @property
    def database(self) -> str:
        """The database's URL, the default included."""
        return self.database_url or f"sqlite:///{self.data_dir / 'scanrelay.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether one process must do everything."""
        return self.database.startswith("sqlite")

    @property
    def key_file(self) -> Path:
        """Where the master key is, unless it is given itself."""
        return self.master_key_file or self.data_dir / "master.key"

    @property
    def uses_webhook(self) -> bool:
        """Whether Telegram posts its updates here."""
        return self.telegram_mode == "webhook" or (self.telegram_mode is None and self.public_url is not None)

    @property
    def has_channel(self) -> bool:
        """Whether anybody can write to the bot; if not, the sandbox is started."""
        return self.telegram_token is not None or self.twilio_whatsapp_from is not None

    @property
    def own_url(self) -> str:
        """Where vendors reach this service: by loopback when the vendor is on this machine."""
        return self.public_url or f"http://127.0.0.1:{self.port}"


def load_settings(**given: Any) -> Settings:
    """Settings from `given`, the environment and `.env`, in this order; SettingsError if one is wrong."""
    unknown = next(_misspelt(), None)
    if unknown is not None:
        raise SettingsError(unknown)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """The first mistake; the value itself stays out, it may be a secret."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    said = first["msg"].removeprefix("Value error, ").rstrip(".")
    name = "".join(f"{PREFIX}{str(place).upper()} is wrong: " for place in first["loc"][:1])
    return f"{name}{said}."


def _misspelt() -> Iterator[str]:
    known = [name.upper() for name in Settings.model_fields]
    for name in _given_names():
        close = [] if name in known else get_close_matches(name, known, n=1, cutoff=0.85)
        if close:
            yield f"{PREFIX}{name} is not a setting; did you mean {PREFIX}{close[0]}?"


def _given_names() -> list[str]:
    names = {*os.environ, *dotenv_values(_ENV_FILE)}
    return sorted(name.upper().removeprefix(PREFIX) for name in names if name.upper().startswith(PREFIX))


def settings_table() -> str:
    """All settings as a Markdown table."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| setting | default | what it is |", "| --- | --- | --- |", *rows])


def _row(name: str, field: FieldInfo) -> str:
    default = "" if field.default is None else f"`{field.default}`"
    return f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def shown_settings(settings: Settings) -> Mapping[str, str]:
    """Each setting as it is, for `doctor`; secrets only as set or not set."""
    return {f"{PREFIX}{name.upper()}": _shown(getattr(settings, name)) for name in Settings.model_fields}


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, SecretStr):
        return "set"
    # The password of a database URL stays out.
    text = str(value)
    parts = urlsplit(text)
    return text.replace(f":{parts.password}@", ":…@") if parts.password else text
