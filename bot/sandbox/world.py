"""The people of the sandbox, read from a TOML file that `scanrelay org import` reads too."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

DEFAULT_WORLD = Path(__file__).with_name("world.toml")


@dataclass(frozen=True, slots=True)
class PhoneSpec:
    """One phone with Telegram; `shown` False: off the page until asked for; `started`: the bot may write to it."""

    id: str
    name: str
    role: str
    language: str
    telegram_id: int
    shown: bool = True
    started: bool = True


def read_world(path: Path) -> tuple[PhoneSpec, ...]:
    """The `[[phone]]` tables with a `telegram_id`; the other tables of a world file are the organisation's."""
    tables = tomllib.loads(path.read_text(encoding="utf-8")).get("phone", [])
    return tuple(PhoneSpec(**table) for table in tables if "telegram_id" in table)
