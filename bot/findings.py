"""What `doctor` looks at and what it finds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.whatsapp.setup import TemplateTexts
from bot.clock import Clock


class Grade(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, how it is, and a sentence; a problem's says what to do."""

    check: str
    grade: Grade
    sentence: str


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """A Twilio account with the numbers that are used, empty where there is none; `texts` of WhatsApp's templates.

    `api_url`: in place of all of Twilio's hosts.
    """

    sid: str
    token: str = field(repr=False)
    api_url: str | None
    texts: TemplateTexts
    whatsapp: str = ""
    voice: str = ""
    sms: str = ""

    @property
    def address(self) -> str:
        """Where its API answers."""
        return self.api_url or "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation that is looked at.

    `control`: where a service on SQLite listens for commands, None on PostgreSQL. `key_file`: None where the key itself
    is a setting. `names`: by language, a word in it. `vendor_urls`: addresses of the vendors that are used, to compare
    clocks with.
    """

    database_url: str
    data_dir: Path
    control: Path | None
    key_file: Path | None
    telegram: TelegramChannel | None
    webhook_url: str | None
    clock: Clock
    public_url: str | None = None
    twilio: TwilioAccount | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    vendor_urls: tuple[str, ...] = ()


Check = Callable[[Patient], Awaitable[Finding]]


def ok(check: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(check, Grade.OK, sentence)


def warning(check: str, sentence: str) -> Finding:
    """It works, and should be better."""
    return Finding(check, Grade.WARNING, sentence)


def problem(check: str, sentence: str) -> Finding:
    """It does not work."""
    return Finding(check, Grade.PROBLEM, sentence)
