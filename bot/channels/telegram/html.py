"""Words become Telegram's HTML: cleaned and escaped once, and cut into pages at line borders."""

import html
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""Characters after entities are parsed; counted in UTF-16 units here, which is never less."""

# Embeddings and overrides can show a text in another order than it says; nothing that we send needs them. The
# isolates that catalogues use stay (people's own are gone by now).
_BIDI_CONTROLS = range(0x202A, 0x202F)
# Telegram takes out control characters itself and refuses half a surrogate pair.
_CONTROLS = [code for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)) if code != 0x0A]
_DROPPED: dict[int, str | None] = dict.fromkeys((*_BIDI_CONTROLS, *_CONTROLS)) | {0x09: " "}


class Style(Enum):
    """How a piece of text is set off; the value is Telegram's tag."""

    PLAIN = ""
    STRONG = "b"
    QUOTED = "blockquote"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one style, cleaned; `of` tells pieces of the same style apart when they stand side by side."""

    text: str
    style: Style = Style.PLAIN
    of: int = 0


Page = tuple[Piece, ...]
"""Pieces that stand below each other in one request."""


def clean(text: str) -> str:
    """Text without bidi overrides, control characters and broken surrogates; lines end with a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_DROPPED)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def is_visible(text: str) -> bool:
    """Whether there is anything to see: Telegram refuses a message of blanks and format characters."""
    return any(not sign.isspace() and unicodedata.category(sign) != "Cf" for sign in text)


def length(page: Page) -> int:
    """Characters of a page after entities are parsed."""
    return units(_plain(page))


def _plain(page: Page) -> str:
    return "\n".join(piece.text for piece in page)


def to_html(page: Page) -> str:
    """A page as Telegram's HTML."""
    return "\n".join(_tagged(piece) for piece in page)


def _tagged(piece: Piece) -> str:
    text = html.escape(piece.text, quote=False)
    tag = piece.style.value
    return f"<{tag}>{text}</{tag}>" if tag and text else text


def paginate(pieces: Iterable[Piece], limit: int) -> tuple[Page, ...]:
    """Pages of at most `limit` characters, cut between lines; only a line over a page long is cut inside."""
    pages: list[list[Piece]] = [[]]
    room = limit
    for line in _lines(pieces, limit):
        cost = units(line.text) + (1 if pages[-1] else 0)
        if cost > room:
            pages.append([])
            cost, room = units(line.text), limit
        pages[-1].append(line)
        room -= cost
    return tuple(_joined(page) for page in pages if is_visible(_plain(tuple(page))))


def _lines(pieces: Iterable[Piece], limit: int) -> Iterator[Piece]:
    for number, piece in enumerate(pieces):
        for line in piece.text.split("\n"):
            for chunk in _chunks(line, limit):
                yield Piece(chunk, piece.style, number)


def _chunks(line: str, limit: int) -> Iterator[str]:
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


def _joined(lines: list[Piece]) -> Page:
    grouped = (list(group) for _, group in groupby(lines, key=lambda line: (line.style, line.of)))
    return tuple(replace(group[0], text="\n".join(line.text for line in group)) for group in grouped)
