"""Invented pictures for the media tests, and a reader of what a JPEG file carries besides pixels."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from PIL import Image

ORIENTATION, ARTIST = 0x0112, 0x013B


def film(width: int = 400, height: int = 300, *, mode: str = "L") -> Image.Image:
    """A soft gradient with grain: compresses like a radiograph, not like a drawing."""
    ground = Image.linear_gradient("L").resize((width, height))
    grain = Image.effect_noise((width, height), 24)
    return Image.blend(ground, grain, 0.4).convert(mode)


def corner_mark(width: int = 120, height: int = 80) -> Image.Image:
    """Black with a white block in the upper left corner."""
    image = Image.new("L", (width, height), 0)
    image.paste(255, (0, 0, width // 3, height // 3))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(**tags: Any) -> Image.Exif:
    data = Image.Exif()
    for name, value in tags.items():
        data[{"orientation": ORIENTATION, "artist": ARTIST}[name]] = value
    return data


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and payload of every segment up to and between the scans."""
    offset = 2
    while offset < len(data):
        start = data.index(b"\xff", offset)
        marker = data[start + 1]
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD7:
            offset = start + (1 if marker == 0xFF else 2)
            continue
        if marker == 0xD9:
            yield marker, data[start + 2 :]
            return
        length = int.from_bytes(data[start + 2 : start + 4])
        yield marker, data[start + 4 : start + 2 + length]
        offset = start + 2 + length


def png_chunks(data: bytes) -> list[bytes]:
    names, offset = [], 8
    while offset < len(data):
        names.append(data[offset + 4 : offset + 8])
        offset += 12 + int.from_bytes(data[offset : offset + 4])
    return names
