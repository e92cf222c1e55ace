"""Words become Telegram's HTML: cleaned and escaped once, and cut into pages at line borders."""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

from bot.channels.plain import chunks, is_visible, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""Characters after entities are parsed; counted in UTF-16 units here, which is never less."""


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
            for chunk in chunks(line, limit):
                yield Piece(chunk, piece.style, number)


def _joined(lines: list[Piece]) -> Page:
    grouped = (list(group) for _, group in groupby(lines, key=lambda line: (line.style, line.of)))
    return tuple(replace(group[0], text="\n".join(line.text for line in group)) for group in grouped)
