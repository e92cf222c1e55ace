"""How a reader in tests sees lines: words as they are, msgids in square brackets."""

from datetime import datetime

from bot.channels.base import Reader
from bot.messages import Address, Ago, At, Joined, Line, Phrase, Text, Verbatim

ASHA = Address("telegram:1001")


def say(line: Line) -> str:
    match line:
        case Verbatim(words=words):
            return words
        case Text(msgid=msgid):
            return f"[{msgid}]"
        case Phrase(key=key):
            return f"[{key}]"
        case Joined(parts=parts, separator=separator):
            return separator.join(_param(part) for part in parts)


def _param(part: object) -> str:
    match part:
        case Ago(instant=instant) | At(instant=instant):
            return _instant(instant)
        case Text() | Phrase() | Verbatim() | Joined():
            return say(part)
        case _:
            return str(part)


def _instant(instant: datetime) -> str:
    return instant.isoformat()


def reader(address: Address = ASHA) -> Reader:
    return Reader(address, "en", say)
