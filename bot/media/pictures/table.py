"""A plain table: the form of a rota and of a board. Parameters: `title`, `header` [text], `rows` [[text]]."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.media.imaging.compress import fit
from bot.media_contract import Budget, Picture, RefusalReason, Refused

MAX_ROWS, MAX_COLUMNS, MAX_SIGNS = 60, 10, 60
TEXT_SIZE, PADDING = 22, 10
PAPER, INK, BAND, RULE = 255, 0, 226, 160


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def texts(self) -> list[str]:
        return [self.title, *self.header, *(text for row in self.rows for text in row)]


def draw_table(parameters: Mapping[str, Any], budget: Budget) -> Picture | Refused:
    """`CANNOT_DRAW` when it is not a table, is too large to read, or has letters the font lacks."""
    table = parse_table(parameters)
    font = ImageFont.load_default(TEXT_SIZE)
    if table is None or not all(is_drawable(text) for text in table.texts()):
        return Refused(RefusalReason.CANNOT_DRAW)
    encoded = fit(_render(table, font), budget)
    return Picture(encoded.data, encoded.width, encoded.height, count=len(table.rows))


def parse_table(parameters: Mapping[str, Any]) -> Table | None:
    try:
        header = tuple(map(str, parameters["header"]))
        rows = tuple(tuple(map(str, row)) for row in parameters["rows"])
        table = Table(str(parameters["title"]), header, rows)
    except (KeyError, TypeError):
        return None
    is_even = all(len(row) == len(header) for row in rows)
    is_text = all(len(text) <= MAX_SIGNS for text in table.texts())
    is_small = 1 <= len(header) <= MAX_COLUMNS and len(rows) <= MAX_ROWS
    return table if is_even and is_text and is_small else None


def is_drawable(text: str) -> bool:
    """Pillow's own font knows Latin letters: anything else would come out as empty boxes."""
    return all(sign.isprintable() and ord(sign) < 0x17F for sign in text)


def _render(table: Table, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    lines = [table.header, *table.rows]
    widths = [
        max(_width(line[column], font) for line in lines) + 2 * PADDING for column in range(len(table.header))
    ]
    height = TEXT_SIZE + 2 * PADDING
    total = max(sum(widths), _width(table.title, font) + 2 * PADDING)
    image = Image.new("L", (total, height * (len(lines) + 1)), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((PADDING, PADDING), table.title, font=font, fill=INK)
    for index, line in enumerate(lines, start=1):
        top = index * height
        draw.rectangle((0, top, total, top + height), fill=BAND if index % 2 else PAPER)
        draw.line((0, top, total, top), fill=RULE)
        for column, text in enumerate(line):
            draw.text((sum(widths[:column]) + PADDING, top + PADDING), text, font=font, fill=INK)
    return image


def _width(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> int:
    return round(font.getlength(text))
