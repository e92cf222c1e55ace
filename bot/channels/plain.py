"""Plain text as messengers take it: cleaned, measured, and cut where a line is too long."""

import unicodedata
from collections.abc import Iterator

# Embeddings and overrides can show a text in another order than it says; nothing that we send needs them. The
# isolates that catalogues use stay (people's own are gone by now).
_BIDI_CONTROLS = range(0x202A, 0x202F)
# Telegram takes out control characters itself and refuses half a surrogate pair.
_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)) if code != 0x0A]
_DROPPED: dict[int, str | None] = dict.fromkeys((*_BIDI_CONTROLS, *_CONTROLS)) | {0x09: " "}


def clean(text: str) -> str:
    """Text without bidi overrides, control characters and broken surrogates; lines end with a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def is_visible(text: str) -> bool:
    """Whether there is anything to see: Telegram refuses a message of blanks and format characters."""
    return any(not sign.isspace() and unicodedata.category(sign) != "Cf" for sign in text)


def chunks(line: str, limit: int) -> Iterator[str]:
    """A line in pieces of at most `limit` units, cut behind a blank where there is one; nothing is lost."""
    while units(line) > limit:
        end = _cut(line, limit)
        yield line[:end]
        line = line[end:]
    yield line


def _cut(line: str, limit: int) -> int:
    """Where to cut a line that is too long: behind a blank in its second half, else at the limit."""
    end = limit
    while units(line[:end]) > limit:
        end -= (units(line[:end]) - limit + 1) // 2
    blank = line.rfind(" ", end // 2, end)
    return blank + 1 if blank > 0 else end
