"""The contact sheet: up to twelve previews on one picture, several each with the number to answer with."""

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, JpegImagePlugin

from bot.media.imaging.compress import fit, shrink_to
from bot.media.imaging.photo import DECODE_ERRORS, size_refusal
from bot.media_contract import ContentType, Picture, RefusalReason, Refused, SheetRequest

COLUMNS = {1: 1, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2}
MOST_COLUMNS = 3
GAP = 6
BACKDROP, LABEL_GROUND, LABEL_INK = 24, 255, 0
LABEL_SHARE = 9


def contact_sheet(request: SheetRequest) -> Picture | Refused:
    """`DAMAGED` if one preview cannot be read: a sheet never shows fewer than were asked for."""
    previews = [_read(preview) for preview in request.previews]
    good = [preview for preview in previews if preview is not None]
    if len(good) < len(previews):
        return Refused(RefusalReason.DAMAGED, ContentType.JPEG)
    sheet = _compose(good, [ascii_digits(label) for label in request.labels], request.budget.long_side)
    encoded = fit(sheet, request.budget)
    return Picture(encoded.data, encoded.width, encoded.height, count=len(good))


def _read(preview: bytes) -> Image.Image | None:
    try:
        image = JpegImagePlugin.JpegImageFile(BytesIO(preview))
        if size_refusal(image.size, ContentType.JPEG) is not None:
            return None
        image.load()
    except DECODE_ERRORS:
        return None
    return image if image.mode == "L" else image.convert("RGB")


def ascii_digits(label: str) -> str:
    """The drawing font has no Indian digits; the numbers stay the same."""
    return "".join(str(unicodedata.decimal(sign)) for sign in label)


def _compose(previews: list[Image.Image], labels: list[str], long_side: int) -> Image.Image:
    columns = COLUMNS.get(len(previews), MOST_COLUMNS)
    rows = -(-len(previews) // columns)
    cell = (long_side - GAP * (max(columns, rows) + 1)) // max(columns, rows)
    mode = "L" if all(preview.mode == "L" for preview in previews) else "RGB"
    size = (GAP + (cell + GAP) * columns, GAP + (cell + GAP) * rows)
    sheet = Image.new(mode, size, _ink(mode, BACKDROP))
    for index, (preview, label) in enumerate(zip(previews, labels, strict=True)):
        row, column = divmod(index, columns)
        _place(
            sheet, preview, label, corner=(GAP + column * (cell + GAP), GAP + row * (cell + GAP)), cell=cell
        )
    return sheet


def _ink(mode: str, level: int) -> int | tuple[int, int, int]:
    return level if mode == "L" else (level, level, level)


def _place(
    sheet: Image.Image, preview: Image.Image, label: str, *, corner: tuple[int, int], cell: int
) -> None:
    """The number stands above the picture, never on it: the side marker is often in that corner."""
    left, top = corner
    size = max(14, cell // LABEL_SHARE)
    strip = size + size // 6 if label else 0
    small = _shrink_into(preview, cell, cell - strip)
    sheet.paste(small, (left + (cell - small.width) // 2, top + strip + (cell - strip - small.height) // 2))
    if label:
        _number(sheet, label, corner=corner, size=size, strip=strip)


def _number(sheet: Image.Image, label: str, *, corner: tuple[int, int], size: int, strip: int) -> None:
    left, top = corner
    font = ImageFont.load_default(size)
    draw = ImageDraw.Draw(sheet)
    box = draw.textbbox((0, 0), label, font=font)
    width = round(box[2] - box[0]) + size // 2
    draw.rectangle((left, top, left + width, top + strip - 1), fill=_ink(sheet.mode, LABEL_GROUND))
    middle = (left + width / 2, top + strip / 2)
    draw.text(middle, label, font=font, fill=_ink(sheet.mode, LABEL_INK), anchor="mm")


def _shrink_into(image: Image.Image, width: int, height: int) -> Image.Image:
    """The largest that fits, never enlarged."""
    scale = min(width / image.width, height / image.height)
    return shrink_to(image, max(1, int(max(image.size) * scale)))
